//! Obfuscated text of policies: hexadecimal digits that hold a cipher, the seed of its key, and the text.
//!
//! This hides nothing from anybody who has the text, as the key stands beside it. Layout: `docs/task-sequences.md`,
//! "Obfuscated text".

use zeroize::Zeroizing;

use crate::{
    envelope::{Algorithm, derive},
    text::{TextError, from_utf16le, to_utf16le},
};

/// Bytes of the seed.
pub const SEED_LEN: usize = 40;
/// The first word, the seed, the header of five words.
const HEAD_LEN: usize = 4 + SEED_LEN + 20;
/// What the header begins with: its own size.
const INNER_HEADER_LEN: u32 = 20;

/// Why obfuscated text could not be read. None of them repeats any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// A character that is no hexadecimal digit, or half a byte at the end.
    #[error("the obfuscated text is not hexadecimal at character {0}")]
    NotHexadecimal(usize),
    /// The text ends too early.
    #[error("the obfuscated text is cut off: {expected} bytes are needed, {found} are there")]
    Truncated {
        /// Bytes needed by the head or by the length in it.
        expected: u64,
        /// Bytes there.
        found: u64,
    },
    /// The first word names no known cipher.
    #[error(
        "the obfuscated text uses an unknown algorithm 0x{0:08X}; 0x00001389 (Triple DES) and 0x0000138A (AES-256) are known"
    )]
    UnknownAlgorithm(u32),
    /// The cipher of the first word is not that of the header.
    #[error("the obfuscated text contradicts itself: 0x{word:04X} in front, but algorithm 0x{id:04X} in its header")]
    Contradiction {
        /// The first word.
        word: u32,
        /// `ALG_ID` of the header.
        id: u32,
    },
    /// The head contradicts itself, or the text does not decrypt.
    #[error("the obfuscated text is damaged at byte {offset}: {what}")]
    Damaged {
        /// Where in the bytes.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// What decrypts is no text.
    #[error("the obfuscated text is damaged: {0}")]
    Text(TextError),
}

/// The cipher of the first word.
const fn of_word(word: u32) -> Option<Algorithm> {
    match word {
        0x1389 => Some(Algorithm::TripleDes),
        0x138A => Some(Algorithm::Aes256),
        _ => None,
    }
}

/// Whether the text can be obfuscated text: it begins like a known or an unknown form of it, not like XML.
#[must_use]
pub fn is_obfuscated(text: &str) -> bool {
    text.trim_start_matches('\u{FEFF}').trim_start().starts_with(|first: char| first.is_ascii_hexdigit())
}

/// Reads obfuscated text; the NUL behind it is taken away. What stands behind the ciphertext is ignored, as real texts have
/// bytes there.
///
/// # Errors
/// See [`SecretError`].
pub fn reveal(text: &str) -> Result<Zeroizing<String>, SecretError> {
    let bytes = unhex(text)?;
    let word = |offset: usize| bytes.get(offset..offset + 4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]]));
    let short = |expected: u64| SecretError::Truncated { expected, found: bytes.len() as u64 };
    let first = word(0).ok_or(short(HEAD_LEN as u64))?;
    let algorithm = of_word(first).ok_or(SecretError::UnknownAlgorithm(first))?;
    let seed = bytes.get(4..4 + SEED_LEN).ok_or(short(HEAD_LEN as u64))?;
    let (Some(size), Some(plain_len), Some(cipher_len), Some(id)) = (word(44), word(48), word(52), word(56)) else {
        return Err(short(HEAD_LEN as u64));
    };
    if size != INNER_HEADER_LEN {
        return Err(SecretError::Damaged { offset: 44, what: "the header size is not 20" });
    }
    if id != algorithm.id() {
        return Err(SecretError::Contradiction { word: first, id });
    }
    let block = algorithm.block_len() as u64;
    if (u64::from(plain_len) / block + 1) * block != u64::from(cipher_len) {
        return Err(SecretError::Damaged { offset: 48, what: "plain length and cipher length do not fit together" });
    }
    let end = HEAD_LEN as u64 + u64::from(cipher_len);
    let range = HEAD_LEN..usize::try_from(end).map_err(|_| short(end))?;
    let ciphertext = bytes.get(range).ok_or(short(end))?;
    let damaged = |what| SecretError::Damaged { offset: HEAD_LEN as u64, what };
    let plain =
        algorithm.decrypt(&*derive(seed), ciphertext).ok_or(damaged("the ciphertext is no whole number of blocks"))?;
    text_of(&plain, usize::try_from(plain_len).map_err(|_| short(end))?).map_err(|error| match error {
        None => damaged("it does not end in PKCS #7 padding"),
        Some(error) => SecretError::Text(error),
    })
}

/// The text in front of the padding; `None` as error when the padding is wrong.
fn text_of(padded: &[u8], plain_len: usize) -> Result<Zeroizing<String>, Option<TextError>> {
    let (plain, padding) = padded.split_at_checked(plain_len).ok_or(None)?;
    if !padding.iter().all(|byte| usize::from(*byte) == padding.len()) {
        return Err(None);
    }
    let mut text = from_utf16le(plain).map_err(Some)?;
    let length = text.trim_end_matches('\0').len();
    text.truncate(length);
    Ok(text)
}

/// Writes obfuscated text, in upper-case digits, as the provider of a site gives it. Only [`Algorithm::TripleDes`] and
/// [`Algorithm::Aes256`] have a form; `None` for others, and for text whose length does not fit the header.
#[must_use]
pub fn obfuscate(text: &str, seed: &[u8; SEED_LEN], algorithm: Algorithm) -> Option<Zeroizing<String>> {
    let word = [0x1389_u32, 0x138A].into_iter().find(|word| of_word(*word) == Some(algorithm))?;
    let mut plain = Zeroizing::new(Vec::with_capacity(text.encode_utf16().count() * 2 + 2));
    plain.extend_from_slice(&to_utf16le(text));
    plain.extend_from_slice(&[0, 0]);
    let ciphertext = algorithm.encrypt(&*derive(seed), &plain)?;
    let lengths = [u32::try_from(plain.len()).ok()?, u32::try_from(ciphertext.len()).ok()?];
    let mut bytes = word.to_le_bytes().to_vec();
    bytes.extend_from_slice(seed);
    for field in [INNER_HEADER_LEN, lengths[0], lengths[1], algorithm.id(), 0] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.extend_from_slice(&ciphertext);
    let mut digits = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default().to_ascii_uppercase();
    digits.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    Some(digits)
}

/// The bytes of hexadecimal digits; white space around them does not count.
fn unhex(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let digits = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').as_bytes();
    let value = |place: usize| {
        let digit = digits.get(place).and_then(|digit| char::from(*digit).to_digit(16));
        digit.and_then(|digit| u8::try_from(digit).ok()).ok_or(SecretError::NotHexadecimal(place))
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for place in (0..digits.len()).step_by(2) {
        bytes.push(value(place)? << 4 | value(place + 1)?);
    }
    Ok(bytes)
}
