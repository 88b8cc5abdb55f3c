//! The reader of hives.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{BIN_HEAD, BLOCK, HiveError, HiveFault, Key, NONE, Value, ValueKind, checksum, folded};

type Result<T> = std::result::Result<T, HiveError>;

/// Data longer than this lies in several cells, from version 1.4 on; each holds this much.
const PIECE: usize = 16_344;
/// The deepest that Windows allows keys to lie.
const MOST_LEVELS: usize = 512;

/// A hive whose head and bins are right. Everything else is read, and checked, when it is asked for.
#[derive(Debug, Clone)]
pub struct Hive<'a> {
    /// The bins; all offsets of the format count from here.
    bins: &'a [u8],
    /// Where each bin ends, ascending: no cell goes over such an end.
    ends: Vec<usize>,
    root: u32,
    minor_version: u32,
}

impl<'a> Hive<'a> {
    /// Checks head and bins of a hive.
    ///
    /// # Errors
    /// Everything of [`HiveFault`] but [`HiveFault::Circle`] and [`HiveFault::CannotWrite`].
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let at = |offset, fault| Err(HiveError::new(offset, fault));
        if !bytes.starts_with(b"regf") {
            return at(0, HiveFault::NotAHive);
        }
        let Some((base, rest)) = bytes.split_at_checked(BLOCK) else { return at(bytes.len(), HiveFault::Truncated) };
        let word = |offset: usize| u32_at(base, offset).unwrap_or_default();
        let (stored, computed) = (word(508), checksum(base));
        if stored != computed {
            return at(508, HiveFault::Checksum { stored, computed });
        }
        if word(4) != word(8) {
            return at(4, HiveFault::Dirty(word(4), word(8)));
        }
        if word(20) != 1 || !(3..=6).contains(&word(24)) {
            return at(20, HiveFault::Unknown("its version is not 1.3 to 1.6"));
        }
        if word(28) != 0 || word(32) != 1 {
            return at(28, HiveFault::Unknown("it is a log, or no hive that is loaded as a whole"));
        }
        let length = word(40) as usize;
        if length == 0 || !length.is_multiple_of(BLOCK) {
            return at(40, HiveFault::Damaged("the length of its bins is no multiple of 4,096"));
        }
        let Some(bins) = rest.get(..length) else { return at(bytes.len(), HiveFault::Truncated) };
        Ok(Self { bins, ends: ends(bins)?, root: word(36), minor_version: word(24) })
    }

    /// The root key.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn root(&self) -> Result<KeyRef<'_>> {
        KeyRef::read(self, self.root)
    }

    /// The key at a path of names below the root; `None` when there is none.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn key(&self, path: &[&str]) -> Result<Option<KeyRef<'_>>> {
        let mut key = self.root()?;
        for name in path {
            match key.key(name)? {
                Some(below) => key = below,
                None => return Ok(None),
            }
        }
        Ok(Some(key))
    }

    /// The whole hive. A hive that shares cells among keys, as none does that Windows wrote, is refused, so the result is
    /// never larger than the hive by more than a small factor.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`], [`HiveFault::Circle`]
    pub fn tree(&self) -> Result<Key> {
        let mut walk = Walk { seen: HashSet::new(), data: 0 };
        walk.key(&self.root()?, 0)
    }

    /// The content of a cell that is in use.
    fn cell(&self, offset: u32) -> Result<&[u8]> {
        let start = offset as usize;
        let wrong = |what| HiveError::new(BLOCK.saturating_add(start), HiveFault::Damaged(what));
        // The first bin end behind the offset is the end of the bin that the offset is in.
        let bin_end = self.ends.get(self.ends.partition_point(|end| *end <= start)).copied();
        let bin_end = bin_end.ok_or_else(|| wrong("an offset leads behind the end of the hive"))?;
        if !start.is_multiple_of(8) || start < BIN_HEAD {
            return Err(wrong("an offset leads to no cell"));
        }
        let size = u32_at(self.bins, start).ok_or_else(|| wrong("an offset leads to no cell"))?.cast_signed();
        if size >= 0 {
            return Err(wrong("a cell is used that is marked as free"));
        }
        let size = size.unsigned_abs() as usize;
        if size < 8 || !size.is_multiple_of(8) || size > bin_end - start {
            return Err(wrong("a cell has an impossible length"));
        }
        self.bins.get(start + 4..start + size).ok_or_else(|| wrong("a cell has an impossible length"))
    }

    /// The content of a cell that begins with `signature`.
    fn signed_cell(&self, offset: u32, signature: [u8; 2], what: &'static str) -> Result<&[u8]> {
        let cell = self.cell(offset)?;
        if cell.starts_with(&signature) { Ok(cell) } else { Err(damaged(offset, what)) }
    }
}

