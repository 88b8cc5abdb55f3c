//! Registry hives (`regf`), as far as media need them: boot configuration stores are hives, and a boot image keeps its
//! settings in some.
//!
//! The reader is strict: a hive that was not closed in order, whose checksum is wrong, or in which an offset leads astray is
//! refused with the place. It reads what is asked for only, so that a hive of many megabytes costs nothing but its bytes.
//! The writer makes the oldest form that every Windows since Vista reads (version 1.3) and that boot configuration stores
//! of Windows media have. Structure: `docs/boot.md`, "Registry hives".

mod error;
mod read;
mod write;

pub use error::{HiveError, HiveFault};
pub use read::{Hive, KeyRef, ValueRef};

/// Offset in the file at which the bins begin, and the size that all bins are a multiple of.
pub(crate) const BLOCK: usize = 0x1000;
/// Length of the head of a bin.
pub(crate) const BIN_HEAD: usize = 0x20;
/// "There is none" where an offset belongs.
pub(crate) const NONE: u32 = u32::MAX;

/// Type of a value (`REG_*` of Windows).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// `REG_NONE`
    None,
    /// `REG_SZ`: text with a NUL, UTF-16LE.
    Text,
    /// `REG_EXPAND_SZ`: text with names of environment variables.
    ExpandText,
    /// `REG_BINARY`
    Binary,
    /// `REG_DWORD`: 32 bits, little-endian.
    Dword,
    /// `REG_MULTI_SZ`: texts with a NUL each, and one more NUL.
    TextList,
    /// `REG_QWORD`: 64 bits, little-endian.
    Qword,
    /// Another number.
    Other(u32),
}

impl ValueKind {
    /// The kind of a number of the format.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Text,
            2 => Self::ExpandText,
            3 => Self::Binary,
            4 => Self::Dword,
            7 => Self::TextList,
            11 => Self::Qword,
            other => Self::Other(other),
        }
    }

    /// The number in the format.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Text => 1,
            Self::ExpandText => 2,
            Self::Binary => 3,
            Self::Dword => 4,
            Self::TextList => 7,
            Self::Qword => 11,
            Self::Other(number) => number,
        }
    }
}

/// A value of a key, with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its name; empty for the default value.
    pub name: String,
    /// Its type.
    pub kind: ValueKind,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl Value {
    /// Text with its NUL.
    #[must_use]
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.into(), kind: ValueKind::Text, data: nul_terminated(text) }
    }

    /// Several texts.
    #[must_use]
    pub fn text_list<T: AsRef<str>>(name: &str, texts: &[T]) -> Self {
        let mut data: Vec<u8> = texts.iter().flat_map(|text| nul_terminated(text.as_ref())).collect();
        data.extend([0, 0]);
        Self { name: name.into(), kind: ValueKind::TextList, data }
    }

    /// Bytes.
    #[must_use]
    pub fn binary(name: &str, data: Vec<u8>) -> Self {
        Self { name: name.into(), kind: ValueKind::Binary, data }
    }

    /// A number of 32 bits.
    #[must_use]
    pub fn dword(name: &str, number: u32) -> Self {
        Self { name: name.into(), kind: ValueKind::Dword, data: number.to_le_bytes().to_vec() }
    }
}

/// A key with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<Value>,
    /// The keys below it.
    pub keys: Vec<Key>,
}

impl Key {
    /// A key with nothing in it.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same key with one more value.
    #[must_use]
    pub fn with_value(mut self, value: Value) -> Self {
        self.values.push(value);
        self
    }

    /// The same key with one more key below it.
    #[must_use]
    pub fn with_key(mut self, key: Self) -> Self {
        self.keys.push(key);
        self
    }

    /// The bytes of a hive whose root is this key. Keys are put in the order in which Windows looks for them; all of them
    /// bear `written`, in ticks of 100 ns since 1601 (FILETIME).
    ///
    /// # Errors
    /// [`HiveFault::CannotWrite`] for a name or data beyond the format, or two keys of one name in one place.
    pub fn to_hive(&self, written: u64) -> Result<Vec<u8>, HiveError> {
        write::hive(self, written)
    }
}

/// Text as the registry keeps it: UTF-16LE with a NUL.
fn nul_terminated(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Names of keys and values are compared as Windows does, without regard to case.
pub(crate) fn folded(name: &str) -> String {
    name.to_uppercase()
}

/// The checksum of the base block: its first 127 words of 32 bits, XORed; two results are replaced.
pub(crate) fn checksum(block: &[u8]) -> u32 {
    let words = block.as_chunks::<4>().0.iter().take(127);
    match words.fold(0, |sum, word| sum ^ u32::from_le_bytes(*word)) {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    }
}

#[cfg(test)]
mod tests;
