//! Stand-ins for the signature files of FileLib (`<hash>.SIG`): right in form as far as the form is known, made-up inside.
use crate::chance::Chance;

const HEADER: [u8; 24] = [0x18, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];

/// A header of 24 bytes and records of 18: 16 bytes of a hash and the length of a piece; the lengths add up to `size`.
pub(crate) fn signature(hash: &str, size: u64) -> Vec<u8> {
    let mut chance = Chance::new(0, hash);
    let (low, high) = if size < 16 << 20 { (512, 4096) } else { (0x8000, 0xffff) };
    let mut bytes = HEADER.to_vec();
    let mut rest = size;
    while rest > 0 {
        let length = chance.between(low, high).min(rest);
        rest -= length;
        bytes.extend(chance.bytes(16));
        bytes.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_add_up() {
        for size in [0, 1, 5000, 123_456] {
            let bytes = signature("ABC", size);
            let records = bytes[24..].chunks(18);
            let sum: u64 = records.map(|record| u64::from(u16::from_le_bytes([record[16], record[17]]))).sum();
            assert_eq!(sum, size);
        }
    }
}
