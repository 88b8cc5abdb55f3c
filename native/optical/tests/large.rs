//! Files and images beyond 4 GiB, 64 GiB and 234 GiB, without their bytes: sparse files, and images whose data is never
//! written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use common::sparse::{MARK, Marked, Sizes, SparseFile};
use common::{EPOCH, Sample, have, ok, run};
use tsm_optical::{Entry, Image, Layout, LayoutError, Tree, WriteError};

const GIB: u64 = 1 << 30;
/// Takes the structures of an image and fails where the data begins.
struct StructuresOnly {
    bytes: Vec<u8>,
    room: u64,
}

impl Write for StructuresOnly {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room - self.bytes.len() as u64;
        let count = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        self.bytes.extend(&bytes[..count]);
        if count == 0 { Err(io::Error::other("enough")) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An image of which only the beginning has bytes other than zero.
struct Padded {
    bytes: Vec<u8>,
    len: u64,
    at: u64,
}

impl Read for Padded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX));
        for (index, byte) in buffer[..count].iter_mut().enumerate() {
            *byte = self.bytes.get(self.at as usize + index).copied().unwrap_or(0);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Padded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
            SeekFrom::End(by) => self.len.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

fn layout(files: &[(&str, u64)]) -> Layout {
    let entries = files.iter().map(|(path, size)| Entry::file(*path, *size, EPOCH)).collect();
    Layout::new(entries, Vec::new(), &Sample { label: "LARGE".into(), ..Sample::default() }.options()).unwrap()
}

/// The image as far as its structures go.
fn structures(files: &[(&str, u64)]) -> (Layout, Image<Padded>) {
    let layout = layout(files);
    let first = files.iter().filter_map(|(path, _)| layout.file_extent(path)).map(|(offset, _)| offset).min().unwrap();
    let mut sink = StructuresOnly { bytes: Vec::new(), room: first };
    let mut sizes = Sizes::new(files);
    let result = layout.write(&mut sink, &mut sizes, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(WriteError::Sink { offset, .. }) if offset == first), "{result:?}");
    let image = Image::open(Padded { bytes: sink.bytes, len: layout.total_size(), at: 0 }).unwrap();
    (layout, image)
}

#[test]
fn files_beyond_the_limits_of_one_extent_are_in_one_piece_in_every_tree() {
    // Around the sections of ISO 9660, the extents of UDF, one file entry, and several allocation extents.
    let files = [
        ("a", 4 * GIB - 2048),
        ("b", 4 * GIB - 2047),
        ("c", 4 * GIB),
        ("d", GIB - 2048),
        ("e", GIB - 2047),
        ("f", 234 * (GIB - 2048)),
        ("g", 234 * (GIB - 2048) + 1),
        ("h", 700 * GIB + 5),
        ("i", 3000 * GIB + 1),
    ];
    let (layout, mut image) = structures(&files);
    for tree in image.trees() {
        let list = image.files(tree).unwrap();
        assert_eq!(list.len(), files.len());
        for (path, size) in files {
            let file = list.iter().find(|file| file.path.eq_ignore_ascii_case(path)).unwrap();
            let place = layout.file_extent(path).unwrap();
            assert_eq!(file.size, size, "{tree} {path}");
            assert_eq!(file.extents.len(), 1, "{tree} {path}");
            assert_eq!((file.extents[0].offset, file.extents[0].len), place, "{tree} {path}");
        }
    }
    let findings = image.findings();
    assert!(findings.iter().all(|finding| finding.text.starts_with("only one anchor")), "{findings:?}");
}

#[test]
fn two_hundred_thousand_files() {
    let names: Vec<String> = (0..200_000).map(|number| format!("folder {}/file {number}.bin", number / 1000)).collect();
    let entries = names.iter().map(|name| Entry::file(name, 0, EPOCH)).collect();
    let layout = Layout::new(entries, Vec::new(), &Sample::default().options()).unwrap();
    assert_eq!((layout.file_count(), layout.directory_count()), (200_000, 201));
    assert_eq!(layout.file_extent("folder 199/file 199999.bin"), Some((0, 0)));
}

