//! What one process wrote, told to the one that verifies it. A build has this in memory; so it is a form that is read in no
//! time, and not JSON, which would be a tenth of the verification of many small files.

use std::fmt::Write;
use tsm_media::FileRecord;
use tsm_media::bench::Written;

/// A line for the image, one for the ranges of its frame, and one for each file.
pub fn write(written: &Written) -> String {
    let ranges: Vec<String> = written.frame.0.iter().map(|(begin, end)| format!("{begin}-{end}")).collect();
    let mut text = format!("{} {} {}\n{}\n", written.length, written.sha256, written.frame.1, ranges.join(" "));
    for file in &written.files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {} {}", file.sha256, file.size, file.path);
    }
    text
}

/// The same again; `None` when it is none.
pub fn read(text: &str) -> Option<Written> {
    let mut lines = text.lines();
    let mut image = lines.next()?.splitn(3, ' ');
    let (length, sha256, frame) = (image.next()?.parse().ok()?, image.next()?, image.next()?);
    let range = |text: &str| {
        let (begin, end) = text.split_once('-')?;
        Some((begin.parse().ok()?, end.parse().ok()?))
    };
    let ranges: Option<_> = lines.next()?.split_whitespace().map(range).collect();
    let file = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let (sha256, size, path) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?.to_owned());
        Some(FileRecord { path, size, sha256, sha1: None })
    };
    let files = lines.map(file).collect::<Option<_>>()?;
    Some(Written { length, sha256: sha256.to_owned(), frame: (ranges?, frame.to_owned()), files })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let file = |path: &str, size| FileRecord { path: path.into(), size, sha256: "AB".repeat(32), sha1: None };
        let files = vec![file("SMS/PKG/a file.bin", 7), file("b", 0)];
        let frame = (vec![(0, 2048), (4096, u64::MAX)], "CD".repeat(32));
        let written = Written { length: 9, sha256: "EF".repeat(32), frame, files };
        assert_eq!(read(&write(&written)), Some(written));
        assert_eq!(read("9 x"), None);
    }
}
