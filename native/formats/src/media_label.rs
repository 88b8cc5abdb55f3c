//! MediaLabel.txt, and which labels a medium can have.
//!
//! The label is also the volume name of the medium. A UDF volume name holds 126 bytes (ECMA-167 1/7.2.12), an ISO 9660
//! one 32 characters (ECMA-119 8.4.7), a Joliet one 16, a FAT one 11: up to 32 characters a label stands whole in UDF and
//! ISO 9660 alike, the shorter fields carry its beginning.

use crate::{
    profile::MediaProfile,
    text::{self, TextError},
};

/// A real file has one line.
const MAX_LEN: usize = 4096;

/// Why a label, or a label file, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing but blanks.
    #[error("the media label is empty")]
    Empty,
    /// More characters than a volume name holds.
    #[error("the media label has {found} characters, a volume name holds {limit}")]
    TooLong {
        /// Characters (UTF-16 units, as the file systems count).
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A control character, a line end among them.
    #[error("the media label holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// A character that no FAT or NTFS volume name holds.
    #[error("the media label holds '{0}', which file systems refuse in a volume name")]
    Character(char),
    /// Blanks at an end get lost.
    #[error("the media label begins or ends with a blank")]
    Blank,
    /// MediaLabel.txt is no text.
    #[error("MediaLabel.txt is no text")]
    Text(#[source] TextError),
    /// MediaLabel.txt is far too large.
    #[error("MediaLabel.txt has {0} bytes, which is too large")]
    TooLarge(usize),
    /// MediaLabel.txt has no line with the label.
    #[error("MediaLabel.txt has no line that begins with '{0}'")]
    NoLabel(String),
}

/// Checks a label.
///
/// # Errors
/// The first rule that the label breaks.
pub fn check(label: &str, profile: &MediaProfile) -> Result<(), LabelError> {
    let limit = profile.label.max_characters;
    let found = label.encode_utf16().count();
    if label.trim().is_empty() {
        return Err(LabelError::Empty);
    }
    if let Some(control) = label.chars().find(|c| c.is_control()) {
        return Err(LabelError::Control(control));
    }
    if let Some(refused) = label.chars().find(|c| "\"*/:<>?\\|".contains(*c)) {
        return Err(LabelError::Character(refused));
    }
    if label.trim() != label {
        return Err(LabelError::Blank);
    }
    if found > limit { Err(LabelError::TooLong { found, limit }) } else { Ok(()) }
}

/// The bytes of MediaLabel.txt: one line. UTF-8; the label is checked first.
///
/// # Errors
/// As [`check`].
pub fn to_bytes(label: &str, profile: &MediaProfile) -> Result<Vec<u8>, LabelError> {
    check(label, profile)?;
    Ok(format!("{}{label}{}", profile.label.file_prefix, profile.label.file_line_end).into_bytes())
}

/// The label in the bytes of MediaLabel.txt, unchecked, as it may come from elsewhere.
///
/// # Errors
/// [`LabelError::TooLarge`], [`LabelError::Text`], [`LabelError::NoLabel`].
pub fn from_bytes(bytes: &[u8], profile: &MediaProfile) -> Result<String, LabelError> {
    if bytes.len() > MAX_LEN {
        return Err(LabelError::TooLarge(bytes.len()));
    }
    let prefix = &profile.label.file_prefix;
    let text = text::decode(bytes).map_err(LabelError::Text)?;
    text.lines()
        .filter_map(|line| {
            let start = line.get(..prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then(|| line[prefix.len()..].trim().to_owned())
        })
        .next()
        .ok_or_else(|| LabelError::NoLabel(prefix.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_line() {
        let profile = MediaProfile::default();
        let bytes = to_bytes("Configuration Manager", &profile).unwrap();
        assert_eq!(bytes, b"label=Configuration Manager\r\n");
        assert_eq!(from_bytes(&bytes, &profile).unwrap(), "Configuration Manager");
        assert_eq!(from_bytes(b"\xFF\xFEl\0a\0b\0e\0l\0=\0X\0", &profile).unwrap(), "X");
        assert_eq!(from_bytes(b"\nLABEL= a = b \nlabel=second", &profile).unwrap(), "a = b");
    }

    #[test]
    fn labels_that_a_volume_cannot_have_are_refused_with_the_reason() {
        let profile = MediaProfile::default();
        let check = |label: &str| check(label, &profile);
        assert_eq!(check(&"x".repeat(32)), Ok(()));
        assert_eq!(check("B\u{fc}ro 3 (x64)"), Ok(()));
        assert_eq!(check(&"x".repeat(33)), Err(LabelError::TooLong { found: 33, limit: 32 }));
        assert_eq!(check(&"\u{1F600}".repeat(17)), Err(LabelError::TooLong { found: 34, limit: 32 }));
        assert_eq!(check(""), Err(LabelError::Empty));
        assert_eq!(check("  \t"), Err(LabelError::Empty));
        assert_eq!(check("a\nb"), Err(LabelError::Control('\n')));
        assert_eq!(check("a\u{85}"), Err(LabelError::Control('\u{85}')));
        assert_eq!(check("a:b"), Err(LabelError::Character(':')));
        assert_eq!(check(" a"), Err(LabelError::Blank));
    }

    #[test]
    fn files_without_label_are_refused() {
        let profile = MediaProfile::default();
        assert_eq!(from_bytes(b"", &profile), Err(LabelError::NoLabel("label=".into())));
        assert!(matches!(from_bytes(b"\x80", &profile), Err(LabelError::Text(_))));
        assert!(matches!(from_bytes(&[b' '; MAX_LEN + 1], &profile), Err(LabelError::TooLarge(_))));
        assert_eq!(from_bytes("labe\u{e9}".as_bytes(), &profile), Err(LabelError::NoLabel("label=".into())));
    }
}
