//! Site facts that are in several files: facts files, and export files of task sequences. All end in one [`SiteFacts`].

use super::facts_error;
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use std::io::Read as _;
use tsm_site::SiteFacts;
use tsm_site::export::{self, ExportError, ExportErrorKind};

/// Facts files come first, whatever their place in the list: an export file knows least, and what it says of packages is as
/// old as the export.
pub(super) fn load(paths: &[String]) -> Result<SiteFacts> {
    let mut files: Vec<(bool, &Utf8Path)> =
        paths.iter().map(|p| (is_export(Utf8Path::new(p)), Utf8Path::new(p))).collect();
    files.sort_by_key(|(is_export, _)| *is_export);
    let mut all: Option<SiteFacts> = None;
    for (is_export, path) in files {
        let (facts, source) = if is_export {
            (export::read(path).map_err(export_error)?, format!("export file '{path}'"))
        } else {
            (SiteFacts::load(path).map_err(facts_error)?, format!("facts file '{path}'"))
        };
        all = Some(match all {
            None => facts,
            Some(first) => of_one_site(first, facts, &source)?,
        });
    }
    all.ok_or_else(|| {
        Error::new(ErrorKind::DefinitionIncomplete, Stage::Site, "The definition names no site facts.")
            .target("siteFacts")
    })
}

/// Both together, when they are of the same site.
pub(crate) fn of_one_site(first: SiteFacts, other: SiteFacts, source: &str) -> Result<SiteFacts> {
    if first.site_code.eq_ignore_ascii_case(&other.site_code) {
        return Ok(first.with(other, source));
    }
    let message =
        format!("The {source} is of site {}, the facts before it are of site {}.", other.site_code, first.site_code);
    Err(Error::new(ErrorKind::SiteCodeMismatch, Stage::Site, message).target("siteFacts"))
}

/// Whether a file is a zip, by its first bytes. One that cannot be read is told of when it is read as facts.
fn is_export(path: &Utf8Path) -> bool {
    let mut head = [0; 2];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *b"PK"
}

/// An export file that cannot be used, as an error of this crate.
pub(crate) fn export_error(error: ExportError) -> Error {
    let kind = match error.kind() {
        ExportErrorKind::Unsafe => ErrorKind::ExportUnsafe,
        _ => ErrorKind::ExportUnreadable,
    };
    let message = format!("{}.", crate::text::sentence(&error.to_string()));
    Error::new(kind, Stage::Site, message).target(error.path().as_str()).source(error)
}
