//! Secure Boot on the medium: which computers start its loaders, how old they are, and whether all boot files come from the
//! boot image beside them.

use crate::ErrorKind;
use crate::inspect::Inspection;
use crate::report::Check;
use crate::secure_boot::{BootLoader, below_floor, on_disc, years};
use crate::text::begins_in_any_case;
use camino::Utf8Path;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use tsm_formats::MediaProfile;
use tsm_formats::secure_boot::{Computer, Start};

/// Makes the checks; gives the loader that firmware starts first.
pub(super) fn check(
    path: &Utf8Path,
    inspection: &mut Inspection,
    profile: &MediaProfile,
    checks: &mut Vec<Check>,
) -> Option<BootLoader> {
    let mut loaders = Vec::new();
    let mut faults = Vec::new();
    for found in on_disc(inspection, path.as_str(), &profile.secure_boot) {
        match found {
            Ok(loader) => loaders.push(loader),
            Err(e) => faults.push(e.with_causes()),
        }
    }
    let first = loaders.iter().find(|l| begins_in_any_case(&l.path, "efi/")).cloned();
    checks.push(trust(&loaders, &faults));
    checks.extend(first.as_ref().and_then(|loader| version(loader, profile)));
    checks.extend(one_image(path, inspection, profile));
    first
}

/// Which computers start the medium.
fn trust(loaders: &[BootLoader], faults: &[String]) -> Check {
    const ID: &str = "medium.secure-boot";
    const TITLE: &str = "The boot loaders are whole, and it is known which computers with Secure Boot start them";
    const SYMPTOM: &str =
        "The firmware refuses the medium: \"Secure Boot violation\", or it passes it over without a word.";
    let describe = |l: &BootLoader| format!("'{}' is {}", l.path, l.signed_by());
    let mut evidence = loaders.iter().map(describe).collect::<Vec<_>>().join("; ");
    if let Some(damaged) = loaders.iter().find(|l| l.is_damaged()) {
        return Check::failed(ID, TITLE, ErrorKind::BootLoaderAltered, format!("{evidence}."))
            .target(damaged.path.clone())
            .symptom(SYMPTOM);
    }
    let Some(first) = loaders.first() else {
        let evidence =
            if faults.is_empty() { "There is no boot loader for UEFI.".to_owned() } else { faults.join(" ") };
        return Check::warning(ID, TITLE, evidence, "Look at what the medium was made from.");
    };
    for computer in Computer::ALL {
        let verdict = match first.result(computer) {
            Start::Starts => "starts",
            Start::Refused => "does not start",
            Start::Unknown => "may start",
        };
        evidence = format!("{evidence}; it {verdict} on a computer that {}", computer.words());
    }
    let evidence = format!("{evidence}. {}", faults.join(" ")).trim_end().to_owned();
    if let Some(other) = loaders.iter().find(|l| l.path.starts_with("[BOOT]") && l.generations != first.generations) {
        let evidence = format!(
            "The loader within the boot image for UEFI is of the authority of {}, the one beside it of {}: {evidence}",
            years(&other.generations),
            years(&first.generations)
        );
        return Check::warning(ID, TITLE, evidence, "Make the medium anew, so that both are of one generation.")
            .number(ErrorKind::BootLoaderMixed)
            .symptom(SYMPTOM);
    }
    // Without any signature somebody has chosen to do without Secure Boot; with one, it should lead somewhere.
    let refused = !first.signers.is_empty() && Computer::ALL.iter().all(|c| first.result(*c) == Start::Refused);
    if refused || !faults.is_empty() {
        let remedy = "Make the medium anew from a boot image whose boot files are Microsoft's.";
        return Check::warning(ID, TITLE, evidence, remedy).symptom(SYMPTOM);
    }
    Check::passed(ID, TITLE, evidence)
}

fn version(loader: &BootLoader, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.security-version";
    const TITLE: &str = "The boot manager is not older than computers with the newest revocations let it be";
    let checked = match below_floor(loader, &profile.secure_boot) {
        Some(evidence) => Check::warning(
            ID,
            TITLE,
            evidence,
            "Service the boot image with the newest cumulative update, and make the medium anew.",
        )
        .number(ErrorKind::BootLoaderOld)
        .symptom("\"Secure boot version check failed\", and the computer goes off after ten seconds."),
        None => Check::passed(ID, TITLE, format!("Security version number {}.", loader.svn.as_deref()?)),
    };
    Some(checked)
}

