//! Contradictory trees, sources that changed, sinks that fail, damaged and hostile images.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{self, Cursor, Read, Write};
use std::ops::ControlFlow;

use common::{Sample, hidden};
use tsm_optical::{
    BootImage, BootSource, ContentSource, Entry, FindingCode, Image, ImageOptions, Item, Layout, LayoutError, Limits,
    Platform, ReadError, Tree, WriteError,
};

fn layout(entries: Vec<Entry>) -> Result<Layout, LayoutError> {
    Layout::new(entries, Vec::new(), &ImageOptions::default())
}

fn files(paths: &[&str]) -> Vec<Entry> {
    paths.iter().map(|path| Entry::file(*path, 1, 0)).collect()
}

#[test]
fn paths_that_are_no_paths_are_refused() {
    for path in ["", "/", "/a", "a/", "a//b", ".", "a/..", "a/./b", "a\0b"] {
        let result = layout(files(&[path]));
        assert!(
            matches!(&result, Err(LayoutError::InvalidPath { path: named, .. }) if named == path),
            "{path:?}: {result:?}"
        );
    }
}

#[test]
fn a_path_listed_twice_is_refused() {
    for entries in [
        files(&["a/b", "c", "a/b"]),
        vec![Entry::dir("a", 0), Entry::dir("a", 0)],
        vec![Entry::file("a", 1, 0), Entry::dir("a", 0)],
    ] {
        let result = layout(entries);
        assert!(matches!(result, Err(LayoutError::DuplicatePath { .. })), "{result:?}");
    }
    assert!(layout(vec![Entry::file("a/b", 1, 0), Entry::dir("a", 0)]).is_ok());
}

#[test]
fn a_file_where_a_folder_must_be_is_refused() {
    for paths in [&["a", "a/b"][..], &["a/b/c", "a/b"], &["x/a", "x/a b", "x/a/b/c/d"]] {
        let result = layout(files(paths));
        assert!(matches!(result, Err(LayoutError::FileInPlaceOfFolder { .. })), "{paths:?}: {result:?}");
    }
    assert!(layout(files(&["a", "a b", "a.b/c", "a-/c"])).is_ok());
}

#[test]
fn names_as_long_as_udf_allows_and_one_longer() {
    let (narrow, wide) = ("ü".repeat(254), "Ж".repeat(127));
    assert!(layout(files(&[&narrow, &wide])).is_ok());
    for (name, units, max) in
        [(format!("{narrow}x"), 255, 254), (format!("{wide}x"), 128, 127), ("😀".repeat(64), 128, 127)]
    {
        let expected = LayoutError::NameTooLong { path: format!("d/{name}"), units, max };
        assert_eq!(layout(files(&[&format!("d/{name}")])).unwrap_err(), expected);
    }
}

#[test]
fn boot_images_that_cannot_be() {
    let boot = |images: Vec<BootImage>| {
        let entries = vec![Entry::file("small", 10, 0), Entry::dir("folder", 0)];
        Layout::new(entries, images, &ImageOptions::default()).map(|_| ())
    };
    let of = |path: &str| BootImage {
        platform: Platform::Bios,
        source: BootSource::Entry(path.into()),
        boot_info_table: false,
    };
    assert_eq!(boot(vec![of("none")]), Err(LayoutError::BootImageMissing { path: "none".into() }));
    assert_eq!(boot(vec![of("folder")]), Err(LayoutError::BootImageMissing { path: "folder".into() }));
    assert_eq!(boot(vec![of("small"), hidden(Platform::Uefi, 0)]), Err(LayoutError::BootImageEmpty { index: 1 }));
    let max = 0xFFFF * 512;
    let size = max + 1;
    assert_eq!(boot(vec![hidden(Platform::Bios, size)]), Err(LayoutError::BootImageTooLarge { index: 0, size, max }));
    assert_eq!(boot(vec![hidden(Platform::Bios, max), hidden(Platform::Uefi, size)]), Ok(()));
    let table = BootImage { boot_info_table: true, ..of("small") };
    assert_eq!(boot(vec![table]), Err(LayoutError::BootImageTooSmall { index: 0, size: 10 }));
    assert_eq!(boot(vec![hidden(Platform::Bios, 1); 509]), Ok(()));
    assert_eq!(boot(vec![hidden(Platform::Bios, 1); 600]), Err(LayoutError::TooManyBootImages { count: 600 }));
}

