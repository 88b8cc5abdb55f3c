//! A file that only one process writes, and that goes away unless it is kept or put in its place.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, Metadata, OpenOptions};
use std::io;

/// Why a path is not taken for a file under construction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another process is writing the file.
    #[error("'{path}' is being written by another process")]
    Busy {
        /// The file.
        path: Utf8PathBuf,
    },
    /// What is there was not made by [`ExclusiveFile::create`]: to write to it would be to write to something else.
    #[error("'{path}' is {what}")]
    Alien {
        /// Where it is.
        path: Utf8PathBuf,
        /// What it is.
        what: &'static str,
    },
}

impl Refusal {
    /// The path that was refused.
    pub fn path(&self) -> &Utf8Path {
        match self {
            Self::Busy { path } | Self::Alien { path, .. } => path,
        }
    }
}

/// A file under construction. Nobody else can open it for writing while it is open, so that a second process sees that
/// somebody works on it; reading it is allowed. It is removed when dropped, unless it was [`put`](Self::put) in its place
/// or [`keep`](Self::keep) was called. What a killed process leaves behind is free again: the next one to open the same
/// path finds it, and starts it anew.
///
/// It is a plain file with one name. A link at the path, of either sort, is refused: to follow it would empty the file
/// that it leads to.
#[derive(Debug)]
pub struct ExclusiveFile {
    file: Option<File>,
    path: Utf8PathBuf,
}

impl ExclusiveFile {
    /// Opens `path` for writing, empty.
    pub fn create(path: &Utf8Path) -> io::Result<Result<Self, Refusal>> {
        // Not only afterwards: to open a pipe or a device can do something already.
        if let Some(what) = alien(path)? {
            return Ok(Err(Refusal::Alien { path: path.to_owned(), what }));
        }
        // Not truncated before it is ours: the bytes may be another's.
        let Some(file) = open_alone(OpenOptions::new().read(true).write(true).create(true).truncate(false), path)?
        else {
            return Ok(Err(Refusal::Busy { path: path.to_owned() }));
        };
        if let Some(what) = alien_in_hand(&file)? {
            return Ok(Err(Refusal::Alien { path: path.to_owned(), what }));
        }
        file.set_len(0)?;
        Ok(Ok(Self { file: Some(file), path: path.to_owned() }))
    }

    /// What [`create`](Self::create) would refuse the path for at this moment, other than that it is busy. So it can be
    /// told before hours of work, although it may change until then.
    pub fn obstacle(path: &Utf8Path) -> io::Result<Option<Refusal>> {
        Ok(alien(path)?.map(|what| Refusal::Alien { path: path.to_owned(), what }))
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
    /// It is held until it has its new name: whoever gets hold of it later sees that its old name is not its own.
    pub fn put(mut self, to: &Utf8Path) -> io::Result<()> {
        let Some(file) = self.file.as_ref() else { return Err(io::Error::other("the file was handed on already")) };
        rename_in_hand(file, &self.path, to)?;
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
        // The name goes before the lock: behind it, it may be another's already. Nothing can be done about a failure
        // here; the next run sweeps the file.
        let _ = remove_in_hand(&file, &self.path);
        drop(file);
    }
}

/// What lies at a path, if it is neither nothing nor a plain file with one name. Links are not followed.
fn alien(path: &Utf8Path) -> io::Result<Option<&'static str>> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => Ok(kind_of_alien(&metadata)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// The same of an open file: between the look at the path and opening it, another may have come there.
fn alien_in_hand(file: &File) -> io::Result<Option<&'static str>> {
    match kind_of_alien(&file.metadata()?) {
        None if has_another_name(file)? => Ok(Some("a second name of another file")),
        found => Ok(found),
    }
}

fn kind_of_alien(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_symlink() || is_reparse_point(metadata) => Some("a link"),
        () if kind.is_dir() => Some("a folder"),
        () if !kind.is_file() => Some("a device or a pipe"),
        () => None,
    }
}

#[cfg(unix)]
fn is_reparse_point(_: &Metadata) -> bool {
    false
}

/// Junctions, and whatever else leads to bytes elsewhere: we make none of them.
#[cfg(windows)]
fn is_reparse_point(metadata: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;
    const FILE_ATTRIBUTE_REPARSE_POINT: u32 = 0x400;
    metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0
}

#[cfg(unix)]
fn has_another_name(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.metadata()?.nlink() > 1)
}

#[cfg(windows)]
fn has_another_name(file: &File) -> io::Result<bool> {
    Ok(crate::open_file::names(file)? > 1)
}

/// Gives a file that is held its final name.
#[cfg(unix)]
fn rename_in_hand(_: &File, from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    crate::replace_file(from, to)
}

