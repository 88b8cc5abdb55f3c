//! Images written here and read back by the reader of this crate, which shares no code with the writer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{Cursor, Read, Seek, SeekFrom};

use common::{EPOCH, Sample, content, contents};
use tsm_optical::{BootImage, BootSource, Entry, Image, Item, Platform, Tree};

fn open(bytes: Vec<u8>) -> Image<Cursor<Vec<u8>>> {
    Image::open(Cursor::new(bytes)).unwrap()
}

#[test]
fn every_file_comes_back_by_udf_under_its_own_name() {
    let sample = Sample::rich();
    let mut image = open(sample.image());
    assert_eq!(contents(&mut image, Tree::Udf), sample.files);
}

#[test]
fn every_file_comes_back_by_joliet_and_iso_under_mapped_names() {
    let sample = Sample::rich();
    let mut image = open(sample.image());
    for tree in [Tree::Joliet, Tree::Iso] {
        let mut found: Vec<_> = contents(&mut image, tree).into_values().collect();
        let mut wanted: Vec<_> = sample.files.values().cloned().collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{tree}");
    }
    let joliet = contents(&mut image, Tree::Joliet);
    assert_eq!(joliet["Ж/Привет мир.txt"], sample.files["Ж/Привет мир.txt"]);
    assert_eq!(joliet["beyond/_ smile.txt"], sample.files["beyond/😀 smile.txt"]);
    let iso = contents(&mut image, Tree::Iso);
    assert_eq!(iso["SMS/DATA/TSMBOOTSTRAP.INI"], sample.files["SMS/data/TsmBootstrap.ini"]);
}

#[test]
fn the_reader_finds_nothing_odd_in_what_is_written_here() {
    let mut image = open(Sample::rich().image());
    assert_eq!(image.findings(), []);
    let mut image = open(Sample::default().image());
    assert_eq!(image.findings(), []);
}

#[test]
fn folders_times_and_labels_come_back() {
    let mut image = open(Sample::rich().image());
    assert_eq!(image.trees(), [Tree::Udf, Tree::Joliet, Tree::Iso]);
    assert_eq!(image.udf_revision(), Some(0x0102));
    let labels = image.labels().clone();
    assert_eq!(labels.iso.as_deref(), Some("TSM_PR_FUNG"));
    assert_eq!(labels.joliet.as_deref(), Some("TSM Prüfung"));
    assert_eq!(labels.udf.as_deref(), Some("TSM Prüfung"));
    assert_eq!(labels.udf_volume.as_deref(), Some("TSM Prüfung"));
    for tree in image.trees() {
        let files = image.files(tree).unwrap();
        let folder = files
            .iter()
            .find(|file| file.path.eq_ignore_ascii_case("nothing here") || file.path == "NOTHING_HERE")
            .unwrap();
        assert!(folder.is_dir && folder.modified == Some(EPOCH));
        let boot = files
            .iter()
            .find(|file| file.path.eq_ignore_ascii_case("bootmgr"))
            .or_else(|| files.iter().find(|file| file.path == "BOOTMGR"));
        assert_eq!(boot.unwrap().modified, Some(EPOCH + 700_000));
    }
}

