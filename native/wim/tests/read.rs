//! Reading WIMs that wimlib-imagex made: information, listing, extraction.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;
use std::ops::ControlFlow;

use common::{Scratch, go_on, imagex, library, make_tree};
use tsm_wim::{Architecture, Compression, Wim, WimErrorKind};

/// A WIM of the test tree, made by the tool of others.
fn foreign(scratch: &Scratch, name: &str, more: &[&str]) -> Option<camino::Utf8PathBuf> {
    let tree = scratch.path("tree");
    make_tree(&tree);
    let wim = scratch.path(name);
    let mut arguments = vec!["capture", tree.as_str(), wim.as_str(), "An image", "Its description"];
    arguments.extend_from_slice(more);
    imagex(&arguments).map(|_| wim)
}

#[test]
fn information_of_a_foreign_wim() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let more = [
        "--compress=LZX",
        "--boot",
        "--check",
        "--image-property",
        "WINDOWS/ARCH=12",
        "--image-property",
        "WINDOWS/VERSION/MAJOR=10",
        "--image-property",
        "WINDOWS/VERSION/MINOR=0",
        "--image-property",
        "WINDOWS/VERSION/BUILD=26100",
        "--image-property",
        "WINDOWS/VERSION/SPBUILD=7",
    ];
    let Some(path) = foreign(&scratch, "a.wim", &more) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    let info = wim.info().unwrap();
    assert_eq!((info.image_count, info.boot_index), (1, 1));
    assert_eq!((info.part_number, info.total_parts), (1, 1));
    assert_eq!(info.compression, Compression::Lzx);
    assert!(info.has_integrity && !info.pipable && !info.is_readonly);
    let image = &info.images[0];
    assert_eq!((image.index, image.name.as_str()), (1, "An image"));
    assert_eq!(image.description, "Its description");
    assert_eq!(image.architecture, Some(Architecture::Arm64));
    assert_eq!(image.version, Some((10, 0, 26100, 7)));
    assert_eq!(image.total_bytes, 6 + 6 + 5 + 100_000 + 11);
    assert_eq!((image.file_count, image.directory_count), (6, 10));
    assert!(image.created.unwrap() > 1_600_000_000);
    assert_eq!(wim.property(1, "NAME").unwrap().as_deref(), Some("An image"));
    assert_eq!(wim.property(1, "NONE/SUCH").unwrap(), None);
    assert_eq!(wim.property(7, "NAME").unwrap(), None);
}

#[test]
fn what_the_xml_does_not_say_is_none() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &["--compress=none"]) else { return };
    let info = Wim::open(&library, &path).unwrap().info().unwrap();
    assert_eq!(info.compression, Compression::None);
    assert_eq!(info.boot_index, 0);
    assert_eq!((info.images[0].architecture, info.images[0].version), (None, None));
}

#[test]
fn listing_is_that_of_wimlib_imagex() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    let mut ours: Vec<String> =
        wim.entries(1, "/", true).unwrap().unwrap().into_iter().map(|entry| format!("/{}", entry.path)).collect();
    ours.push("/".to_owned());
    ours.sort();
    let listing = imagex(&["dir", path.as_str(), "1"]).unwrap();
    let mut theirs: Vec<&str> = listing.lines().collect();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

#[test]
fn entries_of_one_folder_and_of_one_file() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    let names = |path: &str, recursive| -> Vec<String> {
        let entries = wim.entries(1, path, recursive).unwrap().unwrap();
        entries.into_iter().map(|entry| entry.path).collect()
    };
    assert_eq!(names("", false), ["root.txt", "sms", "Windows"]);
    assert_eq!(names("Windows/Empty", true), [""; 0]);
    let expected = ["Windows/Boot/EFI/bootmgfw.efi", "Windows/Boot/EFI/empty.bin"];
    assert_eq!(names(r"Windows\Boot\EFI", false), expected);
    assert_eq!(names(r"\root.txt", false), ["root.txt"]);
    assert_eq!(wim.entries(1, "Windows/None", true).unwrap(), None);
    assert_eq!(wim.entry(1, "root.txt/below").unwrap(), None);

    let file = wim.entry(1, "Windows/Boot/EFI/bootmgfw.efi").unwrap().unwrap();
    assert_eq!((file.size, file.is_dir), (6, false));
    // SHA-1 of "loader" by sha1sum.
    assert_eq!(hex(&file.sha1.unwrap()), "c57e08af28c85e7fe987028f7986f0bb4573f663");
    let empty = wim.entry(1, "Windows/Boot/EFI/empty.bin").unwrap().unwrap();
    assert_eq!((empty.size, empty.sha1), (0, None));
    let folder = wim.entry(1, "Windows/Boot").unwrap().unwrap();
    assert!(folder.is_dir && folder.attributes & 0x10 != 0);
    let root = wim.entry(1, "/").unwrap().unwrap();
    assert_eq!((root.path.as_str(), root.is_dir), ("", true));
}

