//! Splitting: what wimlib-imagex and 7-Zip make of our parts, and what cannot be split.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::io::Read as _;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use common::{Scratch, go_on, imagex, library, make_tree, options, skipped};
use tsm_wim::{CaptureOptions, Compression, HEADER_BYTES, PartHead, Split, WimErrorKind, append, capture};

/// Bytes that no compression makes shorter.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..length.div_ceil(8)).flat_map(|_| next()).take(length).collect()
}

/// A tree whose WIM is about 700 kB long.
fn long_tree(root: &Utf8Path) {
    make_tree(root);
    for number in 0..12 {
        std::fs::write(root.join(format!("Windows/file{number}.bin")), noise(number, 40_000 + number as usize))
            .unwrap();
    }
    // Once in the WIM, twice in the tree.
    std::fs::write(root.join("Windows/again.bin"), noise(3, 40_003)).unwrap();
}

/// Writes all parts under the names that wimlib-imagex looks for.
fn write_parts(split: &Split, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    std::fs::create_dir_all(folder).unwrap();
    let write = |(index, length): (usize, u64)| {
        let mut bytes = Vec::new();
        split.open(index).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, length);
        let path = folder.join(format!("part{index:03}.swm"));
        std::fs::write(&path, bytes).unwrap();
        path
    };
    split.lengths().enumerate().map(write).collect()
}

/// 7-Zip finds the other parts by the names that DISM gives them: `x.swm`, `x2.swm`, `x3.swm`, ...
fn seven_zip(parts: &[Utf8PathBuf], folder: &Utf8Path) {
    std::fs::create_dir_all(folder).unwrap();
    for (part, number) in parts.iter().zip(1..) {
        let number = if number == 1 { String::new() } else { number.to_string() };
        std::fs::copy(part, folder.join(format!("x{number}.swm"))).unwrap();
    }
    let first = folder.join("x.swm");
    match Command::new("7z").args(["t", first.as_str()]).output() {
        Err(_) => skipped("7z (Debian: 7zip) is not installed"),
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
    }
}

#[test]
fn the_parts_are_the_wim_for_tools_of_others() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let tree = scratch.path("tree");
    long_tree(&tree);
    for compression in [Compression::None, Compression::Xpress, Compression::Lzx] {
        let source = scratch.path(&format!("{compression:?}.wim"));
        let options = CaptureOptions { compression, integrity: true, ..options() };
        capture(&library, &tree, &source, &options, &mut go_on).unwrap();
        // A second image: its tree, too, has to be in the first part.
        std::fs::write(tree.join("second.txt"), "second").unwrap();
        let second = CaptureOptions { image_name: "Second".to_owned(), boot_index: 0, ..options };
        append(&library, &tree, &source, &second, &mut go_on).unwrap();
        std::fs::remove_file(tree.join("second.txt")).unwrap();

        let split = Split::plan(&source, 150_000).unwrap();
        assert!(split.lengths().len() > 3 && split.lengths().all(|length| length <= 150_000));
        let parts = write_parts(&split, &scratch.path(&format!("{compression:?}")));
        let heads: Vec<PartHead> =
            parts.iter().map(|p| PartHead::read(&std::fs::read(p).unwrap()[..HEADER_BYTES]).unwrap()).collect();
        let total = parts.len() as u16;
        assert!(heads.iter().zip(1..).all(|(head, number)| (head.number, head.total) == (number, total)));
        assert!(heads.iter().all(|head| head.guid == heads[0].guid));

        let first = parts[0].as_str();
        let others = format!("--ref={}", parts[0].with_file_name("part*.swm"));
        let Some(info) = imagex(&["info", first]) else { return };
        assert!(info.contains(&format!("Part Number:    1/{total}")) && info.contains("Image Count:    2"), "{info}");
        imagex(&["verify", first, &others]);
        for (image, name) in [("1", "Boot image (x64)"), ("2", "Second")] {
            assert!(info.contains(name), "{info}");
            let out = scratch.path(&format!("out-{compression:?}-{image}"));
            imagex(&["apply", first, image, out.as_str(), &others]);
            if image == "2" {
                assert_eq!(std::fs::read(out.join("second.txt")).unwrap(), b"second");
                std::fs::remove_file(out.join("second.txt")).unwrap();
            }
            let same = Command::new("diff").args(["-r", tree.as_str(), out.as_str()]).output().unwrap();
            assert!(same.status.success(), "{}", String::from_utf8_lossy(&same.stdout));
        }
        // And joined again, it is one WIM that passes.
        let joined = scratch.path(&format!("joined-{compression:?}.wim"));
        let mut arguments = vec!["join", joined.as_str()];
        arguments.extend(parts.iter().map(|part| part.as_str()));
        imagex(&arguments);
        imagex(&["verify", joined.as_str()]);
        seven_zip(&parts, &scratch.path(&format!("7z-{compression:?}")));
    }
}

