//! Text fields of the descriptors.

use crate::layout::labels::{cut_cs0, joliet_text};

/// a-characters (ECMA-119 7.4.1), padded with spaces. Lower case becomes upper case, what is left `_`.
pub(super) fn a_characters(text: &str, len: usize) -> Vec<u8> {
    const PUNCTUATION: &str = " !\"%&'()*+,-./:;<=>?_";
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || PUNCTUATION.contains(c) { c.to_ascii_uppercase() as u8 } else { b'_' }
    };
    padded(text.chars().map(allowed), len)
}

/// d-characters (ECMA-119 7.4.1), padded with spaces.
pub(super) fn d_characters(text: &str, len: usize) -> Vec<u8> {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() as u8 } else { b'_' };
    padded(text.chars().map(allowed), len)
}

fn padded(text: impl Iterator<Item = u8>, len: usize) -> Vec<u8> {
    text.chain(std::iter::repeat(b' ')).take(len).collect()
}

/// UCS-2, big-endian, padded with spaces; an odd last byte is zero (Joliet, "Allowed character set").
pub(super) fn ucs2(text: &str, len: usize) -> Vec<u8> {
    let text = joliet_text(text, len / 2);
    let units = text.encode_utf16().chain(std::iter::repeat(u16::from(b' '))).take(len / 2);
    let mut bytes: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
    bytes.resize(len, 0);
    bytes
}

/// OSTA compressed Unicode (UDF 2.1.1): 8 bits a character if all fit, else 16; characters beyond the Basic
/// Multilingual Plane as surrogates.
pub(super) fn cs0(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + text.len() * 2);
    if text.chars().all(|c| u32::from(c) < 0x100) {
        bytes.push(8);
        bytes.extend(text.chars().map(|c| u32::from(c) as u8));
    } else {
        bytes.push(16);
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    }
    bytes
}

/// A `dstring` of `len` bytes (ECMA-167 1/7.2.12): the last byte counts those used; nothing at all if the text is
/// empty.
pub(super) fn dstring(text: &str, len: usize) -> Vec<u8> {
    let text = cut_cs0(text, len);
    if text.is_empty() {
        return vec![0; len];
    }
    let mut bytes = cs0(&text);
    let used = bytes.len() as u8;
    bytes.resize(len, 0);
    bytes[len - 1] = used;
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dstring_ends_with_its_length() {
        assert_eq!(dstring("ab", 8), [8, b'a', b'b', 0, 0, 0, 0, 3]);
        assert_eq!(dstring("Ж", 8), [16, 0x04, 0x16, 0, 0, 0, 0, 3]);
        assert_eq!(dstring("", 8), [0; 8]);
        assert_eq!(dstring("abcdefghij", 8), [8, b'a', b'b', b'c', b'd', b'e', b'f', 7]);
    }

    #[test]
    fn joliet_fields_are_big_endian_and_padded() {
        assert_eq!(ucs2("Ж", 5), [0x04, 0x16, 0, 0x20, 0]);
    }

    #[test]
    fn characters_outside_the_set_become_underscores() {
        assert_eq!(a_characters("tsm 0.1 {x}", 12), b"TSM 0.1 _X_ ");
        assert_eq!(d_characters("a-b", 4), b"A_B ");
    }
}
