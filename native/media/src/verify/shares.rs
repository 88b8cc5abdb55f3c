//! Every byte of an image, read and hashed once: the frame, and the files, which all processors share out among themselves.

use super::pieces::{FileHashes, Found, in_order};
use crate::frame::Frame;
use crate::image_hashes::Piece;
use crate::{Error, ErrorKind, Result, Stage as Step};
use camino::Utf8Path;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_job::{Activity, Context, Unit};
use tsm_optical::FileInfo;

/// Bytes that are read at once.
const BUFFER: usize = 256 << 10;
/// Bytes of small files that one processor takes at a time: enough that the taking costs nothing, few enough that all end
/// together.
const SHARE: u64 = 4 << 20;
/// More threads than this are not faster than what they read from.
const MOST_THREADS: usize = 4;

/// The hash of the frame of the image at `path`.
pub(super) fn frame(path: &Utf8Path, frame: &Frame, context: &Context) -> Result<Sha256Hash> {
    let mut reading = Reading::open(path, context)?;
    let mut hasher = Sha256::new();
    for range in frame.ranges() {
        reading.range(range.start, range.end, |bytes| hasher.update(bytes))?;
    }
    Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))
}

/// The hashes of `files` on the image at `path`: of all that can be read forwards. They have `bytes` bytes.
pub(super) fn files(path: &Utf8Path, files: &[&FileInfo], bytes: u64, context: &Context) -> Result<Found> {
    let pieces = in_order(files);
    let shares: Vec<&[Piece]> = runs(&pieces).collect();
    let mut activity = context.activity("Reading disc image back", Unit::Bytes, bytes);
    let work = Work { path, shares: &shares, next: AtomicUsize::new(0), activity: Mutex::new(&mut activity), context };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(shares.len());
    let results: Vec<Result<Found>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(|| work.run())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(panicked()))).collect()
    });
    let mut all = Found::default();
    for result in results {
        all.add(result?);
    }
    Ok(all)
}

/// A thread of the verification has panicked.
pub(super) fn panicked() -> Error {
    Error::new(ErrorKind::Internal, Step::Verify, "A thread of the verification has panicked.")
}

/// Pieces without a gap between them, up to a share; the pieces of a file stay together.
fn runs(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut begin = pieces.first().map_or(0, |piece| piece.begin);
    pieces.chunk_by(move |piece, next| {
        let full = piece.is_last && piece.padded - begin >= SHARE;
        let together = piece.padded == next.begin && !full;
        // A file in several places is read from its first piece to its last.
        let together = together || !piece.is_last;
        if !together {
            begin = next.begin;
        }
        together
    })
}

/// The shares, taken one after the other by whoever is free.
struct Work<'a> {
    path: &'a Utf8Path,
    shares: &'a [&'a [Piece]],
    next: AtomicUsize,
    activity: Mutex<&'a mut Activity>,
    context: &'a Context,
}

impl Work<'_> {
    fn run(&self) -> Result<Found> {
        let result = self.take_shares();
        if result.is_err() {
            // The others need not go on.
            self.next.store(self.shares.len(), Ordering::Relaxed);
        }
        result
    }

    fn take_shares(&self) -> Result<Found> {
        let mut reading = Reading::open(self.path, self.context)?;
        let mut found = Found::default();
        while let Some(pieces) = self.shares.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { continue };
            let mut hashes = FileHashes::new(pieces.iter().copied(), first.begin);
            reading.range(first.begin, last.padded, |bytes| {
                hashes.update(bytes);
                self.activity.lock().unwrap_or_else(PoisonError::into_inner).advance(bytes.len() as u64);
            })?;
            found.add(hashes.finish());
        }
        Ok(found)
    }
}

/// The image, read by one thread.
struct Reading<'a> {
    path: &'a Utf8Path,
    file: File,
    buffer: Vec<u8>,
    context: &'a Context,
}

impl<'a> Reading<'a> {
    fn open(path: &'a Utf8Path, context: &'a Context) -> Result<Self> {
        let file = File::open(path).map_err(|e| fault(path, e))?;
        Ok(Self { path, file, buffer: vec![0; BUFFER], context })
    }

    /// Reads from `begin` to `end`, or to the end of the image.
    fn range(&mut self, begin: u64, end: u64, mut each: impl FnMut(&[u8])) -> Result<()> {
        self.file.seek(SeekFrom::Start(begin)).map_err(|e| fault(self.path, e))?;
        let mut left = end.saturating_sub(begin);
        while left > 0 {
            self.context.check()?;
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
            match self.file.read(&mut self.buffer[..most]) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    each(&self.buffer[..count]);
                    left -= count as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(fault(self.path, e)),
            }
        }
        Ok(())
    }
}

fn fault(path: &Utf8Path, error: io::Error) -> Error {
    let message = format!("The medium '{path}' cannot be read.");
    Error::new(ErrorKind::MediumUnreadable, Step::Verify, message).target(path.as_str()).source(error)
}
