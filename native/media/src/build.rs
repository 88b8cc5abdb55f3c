//! The build: one forward pass from the sources into a partial file beside the target.

mod ahead;
mod folder;
mod image;
mod image_sources;
mod set;
mod sink;
mod sources;
mod wim;

use crate::blueprint::{Blueprint, Item, KnownHash, Source};
use crate::boot_image::wim_fault;
use crate::disc::Disc;
use crate::os_image::TreeRecord;
use crate::partial::Partial;
use crate::staging::Staging;
use crate::stand_alone::StandAlone;
use crate::variables::{self, Fresh};
use crate::{Error, ErrorKind, Result, Secrets, Stage, content_errors, image_split};
use camino::{Utf8Path, Utf8PathBuf};
pub(crate) use image::{ImageHashes, WrittenImage, write_image};
use jiff::Timestamp;
pub(crate) use set::{BuiltVolume, build_set};
use std::collections::HashMap;
use tsm_cert::{Encryption, MediaCertificate};
use tsm_formats::Sha256Hash;
use tsm_formats::envelope::Algorithm;
use tsm_formats::profile::PfxEncryption;
use tsm_formats::variables::MediaVariables;
use tsm_job::{Context, Unit};
use tsm_optical::WriteError;

/// A file that was written, with the hash of the bytes that went in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenFile {
    /// Its path on the medium.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hash,
    /// SHA-1 of its bytes, by which a WIM names them; of other media nobody asks for it.
    pub sha1: Option<[u8; 20]>,
}

/// A medium that was written, but not verified.
pub(crate) struct Built {
    /// The medium; it goes away unless it is published.
    pub partial: Partial,
    /// Its length in bytes.
    pub length: u64,
    /// The hashes of the whole image, where they were counted on the way.
    pub image: Option<ImageHashes>,
    /// The files, in the order of the plan.
    pub files: Vec<WrittenFile>,
    /// The El Torito boot images, in the order of the boot catalogue.
    pub boot_images: Vec<WrittenFile>,
    /// The files of the operating system, of a medium that has one.
    pub tree: Option<TreeRecord>,
    /// The media GUID, as it stands in the variables.
    pub media_guid: String,
    /// The certificate of the medium, where it has one.
    pub certificate: Option<MediaCertificate>,
    /// The variables that were written.
    pub variables: MediaVariables,
    /// When the medium was made.
    pub created: Timestamp,
}

/// What is fresh in every medium: identity, certificate, variables.
struct Identity {
    media_guid: String,
    certificate: Option<MediaCertificate>,
    variables: MediaVariables,
    sealed: Vec<u8>,
    policy: Vec<u8>,
}

/// What was made for one disc image before it is written.
#[derive(Default)]
pub(crate) struct Made {
    /// The boot files: path in the boot image to the file that it was taken out to.
    staged: HashMap<String, Utf8PathBuf>,
    /// The variables file.
    variables: Vec<u8>,
    /// The policy, for media that have one.
    policy: Vec<u8>,
    /// What makes the disc's identity its own; chance, when absent.
    unique: Option<u64>,
}

/// Writes the medium of a blueprint into `partial`.
pub(crate) fn build(blueprint: &Blueprint, secrets: &Secrets, partial: Partial, context: &Context) -> Result<Built> {
    match &blueprint.extras.os_image {
        Some(image) => wim::beside_hashing(image, context, || write(blueprint, secrets, partial, context)),
        None => write(blueprint, secrets, partial, context),
    }
}

fn write(blueprint: &Blueprint, secrets: &Secrets, mut partial: Partial, context: &Context) -> Result<Built> {
    let created =
        blueprint.definition.epoch.and_then(|e| Timestamp::from_second(e).ok()).unwrap_or_else(Timestamp::now);
    context.check()?;
    let (folder, staged) = stage(blueprint, context)?;
    blueprint.boot_image.check_whole(context)?;
    let identity = identity(blueprint, secrets, context)?;
    let made = Made { staged, variables: identity.sealed, policy: identity.policy, unique: Some(unique(blueprint)) };
    let disc = blueprint.disc();
    let (length, image, files, boot_images) = match &mut partial {
        Partial::Image(file) => {
            let image = write_image(&disc, &made, created, file, context)?;
            (image.length, Some(image.hashes), image.files, image.boot_images)
        }
        Partial::Folder(folder) => {
            let files = folder::write(&disc, &made, folder.path(), context)?;
            (files.iter().map(|f| f.size).sum(), None, files, Vec::new())
        }
        Partial::Wim(_, path) => {
            let written = wim::write(blueprint, &made, folder.path(), path, context)?;
            (written.length, None, written.files, Vec::new())
        }
    };
    image_split::check_whole(&blueprint.items, context)?;
    Ok(Built {
        partial,
        length,
        image,
        files,
        boot_images,
        tree: blueprint.taken.tree.clone(),
        media_guid: identity.media_guid,
        certificate: identity.certificate,
        variables: identity.variables,
        created,
    })
}

