//! Pieces of files of WIMs that wimlib-imagex made: they are those of the files that were put in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::io::{Read, Seek, SeekFrom};

use camino::Utf8PathBuf;
use common::{Scratch, imagex, library};
use tsm_wim::{Wim, WimErrorKind};

/// Bytes of which some chunks can be compressed and some cannot.
fn mixed(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    (0..length)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if at / 50_000 % 2 == 0 { (state >> 24) as u8 } else { (at / 900) as u8 }
        })
        .collect()
}

/// A WIM of three files, made by the tool of others; the bytes of the largest.
fn made(scratch: &Scratch, name: &str, more: &[&str]) -> Option<(Utf8PathBuf, Vec<u8>)> {
    let (tree, wim, bytes) = (scratch.path("tree"), scratch.path(name), mixed(700_123));
    std::fs::create_dir_all(tree.join("sources")).unwrap();
    std::fs::write(tree.join("sources/large.bin"), &bytes).unwrap();
    std::fs::write(tree.join("sources/small.txt"), "small").unwrap();
    std::fs::write(tree.join("empty"), "").unwrap();
    let mut arguments = vec!["capture", tree.as_str(), wim.as_str(), "An image"];
    arguments.extend_from_slice(more);
    imagex(&arguments).map(|_| (wim, bytes))
}

#[test]
fn pieces_are_those_of_the_file_whatever_its_compression() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    for (name, more) in [
        ("none.wim", &["--compress=none"][..]),
        ("xpress.wim", &["--compress=XPRESS"]),
        ("xpress4k.wim", &["--compress=XPRESS", "--chunk-size=4K"]),
        ("lzx.wim", &["--compress=LZX"]),
        ("lzx2m.wim", &["--compress=LZX", "--chunk-size=2M"]),
    ] {
        let Some((path, bytes)) = made(&scratch, name, more) else { return };
        let wim = Wim::open(&library, &path).unwrap();
        let mut file = wim.file(1, r"Sources\LARGE.bin").unwrap();
        assert_eq!(file.len(), bytes.len() as u64);
        let mut whole = Vec::new();
        file.read_to_end(&mut whole).unwrap();
        assert!(whole == bytes, "{name}: the whole");
        for (at, length) in [(0, 10), (699_990, 500), (32_760, 20), (65_536, 65_536), (700_123, 5), (900_000, 5)] {
            let mut piece = Vec::new();
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            (&mut file).take(length).read_to_end(&mut piece).unwrap();
            let end = bytes.len().min(at + usize::try_from(length).unwrap());
            assert!(piece == bytes[at.min(end)..end], "{name}: {length} bytes at {at}");
        }
        assert_eq!(file.seek(SeekFrom::End(-3)).unwrap(), 700_120);
        assert!(file.seek(SeekFrom::Current(-800_000)).is_err());
        let mut small = String::new();
        wim.file(1, "sources/small.txt").unwrap().read_to_string(&mut small).unwrap();
        assert_eq!(small, "small");
        assert!(wim.file(1, "empty").unwrap().is_empty());
        assert_eq!(wim.file(1, "empty").unwrap().read(&mut [0; 9]).unwrap(), 0);
        assert_eq!(wim.file(1, "sources").unwrap_err().kind(), WimErrorKind::IsDirectory);
        assert_eq!(wim.file(1, "none").unwrap_err().kind(), WimErrorKind::NoSuchPath);
        assert_eq!(wim.file(2, "empty").unwrap_err().kind(), WimErrorKind::NoSuchImage);
    }
}

#[test]
fn data_that_lies_otherwise_is_told() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    for (name, more, kind) in
        [("solid.esd", &["--solid"], WimErrorKind::Solid), ("pipable.wim", &["--pipable"], WimErrorKind::Pipable)]
    {
        let Some((path, _)) = made(&scratch, name, more) else { return };
        let error = Wim::open(&library, &path).unwrap().file(1, "sources/large.bin").unwrap_err();
        assert_eq!((error.kind(), error.path_in_image()), (kind, Some("sources/large.bin")), "{error}");
    }
}

#[test]
fn damage_is_an_error_or_other_bytes_but_never_a_crash() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some((path, _)) = made(&scratch, "lzx.wim", &["--compress=LZX"]) else { return };
    let good = std::fs::read(&path).unwrap();
    let mut told = 0;
    for place in (208..good.len()).step_by(good.len() / 97) {
        let mut odd = good.clone();
        let end = odd.len().min(place + 16);
        odd[place..end].fill(0xff);
        std::fs::write(&path, odd).unwrap();
        if let Ok(wim) = Wim::open(&library, &path)
            && let Ok(mut file) = wim.file(1, "sources/large.bin")
            && let Err(error) = file.read_to_end(&mut Vec::new())
        {
            assert!(error.to_string().contains("damaged"), "{error}");
            told += 1;
        }
    }
    assert!(told > 0, "no damage was seen");
}
