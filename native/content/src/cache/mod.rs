//! The cache: files of distribution points by the hash of their bytes, kept between builds.
//!
//! ```text
//! tsmedia-cache.json     what this folder is, and the version of its form
//! files/BA78/BA7816BF... a file, under its hash; it gets this name only after its bytes were seen to have it
//! partial/BA7816BF...    a file while it is fetched; what a broken-off build left is gone on with
//! locks/BA7              held by whoever fetches or removes a file whose hash begins so
//! packages/PS100005.3    what is known of a package: the hashes of its files
//! ```
//!
//! At any moment the process may die, and others may work in the same folder: a name in `files` always leads to whole
//! bytes, short of a fault of the disk. Because there are such faults, a file is hashed again before it is relied upon;
//! one that is damaged is removed and fetched again. The time of a file is when it was last used.

mod contended;
mod packages;
pub(crate) mod partial;
mod sweep;

pub use packages::{CachedPackage, PackageRecord};
pub(crate) use partial::Partial;
pub use sweep::{Limits, Swept};

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::hashing;
use crate::tree::ContentFile;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io;
use std::time::{Duration, SystemTime};
use tsm_formats::Sha256Hash;
use tsm_job::Context;

/// The form of the folder that this program writes and reads.
const FORMAT: u32 = 1;
/// The file that says what the folder is.
const MARK: &str = "tsmedia-cache.json";
/// What the names of small files begin with while they are written. One may lie there for a moment, or for ever, when its
/// process was killed: it harms nothing.
const NEW: &str = ".tsmedia-";
/// How often somebody who waits for another process looks again.
const LOOK: Duration = Duration::from_millis(100);

/// What the folder says about itself.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    format: u32,
}

/// A cache in a folder.
#[derive(Debug, Clone)]
pub struct Cache {
    root: Utf8PathBuf,
}