#[test]
fn a_wim_that_is_short_enough_is_one_part() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, source) = (scratch.path("tree"), scratch.path("a.wim"));
    make_tree(&tree);
    capture(&library, &tree, &source, &options(), &mut go_on).unwrap();
    let split = Split::plan(&source, u64::MAX).unwrap();
    let parts = write_parts(&split, &scratch.path("parts"));
    assert_eq!(parts.len(), 1);
    imagex(&["verify", parts[0].as_str()]);
}

#[test]
fn what_cannot_be_split_is_told_by_its_kind() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, source) = (scratch.path("tree"), scratch.path("a.wim"));
    long_tree(&tree);
    let plain = CaptureOptions { compression: Compression::None, ..options() };
    capture(&library, &tree, &source, &plain, &mut go_on).unwrap();
    let kind = |path: &Utf8Path, most| Split::plan(path, most).unwrap_err().kind();
    // One of its files has 100,000 bytes.
    assert_eq!(kind(&source, 90_000), WimErrorKind::PartTooSmall);
    assert_eq!(kind(&scratch.path("none.wim"), 150_000), WimErrorKind::NotFound);
    let part = write_parts(&Split::plan(&source, 150_000).unwrap(), &scratch.path("parts")).remove(1);
    assert_eq!(kind(&part, 150_000), WimErrorKind::SplitPart);

    let bytes = std::fs::read(&source).unwrap();
    let altered = scratch.path("altered.wim");
    let with = |bytes: &[u8]| {
        std::fs::write(&altered, bytes).unwrap();
        kind(&altered, 150_000)
    };
    assert_eq!(with(b"PK not a WIM"), WimErrorKind::NotAWim);
    assert_eq!(with(&bytes[..100]), WimErrorKind::Truncated);
    assert_eq!(with(&bytes[..bytes.len() - 1]), WimErrorKind::Truncated);
    let mut pipable = bytes.clone();
    pipable[..8].copy_from_slice(b"WLPWM\0\0\0");
    assert_eq!(with(&pipable), WimErrorKind::Pipable);
    // A table that says it is longer than the file, and one whose entries all name the same place.
    let mut long = bytes.clone();
    long[0x30 + 6] = 1;
    assert_eq!(with(&long), WimErrorKind::Truncated);

    let solid = scratch.path("solid.esd");
    if imagex(&["capture", tree.as_str(), solid.as_str(), "Solid", "--solid"]).is_some() {
        assert_eq!(kind(&solid, 150_000), WimErrorKind::Solid);
    }
}

#[test]
fn a_wim_that_becomes_shorter_is_noticed() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, source) = (scratch.path("tree"), scratch.path("a.wim"));
    long_tree(&tree);
    capture(&library, &tree, &source, &options(), &mut go_on).unwrap();
    let split = Split::plan(&source, 150_000).unwrap();
    let mut reader = split.open(1).unwrap();
    std::fs::OpenOptions::new().write(true).open(&source).unwrap().set_len(300).unwrap();
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    assert!(split.open(99).is_err());
}
