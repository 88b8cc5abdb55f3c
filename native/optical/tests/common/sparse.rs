//! Files and images of gigabytes that take no room: zeros with the name of the file at both ends.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::Path;

use tsm_optical::{ContentSource, Entry, Item, Layout};

use super::{EPOCH, Sample};

/// Bytes of the name at either end.
pub const MARK: u64 = 64;

/// A file of zeros with its own name at both ends.
pub struct Marked {
    name: Vec<u8>,
    size: u64,
    at: u64,
}

impl Marked {
    fn new(name: &str, size: u64) -> Self {
        Self { name: Self::mark(name), size, at: 0 }
    }

    /// What the file begins and ends with.
    pub fn mark(name: &str) -> Vec<u8> {
        let mut name = name.as_bytes().to_vec();
        name.resize(MARK as usize, b'.');
        name
    }
}

impl Read for Marked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let tail = self.size - MARK;
        let (end, mark) = match self.at {
            at if at < MARK => (MARK, Some(at)),
            at if at < tail => (tail, None),
            at => (self.size, Some(at - tail)),
        };
        let count = usize::try_from(end - self.at).unwrap().min(buffer.len());
        match mark {
            Some(from) => buffer[..count].copy_from_slice(&self.name[from as usize..][..count]),
            None => buffer[..count].fill(0),
        }
        self.at += count as u64;
        Ok(count)
    }
}

/// Such files, by their path.
pub struct Sizes(BTreeMap<String, u64>);

impl Sizes {
    pub fn new(files: &[(&str, u64)]) -> Self {
        Self(files.iter().map(|(path, size)| ((*path).to_owned(), *size)).collect())
    }
}

impl ContentSource for Sizes {
    fn open(&mut self, item: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        let Item::File(path) = item else { return Err(io::ErrorKind::NotFound.into()) };
        Ok(Box::new(Marked::new(path, self.0[*path])))
    }
}

/// Skips zeros instead of writing them.
pub struct SparseFile {
    file: File,
    zeros: Vec<u8>,
}

impl SparseFile {
    pub fn create(path: &Path) -> Self {
        Self { file: File::create(path).unwrap(), zeros: vec![0; 1 << 20] }
    }
}

impl Write for SparseFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() <= self.zeros.len() && *bytes == self.zeros[..bytes.len()] {
            self.file.seek(SeekFrom::Current(bytes.len() as i64))?;
            return Ok(bytes.len());
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let end = self.file.stream_position()?;
        self.file.set_len(end)
    }
}

/// A medium with one file of more than 4 GiB.
pub struct Large {
    pub path: &'static str,
    pub size: u64,
}

pub const LARGE: Large = Large { path: "big.wim", size: (5 << 30) + 12_345 };

impl Large {
    pub fn write(&self, image: &Path) {
        let options = Sample { label: "LARGE".into(), ..Sample::default() }.options();
        let layout = Layout::new(vec![Entry::file(self.path, self.size, EPOCH)], Vec::new(), &options).unwrap();
        let (mut sink, mut sizes) = (SparseFile::create(image), Sizes::new(&[(self.path, self.size)]));
        layout.write(&mut sink, &mut sizes, &mut |_| ControlFlow::Continue(())).unwrap();
    }
}
