//! The files of an image as pieces of it, hashed as the bytes of the image go by.

use crate::frame::end_of_sector;
use crate::image_hashes::{Part, Parts, Piece};
use sha2::{Digest, Sha256};
use tsm_formats::Sha256Hash;
use tsm_optical::FileInfo;

/// What was found of the files whose bytes went by.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The number of each file that was seen whole, and its hash.
    pub hashes: Vec<(usize, Sha256Hash)>,
    /// The numbers of files behind whose last byte the sector does not end with zeros.
    pub unclean: Vec<usize>,
}

impl Found {
    /// Takes what another thread found.
    pub fn add(&mut self, other: Self) {
        self.hashes.extend(other.hashes);
        self.unclean.extend(other.unclean);
    }
}

/// Hashes files out of the bytes of an image that go by.
pub(super) struct FileHashes<I: Iterator> {
    parts: Parts<I>,
    hasher: Sha256,
    found: Found,
}

impl<I: Iterator<Item = Piece>> FileHashes<I> {
    /// For bytes that begin at `position` of the image: see [`Parts::new`].
    pub fn new(pieces: impl IntoIterator<IntoIter = I>, position: u64) -> Self {
        Self { parts: Parts::new(pieces, position), hasher: Sha256::new(), found: Found::default() }
    }

    /// The next bytes of the image.
    pub fn update(&mut self, bytes: &[u8]) {
        let Self { parts, hasher, found } = self;
        parts.pass(bytes, |part| match part {
            Part::Frame(_) => {}
            Part::File(bytes) => hasher.update(bytes),
            Part::FileEnd(file) => found.hashes.push((file, value(std::mem::take(hasher)))),
            Part::Padding(file, bytes) => {
                if bytes.iter().any(|byte| *byte != 0) && found.unclean.last() != Some(&file) {
                    found.unclean.push(file);
                }
            }
        });
    }

    /// What was found.
    pub fn finish(self) -> Found {
        self.found
    }
}

fn value(hasher: Sha256) -> Sha256Hash {
    Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()))
}

/// The pieces of all files that lie one behind the other, as on every image that was written forwards. Left out are files
/// without bytes, files that share bytes with another, lie in the midst of another, run backwards or have holes.
pub(super) fn in_order(files: &[&FileInfo]) -> Vec<Piece> {
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
    let begins: Vec<u64> = all.iter().skip(1).map(|piece| piece.begin).chain([u64::MAX]).collect();
    for (piece, next) in all.iter_mut().zip(begins) {
        piece.padded = end_of_sector(piece.end).min(next);
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
            all.push(Piece { file: number, begin: extent.offset, end, padded: end, is_last: false });
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
        let mut hashes = FileHashes::new(in_order(&files), 0);
        image().chunks(step).for_each(|bytes| hashes.update(bytes));
        let mut found = vec![None; files.len()];
        hashes.finish().hashes.into_iter().for_each(|(file, hash)| found[file] = Some(hash));
        found
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
    #[test]
    fn a_sector_that_does_not_end_with_zeros_is_told_however_the_bytes_come() {
        let files = [file(100, &[(0, 100)]), file(2048, &[(2048, 2048)]), file(5, &[(4096, 5)]), file(3, &[(6144, 3)])];
        let files: Vec<&FileInfo> = files.iter().collect();
        let mut image = vec![0_u8; 8192];
        for (at, byte) in [(50, 1), (2048, 2), (4095, 3), (4096 + 5, 4), (8191, 5)] {
            image[at] = byte;
        }
        for step in [1, 7, 2048, 3000, 8192] {
            let mut hashes = FileHashes::new(in_order(&files), 0);
            image.chunks(step).for_each(|bytes| hashes.update(bytes));
            let found = hashes.finish();
            assert_eq!(found.hashes.len(), 4, "{step} bytes at a time");
            assert_eq!(found.unclean, [2, 3], "{step} bytes at a time");
        }
    }
}
