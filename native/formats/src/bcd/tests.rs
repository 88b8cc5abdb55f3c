//! Tests of boot configuration stores: bytes of device elements on Windows media, odd stores, and what is made.
use super::*;
use crate::registry::{Key, Value, ValueKind};
use sha2::{Digest as _, Sha256};

const IMAGE: &str = "\\sources\\boot.wim";

fn made(uefi: bool) -> Store {
    let loader = if uefi { "\\windows\\system32\\boot\\winload.efi" } else { "\\windows\\system32\\boot\\winload.exe" };
    media_store(uefi, loader, IMAGE, "\\boot\\boot.sdi")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hashes of the elements in the stores of Windows 10 media.
#[test]
fn device_elements_are_those_of_windows_media() {
    for (device, length, hash) in [
        (Device::boot(), 88, "c27683ed90bd01f4da30e933b71458ce31ae0d729e5707438a34e6841baa2024"),
        (
            Device::ram_disk(IMAGE, RAMDISK_OPTIONS),
            176,
            "b077c75ac4f4cb1b16b358b931b92c76acf28ae26ff71d533c5686fdfa64e1b0",
        ),
        (
            Device::ram_disk(IMAGE, "{ae5534e0-a924-466c-b836-758539a3ee3a}"),
            176,
            "0eecc3c2701935da45632b28b2cd40adadae8473941e69d3d780de96e84ade63",
        ),
    ] {
        let bytes = device.to_bytes().unwrap();
        assert_eq!(bytes.len(), length);
        assert_eq!(sha256(&bytes), hash, "{device}");
        assert_eq!(Device::from_bytes(&bytes).unwrap(), device);
    }
}

#[test]
fn what_is_made_is_read_back() {
    for uefi in [false, true] {
        let mut store = made(uefi);
        let bytes = store.to_bytes(0).unwrap();
        store.objects.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(Store::from_bytes(&bytes).unwrap(), store);
        assert_eq!(bytes.len(), 16_384, "as long as those of Windows media");
    }
}

#[test]
fn a_medium_starts_the_boot_image_and_nothing_else() {
    let store = Store::from_bytes(&made(true).to_bytes(0).unwrap()).unwrap();
    assert_eq!(store.entries(), [LOADER]);
    let entry = store.object(LOADER).unwrap();
    assert_eq!(entry.text(elements::APPLICATION_PATH), Some("\\windows\\system32\\boot\\winload.efi"));
    let device = entry.device(elements::APPLICATION_DEVICE).unwrap();
    assert_eq!(device.to_string(), "ramdisk=[boot]\\sources\\boot.wim,{7619dcc8-fafe-11d9-b411-000476eba25f}");
    assert_eq!(entry.element(elements::OS_DEVICE), entry.element(elements::APPLICATION_DEVICE));
    let options = store.object(RAMDISK_OPTIONS).unwrap();
    assert_eq!(options.device(elements::RAMDISK_SDI_DEVICE), Some(&Device::boot()));
    assert_eq!(options.text(elements::RAMDISK_SDI_PATH), Some("\\boot\\boot.sdi"));
}

#[test]
fn the_stores_for_bios_and_uefi_differ_in_two_elements() {
    let (bios, uefi) = (made(false), made(true));
    let all = |store: &Store| -> Vec<(String, u32, ElementValue)> {
        let objects = store.objects.iter();
        objects.flat_map(|o| o.elements.iter().map(|e| (o.id.clone(), e.id, e.value.clone()))).collect()
    };
    let (bios, uefi) = (all(&bios), all(&uefi));
    let only_uefi: Vec<u32> = uefi.iter().filter(|e| !bios.contains(e)).map(|e| e.1).collect();
    let only_bios: Vec<u32> = bios.iter().filter(|e| !uefi.contains(e)).map(|e| e.1).collect();
    assert_eq!((only_uefi, only_bios), (vec![0x1200_0002, 0x1600_0060], vec![0x1200_0002]));
}

/// A store with one boot manager that has these elements.
fn with_elements(elements: &[(&str, Value)]) -> Store {
    let mut keys = Key::new("Elements");
    for (id, value) in elements {
        keys.keys.push(Key::new(*id).with_value(value.clone()));
    }
    let manager = Key::new(BOOT_MANAGER.to_uppercase())
        .with_key(Key::new("Description").with_value(Value::dword("Type", 0x1010_0002)))
        .with_key(keys);
    let garbage = Value { name: "KeyName".into(), kind: ValueKind::Text, data: vec![0xff, 0xd8, 1] };
    let root = Key::new("System")
        .with_key(Key::new("Description").with_value(garbage))
        .with_key(Key::new("Objects").with_key(manager));
    Store::from_bytes(&root.to_hive(0).unwrap()).unwrap()
}

/// Genuine stores have a KeyName of garbage, a root of two names, and numbers of one to eight bytes.
#[test]
fn odd_stores_are_read() {
    for length in 1..=8 {
        let mut data = vec![0; length];
        data[0] = 0x1e;
        let store = with_elements(&[("25000004", Value::binary("Element", data))]);
        let manager = store.object(BOOT_MANAGER).unwrap();
        assert_eq!(manager.element(elements::TIMEOUT), Some(&ElementValue::Integer(30)), "{length}");
    }
    for length in [0, 9] {
        let store = with_elements(&[("25000004", Value::binary("Element", vec![1; length]))]);
        assert_eq!(store.objects[0].elements[0].value, ElementValue::Bytes(vec![1; length]));
    }
}

/// BOOTICE leaves garbage in the fields of a RAM disk that mean nothing.
#[test]
fn garbage_in_a_device_is_not_looked_at() {
    let good = Device::ram_disk(IMAGE, RAMDISK_OPTIONS);
    let mut bytes = good.to_bytes().unwrap();
    bytes[0x24..0x38].fill(0xa5);
    assert_eq!(Device::from_bytes(&bytes).unwrap(), good);
}

#[test]
fn a_device_that_makes_no_sense_stays_bytes() {
    let good = Device::ram_disk(IMAGE, RAMDISK_OPTIONS).to_bytes().unwrap();
    let broken = |at: usize, word: u32| {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        bytes
    };
    for bytes in
        [good[..100].to_vec(), broken(0x18, u32::MAX), broken(0x3c, u32::MAX), broken(0x4c, 0x7fff_ffff), vec![]]
    {
        assert_eq!(Device::from_bytes(&bytes), None);
        let store = with_elements(&[("11000001", Value::binary("Element", bytes.clone()))]);
        assert_eq!(store.objects[0].elements[0].value, ElementValue::Bytes(bytes));
    }
    assert_eq!(Device::from_bytes(&broken(0x10, 6)).unwrap().place, Place::Partition);
    assert_eq!(Device::from_bytes(&broken(0x10, 4)).unwrap().place, Place::Other(4));
}

#[test]
fn a_hive_that_is_no_store_is_told() {
    let hive = Key::new("System").with_key(Key::new("ControlSet001")).to_hive(0).unwrap();
    assert_eq!(Store::from_bytes(&hive), Err(BcdError::NotAStore("Objects")));
    let untyped = Key::new("r").with_key(Key::new("Objects").with_key(Key::new("{x}"))).to_hive(0).unwrap();
    assert_eq!(Store::from_bytes(&untyped), Err(BcdError::NoType("{x}".into())));
    assert!(matches!(Store::from_bytes(b"BCD"), Err(BcdError::Hive(_))));
}

#[test]
fn names_are_those_of_bcdedit() {
    assert_eq!(object_name(&BOOT_MANAGER.to_uppercase()), Some("{bootmgr}"));
    assert_eq!(object_name(LOADER), None);
    assert_eq!(element_name(0x1010_0002, 0x2300_0003), Some("default"));
    assert_eq!(element_name(0x1020_0003, 0x2300_0003), Some("resumeobject"));
    assert_eq!(element_name(0x3000_0000, 0x3100_0003), Some("ramdisksdidevice"));
    assert_eq!(element_name(0x1020_0003, 0x2bad_0000), None);
    assert_eq!(object_kind(0x1020_0003), "Windows loader");
    for object in made(true).objects {
        for element in object.elements {
            assert!(element_name(object.kind, element.id).is_some(), "{} {:08x}", object.id, element.id);
        }
    }
}
