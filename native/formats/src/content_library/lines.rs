//! INI text as a stream of `section, key, value`, one line in memory.

use std::io::BufRead;

use super::{IniError, IniErrorKind};

/// Longest line, in bytes: a content ID is a folder name (255 characters, three bytes each in UTF-8).
pub(super) const MAX_LINE: usize = 4096;
/// Largest file, in bytes: 13 times the 5 MB of a package with 100,000 contents.
pub(super) const MAX_FILE: u64 = 64 * 1024 * 1024;

/// What to do with one key. The section is without brackets and, like the key, as written.
pub(super) trait Keys {
    /// Takes a key; unknown ones are to be ignored.
    fn take(&mut self, section: &str, key: &str, value: &str) -> Result<(), IniErrorKind>;
}

/// Reads to the end and returns the number of lines.
pub(super) fn each(mut reader: impl BufRead, keys: &mut impl Keys) -> Result<u64, IniError> {
    let mut section = String::new();
    let mut buffer = Vec::new();
    let (mut line, mut total) = (0_u64, 0_u64);
    loop {
        line += 1;
        let at_line = |kind| IniError { line, kind };
        read_line(&mut reader, &mut buffer).map_err(at_line)?;
        if buffer.is_empty() {
            return Ok(line - 1);
        }
        total += buffer.len() as u64;
        if total > MAX_FILE {
            return Err(at_line(IniErrorKind::FileTooLong(MAX_FILE)));
        }
        let bytes = if line == 1 { buffer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&buffer) } else { &buffer };
        if bytes.contains(&0) || (line == 1 && (bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF"))) {
            return Err(at_line(IniErrorKind::NotText));
        }
        // A comment may be in any code page; where it matters (content IDs) the replacement character is refused.
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim();
        if text.is_empty() || text.starts_with(';') {
            continue;
        }
        if let Some(name) = text.strip_prefix('[') {
            name.split(']').next().unwrap_or(name).trim().clone_into(&mut section);
        } else {
            // A line without `=` is a key without value: Windows' INI functions give it to nobody, we neither lose it.
            let (key, value) = text.split_once('=').unwrap_or((text, ""));
            keys.take(&section, key.trim(), value.trim()).map_err(at_line)?;
        }
    }
}

/// Reads one line with its end; nothing at the end of the file.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<(), IniErrorKind> {
    line.clear();
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |place| place + 1);
        if line.len() + used > MAX_LINE {
            return Err(IniErrorKind::LineTooLong(MAX_LINE));
        }
        line.extend_from_slice(&available[..used]);
        reader.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}
