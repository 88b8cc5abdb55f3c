//! Device elements: where something is, as bytes. (`docs/boot.md`, "Devices".)

use std::fmt;

use crate::text;

/// A device element: a place, and the object that has options for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// GUID of the object with options, in braces, lower case; `None` when all its bytes are zero.
    pub options: Option<String>,
    /// The place.
    pub place: Place,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The device that the boot manager was started from.
    Boot,
    /// A RAM disk, filled from a file.
    RamDisk {
        /// Where the file is.
        parent: Box<Place>,
        /// Its path there, with `\`.
        path: String,
    },
    /// A file, as a disk.
    File {
        /// Where the file is.
        parent: Box<Place>,
        /// Its path there, with `\`.
        path: String,
    },
    /// A partition, named by a disk.
    Partition,
    /// The first device that has a file.
    Locate,
    /// Another type of device, by its number.
    Other(u32),
}

/// Types of devices.
const LOCAL: u32 = 0;
const BOOT: u32 = 5;
const PARTITION: u32 = 6;
const LOCATE: u32 = 8;
/// Kinds of local devices.
const RAM_DISK: u32 = 3;
const FILE: u32 = 5;
/// Kinds of parents in a path; the one that is a device itself.
const FULL_PATH: u32 = 5;

/// Length of the options' GUID, of a device of the simple types with its head, and of the head.
const OPTIONS: usize = 16;
const SIMPLE: usize = 0x48;
const HEAD: usize = 16;
/// From the head of a local device: its kind, and where its path begins.
const LOCAL_KIND: usize = 16;
const LOCAL_PATH: usize = 0x28;
/// From the begin of a path: its length, its kind, and what it lies on.
const PATH_LENGTH: usize = 4;
const PATH_KIND: usize = 8;
const PATH_PARENT: usize = 12;
/// A RAM disk on a RAM disk on ...: nobody goes deeper than two.
const MOST_LEVELS: usize = 4;

impl Device {
    /// `boot`
    #[must_use]
    pub const fn boot() -> Self {
        Self { options: None, place: Place::Boot }
    }

    /// `ramdisk=[boot]<path>,<options>`
    #[must_use]
    pub fn ram_disk(path: &str, options: &str) -> Self {
        let place = Place::RamDisk { parent: Box::new(Place::Boot), path: path.into() };
        Self { options: Some(options.into()), place }
    }

    /// Reads a device element; `None` for bytes that make no sense as one. Fields without meaning are not looked at: some
    /// programs leave garbage there.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let guid = bytes.first_chunk::<OPTIONS>()?;
        let options = guid.iter().any(|byte| *byte != 0).then(|| guid_text(guid));
        Some(Self { options, place: place(bytes.get(OPTIONS..)?, 0)? })
    }

    /// The bytes, for the places that a medium needs: the boot device, and a RAM disk from a file on it. `None` for others.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = match &self.options {
            Some(guid) => guid_bytes(guid)?.to_vec(),
            None => vec![0; OPTIONS],
        };
        match &self.place {
            Place::Boot => bytes.extend(simple(BOOT)),
            Place::RamDisk { parent, path } if **parent == Place::Boot => bytes.extend(ram_disk(path)?),
            _ => return None,
        }
        Some(bytes)
    }
}

fn put(bytes: &mut Vec<u8>, words: &[u32]) {
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

/// A device that is told by its type alone.
fn simple(kind: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, &[kind, 0, SIMPLE as u32, 0]);
    bytes.resize(SIMPLE, 0);
    bytes
}

fn ram_disk(path: &str) -> Option<Vec<u8>> {
    let mut text = text::to_utf16le(path).to_vec();
    text.extend([0, 0]);
    let length = u32::try_from(PATH_PARENT + SIMPLE + text.len()).ok()?;
    let mut bytes = Vec::new();
    // Flags 1, then base, size and offset of the RAM disk: 20 zero bytes.
    put(&mut bytes, &[LOCAL, 1, length.checked_add(LOCAL_PATH as u32)?, 0, RAM_DISK]);
    bytes.resize(LOCAL_PATH, 0);
    put(&mut bytes, &[1, length, FULL_PATH]);
    bytes.extend(simple(BOOT));
    bytes.extend(text);
    Some(bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|field| u32::from_le_bytes(*field))
}

/// A device without options.
fn place(bytes: &[u8], level: usize) -> Option<Place> {
    if level > MOST_LEVELS {
        return None;
    }
    let size = word(bytes, 8)? as usize;
    if size < HEAD || size > bytes.len() {
        return None;
    }
    Some(match word(bytes, 0)? {
        BOOT => Place::Boot,
        PARTITION => Place::Partition,
        LOCATE => Place::Locate,
        LOCAL => match word(bytes, LOCAL_KIND)? {
            RAM_DISK => {
                let (parent, path) = file(bytes.get(LOCAL_PATH..size)?, level)?;
                Place::RamDisk { parent, path }
            }
            FILE => {
                let (parent, path) = file(bytes.get(LOCAL_KIND + 4..size)?, level)?;
                Place::File { parent, path }
            }
            _ => Place::Other(LOCAL),
        },
        other => Place::Other(other),
    })
}

/// A file: what it lies on, then its path with a NUL.
fn file(bytes: &[u8], level: usize) -> Option<(Box<Place>, String)> {
    let length = word(bytes, PATH_LENGTH)? as usize;
    let bytes = bytes.get(..length)?;
    if word(bytes, PATH_KIND)? != FULL_PATH {
        return None;
    }
    let device = bytes.get(PATH_PARENT..)?;
    let parent = place(device, level + 1)?;
    let path = device.get(word(device, 8)? as usize..)?;
    let units = path.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0);
    let path = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some((Box::new(parent), path))
}

/// A GUID as it lies in memory: three numbers little-endian, then eight bytes.
fn guid_text(bytes: &[u8; 16]) -> String {
    let hex = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let turned = |part: &[u8]| part.iter().rev().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (first, rest) = (turned(&bytes[..4]), hex(&bytes[10..]));
    format!("{{{first}-{}-{}-{}-{rest}}}", turned(&bytes[4..6]), turned(&bytes[6..8]), hex(&bytes[8..10]))
}

fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    let plain: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    let mut bytes: [u8; 16] = plain.try_into().ok()?;
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Some(bytes)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot => f.write_str("boot"),
            Self::RamDisk { parent, path } => write!(f, "ramdisk=[{parent}]{path}"),
            Self::File { parent, path } => write!(f, "file=[{parent}]{path}"),
            Self::Partition => f.write_str("partition"),
            Self::Locate => f.write_str("locate"),
            Self::Other(number) => write!(f, "device type {number}"),
        }
    }
}

/// As bcdedit writes it.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.options {
            Some(options) => write!(f, "{},{options}", self.place),
            None => self.place.fmt(f),
        }
    }
}
