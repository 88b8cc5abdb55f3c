//! Registry hives and boot configuration stores.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsm_formats::bcd::Store;
use tsm_formats::registry::{Hive, Key};

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&repaired(bytes));
});

fn read(bytes: &[u8]) {
    let Ok(hive) = Hive::open(bytes) else { return };
    let _ = hive.key(&["Objects", "{9dea862c-5cdd-4e70-acc1-f32b344d4795}", "Elements"]);
    let Ok(tree) = hive.tree() else { return };
    let _ = Store::from_bytes(bytes).map(|store| format!("{store:?}"));
    // What was read is written again, unless it has something that only the reader allows.
    if let Ok(again) = tree.to_hive(0) {
        let back = Hive::open(&again).and_then(|hive| hive.tree()).expect("our own hive is read");
        assert_eq!(sorted(back), sorted(tree));
    }
}

/// The order in a hive that others wrote is not looked at.
fn sorted(mut key: Key) -> Key {
    key.keys.sort_by(|a, b| a.name.cmp(&b.name));
    key.keys = key.keys.into_iter().map(sorted).collect();
    key
}

/// The same with the version, sequence numbers, length and checksum of a good hive; nearly every change would end there.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(0x1000).max(0x2000), 0);
    let bins = u32::try_from(bytes.len() - 0x1000).unwrap_or(0);
    let version = 3 + u32::from(bytes[24]) % 4;
    bytes[..4].copy_from_slice(b"regf");
    for (at, word) in [(4, 1), (8, 1), (20, 1), (24, version), (28, 0), (32, 1), (40, bins)] {
        bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
    let word = |at: usize| bytes[at..at + 4].iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
    let sum = match (0..508).step_by(4).fold(0, |sum, at| sum ^ word(at)) {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    };
    bytes[508..512].copy_from_slice(&sum.to_le_bytes());
    bytes
}
