//! Where the image goes: a file, a hash of everything that passes, and one of its frame. While one piece is made, the one
//! before it is hashed and the one before that is written.

use crate::frame::{Frame, FrameHash, KnownFrame};
use crate::stages::{Stage, Stages};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Write};
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_optical::{BufferSink, WriteError};

/// What went to the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// How many bytes it was.
    pub length: u64,
    /// Their hash.
    pub sha256: Sha256Hash,
    /// Those that are in the frame.
    pub frame: KnownFrame,
}

/// Writes what `produce` yields to `file`.
pub(super) fn write_hashed(
    file: &mut File,
    place: Frame,
    produce: impl FnOnce(&mut dyn BufferSink) -> Result<(), WriteError>,
) -> Result<Written, WriteError> {
    let mut hasher = Sha256::new();
    let mut frame = FrameHash::new(place.clone());
    let mut target = Target { file, written: 0 };
    let (produced, passed) = thread::scope(|scope| {
        let hash: Stage<'_> = Box::new(|bytes| {
            hasher.update(bytes);
            frame.update(bytes);
            Ok(())
        });
        let write: Stage<'_> = Box::new(|bytes| target.write_all(bytes));
        let mut sink = Sink { stages: Stages::start(scope, vec![hash, write]) };
        (produce(&mut sink), sink.stages.finish())
    });
    // A target that failed is why the producer could not go on.
    passed.map_err(|source| WriteError::Sink { offset: target.written, source })?;
    produced?;
    let sha256 = Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()));
    Ok(Written { length: target.written, sha256, frame: KnownFrame { place, sha256: frame.finish() } })
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

    fn file() -> File {
        tempfile::tempfile().unwrap()
    }

    /// A frame around nothing: the whole image.
    fn whole() -> Frame {
        Frame::around([], u64::MAX)
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
        write_hashed(file, whole(), |sink| pieces.iter().try_for_each(|piece| pass(sink, piece)))
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
        assert_eq!(written.frame.sha256, written.sha256);
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
        let cancelled = write_hashed(&mut file(), whole(), |sink| {
            pass(sink, &vec![1; 5 << 20])?;
            Err(WriteError::Cancelled)
        });
        assert!(matches!(cancelled, Err(WriteError::Cancelled)), "{cancelled:?}");
    }
}
