//! `DataLib\<content>\<path>.INI`: one file of a content.

use std::io::BufRead;

use super::{
    IniError, IniErrorKind, decimal, hash,
    lines::{Keys, each},
};
use crate::sha256::Sha256Hash;

/// What the INI file of one file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIni {
    /// `Size`: bytes.
    pub size: u64,
    /// `Attributes`: Win32 file attributes (hexadecimal text in the file).
    pub attributes: u32,
    /// `TimeModified`: FILETIME, see [`crate::filetime`].
    pub modified_filetime: u64,
    /// `Hash`: SHA-256 of the file, which is its name in FileLib.
    pub hash: Sha256Hash,
    /// Whether the hash was written with lower-case letters, which the product does not do.
    pub hash_was_lower_case: bool,
}

impl FileIni {
    /// Reads the file. Sections and keys count in any case, of a key that is there twice the first counts.
    ///
    /// # Errors
    /// [`IniError`] with the line; all four keys must be there.
    pub fn read(reader: impl BufRead) -> Result<Self, IniError> {
        let mut found = Found::default();
        let line = each(reader, &mut found)?;
        let missing = |key| IniError { line, kind: IniErrorKind::Missing { section: "File", key } };
        let (hash, hash_was_lower_case) = found.hash.ok_or_else(|| missing("Hash"))?;
        Ok(Self {
            size: found.size.ok_or_else(|| missing("Size"))?,
            attributes: found.attributes.ok_or_else(|| missing("Attributes"))?,
            modified_filetime: found.modified.ok_or_else(|| missing("TimeModified"))?,
            hash,
            hash_was_lower_case,
        })
    }

    /// The bytes of the file: ASCII, CR LF.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        format!(
            "[File]\r\nSize={}\r\nAttributes={:x}\r\nTimeModified={}\r\nHash={}\r\n",
            self.size, self.attributes, self.modified_filetime, self.hash
        )
        .into_bytes()
    }
}

#[derive(Default)]
struct Found {
    size: Option<u64>,
    attributes: Option<u32>,
    modified: Option<u64>,
    hash: Option<(Sha256Hash, bool)>,
}

impl Keys for Found {
    fn take(&mut self, section: &str, key: &str, value: &str) -> Result<(), IniErrorKind> {
        if !section.eq_ignore_ascii_case("File") {
            return Ok(());
        }
        if key.eq_ignore_ascii_case("Size") {
            let size = decimal("Size", value, "number of bytes")?;
            self.size.get_or_insert(size);
        } else if key.eq_ignore_ascii_case("TimeModified") {
            let time = decimal("TimeModified", value, "FILETIME")?;
            self.modified.get_or_insert(time);
        } else if key.eq_ignore_ascii_case("Attributes") {
            let attributes = hexadecimal(value)?;
            self.attributes.get_or_insert(attributes);
        } else if key.eq_ignore_ascii_case("Hash") {
            let hash = hash("Hash", value)?;
            self.hash.get_or_insert(hash);
        }
        Ok(())
    }
}

fn hexadecimal(value: &str) -> Result<u32, IniErrorKind> {
    let digits = (1..=8).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = if digits { u32::from_str_radix(value, 16).ok() } else { None };
    number.ok_or_else(|| IniErrorKind::Number {
        key: "Attributes",
        value: value.to_owned(),
        wanted: "hexadecimal number of up to 8 digits",
    })
}
