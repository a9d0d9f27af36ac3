use std::borrow::Cow;

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a `grpc-message` may not hold literally, by gRPC's protocol: everything but printable
/// ASCII, and the `%` that begins an encoding.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

/// The codes of gRPC that this service answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// Why a call has no answer, or no further one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    message: Cow<'static, str>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn grpc_status(&self) -> HeaderValue {
        HeaderValue::from(self.code as u16)
    }

    pub(crate) fn grpc_message(&self) -> HeaderValue {
        let encoded = utf8_percent_encode(&self.message, ENCODED).to_string();
        HeaderValue::try_from(encoded).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_encoded_as_the_protocol_says() {
        let failure = Failure::new(Code::NotFound, "50 % of `\u{e9}`\r\n");
        assert_eq!(failure.grpc_status(), "5");
        assert_eq!(failure.grpc_message(), "50 %25 of `%C3%A9`%0D%0A");
    }
}
