//! Images that others made: genisoimage, xorriso, mkudffs filled by udfclient.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{EPOCH, assert_same, content, contents, files_below, have, ok};
use tsm_optical::{FindingCode, Image, Platform, ReadError, Tree};

/// A folder with some files.
fn source() -> (tempfile::TempDir, BTreeMap<String, Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    for (path, size) in [("a.bin", 300_000), ("empty", 0), ("folder/Some name.txt", 2049), ("folder/deep/x", 1)] {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content("x", size)).unwrap();
    }
    for number in 0..300 {
        std::fs::create_dir_all(dir.path().join("many")).unwrap();
        std::fs::write(dir.path().join(format!("many/file number {number}.dat")), content("y", number)).unwrap();
    }
    let files = files_below(dir.path());
    (dir, files)
}

fn open(path: &Path) -> Image<Cursor<Vec<u8>>> {
    Image::open(Cursor::new(std::fs::read(path).unwrap())).unwrap()
}

fn no_findings<R: std::io::Read + std::io::Seek>(image: &mut Image<R>) {
    assert_eq!(image.findings(), []);
}

#[test]
fn genisoimage_with_udf_joliet_and_rock_ridge() {
    if !have("genisoimage") {
        return;
    }
    let (dir, files) = source();
    let out = tempfile::tempdir().unwrap();
    let iso = out.path().join("g.iso");
    let (from, to) = (dir.path().to_str().unwrap(), iso.to_str().unwrap());
    ok("genisoimage", &["-quiet", "-udf", "-J", "-R", "-V", "GENISO", "-o", to, from]);
    let mut image = open(&iso);
    assert_eq!(image.trees(), [Tree::Udf, Tree::Joliet, Tree::Iso]);
    assert_eq!(image.labels().udf.as_deref(), Some("GENISO"));
    for tree in [Tree::Udf, Tree::Joliet] {
        assert_same(&contents(&mut image, tree), &files, &tree.to_string());
    }
    assert_same(&contents(&mut image, Tree::Iso), &files, "Rock Ridge");
    // It makes up the unique part of the volume set identifier anew for the reserve sequence.
    let findings = image.findings();
    assert!(findings.iter().all(|finding| finding.place == "UDF reserve sequence"), "{findings:?}");
}

#[test]
fn genisoimage_moves_deep_folders_and_rock_ridge_says_where_they_belong() {
    if !have("genisoimage") {
        return;
    }
    let (dir, _) = source();
    let deep = dir.path().join("1/2/3/4/5/6/7/8/9/10/11");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join(format!("{}.txt", "long".repeat(50))), b"down here").unwrap();
    let files = files_below(dir.path());
    let out = tempfile::tempdir().unwrap();
    let iso = out.path().join("deep.iso");
    ok("genisoimage", &["-quiet", "-R", "-o", iso.to_str().unwrap(), dir.path().to_str().unwrap()]);
    let mut image = open(&iso);
    assert_same(&contents(&mut image, Tree::Iso), &files, "Rock Ridge");
    no_findings(&mut image);
}

#[test]
fn genisoimage_with_iso_9660_alone() {
    if !have("genisoimage") {
        return;
    }
    let (dir, files) = source();
    let out = tempfile::tempdir().unwrap();
    let iso = out.path().join("p.iso");
    ok("genisoimage", &["-quiet", "-o", iso.to_str().unwrap(), dir.path().to_str().unwrap()]);
    let mut image = open(&iso);
    assert_eq!(image.trees(), [Tree::Iso]);
    let list = contents(&mut image, Tree::Iso);
    assert_eq!(list["A.BIN"], files["a.bin"]);
    assert!(matches!(image.files(Tree::Udf), Err(ReadError::NoSuchTree { tree: Tree::Udf })));
    no_findings(&mut image);
}

