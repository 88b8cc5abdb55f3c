//! A file that only one process writes, and that goes away unless it is kept.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, OpenOptions};
use std::io;

/// Another process is writing the file.
#[derive(Debug, thiserror::Error)]
#[error("'{path}' is being written by another process")]
pub struct Busy {
    /// The file.
    pub path: Utf8PathBuf,
}

/// A file under construction. Nobody else can open it for writing while it is open, so that a second process sees that
/// somebody works on it; reading it is allowed. It is removed when dropped, unless [`keep`](Self::keep) was called. What
/// a killed process leaves behind is free again: the next one to open the same path finds it, and starts it anew.
#[derive(Debug)]
pub struct ExclusiveFile {
    file: Option<File>,
    path: Utf8PathBuf,
}

impl ExclusiveFile {
    /// Opens `path` for writing, empty. `Ok(Err(Busy))` when another process holds it.
    pub fn create(path: &Utf8Path) -> io::Result<Result<Self, Busy>> {
        // Not truncated before it is ours: the bytes may be another's.
        let Some(file) = open_alone(OpenOptions::new().read(true).write(true).create(true).truncate(false), path)?
        else {
            return Ok(Err(Busy { path: path.to_owned() }));
        };
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

/// Opens a file that no other process has open for writing; `None` when one has.
#[cfg(unix)]
fn open_alone(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<Option<File>> {
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        // A file system without locks: the name alone has to do.
        Err(std::fs::TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

/// Opens a file that no other process has open for writing; `None` when one has.
///
/// A lock (`LockFileEx`) would not do: on Windows it binds everybody, so that not even this process could read the file
/// back through a second handle. How the file is shared says the same more exactly.
#[cfg(windows)]
fn open_alone(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_SHARE_READ: u32 = 1;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    match options.share_mode(FILE_SHARE_READ).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
        Err(e) => Err(e),
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
    fn it_can_be_read_back_by_its_name_while_it_is_held() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        let mut file = ExclusiveFile::create(&path).unwrap().unwrap();
        io::Write::write_all(file.file().unwrap(), b"bytes").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"bytes");
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
