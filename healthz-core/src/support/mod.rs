//! Small tools that know nothing of health: moments, locks, spelling.

pub(crate) mod lock;
pub(crate) mod nearest;
pub(crate) mod time;
