use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a panic of another holder does not matter, because no holder leaves a half-made state.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
