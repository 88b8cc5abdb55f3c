//! The boot loader within an El Torito boot image for UEFI, which is a floppy disk of its own (FAT12, or FAT16 for larger ones).
//!
//! A reader of its own, as those that there are panic on images that somebody has tampered with. Structures: Microsoft, "FAT:
//! General Overview of On-Disk Format", 1.03.

use crate::pe::MOST_PROGRAM_BYTES;

/// Bytes of a directory entry.
const ENTRY: usize = 32;
/// Attributes of entries that are neither files nor folders: volume label, and with it the parts of long names.
const VOLUME: u8 = 0x08;
const FOLDER: u8 = 0x10;
/// Fewer clusters are FAT12, from here on FAT16, from the second number on FAT32, which no floppy is.
const FAT16_CLUSTERS: usize = 4085;
const FAT32_CLUSTERS: usize = 65_525;

/// The boot loader of any processor in the folder that firmware looks into (UEFI specification, 3.5.1.1): its path and its
/// bytes, [`MOST_PROGRAM_BYTES`] at most. `None` when the image is no such volume, or cannot be read to there.
#[must_use]
pub fn uefi_loader(image: &[u8]) -> Option<(String, Vec<u8>)> {
    let volume = Volume::open(image)?;
    let efi = find(volume.root, |entry| entry.is_folder() && entry.name == "EFI")?;
    let boot = find(&volume.chain(efi.cluster, image.len())?, |entry| entry.is_folder() && entry.name == "BOOT")?;
    let is_loader =
        |entry: &Entry| !entry.is_folder() && entry.name.starts_with("BOOT") && entry.name.ends_with(".EFI");
    let loader = find(&volume.chain(boot.cluster, image.len())?, is_loader)?;
    if loader.size as u64 > MOST_PROGRAM_BYTES {
        return None;
    }
    let mut bytes = volume.chain(loader.cluster, loader.size)?;
    bytes.truncate(loader.size);
    (bytes.len() == loader.size).then(|| (format!("EFI/BOOT/{}", loader.name), bytes))
}

/// A volume whose boot record makes sense.
struct Volume<'a> {
    table: &'a [u8],
    root: &'a [u8],
    data: &'a [u8],
    cluster: usize,
    is_fat16: bool,
}

/// A directory entry.
struct Entry {
    /// The short name, upper case.
    name: String,
    attributes: u8,
    cluster: usize,
    size: usize,
}

impl Entry {
    fn is_folder(&self) -> bool {
        self.attributes & FOLDER != 0
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at + 2)?;
    Some(usize::from(word[0]) | usize::from(word[1]) << 8)
}

fn double(bytes: &[u8], at: usize) -> Option<usize> {
    Some(word(bytes, at)? | word(bytes, at + 2)? << 16)
}

impl<'a> Volume<'a> {
    fn open(image: &'a [u8]) -> Option<Self> {
        let (sector, per_cluster) = (word(image, 11)?, usize::from(*image.get(13)?));
        let (reserved, tables, entries) = (word(image, 14)?, usize::from(*image.get(16)?), word(image, 17)?);
        let sectors = match word(image, 19)? {
            0 => double(image, 32)?,
            sectors => sectors,
        };
        let per_table = word(image, 22)?;
        let good = [512, 1024, 2048, 4096].contains(&sector) && per_cluster.is_power_of_two();
        if !good || reserved == 0 || tables == 0 || per_table == 0 || image.get(510..512)? != [0x55, 0xAA] {
            return None;
        }
        // Every number has at most 32 bits, so that nothing below leaves 64.
        let table_at = reserved * sector;
        let root_at = table_at + tables * per_table * sector;
        let data_at = root_at + (entries * ENTRY).next_multiple_of(sector);
        let end = sectors.checked_mul(sector)?.min(image.len());
        let data = image.get(data_at..end)?;
        let clusters = data.len() / (per_cluster * sector);
        if clusters >= FAT32_CLUSTERS {
            return None;
        }
        Some(Self {
            table: image.get(table_at..table_at + per_table * sector)?,
            root: image.get(root_at..data_at)?,
            data,
            cluster: per_cluster * sector,
            is_fat16: clusters >= FAT16_CLUSTERS,
        })
    }

