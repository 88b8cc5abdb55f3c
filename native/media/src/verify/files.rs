//! The files: are all there, and does each have its bytes?

use super::Expected;
use crate::inspect::{self, Inspection};
use crate::manifest::FileRecord;
use crate::report::Check;
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};
use tsm_formats::MediaProfile;
use tsm_formats::pe::{self, Machine};
use tsm_job::{Context, Unit};
use tsm_optical::{FileInfo, Image, Tree};

/// The boot files that the medium cannot start without, and whether they look like what they should be.
pub(super) fn required(
    inspection: &mut Inspection,
    profile: &MediaProfile,
    expected: &Expected<'_>,
    checks: &mut Vec<Check>,
) {
    checks.push(boot_wim(inspection, profile));
    checks.push(loaders(inspection, expected));
}

fn head(inspection: &mut Inspection, path: &str, length: u64) -> Option<Vec<u8>> {
    let file = inspection.file(path)?.clone();
    let mut bytes = Vec::new();
    inspection.image.read_file(&file).take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn boot_wim(inspection: &mut Inspection, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.boot-image";
    const TITLE: &str = "The boot image is on the medium";
    let path = &profile.layout.boot_image;
    match head(inspection, path, 8).as_deref() {
        None => Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("There is no '{path}'."))
            .symptom("Windows Boot Manager shows 0xc000000f: the boot image is missing."),
        Some(b"MSWIM\0\0\0") => Check::passed(ID, TITLE, format!("'{path}' begins as a WIM.")),
        Some(_) => Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("'{path}' is not a WIM.")),
    }
    .target(path.clone())
}

/// UEFI loaders by the names that firmware looks for (UEFI specification, 3.5.1.1).
const LOADERS: [(&str, Machine, &str); 3] = [
    ("EFI/boot/bootx64.efi", Machine::X64, "x64"),
    ("EFI/boot/bootia32.efi", Machine::X86, "x86"),
    ("EFI/boot/bootaa64.efi", Machine::Arm64, "arm64"),
];

fn loaders(inspection: &mut Inspection, expected: &Expected<'_>) -> Check {
    const ID: &str = "medium.loader";
    const TITLE: &str = "The UEFI loader is a program for its processor";
    let mut found = Vec::new();
    for (path, machine, name) in LOADERS {
        let Some(bytes) = head(inspection, path, pe::HEAD_LEN as u64) else { continue };
        match pe::read(&bytes) {
            Ok(head) if head.machine == machine => found.push(name),
            Ok(head) => {
                let evidence = format!("'{path}' is a program for {:?}.", head.machine);
                return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence).target(path);
            }
            Err(e) => {
                let evidence = format!("'{path}': {e}.");
                return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence).target(path);
            }
        }
    }
    match &expected.architecture {
        _ if found.is_empty() => {
            let evidence = "There is no EFI/boot/boot*.efi.";
            Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
        }
        Some(wanted) if !found.contains(&wanted.as_str()) => {
            let evidence = format!("The boot image is for {wanted}, the loaders are for {}.", found.join(", "));
            Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
        }
        _ => Check::passed(ID, TITLE, format!("Loader for {}.", found.join(", "))),
    }
}

/// Reads every byte: each file by its hash, and the image as a whole. The two run side by side. Gives the SHA-256 of the
/// image.
pub(super) fn contents(
    path: &Utf8Path,
    inspection: &mut Inspection,
    expected: &Expected<'_>,
    context: &Context,
    checks: &mut Vec<Check>,
) -> Result<String> {
    let files = std::mem::take(&mut inspection.files);
    let total = inspection.image.len();
    let result: Result<_> = std::thread::scope(|scope| {
        let whole = scope.spawn(|| image_hash(path, total, context));
        let check = expected.files.as_ref().map(|wanted| each_file(&mut inspection.image, &files, wanted, context));
        let whole = whole.join().map_err(|_| {
            Error::new(ErrorKind::Internal, Stage::Verify, "The thread that hashes the image ended abnormally.")
        })??;
        Ok((check.transpose()?, whole))
    });
    inspection.files = files;
    let (check, whole) = result?;
    checks.extend(check);
    if let Some((wanted, size)) = &expected.image {
        checks.push(image_check(&whole, total, wanted, *size));
    }
    Ok(whole)
}

