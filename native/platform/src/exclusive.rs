//! A file that only one process writes, and that goes away unless it is kept.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;

/// Another process is writing the file.
#[derive(Debug, thiserror::Error)]
#[error("'{path}' is being written by another process")]
pub struct Busy {
    /// The file.
    pub path: Utf8PathBuf,
}

/// A file under construction. It is locked while it is open, so that a second process sees that somebody works on it,
/// and removed when dropped, unless [`keep`](Self::keep) was called. What a killed process leaves behind is not locked
/// any more: the next one to open the same path finds it, and starts it anew.
#[derive(Debug)]
pub struct ExclusiveFile {
    file: Option<File>,
    path: Utf8PathBuf,
}

impl ExclusiveFile {
    /// Opens `path` for writing, empty. `Ok(Err(Busy))` when another process holds it.
    pub fn create(path: &Utf8Path) -> io::Result<Result<Self, Busy>> {
        // Not truncated before the lock is held: the bytes may be another's.
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Err(Busy { path: path.to_owned() })),
            // A file system without locks: the name alone has to do.
            Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(e)) => return Err(e),
        }
        file.set_len(0)?;
        Ok(Ok(Self { file: Some(file), path: path.to_owned() }))
    }

    /// The path.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The file, for writing.
    pub fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::Error::other("the file was handed on already"))
    }

    /// Closes the file and leaves it where it is.
    pub fn keep(mut self) -> Utf8PathBuf {
        self.file = None;
        std::mem::take(&mut self.path)
    }
}

impl Drop for ExclusiveFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Nothing can be done about a failure here; the next run sweeps the file.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn it_is_gone_after_a_drop_and_stays_when_kept() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        drop(ExclusiveFile::create(&path).unwrap().unwrap());
        assert!(!path.exists());
        ExclusiveFile::create(&path).unwrap().unwrap().keep();
        assert!(path.exists());
    }

    #[test]
    fn a_second_writer_is_refused_and_does_not_harm_the_first() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        let mut first = ExclusiveFile::create(&path).unwrap().unwrap();
        io::Write::write_all(first.file().unwrap(), b"bytes").unwrap();
        assert!(ExclusiveFile::create(&path).unwrap().is_err());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 5);
    }

    #[test]
    fn what_a_dead_process_left_is_started_anew() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        std::fs::write(&path, "left behind").unwrap();
        let _new = ExclusiveFile::create(&path).unwrap().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    }
}
