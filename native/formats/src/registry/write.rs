//! The writer of hives.

use super::{BIN_HEAD, BLOCK, HiveError, HiveFault, Key, NONE, Value, checksum, folded};

type Result<T> = std::result::Result<T, HiveError>;

/// Version 1.3 keeps the data of a value in one cell. Windows takes up to 1 MB there.
const MOST_DATA: usize = 1 << 20;
/// Names of keys have at most 255 characters, those of values 16,383.
const MOST_KEY_NAME: usize = 255;
const MOST_VALUE_NAME: usize = 16_383;
/// A list of keys holds at most this many here; larger ones would need lists of lists.
const MOST_KEYS: usize = 500;
/// A security descriptor ([MS-DTYP] 2.4.6, self-relative): owned by the administrators (S-1-5-32-544), group the system
/// (S-1-5-18), and a list that gives both all rights on the key and on what is made below it.
#[rustfmt::skip]
const SECURITY: [u8; 100] = [
    // Revision 1, self-relative with a list; the offsets of owner, group, audit list (none) and list.
    1, 0, 4, 0x80, 20, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0,
    1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,
    1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
    // The list: revision 2, 52 bytes, two entries; each allows KEY_ALL_ACCESS (0xf003f), inherited by keys.
    2, 0, 52, 0, 2, 0, 0, 0,
    0, 2, 24, 0, 0x3f, 0, 0x0f, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,
    0, 2, 20, 0, 0x3f, 0, 0x0f, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
];

/// The bytes of a hive with this root.
pub(super) fn hive(root: &Key, written: u64) -> Result<Vec<u8>> {
    let mut cells = Cells { bins: Vec::new(), used: 0, end: 0, written };
    // The root is the first cell, at 0x20; it is filled in when what it leads to has its place.
    let place = cells.reserve(key_length(root))?;
    let security = cells.security(count(root))?;
    cells.key(place, root, None, security)?;
    cells.close_bin();
    let mut file = base_block(place, number(cells.bins.len())?, written);
    file.extend_from_slice(&cells.bins);
    Ok(file)
}

fn cannot(what: &'static str) -> HiveError {
    HiveError::new(0, HiveFault::CannotWrite(what))
}

fn number(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| cannot("more than 4 GiB"))
}

fn count(key: &Key) -> usize {
    1 + key.keys.iter().map(count).sum::<usize>()
}

fn base_block(root: u32, bins: u32, written: u64) -> Vec<u8> {
    let mut block = b"regf".to_vec();
    // The same number twice: it was closed in order.
    put(&mut block, &[1, 1]);
    block.extend(written.to_le_bytes());
    // Version 1.3, a hive, loaded as a whole, its root, the length of its bins, clustering factor.
    put(&mut block, &[1, 3, 0, 1, root, bins, 1]);
    block.resize(508, 0);
    let sum = checksum(&block);
    put(&mut block, &[sum]);
    block.resize(BLOCK, 0);
    block
}

