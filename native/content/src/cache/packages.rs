//! What a cache knows of packages: the hashes of their files, so that it can be said what is here and cleaned by package.

use super::{Cache, contended};
use crate::error::{ContentError, ContentErrorKind};
use crate::tree::PackageContent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;
use tsm_formats::Sha256Hash;

/// What a cache remembers of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRecord {
    /// The package ID.
    pub package_id: String,
    /// Its name, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version of its source, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Its files: hash and length in bytes, each hash once.
    pub files: BTreeMap<String, u64>,
}

impl PackageRecord {
    /// The record of a package as a source describes it.
    pub fn of(content: &PackageContent, name: Option<&str>, version: Option<u32>) -> Self {
        let files = content.contents.iter().flat_map(|tree| &tree.files);
        Self {
            package_id: content.package_id.clone(),
            name: name.map(str::to_owned),
            version: version.or(content.version),
            files: files.map(|f| (f.sha256.to_string(), f.size)).collect(),
        }
    }

    fn file_name(&self) -> String {
        self.version.map_or_else(|| self.package_id.clone(), |v| format!("{}.{v}", self.package_id))
    }
}

/// A package of which a cache holds something, or nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPackage {
    /// What is remembered of it.
    pub record: PackageRecord,
    /// How many of its files are here.
    pub files_here: u64,
    /// Their length, in bytes.
    pub bytes_here: u64,
    /// When one of them was last used.
    pub last_used: Option<SystemTime>,
}

impl CachedPackage {
    /// Whether all files are here.
    pub fn is_complete(&self) -> bool {
        self.files_here == self.record.files.len() as u64
    }
}

impl Cache {
    /// Remembers what a package consists of.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`], [`ContentErrorKind::CacheSpace`].
    pub fn remember(&self, record: &PackageRecord) -> Result<(), ContentError> {
        let bytes = serde_json::to_vec(record).map_err(|e| {
            ContentError::new(ContentErrorKind::Cache, self.place(), "a record cannot be written").source(e)
        })?;
        self.write_whole(&self.root.join("packages").join(record.file_name()), &bytes)
    }

    /// The packages that this cache knows, in the order of their IDs, and what of them is here. Records that cannot be read
    /// are passed over: they are only a help.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`].
    pub fn packages(&self) -> Result<Vec<CachedPackage>, ContentError> {
        let folder = self.root.join("packages");
        let entries = match folder.read_dir_utf8() {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(self.fault(&folder, "cannot be read", e)),
        };
        let records = entries.flatten().filter_map(|e| serde_json::from_slice(&std::fs::read(e.path()).ok()?).ok());
        let mut packages: Vec<CachedPackage> = records.map(|record| self.look(record)).collect();
        packages
            .sort_by(|a, b| (&a.record.package_id, a.record.version).cmp(&(&b.record.package_id, b.record.version)));
        Ok(packages)
    }

    /// What is here of a package.
    fn look(&self, record: PackageRecord) -> CachedPackage {
        let (mut files_here, mut bytes_here, mut last_used) = (0, 0, None);
        for (hash, size) in &record.files {
            let Ok(hash) = hash.parse::<Sha256Hash>() else { continue };
            let Ok(meta) = std::fs::metadata(self.path_of(&hash)) else { continue };
            if meta.len() == *size {
                files_here += 1;
                bytes_here += size;
                last_used = last_used.max(meta.modified().ok());
            }
        }
        CachedPackage { record, files_here, bytes_here, last_used }
    }

    /// Forgets a package; its files stay.
    pub(crate) fn forget(&self, record: &PackageRecord) -> Result<(), ContentError> {
        let path = self.root.join("packages").join(record.file_name());
        match contended::patiently(|| std::fs::remove_file(&path)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(self.fault(&path, "cannot be removed", e)),
            _ => Ok(()),
        }
    }
}
