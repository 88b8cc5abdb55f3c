//! A prestaged medium: the WIM as a whole, the files of the medium in it, and those of the operating system around them.

use super::files::Contents;
use super::{Expected, ExpectedImage};
use crate::carrier::WimCarrier;
use crate::inspect::Inspection;
use crate::manifest::FileRecord;
use crate::os_image::{self, Skip, TreeRecord};
use crate::report::Check;
use crate::text::hex;
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::thread;
use tsm_job::{Context, Unit};
use tsm_wim::{Compression, WimInfo};

/// Whether Microsoft's tools apply it, and the console imports it.
pub(super) fn form(info: &WimInfo) -> Check {
    const ID: &str = "medium.wim";
    const TITLE: &str = "The WIM is a whole one with one image, as deployment tools apply it";
    let odd = [
        (info.images.len() != 1, "it does not hold one image"),
        (info.total_parts > 1, "it is one part of several"),
        (info.solid || info.compression == Compression::Lzms, "it is compressed as .esd files are"),
        (info.pipable, "it is pipable, which Microsoft's tools cannot read"),
    ];
    let faults: Vec<&str> = odd.iter().filter(|(odd, _)| *odd).map(|(_, what)| *what).collect();
    if faults.is_empty() {
        let integrity = if info.has_integrity { ", with an integrity table" } else { "" };
        return Check::passed(ID, TITLE, format!("One image, {:?}{integrity}.", info.compression));
    }
    Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{}.", crate::text::sentence(&faults.join("; "))))
}

/// Reads every byte: the file for its hash, and everything in it against the hashes that a WIM has of its data.
pub(super) fn contents(
    path: &Utf8Path,
    inspection: &mut Inspection,
    expected: &Expected<'_>,
    context: &Context,
) -> Result<Contents> {
    let mut checks = Vec::new();
    let length = inspection.length();
    let Some(carrier) = inspection.carrier.wim() else {
        let message = format!("The medium '{path}' is no WIM.");
        return Err(Error::new(ErrorKind::Internal, Stage::Verify, message));
    };
    // libwim reads with one thread, and to unpack takes far longer than to hash: on a second processor that costs nothing.
    let (sha256, data) = thread::scope(|scope| {
        let hashing = scope.spawn(|| hash(path, context));
        let data = data(carrier, length, context);
        (hashing.join().unwrap_or_else(|_| Err(super::shares::panicked())), data)
    });
    let (sha256, data) = (sha256?, data?);
    if let Some(wanted) = &expected.image {
        checks.push(whole(&sha256, length, wanted));
    }
    let sha256 = Some(sha256);
    checks.push(data);
    if let Some(records) = &expected.files {
        checks.push(files(carrier, records));
    }
    if let Some(wanted) = &expected.tree {
        let records = expected.files.as_deref().unwrap_or_default();
        checks.push(system(carrier, records, expected.folders.as_deref().unwrap_or_default(), wanted, context)?);
    }
    Ok(Contents { checks, sha256, findings: Vec::new() })
}

fn whole(found: &str, length: u64, wanted: &ExpectedImage) -> Check {
    const ID: &str = "medium.image";
    const TITLE: &str = "The image as a whole has the bytes that were written";
    let ExpectedImage { length: size, sha256, .. } = wanted;
    if length != *size {
        let evidence = format!("The image has {length} bytes, recorded are {size}.");
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
    } else if found != sha256 {
        let evidence = format!("The image has the SHA-256 {found}, recorded is {sha256}.");
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
    } else {
        Check::passed(ID, TITLE, format!("{length} bytes, SHA-256 {found}."))
    }
}

/// The SHA-256 of the file, beside work that tells how far it is.
fn hash(path: &Utf8Path, context: &Context) -> Result<String> {
    let fault = |e: std::io::Error| {
        let message = format!("The medium '{path}' cannot be read.");
        Error::new(ErrorKind::MediumUnreadable, Stage::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(fault)?;
    let (mut sha256, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        context.check()?;
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&sha256.finalize())),
            Ok(count) => sha256.update(buffer.get(..count).unwrap_or_default()),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(fault(e)),
        }
    }
}

/// All data, by the SHA-1 that the WIM has of each file's.
fn data(carrier: &WimCarrier, length: u64, context: &Context) -> Result<Check> {
    const ID: &str = "medium.data";
    const TITLE: &str = "All data in the WIM has the hashes that the WIM records";
    let mut activity = context.activity("Checking data of the image", Unit::Bytes, length);
    let verified = carrier.wim.verify(&mut |done, all| {
        let part = u128::from(done) * u128::from(length) / u128::from(all.max(1));
        activity.set_done(u64::try_from(part).unwrap_or(length));
        context.flow()
    });
    context.check()?;
    Ok(match verified {
        Ok(()) => Check::passed(ID, TITLE, "Read and compared by SHA-1."),
        Err(e) => {
            let evidence = format!("{}.", crate::text::sentence(&e.to_string()));
            Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
                .symptom("The image is applied up to the damage, and then given up.")
        }
    })
}

/// The files of the medium. Their data was read with all other data; here it is told that it is theirs.
fn files(carrier: &WimCarrier, records: &[FileRecord]) -> Check {
    const ID: &str = "medium.files";
    const TITLE: &str = "Every file is there with the bytes that it should have";
    let mut faults = Vec::new();
    for record in records {
        let path = &record.path;
        match carrier.wim.entry(1, path) {
            Err(e) => faults.push(format!("'{path}' cannot be looked at: {e}")),
            Ok(None) => faults.push(format!("'{path}' is missing")),
            Ok(Some(entry)) if entry.is_dir || entry.is_reparse_point => faults.push(format!("'{path}' is no file")),
            Ok(Some(entry)) if entry.size != record.size => {
                faults.push(format!("'{path}' has {} bytes, recorded are {}", entry.size, record.size));
            }
            Ok(Some(entry)) => {
                let found = entry.sha1.map(|sha1| hex(&sha1));
                if record.size > 0 && found != record.sha1 {
                    faults.push(format!("'{path}' has other bytes than recorded"));
                }
            }
        }
    }
    if faults.is_empty() {
        return Check::passed(ID, TITLE, format!("{} files compared by SHA-1.", records.len()));
    }
    let more = faults.len().saturating_sub(20);
    faults.truncate(20);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{}{more}.", faults.join("; ")))
}

/// The files of the operating system are those of its image: no more, no fewer, none altered.
fn system(
    carrier: &WimCarrier,
    records: &[FileRecord],
    folders: &[String],
    wanted: &TreeRecord,
    context: &Context,
) -> Result<Check> {
    const ID: &str = "medium.operating-system";
    const TITLE: &str = "The operating system has the files of its image";
    let skip = Skip::new(records.iter().map(|r| r.path.as_str()).chain(folders.iter().map(String::as_str)));
    let found = os_image::record(&carrier.wim, 1, &skip, context);
    context.check()?;
    Ok(match found {
        Ok(found) if found == *wanted => {
            Check::passed(ID, TITLE, format!("{} files and folders, as in the image.", found.entries))
        }
        Ok(found) => {
            let evidence = format!(
                "{} files and folders with the hash {}; the image has {} with {}.",
                found.entries, found.sha256, wanted.entries, wanted.sha256
            );
            Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
        }
        Err(e) => {
            let evidence = format!("The files cannot be listed: {e}.");
            Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
        }
    })
}
