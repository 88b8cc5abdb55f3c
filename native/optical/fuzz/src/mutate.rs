//! Changes to packed images that keep the rest of the image in its place.

use crate::packed::{Packed, REPAIR, SECTOR};

/// Changes one sector; or puts one in the place of another; or changes the packed bytes as any others.
pub fn sector(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut packed = Packed::parse(&data[..size]);
    let count = packed.records.len();
    let (kind, pick) = (seed % 16, (seed >> 4) as usize);
    if count == 0 || kind == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let from = pick % count;
    match kind {
        1 => {
            let bytes = packed.records[from].1.clone();
            packed.records[(pick / count) % count].1 = bytes;
        }
        2 => packed.sectors = [packed.sectors ^ 1 << (pick % 32), pick as u32][pick & 1],
        3 => packed.flags ^= REPAIR,
        _ => {
            let bytes = &mut packed.records[from].1;
            let used = bytes.len();
            bytes.resize(SECTOR, 0);
            let used = libfuzzer_sys::fuzzer_mutate(bytes, used, SECTOR);
            bytes.truncate(used);
        }
    }
    let bytes = packed.bytes();
    let len = bytes.len().min(max_size);
    data[..len].copy_from_slice(&bytes[..len]);
    len
}
