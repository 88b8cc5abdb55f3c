//! Bytes of images changed at random: whatever they say, reading ends, within bounds, without a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use common::{Sample, hidden};
use proptest::prelude::*;
use tsm_optical::{Image, Limits, Platform, ReadError, Tree};

/// A small image, so that most changes hit a structure.
fn image() -> &'static [u8] {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let mut sample = Sample { label: "hostile".into(), folders: vec!["empty".into()], ..Sample::default() };
        for (path, size) in [("a/b/c/d.txt", 5000), ("a/b/x.txt", 1), ("Ж.txt", 0), ("long name with spaces.txt", 2048)]
        {
            sample.add(path, size);
        }
        sample.hidden = vec![vec![1; 2048]];
        sample.boot = vec![hidden(Platform::Bios, 2048)];
        sample.image()
    })
}

/// Opens and reads everything, a little of each file.
fn read_all(bytes: &[u8]) {
    let limits = Limits { entries: 5000, path_bytes: 1 << 20, extents: 20_000, directory_bytes: 16 << 20, depth: 50 };
    let Ok(mut image) = Image::open_with(Cursor::new(bytes), limits) else { return };
    for tree in image.trees() {
        let Ok(files) = image.files(tree) else { continue };
        assert!(files.len() <= limits.entries);
        for file in files.iter().take(200) {
            assert!(
                !file.path.is_empty() && !file.path.split('/').any(|name| matches!(name, "" | "." | "..")),
                "{:?}",
                file.path
            );
            let mut some = Vec::new();
            let _ = image.read_file(file).take(100_000).read_to_end(&mut some);
        }
    }
    assert!(image.findings().len() < 10_000);
    for index in 0..image.boot_entries().len().min(20) {
        let _ = image.read_boot_image(index, 1 << 20);
    }
}

/// Offsets that hit structures: the descriptors, and the blocks between the first anchor and the data.
fn offsets() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 16 * 2048..70usize * 2048, 1 => 256 * 2048..257usize * 2048, 8 => 257 * 2048..image().len()]
}

/// A record of a directory: its block and length twice, a name, and its system use area.
fn record(name: u8, block: u32, len: u32, area: &[u8]) -> Vec<u8> {
    let mut record = vec![0; 34];
    (record[32], record[33]) = (1, name);
    record[2..6].copy_from_slice(&block.to_le_bytes());
    record[10..14].copy_from_slice(&len.to_le_bytes());
    record.extend(area);
    record[0] = record.len() as u8;
    record
}

#[test]
fn continuation_areas_that_all_records_share_are_a_limited_amount_of_work() {
    let (blocks, first) = (500u32, 20);
    let mut image = vec![0; 600 * 2048];
    image[16 * 2048..16 * 2048 + 6].copy_from_slice(b"\x01CD001");
    image[16 * 2048 + 129] = 8;
    let root = record(0, first, blocks * 2048, b"");
    image[16 * 2048 + 156..][..34].copy_from_slice(&root);
    image[17 * 2048..17 * 2048 + 6].copy_from_slice(b"\xFFCD001");
    // An area of 4096 bytes that continues in itself, for folders that are shown elsewhere and so never listed.
    let mut next = b"CE\x1C\x01".to_vec();
    next.extend([550u32, 0, 0, 0, 4096, 0].iter().flat_map(|field| field.to_le_bytes()));
    image[550 * 2048..][..28].copy_from_slice(&next);
    let moved = record(b'X', 0, 0, &[b"RE\x04\x01", next.as_slice()].concat());
    for block in 0..blocks {
        let mut at = (first + block) as usize * 2048;
        let end = at + 2048;
        if block == 0 {
            let start = record(0, first, blocks * 2048, b"SP\x07\x01\xBE\xEF\x00");
            image[at..at + start.len()].copy_from_slice(&start);
            at += start.len();
        }
        while at + moved.len() <= end {
            image[at..at + moved.len()].copy_from_slice(&moved);
            at += moved.len();
        }
    }
    let limits = Limits { entries: 1000, extents: 1000, ..Limits::default() };
    let result = Image::open_with(Cursor::new(&image), limits).unwrap().files(Tree::Iso);
    assert!(matches!(result, Err(ReadError::Limit { tree: Tree::Iso, .. })), "{:?}", result.map(|files| files.len()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_may_change(changes in prop::collection::vec((offsets(), any::<u8>()), 1..40)) {
        let mut bytes = image().to_vec();
        for (offset, byte) in changes {
            bytes[offset] = byte;
        }
        read_all(&bytes);
    }

    #[test]
    fn numbers_may_become_extreme(
        changes in prop::collection::vec((offsets(), prop::sample::select(vec![0u64, 1, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x3FFF_F800, u64::MAX])), 1..10),
        width in prop::sample::select(vec![2usize, 4, 8]),
    ) {
        let mut bytes = image().to_vec();
        for (offset, value) in changes {
            let offset = (offset & !1).min(bytes.len() - 8);
            bytes[offset..offset + width].copy_from_slice(&value.to_le_bytes()[..width]);
        }
        read_all(&bytes);
    }

    #[test]
    fn blocks_may_take_the_place_of_others(changes in prop::collection::vec((257usize..400, 16usize..400), 1..6)) {
        let mut bytes = image().to_vec();
        let blocks = bytes.len() / 2048;
        for (to, from) in changes {
            let (to, from) = (to % blocks, from % blocks);
            bytes.copy_within(from * 2048..(from + 1) * 2048, to * 2048);
        }
        read_all(&bytes);
    }

    #[test]
    fn the_image_may_end_anywhere(len in 0..image().len()) {
        read_all(&image()[..len]);
    }
}