/// What makes the disc's identity its own: chance, or, where equal input shall give equal bytes, the identity of the plan.
fn unique(blueprint: &Blueprint) -> u64 {
    match blueprint.definition.epoch {
        Some(_) => u64::from_str_radix(blueprint.plan_id.get(..16).unwrap_or_default(), 16).unwrap_or(0),
        None => chance(),
    }
}

fn chance() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

/// Writes the files of a disc into an empty folder. Every file is hashed as it is read.
pub(crate) fn write_folder(disc: &Disc<'_>, folder: &Utf8Path, context: &Context) -> Result<Vec<WrittenFile>> {
    folder::write(disc, &Made::default(), folder, context)
}

/// Takes the boot files out of the boot image, into a folder that goes away by itself. Says where each is.
fn stage(blueprint: &Blueprint, context: &Context) -> Result<(Staging, HashMap<String, Utf8PathBuf>)> {
    let parent = staging_folder(&blueprint.definition);
    let fault = |e: std::io::Error| {
        let message = format!("The temporary folder '{parent}' cannot be used.");
        Error::new(ErrorKind::StagingUnusable, Stage::Build, message).target(parent.as_str()).source(e)
    };
    let folder = Staging::create(&parent).map_err(fault)?;
    let mut inside: Vec<&str> = Vec::new();
    for item in blueprint.disc().all_items() {
        if let Source::InBootImage(place) = &item.source
            && !inside.contains(&place.as_str())
        {
            inside.push(place);
        }
    }
    let mut activity =
        context.activity("Taking boot files out of the boot image", Unit::Bytes, blueprint.boot_file_bytes());
    let extracted = blueprint.boot_image.wim.extract_files(1, &inside, folder.path(), &mut |done, _| {
        activity.set_done(done);
        context.flow()
    });
    context.check()?;
    let extracted = extracted.map_err(|e| match is_full(&e) {
        true => {
            let message = format!("The boot files do not fit into the temporary folder '{parent}'.");
            Error::new(ErrorKind::StagingSpace, Stage::Build, message).target(parent.as_str()).source(e)
        }
        false => wim_fault(&blueprint.boot_image.path, e),
    })?;
    let files = inside.iter().map(|i| (*i).to_owned()).zip(extracted).collect();
    Ok((folder, files))
}

/// The folder for temporary files: as asked, else the system's.
pub(crate) fn staging_folder(definition: &crate::Definition) -> Utf8PathBuf {
    definition.temporary_folder.as_ref().map_or_else(tsm_platform::temporary_folder, Utf8PathBuf::from)
}

fn identity(blueprint: &Blueprint, secrets: &Secrets, context: &Context) -> Result<Identity> {
    let profile = &blueprint.profile;
    let media_guid = profile.variables.guid_spelling.spell(&uuid::Uuid::new_v4().to_string());
    let fault = |e: tsm_cert::CertError| {
        let message = format!("The media certificate cannot be made: {e}.");
        Error::new(ErrorKind::CertificateFailed, Stage::Certificate, message).source(e)
    };
    let (certificate, pkcs12) = match &blueprint.certificate {
        Some(source) => {
            context.verbose(source.describe());
            let certificate = source.certificate(&media_guid).map_err(fault)?;
            context.check()?;
            let asked = blueprint.definition.certificate_encryption.map(PfxEncryption::from);
            let encryption = match asked.unwrap_or(profile.certificate.pfx_encryption) {
                PfxEncryption::Classic => Encryption::Classic,
                PfxEncryption::Pbes2 => Encryption::Pbes2,
            };
            let password = profile.certificate.pfx_password(&media_guid);
            let pkcs12 = certificate.to_pkcs12(&password, encryption).map_err(fault)?;
            (Some(certificate), Some(pkcs12))
        }
        None => (None, None),
    };
    let policy = match (&blueprint.extras.capture, &blueprint.extras.stand_alone) {
        (Some(policy), _) => policy.sealed(&media_guid, profile)?,
        (None, Some(carried)) => stand_alone_policy(carried, blueprint, secrets, &media_guid)?,
        (None, None) => Vec::new(),
    };
    let fresh = Fresh { media_guid, pkcs12 };
    let variables = variables::make(blueprint, &fresh)?;
    let password = secrets.media_password.as_ref().map_or(profile.envelope.default_password.as_str(), |p| p.expose());
    let algorithm = blueprint.definition.variables_encryption.map_or(profile.envelope.algorithm, Algorithm::from);
    let sealed = variables.to_bytes(password, profile, algorithm).map_err(|e| {
        Error::new(ErrorKind::Internal, Stage::Build, format!("The variables file cannot be written: {e}.")).source(e)
    })?;
    Ok(Identity { media_guid: fresh.media_guid, certificate, variables, sealed, policy })
}

