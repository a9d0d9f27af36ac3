//! What a request asks for, before and after its body is read.

use std::{future::poll_fn, pin::pin, time::Duration};

use bytes::Buf;
use http::{HeaderMap, Method, Version, header::CONTENT_TYPE, request::Parts};
use http_body::Body;
use tokio::time::{Instant, timeout_at};

use crate::{
    frame::{self, HEAD, MAX_MESSAGE},
    status::{Code, Failure},
};

/// The name of the protocol's service, by which its methods are called.
pub(crate) const SERVICE: &str = "grpc.health.v1.Health";

/// How long a client may take for the few bytes of its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// The methods of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rpc {
    Check,
    List,
    Watch,
}

/// A call of which all but the message is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) rpc: Rpc,
    /// When the client no longer waits.
    pub(crate) deadline: Option<Instant>,
}

/// Why a request is no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not gRPC, so it is answered as HTTP.
    Http(u16, &'static str),
    /// The encoding of its messages is not known.
    Encoding,
    Grpc(Failure),
}

impl Call {
    pub(crate) fn read(head: &Parts) -> Result<Self, Refusal> {
        if head.version < Version::HTTP_2 {
            return Err(Refusal::Http(505, "gRPC is spoken over HTTP/2 only\n"));
        }
        if !is_grpc(&head.headers) {
            return Err(Refusal::Http(415, "the content type of gRPC is `application/grpc`\n"));
        }
        if head.method != Method::POST {
            return Err(Refusal::Http(405, "the method of gRPC is POST\n"));
        }
        let name = head.uri.path().strip_prefix('/').and_then(|path| path.split_once('/'));
        let rpc = match name {
            Some((SERVICE, "Check")) => Rpc::Check,
            Some((SERVICE, "List")) => Rpc::List,
            Some((SERVICE, "Watch")) => Rpc::Watch,
            _ => {
                let failure = Failure::new(Code::Unimplemented, "there are Check, List and Watch");
                return Err(Refusal::Grpc(failure));
            }
        };
        if head.headers.get("grpc-encoding").is_some_and(|encoding| encoding != "identity") {
            return Err(Refusal::Encoding);
        }
        let deadline = deadline(&head.headers).map_err(Refusal::Grpc)?;
        Ok(Self { rpc, deadline })
    }

    /// Waits for something, at most until the deadline.
    pub(crate) async fn within<T>(
        self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match self.deadline {
            Some(deadline) => timeout_at(deadline, work).await.unwrap_or_else(|_| Err(late())),
            None => work.await,
        }
    }
}

pub(crate) fn late() -> Failure {
    Failure::new(Code::DeadlineExceeded, "the deadline of the client is over")
}

/// `application/grpc` and `application/grpc+proto`, with or without parameters.
fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    ["application/grpc", "application/grpc+proto"]
        .iter()
        .any(|own| essence.eq_ignore_ascii_case(own))
}

/// At most eight digits and a unit, as gRPC writes a timeout.
fn deadline(headers: &HeaderMap) -> Result<Option<Instant>, Failure> {
    let Some(value) = headers.get("grpc-timeout") else { return Ok(None) };
    let timeout = value.to_str().ok().and_then(timeout);
    let malformed = || Failure::new(Code::InvalidArgument, "`grpc-timeout` is malformed");
    timeout.ok_or_else(malformed).map(|timeout| Instant::now().checked_add(timeout))
}

fn timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(count * 3600),
        "M" => Duration::from_secs(count * 60),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

/// Reads a request's body to its end, and no further than a message may go.
pub(crate) async fn read<B: Body>(body: B) -> Result<Vec<u8>, Failure> {
    let reading = async {
        let (mut body, mut read) = (pin!(body), Vec::new());
        while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            let broken = |_| Failure::new(Code::Internal, "the request broke off");
            let Ok(mut data) = frame.map_err(broken)?.into_data() else { continue };
            // One byte more than a message may have is enough to see that it is too long.
            while data.has_remaining() && read.len() <= HEAD + MAX_MESSAGE {
                let chunk = data.chunk();
                let taken = chunk.len().min(HEAD + MAX_MESSAGE + 1 - read.len());
                read.extend_from_slice(&chunk[..taken]);
                data.advance(taken);
            }
            if let Some(head) = read.first_chunk::<HEAD>() {
                frame::announced(*head)?;
            }
            if read.len() > HEAD + MAX_MESSAGE {
                break;
            }
        }
        Ok(read)
    };
    let never_ends = |_| Failure::new(Code::DeadlineExceeded, "the request does not end");
    tokio::time::timeout(PATIENCE, reading).await.map_err(never_ends)?
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn a_timeout_is_read_as_the_protocol_writes_it() {
        for (text, read) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("3S", Some(Duration::from_secs(3))),
            ("99999999m", Some(Duration::from_millis(99_999_999))),
            ("5u", Some(Duration::from_micros(5))),
            ("6n", Some(Duration::from_nanos(6))),
            ("99999999H", Some(Duration::from_secs(359_999_996_400))),
            ("100000000S", None),
            ("S", None),
            ("", None),
            ("+1S", None),
            ("-1S", None),
            ("1", None),
            ("1s", None),
            ("1\u{e9}", None),
        ] {
            assert_eq!(timeout(text), read, "{text}");
        }
    }

    #[test]
    fn what_is_no_call_is_told_why() {
        let refused = |version, method: &str, path: &str, fields: &[(&str, &str)]| {
            let mut request = Request::builder().version(version).method(method).uri(path);
            for (name, value) in fields {
                request = request.header(*name, *value);
            }
            let (head, ()) = request.body(()).expect("a request").into_parts();
            Call::read(&head)
        };
        let (http_2, check) = (Version::HTTP_2, "/grpc.health.v1.Health/Check");
        let grpc = ("content-type", "application/grpc");
        let http = |refused: Result<Call, Refusal>| match refused {
            Err(Refusal::Http(status, _)) => Some(status),
            _ => None,
        };
        let code = |refused: Result<Call, Refusal>| match refused {
            Err(Refusal::Grpc(failure)) => Some(failure.code),
            _ => None,
        };
        let call = Call { rpc: Rpc::Check, deadline: None };
        for own in ["application/grpc", "application/grpc+proto", "Application/gRPC ; v=1"] {
            assert_eq!(refused(http_2, "POST", check, &[("content-type", own)]), Ok(call), "{own}");
        }
        assert_eq!(http(refused(Version::HTTP_11, "POST", check, &[grpc])), Some(505));
        assert_eq!(http(refused(http_2, "POST", check, &[])), Some(415));
        for other in ["application/grpc-web", "application/grpc+json", "application/json", ""] {
            let fields = [("content-type", other)];
            assert_eq!(http(refused(http_2, "POST", check, &fields)), Some(415), "{other}");
        }
        assert_eq!(http(refused(http_2, "GET", check, &[grpc])), Some(405));
        for path in ["/grpc.health.v1.Health/Chekc", "/grpc.health.v1.Health/", "/", "/a/Check"] {
            let code = code(refused(http_2, "POST", path, &[grpc]));
            assert_eq!(code, Some(Code::Unimplemented), "{path}");
        }
        let fields = [grpc, ("grpc-encoding", "gzip")];
        assert_eq!(refused(http_2, "POST", check, &fields), Err(Refusal::Encoding));
        let fields = [grpc, ("grpc-encoding", "identity")];
        assert_eq!(refused(http_2, "POST", check, &fields), Ok(call));
        let fields = [grpc, ("grpc-timeout", "soon")];
        assert_eq!(code(refused(http_2, "POST", check, &fields)), Some(Code::InvalidArgument));
    }
}
