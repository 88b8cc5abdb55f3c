//! Boot configuration stores as install media have them: boot manager, one loader from a RAM disk, RAM disk options.
use super::hive::{BINARY, DWORD, Key, MULTI_SZ, SZ, hive, text};

const MANAGER: &str = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}";
const LOADER: &str = "{7619dcc9-fafe-11d9-b411-000476eba25f}";
const RAMDISK: &str = "{7619dcc8-fafe-11d9-b411-000476eba25f}";
/// `RAMDISK` as a GUID lies in memory.
const RAMDISK_GUID: [u8; 16] =
    [0xc8, 0xdc, 0x19, 0x76, 0xfe, 0xfa, 0xd9, 0x11, 0xb4, 0x11, 0x00, 0x04, 0x76, 0xeb, 0xa2, 0x5f];

/// The store for BIOS or UEFI: `\sources\boot.wim` of the boot device, with `\boot\boot.sdi`.
#[must_use]
pub fn store(uefi: bool) -> Vec<u8> {
    let loader = if uefi { r"\windows\system32\boot\winload.efi" } else { r"\windows\system32\boot\winload.exe" };
    let manager = vec![
        element("12000004", SZ, text("Windows Boot Manager")),
        element("12000005", SZ, text("en-US")),
        element("23000003", SZ, text(LOADER)),
        element("24000001", MULTI_SZ, [text(LOADER), vec![0, 0]].concat()),
        element("25000004", BINARY, vec![0x1e]),
    ];
    let mut entry = vec![
        element("11000001", BINARY, ramdisk_device()),
        element("12000002", SZ, text(loader)),
        element("12000004", SZ, text("Windows Setup")),
        element("12000005", SZ, text("en-US")),
    ];
    if uefi {
        entry.push(element("16000060", BINARY, vec![1]));
    }
    entry.extend([
        element("21000001", BINARY, ramdisk_device()),
        element("22000002", SZ, text(r"\windows")),
        element("250000c2", BINARY, vec![1, 0, 0, 0, 0, 0, 0, 0]),
        element("26000010", BINARY, vec![1]),
        element("26000022", BINARY, vec![1]),
        element("260000b0", BINARY, vec![0]),
    ]);
    let ramdisk = vec![element("31000003", BINARY, boot_device()), element("32000004", SZ, text(r"\boot\boot.sdi"))];
    let objects = Key::new("Objects")
        .key(object(RAMDISK, 0x3000_0000, ramdisk))
        .key(object(LOADER, 0x1020_0003, entry))
        .key(object(MANAGER, 0x1010_0002, manager));
    let description = Key::new("Description").value("KeyName", SZ, text("BCD00000000"));
    hive(&Key::new("NewStoreRoot").key(description).key(objects))
}

fn object(id: &str, kind: u32, elements: Vec<Key>) -> Key {
    let description = Key::new("Description").value("Type", DWORD, kind.to_le_bytes().to_vec());
    let elements = elements.into_iter().fold(Key::new("Elements"), Key::key);
    Key::new(id).key(description).key(elements)
}

fn element(id: &str, kind: u32, data: Vec<u8>) -> Key {
    Key::new(id).value("Element", kind, data)
}

/// "The device that was booted from": 16 zero bytes, then type 5 and a size of 72 bytes.
fn boot_device() -> Vec<u8> {
    let mut device = vec![0; 16];
    for number in [5_u32, 0, 0x48, 0] {
        device.extend_from_slice(&number.to_le_bytes());
    }
    device.resize(88, 0);
    device
}

/// `ramdisk=[boot]\sources\boot.wim` with the RAM disk options.
fn ramdisk_device() -> Vec<u8> {
    let path = text(r"\sources\boot.wim");
    let mut device = RAMDISK_GUID.to_vec();
    for number in [0_u32, 1, 0xa0, 0, 3] {
        device.extend_from_slice(&number.to_le_bytes());
    }
    device.resize(0x38, 0);
    for number in [1_u32, 0x78, 5] {
        device.extend_from_slice(&number.to_le_bytes());
    }
    device.extend_from_slice(&boot_device()[16..]);
    device.extend_from_slice(&path);
    device
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn sha256(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Hashes of the two device elements in the stores of Windows install media.
    #[test]
    fn device_elements_are_those_of_install_media() {
        assert_eq!(sha256(&boot_device()), "c27683ed90bd01f4da30e933b71458ce31ae0d729e5707438a34e6841baa2024");
        assert_eq!(sha256(&ramdisk_device()), "b077c75ac4f4cb1b16b358b931b92c76acf28ae26ff71d533c5686fdfa64e1b0");
    }
}
