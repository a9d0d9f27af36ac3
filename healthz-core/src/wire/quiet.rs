use crate::wire::seal::Seal;

/// Tells whether a response is a probe's that no access log needs: that of a healthy endpoint, and
/// that of one which the lifecycle alone closed (`Starting`, `Shutting down`), because core's log
/// has told of it once.
///
/// Takes the status and the values of all header fields. It is true for a response that has the
/// status of the registry's answer, 200 or 503, and still holds one of the header values which a
/// registry gives to these answers, recognised by their address and not by their text: whatever a
/// request or another handler says, its response never passes for a probe's. Middleware that adds
/// or replaces other fields, compresses or boxes the body does not matter; a response whose fields
/// were copied byte by byte, or whose `Content-Type`, `Cache-Control` and `X-Content-Type-Options`
/// were all replaced, is logged, and so is one whose status was changed.
///
/// It rests on `HeaderValue::from_static`, which keeps the address of its text through every copy
/// of the value. A test pins that for each `http`: `tests/seal.rs` of healthz-tower for 1, of
/// healthz-actix for 0.2. An adapter of a framework with a type of its own pins it there.
///
/// For adapters; each has an `is_quiet` for the response of its framework.
#[must_use]
pub fn is_quiet<'a>(status: u16, mut values: impl Iterator<Item = &'a [u8]>) -> bool {
    Seal::of(status).is_some_and(|seal| values.any(|value| seal.is_on(value)))
}
