//! Small tools that know nothing of health: moments and durations, locks, layers, quotes, spelling.

pub(crate) mod contain;
pub(crate) mod duration;
pub(crate) mod lock;
pub(crate) mod merge;
pub(crate) mod nearest;
pub(crate) mod quoted;
pub(crate) mod time;
pub(crate) mod times;
