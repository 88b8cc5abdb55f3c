//! The zip file under an export: opened with distrust. Sizes are limited whatever it says of itself, names may not lead out of
//! it, entries may not overlap.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use tsm_formats::text;
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::{
    ExportError,
    ExportErrorKind::{Unreadable, Unsafe},
};

/// Entries in a file; real ones have a few for each object.
const MOST_ENTRIES: usize = 50_000;
/// Bytes of one entry: a task sequence of the largest size, with what is around it.
const MOST_OF_ONE: u64 = 96 << 20;
/// Bytes of all entries.
const MOST_OF_ALL: u64 = 512 << 20;

/// A zip file that is open.
pub(super) struct Archive<R> {
    path: Utf8PathBuf,
    zip: ZipArchive<R>,
    modified: Timestamp,
    /// Bytes that may still be read.
    left: u64,
}

impl Archive<BufReader<File>> {
    pub(super) fn open(path: &Utf8Path) -> Result<Self, ExportError> {
        let unreadable =
            |error: std::io::Error| ExportError::new(Unreadable, path, "the file cannot be read").because(error);
        let file = File::open(path).map_err(unreadable)?;
        let modified = file.metadata().and_then(|data| data.modified()).map_err(unreadable)?;
        let modified = Timestamp::try_from(modified).unwrap_or(Timestamp::UNIX_EPOCH);
        Self::of(BufReader::new(file), path, modified)
    }
}

impl<R: Read + Seek> Archive<R> {
    /// A file that is open already; `path` names it in errors.
    pub(super) fn of(file: R, path: &Utf8Path, modified: Timestamp) -> Result<Self, ExportError> {
        let mut zip = ZipArchive::new(file).map_err(|error| fault(path, error))?;
        check(path, &mut zip)?;
        Ok(Self { path: path.to_owned(), zip, modified, left: MOST_OF_ALL })
    }

    /// When the file was last written.
    pub(super) fn modified(&self) -> Timestamp {
        self.modified
    }

    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }

    /// Name of an entry. Bytes that are no text of their code page do not matter: they are shown, and never a path.
    pub(super) fn name(&mut self, index: usize) -> Result<String, ExportError> {
        let entry = self.zip.by_index_raw(index).map_err(|error| fault(&self.path, error))?;
        Ok(name_of(entry.name_raw(), entry.name().ok().as_deref()))
    }

    /// Text of an entry: UTF-8, UTF-16, or else the code page of Western Windows.
    pub(super) fn text(&mut self, index: usize) -> Result<String, ExportError> {
        let name = self.name(index)?;
        let shown = name.escape_debug().to_string();
        let mut entry = self.zip.by_index(index).map_err(|error| fault(&self.path, error))?;
        let limit = MOST_OF_ONE.min(self.left);
        let mut bytes = Vec::new();
        let read = entry.by_ref().take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            ExportError::new(Unreadable, &self.path, format!("'{shown}' cannot be read: it is damaged")).because(error)
        })?;
        let length = bytes.len() as u64;
        if length > limit {
            return Err(ExportError::new(Unsafe, &self.path, format!("'{shown}' has more than {limit} bytes")));
        }
        self.left -= length;
        Ok(decoded(bytes))
    }
}

/// The text of bytes. UTF-8 is not copied: a task sequence can be large.
fn decoded(bytes: Vec<u8>) -> String {
    // The zero of UTF-16 would be a good character of UTF-8.
    let wide = matches!(bytes.as_slice(), [_, 0, ..]);
    match String::from_utf8(bytes) {
        Ok(text) if !wide => text,
        Ok(text) => text::decode(text.as_bytes()).map_or_else(|_| text.clone(), |text| text.into_owned()),
        Err(error) => match text::decode(error.as_bytes()) {
            Ok(text) => text.into_owned(),
            Err(_) => text::from_windows_1252(error.as_bytes()),
        },
    }
}

/// Names without the flag for UTF-8 are often UTF-8 all the same; else they are of the old code page of DOS.
fn name_of(raw: &[u8], decoded: Option<&str>) -> String {
    match (std::str::from_utf8(raw), decoded) {
        (Ok(name), _) => name.to_owned(),
        (Err(_), Some(name)) => name.to_owned(),
        (Err(_), None) => String::from_utf8_lossy(raw).into_owned(),
    }
}

fn check<R: Read + Seek>(path: &Utf8Path, zip: &mut ZipArchive<R>) -> Result<(), ExportError> {
    let harmful = |message: String| ExportError::new(Unsafe, path, message);
    if zip.len() > MOST_ENTRIES {
        return Err(harmful(format!("{} entries are too many for an export", zip.len())));
    }
    if zip.has_duplicate_names() {
        return Err(harmful("two entries have the same name".to_owned()));
    }
    let mut all: u64 = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|error| fault(path, error))?;
        let name = name_of(entry.name_raw(), entry.name().ok().as_deref());
        let shown = name.escape_debug();
        if leads_out(&name) {
            return Err(harmful(format!("the name '{shown}' leads out of it")));
        }
        if entry.encrypted() {
            let message = format!("'{shown}' is encrypted, which exports are not");
            return Err(ExportError::new(Unreadable, path, message));
        }
        all = all.saturating_add(entry.size());
        if all > MOST_OF_ALL {
            return Err(harmful(format!("its entries have more than {MOST_OF_ALL} bytes when unpacked")));
        }
    }
    if zip.has_overlapping_files().map_err(|error| fault(path, error))? {
        return Err(harmful("its entries lie over each other".to_owned()));
    }
    Ok(())
}

/// Whether a name would leave its folder when it is taken as a path, on any system.
fn leads_out(name: &str) -> bool {
    let name = name.replace('\\', "/");
    // The parts of an Open Packaging Convention file may begin with one slash.
    let inner = name.strip_prefix('/').unwrap_or(&name);
    inner.starts_with('/')
        || inner.split('/').any(|part| part == "..")
        || inner.split('/').next().is_some_and(|first| first.len() == 2 && first.ends_with(':'))
        || name.contains('\0')
}

fn fault(path: &Utf8Path, error: ZipError) -> ExportError {
    let message = match &error {
        ZipError::InvalidArchive(_) => "it is no zip file, or it is damaged",
        ZipError::UnsupportedArchive(_) => "it is packed in a way that exports are not",
        _ => "the file cannot be read",
    };
    ExportError::new(Unreadable, path, message).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_folder_are_found_on_any_system() {
        for bad in
            ["../a", "a/../../b", "a\\..\\..\\b", "//server/x", "\\\\server\\x", "C:/x", "c:\\x", "a\0b", "/../x"]
        {
            assert!(leads_out(bad), "{bad:?}");
        }
        for good in
            ["a/b.xml", "/SMS_Package/x", "[Content_Types].xml", "SMS_Program/x%20y/object.xml", "a..b/c", "..."]
        {
            assert!(!leads_out(good), "{good:?}");
        }
    }

    #[test]
    fn a_name_is_utf_8_when_it_can_be() {
        assert_eq!(name_of("Gr\u{f6}\u{df}e".as_bytes(), Some("Gr\u{251c}\u{f6}")), "Gr\u{f6}\u{df}e");
        assert_eq!(name_of(b"Gr\x94\xE1e", Some("Gr\u{f6}\u{df}e")), "Gr\u{f6}\u{df}e");
        assert_eq!(name_of(b"\xFF", None), "\u{FFFD}");
    }
}
