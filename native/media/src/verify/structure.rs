//! The disc or folder as a whole: its trees, its label, what the firmware starts.

use super::Expected;
use crate::ErrorKind;
use crate::carrier::Carrier;
use crate::inspect::Inspection;
use crate::report::Check;
use sha2::{Digest, Sha256};
use tsm_formats::MediaProfile;
use tsm_formats::profile::{BootFile, Firmware};
use tsm_optical::{Finding, FindingCode, Platform, Tree};

/// Boot images are floppy images of 1.44 or 2.88 MB; larger ones are read up to here.
const MOST_BOOT_BYTES: usize = 64 << 20;

/// Trees and label. `found` is what is odd about a disc.
pub(super) fn check(inspection: &Inspection, expected: &Expected<'_>, found: &[Finding], checks: &mut Vec<Check>) {
    match &inspection.carrier {
        Carrier::Disc(disc, _) => {
            checks.push(trees(&disc.trees()));
            checks.push(findings(found));
        }
        Carrier::Folder(_) => checks.push(plain_folder(&inspection.odd)),
        Carrier::Wim(wim) => checks.push(super::wim::form(&wim.info)),
    }
    checks.push(label(inspection, expected));
}

fn plain_folder(odd: &[String]) -> Check {
    const ID: &str = "medium.folder";
    const TITLE: &str = "The folder holds files and folders only";
    if odd.is_empty() {
        return Check::passed(ID, TITLE, "Nothing odd was found.");
    }
    let evidence = format!("Neither a file nor a folder: {}.", odd.join(", "));
    Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
}

fn trees(found: &[Tree]) -> Check {
    const ID: &str = "medium.trees";
    const TITLE: &str = "The disc has the file systems that firmware and Windows read";
    let names: Vec<String> = found.iter().map(Tree::to_string).collect();
    let there = names.join(", ");
    if !found.contains(&Tree::Udf) {
        let evidence = format!("There is no UDF, only: {there}.");
        return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
            .symptom("Windows PE starts, but files over 4 GB or with long names are missing.");
    }
    if !found.contains(&Tree::Iso) {
        let evidence = format!("There is no ISO 9660, which a BIOS needs, only: {there}.");
        return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence);
    }
    Check::passed(ID, TITLE, format!("Found {there}."))
}

fn findings(found: &[Finding]) -> Check {
    const ID: &str = "medium.structure";
    const TITLE: &str = "The structures of the disc are sound and the file systems show the same files";
    if found.is_empty() {
        return Check::passed(ID, TITLE, "Nothing odd was found.");
    }
    let shown: Vec<String> = found.iter().take(10).map(Finding::to_string).collect();
    let more = found.len().saturating_sub(shown.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let evidence = format!("{}{more}.", shown.join("; "));
    let harmless =
        |f: &Finding| matches!(f.code, FindingCode::NotClosed | FindingCode::Unsupported | FindingCode::Name);
    if found.iter().all(harmless) {
        Check::warning(ID, TITLE, evidence, "Make the medium anew if computers have trouble with it.")
    } else {
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence)
    }
}

fn label(inspection: &Inspection, expected: &Expected<'_>) -> Check {
    const ID: &str = "medium.label";
    const TITLE: &str = "The disc has its label";
    let label = inspection.label();
    if let Some(wanted) = &expected.label
        && *wanted != label
    {
        let evidence = format!("The label is '{label}', asked for was '{wanted}'.");
        return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence);
    }
    match &inspection.label_file {
        Some(text) if *text != label => {
            let evidence = format!("The label is '{label}', but MediaLabel.txt says '{text}'.");
            Check::warning(ID, TITLE, evidence, "Make the medium anew if the label matters.")
        }
        Some(_) => Check::passed(ID, TITLE, format!("'{label}', on the disc and in MediaLabel.txt.")),
        None => Check::passed(ID, TITLE, format!("'{label}'; there is no MediaLabel.txt.")),
    }
}