/// Checks the heads of all bins; they lie one behind the other.
fn ends(bins: &[u8]) -> Result<Vec<usize>> {
    let (mut ends, mut start) = (Vec::new(), 0);
    while start < bins.len() {
        let wrong = |what| Err(HiveError::new(BLOCK + start, HiveFault::Damaged(what)));
        let (Some(own), Some(size)) = (u32_at(bins, start + 4), u32_at(bins, start + 8)) else {
            return wrong("a bin is cut off");
        };
        if !bins[start..].starts_with(b"hbin") || own as usize != start {
            return wrong("there is no bin where one has to be");
        }
        let size = size as usize;
        if size == 0 || !size.is_multiple_of(BLOCK) || size > bins.len() - start {
            return wrong("a bin has an impossible length");
        }
        start += size;
        ends.push(start);
    }
    Ok(ends)
}

fn damaged(offset: u32, what: &'static str) -> HiveError {
    HiveError::new(BLOCK.saturating_add(offset as usize), HiveFault::Damaged(what))
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().map(|field| u16::from_le_bytes(*field))
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().map(|field| u32::from_le_bytes(*field))
}

/// A name of one byte a character (ISO 8859-1) or of two (UTF-16LE). What is no character becomes U+FFFD: a strange name
/// does no harm.
fn name(bytes: &[u8], narrow: bool) -> String {
    if narrow {
        return bytes.iter().map(|byte| char::from(*byte)).collect();
    }
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A key of a hive.
#[derive(Debug, Clone)]
pub struct KeyRef<'a> {
    hive: &'a Hive<'a>,
    offset: u32,
    /// Its name.
    pub name: String,
    key_count: usize,
    key_list: u32,
    value_count: usize,
    value_list: u32,
}

impl<'a> KeyRef<'a> {
    fn read(hive: &'a Hive<'a>, offset: u32) -> Result<Self> {
        const NARROW_NAME: u16 = 0x20;
        let cell = hive.signed_cell(offset, *b"nk", "there is no key where one has to be")?;
        let short = || damaged(offset, "a key is cut off");
        let word = |at| u32_at(cell, at).ok_or_else(short);
        let flags = u16_at(cell, 2).ok_or_else(short)?;
        let length = usize::from(u16_at(cell, 72).ok_or_else(short)?);
        let bytes = cell.get(76..76 + length).ok_or_else(short)?;
        // Every key and every value takes a cell of eight bytes or more, so larger numbers are lies.
        let most = hive.bins.len() / 8;
        let count = |at| {
            let count = word(at)? as usize;
            if count <= most {
                Ok(count)
            } else {
                Err(damaged(offset, "a key has more entries than the hive has room for"))
            }
        };
        Ok(Self {
            hive,
            offset,
            name: name(bytes, flags & NARROW_NAME != 0),
            key_count: count(20)?,
            key_list: word(28)?,
            value_count: count(36)?,
            value_list: word(40)?,
        })
    }

