//! Bytes of the image by offset.

use std::io::{self, Read, Seek, SeekFrom};

pub(super) struct Disk<R> {
    inner: R,
    len: u64,
}

impl<R: Read + Seek> Disk<R> {
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let len = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, len })
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Fills as much of `buffer` as the image has from `offset` on.
    pub(super) fn fill(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(offset);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if want == 0 {
            return Ok(0);
        }
        self.inner.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..want).filter(|rest| !rest.is_empty()) {
            match self.inner.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled.min(want))
    }

    /// Exactly `len` bytes; the caller has bounded `len`.
    pub(super) fn exact(&mut self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; len];
        if self.fill(offset, &mut buffer)? < len {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("the image ends before byte {}", offset.saturating_add(len as u64)),
            ));
        }
        Ok(buffer)
    }
}

impl<R> Disk<R> {
    pub(super) fn into_inner(self) -> R {
        self.inner
    }
}
