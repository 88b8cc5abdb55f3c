//! The files: are all there, and does each have its bytes?

use super::Expected;
use super::image::ImageRead;
use super::trees::OtherTrees;
use crate::carrier::Carrier;
use crate::inspect::Inspection;
use crate::manifest::FileRecord;
use crate::report::{Check, Outcome};
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::io::Read;
use std::thread;
use tsm_formats::pe::{self, Machine};
use tsm_formats::{MediaProfile, Sha256Hash};
use tsm_job::{Context, Unit};
use tsm_optical::{FileInfo, Finding};

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
    inspection.carrier.read(&file).ok()?.take(length).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn boot_wim(inspection: &mut Inspection, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.boot-image";
    const TITLE: &str = "The boot image is on the medium";
    let path = &profile.layout.boot_image;
    if let (true, Some(file)) = (inspection.carrier.wim().is_some(), inspection.file(path)) {
        // To look into it would be to take it out, which is many times its room.
        let evidence = format!("'{path}' has {} bytes.", file.size);
        return Check::passed(ID, TITLE, evidence).target(path.clone());
    }
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

/// What the bytes of a medium say.
pub(super) struct Contents {
    /// The checks of the files, and of the image as a whole.
    pub checks: Vec<Check>,
    /// SHA-256 of the image, when there is one and its bytes are known to have it.
    pub sha256: Option<String>,
    /// What is odd about a disc, and where its trees differ.
    pub findings: Vec<Finding>,
}

/// Reads every byte: each file by its hash, and the image, where there is one, as a whole. `others` gives the other trees
/// of a disc, `frame` the hash of the frame of its image where that is known.
pub(super) fn contents(
    path: &Utf8Path,
    inspection: &mut Inspection,
    expected: &Expected<'_>,
    others: impl FnOnce() -> Option<OtherTrees> + Send,
    frame: impl FnOnce() -> Option<Result<Sha256Hash>>,
    context: &Context,
) -> Result<Contents> {
    if inspection.carrier.wim().is_some() {
        return super::wim::contents(path, inspection, expected, context);
    }
    let Inspection { carrier, files, .. } = inspection;
    let records = expected.files.as_deref().unwrap_or_default();
    let pairs = pair(files, records);
    let of_length = |(record, file): &Pair<'_>| file.map(|n| &files[n]).filter(|file| file.size == record.size);
    let to_read: Vec<&FileInfo> = pairs.iter().filter_map(of_length).collect();
    let (read, findings) = match carrier {
        Carrier::Disc(image, tree) => {
            let length = image.len();
            let mut findings = image.findings_of_volume();
            findings.extend(image.findings_of_tree(*tree));
            // The trees are compared meanwhile: of many small files that takes as long as their hashes.
            thread::scope(|scope| {
                let beside = scope.spawn(|| others().map(|others| others.findings(*tree, files)));
                let read = ImageRead::of(path, files, &to_read, length, frame, context)?;
                let panicked =
                    |_| Error::new(ErrorKind::Internal, Stage::Verify, "The comparison of the trees failed.");
                findings.extend(beside.join().map_err(panicked)?.unwrap_or_default());
                Ok::<_, Error>((Some(read), findings))
            })?
        }
        Carrier::Folder(_) | Carrier::Wim(_) => (None, Vec::new()),
    };
    let mut checks = Vec::new();
    let mut files_pass = true;
    if expected.files.is_some() {
        let hashed = read.as_ref().map_or_else(|| vec![None; to_read.len()], |read| read.files.clone());
        let check = files_check(files, &pairs, all_hashes(carrier, &to_read, hashed, context)?);
        files_pass = check.outcome == Outcome::Passed;
        checks.push(check);
    }
    let mut sha256 = read.as_ref().and_then(|read| read.sha256.clone());
    if let (Some(read), Some(wanted)) = (&read, &expected.image) {
        let check = read.check(wanted, files_pass, &to_read);
        if check.outcome == Outcome::Passed {
            sha256 = Some(wanted.sha256.clone());
        }
        checks.push(check);
    }
    Ok(Contents { checks, sha256, findings })
}

/// The hashes of all files: those that no pass over an image has found are counted now. The outer error is a cancellation.
fn all_hashes(
    carrier: &mut Carrier,
    to_read: &[&FileInfo],
    hashed: Vec<Option<Sha256Hash>>,
    context: &Context,
) -> Result<Vec<std::io::Result<Sha256Hash>>> {
    let left = to_read.iter().zip(&hashed).filter(|(_, hash)| hash.is_none()).map(|(file, _)| file.size).sum();
    let mut activity = (left > 0).then(|| context.activity("Reading files back", Unit::Bytes, left));
    let mut hashes = Vec::with_capacity(to_read.len());
    for (file, hash) in to_read.iter().zip(hashed) {
        if let Some(hash) = hash {
            hashes.push(Ok(hash));
            continue;
        }
        hashes.push(file_hash(carrier, file, context)?);
        if let Some(activity) = &mut activity {
            activity.advance(file.size);
        }
    }
    Ok(hashes)
}

/// A record, and the number of its file on the medium.
type Pair<'a> = (&'a FileRecord, Option<usize>);

