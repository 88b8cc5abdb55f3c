//! A file that is read in many small pieces: what lies near the last piece is at hand.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that are read at once. `BufReader` would throw its buffer away with every seek, and disc images are read by
/// seeking to each structure.
const WINDOW: usize = 64 << 10;

/// Reads a file through a window of it.
#[derive(Debug)]
pub(crate) struct Window {
    file: File,
    /// Where the next byte is read.
    position: u64,
    /// Where the bytes at hand begin in the file.
    begin: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// A window over `file`.
    pub fn new(file: File) -> Self {
        Self { file, position: 0, begin: 0, bytes: Vec::new() }
    }

    fn at_hand(&self) -> &[u8] {
        let into = self.position.checked_sub(self.begin).and_then(|into| usize::try_from(into).ok());
        into.and_then(|into| self.bytes.get(into..)).unwrap_or_default()
    }

    /// Moves the window so that it begins at the position.
    fn move_here(&mut self) -> io::Result<()> {
        self.bytes.clear();
        self.begin = self.file.seek(SeekFrom::Start(self.position))?;
        (&mut self.file).take(WINDOW as u64).read_to_end(&mut self.bytes)?;
        Ok(())
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at_hand().is_empty() {
            if buffer.len() >= WINDOW {
                self.file.seek(SeekFrom::Start(self.position))?;
                let count = self.file.read(buffer)?;
                self.position += count as u64;
                return Ok(count);
            }
            self.move_here()?;
        }
        let count = self.at_hand().read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => {
                self.position.checked_add_signed(by).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?
            }
            SeekFrom::End(_) => self.file.seek(to)?,
        };
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn it_reads_what_the_file_reads_wherever_one_seeks() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let mut window = Window::new(file);
        for (at, len) in [(0, 10), (5, 70_000), (65_530, 20), (2, 9), (299_990, 50), (100_000, 200_000), (300_000, 4)] {
            let mut found = vec![0; len];
            window.seek(SeekFrom::Start(at as u64)).unwrap();
            let mut filled = 0;
            loop {
                match window.read(&mut found[filled..]).unwrap() {
                    0 => break,
                    count => filled += count,
                }
            }
            let end = bytes.len().min(at + len);
            assert!(found[..filled] == bytes[at..end], "{len} bytes at {at}");
        }
        assert_eq!(window.seek(SeekFrom::End(-1)).unwrap(), 299_999);
        assert_eq!(window.seek(SeekFrom::Current(-9)).unwrap(), 299_990);
        assert!(window.seek(SeekFrom::Current(-300_000)).is_err());
    }
}
