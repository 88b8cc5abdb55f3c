//! The security version number of a boot manager: what a computer compares with its floor.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A security version number ("SVN"), such as `9.0`: the high word is the major number. Text form, also in JSON:
/// `major.minor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, JsonSchema)]
#[schemars(with = "String")]
pub struct SecurityVersion {
    /// Counts up with every revocation.
    pub major: u16,
    /// Counts up between them.
    pub minor: u16,
}

/// Text that is no security version number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a security version number has the form 'major.minor', each from 0 to 65535")]
pub struct VersionTextError;

impl From<u32> for SecurityVersion {
    fn from(value: u32) -> Self {
        Self { major: (value >> 16) as u16, minor: (value & 0xFFFF) as u16 }
    }
}

impl fmt::Display for SecurityVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for SecurityVersion {
    type Err = VersionTextError;

    fn from_str(text: &str) -> Result<Self, VersionTextError> {
        let (major, minor) = text.split_once('.').ok_or(VersionTextError)?;
        let number = |part: &str| match part.bytes().all(|b| b.is_ascii_digit()) {
            true => part.parse().map_err(|_| VersionTextError),
            false => Err(VersionTextError),
        };
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl Serialize for SecurityVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecurityVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_word_is_the_major_number() {
        let version = SecurityVersion::from(0x0009_0000);
        assert_eq!((version.to_string().as_str(), version.major), ("9.0", 9));
        assert_eq!("3.1".parse(), Ok(SecurityVersion { major: 3, minor: 1 }));
        assert!(SecurityVersion::from(0x0003_0001) < version);
        for bad in ["", "9", "9.", ".1", "9.0.0", "+9.0", "70000.0"] {
            assert_eq!(bad.parse::<SecurityVersion>(), Err(VersionTextError), "{bad}");
        }
    }
}
