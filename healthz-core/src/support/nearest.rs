/// Finds the name that was most likely meant; `None` if none is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = name.to_lowercase().chars().collect();
    let bound = (typed.len() / 3).max(1);
    let distances = known.into_iter().map(|known| (distance(&typed, known), known));
    distances.filter(|(distance, _)| *distance <= bound).min().map(|(_, known)| known)
}

/// How many characters have to be added, left out or replaced (Levenshtein).
fn distance(typed: &[char], known: &str) -> usize {
    let mut row: Vec<usize> = (0..=typed.len()).collect();
    for (i, there) in known.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, here) in typed.iter().enumerate() {
            let replaced = diagonal + usize::from(there != *here);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[typed.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_understood() {
        let known = ["database", "cache", "search"];
        for slip in ["databse", "databsae", "Database", "datbas", "database2"] {
            assert_eq!(nearest(slip, known), Some("database"), "{slip}");
        }
        assert_eq!(nearest("cahe", known), Some("cache"));
    }

    #[test]
    fn another_word_is_not_taken_for_a_slip() {
        assert_eq!(nearest("queue", ["database", "cache", "search"]), None);
        assert_eq!(nearest("", ["database"]), None);
    }
}
