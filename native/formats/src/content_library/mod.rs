//! The INI files of a content library: packages, contents, files.
//!
//! `PkgLib\<package>.INI` ([`PackageIni`]), `DataLib\<content>.INI` ([`ContentIni`]) and
//! `DataLib\<content>\<path>.INI` ([`FileIni`]); see `docs/formats.md`, "Content library". The readers are tolerant in
//! form (line ends, BOM, comments, unknown sections and keys, case of names) and strict in values. They read line by line,
//! so that a file of any size needs little memory.

mod content;
mod file;
mod lines;
mod package;

pub use content::ContentIni;
pub use file::FileIni;
pub use package::{PackageIni, check_content_id};

use std::fmt;

use crate::sha256::{HashTextError, Sha256Hash};

/// Why an INI file of a content library cannot be used.
#[derive(Debug)]
pub struct IniError {
    /// Line of the file, from 1; the last one read for what is missing.
    pub line: u64,
    /// What is wrong.
    pub kind: IniErrorKind,
}

impl fmt::Display for IniError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {})", self.kind, self.line)
    }
}

impl std::error::Error for IniError {
    // The kind is in the message already, so its cause comes next.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}

/// What is wrong with an INI file of a content library.
#[derive(Debug, thiserror::Error)]
pub enum IniErrorKind {
    /// Reading failed.
    #[error("the INI file cannot be read")]
    Io(#[from] std::io::Error),
    /// A line longer than any real one.
    #[error("the line has more than {0} bytes")]
    LineTooLong(usize),
    /// A file larger than any real one.
    #[error("the INI file has more than {0} bytes")]
    FileTooLong(u64),
    /// NUL bytes: UTF-16, or no text at all.
    #[error("the INI file holds NUL bytes: it is UTF-16, or no text")]
    NotText,
    /// A key that must be there.
    #[error("the INI file has no {key} in section [{section}]")]
    Missing {
        /// Section, without brackets.
        section: &'static str,
        /// Key.
        key: &'static str,
    },
    /// A number that is none, or is too large.
    #[error("{key} is '{}', which is no {wanted}", .value.escape_debug())]
    Number {
        /// Key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A hash that is none.
    #[error("{key} is '{}', which is no SHA-256 hash", .value.escape_debug())]
    Hash {
        /// Key.
        key: &'static str,
        /// Its value.
        value: String,
        /// Why not.
        #[source]
        reason: HashTextError,
    },
    /// A content ID that cannot be a folder name.
    #[error("'{}' is no content ID: {reason}", .id.escape_debug())]
    ContentId {
        /// The ID.
        id: String,
        /// Why not.
        reason: &'static str,
    },
}

/// A number in decimal digits only: no sign, no blanks.
fn decimal<T: std::str::FromStr>(key: &'static str, value: &str, wanted: &'static str) -> Result<T, IniErrorKind> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { value.parse().ok() } else { None };
    number.ok_or_else(|| IniErrorKind::Number { key, value: value.to_owned(), wanted })
}

/// A hash, and whether it was written with lower-case letters.
fn hash(key: &'static str, value: &str) -> Result<(Sha256Hash, bool), IniErrorKind> {
    let hash = value.parse().map_err(|reason| IniErrorKind::Hash { key, value: value.to_owned(), reason })?;
    Ok((hash, value.bytes().any(|byte| byte.is_ascii_lowercase())))
}

#[cfg(test)]
mod tests;
