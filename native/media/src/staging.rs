//! The folder for temporary files of one build: locked while its process lives, swept by the next build when it is dead.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::Metadata;
use std::io;
use tempfile::TempDir;
use tsm_platform::ExclusiveFile;

/// What the names of these folders begin with.
const PREFIX: &str = "_tsmedia_";
/// The file in such a folder that its process holds.
const LOCK: &str = ".in-use";

/// A folder for temporary files. It goes away when dropped.
pub(crate) struct Staging {
    // Dropped first: the file is in the folder.
    _lock: ExclusiveFile,
    _folder: TempDir,
    path: Utf8PathBuf,
}

impl Staging {
    /// Makes a folder in `parent`, and removes those there whose process was killed.
    pub fn create(parent: &Utf8Path) -> io::Result<Self> {
        let staging = Self::make(parent)?;
        staging.sweep(parent);
        Ok(staging)
    }

    /// The folder.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    fn make(parent: &Utf8Path) -> io::Result<Self> {
        const TRIES: u32 = 5;
        let mut last = io::Error::other("no folder could be made");
        for _ in 0..TRIES {
            let folder = private_folder(parent)?;
            let path = Utf8PathBuf::from_path_buf(folder.path().to_owned())
                .map_err(|p| io::Error::other(format!("'{}' is not Unicode", p.display())))?;
            match ExclusiveFile::create(&path.join(LOCK)) {
                Ok(Ok(lock)) => return Ok(Self { _lock: lock, _folder: folder, path }),
                // Another build took the new folder for a dead one before it was locked.
                Ok(Err(busy)) => last = io::Error::other(busy),
                Err(e) if e.kind() == io::ErrorKind::NotFound => last = e,
                Err(e) => return Err(e),
            }
        }
        Err(last)
    }

    /// Removes the folders of dead processes. A fault here is nobody's trouble: the next build tries again.
    fn sweep(&self, parent: &Utf8Path) {
        let Ok(own) = std::fs::symlink_metadata(&self.path) else { return };
        let Ok(entries) = parent.read_dir_utf8() else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let ours = entry.file_name().starts_with(PREFIX)
                && path != self.path
                && std::fs::symlink_metadata(path).is_ok_and(|m| m.is_dir() && is_private_to_owner_of(&own, &m))
                && path.join(LOCK).is_file();
            if ours && let Ok(Ok(dead)) = ExclusiveFile::create(&path.join(LOCK)) {
                drop(dead);
                let _ = std::fs::remove_dir_all(path);
            }
        }
    }
}

/// Makes a folder that only its owner may enter.
fn private_folder(parent: &Utf8Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

/// Whether a folder belongs to who owns `own`, and is closed to others: in a folder that everybody may write to, such as
/// `/tmp`, somebody else could have laid a trap under our name.
#[cfg(unix)]
fn is_private_to_owner_of(own: &Metadata, folder: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    folder.uid() == own.uid() && folder.mode() & 0o077 == 0
}

/// The temporary folder of Windows is the user's own.
#[cfg(not(unix))]
fn is_private_to_owner_of(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        (guard, path)
    }

    fn count(parent: &Utf8Path) -> usize {
        parent.read_dir_utf8().unwrap().count()
    }

    #[test]
    fn it_goes_away_when_dropped() {
        let (_guard, parent) = folder();
        let staging = Staging::create(&parent).unwrap();
        std::fs::write(staging.path().join("x"), "x").unwrap();
        drop(staging);
        assert_eq!(count(&parent), 0);
    }

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_a_living_one_uses_is_not() {
        let (_guard, parent) = folder();
        let living = Staging::create(&parent).unwrap();
        let dead = private_folder(&parent).unwrap().keep();
        std::fs::write(dead.join(LOCK), "").unwrap();
        std::fs::write(dead.join("boot.sdi"), "x").unwrap();
        std::fs::create_dir(parent.join("another")).unwrap();
        let next = Staging::create(&parent).unwrap();
        assert!(living.path().exists() && next.path().exists() && parent.join("another").exists());
        assert!(!dead.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_may_write_to_and_a_link_are_left_alone() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (_guard, parent) = folder();
        let open = parent.join(format!("{PREFIX}open"));
        std::fs::create_dir(&open).unwrap();
        std::fs::write(open.join(LOCK), "").unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
        symlink(&open, parent.join(format!("{PREFIX}link"))).unwrap();
        let _staging = Staging::create(&parent).unwrap();
        assert!(open.join(LOCK).exists() && count(&parent) == 3);
    }
}
