//! Where boot loaders are: on a disc, in a folder, in a boot image, or in a file by itself.

use super::loader::BootLoader;
use crate::blueprint::{Blueprint, Source};
use crate::boot_image::load_library;
use crate::inspect::Inspection;
use crate::staging::Staging;
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::Read;
use tsm_formats::MediaProfile;
use tsm_formats::pe::{MOST_PROGRAM_BYTES, SignedProgram};
use tsm_formats::profile::{LayoutProfile, SecureBootProfile};
use tsm_optical::Platform;
use tsm_wim::Wim;

/// Boot loaders on media, by the names that firmware looks for (UEFI specification, 3.5.1.1), and the one in the root.
const ON_MEDIA: [&str; 4] = ["EFI/boot/bootx64.efi", "EFI/boot/bootaa64.efi", "EFI/boot/bootia32.efi", "bootmgr.efi"];
/// Boot images for UEFI are floppy images; larger ones are not looked into.
const MOST_FLOPPY_BYTES: usize = 16 << 20;

fn fault(kind: ErrorKind, path: &str, message: String) -> Error {
    Error::new(kind, Stage::Verify, message).target(path)
}

fn read(path: &str, reader: &mut dyn Read, container: Option<&str>, profile: &SecureBootProfile) -> Result<BootLoader> {
    let mut bytes = Vec::new();
    reader.take(MOST_PROGRAM_BYTES + 1).read_to_end(&mut bytes).map_err(|e| {
        fault(ErrorKind::BootLoaderUnreadable, path, format!("The boot loader '{path}' cannot be read.")).source(e)
    })?;
    let program = SignedProgram::read(&bytes).map_err(|e| {
        let message = format!("'{path}' is no boot loader that can be looked at: {e}.");
        fault(ErrorKind::BootLoaderUnreadable, path, message).source(e)
    })?;
    Ok(BootLoader::of(path, container, &program, profile))
}

/// The boot loaders at a path: a program, a folder that is the root of a medium, a boot image, or a disc image.
pub(crate) fn at(path: &Utf8Path, profile: &MediaProfile, host: &Host) -> Result<Vec<BootLoader>> {
    if path.is_dir() {
        return in_folder(path, &profile.secure_boot);
    }
    match first_bytes(path)? {
        head if head.starts_with(b"MZ") => Ok(vec![of_file(path, &profile.secure_boot)?]),
        head if head.starts_with(b"MSWIM\0\0\0") && !is_prestaged(path, &profile.layout, host) => {
            in_wim(path, profile, host)
        }
        _ => {
            let mut inspection = Inspection::open(path, &Secrets::default(), profile, host)?;
            on_disc(&mut inspection, path.as_str(), &profile.secure_boot).into_iter().collect()
        }
    }
}

/// Whether there is a program, a folder that is no task sequence medium, or a boot image at a path.
pub(crate) fn is_no_medium(path: &Utf8Path, host: &Host) -> bool {
    let layout = &host.profile.layout;
    if path.is_dir() {
        return any_case(path, &layout.config_directory).is_none();
    }
    first_bytes(path).is_ok_and(|head| {
        head.starts_with(b"MZ") || (head.starts_with(b"MSWIM\0\0\0") && !is_prestaged(path, layout, host))
    })
}

/// Whether a WIM is a prestaged medium, not a boot image. One that cannot be read is none.
fn is_prestaged(path: &Utf8Path, layout: &LayoutProfile, host: &Host) -> bool {
    let Ok(library) = load_library(host) else { return false };
    let entry = Wim::open(&library, path).and_then(|wim| wim.entry(1, &layout.bootstrap_ini_path()));
    entry.is_ok_and(|entry| entry.is_some())
}

fn first_bytes(path: &Utf8Path) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(8).read_to_end(&mut head)).map_err(|e| {
        fault(ErrorKind::MediumUnreadable, path.as_str(), format!("The medium '{path}' cannot be opened.")).source(e)
    })?;
    Ok(head)
}

/// A program that is a file by itself.
fn of_file(path: &Utf8Path, profile: &SecureBootProfile) -> Result<BootLoader> {
    let mut file = File::open(path).map_err(|e| {
        let message = format!("The boot loader '{path}' cannot be opened.");
        fault(ErrorKind::BootLoaderUnreadable, path.as_str(), message).source(e)
    })?;
    read(path.as_str(), &mut file, None, profile)
}

/// The boot loaders in a folder that is the root of a medium, such as a stick.
fn in_folder(folder: &Utf8Path, profile: &SecureBootProfile) -> Result<Vec<BootLoader>> {
    let mut found = Vec::new();
    for name in ON_MEDIA {
        let Some(path) = any_case(folder, name) else { continue };
        let loader = of_file(&path, profile)?;
        found.push(BootLoader { path: name.to_owned(), container: Some(folder.to_string()), ..loader });
    }
    if found.is_empty() {
        let message = format!("The folder '{folder}' holds no boot loader; looked for {}.", ON_MEDIA.join(", "));
        return Err(fault(ErrorKind::BootLoaderUnreadable, folder.as_str(), message));
    }
    Ok(found)
}

