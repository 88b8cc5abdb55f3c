//! Export files: bytes in, site facts or an error out. Each input is read as the zip file itself, and as entries from which a
//! zip file is made, so that checksums do not stop every change to a text.
#![no_main]

use std::io::{Cursor, Write};

use camino::Utf8Path;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use tsm_site::{SiteFacts, export};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Between entries. The first line of an entry is its name.
const BETWEEN: &[u8] = b"\n----\n";

fuzz_target!(|bytes: &[u8]| {
    look(bytes);
    if let Some(zip) = packed(bytes) {
        look(&zip);
    }
});

fn look(zip: &[u8]) {
    let Ok(facts) = export::read_from(Cursor::new(zip), Utf8Path::new("fuzz.zip"), Timestamp::UNIX_EPOCH) else { return };
    assert!(!facts.task_sequences.is_empty() && facts.site_code.len() == 3);
    for sequence in &facts.task_sequences {
        assert!(facts.origin(&format!("taskSequences.{}", sequence.package_id)).is_some());
    }
    for package in &facts.packages {
        assert!(facts.origin(&format!("packages.{}", package.package_id)).is_some());
    }
    let other = SiteFacts::of_site("PS1", Timestamp::UNIX_EPOCH);
    let both = other.with(facts.clone(), "export file 'fuzz.zip'");
    assert!(both.task_sequences.len() <= facts.task_sequences.len() && both.packages.len() <= facts.packages.len());
}

/// A zip file of the entries that the bytes are taken for.
fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut rest = bytes;
    for number in 0..64 {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let entry = &rest[..end.unwrap_or(rest.len())];
        let line = entry.iter().position(|byte| *byte == b'\n').unwrap_or(entry.len());
        let name = std::str::from_utf8(&entry[..line]).ok()?;
        let method = if number % 2 == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(name, SimpleFileOptions::default().compression_method(method)).ok()?;
        zip.write_all(entry.get(line + 1..).unwrap_or_default()).ok()?;
        match end {
            Some(end) => rest = &rest[end + BETWEEN.len()..],
            None => break,
        }
    }
    Some(zip.finish().ok()?.into_inner())
}
