//! Structures of fixed length, filled field by field at the offsets of the standards.

/// A structure being filled. Offsets are constants of the code that fills it, so a wrong one is a fault of this crate
/// and not of any input.
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![0; len])
    }

    pub(super) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    pub(super) fn u8(&mut self, at: usize, value: u8) {
        self.0[at] = value;
    }

    pub(super) fn u16(&mut self, at: usize, value: u16) {
        self.put(at, &value.to_le_bytes());
    }

    pub(super) fn u32(&mut self, at: usize, value: u32) {
        self.put(at, &value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, at: usize, value: u64) {
        self.put(at, &value.to_le_bytes());
    }

    /// Little-endian, then big-endian (ECMA-119 7.2.3).
    pub(super) fn both16(&mut self, at: usize, value: u16) {
        self.put(at, &value.to_le_bytes());
        self.put(at + 2, &value.to_be_bytes());
    }

    /// Little-endian, then big-endian (ECMA-119 7.3.3).
    pub(super) fn both32(&mut self, at: usize, value: u32) {
        self.put(at, &value.to_le_bytes());
        self.put(at + 4, &value.to_be_bytes());
    }
}
