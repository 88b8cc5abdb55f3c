//! A small writer of registry hives (format `regf` 1.3), enough for boot configuration stores.

/// A value of a key.
#[derive(Debug, Clone)]
pub struct Value {
    /// Its name, ASCII.
    pub name: &'static str,
    /// `REG_*`.
    pub kind: u32,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// `REG_SZ`.
pub const SZ: u32 = 1;
/// `REG_BINARY`.
pub const BINARY: u32 = 3;
/// `REG_DWORD`.
pub const DWORD: u32 = 4;
/// `REG_MULTI_SZ`.
pub const MULTI_SZ: u32 = 7;

/// A key with what is in it.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// Its name, ASCII.
    pub name: String,
    /// Its values.
    pub values: Vec<Value>,
    /// The keys below it, in order of their upper-case names.
    pub keys: Vec<Key>,
}

impl Key {
    /// A key without anything in it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The same key with one more value.
    #[must_use]
    pub fn value(mut self, name: &'static str, kind: u32, data: Vec<u8>) -> Self {
        self.values.push(Value { name, kind, data });
        self
    }

    /// The same key with one more key below it.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    fn count(&self) -> u32 {
        self.keys.iter().map(Key::count).sum::<u32>() + 1
    }
}

/// Text as the registry keeps it: UTF-16LE with a NUL.
#[must_use]
pub fn text(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// 2023-11-14T22:13:20Z as FILETIME.
const TIME: u64 = 133_444_736_000_000_000;
/// "There is none" where a cell's offset belongs.
const NONE: u32 = u32::MAX;
const BIN: usize = 0x1000;

/// The bytes of a hive with this root key.
#[must_use]
pub fn hive(root: &Key) -> Vec<u8> {
    let mut cells = Cells { bytes: vec![0; 0x20] };
    // The root key's cell comes first, at 0x20; it is filled in when the rest has its place.
    let root_cell = cells.reserve(76 + root.name.len());
    let security = cells.security(root.count());
    cells.fill_key(root_cell, root, None, security);
    let mut bins = cells.bytes;
    let used = bins.len();
    let total = (used + 8).next_multiple_of(BIN);
    bins.resize(total, 0);
    // What is left is one free cell, which has a positive size.
    bins[used..used + 4].copy_from_slice(&size(total - used).to_le_bytes());
    bins[..4].copy_from_slice(b"hbin");
    bins[8..12].copy_from_slice(&size(total).to_le_bytes());
    bins[20..28].copy_from_slice(&TIME.to_le_bytes());
    let mut file = base_block(size(total));
    file.extend_from_slice(&bins);
    file
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn base_block(bins: u32) -> Vec<u8> {
    let mut block = b"regf".to_vec();
    block.extend_from_slice(&1_u32.to_le_bytes());
    block.extend_from_slice(&1_u32.to_le_bytes());
    block.extend_from_slice(&TIME.to_le_bytes());
    // Version 1.3, file type 0, format 1, root cell, size of the bins, clustering factor.
    for number in [1, 3, 0, 1, 0x20, bins, 1] {
        block.extend_from_slice(&u32::to_le_bytes(number));
    }
    block.resize(508, 0);
    let sum =
        block.chunks_exact(4).fold(0, |sum, dword| sum ^ u32::from_le_bytes([dword[0], dword[1], dword[2], dword[3]]));
    block.extend_from_slice(&sum.to_le_bytes());
    block.resize(BIN, 0);
    block
}

/// Cells of one bin; offsets count from the bin's header, as the format wants it.
struct Cells {
    bytes: Vec<u8>,
}

impl Cells {
    /// Makes room for a cell of `length` bytes and returns its offset.
    fn reserve(&mut self, length: usize) -> u32 {
        let offset = self.bytes.len();
        let whole = (length + 4).next_multiple_of(8);
        self.bytes.resize(offset + whole, 0);
        // A cell in use has a negative size.
        self.bytes[offset..offset + 4].copy_from_slice(&size(whole).wrapping_neg().to_le_bytes());
        size(offset)
    }

    fn add(&mut self, data: &[u8]) -> u32 {
        let offset = self.reserve(data.len());
        self.fill(offset, data);
        offset
    }

    fn fill(&mut self, offset: u32, data: &[u8]) {
        let start = offset as usize + 4;
        self.bytes[start..start + data.len()].copy_from_slice(data);
    }

    /// One security descriptor without owner and list, which every key shares.
    fn security(&mut self, users: u32) -> u32 {
        let descriptor = [1, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let offset = self.reserve(20 + descriptor.len());
        let mut cell = b"sk\0\0".to_vec();
        for number in [offset, offset, users, size(descriptor.len())] {
            cell.extend_from_slice(&number.to_le_bytes());
        }
        cell.extend_from_slice(&descriptor);
        self.fill(offset, &cell);
        offset
    }

    fn key(&mut self, key: &Key, parent: u32, security: u32) -> u32 {
        let offset = self.reserve(76 + key.name.len());
        self.fill_key(offset, key, Some(parent), security);
        offset
    }

    fn fill_key(&mut self, offset: u32, key: &Key, parent: Option<u32>, security: u32) {
        let keys = self.key_list(key, offset, security);
        let values = self.value_list(key);
        let longest = |lengths: &mut dyn Iterator<Item = usize>| size(lengths.max().unwrap_or(0));
        let mut cell = b"nk".to_vec();
        // Compressed (ASCII) name; the root also "hive entry" and "no delete".
        cell.extend_from_slice(&(if parent.is_some() { 0x20_u16 } else { 0x2c }).to_le_bytes());
        cell.extend_from_slice(&TIME.to_le_bytes());
        for number in [
            0,
            parent.unwrap_or(0),
            size(key.keys.len()),
            0,
            keys,
            NONE,
            size(key.values.len()),
            values,
            security,
            NONE,
            longest(&mut key.keys.iter().map(|key| key.name.len() * 2)),
            0,
            longest(&mut key.values.iter().map(|value| value.name.len() * 2)),
            longest(&mut key.values.iter().map(|value| value.data.len())),
            0,
            size(key.name.len()),
        ] {
            cell.extend_from_slice(&number.to_le_bytes());
        }
        cell.extend_from_slice(key.name.as_bytes());
        self.fill(offset, &cell);
    }

    fn key_list(&mut self, key: &Key, offset: u32, security: u32) -> u32 {
        if key.keys.is_empty() {
            return NONE;
        }
        let mut list = b"lf".to_vec();
        list.extend_from_slice(&u16::try_from(key.keys.len()).unwrap_or(u16::MAX).to_le_bytes());
        for below in &key.keys {
            let cell = self.key(below, offset, security);
            list.extend_from_slice(&cell.to_le_bytes());
            let mut hint = below.name.as_bytes().to_vec();
            hint.resize(4, 0);
            list.extend_from_slice(&hint);
        }
        self.add(&list)
    }

    fn value_list(&mut self, key: &Key) -> u32 {
        if key.values.is_empty() {
            return NONE;
        }
        let list: Vec<u8> = key.values.iter().flat_map(|value| self.value(value).to_le_bytes()).collect();
        self.add(&list)
    }

    fn value(&mut self, value: &Value) -> u32 {
        let length = size(value.data.len());
        // Up to four bytes lie in the place of the offset.
        let (length, data) = match value.data.as_slice() {
            data if data.len() <= 4 => {
                let mut inline = [0; 4];
                inline[..data.len()].copy_from_slice(data);
                (length | 0x8000_0000, u32::from_le_bytes(inline))
            }
            data => (length, self.add(data)),
        };
        let mut cell = b"vk".to_vec();
        cell.extend_from_slice(&u16::try_from(value.name.len()).unwrap_or(u16::MAX).to_le_bytes());
        for number in [length, data, value.kind, 1] {
            cell.extend_from_slice(&number.to_le_bytes());
        }
        cell.extend_from_slice(value.name.as_bytes());
        self.add(&cell)
    }
}
