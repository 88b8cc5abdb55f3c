//! `DataLib\<content>.INI`: the hash of a whole content.

use std::io::BufRead;

use super::{
    IniError, IniErrorKind, decimal, hash,
    lines::{Keys, each},
};
use crate::sha256::Sha256Hash;

/// What `DataLib\<content>.INI` says. How the product computes the hash over a folder is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContentIni {
    /// `[Info] Hash`: hash over the whole content.
    pub hash: Option<Sha256Hash>,
    /// Whether the hash was written with lower-case letters, which the product does not do.
    pub hash_was_lower_case: bool,
    /// `[Info] HashAlgorithm`: CryptoAPI `ALG_ID`, 32780 for SHA-256.
    pub hash_algorithm: Option<u32>,
}

impl ContentIni {
    /// Reads the file. Sections and keys count in any case, of a key that is there twice the first counts.
    ///
    /// # Errors
    /// [`IniError`] with the line. A missing hash is no error: verification goes by the hashes of the files.
    pub fn read(reader: impl BufRead) -> Result<Self, IniError> {
        let mut ini = Self::default();
        each(reader, &mut ini)?;
        Ok(ini)
    }

    /// The bytes of the file: ASCII, CR LF, 100 bytes with hash and algorithm.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::from("[Info]\r\n");
        if let Some(hash) = self.hash {
            text.push_str(&format!("Hash={hash}\r\n"));
        }
        if let Some(algorithm) = self.hash_algorithm {
            text.push_str(&format!("HashAlgorithm={algorithm}\r\n"));
        }
        text.into_bytes()
    }
}

impl Keys for ContentIni {
    fn take(&mut self, section: &str, key: &str, value: &str) -> Result<(), IniErrorKind> {
        if !section.eq_ignore_ascii_case("Info") {
            return Ok(());
        }
        if key.eq_ignore_ascii_case("Hash") {
            let (value, lower) = hash("Hash", value)?;
            if self.hash.is_none() {
                (self.hash, self.hash_was_lower_case) = (Some(value), lower);
            }
        } else if key.eq_ignore_ascii_case("HashAlgorithm") {
            let algorithm = decimal("HashAlgorithm", value, "32-bit number")?;
            self.hash_algorithm.get_or_insert(algorithm);
        }
        Ok(())
    }
}