#[test]
fn an_image_beyond_the_formats_is_refused_before_a_byte_is_written() {
    let options = Sample::default().options();
    let files = |size: u64| vec![Entry::file("a", size, 0), Entry::file("b", size, 0)];
    for size in [4096 * GIB, u64::MAX / 2, u64::MAX] {
        let result = Layout::new(files(size), Vec::new(), &options);
        assert!(matches!(result, Err(LayoutError::ImageTooLarge { .. })), "{size}: {result:?}");
    }
    assert!(Layout::new(files(4095 * GIB), Vec::new(), &options).is_ok());
}

#[test]
fn more_folders_than_iso_9660_can_number_are_refused() {
    let options = Sample::default().options();
    let folders =
        |count: usize| (0..count).map(|number| Entry::dir(format!("{}/{}", number / 256, number), 0)).collect();
    assert!(matches!(Layout::new(folders(65_536), Vec::new(), &options), Err(LayoutError::TooManyFolders { .. })));
    assert!(Layout::new(folders(65_000), Vec::new(), &options).is_ok());
}

#[test]
fn others_read_an_image_with_a_file_of_five_gib() {
    let files = [("after.bin", 3000), ("big.wim", 5 * GIB + 12_345), ("zlast.bin", 200)];
    let layout = layout(&files);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.iso");
    let mut sink = SparseFile::create(&path);
    let mut sizes = Sizes::new(&files);
    let mut last = 0;
    let mut progress = |done| {
        assert!(done > last && done - last <= 1 << 20);
        last = done;
        ControlFlow::Continue(())
    };
    layout.write(&mut sink, &mut sizes, &mut progress).unwrap();
    assert_eq!(last, layout.total_size());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), layout.total_size());
    let mut image = Image::open(File::open(&path).unwrap()).unwrap();
    assert_eq!(image.findings(), []);
    for tree in image.trees() {
        let list = image.files(tree).unwrap();
        for ((name, size), file) in files.iter().zip(&list) {
            let mut reader = image.read_file(file);
            reader.seek(SeekFrom::End(-(MARK as i64))).unwrap();
            let mut tail = Vec::new();
            reader.read_to_end(&mut tail).unwrap();
            assert_eq!((file.size, tail), (*size, Marked::mark(name)), "{tree}");
        }
    }
    foreign_readers(path.to_str().unwrap(), files[1]);
}

fn foreign_readers(image: &str, (name, size): (&str, u64)) {
    if have("7z") {
        for kind in ["-tudf", "-tiso"] {
            let (text, _) = ok("7z", &["l", kind, "-slt", image]);
            assert!(text.contains(&format!("Size = {size}\n")) && !text.contains("WARNING"), "{kind} {text}");
        }
    }
    if have("xorriso") {
        let (text, _) = ok("xorriso", &["-indev", image, "-lsl", "/big.wim"]);
        assert!(text.contains(&size.to_string()), "{text}");
    }
    if have("bsdtar") {
        let (text, _) = ok("bsdtar", &["-tvf", image]);
        assert!(text.contains(&size.to_string()), "{text}");
    }
    if have("grub-fstest") {
        let tail = (size - MARK).to_string();
        let hidden = [(16 * 2048, &[255u8][..], &[1u8][..]), (20 * 2048 + 1, b"XXX02", b"NSR02")];
        for (offset, bytes, original) in hidden {
            patch(image, offset, bytes);
            let output = run("grub-fstest", &["-s", &tail, "-n", "64", image, "cat", &format!("(loop0)/{name}")]);
            assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8(Marked::mark(name)).unwrap());
            patch(image, offset, original);
        }
    }
}

fn patch(path: &str, offset: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn trees_of_a_large_image_agree() {
    let (_, mut image) = structures(&[("x/one", 70 * GIB), ("x/two", 6 * GIB + 1)]);
    let udf = image.files(Tree::Udf).unwrap();
    assert_eq!(udf, image.files(Tree::Joliet).unwrap());
}
