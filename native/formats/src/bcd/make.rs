//! The stores that a medium needs, and any store as a hive.

use super::{BOOT_MANAGER, Device, Element, ElementValue, Object, Store, elements as el};
use crate::registry::{HiveError, HiveFault, Key, Value};

/// GUID of the entry that starts the boot image, as on Windows media.
pub const LOADER: &str = "{7619dcc9-fafe-11d9-b411-000476eba25f}";
/// GUID of the RAM disk's options, as on Windows media.
pub const RAMDISK_OPTIONS: &str = "{7619dcc8-fafe-11d9-b411-000476eba25f}";

const GLOBAL_SETTINGS: &str = "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}";
const LOADER_SETTINGS: &str = "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}";
const DEBUGGER_SETTINGS: &str = "{4636856e-540f-4170-a130-a84776f4c654}";
const EMS_SETTINGS: &str = "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}";
const HYPERVISOR_SETTINGS: &str = "{7ff607e0-4395-11db-b0de-0800200c9a66}";

/// The store of a medium, for the firmware whose loader has the path `loader`: it starts `boot_image` of the boot device from
/// a RAM disk whose base is `sdi`. Paths have `\`. The UEFI store differs from that for BIOS in the loader's path and in
/// one element.
#[must_use]
pub fn media_store(uefi: bool, loader: &str, boot_image: &str, sdi: &str) -> Store {
    Store {
        objects: vec![ram_disk(sdi), entry(uefi, loader, boot_image), manager()]
            .into_iter()
            .chain(settings())
            .collect(),
    }
}

fn object(id: &str, kind: u32, elements: impl IntoIterator<Item = (u32, ElementValue)>) -> Object {
    let mut elements: Vec<Element> = elements.into_iter().map(|(id, value)| Element { id, value }).collect();
    elements.sort_by_key(|element| element.id);
    Object { id: id.into(), kind, elements }
}

fn text(text: &str) -> ElementValue {
    ElementValue::Text(text.into())
}

fn list(ids: &[&str]) -> ElementValue {
    ElementValue::ObjectList(ids.iter().map(|id| (*id).to_owned()).collect())
}

fn manager() -> Object {
    object(
        BOOT_MANAGER,
        0x1010_0002,
        [
            (el::DESCRIPTION, text("Windows Boot Manager")),
            (el::LOCALE, text("en-US")),
            (el::INHERIT, list(&[GLOBAL_SETTINGS])),
            (el::DEFAULT, ElementValue::Object(LOADER.into())),
            (el::DISPLAY_ORDER, list(&[LOADER])),
            (el::TIMEOUT, ElementValue::Integer(30)),
        ],
    )
}

fn entry(uefi: bool, loader: &str, boot_image: &str) -> Object {
    let device = || ElementValue::Device(Device::ram_disk(boot_image, RAMDISK_OPTIONS));
    let common = [
        (el::APPLICATION_DEVICE, device()),
        (el::APPLICATION_PATH, text(loader)),
        (el::DESCRIPTION, text("Windows Setup")),
        (el::LOCALE, text("en-US")),
        (el::INHERIT, list(&[LOADER_SETTINGS])),
        (el::OS_DEVICE, device()),
        (el::SYSTEM_ROOT, text("\\windows")),
        // Menu of the old kind; the hardware layer is found out; it is Windows PE; no emergency console.
        (0x2500_00c2, ElementValue::Integer(1)),
        (0x2600_0010, ElementValue::Boolean(true)),
        (0x2600_0022, ElementValue::Boolean(true)),
        (0x2600_00b0, ElementValue::Boolean(false)),
    ];
    let more = uefi.then_some((el::ISOLATED_CONTEXT, ElementValue::Boolean(true)));
    object(LOADER, 0x1020_0003, common.into_iter().chain(more))
}

fn ram_disk(sdi: &str) -> Object {
    let device = ElementValue::Device(Device::boot());
    object(RAMDISK_OPTIONS, 0x3000_0000, [(el::RAMDISK_SDI_DEVICE, device), (el::RAMDISK_SDI_PATH, text(sdi))])
}

/// What the boot manager and the entry inherit, as on Windows media.
fn settings() -> [Object; 5] {
    let number = ElementValue::Integer;
    [
        object(GLOBAL_SETTINGS, 0x2010_0000, [(el::INHERIT, list(&[DEBUGGER_SETTINGS, EMS_SETTINGS]))]),
        object(LOADER_SETTINGS, 0x2020_0003, [(el::INHERIT, list(&[GLOBAL_SETTINGS, HYPERVISOR_SETTINGS]))]),
        // The first serial port, 115,200 baud.
        object(
            DEBUGGER_SETTINGS,
            0x2010_0000,
            [(0x1500_0011, number(0)), (0x1500_0013, number(1)), (0x1500_0014, number(115_200))],
        ),
        object(EMS_SETTINGS, 0x2010_0000, [(0x1600_0020, ElementValue::Boolean(false))]),
        object(
            HYPERVISOR_SETTINGS,
            0x2020_0003,
            [(0x2500_00f3, number(0)), (0x2500_00f4, number(1)), (0x2500_00f5, number(115_200))],
        ),
    ]
}

/// A store as a hive.
pub(super) fn hive(store: &Store, written: u64) -> Result<Vec<u8>, HiveError> {
    let objects = store.objects.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    Key::new("NewStoreRoot")
        .with_key(Key::new("Description").with_value(Value::text("KeyName", "BCD00000000")))
        .with_key(Key { name: "Objects".into(), values: Vec::new(), keys: objects })
        .to_hive(written)
}

fn key(object: &Object) -> Result<Key, HiveError> {
    let mut elements = Key::new("Elements");
    for element in &object.elements {
        elements.keys.push(Key::new(format!("{:08x}", element.id)).with_value(value(&element.value)?));
    }
    let description = Key::new("Description").with_value(Value::dword("Type", object.kind));
    Ok(Key::new(object.id.clone()).with_key(description).with_key(elements))
}

fn value(value: &ElementValue) -> Result<Value, HiveError> {
    const NAME: &str = "Element";
    let cannot = || HiveError { offset: 0, fault: HiveFault::CannotWrite("a device that media do not need") };
    Ok(match value {
        ElementValue::Text(text) | ElementValue::Object(text) => Value::text(NAME, text),
        ElementValue::ObjectList(ids) => Value::text_list(NAME, ids),
        ElementValue::Integer(number) => Value::binary(NAME, number.to_le_bytes().to_vec()),
        ElementValue::IntegerList(numbers) => {
            Value::binary(NAME, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
        }
        ElementValue::Boolean(yes) => Value::binary(NAME, vec![u8::from(*yes)]),
        ElementValue::Device(device) => Value::binary(NAME, device.to_bytes().ok_or_else(cannot)?),
        ElementValue::Bytes(bytes) => Value::binary(NAME, bytes.clone()),
    })
}
