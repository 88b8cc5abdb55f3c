//! What readers that are not ours say about the images: each test is named after the tool.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{
    OnDisk, Sample, assert_same, files_below, folder, have, ok, on_disk, ours, patched, run, without_version,
};
use tsm_optical::{Image, Tree};

fn rich() -> (Sample, OnDisk) {
    let sample = Sample::rich();
    let disk = on_disk(&sample.image());
    (sample, disk)
}

fn no_complaint(text: &(String, String)) {
    for word in ["WARNING", "Warning", "ERROR", "Error", "SORRY", "FATAL"] {
        assert!(!text.0.contains(word) && !text.1.contains(word), "{word}: {}\n{}", text.0, text.1);
    }
}

#[test]
fn seven_zip_is_content_with_both_trees() {
    if !have("7z") {
        return;
    }
    for sample in [Sample::rich(), one_file(), only_folders_and_empty_files()] {
        let disk = on_disk(&sample.image());
        for kind in ["-tudf", "-tiso"] {
            for command in ["l", "t"] {
                let text = ok("7z", &[command, kind, "-slt", &disk.path]);
                no_complaint(&text);
                let size = format!("Physical Size = {}\n", std::fs::metadata(&disk.path).unwrap().len());
                assert!(command == "t" || text.0.contains(&size), "{kind} {}", text.0);
            }
        }
    }
}

fn one_file() -> Sample {
    let mut sample = Sample { label: "ONE".into(), ..Sample::default() };
    sample.add("a.txt", 5);
    sample
}

fn only_folders_and_empty_files() -> Sample {
    let mut sample = Sample { label: "EMPTY".into(), folders: vec!["folder".into()], ..Sample::default() };
    sample.add("nothing.txt", 0);
    sample
}

#[test]
fn seven_zip_extracts_udf() {
    if !have("7z") {
        return;
    }
    let (sample, disk) = rich();
    let to = folder(&disk, "udf");
    no_complaint(&ok("7z", &["x", "-tudf", &format!("-o{to}"), &disk.path]));
    assert_same(&files_below(Path::new(&to)), &sample.files, "7z -tudf");
    assert!(Path::new(&to).join("Ж/leer").is_dir());
}

#[test]
fn seven_zip_extracts_joliet_and_the_boot_images() {
    if !have("7z") {
        return;
    }
    let (sample, disk) = rich();
    let to = folder(&disk, "iso");
    no_complaint(&ok("7z", &["x", "-tiso", &format!("-o{to}"), &disk.path]));
    let mut files = files_below(Path::new(&to));
    let boot: Vec<_> = files.extract_if(.., |path, _| path.starts_with("[BOOT]")).map(|(_, bytes)| bytes).collect();
    assert_same(&files, &ours(&disk, Tree::Joliet), "7z -tiso");
    assert!(boot.iter().zip(&sample.hidden).all(|(found, wanted)| found.starts_with(wanted)), "boot images");
    assert_eq!(boot.len(), 2);
}

#[test]
fn bsdtar_reads_joliet() {
    if !have("bsdtar") {
        return;
    }
    let (_, disk) = rich();
    let to = folder(&disk, "tar");
    no_complaint(&ok("bsdtar", &["-x", "-f", &disk.path, "-C", &to]));
    assert_same(&files_below(Path::new(&to)), &ours(&disk, Tree::Joliet), "bsdtar");
}

#[test]
fn bsdtar_reads_iso_9660() {
    if !have("bsdtar") {
        return;
    }
    let (_, disk) = rich();
    let to = folder(&disk, "tar");
    no_complaint(&ok("bsdtar", &["--options", "iso9660:!joliet", "-x", "-f", &disk.path, "-C", &to]));
    assert_same(&files_below(Path::new(&to)), &ours(&disk, Tree::Iso), "bsdtar without Joliet");
}

#[test]
fn xorriso_reads_both_iso_trees() {
    if !have("xorriso") {
        return;
    }
    let (_, disk) = rich();
    for (mode, tree) in [("norock", Tree::Joliet), ("ecma119", Tree::Iso)] {
        let to = folder(&disk, mode);
        let args = ["-ecma119_map", "unmapped", "-read_fs", mode, "-osirrox", "on", "-indev", &disk.path];
        let args: Vec<&str> = args.into_iter().chain(["-extract", "/", &to]).collect();
        ok("xorriso", &args);
        let found: BTreeMap<_, _> =
            files_below(Path::new(&to)).into_iter().map(|(path, bytes)| (without_version(&path), bytes)).collect();
        assert_same(&found, &ours(&disk, tree), mode);
    }
}

/// isoinfo writes Latin-1, and underscores for all that is beyond.
fn ascii(path: &str) -> String {
    path.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect()
}

#[test]
fn xorriso_sees_the_boot_catalogue_of_oscdimg() {
    if !have("xorriso") {
        return;
    }
    let (_, disk) = rich();
    let (report, _) = ok("xorriso", &["-indev", &disk.path, "-report_el_torito", "plain"]);
    let lines: Vec<Vec<&str>> = report.lines().map(|line| line.split_whitespace().collect()).collect();
    let has = |wanted: &str| lines.iter().any(|line| line.join(" ").starts_with(wanted));
    assert!(has("El Torito catalog : 24 1"), "{report}");
    assert!(has("El Torito boot img : 1 BIOS y none 0x0000 0x00 8 "), "{report}");
    assert!(has("El Torito boot img : 2 UEFI y none 0x0000 0x00 2880 "), "{report}");
}

