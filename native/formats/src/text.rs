//! Text of ConfigMgr files: UTF-16LE both ways, and reading text whose encoding is only known from its bytes.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// Encodes text as UTF-16LE, without BOM and without NUL. The buffer is wiped when dropped.
#[must_use]
pub fn to_utf16le(text: &str) -> Zeroizing<Vec<u8>> {
    // Exact capacity: a growing vector would leave copies of a secret behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.encode_utf16().count() * 2));
    for unit in text.encode_utf16() {
        bytes.extend_from_slice(&unit.to_le_bytes());
    }
    bytes
}

/// Why bytes are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// UTF-16 has two bytes a unit.
    #[error("UTF-16 text of an odd number of bytes ({0})")]
    OddLength(usize),
    /// Half of a surrogate pair stands alone.
    #[error("invalid UTF-16 at byte {0}")]
    InvalidUtf16(usize),
    /// Neither UTF-8 nor marked as UTF-16.
    #[error("neither UTF-8 nor UTF-16: invalid byte at {0}")]
    InvalidUtf8(usize),
}

/// Decodes UTF-16LE; a BOM is kept as U+FEFF. The buffer is wiped when dropped.
///
/// # Errors
/// An odd number of bytes or an unpaired surrogate, with its byte offset.
pub fn from_utf16le(bytes: &[u8]) -> Result<Zeroizing<String>, TextError> {
    from_utf16(bytes, u16::from_le_bytes)
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, TextError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(TextError::OddLength(bytes.len()));
    }
    // One unit becomes at most three bytes of UTF-8, so the string never moves while it grows.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    let mut offset = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = decoded.map_err(|_| TextError::InvalidUtf16(offset))?;
        text.push(character);
        offset += character.len_utf16() * 2;
    }
    Ok(text)
}

/// Decodes a small text file: UTF-8, UTF-16LE or UTF-16BE by BOM; without BOM UTF-16LE when the second byte is zero
/// (the file starts with an ASCII character), else UTF-8.
///
/// # Errors
/// The offset of the first byte that is none of these.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, TextError> {
    let wide = |text: Zeroizing<String>| Cow::Owned(text.to_string());
    match bytes {
        [0xFF, 0xFE, rest @ ..] => from_utf16(rest, u16::from_le_bytes).map(wide),
        [0xFE, 0xFF, rest @ ..] => from_utf16(rest, u16::from_be_bytes).map(wide),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [_, 0, ..] => from_utf16(bytes, u16::from_le_bytes).map(wide),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, TextError> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| TextError::InvalidUtf8(error.valid_up_to()))
}

/// Decodes text in the code page of Western Windows (1252), in which every byte is a character: the five that have none
/// stand for themselves, as on Windows.
#[must_use]
pub fn from_windows_1252(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2C6}',
        '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}', '\u{90}', '\u{2018}', '\u{2019}',
        '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}',
        '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
    ];
    let character = |byte: &u8| match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        other => char::from(*other),
    };
    bytes.iter().map(character).collect()
}

/// The first character that an XML 1.0 document cannot hold (XML 1.0, production 2), if there is one.
#[must_use]
pub fn first_non_xml_char(text: &str) -> Option<char> {
    text.chars().find(|&character| {
        !matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_goes_both_ways_and_keeps_a_bom() {
        let text = "\u{FEFF}a\u{e9}\u{1F600}";
        let bytes = to_utf16le(text);
        assert_eq!(bytes.len(), 10);
        assert_eq!(from_utf16le(&bytes).unwrap().as_str(), text);
    }

    #[test]
    fn bad_utf16_names_the_place() {
        assert_eq!(from_utf16le(&[0x41]), Err(TextError::OddLength(1)));
        assert_eq!(from_utf16le(&[0x41, 0, 0, 0xD8, 0x41, 0]), Err(TextError::InvalidUtf16(2)));
    }

    #[test]
    fn a_small_file_is_decoded_by_its_first_bytes() {
        for bytes in [
            b"a=1".to_vec(),
            b"\xEF\xBB\xBFa=1".to_vec(),
            b"a\0=\x001\0".to_vec(),
            b"\xFF\xFEa\0=\x001\0".to_vec(),
            b"\xFE\xFF\0a\0=\x001".to_vec(),
        ] {
            assert_eq!(decode(&bytes).unwrap(), "a=1", "{bytes:?}");
        }
        assert_eq!(decode(b"ab\xE4"), Err(TextError::InvalidUtf8(2)));
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn western_windows_has_a_character_for_every_byte() {
        assert_eq!(from_windows_1252(b"Gr\xF6\xDFe \x80\x99\x9F"), "Gr\u{f6}\u{df}e \u{20AC}\u{2122}\u{178}");
        let all: Vec<u8> = (0..=255).collect();
        let mut characters: Vec<char> = from_windows_1252(&all).chars().collect();
        characters.sort_unstable();
        characters.dedup();
        assert_eq!(characters.len(), 256);
    }

    #[test]
    fn xml_holds_no_control_characters_and_no_noncharacters() {
        assert_eq!(first_non_xml_char("a\tb\r\n\u{10FFFF}\u{85}"), None);
        for bad in ['\0', '\u{1}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            assert_eq!(first_non_xml_char(&format!("x{bad}y")), Some(bad));
        }
    }
}
