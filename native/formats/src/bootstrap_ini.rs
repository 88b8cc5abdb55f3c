//! TsmBootstrap.ini: what the boot program reads first.
//!
//! Written as ASCII with CR LF and no BOM, as simple INI parsers want it; read from UTF-8 and UTF-16, with or without
//! BOM, as scripts rewrite the file in both. See `docs/formats.md`, "TsmBootstrap.ini".

use crate::{
    profile::{BootstrapIniProfile, MediaProfile},
    text::{self, TextError},
};

/// A real file has under 100 bytes.
const MAX_LEN: usize = 64 * 1024;

/// The known settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TsmBootstrapIni {
    /// Kind of the medium; the words are in [`BootstrapIniProfile`].
    pub media_type: String,
    /// Whether the wizard asks for the password of the medium.
    pub password_required: bool,
    /// Whether the task sequence starts without questions.
    pub unattended: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBootstrapIni {
    /// The known settings.
    pub ini: TsmBootstrapIni,
    /// Known keys that are not there; they count as `false`.
    pub missing_keys: Vec<String>,
    /// Everything else, in order.
    pub unknown_keys: Vec<IniKey>,
}

/// A key that this version knows nothing about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IniKey {
    /// Its section without brackets, empty in front of the first one.
    pub section: String,
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Why TsmBootstrap.ini cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapIniError {
    /// A text that a line of an ASCII INI file cannot hold.
    #[error("{what} '{}' cannot be written to TsmBootstrap.ini: it must be printable ASCII without '=', brackets and blanks at its ends", .text.escape_debug())]
    NotWritable {
        /// Which text.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Far larger than any real file.
    #[error("TsmBootstrap.ini has {0} bytes, which is too large")]
    TooLarge(usize),
    /// No text.
    #[error("TsmBootstrap.ini is no text")]
    Text(#[source] TextError),
    /// Neither a section nor `key=value`, nor a comment.
    #[error("TsmBootstrap.ini line {line} is neither a section nor a key")]
    Line {
        /// Line, from 1.
        line: usize,
    },
    /// Neither of the two words.
    #[error("TsmBootstrap.ini line {line}: '{}' of {key} is neither true nor false", .value.escape_debug())]
    Boolean {
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// The kind of the medium is not there.
    #[error("TsmBootstrap.ini has no {key} in section {section}")]
    NoMediaType {
        /// Section asked.
        section: String,
        /// Key asked.
        key: String,
    },
}

impl TsmBootstrapIni {
    /// The bytes of the file.
    ///
    /// # Errors
    /// [`BootstrapIniError::NotWritable`] for a media type or a word of the profile that would break the file.
    pub fn to_bytes(&self, profile: &MediaProfile) -> Result<Vec<u8>, BootstrapIniError> {
        let words = &profile.bootstrap_ini;
        let boolean = |value: bool| if value { &words.true_word } else { &words.false_word };
        let lines = [
            (&words.media_type_key, &self.media_type),
            (&words.password_required_key, boolean(self.password_required)),
            (&words.unattended_key, boolean(self.unattended)),
        ];
        let mut file = format!("[{}]\r\n", writable("section", &words.section)?);
        for (key, value) in lines {
            file.push_str(writable("key", key)?);
            file.push('=');
            file.push_str(writable("value", value)?);
            file.push_str("\r\n");
        }
        Ok(file.into_bytes())
    }

    /// Reads the bytes of the file. Names of sections and keys, and the words for booleans, count in any case; of a key
    /// that is there twice the first counts, as for the INI functions of Windows.
    ///
    /// # Errors
    /// All of [`BootstrapIniError`] but [`BootstrapIniError::NotWritable`].
    pub fn from_bytes(bytes: &[u8], profile: &MediaProfile) -> Result<ReadBootstrapIni, BootstrapIniError> {
        if bytes.len() > MAX_LEN {
            return Err(BootstrapIniError::TooLarge(bytes.len()));
        }
        let text = text::decode(bytes).map_err(BootstrapIniError::Text)?;
        let mut found = Found::default();
        let mut section = "";
        for (index, raw) in text.lines().enumerate() {
            let line = raw.trim_matches([' ', '\t', '\r', '\0']);
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.trim();
            } else if let Some((key, value)) = line.split_once('=') {
                found.take(index + 1, section, key.trim(), value.trim(), &profile.bootstrap_ini)?;
            } else {
                return Err(BootstrapIniError::Line { line: index + 1 });
            }
        }
        found.finish(&profile.bootstrap_ini)
    }
}

#[derive(Default)]
struct Found {
    media_type: Option<String>,
    password_required: Option<bool>,
    unattended: Option<bool>,
    unknown_keys: Vec<IniKey>,
}

impl Found {
    fn take(
        &mut self,
        line: usize,
        section: &str,
        key: &str,
        value: &str,
        words: &BootstrapIniProfile,
    ) -> Result<(), BootstrapIniError> {
        let known = section.eq_ignore_ascii_case(&words.section);
        if known && key.eq_ignore_ascii_case(&words.media_type_key) {
            self.media_type.get_or_insert_with(|| value.to_owned());
        } else if known && key.eq_ignore_ascii_case(&words.password_required_key) {
            let value = boolean(line, key, value, words)?;
            self.password_required.get_or_insert(value);
        } else if known && key.eq_ignore_ascii_case(&words.unattended_key) {
            let value = boolean(line, key, value, words)?;
            self.unattended.get_or_insert(value);
        } else {
            let [section, key, value] = [section, key, value].map(str::to_owned);
            self.unknown_keys.push(IniKey { section, key, value });
        }
        Ok(())
    }

    fn finish(self, words: &BootstrapIniProfile) -> Result<ReadBootstrapIni, BootstrapIniError> {
        let Some(media_type) = self.media_type else {
            let (section, key) = (words.section.clone(), words.media_type_key.clone());
            return Err(BootstrapIniError::NoMediaType { section, key });
        };
        let mut missing_keys = Vec::new();
        for (value, key) in
            [(self.password_required, &words.password_required_key), (self.unattended, &words.unattended_key)]
        {
            if value.is_none() {
                missing_keys.push(key.clone());
            }
        }
        let ini = TsmBootstrapIni {
            media_type,
            password_required: self.password_required.unwrap_or(false),
            unattended: self.unattended.unwrap_or(false),
        };
        Ok(ReadBootstrapIni { ini, missing_keys, unknown_keys: self.unknown_keys })
    }
}

fn boolean(line: usize, key: &str, value: &str, words: &BootstrapIniProfile) -> Result<bool, BootstrapIniError> {
    if value.eq_ignore_ascii_case(&words.true_word) {
        Ok(true)
    } else if value.eq_ignore_ascii_case(&words.false_word) {
        Ok(false)
    } else {
        Err(BootstrapIniError::Boolean { line, key: key.to_owned(), value: value.to_owned() })
    }
}

fn writable<'a>(what: &'static str, text: &'a str) -> Result<&'a str, BootstrapIniError> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'=' | b'[' | b']'));
    if printable && !text.is_empty() && text.trim() == text && !text.starts_with(';') {
        Ok(text)
    } else {
        Err(BootstrapIniError::NotWritable { what, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ini() -> TsmBootstrapIni {
        TsmBootstrapIni { media_type: "BootMedia".into(), password_required: true, unattended: false }
    }

    const FILE: &str = "[MediaInfo]\r\nMediaType=BootMedia\r\nPasswordRequired=true\r\nUnattended=false\r\n";

    fn read(bytes: &[u8]) -> Result<ReadBootstrapIni, BootstrapIniError> {
        TsmBootstrapIni::from_bytes(bytes, &MediaProfile::default())
    }

    #[test]
    fn written_as_ascii_with_crlf_and_lower_case_booleans() {
        assert_eq!(ini().to_bytes(&MediaProfile::default()).unwrap(), FILE.as_bytes());
    }

    #[test]
    fn read_in_every_encoding() {
        let wide = |text: &str| text::to_utf16le(text).to_vec();
        for bytes in [
            FILE.as_bytes().to_vec(),
            format!("\u{FEFF}{FILE}").into_bytes(),
            wide(FILE),
            wide(&format!("\u{FEFF}{FILE}")),
            FILE.replace("\r\n", "\n").into_bytes(),
            FILE.trim_end().to_lowercase().replace("bootmedia", "BootMedia").into_bytes(),
            FILE.replace('=', " = ").replace("[Media", "; a comment\r\n\r\n[Media").into_bytes(),
            format!("{FILE}MediaType=Second\r\n").into_bytes(),
        ] {
            let found = read(&bytes).unwrap();
            assert_eq!(found, ReadBootstrapIni { ini: ini(), missing_keys: vec![], unknown_keys: vec![] }, "{bytes:?}");
        }
    }

    #[test]
    fn unknown_and_missing_keys_are_listed() {
        let found = read(b"Early=1\n[MediaInfo]\nMediaType=FullMedia\nMediaSetId={1}\n[More]\nUnattended=x\n").unwrap();
        assert_eq!(
            found.ini,
            TsmBootstrapIni { media_type: "FullMedia".into(), password_required: false, unattended: false }
        );
        assert_eq!(found.missing_keys, ["PasswordRequired", "Unattended"]);
        let unknown: Vec<_> = found.unknown_keys.iter().map(|k| (&*k.section, &*k.key, &*k.value)).collect();
        assert_eq!(unknown, [("", "Early", "1"), ("MediaInfo", "MediaSetId", "{1}"), ("More", "Unattended", "x")]);
    }

    #[test]
    fn other_files_are_refused_with_the_place() {
        assert!(matches!(read(b""), Err(BootstrapIniError::NoMediaType { .. })));
        assert_eq!(read(b"[MediaInfo]\nwhat\n"), Err(BootstrapIniError::Line { line: 2 }));
        assert!(matches!(read(b"[MediaInfo]\nUnattended=yes\n"), Err(BootstrapIniError::Boolean { line: 2, .. })));
        assert!(matches!(read(b"[MediaInfo]\nM\xFF=1"), Err(BootstrapIniError::Text(_))));
        assert_eq!(read(&vec![b'a'; MAX_LEN + 1]), Err(BootstrapIniError::TooLarge(MAX_LEN + 1)));
    }

    #[test]
    fn a_value_cannot_smuggle_a_line() {
        for bad in ["", "a\r\nUnattended=true", "n\u{e9}", "a=b", " x", "a\0"] {
            let ini = TsmBootstrapIni { media_type: bad.into(), ..ini() };
            assert!(
                matches!(ini.to_bytes(&MediaProfile::default()), Err(BootstrapIniError::NotWritable { .. })),
                "{bad:?}"
            );
        }
    }
}
