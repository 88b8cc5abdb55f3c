//! A medium in a folder: every file of the plan, written one after the other.

use super::sources::{Sources, check};
use super::{Made, WrittenFile, translate, write_fault, written_files};
use crate::blueprint::{Item, Source};
use crate::disc::Disc;
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime};
use tsm_formats::Sha256Hash;
use tsm_job::{Activity, Context, Unit};
use tsm_optical::WriteError;

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 20;

/// Writes the files of a medium into an empty folder, each hashed as it is read and flushed to the disk.
pub(super) fn write(disc: &Disc<'_>, made: &Made, folder: &Utf8Path, context: &Context) -> Result<Vec<WrittenFile>> {
    let variables = made.variables.len() as u64;
    let total = disc.items.iter().map(|item| item.size.unwrap_or(variables)).sum();
    check_lengths(disc.items, folder)?;
    let mut activity = context.activity("Writing folder", Unit::Bytes, total);
    let sources = Sources { disc, made };
    let mut hashes = HashMap::with_capacity(disc.items.len());
    let mut buffer = vec![0; CHUNK];
    for path in disc.folders {
        let place = place(folder, path)?;
        std::fs::create_dir_all(&place).map_err(|e| write_fault(&place, 0, e))?;
    }
    for item in disc.items {
        let place = place(folder, &item.path)?;
        let mut copy = Copy { buffer: &mut buffer, activity: &mut activity, context };
        let hash = copy.file(item, item.size.unwrap_or(variables), &place, sources)?;
        let altered =
            |e| translate(&place, WriteError::Source { path: item.path.clone(), source: io::Error::other(e) });
        check(disc, item, hash).map_err(altered)?;
        hashes.insert(item.path.as_str(), hash);
    }
    written_files(disc.items.iter(), &hashes, variables)
}

/// Asks the file system for room for the longest file when it is longer than FAT32 can hold: told now, not after an hour.
fn check_lengths(items: &[Item], folder: &Utf8Path) -> Result<()> {
    const MOST_OF_FAT32: u64 = u32::MAX as u64;
    let Some(longest) = items.iter().max_by_key(|i| i.size).filter(|i| i.size > Some(MOST_OF_FAT32)) else {
        return Ok(());
    };
    let size = longest.size.unwrap_or_default();
    if tsm_platform::holds_length(folder, size).map_err(|e| write_fault(folder, 0, e))? {
        return Ok(());
    }
    let message =
        format!("'{}' has {}, more than a file of '{folder}' can have.", longest.path, crate::text::bytes(size));
    Err(Error::new(ErrorKind::FileTooLargeForTarget, Stage::Build, message).target(longest.path.clone()))
}

/// Where a path of the plan lies in the folder: below it, whatever the path says.
fn place(folder: &Utf8Path, path: &str) -> Result<Utf8PathBuf> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
    if path.split('/').all(plain) {
        return Ok(folder.join(path));
    }
    let message = format!("'{}' is no path that a folder can hold.", path.escape_debug());
    Err(Error::new(ErrorKind::LayoutInvalid, Stage::Build, message).target(path))
}

/// The copying of one file.
struct Copy<'a> {
    buffer: &'a mut [u8],
    activity: &'a mut Activity,
    context: &'a Context,
}

impl Copy<'_> {
    /// Gives the hash of what was copied.
    fn file<'a>(&mut self, item: &'a Item, size: u64, place: &Utf8Path, sources: Sources<'a>) -> Result<Sha256Hash> {
        let mut file = create(place, &item.path)?;
        let fault = |source| translate(place, WriteError::Source { path: item.path.clone(), source });
        let mut reader = sources.bytes(item).map_err(fault)?;
        let (mut hasher, mut written) = (Sha256::new(), 0);
        loop {
            self.context.check()?;
            let count = match reader.read(self.buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(fault(e)),
            };
            let bytes = self.buffer.get(..count).unwrap_or_default();
            hasher.update(bytes);
            file.write_all(bytes).map_err(|e| write_fault(place, written, e))?;
            written += count as u64;
            self.activity.advance(count as u64);
        }
        if written != size {
            let message = format!("The source of '{}' has {written} bytes, {size} were planned.", item.path);
            return Err(Error::new(ErrorKind::SourceChanged, Stage::Content, message).target(item.path.clone()));
        }
        finish(&file, item.modified).map_err(|e| write_fault(place, written, e))?;
        drop(file);
        // Last, because nothing can be written to a file that is read-only.
        tsm_platform::set_attributes(place, attributes(item)).map_err(|e| write_fault(place, written, e))?;
        Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))
    }
}

/// Makes a new file, and the folders that it needs. Two names that the file system takes for one are refused.
fn create(place: &Utf8Path, path: &str) -> Result<File> {
    if let Some(parent) = place.parent() {
        std::fs::create_dir_all(parent).map_err(|e| write_fault(place, 0, e))?;
    }
    OpenOptions::new().write(true).create_new(true).open(place).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("'{path}' is there already: the file system takes two names of the medium for one.");
            Error::new(ErrorKind::LayoutInvalid, Stage::Build, message).target(path).source(e)
        }
        _ => write_fault(place, 0, e),
    })
}

/// The Win32 attributes that the record of a file in a package has; none for all other files.
fn attributes(item: &Item) -> u32 {
    match &item.source {
        Source::Content(at) => at.record().map_or(0, |(_, file)| file.attributes),
        _ => 0,
    }
}

/// Gives a file its time, and waits until its bytes are on the disk.
fn finish(file: &File, modified: i64) -> io::Result<()> {
    if let Ok(seconds) = u64::try_from(modified) {
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?;
    }
    tsm_platform::flush_file(file)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let folder = "/media/boot".into();
        assert_eq!(place(folder, "SMS/data/x.ini").unwrap(), "/media/boot/SMS/data/x.ini");
        for bad in ["", "../x", "a/../../x", "/x", "a//b", "a\\..\\x", "c:x"] {
            assert!(place(folder, bad).is_err(), "{bad}");
        }
    }
}
