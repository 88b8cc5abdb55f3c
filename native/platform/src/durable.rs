//! Bytes that survive a power cut, and a name that always leads to a whole file.

use camino::Utf8Path;
use std::fs::File;
use std::io;

/// Waits until the bytes of a file are on the disk.
pub fn flush_file(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Puts `from` in the place of `to` in one step: at every moment `to` is the old file or the new one, whole.
///
/// Both must be on the same volume. On Linux the folder is flushed too, so that the new name survives a power cut; on
/// Windows the file system's log does that.
pub fn replace_file(from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    flush_folder_of(to)
}

/// Waits until the name of a file or folder is on the disk.
pub(crate) fn flush_folder_of(path: &Utf8Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), flush_folder)
}

/// What keeps a file from being replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It has the read-only attribute.
    ReadOnly,
    /// Somebody has it open and shares it with nobody who would replace it.
    InUse,
}

/// What would keep [`replace_file`] from replacing the file at `path` at this moment. So it can be told before hours of
/// work, although it may change until then. On Unix nothing does: there only the folder counts.
#[cfg(unix)]
pub fn obstacle_to_replacing(path: &Utf8Path) -> io::Result<Option<Obstacle>> {
    std::fs::metadata(path).map(|_| None)
}

/// What would keep [`replace_file`] from replacing the file at `path` at this moment. So it can be told before hours of
/// work, although it may change until then.
#[cfg(windows)]
pub fn obstacle_to_replacing(path: &Utf8Path) -> io::Result<Option<Obstacle>> {
    use std::os::windows::fs::OpenOptionsExt;
    /// The right that a rename over the file needs.
    const DELETE: u32 = 0x0001_0000;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    if std::fs::metadata(path)?.permissions().readonly() {
        return Ok(Some(Obstacle::ReadOnly));
    }
    match std::fs::OpenOptions::new().access_mode(DELETE).open(path) {
        Ok(_) => Ok(None),
        Err(e) if e.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(Some(Obstacle::InUse)),
        Err(e) => Err(e),
    }
}

#[cfg(unix)]
fn flush_folder(folder: &Utf8Path) -> io::Result<()> {
    let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot flush a folder; the rename itself has happened.
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn flush_folder(_: &Utf8Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;

    #[test]
    fn the_new_file_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let (old, new) = (folder.join("a.iso"), folder.join("a.iso.partial"));
        std::fs::write(&old, "old").unwrap();
        std::fs::write(&new, "new").unwrap();
        replace_file(&new, &old).unwrap();
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "new");
        assert!(!new.exists());
    }

    #[test]
    fn a_file_that_nobody_holds_can_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("a.iso")).unwrap();
        assert!(obstacle_to_replacing(&path).is_err(), "there is none");
        std::fs::write(&path, "old").unwrap();
        assert_eq!(obstacle_to_replacing(&path).unwrap(), None);
        let _reader = File::open(&path).unwrap();
        assert_eq!(obstacle_to_replacing(&path).unwrap(), None, "a reader that shares everything is no hindrance");
    }

    #[cfg(windows)]
    #[test]
    fn a_read_only_file_and_one_in_use_are_told_apart() {
        use std::os::windows::fs::OpenOptionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("a.iso")).unwrap();
        std::fs::write(&path, "old").unwrap();
        let user = std::fs::OpenOptions::new().read(true).share_mode(1).open(&path).unwrap();
        assert_eq!(obstacle_to_replacing(&path).unwrap(), Some(Obstacle::InUse));
        drop(user);
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions.clone()).unwrap();
        assert_eq!(obstacle_to_replacing(&path).unwrap(), Some(Obstacle::ReadOnly));
        // The folder could not be removed otherwise.
        permissions.set_readonly(false);
        std::fs::set_permissions(&path, permissions).unwrap();
    }
}