#[test]
fn a_large_uefi_image_is_counted_up_to_the_end_of_the_medium() {
    let mut sample = Sample { hidden: vec![vec![7; 0xFFFF * 512 + 1]], ..Sample::default() };
    sample.boot = vec![hidden(Platform::Uefi, 0xFFFF * 512 + 1)];
    let mut image = Image::open(Cursor::new(sample.image())).unwrap();
    assert_eq!(image.boot_entries()[0].load_sectors, 1);
    assert!(image.read_boot_image(0, usize::MAX).unwrap().starts_with(&sample.hidden[0]));
}

/// Gives `actual` bytes for the file `b`, and none fewer or more for the others.
struct Changed {
    actual: usize,
}

impl ContentSource for Changed {
    fn open(&mut self, item: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        let count = if *item == Item::File("b") { self.actual } else { 3000 };
        Ok(Box::new(io::repeat(1).take(count as u64)))
    }
}

fn write_with(sources: &mut dyn ContentSource, table: bool) -> Result<(), WriteError> {
    let entries = ["a", "b", "c"].map(|path| Entry::file(path, 3000, 0)).to_vec();
    let boot = BootImage { platform: Platform::Bios, source: BootSource::Entry("b".into()), boot_info_table: table };
    let layout = Layout::new(entries, vec![boot], &ImageOptions::default()).unwrap();
    layout.write(&mut io::sink(), sources, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn a_source_that_became_shorter_or_longer_stops_the_image_and_is_named() {
    for table in [false, true] {
        assert!(write_with(&mut Changed { actual: 3000 }, table).is_ok());
        for actual in [0, 1, 2999] {
            let error = write_with(&mut Changed { actual }, table).unwrap_err();
            assert!(
                matches!(&error, WriteError::SourceShorter { path, planned: 3000, seen } if path == "b" && *seen == actual as u64),
                "{error:?}"
            );
        }
        for actual in [3001, 50_000] {
            let error = write_with(&mut Changed { actual }, table).unwrap_err();
            assert!(
                matches!(&error, WriteError::SourceLonger { path, planned: 3000, seen: 3001 } if path == "b"),
                "{error:?}"
            );
        }
    }
}

/// Fails for `b`: when it is opened, or in the middle of it.
struct Broken {
    when_opened: bool,
}

struct Fails;

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("disk on fire"))
    }
}

impl ContentSource for Broken {
    fn open(&mut self, item: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        match item {
            Item::File("b") if self.when_opened => Err(io::ErrorKind::PermissionDenied.into()),
            Item::File("b") => Ok(Box::new(io::repeat(1).take(1000).chain(Fails))),
            _ => Ok(Box::new(io::repeat(1).take(3000))),
        }
    }
}

#[test]
fn a_source_that_fails_is_named_with_its_cause() {
    for when_opened in [true, false] {
        for table in [false, true] {
            let error = write_with(&mut Broken { when_opened }, table).unwrap_err();
            assert!(matches!(&error, WriteError::Source { path, .. } if path == "b"), "{error:?}");
            assert!(std::error::Error::source(&error).is_some());
        }
    }
}

/// Takes `room` bytes in pieces of odd sizes, then fails.
struct Full {
    room: usize,
    taken: usize,
    flushes: bool,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.room - self.taken).min(70_001);
        self.taken += count;
        if count == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.flushes { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
}

#[test]
fn a_sink_that_fails_at_any_byte_is_reported_with_that_byte() {
    let sample = Sample::rich();
    let layout = sample.layout();
    let total = usize::try_from(layout.total_size()).unwrap();
    let write = |sink: &mut Full| layout.write(sink, &mut sample.clone(), &mut |_| ControlFlow::Continue(()));
    for room in [0, 1, 2047, 2048, 32_768, 524_287, 1 << 20, (1 << 20) + 1, 3_000_000, total - 2048, total - 1] {
        let error = write(&mut Full { room, taken: 0, flushes: true }).unwrap_err();
        assert!(matches!(error, WriteError::Sink { offset, .. } if offset == room as u64), "{room}: {error:?}");
    }
    assert!(write(&mut Full { room: total, taken: 0, flushes: true }).is_ok());
    let error = write(&mut Full { room: total, taken: 0, flushes: false }).unwrap_err();
    assert!(matches!(error, WriteError::Sink { offset, .. } if offset == total as u64), "{error:?}");
}

