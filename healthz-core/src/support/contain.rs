use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs code of the user's. A panic comes back as its message.
///
/// The payload is a value of the user's, too: its destructor runs in here, and may panic again.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(message)
}

/// Drops a value of the user's. A destructor that panics keeps what it did not get to.
pub(crate) fn drop_contained<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // Dropping this one might panic once more, and so on without end.
        mem::forget(payload);
    }
}

/// Takes what a panic says.
pub(crate) fn message(payload: Box<dyn Any + Send>) -> String {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not a string")
        .to_owned();
    drop_contained(payload);
    message
}