/// Holds a hash against other threads and processes until dropped.
pub(crate) struct Held(#[expect(dead_code, reason = "it is the lock")] File);

impl Cache {
    /// Opens the cache in `root`, and makes it where there is none. A folder with other things in it is refused.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`], [`ContentErrorKind::CacheSpace`], [`ContentErrorKind::CacheVersion`].
    pub fn open(root: &Utf8Path) -> Result<Self, ContentError> {
        let cache = Self { root: root.to_owned() };
        if !cache.is_marked()? {
            cache.make()?;
        }
        Ok(cache)
    }

    /// The cache in `root`, if there is one. Nothing is written.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`], [`ContentErrorKind::CacheVersion`].
    pub fn existing(root: &Utf8Path) -> Result<Option<Self>, ContentError> {
        let cache = Self { root: root.to_owned() };
        Ok(cache.is_marked()?.then_some(cache))
    }

    /// The folder.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Whether the folder says that it is a cache of a form that is known.
    fn is_marked(&self) -> Result<bool, ContentError> {
        let path = self.root.join(MARK);
        let text = match contended::patiently(|| std::fs::read_to_string(&path)) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(e) => return Err(self.fault(&path, "cannot be read", e)),
        };
        match serde_json::from_str::<Mark>(&text) {
            Ok(mark) if mark.format == FORMAT => Ok(true),
            Ok(mark) => {
                let message = format!(
                    "the cache has form {}, this program knows form {FORMAT}: a newer version wrote it",
                    mark.format
                );
                Err(ContentError::new(ContentErrorKind::CacheVersion, self.place(), message))
            }
            Err(e) => {
                let message = format!("'{path}' is damaged");
                Err(ContentError::new(ContentErrorKind::Cache, self.place(), message).source(e))
            }
        }
    }

    fn make(&self) -> Result<(), ContentError> {
        let wrong = |what: &str, e| self.fault(&self.root, what, e);
        std::fs::create_dir_all(&self.root).map_err(|e| wrong("cannot be made", e))?;
        let mut entries = self.root.read_dir_utf8().map_err(|e| wrong("cannot be read", e))?;
        let foreign = entries.find_map(|e| {
            let name = e.ok()?.file_name().to_owned();
            let is_own =
                ["files", "partial", "locks", "packages", MARK].contains(&name.as_str()) || name.starts_with(NEW);
            (!is_own).then_some(name)
        });
        if let Some(name) = foreign {
            let message = format!("the folder is no cache and is not empty: it holds '{name}'");
            return Err(ContentError::new(ContentErrorKind::Cache, self.place(), message));
        }
        for folder in ["files", "partial", "locks", "packages"] {
            std::fs::create_dir_all(self.root.join(folder)).map_err(|e| wrong("cannot be made", e))?;
        }
        let text = serde_json::to_string(&Mark { format: FORMAT }).unwrap_or_default();
        // Last, and in one step: what has this file has everything.
        match self.write_whole(&self.root.join(MARK), text.as_bytes()) {
            // Somebody else was first, and holds it open still.
            Err(_) if matches!(self.is_marked(), Ok(true)) => Ok(()),
            written => written,
        }
    }

    /// Writes a small file in one step: others see it whole or not at all.
    fn write_whole(&self, path: &Utf8Path, bytes: &[u8]) -> Result<(), ContentError> {
        let write = || {
            let folder = path.parent().unwrap_or(&self.root);
            let mut new = tempfile::Builder::new().prefix(NEW).tempfile_in(folder)?;
            io::Write::write_all(&mut new, bytes)?;
            new.as_file().sync_all()?;
            contended::name(new, path)
        };
        write().map_err(|e| self.fault(path, "cannot be written", e))
    }

    fn path_of(&self, hash: &Sha256Hash) -> Utf8PathBuf {
        let name = hash.to_string();
        self.root.join("files").join(name.get(..4).unwrap_or_default()).join(&name)
    }

    /// Checks without reading that a file is here with the recorded length; says where.
    pub(crate) fn check_file(&self, place: &Place, file: &ContentFile) -> Result<Utf8PathBuf, ContentError> {
        let path = self.path_of(&file.sha256);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() == file.size => Ok(path),
            Ok(meta) => {
                let message = format!("'{path}' has {} bytes, {} are recorded", meta.len(), file.size);
                Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let message = format!("'{path}' is gone from the cache");
                Err(ContentError::new(ContentErrorKind::FileMissing, place.clone(), message))
            }
            Err(e) => Err(self.fault(&path, "cannot be read", e)),
        }
    }

    /// The file with this hash, if it is here whole: its bytes are hashed again. A damaged one is removed, with a note in
    /// the log. Counts as a use.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`], [`ContentErrorKind::Cancelled`].
    pub fn verified(
        &self,
        hash: &Sha256Hash,
        size: u64,
        context: &Context,
    ) -> Result<Option<Utf8PathBuf>, ContentError> {
        let path = self.path_of(hash);
        match self.is_whole(&path, hash, size, context)? {
            None => return Ok(None),
            Some(true) => {
                self.touch(&path);
                return Ok(Some(path));
            }
            Some(false) => {}
        }
        context.verbose(format!("The cache holds '{path}' with other bytes than it should; it is fetched again."));
        self.remove(hash)?;
        Ok(None)
    }

    /// As [`Self::verified`], for who only looks: nothing is removed, and it counts as no use.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`], [`ContentErrorKind::Cancelled`].
    pub fn holds(&self, hash: &Sha256Hash, size: u64, context: &Context) -> Result<bool, ContentError> {
        Ok(self.is_whole(&self.path_of(hash), hash, size, context)? == Some(true))
    }

    /// Whether a file has these bytes; `None` when there is no file.
    fn is_whole(
        &self,
        path: &Utf8Path,
        hash: &Sha256Hash,
        size: u64,
        context: &Context,
    ) -> Result<Option<bool>, ContentError> {
        let unreadable = |e| self.fault(path, "cannot be read", e);
        let mut file = match contended::patiently(|| File::open(path)) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(unreadable(e)),
        };
        if file.metadata().map_err(unreadable)?.len() != size {
            return Ok(Some(false));
        }
        let hashed = hashing::hash(&mut file, context).map_err(unreadable)?;
        Ok(Some(hashed.ok_or_else(|| crate::point::cancelled(&self.place()))? == *hash))
    }

    /// Notes that a file was used. Only the clean-up by age would miss it.
    fn touch(&self, path: &Utf8Path) {
        if let Ok(file) = OpenOptions::new().append(true).open(path) {
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Removes the file with this hash, if it is here.
    ///
    /// # Errors
    /// [`ContentErrorKind::Cache`].
    pub fn remove(&self, hash: &Sha256Hash) -> Result<(), ContentError> {
        let path = self.path_of(hash);
        match contended::patiently(|| std::fs::remove_file(&path)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(self.fault(&path, "cannot be removed", e)),
            _ => Ok(()),
        }
    }

    fn lock_file(&self, hash: &Sha256Hash) -> Result<File, ContentError> {
        let name = hash.to_string();
        let path = self.root.join("locks").join(name.get(..3).unwrap_or_default());
        let open = || OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        open().map_err(|e| self.fault(&path, "cannot be opened", e))
    }

    /// Holds a hash, when nobody else does.
    pub(crate) fn try_hold(&self, hash: &Sha256Hash) -> Result<Option<Held>, ContentError> {
        let file = self.lock_file(hash)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Held(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            // A file system without locks: what two processes write at once is found by its hash.
            Err(std::fs::TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(Some(Held(file))),
            Err(std::fs::TryLockError::Error(e)) => Err(self.fault(&self.root, "cannot be locked", e)),
        }
    }

    /// Holds a hash; waits while somebody else does.
    pub(crate) fn hold(&self, hash: &Sha256Hash, context: &Context) -> Result<Held, ContentError> {
        loop {
            if let Some(held) = self.try_hold(hash)? {
                return Ok(held);
            }
            context.check().map_err(|_| crate::point::cancelled(&self.place()))?;
            std::thread::sleep(LOOK);
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place { library: self.root.to_string(), ..Place::default() }
    }

    /// A fault of the file system in this folder.
    pub(crate) fn fault(&self, path: &Utf8Path, what: &str, error: io::Error) -> ContentError {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let (kind, message) = match error.kind() {
            StorageFull | QuotaExceeded => (ContentErrorKind::CacheSpace, format!("'{path}' does not fit")),
            PermissionDenied | ReadOnlyFilesystem => {
                (ContentErrorKind::Cache, format!("you may not use '{path}': it {what}"))
            }
            _ => (ContentErrorKind::Cache, format!("'{path}' {what}")),
        };
        ContentError::new(kind, self.place(), message).source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        (guard, path)
    }

    fn with_abc(root: &Utf8Path) -> (Cache, Sha256Hash) {
        let (cache, hash) = (Cache::open(root).unwrap(), ABC.parse().unwrap());
        let path = cache.path_of(&hash);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "abc").unwrap();
        (cache, hash)
    }

    #[test]
    fn a_folder_becomes_a_cache_once_and_is_one_from_then_on() {
        let (_guard, root) = folder();
        let root = root.join("new/cache");
        assert!(Cache::existing(&root).unwrap().is_none() && !root.exists());
        Cache::open(&root).unwrap();
        assert!(Cache::existing(&root).unwrap().is_some());
        Cache::open(&root).unwrap();
    }

    #[test]
    fn a_folder_with_other_things_in_it_is_refused_and_left_as_it_was() {
        let (_guard, root) = folder();
        std::fs::write(root.join("thesis.docx"), "x").unwrap();
        let error = Cache::open(&root).unwrap_err();
        assert_eq!(error.kind(), ContentErrorKind::Cache);
        assert!(error.to_string().contains("thesis.docx"), "{error}");
        assert_eq!(root.read_dir_utf8().unwrap().count(), 1);
    }

    /// Another process makes the same folder a cache at this moment, or was killed while it did.
    #[test]
    fn what_another_process_is_writing_is_not_foreign() {
        let (_guard, root) = folder();
        std::fs::write(root.join(".tsmedia-4bq0Xc"), "{").unwrap();
        Cache::open(&root).unwrap();
        assert!(Cache::existing(&root).unwrap().is_some());
    }

    #[test]
    fn many_at_once_make_one_cache() {
        let (_guard, root) = folder();
        std::thread::scope(|scope| {
            let opening: Vec<_> = (0..16).map(|_| scope.spawn(|| Cache::open(&root.join("cache")))).collect();
            for thread in opening {
                thread.join().unwrap().unwrap();
            }
        });
    }

    /// A program that lets nobody else write or remove what it reads, as many on Windows do.
    #[cfg(windows)]
    #[test]
    fn a_file_that_somebody_reads_stays_and_is_counted() {
        use std::os::windows::fs::OpenOptionsExt;
        const FILE_SHARE_READ: u32 = 1;
        let (_guard, root) = folder();
        let (cache, hash) = with_abc(&root);
        std::fs::write(root.join("partial/left"), "xy").unwrap();
        let path = cache.path_of(&hash);
        let reader = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(&path).unwrap();
        let clean = || cache.sweep(&Limits::default(), false, &Context::silent()).unwrap();
        assert_eq!(clean(), Swept { files: 1, bytes: 2, files_left: 1, bytes_left: 3, busy: 1 });
        drop(reader);
        assert_eq!(clean(), Swept { files: 1, bytes: 3, ..Swept::default() });
        assert!(!path.exists());
    }

    #[test]
    fn a_newer_form_is_refused_and_a_damaged_mark_told() {
        let (_guard, root) = folder();
        Cache::open(&root).unwrap();
        std::fs::write(root.join(MARK), r#"{"format": 99}"#).unwrap();
        assert_eq!(Cache::open(&root).unwrap_err().kind(), ContentErrorKind::CacheVersion);
        std::fs::write(root.join(MARK), "{").unwrap();
        assert_eq!(Cache::open(&root).unwrap_err().kind(), ContentErrorKind::Cache);
    }

    #[test]
    fn a_damaged_file_is_removed_whatever_its_length() {
        let (_guard, root) = folder();
        let (cache, hash) = with_abc(&root);
        let context = Context::silent();
        assert!(cache.verified(&hash, 3, &context).unwrap().is_some());
        for bytes in ["abd", "ab", "abcd", ""] {
            std::fs::write(cache.path_of(&hash), bytes).unwrap();
            assert!(cache.verified(&hash, 3, &context).unwrap().is_none(), "{bytes}");
            assert!(!cache.path_of(&hash).exists(), "{bytes}");
        }
    }

    #[test]
    fn a_hash_is_held_by_one_at_a_time() {
        let (_guard, root) = folder();
        let (cache, hash) = with_abc(&root);
        let other = Cache::open(&root).unwrap();
        let held = cache.try_hold(&hash).unwrap().unwrap();
        assert!(other.try_hold(&hash).unwrap().is_none());
        drop(held);
        assert!(other.try_hold(&hash).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_cache_that_may_not_be_written_is_told_as_such() {
        use std::os::unix::fs::PermissionsExt;
        let (_guard, root) = folder();
        let inner = root.join("closed");
        std::fs::create_dir(&inner).unwrap();
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o555)).unwrap();
        // Who runs tests as root may write everywhere.
        if std::fs::write(inner.join("x"), "").is_err() {
            let error = Cache::open(&inner.join("cache")).unwrap_err();
            assert_eq!(error.kind(), ContentErrorKind::Cache);
        }
    }
}
