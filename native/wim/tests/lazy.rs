//! Opening a big WIM reads its tables, not its data. One test in a program of its own, since it counts the bytes that the
//! whole process reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![cfg(target_os = "linux")]

mod common;
use common::{Scratch, go_on, library, make_tree, options};
use tsm_wim::{CaptureOptions, Compression, Wim, capture};

/// Bytes that this process has read so far ("rchar" of proc(5)).
fn bytes_read() -> u64 {
    let text = std::fs::read_to_string("/proc/self/io").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap();
    line.parse().unwrap()
}

#[test]
fn opening_and_listing_read_a_small_part_of_a_big_wim() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, path) = (scratch.path("tree"), scratch.path("big.wim"));
    make_tree(&tree);
    std::fs::File::create(tree.join("big.bin")).unwrap().set_len(64 << 20).unwrap();
    let stored = CaptureOptions { compression: Compression::None, ..options() };
    capture(&library, &tree, &path, &stored, &mut go_on).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 64 << 20);

    let before = bytes_read();
    let wim = Wim::open(&library, &path).unwrap();
    assert_eq!(wim.info().unwrap().image_count, 1);
    assert_eq!(wim.entries(1, "", true).unwrap().unwrap().len(), 16);
    wim.extract_file(1, "root.txt", &scratch.path("out")).unwrap();
    let read = bytes_read() - before;
    assert!(read < 256 << 10, "{read} bytes");
}
