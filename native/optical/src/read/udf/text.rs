//! OSTA compressed Unicode (UDF 2.1.1).

use super::super::fields::{be16, slice, u8_at};

/// The text behind a compression byte. `None` if the byte is not one that the standard knows.
pub(super) fn cs0(bytes: &[u8]) -> Option<String> {
    let Some((compression, body)) = bytes.split_first() else { return Some(String::new()) };
    match compression {
        8 => Some(body.iter().map(|byte| char::from(*byte)).collect()),
        16 => {
            let units = body.chunks_exact(2).map(|unit| be16(unit, 0));
            Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
        }
        _ => None,
    }
}

/// A `dstring` of `len` bytes at `at`; its last byte counts those used (ECMA-167 1/7.2.12).
pub(super) fn dstring(data: &[u8], at: usize, len: usize) -> String {
    let field = slice(data, at, len);
    let used = usize::from(u8_at(field, len.saturating_sub(1))).min(len.saturating_sub(1));
    cs0(slice(field, 0, used)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compressions() {
        assert_eq!(cs0(&[8, b'a', 0xFC]).as_deref(), Some("aü"));
        assert_eq!(cs0(&[16, 0x04, 0x16, 0xD8, 0x3D, 0xDE, 0x00]).as_deref(), Some("Ж😀"));
        assert_eq!(cs0(&[7, 1]), None);
        assert_eq!(cs0(&[]).as_deref(), Some(""));
    }

    #[test]
    fn a_dstring_may_be_empty_or_lie_about_its_length() {
        assert_eq!(dstring(&[0; 8], 0, 8), "");
        assert_eq!(dstring(&[8, b'a', b'b', 0, 0, 0, 0, 3], 0, 8), "ab");
        assert_eq!(dstring(&[8, b'a', b'b', b'c', b'd', b'e', b'f', 255], 0, 8), "abcdef");
        assert_eq!(dstring(&[8], 4, 8), "");
    }
}
