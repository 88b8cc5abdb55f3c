//! A reader that checks what passes, and fails at the end when it is not what was promised.

use crate::error::{ContentError, ContentErrorKind, Place};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use tsm_formats::Sha256Hash;

/// Yields the bytes of a content file. The read that would return the end of the file fails instead when the length or
/// the hash is not the recorded one: whoever reads to the end has the right bytes or an error.
pub struct VerifiedReader<R> {
    inner: R,
    /// Absent when somebody else hashes.
    hasher: Option<Sha256>,
    seen: u64,
    size: u64,
    sha256: Sha256Hash,
    place: Place,
    ended: bool,
}

impl<R: Read> VerifiedReader<R> {
    /// A reader over `inner`, which must yield `size` bytes with this hash.
    pub fn new(inner: R, size: u64, sha256: Sha256Hash, place: Place) -> Self {
        Self { inner, hasher: Some(Sha256::new()), seen: 0, size, sha256, place, ended: false }
    }

    /// Leaves the hash to the caller, who counts it anyway and must compare it. The length is still checked.
    #[must_use]
    pub fn without_hash(self) -> Self {
        Self { hasher: None, ..self }
    }

    fn fault(&self, kind: ContentErrorKind, message: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, ContentError::new(kind, self.place.clone(), message))
    }

    fn end(&mut self) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        if self.seen != self.size {
            let message = format!("the file has {} bytes, {} are recorded", self.seen, self.size);
            return Err(self.fault(ContentErrorKind::FileLength, message));
        }
        if let Some(hasher) = &self.hasher {
            let found = Sha256Hash::from(<[u8; 32]>::from(hasher.clone().finalize()));
            check_hash(found, self.sha256, &self.place)
                .map_err(|altered| io::Error::new(io::ErrorKind::InvalidData, altered))?;
        }
        self.ended = true;
        Ok(0)
    }
}

impl<R: Read> Read for VerifiedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        if count == 0 {
            return self.end();
        }
        self.seen += count as u64;
        if self.seen > self.size {
            let message = format!("the file has more than the {} bytes that are recorded", self.size);
            return Err(self.fault(ContentErrorKind::FileLength, message));
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..count]);
        }
        Ok(count)
    }
}

/// Compares the hash that the bytes of a content file have with the recorded one.
///
/// # Errors
/// [`ContentErrorKind::FileAltered`], when they differ.
pub fn check_hash(found: Sha256Hash, recorded: Sha256Hash, place: &Place) -> Result<(), ContentError> {
    if found == recorded {
        return Ok(());
    }
    let message = format!("the bytes have the SHA-256 {found}, recorded is {recorded}");
    Err(ContentError::new(ContentErrorKind::FileAltered, place.clone(), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], size: u64, hash: &str) -> io::Result<Vec<u8>> {
        let place = Place { library: "lib".into(), ..Place::default() };
        let mut out = Vec::new();
        VerifiedReader::new(bytes, size, hash.parse().unwrap(), place).read_to_end(&mut out).map(|_| out)
    }

    const ABC: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    fn kind(error: io::Error) -> ContentErrorKind {
        error.get_ref().unwrap().downcast_ref::<ContentError>().unwrap().kind()
    }

    #[test]
    fn right_bytes_pass() {
        assert_eq!(read(b"abc", 3, ABC).unwrap(), b"abc");
    }

    #[test]
    fn a_short_file_a_long_file_and_an_altered_file_fail_each_in_its_own_way() {
        assert_eq!(kind(read(b"ab", 3, ABC).unwrap_err()), ContentErrorKind::FileLength);
        assert_eq!(kind(read(b"abcd", 3, ABC).unwrap_err()), ContentErrorKind::FileLength);
        assert_eq!(kind(read(b"abd", 3, ABC).unwrap_err()), ContentErrorKind::FileAltered);
    }

    #[test]
    fn without_a_hash_the_length_is_still_checked() {
        let read = |bytes: &[u8]| {
            let mut out = Vec::new();
            let reader = VerifiedReader::new(bytes, 3, ABC.parse().unwrap(), Place::default()).without_hash();
            reader.take(9).read_to_end(&mut out)
        };
        assert_eq!(read(b"abd").unwrap(), 3);
        assert_eq!(kind(read(b"ab").unwrap_err()), ContentErrorKind::FileLength);
        assert_eq!(kind(read(b"abcd").unwrap_err()), ContentErrorKind::FileLength);
    }
}