    /// The keys below it.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn keys(&self) -> Result<Vec<KeyRef<'a>>> {
        self.key_offsets()?.into_iter().map(|offset| KeyRef::read(self.hive, offset)).collect()
    }

    /// The key of this name below it.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn key(&self, name: &str) -> Result<Option<KeyRef<'a>>> {
        let wanted = folded(name);
        for offset in self.key_offsets()? {
            let key = KeyRef::read(self.hive, offset)?;
            if folded(&key.name) == wanted {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Its values.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn values(&self) -> Result<Vec<ValueRef<'a>>> {
        if self.value_count == 0 {
            return Ok(Vec::new());
        }
        let list = self.hive.cell(self.value_list)?;
        let offsets = list.get(..self.value_count * 4).unwrap_or_default().as_chunks::<4>().0;
        if offsets.len() != self.value_count {
            return Err(damaged(self.value_list, "a list of values is cut off"));
        }
        offsets.iter().map(|offset| ValueRef::read(self.hive, u32::from_le_bytes(*offset))).collect()
    }

    /// The value of this name; the default value for an empty one.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn value(&self, name: &str) -> Result<Option<ValueRef<'a>>> {
        let wanted = folded(name);
        Ok(self.values()?.into_iter().find(|value| folded(&value.name) == wanted))
    }

    fn key_offsets(&self) -> Result<Vec<u32>> {
        let mut offsets = Vec::new();
        if self.key_count == 0 {
            return Ok(offsets);
        }
        let list = self.hive.cell(self.key_list)?;
        if list.starts_with(b"ri") {
            // A list of lists; those hold keys, never lists again.
            for below in entries(list, 4).ok_or_else(|| damaged(self.key_list, "a list of keys is cut off"))? {
                self.add_offsets(below, &mut offsets)?;
            }
        } else {
            self.add_offsets(self.key_list, &mut offsets)?;
        }
        if offsets.len() == self.key_count {
            Ok(offsets)
        } else {
            Err(damaged(self.offset, "a key has another number of keys below it than it says"))
        }
    }

    fn add_offsets(&self, at: u32, offsets: &mut Vec<u32>) -> Result<()> {
        let list = self.hive.cell(at)?;
        let size = match list {
            [b'l', b'f' | b'h', ..] => 8,
            [b'l', b'i', ..] => 4,
            _ => return Err(damaged(at, "there is no list of keys where one has to be")),
        };
        offsets.extend(entries(list, size).ok_or_else(|| damaged(at, "a list of keys is cut off"))?);
        if offsets.len() <= self.key_count {
            Ok(())
        } else {
            Err(damaged(at, "a key has another number of keys below it than it says"))
        }
    }
}

/// The offsets in a list: behind two bytes of signature and a count of 16 bits, each at the beginning of `size` bytes.
fn entries(list: &[u8], size: usize) -> Option<impl Iterator<Item = u32>> {
    let count = usize::from(u16_at(list, 2)?);
    let entries = list.get(4..4 + count * size)?;
    Some(entries.chunks_exact(size).filter_map(|entry| u32_at(entry, 0)))
}

/// A value of a hive. Its bytes are read when they are asked for.
#[derive(Debug, Clone)]
pub struct ValueRef<'a> {
    hive: &'a Hive<'a>,
    offset: u32,
    /// Its name; empty for the default value.
    pub name: String,
    /// Its type.
    pub kind: ValueKind,
}

impl<'a> ValueRef<'a> {
    fn read(hive: &'a Hive<'a>, offset: u32) -> Result<Self> {
        const NARROW_NAME: u16 = 1;
        let cell = hive.signed_cell(offset, *b"vk", "there is no value where one has to be")?;
        let short = || damaged(offset, "a value is cut off");
        let length = usize::from(u16_at(cell, 2).ok_or_else(short)?);
        let flags = u16_at(cell, 16).ok_or_else(short)?;
        let bytes = cell.get(20..20 + length).ok_or_else(short)?;
        let kind = ValueKind::from_number(u32_at(cell, 12).ok_or_else(short)?);
        Ok(Self { hive, offset, name: name(bytes, flags & NARROW_NAME != 0), kind })
    }

