//! What a depot needs to put a prestaged medium on disks: a script for Windows PE, recipes for diskpart, and a guide with hashes.
//!
//! The steps are in `docs/depot.md`. Everything comes from the image itself, so media of the console get it as well.

mod image;
mod texts;

use crate::boot_image::hash;
use crate::{Error, ErrorKind, Host, Result, Stage, profile};
use camino::{Utf8Path, Utf8PathBuf};
use image::PrestagedImage;
use serde::Serialize;
use std::fs::File;
use tsm_job::Context;

/// The firmware that a disk is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
pub enum TargetFirmware {
    /// UEFI: a disk with GPT.
    Uefi,
    /// BIOS: a disk with MBR.
    Bios,
}

impl TargetFirmware {
    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uefi => "UEFI",
            Self::Bios => "BIOS",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct ApplyScriptRequest {
    /// The prestaged medium (.wim).
    pub path: Utf8PathBuf,
    /// The folder for the files.
    pub folder: Utf8PathBuf,
    /// The firmware that has to be served; all that the medium starts with, when empty.
    pub firmware: Vec<TargetFirmware>,
    /// The number of the disk; 0, when absent.
    pub disk: Option<u32>,
    /// MB of the EFI system partition, 100 to 32768; 260, when absent.
    pub efi_size: Option<u32>,
    /// Files of an earlier export may be replaced.
    pub replace: bool,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    pub profile: Option<Utf8PathBuf>,
    /// The folder for temporary files; the system's, when absent.
    pub temporary_folder: Option<Utf8PathBuf>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyScript {
    /// The folder.
    pub path: String,
    /// The files in it.
    pub files: Vec<String>,
    /// The prestaged medium.
    pub image: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The processor of its boot image: `x86`, `x64` or `arm64`.
    pub architecture: String,
    /// The firmware that it is for.
    pub firmware: Vec<TargetFirmware>,
    /// Files that a computer starts from, as the image records them.
    pub hashes: Vec<ApplyHash>,
    /// What is to be known about it.
    pub warnings: Vec<String>,
}

/// A file of the image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyHash {
    /// Its path on the volume.
    pub path: String,
    /// SHA-1 of its bytes, 40 upper-case hexadecimal digits.
    pub sha1: String,
}

/// MB of an EFI system partition: what Microsoft recommends for disks of any kind of sectors.
const EFI_SIZE: u32 = 260;
/// FAT32 needs more than the least; diskpart formats no FAT32 volume that is larger than the most.
const EFI_SIZES: std::ops::RangeInclusive<u32> = 100..=32_768;
/// More disks than any computer has.
const MOST_DISKS: u32 = 999;

/// Writes the files. Nothing is written before everything is known.
pub(crate) fn export(request: &ApplyScriptRequest, host: &Host, context: &Context) -> Result<ApplyScript> {
    let disk = request.disk.unwrap_or(0);
    let efi_size = request.efi_size.unwrap_or(EFI_SIZE);
    if disk > MOST_DISKS || !EFI_SIZES.contains(&efi_size) {
        let (least, most) = (EFI_SIZES.start(), EFI_SIZES.end());
        let message = format!(
            "The disk {disk} or the EFI system partition of {efi_size} MB cannot be: disks have numbers up to {MOST_DISKS}, and the \
             partition has {least} to {most} MB."
        );
        return Err(Error::new(ErrorKind::ApplyDiskInvalid, Stage::Input, message).target("efiSize"));
    }
    let profile = profile::load(request.profile.as_deref(), host)?;
    let image = PrestagedImage::open(request, &profile, host, context)?;
    let firmware = image.firmware(&request.firmware)?;
    let (length, sha256) = whole(&request.path, context)?;
    let files = texts::files(&image, &firmware, &texts::Numbers { disk, efi_size, length, sha256: &sha256 });
    write(&request.folder, &files, request.replace)?;
    Ok(ApplyScript {
        path: request.folder.to_string(),
        files: files.iter().map(|(name, _)| (*name).to_owned()).collect(),
        image: request.path.to_string(),
        length,
        sha256,
        architecture: image.architecture.clone(),
        firmware,
        hashes: image.hashes.clone(),
        warnings: image.warnings.clone(),
    })
}

/// The length and the SHA-256 of the image.
fn whole(path: &Utf8Path, context: &Context) -> Result<(u64, String)> {
    let unreadable = |e: std::io::Error| {
        let message = format!("The prestaged medium '{path}' cannot be read.");
        Error::new(ErrorKind::ApplyImageUnusable, Stage::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let sha256 = hash(&mut file, length, "Reading prestaged medium", context)?.map_err(unreadable)?;
    Ok((length, sha256.to_string()))
}

/// Writes the files into the folder, which may be new. Other files in it stay; one that would be replaced is refused.
fn write(folder: &Utf8Path, files: &[(&str, String)], replace: bool) -> Result<()> {
    let fault =
        |message: String| Error::new(ErrorKind::ApplyFolderUnusable, Stage::Build, message).target(folder.as_str());
    let there: Vec<&str> = files.iter().map(|(name, _)| *name).filter(|name| folder.join(name).exists()).collect();
    if !there.is_empty() && !replace {
        return Err(fault(format!("The folder '{folder}' has already: {}.", there.join(", "))));
    }
    std::fs::create_dir_all(folder).map_err(|e| fault(format!("The folder '{folder}' cannot be made.")).source(e))?;
    for (name, text) in files {
        let (path, partial) = (folder.join(name), folder.join(format!("{name}.partial")));
        std::fs::write(&partial, text)
            .and_then(|()| std::fs::rename(&partial, &path))
            .map_err(|e| fault(format!("'{path}' cannot be written.")).source(e))?;
    }
    Ok(())
}
