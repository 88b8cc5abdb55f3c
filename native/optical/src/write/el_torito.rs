//! The boot catalogue and boot information tables (El Torito 1.0).

use super::WriteError;
use super::bytes::Bytes;
use super::out::Out;
use crate::Layout;
use crate::consts::{
    BOOTABLE, CATALOG_ENTRY, PLATFORM_BIOS, PLATFORM_UEFI, SECTION_LAST, SECTION_MORE, VOLUME_DESCRIPTORS,
};
use crate::layout::place::CATALOG;
use crate::layout::{BootItem, Platform};

pub(super) fn platform_id(platform: Platform) -> u8 {
    match platform {
        Platform::Bios => PLATFORM_BIOS,
        Platform::Uefi => PLATFORM_UEFI,
    }
}

/// The catalogue: validation entry, initial entry, and a section for each run of further images. Without boot images
/// nothing.
pub(super) fn catalog(layout: &Layout, out: &mut Out<'_>) -> Result<(), WriteError> {
    out.zeros_to(CATALOG)?;
    let Some(first) = layout.boot.items.first() else { return Ok(()) };
    out.bytes(&validation(first.platform))?;
    out.bytes(&entry(first))?;
    let mut sections = layout.boot.sections().peekable();
    while let Some(section) = sections.next() {
        let mut header = Bytes::new(CATALOG_ENTRY);
        header.u8(0, if sections.peek().is_some() { SECTION_MORE } else { SECTION_LAST });
        header.u8(1, section.first().map_or(PLATFORM_BIOS, |item| platform_id(item.platform)));
        header.u16(2, u16::try_from(section.len()).unwrap_or(u16::MAX));
        out.bytes(&header.0)?;
        for item in section {
            out.bytes(&entry(item))?;
        }
    }
    out.zeros_to_sector()
}

/// Validation entry (El Torito 1.0, figure 2): its sixteen words add up to zero.
fn validation(platform: Platform) -> Vec<u8> {
    let mut entry = Bytes::new(CATALOG_ENTRY);
    entry.u8(0, 1);
    entry.u8(1, platform_id(platform));
    entry.put(30, &[0x55, 0xAA]);
    let sum = entry.0.chunks_exact(2).fold(0u16, |sum, word| sum.wrapping_add(u16::from_le_bytes([word[0], word[1]])));
    entry.u16(28, sum.wrapping_neg());
    entry.0
}

/// Initial or section entry (El Torito 1.0, figures 3 and 5): no emulation, default load segment.
fn entry(item: &BootItem) -> Vec<u8> {
    let mut entry = Bytes::new(CATALOG_ENTRY);
    entry.u8(0, BOOTABLE);
    entry.u16(6, item.load_sectors());
    entry.u32(8, item.block);
    entry.0
}

/// Writes a boot information table into a boot image that will lie at `block`: block of the primary volume descriptor,
/// block and length of the image, and the sum of its 32-bit words from byte 64 on (the convention of mkisofs,
/// `-boot-info-table`).
pub(crate) fn boot_info_table(image: &mut [u8], block: u64) {
    let sum = image.get(64..).unwrap_or_default().chunks(4).fold(0u32, |sum, word| {
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        sum.wrapping_add(u32::from_le_bytes(bytes))
    });
    // The layout made sure that the image is long enough and all numbers fit.
    let fields = [VOLUME_DESCRIPTORS, block as u32, image.len() as u32, sum];
    if let Some(table) = image.get_mut(8..64) {
        table.fill(0);
        for (slot, field) in table.chunks_exact_mut(4).zip(fields) {
            slot.copy_from_slice(&field.to_le_bytes());
        }
    }
}
