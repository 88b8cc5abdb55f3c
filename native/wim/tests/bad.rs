//! Files that are no WIM, cut, changed, or not for us: each has an error of its own kind with the file's path.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::sync::Arc;

use camino::Utf8Path;
use common::{Scratch, go_on, imagex, library, make_tree, options};
use tsm_wim::{Library, Wim, WimErrorKind, capture};

fn good_wim(scratch: &Scratch, library: &Arc<Library>) -> Vec<u8> {
    let (tree, target) = (scratch.path("tree"), scratch.path("good.wim"));
    make_tree(&tree);
    capture(library, &tree, &target, &options(), &mut go_on).unwrap();
    std::fs::read(target).unwrap()
}

#[test]
fn files_that_are_no_wim() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let path = scratch.path("a.wim");
    for bytes in [&b""[..], b"M", b"not a WIM", &[0; 5000], &[b'M'; 300]] {
        std::fs::write(&path, bytes).unwrap();
        let error = Wim::open(&library, &path).unwrap_err();
        assert_eq!(error.kind(), WimErrorKind::NotAWim, "{bytes:?}: {error}");
        assert_eq!(error.path(), Some(path.as_path()));
        assert!(error.to_string().starts_with(&format!("{path}: not a WIM file")), "{error}");
    }
    let folder = scratch.path("");
    assert_eq!(Wim::open(&library, &folder).unwrap_err().kind(), WimErrorKind::NotAWim);
    let none = scratch.path("none.wim");
    let error = Wim::open(&library, &none).unwrap_err();
    assert_eq!((error.kind(), error.path()), (WimErrorKind::NotFound, Some(none.as_path())));
    assert_eq!(Wim::open(&library, Utf8Path::new("a\0b")).unwrap_err().path(), Some(Utf8Path::new("a\0b")));
}

#[test]
fn a_wim_cut_anywhere_is_an_error() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let good = good_wim(&scratch, &library);
    let path = scratch.path("cut.wim");
    for length in (8..good.len()).step_by(97) {
        std::fs::write(&path, &good[..length]).unwrap();
        let error = Wim::open(&library, &path).unwrap_err();
        let kind = error.kind();
        let fits = matches!(kind, WimErrorKind::Truncated | WimErrorKind::Damaged);
        assert!(fits, "{length} of {}: {kind:?} {error}", good.len());
        assert_eq!(error.path(), Some(path.as_path()));
    }
}

#[test]
fn a_part_of_a_split_wim_is_told_apart() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let tree = scratch.path("tree");
    make_tree(&tree);
    // Bytes that do not compress, so that there is something to split.
    let mut state = 1_u32;
    let noise: Vec<u8> = (0..3 << 20)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    std::fs::write(tree.join("noise1.bin"), &noise).unwrap();
    std::fs::write(tree.join("noise2.bin"), &noise[1..]).unwrap();
    let (whole, part) = (scratch.path("whole.wim"), scratch.path("part.swm"));
    capture(&library, &tree, &whole, &options(), &mut go_on).unwrap();
    if imagex(&["split", whole.as_str(), part.as_str(), "3"]).is_none() {
        return;
    }
    for path in [part, scratch.path("part2.swm")] {
        let error = Wim::open(&library, &path).unwrap_err();
        assert_eq!(error.kind(), WimErrorKind::SplitPart, "{error}");
    }
}

#[test]
fn unknown_version_and_compression_are_told_apart() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let good = good_wim(&scratch, &library);
    let path = scratch.path("odd.wim");
    let kind_with = |offset: usize, bytes: [u8; 4]| {
        let mut odd = good.clone();
        odd[offset..offset + 4].copy_from_slice(&bytes);
        std::fs::write(&path, odd).unwrap();
        Wim::open(&library, &path).unwrap_err().kind()
    };
    // Header: version at 12, flags at 16, with "compressed" 0x2 but no kind of compression; chunk size at 20.
    assert_eq!(kind_with(12, [0, 0, 0x77, 0]), WimErrorKind::UnsupportedVersion);
    assert_eq!(kind_with(16, [2, 0, 0, 0]), WimErrorKind::UnsupportedCompression);
    assert_eq!(kind_with(20, [1, 2, 3, 4]), WimErrorKind::UnsupportedCompression);
    // Header size at 8; number of images at 44.
    assert_eq!(kind_with(8, [1, 0, 0, 0]), WimErrorKind::Damaged);
    assert_eq!(kind_with(44, [0xff, 0xff, 0xff, 0x7f]), WimErrorKind::Damaged);
}

#[test]
fn changed_data_is_found_when_it_is_read() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let tree = scratch.path("tree");
    make_tree(&tree);
    let path = scratch.path("a.wim");
    let stored = tsm_wim::CaptureOptions { compression: tsm_wim::Compression::None, ..options() };
    capture(&library, &tree, &path, &stored, &mut go_on).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes.windows(64).position(|window| window == [0x5a; 64]).unwrap();
    bytes[place + 10] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let wim = Wim::open(&library, &path).unwrap();
    let file = "sms/bin/x64/TsBootShell.exe";
    let error = wim.extract_file(1, file, &scratch.path("out")).unwrap_err();
    assert_eq!((error.kind(), error.path_in_image()), (WimErrorKind::Damaged, Some(file)));
    assert_eq!(wim.verify(&mut go_on).unwrap_err().kind(), WimErrorKind::Damaged);
}

#[test]
fn any_changed_byte_is_an_error_or_harmless_but_never_a_crash() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let good = good_wim(&scratch, &library);
    let path = scratch.path("odd.wim");
    for place in (0..good.len()).step_by(7) {
        let mut odd = good.clone();
        odd[place] ^= 0x41;
        std::fs::write(&path, odd).unwrap();
        if let Ok(wim) = Wim::open(&library, &path) {
            let _ = wim.info();
            let _ = wim.entries(1, "", true);
            let _ = wim.extract_file(1, "root.txt", &scratch.path("out"));
        }
    }
}

#[test]
fn a_missing_library_names_every_place_and_how_to_get_it() {
    let scratch = Scratch::new();
    let (none, text) = (scratch.path("none.so"), scratch.path("text.so"));
    std::fs::write(&text, "no library").unwrap();
    match Library::load(&[none.clone(), text.clone()]) {
        // The system's own is the last resort, and is there on most test machines.
        Ok(library) => assert!(library.place().contains("libwim")),
        Err(error) => {
            assert_eq!(error.kind(), WimErrorKind::LibraryMissing);
            let message = error.to_string();
            for part in [none.as_str(), text.as_str(), "libwim", "to get it"] {
                assert!(message.contains(part), "{part} is missing in: {message}");
            }
        }
    }
}
