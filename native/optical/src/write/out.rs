//! The way to the sink: one buffer for structures and file data, positions counted, progress and cancelling.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use super::WriteError;
use crate::consts::SECTOR_BYTES;

/// Bytes of the one buffer.
const BUFFER: usize = 1 << 20;

pub(super) struct Out<'a> {
    sink: &'a mut dyn Write,
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    buffer: Vec<u8>,
    /// How much of the buffer waits to be written.
    filled: usize,
    /// Bytes the sink has taken.
    taken: u64,
}

impl<'a> Out<'a> {
    pub(super) fn new(sink: &'a mut dyn Write, progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>) -> Self {
        Self { sink, progress, buffer: vec![0; BUFFER], filled: 0, taken: 0 }
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
            let part = bytes.len().min(BUFFER - self.filled);
            let (now, rest) = bytes.split_at(part);
            self.buffer[self.filled..self.filled + part].copy_from_slice(now);
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
            let room = BUFFER - self.filled;
            let part = usize::try_from(end - self.position()).unwrap_or(room).min(room);
            self.buffer[self.filled..self.filled + part].fill(0);
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
            let room = BUFFER - self.filled;
            let part = usize::try_from(size - seen).unwrap_or(room).min(room);
            let got = read(reader, &mut self.buffer[self.filled..self.filled + part]).map_err(&failed)?;
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
        if self.filled == BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let mut waiting = &self.buffer[..self.filled];
        // Not `write_all`: the offset of a failure is part of the error.
        while !waiting.is_empty() {
            match self.sink.write(waiting) {
                Ok(0) => return Err(WriteError::Sink { offset: self.taken, source: io::ErrorKind::WriteZero.into() }),
                Ok(count) => {
                    self.taken += count as u64;
                    waiting = waiting.get(count..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(WriteError::Sink { offset: self.taken, source }),
            }
        }
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
        self.sink.flush().map_err(|source| WriteError::Sink { offset: self.taken, source })
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