#[test]
fn paths_are_compared_without_case_as_windows_does() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    for spelled in [r"WINDOWS\BOOT\efi\BootMgFw.EFI", "windows/boot/EFI/bootmgfw.efi"] {
        let entry = wim.entry(1, spelled).unwrap().unwrap();
        assert_eq!(entry.path, "Windows/Boot/EFI/bootmgfw.efi");
    }
    let out = scratch.path("out");
    let file = wim.extract_file(1, r"windows\boot\efi\BOOTMGFW.efi", &out).unwrap();
    assert_eq!(file, out.join("bootmgfw.efi"));
    assert_eq!(std::fs::read(file).unwrap(), b"loader");
}

#[test]
fn several_files_come_out_at_their_paths_with_progress() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    let out = scratch.path("out/deep");
    let wanted = [
        "sms/bin/x64/TsBootShell.exe",
        "windows/system32/grüße 世界.txt",
        "Windows/Boot/EFI/empty.bin",
        "SMS/bin/x64/TsBootShell.exe",
    ];
    let mut last = (0, 0);
    let files = wim
        .extract_files(1, &wanted, &out, &mut |done, total| {
            assert!(done >= last.0 && done <= total);
            last = (done, total);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(last, (100_005, 100_005));
    assert_eq!(files[0], out.join("sms/bin/x64/TsBootShell.exe"));
    assert_eq!(files[1], out.join("Windows/System32/grüße 世界.txt"));
    assert_eq!(files[0], files[3]);
    assert_eq!(std::fs::read(&files[0]).unwrap(), [0x5a; 100_000]);
    assert_eq!(std::fs::read(&files[1]).unwrap(), b"hello");
    assert_eq!(std::fs::read(&files[2]).unwrap(), b"");
    assert!(wim.extract_files(1, &[], &out, &mut go_on).unwrap().is_empty());
}

#[test]
fn what_is_no_file_is_refused_before_anything_is_extracted() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let tree = scratch.path("tree");
    make_tree(&tree);
    #[cfg(unix)]
    std::os::unix::fs::symlink("root.txt", tree.join("link")).unwrap();
    let path = scratch.path("a.wim");
    if imagex(&["capture", tree.as_str(), path.as_str()]).is_none() {
        return;
    }
    let wim = Wim::open(&library, &path).unwrap();
    let out = scratch.path("out");
    let kind = |image, name: &str| wim.extract_files(image, &["root.txt", name], &out, &mut go_on).unwrap_err().kind();
    assert_eq!(kind(1, "Windows"), WimErrorKind::IsDirectory);
    assert_eq!(kind(1, "none"), WimErrorKind::NoSuchPath);
    assert_eq!(kind(1, "a\0b"), WimErrorKind::BadArgument);
    #[cfg(unix)]
    assert_eq!(kind(1, "link"), WimErrorKind::IsReparsePoint);
    for image in [0, 2, u32::MAX] {
        assert_eq!(kind(image, "root.txt"), WimErrorKind::NoSuchImage);
        assert_eq!(wim.entries(image, "/", true).unwrap_err().kind(), WimErrorKind::NoSuchImage);
    }
    assert!(!out.join("root.txt").exists());
    let error = wim.extract_file(1, "none", &out).unwrap_err();
    let expected = format!("{path}: \"none\" in the image: no such file");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_callback_can_stop_and_can_panic() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    let file = ["sms/bin/x64/TsBootShell.exe"];
    let mut stop = |_, _| ControlFlow::Break(());
    let error = wim.extract_files(1, &file, &scratch.path("out"), &mut stop).unwrap_err();
    assert_eq!((error.kind(), error.code()), (WimErrorKind::Cancelled, Some(76)));

    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        wim.extract_files(1, &file, &scratch.path("out"), &mut |_, _| panic!("in the callback"))
    }));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"in the callback"));
    // The WIM is as usable as before.
    wim.extract_files(1, &file, &scratch.path("out"), &mut go_on).unwrap();
}

#[test]
fn threads_share_one_wim() {
    let (scratch, Some(library)) = (Scratch::new(), library()) else { return };
    let Some(path) = foreign(&scratch, "a.wim", &[]) else { return };
    let wim = Wim::open(&library, &path).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (wim, out) = (&wim, scratch.path(&format!("out{thread}")));
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(wim.entries(1, "", true).unwrap().unwrap().len(), 15);
                    wim.extract_file(1, "root.txt", &out).unwrap();
                }
            });
        }
    });
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