#[test]
fn xorriso_describes_visible_boot_images_as_options_of_mkisofs() {
    if !have("xorriso") {
        return;
    }
    let mut sample = Sample::rich();
    sample.add("boot/etfsboot.com", 4096);
    sample.add("EFI/efisys.bin", 40_960);
    for (image, path) in sample.boot.iter_mut().zip(["boot/etfsboot.com", "EFI/efisys.bin"]) {
        image.source = tsm_optical::BootSource::Entry(path.into());
    }
    let disk = on_disk(&sample.image());
    let (report, _) = ok("xorriso", &["-indev", &disk.path, "-report_el_torito", "as_mkisofs"]);
    for line in
        ["-b '/boot/etfsboot.com'", "-no-emul-boot", "-boot-load-size 8", "-eltorito-alt-boot", "-e '/EFI/efisys.bin'"]
    {
        assert!(report.lines().any(|found| found == line), "{line} is missing in\n{report}");
    }
    assert!(report.contains("-boot-load-size 80\n"), "{report}");
}

#[test]
fn isoinfo_reads_descriptors_and_lists_both_trees() {
    if !have("isoinfo") {
        return;
    }
    let (_, disk) = rich();
    let (text, complaint) = ok("isoinfo", &["-d", "-i", &disk.path]);
    for line in ["Volume id: TSM_PR_FUNG", "Joliet with UCS level 3 found", "Nsect 8", "Eltorito validation header:"] {
        assert!(text.lines().any(|found| found.trim() == line), "{line} is missing in\n{text}\n{complaint}");
    }
    for (args, tree) in [(&["-f", "-i"][..], Tree::Iso), (&["-f", "-J", "-i"], Tree::Joliet)] {
        let args: Vec<&str> = args.iter().copied().chain([disk.path.as_str()]).collect();
        let (listed, _) = ok("isoinfo", &args);
        let mut image = Image::open(Cursor::new(std::fs::read(&disk.path).unwrap())).unwrap();
        let mut wanted: Vec<String> =
            image.files(tree).unwrap().iter().map(|file| ascii(&format!("/{}", file.path))).collect();
        let mut found: Vec<String> = listed.lines().map(|path| ascii(&without_version(path))).collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{tree}");
        ok("isoinfo", &[&["-l"], &args[1..]].concat());
    }
}

#[test]
fn isoinfo_extracts_a_file() {
    if !have("isoinfo") {
        return;
    }
    let (sample, disk) = rich();
    let output = run("isoinfo", &["-i", &disk.path, "-x", "/SOURCES/BOOT.WIM;1"]);
    assert!(output.stdout == sample.files["sources/boot.wim"]);
}

#[test]
fn udfinfo_finds_all_structures() {
    if !have("udfinfo") {
        return;
    }
    let (sample, disk) = rich();
    let (text, complaint) = ok("udfinfo", &[&disk.path]);
    assert_eq!(complaint, "");
    let blocks = std::fs::metadata(&disk.path).unwrap().len() / 2048;
    let folders = Image::open(Cursor::new(std::fs::read(&disk.path).unwrap())).unwrap().files(Tree::Udf).unwrap();
    let folders = folders.iter().filter(|file| file.is_dir).count() + 1;
    for line in [
        "label=TSM Prüfung".to_owned(),
        format!("blocks={blocks}"),
        format!("usedblocks={}", blocks - 258),
        "freeblocks=0".into(),
        "behindblocks=0".into(),
        format!("numfiles={}", sample.files.len()),
        format!("numdirs={folders}"),
        "udfrev=1.02".into(),
        "integrity=closed".into(),
        "accesstype=readonly".into(),
        "start=32, blocks=16, type=MVDS".into(),
        "start=48, blocks=16, type=RVDS".into(),
        "start=256, blocks=1, type=ANCHOR".into(),
        format!("start={}, blocks=1, type=ANCHOR", blocks - 1),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
}

#[test]
fn grub_reads_udf() {
    if !have("grub-fstest") {
        return;
    }
    let (sample, disk) = rich();
    // Without a primary volume descriptor GRUB does not take the image for ISO 9660.
    let image = patched(&disk, "udf.iso", 16 * 2048, &[255]);
    compare_with_grub(&image, &disk, &sample.files);
}

#[test]
fn grub_reads_joliet() {
    if !have("grub-fstest") {
        return;
    }
    let (_, disk) = rich();
    let image = patched(&disk, "joliet.iso", 21 * 2048 + 1, b"XXX02");
    compare_with_grub(&image, &disk, &ours(&disk, Tree::Joliet));
}

fn compare_with_grub(image: &str, disk: &OnDisk, files: &BTreeMap<String, Vec<u8>>) {
    let local = disk.dir.path().join("local");
    for (path, bytes) in files {
        std::fs::write(&local, bytes).unwrap();
        ok("grub-fstest", &[image, "cmp", &format!("(loop0)/{path}"), local.to_str().unwrap()]);
    }
}

#[test]
fn udfclient_reads_udf() {
    if !have("udfclient") {
        return;
    }
    let mut sample = Sample { label: "DISC".into(), ..Sample::default() };
    for (path, size) in [("boot.wim", 3_000_001), ("folder/Data.ini", 2049), ("folder/Übung.txt", 1)] {
        sample.add(path, size);
    }
    let disk = on_disk(&sample.image());
    let to = folder(&disk, "out");
    // It names volumes by volume set, volume and logical volume.
    let script = "cd \"/6553F1000000000700000000:DISC:DISC:DISC\"\nget boot.wim\nget folder\nquit\n";
    let mut child = Command::new("udfclient");
    let child = child.args(["-b", "2048", &disk.path]).current_dir(&to).env("LC_ALL", "C.UTF-8");
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let found = files_below(Path::new(&to));
    assert_eq!(found.len(), 3, "{said}");
    assert!(
        found["boot.wim"] == sample.files["boot.wim"] && found["folder/Data.ini"] == sample.files["folder/Data.ini"]
    );
}
