//! The frame around a message: a flag that says whether it is compressed, its length, the message.

use bytes::{BufMut, Bytes, BytesMut};

use crate::status::{Code, Failure};

/// The flag and the length in big endian.
pub(crate) const HEAD: usize = 5;

/// The most bytes of a request's message: the name of a service fits many times.
pub(crate) const MAX_MESSAGE: usize = 4096;

/// Takes the one message out of a request's whole body.
pub(crate) fn decode(body: &[u8]) -> Result<&[u8], Failure> {
    let broken = |message: &'static str| Failure::new(Code::InvalidArgument, message);
    let Some((head, message)) = body.split_first_chunk::<HEAD>() else {
        return Err(broken("the request holds no whole message"));
    };
    announced(*head)?;
    let [flag, length @ ..] = *head;
    match flag {
        0 => {}
        // gRPC's `compression.md`: no encoding was announced, or it would have been refused before.
        1 => return Err(Failure::new(Code::Internal, "compressed without `grpc-encoding`")),
        _ => return Err(broken("the message's first byte is neither 0 nor 1")),
    }
    match message.len().cmp(&length_of(length)) {
        std::cmp::Ordering::Less => Err(broken("the message breaks off")),
        std::cmp::Ordering::Equal => Ok(message),
        std::cmp::Ordering::Greater => Err(broken("the request holds more than one message")),
    }
}

/// Refuses a message by its announced length, before it is read.
pub(crate) fn announced(head: [u8; HEAD]) -> Result<(), Failure> {
    let [_, length @ ..] = head;
    if length_of(length) > MAX_MESSAGE {
        return Err(Failure::new(
            Code::ResourceExhausted,
            format!("the message is longer than {MAX_MESSAGE} bytes"),
        ));
    }
    Ok(())
}

/// Puts a message into its frame.
pub(crate) fn encode(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(HEAD + message.len());
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    frame.put_slice(message);
    frame.freeze()
}

fn length_of(bytes: [u8; 4]) -> usize {
    usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(body: &[u8]) -> Option<Code> {
        decode(body).err().map(|failure| failure.code)
    }

    #[test]
    fn every_broken_frame_has_its_code() {
        assert_eq!(decode(&[0, 0, 0, 0, 2, 7, 8]), Ok(&[7, 8][..]));
        assert_eq!(decode(&[0, 0, 0, 0, 0]), Ok(&[][..]));
        for broken in [
            &[][..],
            &[0, 0, 0, 0],
            &[0, 0, 0, 0, 1],
            &[0, 0, 0, 0, 1, 1, 1],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[2, 0, 0, 0, 0],
            &[255, 0, 0, 0, 0],
        ] {
            assert_eq!(code(broken), Some(Code::InvalidArgument), "{broken:?}");
        }
        assert_eq!(code(&[1, 0, 0, 0, 1, 1]), Some(Code::Internal));
        assert!(announced([0, 0, 0, 16, 0]).is_ok(), "just as long as may be");
        for oversize in [[0, 0, 0, 16, 1], [0, 255, 255, 255, 255], [1, 1, 0, 0, 0]] {
            assert_eq!(code(&oversize), Some(Code::ResourceExhausted), "{oversize:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(message in prop::collection::vec(any::<u8>(), 0..MAX_MESSAGE)) {
            let frame = encode(&message);
            prop_assert_eq!(decode(&frame), Ok(&message[..]));
        }

        #[test]
        fn no_bytes_make_it_panic_or_yield_what_was_not_sent(
            body in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            if let Ok(message) = decode(&body) {
                prop_assert_eq!(&*encode(message), &body[..]);
            }
        }
    }
}