fn image_check(found: &str, length: u64, wanted: &str, size: u64) -> Check {
    const ID: &str = "medium.image";
    const TITLE: &str = "The image as a whole has the bytes that were written";
    if length != size {
        let evidence = format!("The image has {length} bytes, recorded are {size}.");
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
    } else if found != wanted {
        let evidence = format!("The image has the SHA-256 {found}, recorded is {wanted}.");
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
    } else {
        Check::passed(ID, TITLE, format!("{length} bytes, SHA-256 {found}."))
    }
}

fn image_hash(path: &Utf8Path, total: u64, context: &Context) -> Result<String> {
    let fault = |e: std::io::Error| {
        let message = format!("The medium '{path}' cannot be read.");
        Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(fault)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut activity = context.activity("Reading disc image back", Unit::Bytes, total);
    loop {
        context.check()?;
        let count = file.read(&mut buffer).map_err(fault)?;
        if count == 0 {
            return Ok(crate::text::hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
        activity.advance(count as u64);
    }
}

/// Compares every file with its record; and the list of files with the list of records.
fn each_file(
    image: &mut Image<BufReader<File>>,
    files: &[FileInfo],
    wanted: &[FileRecord],
    context: &Context,
) -> Result<Check> {
    const ID: &str = "medium.files";
    const TITLE: &str = "Every file is there with the bytes that it should have";
    let mut faults = Vec::new();
    let mut activity =
        context.activity("Checking files of the medium", Unit::Bytes, wanted.iter().map(|w| w.size).sum());
    let mut buffer = vec![0; 1 << 20];
    for record in wanted {
        context.check()?;
        activity.set_status(&record.path);
        match inspect::find(files, &record.path) {
            None => faults.push(format!("'{}' is missing", record.path)),
            Some(file) if file.size != record.size => {
                faults.push(format!("'{}' has {} bytes, recorded are {}", record.path, file.size, record.size));
            }
            Some(file) => match file_hash(image, file, &mut buffer, context, &mut |n| activity.advance(n))? {
                Ok(found) if found == record.sha256 => {}
                Ok(_) => faults.push(format!("'{}' has other bytes than recorded", record.path)),
                Err(e) => faults.push(format!("'{}' cannot be read: {e}", record.path)),
            },
        }
    }
    let known: HashSet<String> = wanted.iter().map(|w| w.path.to_lowercase()).collect();
    let foreign = files.iter().filter(|f| !f.is_dir && !known.contains(&f.path.to_lowercase()));
    faults.extend(foreign.map(|f| format!("'{}' is on the medium, but not recorded", f.path)));
    if faults.is_empty() {
        let evidence = format!("{} files read in the {} tree and compared by SHA-256.", wanted.len(), Tree::Udf);
        return Ok(Check::passed(ID, TITLE, evidence));
    }
    let more = faults.len().saturating_sub(20);
    faults.truncate(20);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Ok(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{}{more}.", faults.join("; "))))
}

/// The outer error is a cancellation.
fn file_hash(
    image: &mut Image<BufReader<File>>,
    file: &FileInfo,
    buffer: &mut [u8],
    context: &Context,
    progress: &mut dyn FnMut(u64),
) -> Result<std::io::Result<String>> {
    let mut reader = image.read_file(file);
    let mut hasher = Sha256::new();
    loop {
        context.check()?;
        match reader.read(buffer) {
            Ok(0) => return Ok(Ok(crate::text::hex(&hasher.finalize()))),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                progress(count as u64);
            }
            Err(e) => return Ok(Err(e)),
        }
    }
}
