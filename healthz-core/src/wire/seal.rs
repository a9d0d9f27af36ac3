/// Two header values of a healthy answer, in memory of their own.
///
/// A response that still holds one of them was made by our handler: header values keep the address of
/// the static text they were made from, through cloning and through every middleware that leaves them
/// in place. Nothing that comes over the wire can have that address, so no path, header or upstream
/// server can pass for a healthy probe; and where the values were replaced or copied, a log is loud
/// rather than silent. It costs a probe nothing, where a response extension costs two allocations.
///
/// One static for both, because the linker may let equal constants share an address: a user's own
/// `no-store` must never be this one, and nobody has a constant of these fifteen bytes.
static SEAL: [u8; 15] = *b"no-storenosniff";

pub(super) const NO_STORE: &str = text(0, 8);
pub(super) const NO_SNIFF: &str = text(8, 15);

/// Whether the value is one of the two, and no mere equal of it.
pub(crate) fn is_sealed(value: &[u8]) -> bool {
    SEAL.as_ptr_range().contains(&value.as_ptr())
}

const fn text(from: usize, to: usize) -> &'static str {
    match str::from_utf8(SEAL.split_at(to).0.split_at(from).1) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equal_text_is_not_sealed() {
        assert!(is_sealed(NO_STORE.as_bytes()) && is_sealed(NO_SNIFF.as_bytes()));
        assert!(
            !is_sealed(b"no-store") && !is_sealed(b"nosniff") && !is_sealed(b"no-storenosniff1")
        );
        assert!(!is_sealed(String::from(NO_STORE).as_bytes()));
        assert!(!is_sealed(b""));
    }
}