/// What the firmware starts: of a disc by its boot catalogue, of a folder by its files.
pub(super) fn boot(
    inspection: &mut Inspection,
    expected: &Expected<'_>,
    profile: &MediaProfile,
    checks: &mut Vec<Check>,
) {
    let Some(disc) = inspection.carrier.disc() else {
        checks.push(boot_files(inspection, expected, profile));
        return;
    };
    let entries = disc.boot_entries().to_vec();
    let arm = expected.architecture.as_deref() == Some("arm64");
    for (platform, id, name, symptom) in [
        (Platform::Bios, "medium.boot.bios", "BIOS", "A computer with BIOS passes the disc over."),
        (Platform::Uefi, "medium.boot.uefi", "UEFI", "A computer with UEFI passes the disc over."),
    ] {
        let title = format!("The disc starts on {name}");
        let found = entries.iter().position(|e| e.platform == Some(platform));
        let check = match found {
            None if platform == Platform::Bios && arm => Check::passed(id, &title, "Not needed: ARM64 has no BIOS."),
            None => {
                let evidence = format!("The boot catalogue has no entry for {name}.");
                Check::failed(id, &title, ErrorKind::VerificationFailed, evidence).symptom(symptom)
            }
            Some(index) => match entry_fault(inspection, &entries[index], index, expected) {
                Some(fault) => Check::failed(id, &title, ErrorKind::VerificationFailed, fault).symptom(symptom),
                None => Check::passed(id, &title, entry_text(&entries[index])),
            },
        };
        checks.push(check);
    }
}

/// The files that a stick starts from, to which the folder is copied.
fn boot_files(inspection: &Inspection, expected: &Expected<'_>, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.boot-files";
    const TITLE: &str = "The medium has every file that a stick or a disk starts from";
    let arm = expected.architecture.as_deref() == Some("arm64");
    let named = |file: &&BootFile| !file.medium.is_empty() && !file.medium.contains(['*', '{']);
    let needed = |file: &&BootFile| file.required && !(arm && file.firmware == Firmware::Bios);
    let files = profile.boot_files.files();
    let needed: Vec<&str> = files.into_iter().filter(named).filter(needed).map(|file| file.medium.as_str()).collect();
    let missing: Vec<&str> = needed.iter().copied().filter(|path| inspection.file(path).is_none()).collect();
    if missing.is_empty() {
        return Check::passed(ID, TITLE, format!("Found {}.", needed.join(", ")));
    }
    Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("Not found: {}.", missing.join(", ")))
        .symptom("A computer passes the stick or disk over.")
}

fn entry_text(entry: &tsm_optical::BootEntryInfo) -> String {
    format!("Entry at block {}, {} sectors, no emulation.", entry.start_block, entry.load_sectors)
}

/// What is wrong with a boot entry, if anything is.
fn entry_fault(
    inspection: &mut Inspection,
    entry: &tsm_optical::BootEntryInfo,
    index: usize,
    expected: &Expected<'_>,
) -> Option<String> {
    if !entry.bootable {
        return Some("The entry is marked as not bootable.".to_owned());
    }
    if entry.media_type != 0 {
        return Some(format!("The entry emulates a disk (type {}).", entry.media_type));
    }
    let wanted = expected.boot_images.as_ref().and_then(|images| images.get(index));
    let most = wanted.and_then(|w| usize::try_from(w.size).ok()).unwrap_or(MOST_BOOT_BYTES);
    let disc = inspection.carrier.disc()?;
    let mut bytes = match disc.read_boot_image(index, most) {
        Ok(bytes) => bytes,
        Err(e) => return Some(format!("The boot image cannot be read: {e}.")),
    };
    if entry.platform == Some(Platform::Uefi) && !is_fat(&bytes) {
        return Some("The UEFI boot image is not a FAT volume.".to_owned());
    }
    let wanted = wanted?;
    if (bytes.len() as u64) < wanted.size {
        return Some(format!("The boot image has {} bytes, recorded are {}.", bytes.len(), wanted.size));
    }
    bytes.truncate(most);
    let found = crate::text::hex(&Sha256::digest(&bytes));
    (found != wanted.sha256).then(|| format!("The boot image has the SHA-256 {found}, recorded is {}.", wanted.sha256))
}

/// A boot sector with its signature and a plausible sector size (Microsoft's FAT specification, "BPB").
fn is_fat(bytes: &[u8]) -> bool {
    let sector = bytes.get(11..13).map(|b| u16::from_le_bytes([b[0], b[1]]));
    bytes.get(510..512) == Some(&[0x55, 0xAA]) && matches!(sector, Some(512 | 1024 | 2048 | 4096))
}
