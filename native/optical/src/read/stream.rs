//! The bytes of one file, as a stream that can seek.

use std::io::{self, Read, Seek, SeekFrom};

use super::Extent;
use super::disk::Disk;

/// The bytes of one file. Made by [`crate::Image::read_file`].
pub struct FileReader<'a, R> {
    disk: &'a mut Disk<R>,
    extents: &'a [Extent],
    size: u64,
    position: u64,
    /// The extent the position is in, and where it begins in the file.
    current: (usize, u64),
}

impl<'a, R: Read + Seek> FileReader<'a, R> {
    pub(super) fn new(disk: &'a mut Disk<R>, extents: &'a [Extent], size: u64) -> Self {
        Self { disk, extents, size, position: 0, current: (0, 0) }
    }

    /// The extent that holds the position, and how far into it.
    fn locate(&mut self) -> Option<(Extent, u64)> {
        if self.position < self.current.1 {
            self.current = (0, 0);
        }
        loop {
            let extent = *self.extents.get(self.current.0)?;
            let into = self.position - self.current.1;
            if into < extent.len {
                return Some((extent, into));
            }
            self.current = (self.current.0 + 1, self.current.1.checked_add(extent.len)?);
        }
    }
}

impl<R: Read + Seek> Read for FileReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.size.saturating_sub(self.position);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let end = |what: &str, at: u64| {
            io::Error::new(io::ErrorKind::UnexpectedEof, format!("{what} at byte {at} of the file"))
        };
        let Some((extent, into)) = self.locate() else {
            return Err(end("the extents end", self.position));
        };
        let most = usize::try_from(left.min(extent.len - into)).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        let count = if extent.recorded {
            let offset = extent.offset.checked_add(into).ok_or_else(|| end("the image ends", self.position))?;
            self.disk.fill(offset, buffer)?
        } else {
            buffer.fill(0);
            most
        };
        if count == 0 {
            return Err(end("the image ends", self.position));
        }
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for FileReader<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
