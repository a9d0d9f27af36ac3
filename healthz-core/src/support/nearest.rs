use std::iter;

/// Finds the name that was most likely meant; `None` if none is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = lower(name).collect();
    // What is as near as the nearest so far is looked at as well, because of two the first by name
    // wins.
    let mut bound = (typed.len() / 3).max(1);
    let (mut row, mut other) = (Vec::new(), Vec::new());
    let mut found: Option<&str> = None;
    for known in known {
        other.clear();
        other.extend(lower(known));
        let Some(distance) = distance(&typed, &other, bound, &mut row) else { continue };
        if distance < bound || found.is_none_or(|found| known < found) {
            found = Some(known);
        }
        bound = distance;
    }
    found
}

/// Of ASCII alone: the tables of all other letters are larger than the rest of this.
fn lower(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|character| character.to_ascii_lowercase())
}

/// How many characters have to be added, left out or replaced (Levenshtein), if no more than
/// `bound`.
///
/// Written for one name among ten thousand: what two names begin and end with alike is cut off
/// first, and counting stops when the bound is passed.
fn distance(one: &[char], other: &[char], bound: usize, row: &mut Vec<usize>) -> Option<usize> {
    if one.len().abs_diff(other.len()) > bound {
        return None;
    }
    let alike = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
        pairs.take_while(|(one, other)| one == other).count()
    };
    let head = alike(&mut iter::zip(one, other));
    let (one, other) = (&one[head..], &other[head..]);
    let tail = alike(&mut iter::zip(one.iter().rev(), other.iter().rev()));
    let (one, other) = (&one[..one.len() - tail], &other[..other.len() - tail]);
    row.clear();
    row.extend(0..=one.len());
    for (i, there) in other.iter().enumerate() {
        let (mut diagonal, mut least) = (i, i + 1);
        row[0] = i + 1;
        for (j, here) in one.iter().enumerate() {
            let replaced = diagonal + usize::from(there != here);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > bound {
            return None;
        }
    }
    Some(row[one.len()]).filter(|distance| *distance <= bound)
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
        for known in [["check-a", "check-b"], ["check-b", "check-a"]] {
            assert_eq!(nearest("check-c", known), Some("check-a"), "the first by name");
        }
    }

    #[test]
    fn a_distance_is_the_least_number_of_steps() {
        let steps = |one: &str, other: &str, bound| {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            distance(&chars(one), &chars(other), bound, &mut Vec::new())
        };
        for (one, other, least) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("abcdef", "badcfe", 4),
            ("intention", "execution", 5),
            ("ab", "ba", 2),
            ("xaby", "xbay", 2),
            ("saturday", "sunday", 3),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(steps(one, other, 9), Some(least), "{one} {other}");
                assert_eq!(steps(one, other, least), Some(least), "{one} {other}");
                let fewer = least.checked_sub(1).and_then(|bound| steps(one, other, bound));
                assert_eq!(fewer, None, "{one} {other}");
            }
        }
    }

    #[test]
    fn another_word_is_not_taken_for_a_slip() {
        assert_eq!(nearest("queue", ["database", "cache", "search"]), None);
        assert_eq!(nearest("", ["database"]), None);
    }
}
