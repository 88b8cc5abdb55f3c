//! Whether the boot files of a medium come from the boot image beside them: boot loader, fonts and revocation list have to be
//! of one generation with what they start. The boot image records the SHA-1 of every file that it holds.

use crate::ErrorKind;
use crate::carrier::Carrier;
use crate::inspect::Inspection;
use crate::report::Check;
use crate::text::begins_in_any_case;
use camino::Utf8Path;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use tsm_formats::MediaProfile;
use tsm_optical::FileInfo;
use tsm_wim::WimErrorKind;

const ID: &str = "medium.boot-set";
const TITLE: &str = "Boot loader, fonts and revocation list come from the boot image of the medium";

/// Makes the check; none for a medium without a boot image, which another check tells.
pub(super) fn check(path: &Utf8Path, inspection: &mut Inspection, profile: &MediaProfile) -> Option<Check> {
    let wim = inspection.file(&profile.layout.boot_image)?.clone();
    match table(path, &mut inspection.carrier, &wim) {
        Ok(Table::Recorded(known)) => compared(inspection, &known),
        Ok(Table::NoWim) => {
            let evidence = format!("'{}' is no WIM: nothing can be started from it.", wim.path);
            Some(Check::failed(ID, TITLE, ErrorKind::BootImageNotWim, evidence).target(wim.path))
        }
        Ok(Table::Unread) => {
            let evidence =
                format!("The table of '{}' is compressed or too large: what is in it is not known.", wim.path);
            let kind = ErrorKind::BootSetUnknown;
            Some(Check::warning(ID, TITLE, evidence, kind.action()).number(kind).target(wim.path))
        }
        Err(e) => {
            let evidence = format!("The table of the boot image cannot be read: {e}.");
            Some(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence))
        }
    }
}

/// What the boot image on the medium records. Of a WIM within a WIM only the pieces that are read are unpacked.
fn table(path: &Utf8Path, carrier: &mut Carrier, boot_image: &FileInfo) -> io::Result<Table> {
    match carrier {
        Carrier::Disc(disc, _) => recorded(&mut disc.read_file(boot_image)),
        Carrier::Folder(_) => File::open(path.join(&boot_image.path)).and_then(|mut file| recorded(&mut file)),
        Carrier::Wim(outer) => match outer.wim.file(1, &boot_image.path) {
            Ok(mut file) => recorded(&mut file),
            Err(e) if matches!(e.kind(), WimErrorKind::Solid | WimErrorKind::Pipable) => Ok(Table::Unread),
            Err(e) => Err(io::Error::other(e)),
        },
    }
}

/// Looks for every boot file in what the boot image records.
fn compared(inspection: &mut Inspection, known: &HashSet<[u8; 20]>) -> Option<Check> {
    let files: Vec<_> = inspection.files.iter().filter(|f| !f.is_dir && belongs(&f.path)).cloned().collect();
    let mut foreign = Vec::new();
    for file in &files {
        match hash(&mut inspection.carrier, file) {
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

/// Whether a file of the medium has to be one of the boot image.
fn belongs(path: &str) -> bool {
    if !begins_in_any_case(path, "efi/") && !begins_in_any_case(path, "bootmgr") {
        return false;
    }
    let path = path.to_lowercase();
    path.starts_with("efi/boot/boot") && path.ends_with(".efi")
        || path == "bootmgr.efi"
        || path == "efi/microsoft/boot/boot.stl"
        || path.starts_with("efi/microsoft/boot/fonts/")
}

/// The SHA-1 of a file. A WIM records it, and the check of its data holds all data against what is recorded.
fn hash(carrier: &mut Carrier, file: &FileInfo) -> io::Result<[u8; 20]> {
    if let Some(outer) = carrier.wim() {
        let entry = outer.wim.entry(1, &file.path).map_err(io::Error::other)?;
        return Ok(entry.and_then(|entry| entry.sha1).unwrap_or_default());
    }
    carrier.read(file).and_then(|mut reader| sha1(&mut reader))
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
