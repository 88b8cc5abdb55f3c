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

    /// Puts the file in the place of `to`, as [`replace_file`](crate::replace_file) does. When that fails, the file goes
    /// away.
    ///
    /// On Unix it is held until it has its new name: whoever gets hold of it later sees that its old name is not its own.
    /// Windows renames no file that is open like this; there nobody can write to it in between unnoticed, as that keeps
    /// it from being renamed.
    pub fn put(mut self, to: &Utf8Path) -> io::Result<()> {
        if cfg!(windows) {
            let from = self.keep();
            return crate::replace_file(&from, to).inspect_err(|_| drop(std::fs::remove_file(&from)));
        }
        crate::replace_file(&self.path, to)?;
        self.file = None;
        Ok(())
    }

    /// Closes the file and leaves it where it is.
    pub fn keep(mut self) -> Utf8PathBuf {
        self.file = None;
        std::mem::take(&mut self.path)
    }
}

impl Drop for ExclusiveFile {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        // Windows removes no file that is open like this. On Unix the name has to go before the lock: behind it, it may be
        // another's already.
        #[cfg(windows)]
        drop(file);
        // Nothing can be done about a failure here; the next run sweeps the file.
        let _ = std::fs::remove_file(&self.path);
        #[cfg(not(windows))]
        drop(file);
    }
}

/// Opens a file that no other process has open for writing; `None` when one has.
///
/// Between opening and locking, the process that held the file may have given it another name or removed it: then it is
/// not the one that the path leads to, and the path is opened again.
#[cfg(unix)]
fn open_alone(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<Option<File>> {
    loop {
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) if leads_to(path, &file)? => return Ok(Some(file)),
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks: the name alone has to do.
            Err(std::fs::TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => return Ok(Some(file)),
            Err(std::fs::TryLockError::Error(e)) => return Err(e),
        }
    }
}

/// Whether a path leads to this open file.
#[cfg(unix)]
fn leads_to(path: &Utf8Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(named) => Ok(named.dev() == open.dev() && named.ino() == open.ino()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
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
    fn it_is_put_in_the_place_of_another_file_or_goes_away() {
        let (_guard, folder) = folder();
        let (path, target) = (folder.join("x.partial"), folder.join("x"));
        std::fs::write(&target, "old").unwrap();
        let mut file = ExclusiveFile::create(&path).unwrap().unwrap();
        io::Write::write_all(file.file().unwrap(), b"new").unwrap();
        file.put(&target).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
        assert!(!path.exists());
        let file = ExclusiveFile::create(&path).unwrap().unwrap();
        assert!(file.put(&folder.join("no/such/folder")).is_err() && !path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_has_another_name_by_now_is_told_from_the_one_at_the_path() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        let file = ExclusiveFile::create(&path).unwrap().unwrap();
        let opened_early = File::open(&path).unwrap();
        assert!(leads_to(&path, &opened_early).unwrap());
        file.put(&folder.join("x")).unwrap();
        assert!(!leads_to(&path, &opened_early).unwrap());
        std::fs::write(&path, "another").unwrap();
        assert!(!leads_to(&path, &opened_early).unwrap());
    }

    /// One opens the path while another one holds the file, and gets the lock when that one has published the file under
    /// another name: the published file must stay whole.
    #[cfg(unix)]
    #[test]
    fn a_file_that_was_put_in_its_place_is_not_taken_for_one_under_construction() {
        let (_guard, folder) = folder();
        let (path, target) = (folder.join("x.partial"), folder.join("x"));
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !done.load(std::sync::atomic::Ordering::Relaxed) {
                        drop(ExclusiveFile::create(&path).unwrap());
                    }
                });
            }
            let mut broken = Vec::new();
            for round in 0..500 {
                let Ok(mut file) = ExclusiveFile::create(&path).unwrap() else { continue };
                io::Write::write_all(file.file().unwrap(), b"whole").unwrap();
                let put = file.put(&target);
                let found = std::fs::read_to_string(&target).unwrap_or_default();
                if put.is_err() || found != "whole" {
                    broken.push((round, put, found));
                }
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(broken.is_empty(), "{broken:?}");
        });
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