/// A file below a folder, whatever the case of its names.
fn any_case(folder: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    path.split('/').try_fold(folder.to_owned(), |at, part| {
        let entries = at.read_dir_utf8().ok()?;
        entries.flatten().find(|e| e.file_name().eq_ignore_ascii_case(part)).map(|e| e.path().to_owned())
    })
}

/// The boot loaders of a disc: those that are files, and the one within the boot image for UEFI (`[BOOT]/...`).
pub(crate) fn on_disc(inspection: &mut Inspection, path: &str, profile: &SecureBootProfile) -> Vec<Result<BootLoader>> {
    let mut found = Vec::new();
    for name in ON_MEDIA {
        let Some(file) = inspection.file(name).cloned() else { continue };
        found.push(match inspection.carrier.read(&file) {
            Ok(mut reader) => read(name, &mut reader, Some(path), profile),
            Err(e) => {
                let message = format!("The boot loader '{name}' cannot be read.");
                Err(fault(ErrorKind::BootLoaderUnreadable, name, message).source(e))
            }
        });
    }
    if let Some(disc) = inspection.carrier.disc()
        && let Some(index) = disc.boot_entries().iter().position(|e| e.platform == Some(Platform::Uefi))
        && let Ok(bytes) = disc.read_boot_image(index, MOST_FLOPPY_BYTES)
        && let Some((name, bytes)) = tsm_formats::floppy::uefi_loader(&bytes)
        && let Ok(program) = SignedProgram::read(&bytes)
    {
        found.push(Ok(BootLoader::of(format!("[BOOT]/{name}"), Some(path), &program, profile)));
    }
    found
}

/// The boot loaders of a boot image, of both generations.
fn in_wim(path: &Utf8Path, profile: &MediaProfile, host: &Host) -> Result<Vec<BootLoader>> {
    let library = load_library(host)?;
    let unreadable = |e: tsm_wim::WimError| crate::boot_image::wim_fault(path, e);
    let wim = Wim::open(&library, path).map_err(unreadable)?;
    let mut inside: Vec<String> = Vec::new();
    let sources = profile.boot_files.uefi_loader.sources.iter().chain(&profile.boot_files_2023.uefi_loader.sources);
    for place in sources {
        if let Some(entry) = wim.entry(1, place).map_err(unreadable)?
            && !entry.is_dir
        {
            inside.push(entry.path);
        }
    }
    if inside.is_empty() {
        let message = format!("The boot image '{path}' holds no boot loader for UEFI.");
        return Err(fault(ErrorKind::BootLoaderUnreadable, path.as_str(), message));
    }
    take_out(&wim, path, &inside, &tsm_platform::temporary_folder(), &profile.secure_boot)
}

/// The loader that a plan takes from its boot image.
pub(crate) fn of_blueprint(blueprint: &Blueprint) -> Result<Option<BootLoader>> {
    let is_loader = |path: &str| ON_MEDIA[..3].iter().any(|name| name.eq_ignore_ascii_case(path));
    let loader = blueprint.items.iter().find(|item| is_loader(&item.path));
    let Some(Source::InBootImage(inside)) = loader.map(|item| &item.source) else { return Ok(None) };
    let (image, parent) = (&blueprint.boot_image, crate::build::staging_folder(&blueprint.definition));
    let found =
        take_out(&image.wim, &image.path, std::slice::from_ref(inside), &parent, &blueprint.profile.secure_boot)?;
    Ok(found.into_iter().next())
}

fn take_out(
    wim: &Wim,
    path: &Utf8Path,
    inside: &[String],
    parent: &Utf8Path,
    profile: &SecureBootProfile,
) -> Result<Vec<BootLoader>> {
    let staging = Staging::create(parent).map_err(|e| {
        let message = format!("The temporary folder '{parent}' cannot be used.");
        fault(ErrorKind::StagingUnusable, parent.as_str(), message).source(e)
    })?;
    let names: Vec<&str> = inside.iter().map(String::as_str).collect();
    let files = wim
        .extract_files(1, &names, staging.path(), &mut |_, _| std::ops::ControlFlow::Continue(()))
        .map_err(|e| crate::boot_image::wim_fault(path, e))?;
    inside
        .iter()
        .zip(files)
        .map(|(inside, file)| {
            let loader = of_file(&file, profile)?;
            Ok(BootLoader { path: inside.clone(), container: Some(path.to_string()), ..loader })
        })
        .collect()
}
