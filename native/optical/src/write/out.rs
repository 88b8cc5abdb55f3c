//! The way to the sink: one buffer at a time for structures and file data, positions counted, progress and cancelling.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use super::WriteError;
use crate::consts::SECTOR_BYTES;

/// Where the writer's buffers go, and where its empty ones come from. A sink that works on several buffers at a time needs
/// no copy of them.
pub trait BufferSink {
    /// A buffer to be filled up to its capacity, which is at least a sector (2048 bytes). What is in it does not matter.
    ///
    /// # Errors
    ///
    /// The sink has failed; it becomes [`WriteError::Sink`].
    fn buffer(&mut self) -> io::Result<Vec<u8>>;

    /// Takes a filled buffer; only the last one of an image has fewer bytes than its capacity.
    ///
    /// # Errors
    ///
    /// As [`BufferSink::buffer`].
    fn take(&mut self, buffer: Vec<u8>) -> io::Result<()>;

    /// The image is complete.
    ///
    /// # Errors
    ///
    /// As [`BufferSink::buffer`].
    fn finish(&mut self) -> io::Result<()>;
}

/// Bytes of the one buffer for a plain writer.
const BUFFER: usize = 1 << 20;

/// A plain writer as a sink, with one buffer.
pub(super) struct PlainSink<'a> {
    inner: &'a mut dyn Write,
    buffer: Vec<u8>,
    /// Bytes that the writer has taken.
    pub taken: u64,
}

impl<'a> PlainSink<'a> {
    pub(super) fn new(inner: &'a mut dyn Write) -> Self {
        Self { inner, buffer: Vec::with_capacity(BUFFER), taken: 0 }
    }
}

impl BufferSink for PlainSink<'_> {
    fn buffer(&mut self) -> io::Result<Vec<u8>> {
        Ok(std::mem::take(&mut self.buffer))
    }

    fn take(&mut self, buffer: Vec<u8>) -> io::Result<()> {
        let mut waiting = buffer.as_slice();
        // Not `write_all`: how much was taken is part of the error.
        while !waiting.is_empty() {
            match self.inner.write(waiting) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.taken += count as u64;
                    waiting = waiting.get(count..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

pub(super) struct Out<'a> {
    sink: &'a mut dyn BufferSink,
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    /// As long as it can be filled, once there is one.
    buffer: Vec<u8>,
    /// How much of the buffer waits to be written.
    filled: usize,
    /// Bytes the sink has taken.
    taken: u64,
}

impl<'a> Out<'a> {
    pub(super) fn new(sink: &'a mut dyn BufferSink, progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>) -> Self {
        Self { sink, progress, buffer: Vec::new(), filled: 0, taken: 0 }
    }

    /// The room that is left in the buffer; there is always some.
    fn room(&mut self) -> Result<&mut [u8], WriteError> {
        if self.buffer.is_empty() {
            let mut buffer = self.sink.buffer().map_err(|source| WriteError::Sink { offset: self.taken, source })?;
            // Of a buffer that comes back nothing has to be set.
            buffer.resize(buffer.capacity().max(SECTOR_BYTES as usize), 0);
            self.buffer = buffer;
        }
        Ok(&mut self.buffer[self.filled..])
    }

    fn position(&self) -> u64 {
        self.taken + self.filled as u64
    }

    /// The block that comes next.
    pub(super) fn block(&self) -> u64 {
        self.position() / SECTOR_BYTES
    }

    /// Makes sure that the next byte is the first of `block`.
    pub(super) fn at_block(&self, block: u32) -> Result<(), WriteError> {
        if self.position() == u64::from(block) * SECTOR_BYTES {
            return Ok(());
        }
        Err(WriteError::Disagreement { block: self.block(), planned: block.into() })
    }

    pub(super) fn bytes(&mut self, mut bytes: &[u8]) -> Result<(), WriteError> {
        while !bytes.is_empty() {
            let room = self.room()?;
            let part = bytes.len().min(room.len());
            let (now, rest) = bytes.split_at(part);
            room[..part].copy_from_slice(now);
            self.advance(part)?;
            bytes = rest;
        }
        Ok(())
    }

    /// `bytes`, then zeros to the end of the sector.
    pub(super) fn sector(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.bytes(bytes)?;
        self.zeros_to_sector()
    }

    pub(super) fn zeros_to_sector(&mut self) -> Result<(), WriteError> {
        self.zeros_until(self.position().next_multiple_of(SECTOR_BYTES))
    }

    /// Zeros up to the start of `block`.
    pub(super) fn zeros_to(&mut self, block: u32) -> Result<(), WriteError> {
        let end = u64::from(block) * SECTOR_BYTES;
        if end < self.position() {
            return Err(WriteError::Disagreement { block: self.block(), planned: block.into() });
        }
        self.zeros_until(end)
    }

    fn zeros_until(&mut self, end: u64) -> Result<(), WriteError> {
        while self.position() < end {
            let missing = usize::try_from(end - self.position()).unwrap_or(usize::MAX);
            let room = self.room()?;
            let part = missing.min(room.len());
            room[..part].fill(0);
            self.advance(part)?;
        }
        Ok(())
    }

    /// Copies `size` bytes and asks for one more. Returns how many there were: `size`, fewer, or one more (which is not
    /// written).
    pub(super) fn copy(
        &mut self,
        reader: &mut dyn Read,
        size: u64,
        failed: impl Fn(io::Error) -> WriteError,
    ) -> Result<u64, WriteError> {
        let mut seen = 0;
        while seen < size {
            let room = self.room()?;
            let part = usize::try_from(size - seen).unwrap_or(usize::MAX).min(room.len());
            let got = read(reader, &mut room[..part]).map_err(&failed)?;
            if got == 0 {
                return Ok(seen);
            }
            seen += got as u64;
            self.advance(got)?;
        }
        Ok(seen + read(reader, &mut [0]).map_err(failed)? as u64)
    }

    fn advance(&mut self, bytes: usize) -> Result<(), WriteError> {
        self.filled += bytes;
        if self.filled == self.buffer.len() { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.truncate(self.filled);
        self.sink.take(buffer).map_err(|source| WriteError::Sink { offset: self.taken, source })?;
        self.taken += self.filled as u64;
        self.filled = 0;
        match (self.progress)(self.taken) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(WriteError::Cancelled),
        }
    }

    pub(super) fn finish(mut self) -> Result<(), WriteError> {
        if self.filled > 0 {
            self.flush()?;
        }
        self.sink.finish().map_err(|source| WriteError::Sink { offset: self.taken, source })
    }
}

fn read(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A reader that claims more than it was given room for is broken; its bytes cannot be trusted.
            Ok(count) if count > buffer.len() => {
                return Err(io::Error::other("the reader returned more bytes than asked for"));
            }
            other => return other,
        }
    }
}
