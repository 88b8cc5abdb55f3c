//! Air-gap bundles: everything that a medium is made from, in one folder or one file, for a computer without any connection.
//!
//! A bundle holds the definition, the site facts, the content as a content library, and the files of the first computer that
//! the definition names. `SHA256SUMS` lists every file, in the form of the program `sha256sum`; `docs/air-gap.md` describes
//! the rest. No password is in it; site facts and task sequences are as they were given.

mod gather;
mod head;
mod index;
mod library;
mod read;
mod write;

use crate::definition::Definition;
use crate::plan::PlanPackage;
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage};
use camino::Utf8Path;
use serde::Serialize;
use tsm_job::Context;

/// A bundle that was written or read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    /// Where it is: a folder, or a file.
    pub path: String,
    /// The identity of the plan: the medium that is made from the bundle has the same.
    pub plan_id: String,
    /// The program that wrote it, with its version.
    pub tool: String,
    /// When it was written (RFC 3339, UTC).
    pub created: String,
    /// How many files it holds.
    pub files: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// The packages whose content is in it.
    pub packages: Vec<PlanPackage>,
    /// The fields of the definition that were left out, because what they name holds a secret.
    pub left_out: Vec<String>,
    /// The definition: as it was given, for a bundle that was written; ready to be built here, for one that was read.
    pub definition: Definition,
}

/// Writes a bundle: a file when the name of `target` ends in `.iso`, else a folder. There must be nothing at `target`.
///
/// # Errors
/// Whatever keeps the medium from being planned, and what keeps the bundle from being written.
pub fn export_content(
    definition: &Definition,
    target: &Utf8Path,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<Bundle> {
    write::export(definition, target, secrets, host, context)
}

/// Checks every byte of a bundle and gives the definition that makes its medium at the path `medium`. The files of a bundle
/// that is one file go into the new folder `destination` first.
///
/// # Errors
/// A bundle that is none, was altered or cut, or comes from a newer version; a destination that is there already.
pub fn import_content(
    source: &Utf8Path,
    destination: Option<&Utf8Path>,
    medium: &Utf8Path,
    context: &Context,
) -> Result<Bundle> {
    read::import(source, destination, medium, context)
}

/// Whether a bundle at this path is a single file.
fn is_file_name(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("iso"))
}

/// Refuses a place that is taken.
fn check_free(place: &Utf8Path) -> Result<()> {
    let fault =
        |message: String| Err(Error::new(ErrorKind::BundleTarget, Stage::Input, message).target(place.as_str()));
    let is_empty = || place.read_dir_utf8().is_ok_and(|mut entries| entries.next().is_none());
    if std::fs::symlink_metadata(place).is_ok() && !(place.is_dir() && is_empty()) {
        return fault(format!("There is something at '{place}' already."));
    }
    let parent = place.parent().filter(|parent| !parent.as_str().is_empty());
    match parent.is_none_or(Utf8Path::is_dir) {
        true => Ok(()),
        false => fault(format!("There is no folder for '{place}'.")),
    }
}

fn unusable(path: &Utf8Path, message: String, error: std::io::Error) -> Error {
    Error::new(ErrorKind::BundleUnusable, Stage::Content, message).target(path.as_str()).source(error)
}

fn altered(source: &Utf8Path, message: impl std::fmt::Display) -> Error {
    let message = format!("The bundle '{source}' was altered or is not whole: {message}.");
    Error::new(ErrorKind::BundleAltered, Stage::Content, message).target(source.as_str())
}
