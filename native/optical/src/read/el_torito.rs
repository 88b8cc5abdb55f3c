//! The boot catalogue (El Torito 1.0).

use std::io::{self, Read, Seek};

use super::disk::Disk;
use super::fields::{le16, le32, slice, u8_at};
use super::findings::{FindingCode, Findings};
use crate::Platform;
use crate::consts::{
    BOOT_SECTOR, BOOTABLE, CATALOG_ENTRY, PLATFORM_BIOS, PLATFORM_UEFI, SECTION_LAST, SECTION_MORE, SECTOR_BYTES,
    VOLUME_DESCRIPTORS,
};

/// Most of a catalogue that is looked at.
const CATALOG_MAX: usize = 64 * 1024;
/// Most entries that are listed.
const ENTRIES_MAX: usize = 1000;
/// Indicator of a section entry extension, which belongs to the entry before it.
const EXTENSION: u8 = 0x44;

/// An entry of the boot catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootEntryInfo {
    /// The platform, if it is one of those that are written here.
    pub platform: Option<Platform>,
    /// The number of the platform: 0 BIOS, 1 PowerPC, 2 Mac, 0xEF UEFI.
    pub platform_id: u8,
    /// Whether the entry may be booted.
    pub bootable: bool,
    /// 0 no emulation, 1 to 3 floppy disk, 4 hard disk.
    pub media_type: u8,
    /// Segment to load at; 0 means 0x7C0.
    pub load_segment: u16,
    /// Sectors of 512 bytes to load.
    pub load_sectors: u16,
    /// Block of 2048 bytes where the image begins.
    pub start_block: u32,
}

pub(super) fn read<R: Read + Seek>(
    disk: &mut Disk<R>,
    block: u32,
    findings: &mut Findings,
) -> io::Result<Vec<BootEntryInfo>> {
    let place = format!("boot catalogue in block {block}");
    let offset = u64::from(block) * SECTOR_BYTES;
    if offset >= disk.len() {
        findings.add(FindingCode::OutOfRange, place, "lies behind the end of the image");
        return Ok(Vec::new());
    }
    let mut catalog = vec![0; CATALOG_MAX];
    let length = disk.fill(offset, &mut catalog)?;
    catalog.truncate(length);
    let mut entries = catalog.chunks(CATALOG_ENTRY);
    let validation = entries.next().unwrap_or_default();
    check_validation(validation, &place, findings);
    let mut list = Vec::new();
    list.extend(entries.next().map(|initial| entry(initial, u8_at(validation, 1))));
    while let Some(header) = entries.next().filter(|header| matches!(u8_at(header, 0), SECTION_MORE | SECTION_LAST)) {
        let platform = u8_at(header, 1);
        let mut left = le16(header, 2);
        while let Some(next) = entries.next().filter(|_| left > 0 && list.len() < ENTRIES_MAX) {
            if u8_at(next, 0) != EXTENSION {
                list.push(entry(next, platform));
                left -= 1;
            }
            if left == 0 {
                break;
            }
        }
        if u8_at(header, 0) == SECTION_LAST {
            break;
        }
    }
    for (index, entry) in list.iter().enumerate() {
        if u64::from(entry.start_block) * SECTOR_BYTES >= disk.len() {
            findings.add(
                FindingCode::OutOfRange,
                format!("boot entry {index}"),
                "its image lies behind the end of the image",
            );
        }
    }
    Ok(list)
}

fn check_validation(entry: &[u8], place: &str, findings: &mut Findings) {
    if u8_at(entry, 0) != 1 || slice(entry, 30, 2) != [0x55, 0xAA] {
        findings.add(FindingCode::Damaged, place, "has no validation entry");
    }
    let sum = (0..CATALOG_ENTRY / 2).fold(0u16, |sum, word| sum.wrapping_add(le16(entry, word * 2)));
    if sum != 0 {
        findings.add(FindingCode::Checksum, place, "the validation entry does not add up to zero");
    }
}

fn entry(bytes: &[u8], platform_id: u8) -> BootEntryInfo {
    let platform = match platform_id {
        PLATFORM_BIOS => Some(Platform::Bios),
        PLATFORM_UEFI => Some(Platform::Uefi),
        _ => None,
    };
    BootEntryInfo {
        platform,
        platform_id,
        bootable: u8_at(bytes, 0) == BOOTABLE,
        media_type: u8_at(bytes, 1) & 0x0F,
        load_segment: le16(bytes, 2),
        load_sectors: le16(bytes, 6),
        start_block: le32(bytes, 8),
    }
}

pub(super) fn image<R: Read + Seek>(disk: &mut Disk<R>, entry: &BootEntryInfo, max: usize) -> io::Result<Vec<u8>> {
    let offset = u64::from(entry.start_block) * SECTOR_BYTES;
    let mut boot = [0; BOOT_SECTOR as usize];
    let boot_len = disk.fill(offset, &mut boot)?;
    let counted = u64::from(entry.load_sectors) * BOOT_SECTOR;
    let rest = disk.len().saturating_sub(offset);
    let length = match (entry.media_type, fat_bytes(&boot[..boot_len])) {
        (1, _) => 1_228_800,
        (2, _) => 1_474_560,
        (3, _) => 2_949_120,
        (_, Some(fat)) => fat.max(counted),
        (_, None) if entry.load_sectors <= 1 && entry.platform == Some(Platform::Uefi) => rest,
        (_, None) => table_bytes(&boot[..boot_len], entry.start_block).map_or(counted, |table| table.max(counted)),
    };
    // Grows with what is there, not with what is claimed.
    let length = usize::try_from(length.min(rest)).unwrap_or(usize::MAX).min(max);
    disk.exact(offset, length)
}

/// Bytes of a boot image that says in a boot information table where it lies and how long it is (the convention of mkisofs,
/// `-boot-info-table`): it loads the rest of itself.
fn table_bytes(boot: &[u8], start_block: u32) -> Option<u64> {
    let is_table = le32(boot, 8) == VOLUME_DESCRIPTORS && le32(boot, 12) == start_block;
    is_table.then(|| u64::from(le32(boot, 16)))
}

/// Bytes of the FAT volume that begins with this boot sector.
fn fat_bytes(boot: &[u8]) -> Option<u64> {
    let jump = matches!(u8_at(boot, 0), 0xEB | 0xE9);
    let sector = u64::from(le16(boot, 11));
    let signed = slice(boot, 510, 2) == [0x55, 0xAA];
    let count = match le16(boot, 19) {
        0 => u64::from(le32(boot, 32)),
        count => u64::from(count),
    };
    let plausible =
        jump && signed && matches!(sector, 512 | 1024 | 2048 | 4096) && u8_at(boot, 13).is_power_of_two() && count > 0;
    plausible.then_some(count * sector)
}
