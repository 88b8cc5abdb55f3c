//! Reading whatever comes, within bounds, and what must be true of it in any case.

use std::io::{Read, Seek, SeekFrom};

use tsm_optical::{FileInfo, Image, Limits, Tree};

use crate::packed::{Packed, Sparse};

/// So small that a run takes milliseconds: what needs more is an endless loop.
const LIMITS: Limits =
    Limits { entries: 2000, path_bytes: 1 << 20, extents: 5000, directory_bytes: 1 << 20, depth: 50 };
/// Most files whose bytes are read, and most bytes of one.
const FILES: usize = 100;
const BYTES: u64 = 20_000;

fn open(data: &[u8]) -> Option<Image<Sparse>> {
    Image::open_with(Packed::parse(data).image(), LIMITS).ok()
}

/// Reads one tree and the beginning and the end of its files.
pub fn tree(tree: Tree, data: &[u8]) {
    let Some(mut image) = open(data) else { return };
    let Ok(files) = image.files(tree) else { return };
    check(&files);
    for file in files.iter().take(FILES) {
        read(&mut image, file);
    }
}

fn check(files: &[FileInfo]) {
    assert!(files.len() <= LIMITS.entries);
    assert!(files.iter().map(|file| file.path.len() as u64).sum::<u64>() <= LIMITS.path_bytes);
    assert!(files.iter().map(|file| file.extents.len()).sum::<usize>() <= LIMITS.extents);
    for file in files {
        let odd = |name: &str| matches!(name, "" | "." | "..") || name.contains('\0');
        assert!(!file.path.split('/').any(odd), "{:?}", file.path);
        assert!(!file.is_dir || (file.size == 0 && file.extents.is_empty()));
    }
}

fn read(image: &mut Image<Sparse>, file: &FileInfo) {
    let mut some = Vec::new();
    let mut reader = image.read_file(file);
    let complete = (&mut reader).take(BYTES).read_to_end(&mut some).is_ok();
    assert!(!complete || file.is_dir || some.len() as u64 == file.size.min(BYTES));
    if reader.seek(SeekFrom::End(-1)).is_ok() {
        some.clear();
        let _ = reader.read_to_end(&mut some);
        assert!(some.len() <= 1);
    }
}

/// Opens an image, reads its boot images, and asks for everything odd, which reads and compares all trees.
pub fn findings(data: &[u8]) {
    let Some(mut image) = open(data) else { return };
    for index in 0..image.boot_entries().len().min(20) {
        let bytes = image.read_boot_image(index, 100_000);
        assert!(bytes.is_ok_and(|bytes| bytes.len() <= 100_000));
    }
    assert!(image.labels().udf.is_some() == image.udf_revision().is_some());
    assert!(image.descriptors().len() < 10_000);
    assert!(image.findings().len() < 10_000);
}
