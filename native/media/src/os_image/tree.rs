//! All files of an operating system, as one hash: what was there before is there afterwards.

use super::taken::ancestors;
use crate::text::hex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::ops::ControlFlow;
use tsm_job::Context;
use tsm_wim::{Wim, WimEntry, WimError};

/// The files and folders of an operating system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreeRecord {
    /// How many files and folders there are.
    pub entries: u64,
    /// SHA-256 over the sorted SHA-256 of each: path, attributes, times, hash of the data, rights and further streams. 64
    /// upper-case hexadecimal digits.
    pub sha256: String,
}

/// What of an image belongs to the medium, not to the operating system: its files, and the folders above them.
pub(crate) struct Skip(HashSet<String>);

impl Skip {
    /// Of the files and empty folders of a medium.
    pub fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut skip = HashSet::new();
        for path in paths {
            let path = path.to_lowercase();
            skip.extend(ancestors(&path).map(str::to_owned));
            skip.insert(path);
        }
        Self(skip)
    }

    /// Whether a path, in lower case, belongs to the medium.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }
}

/// What becomes a record: 32 bytes of each file and folder.
#[derive(Default)]
pub(super) struct Hashes(Vec<[u8; 32]>);

impl Hashes {
    /// Takes an entry in, that of [`hash`].
    pub fn add(&mut self, hash: [u8; 32]) {
        self.0.push(hash);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The record.
    pub fn record(mut self) -> TreeRecord {
        // Versions of libwim may give them in another order.
        self.0.sort_unstable();
        let mut whole = Sha256::new();
        self.0.iter().for_each(|hash| whole.update(hash));
        TreeRecord { entries: self.0.len() as u64, sha256: hex(&whole.finalize()) }
    }
}

/// Takes the record of an image. Entries are visited one by one.
pub(crate) fn record(wim: &Wim, image: u32, skip: &Skip, context: &Context) -> Result<TreeRecord, WimError> {
    let mut hashes = Hashes::default();
    wim.visit(image, &mut |entry| {
        if !skip.has(&entry.path.to_lowercase()) {
            hashes.add(hash(&entry));
        }
        // To ask for every file would cost more than the hash.
        if hashes.count().is_multiple_of(1024) { context.flow() } else { ControlFlow::Continue(()) }
    })?;
    Ok(hashes.record())
}

/// The hash of an entry.
pub(super) fn hash(entry: &WimEntry) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update((entry.path.len() as u64).to_le_bytes());
    hasher.update(entry.path.as_bytes());
    hasher.update(entry.attributes.to_le_bytes());
    hasher.update(entry.modified.to_le_bytes());
    hasher.update(entry.sha1.unwrap_or_default());
    hasher.update(entry.rest.to_le_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_medium_and_the_folders_above_them_are_skipped_whatever_their_case() {
        let skip = Skip::new(["SMS/data/Variables.dat", "bootmgr"].into_iter());
        let mut paths: Vec<&str> = skip.0.iter().map(String::as_str).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["bootmgr", "sms", "sms/data", "sms/data/variables.dat"]);
    }
}