fn put(bytes: &mut Vec<u8>, words: &[u32]) {
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

/// A name as the format keeps it, and whether it has one byte a character.
fn name(name: &str) -> (Vec<u8>, bool) {
    if name.chars().all(|c| u8::try_from(c).is_ok()) {
        (name.chars().filter_map(|c| u8::try_from(c).ok()).collect(), true)
    } else {
        (name.encode_utf16().flat_map(u16::to_le_bytes).collect(), false)
    }
}

fn key_length(key: &Key) -> usize {
    76 + name(&key.name).0.len()
}

/// Bytes of a name in UTF-16, which is how the greatest lengths are told.
fn wide(name: &str) -> usize {
    name.encode_utf16().count() * 2
}

/// The cells, in bins of 4,096 bytes or, for a longer cell, of as many as it needs.
struct Cells {
    bins: Vec<u8>,
    /// Where the next cell goes.
    used: usize,
    /// Where the bin ends that is being filled.
    end: usize,
    written: u64,
}

impl Cells {
    /// Makes room for a cell and gives its offset.
    fn reserve(&mut self, length: usize) -> Result<u32> {
        let size = (length + 4).next_multiple_of(8);
        if self.used + size > self.end {
            self.close_bin();
            self.open_bin(size)?;
        }
        let offset = self.used;
        // A cell in use has a negative size.
        let field = number(size)?.wrapping_neg().to_le_bytes();
        self.bins[offset..offset + 4].copy_from_slice(&field);
        self.used += size;
        number(offset)
    }

    fn open_bin(&mut self, cell: usize) -> Result<()> {
        let size = (BIN_HEAD + cell).next_multiple_of(BLOCK);
        let start = self.bins.len();
        let mut head = b"hbin".to_vec();
        put(&mut head, &[number(start)?, number(size)?, 0, 0]);
        // Only the first bin bears the time.
        head.extend(if start == 0 { self.written } else { 0 }.to_le_bytes());
        head.resize(BIN_HEAD, 0);
        self.bins.extend_from_slice(&head);
        self.bins.resize(start + size, 0);
        self.used = start + BIN_HEAD;
        self.end = start + size;
        Ok(())
    }

    /// What is left of a bin is one free cell, which has a positive size.
    fn close_bin(&mut self) {
        let left = u32::try_from(self.end - self.used).unwrap_or_default();
        if left > 0 {
            self.bins[self.used..self.used + 4].copy_from_slice(&left.to_le_bytes());
        }
        self.used = self.end;
    }

    fn fill(&mut self, offset: u32, content: &[u8]) {
        let start = offset as usize + 4;
        self.bins[start..start + content.len()].copy_from_slice(content);
    }

    fn add(&mut self, content: &[u8]) -> Result<u32> {
        let offset = self.reserve(content.len())?;
        self.fill(offset, content);
        Ok(offset)
    }

    /// One security descriptor for all keys; the list of descriptors is a ring of one.
    fn security(&mut self, users: usize) -> Result<u32> {
        let offset = self.reserve(20 + SECURITY.len())?;
        let mut cell = b"sk\0\0".to_vec();
        put(&mut cell, &[offset, offset, number(users)?, number(SECURITY.len())?]);
        cell.extend_from_slice(&SECURITY);
        self.fill(offset, &cell);
        Ok(offset)
    }

    fn key(&mut self, place: u32, key: &Key, parent: Option<u32>, security: u32) -> Result<()> {
        let (name_bytes, narrow) = name(&key.name);
        if key.name.is_empty() || wide(&key.name) / 2 > MOST_KEY_NAME || key.name.contains('\\') {
            return Err(cannot("a key whose name is empty, longer than 255 characters or has a backslash"));
        }
        let keys = self.keys(key, place, security)?;
        let values = self.values(key)?;
        // The root: no delete, the entry of a hive.
        let flags = if narrow { 0x20 } else { 0 } | if parent.is_none() { 0x0c } else { 0_u16 };
        let longest = |lengths: &mut dyn Iterator<Item = usize>| number(lengths.max().unwrap_or(0));
        let mut cell = b"nk".to_vec();
        cell.extend(flags.to_le_bytes());
        cell.extend(self.written.to_le_bytes());
        let (key_count, value_count) = (number(key.keys.len())?, number(key.values.len())?);
        put(&mut cell, &[0, parent.unwrap_or(0), key_count, 0, keys, NONE, value_count, values, security, NONE]);
        let lengths = [
            longest(&mut key.keys.iter().map(|k| wide(&k.name)))?,
            0,
            longest(&mut key.values.iter().map(|v| wide(&v.name)))?,
            longest(&mut key.values.iter().map(|v| v.data.len()))?,
            0,
        ];
        put(&mut cell, &lengths);
        put(&mut cell, &[number(name_bytes.len())?]);
        cell.extend_from_slice(&name_bytes);
        self.fill(place, &cell);
        Ok(())
    }

    /// The list of the keys below a key, in the order of their names in upper case.
    fn keys(&mut self, key: &Key, place: u32, security: u32) -> Result<u32> {
        if key.keys.is_empty() {
            return Ok(NONE);
        }
        let mut sorted: Vec<(String, &Key)> = key.keys.iter().map(|below| (folded(&below.name), below)).collect();
        sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
        if sorted.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(cannot("two keys of one name in one place"));
        }
        if sorted.len() > MOST_KEYS {
            return Err(cannot("more than 500 keys below one key"));
        }
        let mut list = b"lf".to_vec();
        list.extend(u16::try_from(sorted.len()).unwrap_or(u16::MAX).to_le_bytes());
        for (_, below) in sorted {
            let cell = self.reserve(key_length(below))?;
            self.key(cell, below, Some(place), security)?;
            put(&mut list, &[cell]);
            // The first four characters, by which Windows passes over names quickly; zeros for a name of two-byte characters.
            let (mut hint, narrow) = name(&below.name);
            if !narrow {
                hint.clear();
            }
            hint.resize(4, 0);
            list.extend_from_slice(&hint);
        }
        self.add(&list)
    }

    fn values(&mut self, key: &Key) -> Result<u32> {
        if key.values.is_empty() {
            return Ok(NONE);
        }
        let mut list = Vec::new();
        for value in &key.values {
            let cell = self.value(value)?;
            put(&mut list, &[cell]);
        }
        self.add(&list)
    }

    fn value(&mut self, value: &Value) -> Result<u32> {
        let (name_bytes, narrow) = name(&value.name);
        if wide(&value.name) / 2 > MOST_VALUE_NAME || value.data.len() > MOST_DATA {
            return Err(cannot("a value whose name or data are too long"));
        }
        let length = number(value.data.len())?;
        let (length, data) = match value.data.as_slice() {
            // Up to four bytes lie where the offset would be.
            data if data.len() <= 4 => {
                let mut inline = [0; 4];
                inline[..data.len()].copy_from_slice(data);
                (length | 0x8000_0000, u32::from_le_bytes(inline))
            }
            data => (length, self.add(data)?),
        };
        let mut cell = b"vk".to_vec();
        cell.extend(u16::try_from(name_bytes.len()).unwrap_or(u16::MAX).to_le_bytes());
        put(&mut cell, &[length, data, value.kind.number()]);
        cell.extend(u16::from(narrow).to_le_bytes());
        cell.extend([0, 0]);
        cell.extend_from_slice(&name_bytes);
        self.add(&cell)
    }
}
