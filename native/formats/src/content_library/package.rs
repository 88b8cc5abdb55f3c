//! `PkgLib\<package>.INI`: which contents a package has.

use std::{collections::HashSet, io::BufRead};

use super::{
    IniError, IniErrorKind, decimal,
    lines::{Keys, each},
};

/// What `PkgLib\<package>.INI` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageIni {
    /// `[Info] Version`: only for packages with a single content, which is then `<package>.<version>`.
    pub version: Option<u32>,
    /// `[Info] Flags`: the package flags of the site database.
    pub flags: Option<u32>,
    /// `[Packages]`: content IDs in their order and spelling, each once. While an update is under way, a package with a
    /// version lists its old content too.
    pub contents: Vec<String>,
}

impl PackageIni {
    /// Reads the file. Sections and keys count in any case, of a key that is there twice the first counts.
    ///
    /// # Errors
    /// [`IniError`] with the line; a content ID that cannot be the name of a folder is refused.
    pub fn read(reader: impl BufRead) -> Result<Self, IniError> {
        let mut reading = Reading::default();
        each(reader, &mut reading)?;
        Ok(reading.ini)
    }

    /// The bytes of the file, as a site writes it: ASCII, CR LF.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = String::from("[Packages]\r\n");
        for content in &self.contents {
            text.push_str(content);
            text.push_str("=\r\n");
        }
        text.push_str("[Info]\r\n");
        if let Some(version) = self.version {
            text.push_str(&format!("Version={version}\r\n"));
        }
        if let Some(flags) = self.flags {
            text.push_str(&format!("Flags={flags}\r\n"));
        }
        text.into_bytes()
    }

    /// The contents that count: `<package>.<version>` alone when there is a version, else all. A stale distribution point
    /// has a version whose content it does not list; then the answer is empty.
    #[must_use]
    pub fn current_contents(&self, package_id: &str) -> Vec<&str> {
        let wanted = self.version.map(|version| format!("{package_id}.{version}"));
        let counts = |id: &&String| wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(id));
        self.contents.iter().filter(counts).map(String::as_str).collect()
    }
}

/// Checks that a content ID can be the name of a folder: it becomes part of a path and of a URL.
///
/// # Errors
/// What is wrong with it.
pub fn check_content_id(id: &str) -> Result<(), &'static str> {
    if id.is_empty() {
        Err("it is empty")
    } else if id.encode_utf16().count() > 255 {
        Err("it has more than 255 characters")
    } else if id.ends_with('.') || id.starts_with('.') {
        Err("it begins or ends with a dot")
    } else if id.chars().any(|c| c.is_control() || "\\/:*?\"<>|\u{FFFD}".contains(c)) {
        Err("it holds characters that a folder name cannot have")
    } else {
        Ok(())
    }
}

#[derive(Default)]
struct Reading {
    ini: PackageIni,
    seen: HashSet<String>,
}

impl Keys for Reading {
    fn take(&mut self, section: &str, key: &str, value: &str) -> Result<(), IniErrorKind> {
        if section.eq_ignore_ascii_case("Packages") {
            check_content_id(key).map_err(|reason| IniErrorKind::ContentId { id: key.to_owned(), reason })?;
            if self.seen.insert(key.to_lowercase()) {
                self.ini.contents.push(key.to_owned());
            }
        } else if section.eq_ignore_ascii_case("Info") && key.eq_ignore_ascii_case("Version") {
            let version = decimal("Version", value, "version number")?;
            self.ini.version.get_or_insert(version);
        } else if section.eq_ignore_ascii_case("Info") && key.eq_ignore_ascii_case("Flags") {
            let flags = decimal("Flags", value, "32-bit number")?;
            self.ini.flags.get_or_insert(flags);
        }
        Ok(())
    }
}
