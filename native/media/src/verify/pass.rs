//! One pass over an image: its hash, and the hashes of the files on it. Both are counted side by side from the same bytes.

use crate::stages::{BUFFER, Stage, Stages};
use crate::{Error, ErrorKind, Result, Stage as Step};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_optical::FileInfo;

/// What a pass found.
pub(super) struct Passed {
    /// SHA-256 of the image.
    pub image: Sha256Hash,
    /// SHA-256 of each file, in the order in which they were given; `None` for files that cannot be hashed in a pass, and
    /// have to be read on their own.
    pub files: Vec<Option<Sha256Hash>>,
}

/// Reads the image at `path` from its first to its last byte.
pub(super) fn read(path: &Utf8Path, files: &[&FileInfo], length: u64, context: &Context) -> Result<Passed> {
    let fault = |e: std::io::Error| {
        let message = format!("The medium '{path}' cannot be read.");
        Error::new(ErrorKind::MediumUnreadable, Step::Verify, message).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(fault)?;
    let mut image = Sha256::new();
    let mut inner = FileHashes::new(files);
    let mut activity = context.activity("Reading disc image back", Unit::Bytes, length);
    thread::scope(|scope| {
        let each: Stage<'_> = Box::new(|bytes| {
            inner.update(bytes);
            Ok(())
        });
        let stages = Stages::start(scope, vec![each]);
        loop {
            context.check()?;
            let mut buffer = stages.buffer().map_err(fault)?;
            let count = (&mut file).take(BUFFER as u64).read_to_end(&mut buffer).map_err(fault)?;
            if count == 0 {
                return stages.finish().map_err(fault);
            }
            // Here, not in a stage: reading and this hash take as long together as the hashes of the files.
            image.update(&buffer);
            stages.pass(buffer).map_err(fault)?;
            activity.advance(count as u64);
        }
    })?;
    Ok(Passed { image: value(image), files: inner.found })
}

fn value(hasher: Sha256) -> Sha256Hash {
    Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()))
}

/// A piece of a file's data in the image.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Number of the file.
    file: usize,
    begin: u64,
    end: u64,
    /// The file ends with it.
    is_last: bool,
}

/// Hashes files out of the bytes of an image that go by.
struct FileHashes {
    /// In the order of the image, without overlap, all pieces of a file together.
    pieces: std::vec::IntoIter<Piece>,
    current: Option<Piece>,
    hasher: Sha256,
    /// Bytes of the image that have gone by.
    position: u64,
    found: Vec<Option<Sha256Hash>>,
}

impl FileHashes {
    fn new(files: &[&FileInfo]) -> Self {
        let mut pieces = in_order(files).into_iter();
        let current = pieces.next();
        Self { pieces, current, hasher: Sha256::new(), position: 0, found: vec![None; files.len()] }
    }

    fn update(&mut self, bytes: &[u8]) {
        let (begin, end) = (self.position, self.position + bytes.len() as u64);
        self.position = end;
        while let Some(piece) = self.current {
            let (from, to) = (piece.begin.max(begin), piece.end.min(end));
            if from >= to {
                return; // it lies further on
            }
            // Both are within the slice, whose length is a usize.
            self.hasher.update(&bytes[(from - begin) as usize..(to - begin) as usize]);
            if to < piece.end {
                return;
            }
            if piece.is_last {
                let hasher = std::mem::take(&mut self.hasher);
                self.found[piece.file] = Some(value(hasher));
            }
            self.current = self.pieces.next();
        }
    }
}

/// The pieces of all files that lie one behind the other, as on every image that was written forwards. Left out are files
/// without bytes, files that share bytes with another, lie in the midst of another, run backwards or have holes.
fn in_order(files: &[&FileInfo]) -> Vec<Piece> {
    let first = |file: &FileInfo| file.extents.first().map(|extent| extent.offset);
    let mut order: Vec<usize> = (0..files.len()).filter(|n| first(files[*n]).is_some()).collect();
    order.sort_by_key(|n| first(files[*n]));
    let mut all = Vec::with_capacity(order.len());
    let mut free_from = 0;
    for number in order {
        if let Some(end) = append(number, files[number], free_from, &mut all) {
            free_from = end;
        }
    }
    all
}

/// Appends the pieces of one file and says where it ends; `None`, and nothing appended, when it cannot be read forwards.
fn append(number: usize, file: &FileInfo, free_from: u64, all: &mut Vec<Piece>) -> Option<u64> {
    let before = all.len();
    let (mut position, mut left) = (free_from, file.size);
    for extent in &file.extents {
        let len = extent.len.min(left);
        let end = extent.offset.checked_add(len).filter(|_| extent.recorded && extent.offset >= position);
        let Some(end) = end else {
            all.truncate(before);
            return None;
        };
        if len > 0 {
            all.push(Piece { file: number, begin: extent.offset, end, is_last: false });
        }
        (position, left) = (end, left - len);
    }
    match all.get_mut(before..).and_then(<[Piece]>::last_mut) {
        Some(last) if left == 0 => {
            last.is_last = true;
            Some(position)
        }
        _ => {
            all.truncate(before);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsm_optical::Extent;

    fn file(size: u64, extents: &[(u64, u64)]) -> FileInfo {
        let extents = extents.iter().map(|&(offset, len)| Extent { offset, len, recorded: true }).collect();
        FileInfo { path: String::new(), size, is_dir: false, modified: None, extents }
    }

    fn image() -> Vec<u8> {
        (0..10_000_u32).map(|n| (n.wrapping_mul(n) >> 5) as u8).collect()
    }

    fn hashes(files: &[FileInfo], step: usize) -> Vec<Option<Sha256Hash>> {
        let files: Vec<&FileInfo> = files.iter().collect();
        let mut hashes = FileHashes::new(&files);
        image().chunks(step).for_each(|bytes| hashes.update(bytes));
        hashes.found
    }

    fn hash(ranges: &[(usize, usize)]) -> Option<Sha256Hash> {
        let bytes: Vec<u8> = ranges.iter().flat_map(|&(at, len)| image()[at..at + len].to_vec()).collect();
        Some(Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(&bytes))))
    }

    #[test]
    fn files_that_lie_one_behind_the_other_are_hashed_however_the_bytes_come() {
        let files = [file(900, &[(5000, 900)]), file(10, &[(0, 10)]), file(150, &[(100, 100), (300, 100)])];
        for step in [1, 7, 100, 5000, 20_000] {
            let wanted = [hash(&[(5000, 900)]), hash(&[(0, 10)]), hash(&[(100, 100), (300, 50)])];
            assert_eq!(hashes(&files, step), wanted, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_forwards_is_left_out_and_harms_no_other() {
        let hole = FileInfo { extents: vec![Extent { offset: 0, len: 9, recorded: false }], ..file(9, &[]) };
        let odd = [
            file(0, &[]),
            file(20, &[(150, 20)]),            // within the good one
            file(20, &[(400, 10), (380, 10)]), // backwards
            file(30, &[(400, 10)]),            // fewer bytes than it says
            file(10, &[(u64::MAX - 3, 10)]),   // behind all numbers
            hole,
        ];
        let good = file(100, &[(100, 100)]);
        let behind = file(50, &[(9_990, 50)]); // the image ends before it does
        let files: Vec<FileInfo> = [good, behind].into_iter().chain(odd).collect();
        let found = hashes(&files, 64);
        assert_eq!(found[0], hash(&[(100, 100)]));
        assert!(found[1..].iter().all(Option::is_none), "{found:?}");
    }
}
