//! A SHA-256 value as ConfigMgr writes it: 64 hexadecimal digits, upper case. Computing hashes is not done here.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A SHA-256 hash of 32 bytes. Text form, also in JSON: 64 upper-case hexadecimal digits, as the content library names
/// its files; reading accepts lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String")]
pub struct Sha256Hash(pub [u8; 32]);

/// Text that is not a SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashTextError {
    /// Not 64 characters long; the length in bytes.
    #[error("a SHA-256 hash has 64 hexadecimal digits, this has {0} characters")]
    Length(usize),
    /// Not a hexadecimal digit, at this byte.
    #[error("a SHA-256 hash has only hexadecimal digits, character {0} is none")]
    Digit(usize),
}

impl Sha256Hash {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Sha256Hash {
    type Err = HashTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(HashTextError::Length(text.len()));
        }
        let mut bytes = [0; 32];
        for (place, (byte, pair)) in bytes.iter_mut().zip(pairs).enumerate() {
            let high = digit(pair[0]).ok_or(HashTextError::Digit(place * 2 + 1))?;
            let low = digit(pair[1]).ok_or(HashTextError::Digit(place * 2 + 2))?;
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Option<u8> {
    let value = DIGITS[usize::from(character)];
    (value < 16).then_some(value)
}

/// The value of each character as a hexadecimal digit; others have one that is too large. A table, because no processor
/// foresees whether the next digit of a hash is a letter.
const DIGITS: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

impl fmt::Display for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Sha256Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Hash({self})")
    }
}

impl Serialize for Sha256Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    #[test]
    fn text_is_upper_case_and_both_cases_are_read() {
        let hash: Sha256Hash = ABC.parse().unwrap();
        assert_eq!(hash.to_string(), ABC);
        assert_eq!(ABC.to_lowercase().parse(), Ok(hash));
        assert_eq!(hash.as_bytes()[..3], [0xBA, 0x78, 0x16]);
    }

    #[test]
    fn other_text_is_refused_with_the_place() {
        assert_eq!("".parse::<Sha256Hash>(), Err(HashTextError::Length(0)));
        assert_eq!(ABC[1..].parse::<Sha256Hash>(), Err(HashTextError::Length(63)));
        assert_eq!(format!("{ABC}0").parse::<Sha256Hash>(), Err(HashTextError::Length(65)));
        assert_eq!(ABC.replace("78", "7g").parse::<Sha256Hash>(), Err(HashTextError::Digit(4)));
        assert_eq!(format!("+{}", &ABC[1..]).parse::<Sha256Hash>(), Err(HashTextError::Digit(1)));
    }

    #[test]
    fn json_is_the_text() {
        let hash: Sha256Hash = ABC.parse().unwrap();
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, format!("\"{ABC}\""));
        assert_eq!(serde_json::from_str::<Sha256Hash>(&json).unwrap(), hash);
        assert!(serde_json::from_str::<Sha256Hash>("\"12\"").is_err());
    }
}
