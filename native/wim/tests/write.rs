//! Capturing: what wimlib-imagex says about our WIMs, and that they are the same bytes each time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::ops::ControlFlow;

use common::{Scratch, go_on, imagex, library, make_tree, options};
use tsm_wim::{
    Addition, CaptureOptions, Compression, ExportOptions, Wim, WimErrorKind, append, capture, set_tree_times,
};

#[test]
fn our_wim_passes_wimlib_imagex_and_says_what_was_asked() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, target) = (scratch.path("tree"), scratch.path("a.wim"));
    make_tree(&tree);
    let mut last = (0, 0);
    capture(&library, &tree, &target, &options(), &mut |done, total| {
        last = (done, total);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(last.0 > 100_000 && last.0 == last.1, "{last:?}");

    let Some(text) = imagex(&["info", target.as_str()]) else { return };
    for line in [
        "Boot Index:     1",
        "Compression:    LZX",
        "GUID:           0x30313233343536373839616263646566",
        "Name:                   Boot image (x64)",
        "Description:            a description & <more>",
        "Architecture:           x86_64",
        "Build:                  26100",
        "Service Pack Build:     1742",
        "Edition ID:             WindowsPE",
        "Last Modification Time: Tue Nov 14 22:13:20 2023 UTC",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    imagex(&["verify", target.as_str()]);
    let out = scratch.path("out");
    imagex(&["apply", target.as_str(), "1", out.as_str()]);
    assert_eq!(std::fs::read(out.join("Windows/System32/grüße 世界.txt")).unwrap(), b"hello");
    assert!(out.join("Windows/Empty").is_dir());

    let wim = Wim::open(&library, &target).unwrap();
    let image = &wim.info().unwrap().images[0];
    assert_eq!((image.created, image.modified), (Some(1_700_000_000), Some(1_700_000_000)));
    assert_eq!(image.edition.as_deref(), Some("WindowsPE"));
    assert_eq!(wim.entry(1, "root.txt").unwrap().unwrap().modified, 1_700_000_000);
    wim.verify(&mut go_on).unwrap();
}

#[test]
fn equal_sources_give_equal_bytes() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    for compression in [Compression::None, Compression::Xpress, Compression::Lzx, Compression::Lzms] {
        let mut made = Vec::new();
        for folder in ["one", "two"] {
            let tree = scratch.path(&format!("{folder}/tree"));
            make_tree(&tree);
            let target = scratch.path(&format!("{folder}/{compression:?}.wim"));
            let options = CaptureOptions { compression, ..options() };
            capture(&library, &tree, &target, &options, &mut go_on).unwrap();
            made.push(std::fs::read(&target).unwrap());
        }
        assert!(made[0] == made[1], "{compression:?}");
    }
}

#[test]
fn a_second_image_can_be_added() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, target) = (scratch.path("tree"), scratch.path("a.wim"));
    make_tree(&tree);
    capture(&library, &tree, &target, &options(), &mut go_on).unwrap();
    std::fs::write(tree.join("more.txt"), "more").unwrap();
    let second = CaptureOptions { image_name: "Second".to_owned(), boot_index: 2, integrity: true, ..options() };
    append(&library, &tree, &target, &second, &mut go_on).unwrap();

    let wim = Wim::open(&library, &target).unwrap();
    let info = wim.info().unwrap();
    assert_eq!((info.image_count, info.boot_index, info.has_integrity), (2, 2, true));
    assert_eq!((info.guid, info.images[1].name.as_str()), (options().guid, "Second"));
    assert_eq!(info.images[1].modified, Some(1_700_000_000));
    assert_eq!(wim.entry(1, "more.txt").unwrap(), None);
    assert_eq!(wim.entry(2, "more.txt").unwrap().unwrap().size, 4);
    imagex(&["verify", target.as_str()]);
    // The same name again is refused.
    assert!(append(&library, &tree, &target, &second, &mut go_on).is_err());
}

#[test]
fn a_failed_capture_leaves_nothing_and_an_existing_file_alone() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, target) = (scratch.path("tree"), scratch.path("a.wim"));
    make_tree(&tree);
    let mut stop = |_, _| ControlFlow::Break(());
    let error = capture(&library, &tree, &target, &options(), &mut stop).unwrap_err();
    assert_eq!(error.kind(), WimErrorKind::Cancelled);
    assert!(!target.exists());

    let wrong = CaptureOptions { boot_index: 2, ..options() };
    assert!(capture(&library, &tree, &target, &wrong, &mut go_on).is_err());
    assert!(!target.exists());

    let error = capture(&library, &scratch.path("none"), &target, &options(), &mut go_on).unwrap_err();
    assert_eq!(error.kind(), WimErrorKind::NotFound);

    std::fs::write(&target, "precious").unwrap();
    let error = capture(&library, &tree, &target, &options(), &mut go_on).unwrap_err();
    assert_eq!(error.kind(), WimErrorKind::BadArgument);
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");

    let nowhere = scratch.path("none/a.wim");
    let error = capture(&library, &tree, &nowhere, &options(), &mut go_on).unwrap_err();
    assert_eq!(error.kind(), WimErrorKind::Io);
    assert_eq!(error.path(), Some(nowhere.as_path()));
}

#[test]
fn tree_times_reach_every_file_and_folder() {
    let scratch = Scratch::new();
    let tree = scratch.path("tree");
    make_tree(&tree);
    set_tree_times(&tree, 86_400).unwrap();
    for path in ["", "Windows", "Windows/Empty", "Windows/Boot/EFI/empty.bin"] {
        let modified = std::fs::metadata(tree.join(path)).unwrap().modified().unwrap();
        let seconds = modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(seconds, 86_400, "{path:?}");
    }
    assert_eq!(set_tree_times(&tree.join("none"), 0).unwrap_err().kind(), WimErrorKind::NotFound);
}

#[test]
fn an_exported_image_is_what_libwim_says_of_it_before_it_is_read_back() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let (tree, source) = (scratch.path("tree"), scratch.path("a.wim"));
    make_tree(&tree);
    capture(&library, &tree, &source, &options(), &mut go_on).unwrap();
    let added = scratch.path("added.bin");
    std::fs::write(&added, vec![7; 100_000]).unwrap();
    let addition = |path: &str| Addition { source: added.clone(), path: path.to_owned() };
    let wanted = ExportOptions {
        image: 1,
        additions: vec![addition("new/added.bin"), addition("new/twice.bin")],
        tree_level: 20,
        ..ExportOptions::default()
    };
    let target = scratch.path("b.wim");
    let exported = Wim::open(&library, &source).unwrap().export(&target, &wanted, &mut go_on).unwrap();

    let written = Wim::open(&library, &target).unwrap();
    for path in ["new/added.bin", "new/twice.bin", "root.txt"] {
        let (said, read) = (exported.entry(path).unwrap().unwrap(), written.entry(1, path).unwrap().unwrap());
        assert!(said.sha1.is_some() && said.sha1 == read.sha1 && said.size == read.size, "{path}: {said:?}, {read:?}");
    }
    assert_eq!(exported.entry("new/other.bin").unwrap(), None);
    written.verify(&mut go_on).unwrap();
    imagex(&["verify", target.as_str()]);

    let none = ExportOptions { image: 2, ..wanted };
    let error = Wim::open(&library, &source).unwrap().export(&target, &none, &mut go_on).unwrap_err();
    assert_eq!((error.kind(), error.path()), (WimErrorKind::NoSuchImage, Some(source.as_path())));
}