/// The boot files must be those of the boot image beside them. The image records the SHA-1 of every file that it holds.
fn one_image(path: &Utf8Path, inspection: &mut Inspection, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.boot-set";
    const TITLE: &str = "Boot loader, fonts and revocation list come from the boot image of the medium";
    let wim = inspection.file(&profile.layout.boot_image)?.clone();
    if inspection.carrier.wim().is_some() {
        // Its table is at its end, and libwim unpacks a file only whole.
        let evidence = format!(
            "Not looked at: '{}' lies compressed in the WIM, and to take it out would need {} of disk. A build takes \
             all boot files from the boot image that it puts on the medium.",
            wim.path,
            crate::text::bytes(wim.size)
        );
        return Some(Check::passed(ID, TITLE, evidence).target(wim.path));
    }
    let table = match inspection.carrier.disc() {
        Some(disc) => recorded(&mut disc.read_file(&wim)),
        None => std::fs::File::open(path.join(&wim.path)).and_then(|mut file| recorded(&mut file)),
    };
    let known = match table {
        Ok(Table::Recorded(known)) => known,
        Ok(Table::NoWim) => {
            let evidence = format!("'{}' is no WIM: nothing can be started from it.", wim.path);
            return Some(Check::failed(ID, TITLE, ErrorKind::BootImageNotWim, evidence).target(wim.path));
        }
        Ok(Table::Unread) => {
            let evidence =
                format!("The table of '{}' is compressed or too large: what is in it is not known.", wim.path);
            let kind = ErrorKind::BootSetUnknown;
            return Some(Check::warning(ID, TITLE, evidence, kind.action()).number(kind).target(wim.path));
        }
        Err(e) => {
            let evidence = format!("The table of the boot image cannot be read: {e}.");
            return Some(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence));
        }
    };
    let belongs = |path: &str| {
        if !begins_in_any_case(path, "efi/") && !begins_in_any_case(path, "bootmgr") {
            return false;
        }
        let path = path.to_lowercase();
        path.starts_with("efi/boot/boot") && path.ends_with(".efi")
            || path == "bootmgr.efi"
            || path == "efi/microsoft/boot/boot.stl"
            || path.starts_with("efi/microsoft/boot/fonts/")
    };
    let files: Vec<_> = inspection.files.iter().filter(|f| !f.is_dir && belongs(&f.path)).cloned().collect();
    let mut foreign = Vec::new();
    for file in &files {
        match inspection.carrier.read(file).and_then(|mut reader| sha1(&mut reader)) {
            Ok(hash) if known.contains(&hash) || file.size == 0 => {}
            Ok(_) => foreign.push(file.path.clone()),
            Err(_) => return None, // the check of the files tells it
        }
    }
    if foreign.is_empty() {
        return Some(Check::passed(ID, TITLE, format!("{} files, all of them in the boot image.", files.len())));
    }
    let evidence = format!("Not in the boot image of this medium: {}.", foreign.join(", "));
    let remedy = "Make the medium anew: boot loader, boot.stl, fonts and winload must come from one boot image.";
    Some(
        Check::warning(ID, TITLE, evidence, remedy)
            .number(ErrorKind::BootLoaderMixed)
            .symptom("Windows Boot Manager shows 0xc0430001."),
    )
}

fn sha1(reader: &mut dyn Read) -> io::Result<[u8; 20]> {
    let mut hasher = Sha1::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// What the table of a WIM records.
#[derive(Debug, PartialEq, Eq)]
enum Table {
    /// The SHA-1 of everything that is in it.
    Recorded(HashSet<[u8; 20]>),
    /// The file is no WIM.
    NoWim,
    /// The table is compressed, or larger than that of any boot image.
    Unread,
}

/// The SHA-1 of everything in a WIM, from its table ("Windows Imaging File Format", Microsoft: header and offset table).
fn recorded<R: Read + Seek>(wim: &mut R) -> io::Result<Table> {
    const ENTRY: usize = 50;
    const MOST_BYTES: u64 = 64 << 20;
    let mut header = [0; 72];
    match wim.read_exact(&mut header) {
        Ok(()) if header.starts_with(b"MSWIM\0\0\0") => {}
        Ok(()) => return Ok(Table::NoWim),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(Table::NoWim),
        Err(e) => return Err(e),
    }
    let number = |at: usize, bytes: usize| {
        header[at..at + bytes].iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
    };
    // A resource header: seven bytes of size, a byte of flags, the offset, the size without compression.
    let (stored, compressed, offset, size) = (number(48, 7), header[55] & 0x04 != 0, number(56, 8), number(64, 8));
    if compressed || stored != size || size > MOST_BYTES {
        return Ok(Table::Unread);
    }
    wim.seek(SeekFrom::Start(offset))?;
    let mut table = Vec::new();
    wim.take(size).read_to_end(&mut table)?;
    let hash = |entry: &[u8]| entry.last_chunk::<20>().copied();
    Ok(Table::Recorded(table.chunks_exact(ENTRY).filter_map(hash).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WIM of a header and a table of one entry, with these flags of the table.
    fn wim(flags: u8) -> Vec<u8> {
        let mut wim = b"MSWIM\0\0\0".to_vec();
        wim.resize(48, 0);
        wim.extend([50, 0, 0, 0, 0, 0, 0, flags]);
        wim.extend(208_u64.to_le_bytes());
        wim.extend(50_u64.to_le_bytes());
        wim.resize(208 + 30, 0);
        wim.extend([0x5a; 20]);
        wim
    }

    fn table(bytes: Vec<u8>) -> Table {
        recorded(&mut io::Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn a_plain_table_is_read_and_a_compressed_one_is_told() {
        assert_eq!(table(wim(0x02)), Table::Recorded(HashSet::from([[0x5a; 20]])));
        assert_eq!(table(wim(0x06)), Table::Unread);
    }

    #[test]
    fn what_is_no_wim_is_told() {
        assert_eq!(table(Vec::new()), Table::NoWim);
        assert_eq!(table(vec![0; 4096]), Table::NoWim);
    }
}
