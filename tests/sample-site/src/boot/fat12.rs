//! A floppy disk image of 1.44 MB with FAT12 (Microsoft, "FAT: General Overview of On-Disk Format"), holding one EFI loader.

const SECTOR: usize = 512;
const FAT_SECTORS: usize = 9;
const ROOT_ENTRIES: usize = 224;
const ROOT_SECTOR: usize = 1 + 2 * FAT_SECTORS;
const DATA_SECTOR: usize = ROOT_SECTOR + ROOT_ENTRIES * 32 / SECTOR;
const SECTORS: usize = 2880;
/// 2000-01-01.
const DATE: u16 = (20 << 9) | (1 << 5) | 1;

/// Size of the image, bytes.
pub const LENGTH: usize = SECTORS * SECTOR;

/// Clusters of the folder `EFI`, the folder `EFI/BOOT` and the first one of the loader.
const EFI: u16 = 2;
const BOOT: u16 = 3;
const LOADER: u16 = 4;

/// The image with `EFI/BOOT/<name>.EFI`; `name` of up to 8 capital letters and digits such as `BOOTX64`.
/// `None` for another name or a loader too big for a floppy disk.
#[must_use]
pub fn floppy(label: &str, name: &str, loader: &[u8]) -> Option<Vec<u8>> {
    let is_plain = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    if name.is_empty() || name.len() > 8 || !name.bytes().all(is_plain) {
        return None;
    }
    let clusters = loader.len().div_ceil(SECTOR).max(1);
    if DATA_SECTOR + usize::from(LOADER - 2) + clusters > SECTORS {
        return None;
    }
    let mut image = vec![0; LENGTH];
    boot_record(&mut image, label);
    let last = LOADER + u16::try_from(clusters).ok()? - 1;
    for copy in 0..2 {
        let fat = &mut image[(1 + copy * FAT_SECTORS) * SECTOR..][..FAT_SECTORS * SECTOR];
        set(fat, 0, 0xff0);
        set(fat, 1, 0xfff);
        set(fat, EFI, 0xfff);
        set(fat, BOOT, 0xfff);
        (LOADER..last).for_each(|cluster| set(fat, cluster, cluster + 1));
        set(fat, last, 0xfff);
    }
    let volume = format!("{label:<11.11}");
    let root = &mut image[ROOT_SECTOR * SECTOR..];
    put(root, 0, volume.as_bytes(), 0x08, 0, 0);
    put(root, 1, b"EFI        ", 0x10, EFI, 0);
    let folder = data(&mut image, EFI);
    put(folder, 0, b".          ", 0x10, EFI, 0);
    put(folder, 1, b"..         ", 0x10, 0, 0);
    put(folder, 2, b"BOOT       ", 0x10, BOOT, 0);
    let folder = data(&mut image, BOOT);
    put(folder, 0, b".          ", 0x10, BOOT, 0);
    put(folder, 1, b"..         ", 0x10, EFI, 0);
    let file = format!("{name:<8}EFI");
    put(folder, 2, file.as_bytes(), 0x20, LOADER, u32::try_from(loader.len()).ok()?);
    data(&mut image, LOADER)[..loader.len()].copy_from_slice(loader);
    Some(image)
}

/// Sector 0: jump, BIOS parameter block, and code that stops.
fn boot_record(image: &mut [u8], label: &str) {
    image[..11].copy_from_slice(b"\xeb\x3c\x90TSMSITE ");
    let mut at = 11;
    let mut put = |bytes: &[u8]| {
        image[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(&512_u16.to_le_bytes());
    put(&[1]); // sectors per cluster
    put(&1_u16.to_le_bytes()); // reserved sectors
    put(&[2]); // FATs
    put(&224_u16.to_le_bytes());
    put(&2880_u16.to_le_bytes());
    put(&[0xf0]); // medium: 3.5 inch floppy
    put(&9_u16.to_le_bytes());
    put(&18_u16.to_le_bytes()); // sectors per track
    put(&2_u16.to_le_bytes()); // heads
    put(&[0; 8]); // hidden sectors, big sector count
    put(&[0, 0, 0x29]); // drive, reserved, extended signature
    put(&0x5354_4d53_u32.to_le_bytes()); // volume ID
    put(format!("{label:<11.11}").as_bytes());
    put(b"FAT12   ");
    put(&[0xf4, 0xeb, 0xfd]); // hlt; jmp back
    image[510..512].copy_from_slice(&[0x55, 0xaa]);
}

/// A FAT12 entry: 12 bits, two entries in three bytes.
fn set(fat: &mut [u8], cluster: u16, value: u16) {
    let at = usize::from(cluster) * 3 / 2;
    let mut pair = u16::from_le_bytes([fat[at], fat[at + 1]]);
    pair = if cluster.is_multiple_of(2) { (pair & 0xf000) | value } else { (pair & 0x000f) | (value << 4) };
    fat[at..at + 2].copy_from_slice(&pair.to_le_bytes());
}

fn data(image: &mut [u8], cluster: u16) -> &mut [u8] {
    &mut image[(DATA_SECTOR + usize::from(cluster - 2)) * SECTOR..]
}

/// A directory entry of 32 bytes.
fn put(folder: &mut [u8], index: usize, name: &[u8], attributes: u8, cluster: u16, size: u32) {
    let entry = &mut folder[index * 32..][..32];
    entry[..11].copy_from_slice(&name[..11]);
    entry[11] = attributes;
    for at in [16, 18, 24] {
        entry[at..at + 2].copy_from_slice(&DATE.to_le_bytes());
    }
    entry[26..28].copy_from_slice(&cluster.to_le_bytes());
    entry[28..].copy_from_slice(&size.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(floppy("L", "BOOTX64", &[1; 1000]).map(|image| image.len()), Some(1_474_560));
        assert!(floppy("L", "BOOTX64", &vec![0; LENGTH]).is_none());
        assert!(floppy("L", "bootx64", b"").is_none());
        assert!(floppy("L", "BOOTX64TOOLONG", b"").is_none());
        assert!(floppy("L", "BOOTX64", &vec![0; (SECTORS - DATA_SECTOR - 2) * SECTOR]).is_some());
    }
}
