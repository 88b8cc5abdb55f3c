//! Cleaning a cache: by age, by size, by package, or all of it.

use super::{Cache, contended};
use crate::error::ContentError;
use camino::Utf8PathBuf;
use std::collections::HashSet;
use std::io;
use std::time::{Duration, SystemTime};
use tsm_formats::Sha256Hash;
use tsm_job::Context;

/// What is to be removed. Without any limit: everything.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Files that were not used for so long.
    pub older_than: Option<Duration>,
    /// The files used least recently, until the rest has at most so many bytes.
    pub maximum_bytes: Option<u64>,
    /// The files of these packages that no other package has.
    pub packages: Vec<String>,
}

impl Limits {
    fn is_everything(&self) -> bool {
        self.older_than.is_none() && self.maximum_bytes.is_none() && self.packages.is_empty()
    }
}

/// What was removed, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that are removed.
    pub files: u64,
    /// Their length, in bytes.
    pub bytes: u64,
    /// Files that stay.
    pub files_left: u64,
    /// Their length, in bytes.
    pub bytes_left: u64,
    /// Files that could not be removed, as somebody uses them.
    pub busy: u64,
}

/// A file of the cache.
struct Entry {
    path: Utf8PathBuf,
    hash: Option<Sha256Hash>,
    bytes: u64,
    used: SystemTime,
}

impl Cache {
    /// Removes what `limits` say, or only says what it would be. Files that somebody fetches at this moment stay; so do, on
    /// Windows, those that somebody reads. Both are counted.
    ///
    /// # Errors
    /// [`crate::ContentErrorKind::Cache`], [`crate::ContentErrorKind::Cancelled`].
    pub fn sweep(&self, limits: &Limits, only_say: bool, context: &Context) -> Result<Swept, ContentError> {
        let mut entries = self.entries()?;
        entries.sort_by_key(|e| e.used);
        let unneeded = self.files_of(&limits.packages)?;
        let now = SystemTime::now();
        let mut left: u64 = entries.iter().map(|e| e.bytes).sum();
        let mut swept = Swept::default();
        for entry in &entries {
            context.check().map_err(|_| crate::point::cancelled(&self.place()))?;
            let age = now.duration_since(entry.used).unwrap_or_default();
            let goes = limits.is_everything()
                || limits.older_than.is_some_and(|most| age > most)
                || limits.maximum_bytes.is_some_and(|most| left > most)
                || entry.hash.is_some_and(|hash| unneeded.contains(&hash));
            if goes && (only_say || self.remove_entry(entry)?) {
                left -= entry.bytes;
                swept.files += 1;
                swept.bytes += entry.bytes;
            } else {
                swept.busy += u64::from(goes);
                swept.files_left += 1;
                swept.bytes_left += entry.bytes;
            }
        }
        if !only_say {
            self.forget_empty(limits)?;
        }
        Ok(swept)
    }

    /// All files, also those that are only begun.
    fn entries(&self) -> Result<Vec<Entry>, ContentError> {
        let mut folders = vec![self.root.join("partial")];
        folders.extend(self.list(&self.root.join("files"))?);
        let mut entries = Vec::new();
        for folder in folders {
            for path in self.list(&folder)? {
                let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
                if meta.is_file() {
                    let hash = path.file_name().and_then(|name| name.parse().ok());
                    let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    entries.push(Entry { path, hash, bytes: meta.len(), used });
                }
            }
        }
        Ok(entries)
    }

    fn list(&self, folder: &camino::Utf8Path) -> Result<Vec<Utf8PathBuf>, ContentError> {
        match folder.read_dir_utf8() {
            Ok(entries) => Ok(entries.flatten().map(|e| e.path().to_owned()).collect()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => Err(self.fault(folder, "cannot be read", e)),
        }
    }

    /// The files that only these packages have.
    fn files_of(&self, packages: &[String]) -> Result<HashSet<Sha256Hash>, ContentError> {
        if packages.is_empty() {
            return Ok(HashSet::new());
        }
        let (of_them, of_others): (Vec<_>, Vec<_>) = self
            .packages()?
            .into_iter()
            .partition(|p| packages.iter().any(|id| id.eq_ignore_ascii_case(&p.record.package_id)));
        let needed: HashSet<&String> = of_others.iter().flat_map(|p| p.record.files.keys()).collect();
        let files = of_them.iter().flat_map(|p| p.record.files.keys()).filter(|hash| !needed.contains(hash));
        Ok(files.filter_map(|hash| hash.parse().ok()).collect())
    }

    /// Removes a file, unless somebody fetches it. Says whether it is gone.
    fn remove_entry(&self, entry: &Entry) -> Result<bool, ContentError> {
        let _held = match &entry.hash {
            Some(hash) => match self.try_hold(hash)? {
                Some(held) => Some(held),
                None => return Ok(false),
            },
            None => None,
        };
        match std::fs::remove_file(&entry.path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(true),
            // Nobody is waited for: there may be many.
            Err(e) if contended::is_in_use(&e) => Ok(false),
            Err(e) => Err(self.fault(&entry.path, "cannot be removed", e)),
        }
    }

    /// Forgets packages that were asked to go, or of which nothing is here any more.
    fn forget_empty(&self, limits: &Limits) -> Result<(), ContentError> {
        for package in self.packages()? {
            let asked = limits.packages.iter().any(|id| id.eq_ignore_ascii_case(&package.record.package_id));
            if asked || package.files_here == 0 {
                self.forget(&package.record)?;
            }
        }
        Ok(())
    }
}