/// The policies of a stand-alone medium. Without a password of the user's they open with the media GUID as it stands in the
/// variables.
fn stand_alone_policy(
    carried: &StandAlone,
    blueprint: &Blueprint,
    secrets: &Secrets,
    media_guid: &str,
) -> Result<Vec<u8>> {
    let profile = &blueprint.profile;
    let password = secrets.media_password.as_ref().map_or(media_guid, |password| password.expose());
    let algorithm = blueprint.definition.variables_encryption.map_or(profile.envelope.algorithm, Algorithm::from);
    carried.sequences.policy.to_bytes(password, profile, algorithm).map_err(|e| {
        Error::new(ErrorKind::Internal, Stage::Build, format!("Policy.xml cannot be written: {e}.")).source(e)
    })
}

fn written_files<'a>(
    items: impl Iterator<Item = &'a Item>,
    hashes: &HashMap<&str, Sha256Hash>,
    variables: u64,
) -> Result<Vec<WrittenFile>> {
    let written = |item: &Item| {
        let sha256 = hashes.get(item.path.as_str()).copied().ok_or_else(|| {
            Error::new(ErrorKind::Internal, Stage::Build, format!("'{}' was planned but not written.", item.path))
        })?;
        // What libraries give is checked while it is read; a file of this computer may be another one by now.
        if let (Source::File(path), Some(KnownHash::Sha256(planned))) = (&item.source, item.hash)
            && planned != sha256
        {
            let message = format!("The file '{path}' was changed while the medium was made.");
            return Err(Error::new(ErrorKind::SourceChanged, Stage::Build, message).target(path.as_str()));
        }
        Ok(WrittenFile { path: item.path.clone(), size: item.size.unwrap_or(variables), sha256, sha1: None })
    };
    items.map(written).collect()
}

/// Whether a volume, or what a user may use of it, is full.
pub(crate) fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let full = |e: &std::io::Error| matches!(e.kind(), StorageFull | QuotaExceeded);
    error.downcast_ref().is_some_and(full) || error.source().is_some_and(is_full)
}

/// Whether a file may not grow any more where it is, as on FAT32 with 4 GiB.
fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    let large = |e: &std::io::Error| e.kind() == std::io::ErrorKind::FileTooLarge;
    error.downcast_ref().is_some_and(large) || error.source().is_some_and(is_too_large)
}

/// Why a medium that is one file could not be written.
fn target_fault(error: &(dyn std::error::Error + 'static)) -> ErrorKind {
    match () {
        () if is_full(error) => ErrorKind::TargetSpace,
        () if is_too_large(error) => ErrorKind::TargetFileLimit,
        () => ErrorKind::BuildFailed,
    }
}

fn write_fault(target: &Utf8Path, offset: u64, error: std::io::Error) -> Error {
    let kind = target_fault(&error);
    let message = format!("The medium '{target}' cannot be written at byte {offset}.");
    Error::new(kind, Stage::Build, message).target(target.as_str()).source(error)
}

/// What the writer says, in the words of this crate.
fn translate(target: &Utf8Path, error: WriteError) -> Error {
    match error {
        WriteError::Cancelled => tsm_job::Cancelled.into(),
        WriteError::Sink { offset, source } => write_fault(target, offset, source),
        WriteError::Source { path, source } => match content_errors::inside(&source) {
            Some(fault) => {
                let message = format!("{}.", crate::text::sentence(&fault.to_string()));
                Error::new(content_errors::kind(fault), Stage::Content, message).target(path).source(source)
            }
            None => {
                let message = format!("The source of '{path}' cannot be read.");
                Error::new(ErrorKind::BuildFailed, Stage::Content, message).target(path).source(source)
            }
        },
        WriteError::SourceShorter { ref path, planned, seen }
        | WriteError::SourceLonger { ref path, planned, seen } => {
            let message = format!("The source of '{path}' has {seen} bytes or more, {planned} were planned.");
            Error::new(ErrorKind::SourceChanged, Stage::Content, message).target(path.clone()).source(error)
        }
        other => {
            let message = "The disc image cannot be written.";
            Error::new(ErrorKind::Internal, Stage::Build, message).source(other)
        }
    }
}