#[test]
fn xorriso_with_joliet_and_boot_images() {
    if !have("xorriso") {
        return;
    }
    let (dir, files) = source();
    let out = tempfile::tempdir().unwrap();
    let iso = out.path().join("x.iso");
    let boot = [
        "-b",
        "a.bin",
        "-no-emul-boot",
        "-boot-load-size",
        "8",
        "-eltorito-alt-boot",
        "-e",
        "folder/Some name.txt",
        "-no-emul-boot",
    ];
    let args: Vec<&str> =
        ["-as", "mkisofs", "-quiet", "-J", "-R", "-hide-joliet", "boot.cat"].into_iter().chain(boot).collect();
    ok("xorriso", &[&args[..], &["-o", iso.to_str().unwrap(), dir.path().to_str().unwrap()]].concat());
    let mut image = open(&iso);
    assert_eq!(image.trees(), [Tree::Joliet, Tree::Iso]);
    let mut list = contents(&mut image, Tree::Joliet);
    list.retain(|path, _| !path.starts_with("boot.cat"));
    assert_same(&list, &files, "Joliet");
    let facts: Vec<_> = image.boot_entries().iter().map(|entry| (entry.platform, entry.load_sectors)).collect();
    assert_eq!(facts, [(Some(Platform::Bios), 8), (Some(Platform::Uefi), 8)]);
    // It counts whole blocks of 2048 bytes.
    let image_bytes = image.read_boot_image(1, usize::MAX).unwrap();
    assert!(image_bytes.starts_with(&files["folder/Some name.txt"]));
}

/// Makes a volume with mkudffs, fills it with udfclient, and reads it.
fn mkudffs(media: &str, revision: &str, block: &str) {
    if !have("mkudffs") || !have("udfclient") {
        return;
    }
    let (dir, mut files) = source();
    // It does not manage a directory of many files.
    files.retain(|path, _| !path.starts_with("many/"));
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("u.img");
    File::create(&path).unwrap().set_len(64 << 20).unwrap();
    let options = [format!("--media-type={media}"), format!("--udfrev={revision}"), format!("--blocksize={block}")];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let rest = ["--label=LBL", "--uuid=0123456789abcdef", path.to_str().unwrap()];
    ok("mkudffs", &[&options[..], &rest].concat());
    let script = "cd \"/0123456789abcdefLinuxUDF:LBL:LBL:LinuxUDF\"\nput a.bin\nput empty\nput folder\nsync\nquit\n";
    let mut child = Command::new("udfclient")
        .args(["-W", "-b", block])
        .arg(&path)
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let mut image = open(&path);
    assert_eq!(image.labels().udf.as_deref(), Some("LBL"));
    let mut list = contents(&mut image, Tree::Udf);
    list.remove("Non-Allocatable Space");
    assert_same(&list, &files, &String::from_utf8_lossy(&said.stdout));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let times: Vec<i64> = image.files(Tree::Udf).unwrap().iter().filter_map(|file| file.modified).collect();
    assert!(times.len() >= files.len() && times.iter().all(|time| (EPOCH..=now + 86_400).contains(time)), "{times:?}");
}

#[test]
fn mkudffs_1_02_with_blocks_of_a_hard_disk() {
    mkudffs("hd", "0x0102", "512");
}

#[test]
fn mkudffs_1_02_for_dvd_ram() {
    mkudffs("dvdram", "0x0102", "2048");
}

#[test]
fn mkudffs_1_50_with_a_sparable_partition() {
    mkudffs("cdrw", "0x0150", "2048");
}

#[test]
fn mkudffs_2_01_with_a_sparable_partition() {
    mkudffs("dvdrw", "0x0201", "2048");
}

#[test]
fn mkudffs_2_01_with_blocks_of_4096_bytes() {
    mkudffs("hd", "0x0201", "4096");
}

#[test]
fn mkudffs_write_once_volumes_with_a_virtual_partition_are_found() {
    if !have("mkudffs") {
        return;
    }
    for (media, revision, expected) in
        [("cdr", "0x0150", 0x0150), ("cdr", "0x0200", 0x0200), ("dvdr", "0x0201", 0x0201), ("bdr", "0x0250", 0x0250)]
    {
        let out = tempfile::tempdir().unwrap();
        let path = out.path().join("w.img");
        File::create(&path).unwrap().set_len(8 << 20).unwrap();
        let options = [format!("--media-type={media}"), format!("--udfrev={revision}")];
        let (text, _) =
            ok("mkudffs", &[&options[0], &options[1], "--blocksize=2048", "--label=ONCE", path.to_str().unwrap()]);
        // The table is in the last block that was written.
        let last: u64 = text.lines().find_map(|line| line.strip_prefix("vatblock=")).unwrap().parse().unwrap();
        File::options().write(true).open(&path).unwrap().set_len((last + 1) * 2048).unwrap();
        let mut image = open(&path);
        assert_eq!((image.udf_revision(), image.files(Tree::Udf).unwrap().len()), (Some(expected), 0), "{media}");
        let codes: Vec<_> = image.findings().iter().map(|finding| finding.code).collect();
        assert!(!codes.contains(&FindingCode::Damaged) && !codes.contains(&FindingCode::Checksum), "{media} {codes:?}");
    }
}
