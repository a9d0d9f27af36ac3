use std::fmt;

/// The middle, the least and the greatest of some measurements.
#[derive(Debug, Clone)]
pub(crate) struct Summary(Vec<f64>);

impl FromIterator<f64> for Summary {
    fn from_iter<I: IntoIterator<Item = f64>>(measured: I) -> Self {
        let mut measured: Vec<f64> = measured.into_iter().collect();
        measured.sort_by(f64::total_cmp);
        Self(measured)
    }
}

impl Summary {
    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        if self.0.len().is_multiple_of(2) && middle > 0 {
            f64::midpoint(self.0[middle - 1], self.0[middle])
        } else {
            self.0.get(middle).copied().unwrap_or(f64::NAN)
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = self.0.first().copied().unwrap_or(f64::NAN);
        let greatest = self.0.last().copied().unwrap_or(f64::NAN);
        let digits = f.precision().unwrap_or(3);
        let median = self.median();
        write!(f, "{median:.digits$} ({least:.digits$} to {greatest:.digits$})")
    }
}
