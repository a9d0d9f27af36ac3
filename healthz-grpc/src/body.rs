use std::{
    convert::Infallible,
    fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

use crate::{message, reply, watch::Watch};

/// The body of an answer: a message and its trailers, or the messages of a stream.
pub struct ResponseBody(State);

enum State {
    Message(Bytes, HeaderMap),
    Trailers(HeaderMap),
    /// An answer that is not gRPC.
    Text(Bytes),
    Watch(Watch),
    Ended,
}

impl ResponseBody {
    pub(crate) fn empty() -> Self {
        Self(State::Ended)
    }

    pub(crate) fn text(text: &'static str) -> Self {
        Self(State::Text(Bytes::from_static(text.as_bytes())))
    }

    pub(crate) fn message(message: Bytes, trailers: HeaderMap) -> Self {
        Self(State::Message(message, trailers))
    }

    pub(crate) fn watch(watch: Watch) -> Self {
        Self(State::Watch(watch))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let State::Watch(watch) = &mut self.0 {
            return Poll::Ready(Some(Ok(match ready!(watch.poll_next(cx)) {
                Ok(serving) => Frame::data(message::encode_response(serving)),
                Err(end) => {
                    self.0 = State::Ended;
                    Frame::trailers(reply::trailers(&end))
                }
            })));
        }
        let (frame, next) = match mem::replace(&mut self.0, State::Ended) {
            State::Message(message, trailers) => (Frame::data(message), State::Trailers(trailers)),
            State::Trailers(trailers) => (Frame::trailers(trailers), State::Ended),
            State::Text(text) => (Frame::data(text), State::Ended),
            State::Watch(_) | State::Ended => return Poll::Ready(None),
        };
        self.0 = next;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::Ended | State::Trailers(_) => SizeHint::with_exact(0),
            State::Text(bytes) | State::Message(bytes, _) => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            State::Watch(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.0 {
            State::Message(..) => "message",
            State::Trailers(_) => "trailers",
            State::Text(_) => "text",
            State::Watch(_) => "watch",
            State::Ended => "ended",
        };
        f.debug_tuple("ResponseBody").field(&state).finish()
    }
}
