//! Where the image goes: a file, and the hashes of all of it and of its parts. While one piece is made, the one before it is
//! hashed and the one before that is written.

use crate::image_hashes::{PartHashes, Piece, hashing_stages};
use crate::stages::Stages;
use std::fs::File;
use std::io::{self, Write};
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_optical::{BufferSink, WriteError};
use tsm_platform::{Sha256Stream, hashes_in_pairs};

/// What went to the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// How many bytes it was.
    pub length: u64,
    /// Their hash.
    pub sha256: Sha256Hash,
    /// The hash of those outside the sectors of files.
    pub frame: Sha256Hash,
}

/// Writes what `produce` yields to `file`. The image has these `pieces` of files, in its order; `each` is told the number and
/// the hash of every one that has ended, and may refuse it.
pub(super) fn write_hashed<I: Iterator<Item = Piece> + Send>(
    file: &mut File,
    pieces: impl IntoIterator<IntoIter = I>,
    mut each: impl FnMut(usize, Sha256Hash) -> Result<(), WriteError> + Send,
    produce: impl FnOnce(&mut dyn BufferSink) -> Result<(), WriteError>,
) -> Result<Written, WriteError> {
    let (mut image, mut parts) = (Sha256Stream::default(), PartHashes::new(pieces));
    let mut target = Target { file, written: 0 };
    let mut refused = None;
    let (produced, passed) = thread::scope(|scope| {
        let each = |number, hash| {
            each(number, hash).map_err(|why| {
                refused = Some(why);
                io::Error::other("a file was refused")
            })
        };
        let mut stages = hashing_stages(&mut image, &mut parts, each, hashes_in_pairs());
        stages.push(Box::new(|bytes| target.write_all(bytes)));
        let mut sink = Sink { stages: Stages::start(scope, stages) };
        (produce(&mut sink), sink.stages.finish())
    });
    // A file that was refused, or a target that failed, is why the producer could not go on.
    refused.map_or(Ok(()), Err)?;
    passed.map_err(|source| WriteError::Sink { offset: target.written, source })?;
    produced?;
    Ok(Written { length: target.written, sha256: image.finish().into(), frame: parts.frame() })
}

/// The file, and how much of it is written.
struct Target<'a> {
    file: &'a mut File,
    written: u64,
}

impl Target<'_> {
    /// Not the one of [`Write`]: the place of a failure is part of the error.
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.file.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.written += count as u64;
                    bytes = bytes.get(count..).unwrap_or_default();
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// The first stage as a sink.
struct Sink<'scope> {
    stages: Stages<'scope>,
}

impl BufferSink for Sink<'_> {
    fn buffer(&mut self) -> io::Result<Vec<u8>> {
        self.stages.buffer()
    }

    fn take(&mut self, buffer: Vec<u8>) -> io::Result<()> {
        self.stages.pass(buffer)
    }

    /// What is on its way is written when the stages have finished.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::BUFFER;
    use sha2::{Digest, Sha256};

    fn file() -> File {
        tempfile::tempfile().unwrap()
    }

    /// Gives bytes to a sink, in as many buffers as they fill.
    fn pass(sink: &mut dyn BufferSink, mut bytes: &[u8]) -> Result<(), WriteError> {
        let fault = |source| WriteError::Sink { offset: 0, source };
        while !bytes.is_empty() {
            let mut buffer = sink.buffer().map_err(fault)?;
            buffer.clear();
            let (now, rest) = bytes.split_at(bytes.len().min(buffer.capacity()));
            buffer.extend_from_slice(now);
            sink.take(buffer).map_err(fault)?;
            bytes = rest;
        }
        Ok(())
    }

    fn write(file: &mut File, pieces: &[Vec<u8>]) -> Result<Written, WriteError> {
        write_hashed(file, [], |_, _| Ok(()), |sink| pieces.iter().try_for_each(|piece| pass(sink, piece)))
    }

    #[test]
    fn the_file_has_all_bytes_and_the_hash_is_theirs() {
        use std::io::{Read, Seek};
        let pieces: Vec<Vec<u8>> = [0, 1, 7, 3 << 20, BUFFER, 5].map(|len| vec![len as u8; len]).into();
        let mut file = file();
        let written = write(&mut file, &pieces).unwrap();
        let whole = pieces.concat();
        let mut found = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut found).unwrap();
        assert!(found == whole);
        assert_eq!(written.length, whole.len() as u64);
        assert_eq!(written.sha256.0, <[u8; 32]>::from(Sha256::digest(&whole)));
        assert_eq!(written.frame, written.sha256, "without files it is all frame");
    }

    #[test]
    fn nothing_is_an_image_of_no_bytes() {
        let written = write(&mut file(), &[]).unwrap();
        assert_eq!(written.length, 0);
        assert_eq!(written.sha256.0, <[u8; 32]>::from(Sha256::digest(b"")));
    }

    /// `/dev/full` takes nothing: "no space left on device".
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_its_place_and_not_as_a_fault_of_the_producer() {
        let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        match write(&mut full, &vec![vec![1; BUFFER]; 20]) {
            Err(WriteError::Sink { offset: 0, source }) => assert_eq!(source.kind(), io::ErrorKind::StorageFull),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_the_producer_says_is_told_as_it_is() {
        let produce = |sink: &mut dyn BufferSink| {
            pass(sink, &vec![1; 5 << 20])?;
            Err(WriteError::Cancelled)
        };
        let cancelled = write_hashed(&mut file(), [], |_, _| Ok(()), produce);
        assert!(matches!(cancelled, Err(WriteError::Cancelled)), "{cancelled:?}");
    }

    #[test]
    fn a_file_that_is_refused_is_told_and_not_that_the_producer_had_to_stop() {
        let refuse = |number, _| Err(WriteError::SourceLonger { path: format!("{number}"), planned: 0, seen: 1 });
        let pieces = [Piece::whole(5, 2048, 9)];
        let refused = write_hashed(&mut file(), pieces, refuse, |sink| pass(sink, &vec![1; 20 * BUFFER]));
        assert!(matches!(&refused, Err(WriteError::SourceLonger { path, .. }) if path == "5"), "{refused:?}");
    }
}
