//! Giving every file of a folder the same times, so that capturing it gives the same bytes each time.
use std::fs::{File, FileTimes};
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{WimError, WimErrorKind};

/// Sets the write and access time (on Windows also the creation time) of `root` and everything below it to `seconds`
/// since 1970. A WIM stores these three for every file.
///
/// Symbolic links are left alone and not followed.
///
/// # Errors
/// [`WimErrorKind::Io`] or [`WimErrorKind::NotFound`] with the path, [`WimErrorKind::BadName`] for a name that is not Unicode.
pub fn set_tree_times(root: &Utf8Path, seconds: i64) -> Result<(), WimError> {
    let time = system_time(seconds)
        .ok_or_else(|| WimError::new(WimErrorKind::BadArgument, format!("no such time: {seconds}")))?;
    // Folders are done after what is in them, since reading a folder moves its access time.
    let mut folders = vec![root.to_owned()];
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        for entry in read_folder(&folder)? {
            let (path, kind) = entry?;
            if kind.is_dir() {
                folders.push(path);
            } else if !kind.is_symlink() {
                set(&path, time)?;
            }
        }
    }
    folders.iter().rev().try_for_each(|folder| set(folder, time))
}

type Entry = Result<(Utf8PathBuf, std::fs::FileType), WimError>;

fn read_folder(folder: &Utf8Path) -> Result<impl Iterator<Item = Entry> + use<>, WimError> {
    let owned = folder.to_owned();
    let entries = folder.read_dir_utf8().map_err(|e| WimError::io("cannot list the folder", folder, e))?;
    Ok(entries.map(move |entry| {
        let entry = entry.map_err(|e| WimError::io("cannot list the folder", &owned, e))?;
        let kind = entry.file_type().map_err(|e| WimError::io("cannot look at", entry.path(), e))?;
        Ok((entry.path().to_owned(), kind))
    }))
}

fn system_time(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds >= 0 { UNIX_EPOCH.checked_add(distance) } else { UNIX_EPOCH.checked_sub(distance) }
}

fn set(path: &Utf8Path, time: SystemTime) -> Result<(), WimError> {
    open_for_times(path)
        .and_then(|file| file.set_times(times(time)))
        .map_err(|e| WimError::io("cannot set the times", path, e))
}

#[cfg(windows)]
fn times(time: SystemTime) -> FileTimes {
    use std::os::windows::fs::FileTimesExt;
    FileTimes::new().set_modified(time).set_accessed(time).set_created(time)
}

#[cfg(not(windows))]
fn times(time: SystemTime) -> FileTimes {
    FileTimes::new().set_modified(time).set_accessed(time)
}

#[cfg(windows)]
fn open_for_times(path: &Utf8Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_WRITE_ATTRIBUTES: u32 = 0x0100;
    // Without it Windows does not open folders.
    const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
    File::options().access_mode(FILE_WRITE_ATTRIBUTES).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path)
}

#[cfg(not(windows))]
fn open_for_times(path: &Utf8Path) -> io::Result<File> {
    // An owner may set times through a file opened for reading only; folders open no other way.
    File::open(path)
}