    /// Its bytes.
    ///
    /// # Errors
    /// [`HiveFault::Damaged`]
    pub fn data(&self) -> Result<Cow<'a, [u8]>> {
        /// Data of up to four bytes lie where their offset would be.
        const INLINE: u32 = 0x8000_0000;
        let short = || damaged(self.offset, "a value is cut off");
        let cell = self.hive.cell(self.offset)?;
        let (length, place) = (u32_at(cell, 4).ok_or_else(short)?, u32_at(cell, 8).ok_or_else(short)?);
        if length & INLINE != 0 {
            let length = (length & !INLINE) as usize;
            let wrong = || damaged(self.offset, "a value says that more than four bytes lie in its own cell");
            let inline = cell.get(8..12).and_then(|field| field.get(..length));
            return inline.map(Cow::Borrowed).ok_or_else(wrong);
        }
        let length = length as usize;
        if length == 0 {
            return Ok(Cow::Borrowed(&[]));
        }
        let data = self.hive.cell(place)?;
        if length > PIECE && self.hive.minor_version > 3 {
            return self.pieces(place, length).map(Cow::Owned);
        }
        data.get(..length).map(Cow::Borrowed).ok_or_else(|| damaged(place, "a value has more bytes than its cell"))
    }

    /// Data in several cells: a `db` cell has their number and leads to the list of their offsets.
    fn pieces(&self, place: u32, length: usize) -> Result<Vec<u8>> {
        let wrong = |what| damaged(place, what);
        let head = self.hive.signed_cell(place, *b"db", "a long value is not where it has to be")?;
        let count = u16_at(head, 2).map_or(0, usize::from);
        let list = self.hive.cell(u32_at(head, 4).unwrap_or(NONE))?;
        let offsets = list.get(..count * 4).ok_or_else(|| wrong("the list of a long value is cut off"))?;
        if count != length.div_ceil(PIECE) || length > self.hive.bins.len() {
            return Err(wrong("a long value has another number of pieces than its length needs"));
        }
        let mut data = Vec::with_capacity(length);
        for offset in offsets.as_chunks::<4>().0 {
            let size = PIECE.min(length - data.len());
            let piece = self.hive.cell(u32::from_le_bytes(*offset))?;
            data.extend_from_slice(piece.get(..size).ok_or_else(|| wrong("a piece of a long value is too short"))?);
        }
        Ok(data)
    }
}

/// Reading a whole hive.
struct Walk {
    /// Keys and values that were met: each belongs to one key only.
    seen: HashSet<u32>,
    /// Bytes of data so far: together they cannot be more than the hive.
    data: usize,
}

impl Walk {
    fn key(&mut self, key: &KeyRef<'_>, level: usize) -> Result<Key> {
        if level > MOST_LEVELS {
            return Err(damaged(key.offset, "keys lie deeper than 512 levels"));
        }
        self.first_time(key.offset)?;
        let mut whole = Key::new(key.name.clone());
        for value in key.values()? {
            self.first_time(value.offset)?;
            let data = value.data()?.into_owned();
            self.data += data.len();
            if self.data > key.hive.bins.len() {
                return Err(damaged(value.offset, "values share their bytes"));
            }
            whole.values.push(Value { name: value.name, kind: value.kind, data });
        }
        for offset in key.key_offsets()? {
            whole.keys.push(self.key(&KeyRef::read(key.hive, offset)?, level + 1)?);
        }
        Ok(whole)
    }

    fn first_time(&mut self, offset: u32) -> Result<()> {
        let place = BLOCK.saturating_add(offset as usize);
        if self.seen.insert(offset) { Ok(()) } else { Err(HiveError::new(place, HiveFault::Circle)) }
    }
}
