//! Verification: a medium is read back by code that shares nothing with the writer, and every promise is checked.

mod boot_set;
mod files;
mod image;
mod pass;
mod pieces;
mod secure_boot;
mod shares;
mod split_images;
mod structure;
mod task_sequence;
mod trees;
mod wim;

use crate::build::ImageHashes;
use crate::frame::KnownFrame;
use crate::inspect::Inspection;
use crate::manifest::{FileRecord, Manifest};
use crate::medium::Medium;
use crate::os_image::TreeRecord;
use crate::report::Check;
use crate::volume_set::{self, VolumeIdentity};
use crate::{ErrorKind, Host, Result, Secrets, boot_configuration};
use camino::Utf8Path;
use files::Contents;
use std::thread;
use trees::OtherTrees;
use tsm_formats::MediaProfile;
use tsm_formats::variables::MediaVariables;
use tsm_job::Context;

/// What an image is expected to be.
pub(crate) struct ExpectedImage {
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of all of it.
    pub sha256: String,
    /// Its frame, which only the builder knows: then nothing has to be hashed twice.
    pub frame: Option<KnownFrame>,
}

impl ExpectedImage {
    /// What was written.
    pub fn written(length: u64, hashes: &ImageHashes) -> Self {
        Self { length, sha256: hashes.sha256.to_string(), frame: Some(hashes.frame.clone()) }
    }
}

/// What a medium is expected to be, as far as somebody knows.
#[derive(Default)]
pub(crate) struct Expected<'a> {
    /// The image as a whole.
    pub image: Option<ExpectedImage>,
    /// Every file.
    pub files: Option<Vec<FileRecord>>,
    /// The El Torito boot images, in the order of the boot catalogue.
    pub boot_images: Option<Vec<FileRecord>>,
    /// The label.
    pub label: Option<String>,
    /// The certificate's SHA-1.
    pub thumbprint: Option<String>,
    /// The files of the operating system, of a prestaged medium.
    pub tree: Option<TreeRecord>,
    /// Folders of a prestaged medium that have nothing in them.
    pub folders: Option<Vec<String>>,
    /// The names of the variables, in order.
    pub variable_names: Option<Vec<String>>,
    /// The variables with their values; only the builder knows them.
    pub variables: Option<&'a MediaVariables>,
    /// The processor of the boot image.
    pub architecture: Option<String>,
}

impl Expected<'_> {
    /// What a manifest promises.
    pub fn from_manifest(manifest: &Manifest) -> Self {
        Self {
            image: manifest.image.as_ref().map(|image| ExpectedImage {
                length: image.size,
                sha256: image.sha256.clone(),
                frame: None,
            }),
            files: Some(manifest.files.clone()),
            boot_images: Some(manifest.boot_images.clone()),
            label: Some(manifest.label.clone()),
            thumbprint: manifest.certificate.as_ref().map(|certificate| certificate.thumbprint.clone()),
            tree: manifest.operating_system.as_ref().map(|system| system.tree.clone()),
            folders: Some(manifest.folders.clone()),
            variable_names: Some(manifest.variable_names.clone()),
            variables: None,
            architecture: manifest.boot_image.architecture.clone(),
        }
    }
}

/// What a verification found.
pub(crate) struct Verified {
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
    /// The medium.
    pub medium: Medium,
}

/// Reads a medium back and checks it. An error means that it cannot be opened at all, or that the work was cancelled.
pub(crate) fn verify(
    path: &Utf8Path,
    expected: &Expected<'_>,
    manifest: Option<&Manifest>,
    secrets: &Secrets,
    (profile, host): (&MediaProfile, &Host),
    context: &Context,
) -> Result<Verified> {
    let (mut inspection, contents) = read(path, expected, secrets, (profile, host), context)?;
    let mut checks = Vec::new();
    structure::check(&inspection, expected, &contents.findings, &mut checks);
    structure::boot(&mut inspection, expected, profile, &mut checks);
    files::required(&mut inspection, profile, expected, &mut checks);
    checks.push(boot_configuration::of_medium(&mut inspection, profile));
    checks.extend(contents.checks);
    checks.extend(split_images::check(&mut inspection, profile));
    task_sequence::check(&mut inspection, expected, profile, &mut checks);
    let loader = secure_boot::check(path, &mut inspection, profile, &mut checks);
    let mut medium = inspection.medium(path, profile, manifest);
    medium.take_loader(loader);
    medium.sha256 = contents.sha256;
    Ok(Verified { checks, medium })
}

/// Opens a medium and reads all its bytes. What needs no list of files is read while the tree is that systems prefer.
fn read(
    path: &Utf8Path,
    expected: &Expected<'_>,
    secrets: &Secrets,
    (profile, host): (&MediaProfile, &Host),
    context: &Context,
) -> Result<(Inspection, Contents)> {
    thread::scope(|scope| {
        let others = scope.spawn(|| OtherTrees::read(path));
        let known = expected.image.as_ref().and_then(|image| image.frame.as_ref());
        let frame = known.map(|known| scope.spawn(|| shares::frame(path, &known.place, context)));
        let frame = || frame.map(|hash| hash.join().unwrap_or_else(|_| Err(shares::panicked())));
        let others = || others.join().ok().flatten();
        let mut inspection = Inspection::open(path, secrets, profile, host)?;
        let contents = files::contents(path, &mut inspection, expected, others, frame, context)?;
        Ok((inspection, contents))
    })
}

/// Reads back a disc behind the first one of a set: it starts no computer and has no variables. `identity` is what it has to
/// say of itself, where somebody knows.
pub(crate) fn further(
    path: &Utf8Path,
    expected: &Expected<'_>,
    identity: Option<&VolumeIdentity>,
    manifest: Option<&Manifest>,
    profile: &MediaProfile,
    context: &Context,
) -> Result<Verified> {
    let (mut inspection, contents) = read(path, expected, &Secrets::default(), (profile, &Host::default()), context)?;
    let mut checks = Vec::new();
    structure::check(&inspection, expected, &contents.findings, &mut checks);
    checks.extend(contents.checks);
    checks.extend(split_images::check(&mut inspection, profile));
    checks.extend(volume(&mut inspection, identity, profile));
    let mut medium = inspection.medium(path, profile, manifest);
    medium.kind = manifest.map(|manifest| manifest.kind);
    medium.sha256 = contents.sha256;
    Ok(Verified { checks, medium })
}

fn volume(inspection: &mut Inspection, wanted: Option<&VolumeIdentity>, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.volume";
    const TITLE: &str = "The disc says which volume of which set it is";
    let wanted = wanted.filter(|_| !profile.volume_set.identity_file.is_empty())?;
    let found = volume_set::identity_of(inspection, profile);
    if found.as_ref() == Some(wanted) {
        return Some(Check::passed(ID, TITLE, format!("Volume {} of {}.", wanted.number, wanted.count)));
    }
    let evidence = format!("It does not say that it is volume {} of {}.", wanted.number, wanted.count);
    Some(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence))
}
