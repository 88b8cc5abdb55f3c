//! Boot configuration data (BCD): what the Windows boot manager reads to find the boot image on a medium.
//!
//! A store is a registry hive with objects (boot manager, loader, options of the RAM disk), each with numbered elements.
//! The reader takes every store that Windows or another program made, also odd ones; [`make`] builds the two stores that
//! a medium needs. Structure, tables and names: `docs/boot.md`.

mod device;
mod make;
mod names;
mod read;

pub use device::{Device, Place};
pub use make::{LOADER, RAMDISK_OPTIONS, media_store};
pub use names::{element_name, object_kind, object_name};

use crate::registry::HiveError;

/// A boot configuration store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Store {
    /// Its objects, in the order of the store.
    pub objects: Vec<Object>,
}

/// An object of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its GUID, in braces, lower case.
    pub id: String,
    /// Its type, such as 0x10200003 for a loader.
    pub kind: u32,
    /// Its elements, by number.
    pub elements: Vec<Element>,
}

/// An element of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its number, such as 0x12000002.
    pub id: u32,
    /// Its value.
    pub value: ElementValue,
}

/// The value of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElementValue {
    /// Text.
    Text(String),
    /// The GUID of an object.
    Object(String),
    /// GUIDs of objects.
    ObjectList(Vec<String>),
    /// A number.
    Integer(u64),
    /// Numbers.
    IntegerList(Vec<u64>),
    /// Yes or no.
    Boolean(bool),
    /// Where something is.
    Device(Device),
    /// Bytes that have none of these forms, as they are.
    Bytes(Vec<u8>),
}

/// Why bytes are no boot configuration store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BcdError {
    /// The hive cannot be read, or not be made.
    #[error(transparent)]
    Hive(#[from] HiveError),
    /// A hive, but no store.
    #[error("a registry hive, but no boot configuration: it has no key '{0}'")]
    NotAStore(&'static str),
    /// An object has no type.
    #[error("object {0} of the boot configuration has no type")]
    NoType(String),
}

/// GUID of the boot manager's object.
pub const BOOT_MANAGER: &str = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}";

/// Numbers of elements that mean something here. Their names: [`element_name`].
pub mod elements {
    /// Device that an application is on.
    pub const APPLICATION_DEVICE: u32 = 0x1100_0001;
    /// Path of an application on its device.
    pub const APPLICATION_PATH: u32 = 0x1200_0002;
    /// What the menu shows.
    pub const DESCRIPTION: u32 = 0x1200_0004;
    /// Language of menus.
    pub const LOCALE: u32 = 0x1200_0005;
    /// Objects whose elements count where one has none of its own.
    pub const INHERIT: u32 = 0x1400_0006;
    /// Isolated context.
    pub const ISOLATED_CONTEXT: u32 = 0x1600_0060;
    /// Device that the system is on.
    pub const OS_DEVICE: u32 = 0x2100_0001;
    /// Folder of the system.
    pub const SYSTEM_ROOT: u32 = 0x2200_0002;
    /// The entry that starts when nobody chooses.
    pub const DEFAULT: u32 = 0x2300_0003;
    /// The entries of the menu.
    pub const DISPLAY_ORDER: u32 = 0x2400_0001;
    /// Seconds until the default entry starts.
    pub const TIMEOUT: u32 = 0x2500_0004;
    /// Device of the RAM disk's base.
    pub const RAMDISK_SDI_DEVICE: u32 = 0x3100_0003;
    /// Path of the RAM disk's base.
    pub const RAMDISK_SDI_PATH: u32 = 0x3200_0004;
}

impl Store {
    /// Reads a store.
    ///
    /// # Errors
    /// [`BcdError`]; elements of unknown form are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BcdError> {
        read::store(bytes)
    }

    /// The store as a hive. All keys bear `written`, in ticks of 100 ns since 1601 (FILETIME).
    ///
    /// # Errors
    /// [`BcdError::Hive`] for a store that the format cannot hold.
    pub fn to_bytes(&self, written: u64) -> Result<Vec<u8>, BcdError> {
        Ok(make::hive(self, written)?)
    }

    /// The object with this GUID.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.id.eq_ignore_ascii_case(id))
    }

    /// The GUIDs of what the boot manager can start: the default entry first, then the others of the menu.
    #[must_use]
    pub fn entries(&self) -> Vec<&str> {
        let Some(manager) = self.object(BOOT_MANAGER) else { return Vec::new() };
        let mut entries: Vec<&str> = Vec::new();
        if let Some(ElementValue::Object(id)) = manager.element(elements::DEFAULT) {
            entries.push(id);
        }
        if let Some(ElementValue::ObjectList(ids)) = manager.element(elements::DISPLAY_ORDER) {
            for id in ids {
                if !entries.iter().any(|known| known.eq_ignore_ascii_case(id)) {
                    entries.push(id);
                }
            }
        }
        entries
    }
}

impl Object {
    /// The value of an element.
    #[must_use]
    pub fn element(&self, id: u32) -> Option<&ElementValue> {
        self.elements.iter().find(|element| element.id == id).map(|element| &element.value)
    }

    /// The text of an element.
    #[must_use]
    pub fn text(&self, id: u32) -> Option<&str> {
        match self.element(id)? {
            ElementValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The device of an element.
    #[must_use]
    pub fn device(&self, id: u32) -> Option<&Device> {
        match self.element(id)? {
            ElementValue::Device(device) => Some(device),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
