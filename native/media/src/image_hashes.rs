//! The hashes of a disc image, of its frame and of the files on it, all counted while its bytes go by once. Every byte
//! belongs to the image and to at most one of the others, so that two hashes run side by side over the same bytes.

use crate::frame::end_of_sector;
use crate::stages::Stage;
use std::io;
use std::iter::Peekable;
use tsm_formats::Sha256Hash;
use tsm_platform::{Sha256Stream, update_both};

/// A piece of a file's data in an image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// Number of the file.
    pub file: usize,
    /// Its first byte.
    pub begin: u64,
    /// The byte behind its last one.
    pub end: u64,
    /// Where the zeros behind it end: with its sector, or where the next piece begins.
    pub padded: u64,
    /// The file ends with it.
    pub is_last: bool,
}

impl Piece {
    /// A file that lies in one piece.
    pub fn whole(file: usize, begin: u64, len: u64) -> Self {
        let end = begin.saturating_add(len);
        Self { file, begin, end, padded: end_of_sector(end), is_last: true }
    }
}

/// What bytes of an image are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'b> {
    /// They are in no sector of a file.
    Frame(&'b [u8]),
    /// The next bytes of a file.
    File(&'b [u8]),
    /// No bytes: the file of this number has ended.
    FileEnd(usize),
    /// What fills up the sector of the file of this number.
    Padding(usize, &'b [u8]),
}

/// Tells what the bytes of an image are, as they go by.
pub(crate) struct Parts<I: Iterator> {
    /// In the order of the image, without overlap, all pieces of a file together, none empty.
    pieces: Peekable<I>,
    /// The byte of the image that goes by next.
    position: u64,
}

impl<I: Iterator<Item = Piece>> Parts<I> {
    /// For bytes that begin at `position` of the image. The pieces lie behind it in the order of the image, without overlap;
    /// those of a file follow each other, and none is empty.
    pub fn new(pieces: impl IntoIterator<IntoIter = I>, position: u64) -> Self {
        Self { pieces: pieces.into_iter().peekable(), position }
    }

    /// The next bytes of the image.
    pub fn pass<'b>(&mut self, mut bytes: &'b [u8], mut each: impl FnMut(Part<'b>)) {
        while !bytes.is_empty() {
            let Some(piece) = self.pieces.peek().copied() else { return each(Part::Frame(bytes)) };
            let ends = [piece.begin, piece.end, piece.padded];
            let until = ends.into_iter().find(|end| self.position < *end).unwrap_or(self.position);
            let most = usize::try_from(until - self.position).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(bytes.len().min(most));
            each(match self.position {
                position if position < piece.begin => Part::Frame(now),
                position if position < piece.end => Part::File(now),
                _ => Part::Padding(piece.file, now),
            });
            (self.position, bytes) = (self.position + now.len() as u64, later);
            if until == piece.end && self.position == until && piece.is_last {
                each(Part::FileEnd(piece.file));
            }
            if self.position >= piece.padded {
                self.pieces.next();
            }
        }
    }
}

/// The hashes of the frame of an image and of the files on it.
pub(crate) struct PartHashes<I: Iterator> {
    parts: Parts<I>,
    frame: Sha256Stream,
    file: Sha256Stream,
}

impl<I: Iterator<Item = Piece>> PartHashes<I> {
    /// For an image with these pieces of files: see [`Parts::new`].
    pub fn new(pieces: impl IntoIterator<IntoIter = I>) -> Self {
        Self { parts: Parts::new(pieces, 0), frame: Sha256Stream::default(), file: Sha256Stream::default() }
    }

    /// The next bytes of the image, which go into the hash of the `image` too, if it is given. `each` hears the number and the
    /// hash of every file that ends in them; its first error comes back.
    fn update(
        &mut self,
        bytes: &[u8],
        mut image: Option<&mut Sha256Stream>,
        each: &mut impl FnMut(usize, Sha256Hash) -> io::Result<()>,
    ) -> io::Result<()> {
        let Self { parts, frame, file } = self;
        let mut both = |part: Option<&mut Sha256Stream>, bytes| match (part, &mut image) {
            (Some(part), Some(image)) => update_both(image, part, bytes),
            (Some(one), None) => one.update(bytes),
            (None, Some(one)) => one.update(bytes),
            (None, None) => {}
        };
        let mut result = Ok(());
        parts.pass(bytes, |part| match part {
            Part::Frame(bytes) => both(Some(frame), bytes),
            Part::File(bytes) => both(Some(file), bytes),
            Part::Padding(_, bytes) => both(None, bytes),
            Part::FileEnd(number) if result.is_ok() => {
                result = each(number, Sha256Hash::from(std::mem::take(file).finish()));
            }
            Part::FileEnd(_) => {}
        });
        result
    }

    /// The hash of the frame.
    pub fn frame(self) -> Sha256Hash {
        Sha256Hash::from(self.frame.finish())
    }
}

/// The stages that count all hashes of an image: one where two hashes take as long as one (`in_pairs`), else two, so that
/// they run on two processors. `each` is told of every file that has ended.
pub(crate) fn hashing_stages<'a, I: Iterator<Item = Piece> + Send>(
    image: &'a mut Sha256Stream,
    parts: &'a mut PartHashes<I>,
    mut each: impl FnMut(usize, Sha256Hash) -> io::Result<()> + Send + 'a,
    in_pairs: bool,
) -> Vec<Stage<'a>> {
    if in_pairs {
        return vec![Box::new(move |bytes| parts.update(bytes, Some(image), &mut each))];
    }
    let alone = move |bytes: &[u8]| {
        image.update(bytes);
        Ok(())
    };
    vec![Box::new(move |bytes| parts.update(bytes, None, &mut each)), Box::new(alone)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::stages::Stages;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};
    use std::thread;

    fn hash(bytes: &[u8]) -> Sha256Hash {
        Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(bytes)))
    }

    fn image(length: usize) -> Vec<u8> {
        (0..length as u32).map(|n| (n.wrapping_mul(n) >> 5) as u8).collect()
    }

    /// The image, its frame and its files, by the stages.
    fn found(image: &[u8], pieces: &[Piece], step: usize, in_pairs: bool) -> (Sha256Hash, Sha256Hash, Vec<Sha256Hash>) {
        let (mut whole, mut files) = (Sha256Stream::default(), Vec::new());
        let mut parts = PartHashes::new(pieces.iter().copied());
        let each = |number: usize, hash| {
            assert_eq!(number, files.len());
            files.push(hash);
            Ok(())
        };
        thread::scope(|scope| {
            let stages = Stages::start(scope, hashing_stages(&mut whole, &mut parts, each, in_pairs));
            for bytes in image.chunks(step) {
                let mut buffer = stages.buffer().unwrap();
                buffer.clear();
                buffer.extend_from_slice(bytes);
                stages.pass(buffer).unwrap();
            }
            stages.finish().unwrap();
        });
        (whole.finish().into(), parts.frame(), files)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn image_frame_and_files_have_their_hashes_however_the_bytes_come(
            sizes in prop::collection::vec((0u64..3, prop_oneof![1..9000u64, Just(2048u64), Just(4096u64)]), 0..8),
            step in prop_oneof![1..200usize, Just(2048), Just(65_536), 1..20_000usize],
            end in 0..3u64,
        ) {
            let (mut pieces, mut free) = (Vec::new(), 2048);
            for (number, (gap, size)) in sizes.into_iter().enumerate() {
                let piece = Piece::whole(number, free + gap * 2048, size);
                free = piece.padded;
                pieces.push(piece);
            }
            let image = image((free + end * 2048) as usize);
            let frame = Frame::around(pieces.iter().map(|piece| (piece.begin, piece.end - piece.begin)), image.len() as u64);
            let part = |begin: u64, end: u64| &image[begin as usize..end as usize];
            let around: Vec<u8> = frame.ranges().iter().flat_map(|r| part(r.start, r.end)).copied().collect();
            let files: Vec<_> = pieces.iter().map(|piece| hash(part(piece.begin, piece.end))).collect();
            let wanted = (hash(&image), hash(&around), files);
            for in_pairs in [true, false] {
                prop_assert_eq!(&found(&image, &pieces, step, in_pairs), &wanted);
            }
        }
    }

    #[test]
    fn a_file_in_pieces_is_one_file() {
        let mut pieces = [Piece::whole(0, 2048, 2048), Piece::whole(0, 8192, 10), Piece::whole(1, 10_240, 1)];
        pieces[0].is_last = false;
        let image = image(12_288);
        let wanted = [hash(&[&image[2048..4096], &image[8192..8202]].concat()), hash(&image[10_240..10_241])];
        assert_eq!(found(&image, &pieces, 1000, true).2, wanted);
    }

    #[test]
    fn a_refusal_ends_the_work_and_comes_out() {
        for in_pairs in [true, false] {
            let (mut whole, mut parts) = (Sha256Stream::default(), PartHashes::new([Piece::whole(7, 0, 5)]));
            let each = |number: usize, _| Err(io::Error::other(format!("file {number}")));
            let mut stages = hashing_stages(&mut whole, &mut parts, each, in_pairs);
            assert_eq!(stages[0](&[0; 10]).unwrap_err().to_string(), "file 7");
        }
    }
}