    /// The cluster behind another one; `None` at the end of a chain, and where the table says what it cannot.
    fn next(&self, cluster: usize) -> Option<usize> {
        if self.is_fat16 {
            return word(self.table, cluster * 2).filter(|next| *next < 0xFFF8);
        }
        let pair = word(self.table, cluster + cluster / 2)?;
        let next = if cluster.is_multiple_of(2) { pair & 0xFFF } else { pair >> 4 };
        (next < 0xFF8).then_some(next)
    }

    /// The clusters of a chain, until there are `most` bytes or more. A chain that is longer than the volume goes in a circle.
    fn chain(&self, first: usize, most: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut cluster = first;
        while bytes.len() < most {
            let begin = cluster.checked_sub(2)? * self.cluster;
            let part = self.data.get(begin..begin + self.cluster)?;
            if bytes.len() > self.data.len() {
                return None;
            }
            bytes.extend_from_slice(part);
            match self.next(cluster) {
                Some(next) => cluster = next,
                None => break,
            }
        }
        Some(bytes)
    }
}

/// The first entry of a directory that is wanted.
fn find(directory: &[u8], wanted: impl Fn(&Entry) -> bool) -> Option<Entry> {
    const FREE: u8 = 0xE5;
    let entries = directory.chunks_exact(ENTRY).take_while(|entry| entry[0] != 0);
    let mut entries = entries.filter(|entry| entry[0] != FREE && entry[11] & VOLUME == 0).filter_map(entry);
    entries.find(|entry| wanted(entry))
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let part = |range: std::ops::Range<usize>| String::from_utf8_lossy(&bytes[range]).trim_end().to_ascii_uppercase();
    let (name, extension) = (part(0..8), part(8..11));
    let name = if extension.is_empty() { name } else { format!("{name}.{extension}") };
    Some(Entry { name, attributes: bytes[11], cluster: word(bytes, 26)?, size: double(bytes, 28)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    /// By a writer that is not ours.
    fn image(length: usize, name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut image = Cursor::new(vec![0; length]);
        fatfs::format_volume(&mut image, fatfs::FormatVolumeOptions::new()).unwrap();
        let volume = fatfs::FileSystem::new(&mut image, fatfs::FsOptions::new()).unwrap();
        let folder = volume.root_dir().create_dir("EFI").unwrap().create_dir("BOOT").unwrap();
        folder.create_file("a longer name.txt").unwrap().write_all(b"x").unwrap();
        folder.create_file(name).unwrap().write_all(bytes).unwrap();
        drop(folder);
        drop(volume);
        image.into_inner()
    }

    #[test]
    fn the_loader_is_found_and_nothing_else_is() {
        let loader: Vec<u8> = (0..5000_u32).map(|n| (n % 251) as u8).collect();
        for length in [64 << 10, 1440 << 10, 2880 << 10, 12 << 20] {
            let found = uefi_loader(&image(length, "BOOTX64.EFI", &loader)).unwrap();
            assert_eq!(found, ("EFI/BOOT/BOOTX64.EFI".to_owned(), loader.clone()), "{length}");
            assert_eq!(uefi_loader(&image(length, "README.TXT", b"text")), None, "{length}");
        }
        assert_eq!(uefi_loader(&[]), None);
        assert_eq!(uefi_loader(&vec![0; 1 << 20]), None);
    }

    /// The clusters of the loader and of both folders lead to themselves, or to what is no cluster.
    #[test]
    fn a_chain_that_goes_in_a_circle_comes_to_an_end() {
        let good = image(64 << 10, "BOOTX64.EFI", &[0x5a; 4000]);
        let at = |place| word(&good, place).unwrap();
        let table = at(14) * at(11);
        for cluster in 2..16_usize {
            for next in [cluster, 1, 0, 0xFF0] {
                let mut bad = good.clone();
                let at = table + cluster + cluster / 2;
                let old = word(&bad, at).unwrap();
                let new = if cluster.is_multiple_of(2) { old & 0xF000 | next } else { old & 0x000F | next << 4 };
                bad[at..at + 2].copy_from_slice(&u16::try_from(new).unwrap().to_le_bytes());
                let _ = uefi_loader(&bad);
            }
        }
    }
}
