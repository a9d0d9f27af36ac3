//! The messages of `grpc.health.v1`, in the encoding of Protocol Buffers: two kinds with a string
//! or nothing, and two with an enum.

use bytes::{Buf, BufMut, Bytes};

use crate::{
    frame,
    status::{Code, Failure},
};

/// `HealthCheckResponse.ServingStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServingStatus {
    /// Nobody has asked its checks yet. Only List says so, because Check and Watch ask.
    Unknown = 0,
    Serving = 1,
    NotServing = 2,
    /// No such service. Only Watch says so; Check fails with `NOT_FOUND`.
    ServiceUnknown = 3,
}

/// Wire types of Protocol Buffers.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const BYTES: u64 = 2;
const FIXED_32: u64 = 5;

/// Reads a `HealthCheckRequest`; returns the name of the service.
pub(crate) fn decode_service(message: &[u8]) -> Result<String, Failure> {
    let mut service = String::new();
    fields(message, |number, bytes| {
        if number == 1 {
            str::from_utf8(bytes?).ok()?.clone_into(&mut service);
        }
        Some(())
    })?;
    Ok(service)
}

/// Reads a `HealthListRequest`, which has no field that is known.
pub(crate) fn decode_empty(message: &[u8]) -> Result<(), Failure> {
    fields(message, |_, _| Some(()))
}

/// Walks over the fields of a message. The value is given if it is bytes; others are skipped, as
/// fields are that a later version of the protocol may add.
fn fields(
    mut message: &[u8],
    mut field: impl FnMut(u64, Option<&[u8]>) -> Option<()>,
) -> Result<(), Failure> {
    let mut walk = || {
        while !message.is_empty() {
            let tag = varint(&mut message)?;
            let (number, kind) = (tag >> 3, tag & 7);
            let mut value = None;
            match kind {
                VARINT => drop(varint(&mut message)?),
                FIXED_64 => drop(take(&mut message, 8)?),
                FIXED_32 => drop(take(&mut message, 4)?),
                BYTES => {
                    let length = usize::try_from(varint(&mut message)?).ok()?;
                    value = Some(take(&mut message, length)?);
                }
                _ => return None,
            }
            // A field has a number from 1 on.
            (number > 0).then(|| field(number, value))??;
        }
        Some(())
    };
    walk().ok_or(Failure::new(Code::InvalidArgument, "the message is none of grpc.health.v1"))
}

fn take<'m>(message: &mut &'m [u8], length: usize) -> Option<&'m [u8]> {
    let (taken, rest) = message.split_at_checked(length)?;
    *message = rest;
    Some(taken)
}

/// Seven bits a byte, the lowest first; at most ten bytes.
fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = message.try_get_u8().ok()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Writes a `HealthCheckResponse` in its frame.
pub(crate) fn encode_response(serving: ServingStatus) -> Bytes {
    frame::encode(&response(serving))
}

/// Writes a `HealthListResponse` in its frame.
pub(crate) fn encode_list<'n>(services: impl Iterator<Item = (&'n str, ServingStatus)>) -> Bytes {
    let mut list = Vec::new();
    for (name, serving) in services {
        // `map<string, HealthCheckResponse> statuses = 1`: an entry is a message of key and value.
        let mut entry = Vec::new();
        put_bytes(&mut entry, 1, name.as_bytes());
        put_bytes(&mut entry, 2, &response(serving));
        put_bytes(&mut list, 1, &entry);
    }
    frame::encode(&list)
}

fn response(serving: ServingStatus) -> Vec<u8> {
    match serving {
        // What is zero is left out.
        ServingStatus::Unknown => Vec::new(),
        serving => vec![1 << 3, serving as u8],
    }
}

fn put_bytes(message: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    message.put_u8(number << 3 | 2);
    let mut length = bytes.len();
    while length >= 0x80 {
        message.put_u8(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    message.put_u8(u8::try_from(length).unwrap_or_default());
    message.put_slice(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_read_and_what_is_not_known_is_skipped() {
        let name = |message: &[u8]| decode_service(message).ok();
        assert_eq!(name(b"").as_deref(), Some(""));
        assert_eq!(name(b"\x0a\x02db").as_deref(), Some("db"));
        assert_eq!(name(b"\x0a\x02db\x0a\x01x").as_deref(), Some("x"), "the last one counts");
        assert_eq!(
            name(b"\x10\xff\x01\x19\0\0\0\0\0\0\0\0\x25\0\0\0\0\x2a\x01z\x0a\x01y").as_deref(),
            Some("y")
        );
        for broken in [
            &b"\x0a"[..],
            b"\x0a\x05db",
            b"\x0a\x01\xff",
            b"\x08\x01",
            b"\x02\x01x",
            b"\x0b",
            b"\x0c",
            b"\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(name(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_length_has_as_many_bytes_as_it_needs() {
        for (length, head) in [
            (0, &[0x12, 0][..]),
            (127, &[0x12, 0x7f]),
            (128, &[0x12, 0x80, 0x01]),
            (300, &[0x12, 0xac, 0x02]),
            (16_384, &[0x12, 0x80, 0x80, 0x01]),
        ] {
            let bytes = vec![b'x'; length];
            let mut message = Vec::new();
            put_bytes(&mut message, 2, &bytes);
            assert_eq!(message, [head, &bytes].concat(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(message in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = (decode_service(&message), decode_empty(&message));
        }
    }
}
