//! Numbers at fixed places of a structure. What lies behind the end of the bytes reads as zero: a short structure is
//! noticed elsewhere.

pub(super) fn bytes<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    let mut field = [0; N];
    for (slot, byte) in field.iter_mut().zip(data.get(at..).unwrap_or_default()) {
        *slot = *byte;
    }
    field
}

/// Up to `len` bytes from `at`; fewer at the end of the data.
pub(super) fn slice(data: &[u8], at: usize, len: usize) -> &[u8] {
    let rest = data.get(at..).unwrap_or_default();
    &rest[..len.min(rest.len())]
}

pub(super) fn u8_at(data: &[u8], at: usize) -> u8 {
    data.get(at).copied().unwrap_or_default()
}

pub(super) fn le16(data: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes(data, at))
}

pub(super) fn le32(data: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes(data, at))
}

pub(super) fn le64(data: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes(data, at))
}

pub(super) fn be16(data: &[u8], at: usize) -> u16 {
    u16::from_be_bytes(bytes(data, at))
}

pub(super) fn be32(data: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes(data, at))
}
