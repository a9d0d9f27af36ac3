use crate::wire::seal::is_sealed;

/// Tells whether a response is a healthy probe's answer, the only kind that an access log leaves out.
///
/// Takes the status and the values of all header fields. It is true for a response with status 200
/// that still holds the header values which a registry gives to healthy answers, recognised by their
/// address and not by their text: whatever a request or another handler says, its response never
/// passes for a healthy probe's. Middleware that adds or replaces other fields, compresses or boxes the
/// body does not matter; a response whose fields were copied byte by byte, or whose `Content-Type`,
/// `Cache-Control` and `X-Content-Type-Options` were all replaced, is logged.
///
/// For adapters; each has an `is_quiet` for the response of its framework.
#[must_use]
pub fn is_quiet<'a>(status: u16, mut values: impl Iterator<Item = &'a [u8]>) -> bool {
    status == 200 && values.any(is_sealed)
}
