use bytes::{Buf, BufMut};
use healthz_core::{Check, HealthError, async_trait};
use tonic_014::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    transport::Channel,
};

use crate::{
    ping::Ping,
    target::{Target, target_setters},
};

/// Is a gRPC server there? Calls `grpc.health.v1.Health/Check`; made by [`ping`](crate::ping()) of
/// a `tonic::transport::Channel`.
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | `SERVING`, or the server has no health service | pass | | |
/// | `NOT_SERVING`, or it does not know the name | fail | `The service is not serving` | the answer |
/// | refused, silent, no gRPC | fail | `Can't reach the service` | tonic's error, or `no answer within 500ms` |
///
/// A server without a health service answers `UNIMPLEMENTED`: it is reachable, and more is not
/// asked. The channel reconnects by itself.
///
/// Do not chain readiness: see [`http`](crate::http()), where the same is said. A health service
/// often is the readiness of the other.
///
/// ```
/// use healthz_checks::ping;
/// use healthz_core::{CheckExt, Registry, RegistryError};
/// use tonic_014::transport::Channel;
///
/// # fn registry(channel: Channel) -> Result<Registry, RegistryError> {
/// Registry::builder()
///     .check("orders", ping(channel.clone()).service("shop.v1.Orders").optional())
///     .readiness("ready", ["orders"])
///     .build()
/// # }
/// ```
#[derive(Debug)]
pub struct GrpcPing {
    channel: Channel,
    service: String,
    target: Target,
}

impl Ping for Channel {
    type Check = GrpcPing;

    fn into_check(self) -> GrpcPing {
        let target = Target::new("the service");
        GrpcPing { channel: self, service: String::new(), target }
    }
}

impl GrpcPing {
    target_setters!();

    /// Asks for this service. Default: the empty name, which stands for the server.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = name.into();
        self
    }

    async fn ask(&self) -> Result<Serving, Status> {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let path = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
        let request = Request::new(self.service.clone());
        Ok(client.unary(request, path, HealthCodec).await?.into_inner())
    }
}

#[async_trait]
impl Check for GrpcPing {
    async fn check(&self) -> Result<(), HealthError> {
        let not_serving = HealthError::new("The service is not serving");
        match self.target.bound(self.ask()).await? {
            Ok(Serving(1)) => Ok(()),
            Ok(Serving(status)) => Err(not_serving.caused_by(format!("ServingStatus {status}"))),
            Err(status) => match status.code() {
                Code::Unimplemented => Ok(()),
                Code::NotFound => Err(not_serving.caused_by(status)),
                _ => Err(self.target.unreachable(status)),
            },
        }
    }
}

/// `HealthCheckResponse.ServingStatus`: 0 unknown, 1 serving, 2 not serving, 3 service unknown.
struct Serving(u64);

/// The two messages of `Check`, one field each, written by hand instead of with generated code.
struct HealthCodec;

/// The key of field 1 of a string, and of an enum.
const FIELD_1_TEXT: u8 = 1 << 3 | 2;
const FIELD_1_NUMBER: u64 = 1 << 3;

impl Codec for HealthCodec {
    type Encode = String;
    type Decode = Serving;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for HealthCodec {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, service: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_u8(FIELD_1_TEXT);
        let mut length = service.len();
        while length >= 0x80 {
            buffer.put_u8(low_bits(length) | 0x80);
            length >>= 7;
        }
        buffer.put_u8(low_bits(length));
        buffer.put_slice(service.as_bytes());
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits fit")]
fn low_bits(length: usize) -> u8 {
    (length & 0x7f) as u8
}

impl Decoder for HealthCodec {
    type Item = Serving;
    type Error = Status;

    /// Takes the last field 1, as protobuf asks for; no field at all is its default, 0.
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Serving>, Status> {
        let mut serving = Serving(0);
        while buffer.has_remaining() {
            let key = number(buffer)?;
            let skip = match key & 7 {
                0 => {
                    let value = number(buffer)?;
                    if key == FIELD_1_NUMBER {
                        serving = Serving(value);
                    }
                    0
                }
                1 => 8,
                2 => number(buffer)?,
                5 => 4,
                _ => return Err(malformed()),
            };
            let skip = usize::try_from(skip).map_err(|_| malformed())?;
            if skip > buffer.remaining() {
                return Err(malformed());
            }
            buffer.advance(skip);
        }
        Ok(Some(serving))
    }
}

fn number(buffer: &mut DecodeBuf<'_>) -> Result<u64, Status> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        if !buffer.has_remaining() {
            break;
        }
        let byte = buffer.get_u8();
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(malformed())
}

fn malformed() -> Status {
    Status::internal("the answer is no HealthCheckResponse")
}