/// Gives a file that is held its final name.
///
/// Who looks at the file in its place for a moment (an indexer, a virus scanner, a listing of the folder) keeps it from being
/// replaced where the system or the share knows only the older way of renaming; so it is tried again for two seconds.
#[cfg(windows)]
fn rename_in_hand(file: &File, _: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    const TRIES: u32 = 40;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);
    const ERROR_ACCESS_DENIED: i32 = 5;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    for _ in 1..TRIES {
        match crate::open_file::rename(file, to) {
            Err(e) if matches!(e.raw_os_error(), Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION)) => {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
    crate::open_file::rename(file, to)
}

#[cfg(unix)]
fn remove_in_hand(_: &File, path: &Utf8Path) -> io::Result<()> {
    std::fs::remove_file(path)
}

#[cfg(windows)]
fn remove_in_hand(file: &File, _: &Utf8Path) -> io::Result<()> {
    crate::open_file::remove(file)
}

/// Opens a file that no other process has open for writing; `None` when one has. A link is not followed.
///
/// Between opening and locking, the process that held the file may have given it another name or removed it: then it is
/// not the one that the path leads to, and the path is opened again.
#[cfg(unix)]
fn open_alone(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::OpenOptionsExt;
    // The flags are a small number, in the type of the C library.
    options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
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
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok(named.dev() == open.dev() && named.ino() == open.ino()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Opens a file that no other process has open for writing; `None` when one has. A link is opened itself.
///
/// A lock (`LockFileEx`) would not do: on Windows it binds everybody, so that not even this process could read the file
/// back through a second handle. How the file is shared says the same more exactly. The right to rename and remove it is
/// taken now and shared with nobody, so that the file keeps its name until we give it another.
#[cfg(windows)]
fn open_alone(options: &mut OpenOptions, path: &Utf8Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt;
    use windows::Win32::Foundation::{GENERIC_READ, GENERIC_WRITE};
    use windows::Win32::Storage::FileSystem::{DELETE, FILE_FLAG_OPEN_REPARSE_POINT, FILE_SHARE_READ};
    const ERROR_SHARING_VIOLATION: i32 = 32;
    options
        .access_mode(GENERIC_READ.0 | GENERIC_WRITE.0 | DELETE.0)
        .share_mode(FILE_SHARE_READ.0)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT.0);
    match options.open(path) {
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

    #[test]
    fn nobody_can_take_the_name_of_a_file_that_is_held_or_finds_it_free() {
        let (_guard, folder) = folder();
        let (path, target) = (folder.join("x.partial"), folder.join("x"));
        let held = ExclusiveFile::create(&path).unwrap().unwrap();
        assert!(matches!(ExclusiveFile::create(&path).unwrap(), Err(Refusal::Busy { .. })));
        held.put(&target).unwrap();
        // From here on the old name is anybody's, and the new file too.
        ExclusiveFile::create(&path).unwrap().unwrap();
        ExclusiveFile::create(&target).unwrap().unwrap();
    }

    /// What the file at the path `x.partial` is refused for, and what became of `precious`, which it leads to.
    #[track_caller]
    fn must_be_refused(folder: &Utf8Path, expected: &str) {
        let path = folder.join("x.partial");
        for refusal in [ExclusiveFile::create(&path).unwrap().err(), ExclusiveFile::obstacle(&path).unwrap()] {
            match refusal {
                Some(Refusal::Alien { what, .. }) => assert_eq!(what, expected),
                // It is only seen when the file is open.
                None if expected.contains("second name") => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(std::fs::read_to_string(folder.join("precious")).unwrap(), "bytes");
        assert!(std::fs::symlink_metadata(path).is_ok(), "it is not ours to remove");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused_and_what_it_leads_to_stays_as_it_is() {
        let (_guard, folder) = folder();
        std::fs::write(folder.join("precious"), "bytes").unwrap();
        std::os::unix::fs::symlink(folder.join("precious"), folder.join("x.partial")).unwrap();
        must_be_refused(&folder, "a link");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_comes_between_the_look_and_the_opening_is_not_followed() {
        let (_guard, folder) = folder();
        let path = folder.join("x.partial");
        std::os::unix::fs::symlink(folder.join("nothing"), &path).unwrap();
        let error = open_alone(OpenOptions::new().write(true).create(true).truncate(false), &path).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(rustix::io::Errno::LOOP.raw_os_error()));
        assert!(!folder.join("nothing").exists());
    }

    #[cfg(windows)]
    #[test]
    fn a_link_is_refused_and_what_it_leads_to_stays_as_it_is() {
        let (_guard, folder) = folder();
        std::fs::write(folder.join("precious"), "bytes").unwrap();
        let made = std::os::windows::fs::symlink_file(folder.join("precious"), folder.join("x.partial"));
        // Wine says yes and makes none.
        if made.is_err() || !std::fs::symlink_metadata(folder.join("x.partial")).is_ok_and(|m| m.is_symlink()) {
            return println!(
                "SKIPPED: no symbolic links here (Windows wants administrators or developer mode; wine has none)"
            );
        }
        must_be_refused(&folder, "a link");
    }

    #[test]
    fn a_second_name_of_another_file_is_refused() {
        let (_guard, folder) = folder();
        std::fs::write(folder.join("precious"), "bytes").unwrap();
        std::fs::hard_link(folder.join("precious"), folder.join("x.partial")).unwrap();
        must_be_refused(&folder, "a second name of another file");
    }

    #[test]
    fn a_folder_is_refused() {
        let (_guard, folder) = folder();
        std::fs::write(folder.join("precious"), "bytes").unwrap();
        std::fs::create_dir(folder.join("x.partial")).unwrap();
        must_be_refused(&folder, "a folder");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_other_end() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let (_guard, folder) = folder();
        std::fs::write(folder.join("precious"), "bytes").unwrap();
        let path = folder.join("x.partial");
        mknodat(CWD, path.as_std_path(), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        must_be_refused(&folder, "a device or a pipe");
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