#[test]
fn the_layout_knows_where_a_file_lies() {
    let sample = Sample::rich();
    let (layout, image) = (sample.layout(), sample.image());
    assert_eq!(image.len() as u64, layout.total_size());
    for (path, bytes) in &sample.files {
        let (offset, len) = layout.file_extent(path).unwrap();
        assert_eq!(&image[offset as usize..(offset + len) as usize], bytes.as_slice(), "{path}");
    }
    assert_eq!(layout.file_extent("sources"), None);
    assert_eq!(layout.file_extent("sources/none"), None);
    assert!(layout.fits(layout.total_size()) && !layout.fits(layout.total_size() - 1));
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order() {
    let sample = Sample::rich();
    let image = sample.image();
    let mut entries = sample.entries();
    for turn in 0..5 {
        entries.reverse();
        entries.rotate_left(turn * 3 + 1);
        let layout = tsm_optical::Layout::new(entries.clone(), sample.boot.clone(), &sample.options()).unwrap();
        let mut bytes = Vec::new();
        layout.write(&mut bytes, &mut sample.clone(), &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        assert!(bytes == image, "turn {turn}");
    }
}

#[test]
fn boot_entries_are_those_of_oscdimg() {
    let sample = Sample::rich();
    let mut image = open(sample.image());
    let entries = image.boot_entries().to_vec();
    let facts: Vec<_> =
        entries.iter().map(|e| (e.platform, e.bootable, e.media_type, e.load_segment, e.load_sectors)).collect();
    assert_eq!(facts, [(Some(Platform::Bios), true, 0, 0, 8), (Some(Platform::Uefi), true, 0, 0, 2880)]);
    assert_eq!(image.read_boot_image(0, usize::MAX).unwrap(), sample.hidden[0]);
    assert_eq!(image.read_boot_image(1, usize::MAX).unwrap(), sample.hidden[1]);
    assert_eq!(image.read_boot_image(1, 100).unwrap(), sample.hidden[1][..100]);
    assert!(image.read_boot_image(2, 100).is_err());
}

#[test]
fn bios_comes_first_in_the_catalogue_and_visible_images_share_their_file() {
    let mut sample = Sample::default();
    sample.add("boot/etfsboot.com", 4096);
    sample.add("boot/efisys.bin", 100_000);
    let from =
        |platform, path: &str| BootImage { platform, source: BootSource::Entry(path.into()), boot_info_table: false };
    sample.boot = vec![
        from(Platform::Uefi, "boot/efisys.bin"),
        from(Platform::Bios, "boot/etfsboot.com"),
        from(Platform::Uefi, "boot/efisys.bin"),
    ];
    let mut image = open(sample.image());
    let platforms: Vec<_> = image.boot_entries().iter().map(|entry| entry.platform.unwrap()).collect();
    assert_eq!(platforms, [Platform::Bios, Platform::Uefi, Platform::Uefi]);
    let layout = sample.layout();
    for (index, path) in ["boot/etfsboot.com", "boot/efisys.bin", "boot/efisys.bin"].into_iter().enumerate() {
        assert_eq!(u64::from(image.boot_entries()[index].start_block) * 2048, layout.file_extent(path).unwrap().0);
    }
    assert_eq!(contents(&mut image, Tree::Udf), sample.files);
    assert_eq!(image.findings(), []);
}

#[test]
fn a_boot_information_table_tells_the_image_where_it_is() {
    let mut sample = Sample::default();
    sample.add("boot/core.img", 30_001);
    sample.boot = vec![BootImage {
        platform: Platform::Bios,
        source: BootSource::Entry("boot/core.img".into()),
        boot_info_table: true,
    }];
    let mut image = open(sample.image());
    let start = image.boot_entries()[0].start_block;
    assert_eq!(image.boot_entries()[0].load_sectors, 4);
    let written = contents(&mut image, Tree::Udf).remove("boot/core.img").unwrap();
    let source = &sample.files["boot/core.img"];
    assert_eq!((&written[..8], &written[64..]), (&source[..8], &source[64..]));
    let field = |at: usize| u32::from_le_bytes(written[at..at + 4].try_into().unwrap());
    let mut padded = source[64..].to_vec();
    padded.resize(padded.len().next_multiple_of(4), 0);
    let sum = padded.chunks(4).fold(0u32, |sum, word| sum.wrapping_add(u32::from_le_bytes(word.try_into().unwrap())));
    assert_eq!((field(8), field(12), field(16), field(20)), (16, start, 30_001, sum));
    assert_eq!(written[24..64], [0; 40]);

    let mut beforehand = source.clone();
    sample.layout().add_boot_info_table(&Item::File("boot/core.img"), &mut beforehand);
    assert!(
        image.read_boot_image(0, 1 << 20).unwrap() == written,
        "the whole image, although a BIOS loads four sectors"
    );
    assert!(beforehand == written, "add_boot_info_table differs from what write puts on the medium");
}

#[test]
fn a_file_can_be_read_from_anywhere() {
    let sample = Sample::rich();
    let mut image = open(sample.image());
    let files = image.files(Tree::Udf).unwrap();
    let file = files.iter().find(|file| file.path == "sources/boot.wim").unwrap();
    let mut reader = image.read_file(file);
    reader.seek(SeekFrom::End(-1)).unwrap();
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, sample.files["sources/boot.wim"][5_000_000..]);
    reader.seek(SeekFrom::Start(1000)).unwrap();
    let mut some = [0; 5000];
    reader.read_exact(&mut some).unwrap();
    assert_eq!(some, sample.files["sources/boot.wim"][1000..6000]);
    assert!(reader.seek(SeekFrom::Current(i64::MIN)).is_err());
}

#[test]
fn a_directory_of_two_thousand_entries() {
    let mut sample = Sample::default();
    for number in 0..1_900 {
        sample.add(&format!("many/file number {number}.dat"), number % 5);
    }
    for number in 0..100 {
        sample.add(&format!("many/Ordner Ж {number}/x"), 1);
    }
    let mut image = open(sample.image());
    assert_eq!(contents(&mut image, Tree::Udf), sample.files);
    assert_eq!(contents(&mut image, Tree::Joliet), sample.files);
    assert_eq!(image.findings(), []);
}

#[test]
fn fifty_thousand_entries_in_one_directory() {
    let entries: Vec<Entry> =
        (0..50_000).map(|number| Entry::file(format!("all/file number {number}.txt"), 0, EPOCH)).collect();
    let layout = tsm_optical::Layout::new(entries, Vec::new(), &Sample::default().options()).unwrap();
    let mut bytes = Vec::new();
    let mut source = common::Empty;
    layout.write(&mut bytes, &mut source, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    let mut image = open(bytes);
    for tree in image.trees() {
        assert_eq!(image.files(tree).unwrap().len(), 50_001, "{tree}");
    }
    assert_eq!(image.findings(), []);
}

#[test]
fn the_samples_content_is_not_all_alike() {
    assert_ne!(content("a", 100), content("b", 100));
}