/// Each record with its file on the medium, whatever the case of its path.
fn pair<'a>(files: &[FileInfo], records: &'a [FileRecord]) -> Vec<Pair<'a>> {
    let plain = || files.iter().enumerate().filter(|(_, file)| !file.is_dir);
    // Made when they are needed: media mostly have their files in the order of the records, and those that another tool has
    // not made anew have the very paths.
    let exact: OnceCell<HashMap<&str, usize>> = OnceCell::new();
    let any_case: OnceCell<HashMap<String, usize>> = OnceCell::new();
    let find = |path: &str| {
        let exact = || exact.get_or_init(|| plain().map(|(number, file)| (file.path.as_str(), number)).collect());
        let folded = || any_case.get_or_init(|| plain().map(|(number, f)| (f.path.to_lowercase(), number)).collect());
        exact().get(path).or_else(|| folded().get(&path.to_lowercase())).copied()
    };
    let mut in_order = plain().peekable();
    let mut file_of = |path: &str| match in_order.next_if(|(_, file)| file.path == path) {
        Some((number, _)) => Some(number),
        None => find(path),
    };
    records.iter().map(|record| (record, file_of(&record.path))).collect()
}

/// Compares every file with its record; and the list of files with the list of records. `hashes` are those of the files that
/// have the recorded length, in the order of the pairs.
fn files_check(files: &[FileInfo], pairs: &[Pair<'_>], hashes: Vec<std::io::Result<Sha256Hash>>) -> Check {
    const ID: &str = "medium.files";
    const TITLE: &str = "Every file is there with the bytes that it should have";
    let mut faults = Vec::new();
    let mut hashes = hashes.into_iter();
    let mut is_recorded = vec![false; files.len()];
    for (record, number) in pairs {
        let path = &record.path;
        if let Some(number) = number {
            is_recorded[*number] = true;
        }
        match number.map(|number| &files[number]) {
            None => faults.push(format!("'{path}' is missing")),
            Some(file) if file.size != record.size => {
                faults.push(format!("'{path}' has {} bytes, recorded are {}", file.size, record.size));
            }
            Some(_) => match hashes.next() {
                Some(Ok(found)) if record.sha256.parse() == Ok(found) => {}
                Some(Err(e)) => faults.push(format!("'{path}' cannot be read: {e}")),
                _ => faults.push(format!("'{path}' has other bytes than recorded")),
            },
        }
    }
    let foreign = files.iter().zip(is_recorded).filter(|(file, is_recorded)| !file.is_dir && !is_recorded);
    faults.extend(foreign.map(|(file, _)| format!("'{}' is on the medium, but not recorded", file.path)));
    if faults.is_empty() {
        let evidence = format!("{} files read and compared by SHA-256.", pairs.len());
        return Check::passed(ID, TITLE, evidence);
    }
    let more = faults.len().saturating_sub(20);
    faults.truncate(20);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{}{more}.", faults.join("; ")))
}

/// The hash of a file that no pass over an image has hashed. The outer error is a cancellation.
fn file_hash(carrier: &mut Carrier, file: &FileInfo, context: &Context) -> Result<std::io::Result<Sha256Hash>> {
    let mut reader = match carrier.read(file) {
        Ok(reader) => reader,
        Err(e) => return Ok(Err(e)),
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        context.check()?;
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(e) => return Ok(Err(e)),
        }
    }
}
