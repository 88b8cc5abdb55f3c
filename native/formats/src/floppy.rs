//! The boot loader within an El Torito boot image for UEFI, which is a floppy disk of its own.

use crate::pe::MOST_PROGRAM_BYTES;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

/// Entries of the folder that are looked at; real images have one.
const MOST_ENTRIES: usize = 64;

/// The boot loader of any processor in the folder that firmware looks into (UEFI specification, 3.5.1.1): its path and its
/// bytes, one more than [`MOST_PROGRAM_BYTES`] at most. `None` when the image is no FAT volume that can be read to there.
#[must_use]
pub fn uefi_loader(image: Vec<u8>) -> Option<(String, Vec<u8>)> {
    let volume = fatfs::FileSystem::new(Bounded::new(image), fatfs::FsOptions::new()).ok()?;
    let folder = volume.root_dir().open_dir("EFI/BOOT").ok()?;
    for entry in folder.iter().take(MOST_ENTRIES) {
        let entry = entry.ok()?;
        let name = entry.file_name();
        let upper = name.to_ascii_uppercase();
        if entry.is_file() && upper.starts_with("BOOT") && upper.ends_with(".EFI") {
            let mut bytes = Vec::new();
            entry.to_file().take(MOST_PROGRAM_BYTES + 1).read_to_end(&mut bytes).ok()?;
            return Some((format!("EFI/BOOT/{name}"), bytes));
        }
    }
    None
}

/// An image that can be read only so much: chains of clusters may go in a circle, and the reader of the volume follows them.
struct Bounded {
    image: Cursor<Vec<u8>>,
    left: u64,
}

impl Bounded {
    /// Everything once, and the table of clusters as often as there are clusters.
    fn new(image: Vec<u8>) -> Self {
        const FOR_TABLES: u64 = 1 << 20;
        let left = (image.len() as u64).saturating_mul(4).saturating_add(FOR_TABLES);
        Self { image: Cursor::new(image), left }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const LEAST: u64 = 2;
        let left = self.left.checked_sub(LEAST.max(buffer.len() as u64));
        self.left = left.ok_or_else(|| io::Error::other("the volume leads in a circle"))?;
        self.image.read(buffer)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.image.seek(to)
    }
}

/// The reader of the volume wants to be able to write; nothing here lets it.
impl Write for Bounded {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut image = Cursor::new(vec![0; 64 << 10]);
        fatfs::format_volume(&mut image, fatfs::FormatVolumeOptions::new()).unwrap();
        let volume = fatfs::FileSystem::new(&mut image, fatfs::FsOptions::new()).unwrap();
        let folder = volume.root_dir().create_dir("EFI").unwrap().create_dir("BOOT").unwrap();
        folder.create_file(name).unwrap().write_all(bytes).unwrap();
        drop(folder);
        drop(volume);
        image.into_inner()
    }

    #[test]
    fn the_loader_is_found_and_nothing_else_is() {
        let found = uefi_loader(image("BOOTX64.EFI", b"MZ loader")).unwrap();
        assert_eq!(found, ("EFI/BOOT/BOOTX64.EFI".to_owned(), b"MZ loader".to_vec()));
        assert_eq!(uefi_loader(image("README.TXT", b"text")), None);
        assert_eq!(uefi_loader(Vec::new()), None);
        assert_eq!(uefi_loader(vec![0; 1 << 20]), None);
    }

    /// The clusters of the loader and of both folders lead to themselves.
    #[test]
    fn a_chain_that_goes_in_a_circle_comes_to_an_end() {
        let good = image("BOOTX64.EFI", &[0x5a; 4000]);
        let number = |at: usize| usize::from(good[at]) | usize::from(good[at + 1]) << 8;
        let (sector, table) = (number(11), number(14));
        for cluster in 2..16_usize {
            let mut bad = good.clone();
            let at = table * sector + cluster * 3 / 2;
            let own = u16::try_from(cluster).unwrap();
            let old = u16::from_le_bytes([bad[at], bad[at + 1]]);
            let new = if cluster % 2 == 0 { old & 0xf000 | own } else { old & 0x000f | own << 4 };
            bad[at..at + 2].copy_from_slice(&new.to_le_bytes());
            let _ = uefi_loader(bad);
        }
    }
}
