//! Bytes of images changed at random: whatever they say, reading ends, within bounds, without a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use common::{Sample, hidden};
use proptest::prelude::*;
use tsm_optical::{Image, Limits, Platform};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 15000, ..ProptestConfig::default() })]

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
