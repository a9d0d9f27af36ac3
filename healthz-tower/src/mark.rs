//! How a layer knows that a request has reached our endpoints: a count that they leave on their
//! thread.
//!
//! A future is polled on one thread from its beginning to its end, so whoever compares the count
//! before and after a poll knows whether our own future was polled within. It takes no extension,
//! no allocation and no lock, survives middleware that makes a new request, and cannot be forged.

use std::cell::Cell;

thread_local! {
    static POLLS: Cell<u64> = const { Cell::new(0) };
}

/// Counts a poll of our own.
pub(crate) fn leave() {
    POLLS.set(count().wrapping_add(1));
}

/// How many polls of ours this thread has seen.
pub(crate) fn count() -> u64 {
    POLLS.get()
}