#[test]
fn cancelling_stops_at_the_next_chunk() {
    let sample = Sample::rich();
    let mut bytes = Vec::new();
    let mut calls = 0;
    let mut progress = |_| {
        calls += 1;
        if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let error = sample.layout().write(&mut bytes, &mut sample.clone(), &mut progress).unwrap_err();
    assert!(matches!(error, WriteError::Cancelled));
    assert_eq!(bytes.len(), 3 << 20);
}

#[test]
fn what_is_no_image_is_not_opened() {
    for len in [0, 1, 2048, 32_768, 40_000, 600_000] {
        let result = Image::open(Cursor::new(vec![0; len]));
        assert!(matches!(result, Err(ReadError::NotAnImage { .. })), "{len}");
    }
}

fn damaged(change: impl FnOnce(&mut Vec<u8>)) -> Image<Cursor<Vec<u8>>> {
    let mut bytes = Sample::rich().image();
    change(&mut bytes);
    Image::open(Cursor::new(bytes)).unwrap()
}

fn codes<R: Read + io::Seek>(image: &mut Image<R>) -> Vec<FindingCode> {
    image.findings().iter().map(|finding| finding.code).collect()
}

#[test]
fn a_damaged_main_sequence_is_replaced_by_the_reserve() {
    let mut image = damaged(|bytes| bytes[32 * 2048..48 * 2048].fill(0));
    assert_eq!(image.files(Tree::Udf).unwrap().iter().filter(|file| !file.is_dir).count(), Sample::rich().files.len());
    assert!(codes(&mut image).contains(&FindingCode::Mismatch));
}

#[test]
fn a_lost_first_anchor_is_replaced_by_the_last() {
    let mut image = damaged(|bytes| bytes[256 * 2048..257 * 2048].fill(0));
    assert!(image.files(Tree::Udf).is_ok());
    assert_eq!(codes(&mut image), [FindingCode::Missing]);
}

#[test]
fn a_flipped_bit_in_a_descriptor_is_noted() {
    let mut image = damaged(|bytes| bytes[32 * 2048 + 300] ^= 1);
    let found = codes(&mut image);
    assert!(found.contains(&FindingCode::Checksum) && found.contains(&FindingCode::Mismatch), "{found:?}");
}

#[test]
fn an_image_cut_short_is_still_listed_as_far_as_it_goes() {
    let mut image = damaged(|bytes| bytes.truncate(bytes.len() / 2));
    for tree in image.trees() {
        assert!(!image.files(tree).unwrap().is_empty());
    }
    assert!(codes(&mut image).contains(&FindingCode::OutOfRange));
    let files = image.files(Tree::Udf).unwrap();
    let wim = files.iter().find(|file| file.path == "sources/boot.wim").unwrap();
    let error = image.read_file(wim).read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn a_directory_that_leads_back_to_the_root_is_entered_once() {
    // The record of a folder of the ISO 9660 root points to the root.
    let sample = Sample { folders: vec!["loop".into()], ..Sample::default() };
    let mut bytes = sample.image();
    let root = u32::from_le_bytes(bytes[16 * 2048 + 158..][..4].try_into().unwrap());
    let record = root as usize * 2048 + 68;
    assert_eq!(&bytes[record + 33..record + 37], b"LOOP");
    for at in [record + 2, record + 6] {
        bytes.copy_within(16 * 2048 + 158 + (at - record - 2)..16 * 2048 + 162 + (at - record - 2), at);
    }
    let mut image = Image::open(Cursor::new(bytes)).unwrap();
    assert_eq!(image.files(Tree::Iso).unwrap().len(), 1);
    assert!(codes(&mut image).contains(&FindingCode::Cycle));
}

#[test]
fn limits_end_the_walk() {
    let bytes = Sample::rich().image();
    let with = |limits: Limits, tree| Image::open_with(Cursor::new(bytes.as_slice()), limits).unwrap().files(tree);
    for tree in [Tree::Udf, Tree::Joliet, Tree::Iso] {
        for limits in [
            Limits { entries: 10, ..Limits::default() },
            Limits { path_bytes: 100, ..Limits::default() },
            Limits { extents: 3, ..Limits::default() },
            Limits { directory_bytes: 2048, ..Limits::default() },
        ] {
            let result = with(limits, tree);
            assert!(matches!(result, Err(ReadError::Limit { .. })), "{tree} {limits:?}");
        }
        let shallow = with(Limits { depth: 5, ..Limits::default() }, tree).unwrap();
        assert_eq!(shallow.iter().map(|file| file.path.split('/').count()).max(), Some(6));
    }
}
