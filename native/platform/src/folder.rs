//! Room and rights in a folder.

use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that the current user may still write to the volume that holds `folder`, which must exist.
#[cfg(unix)]
pub fn free_space(folder: &Utf8Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(folder.as_std_path())?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes that the current user may still write to the volume that holds `folder`, which must exist.
#[cfg(windows)]
pub fn free_space(folder: &Utf8Path) -> io::Result<u64> {
    let wide = crate::windows_calls::wide(&crate::windows_calls::without_limit(folder)?);
    let mut free = 0_u64;
    // SAFETY: `wide` is a NUL-terminated UTF-16 string and `free` a u64, both alive until the call returns; the two
    // results that are not wanted are optional by the function's documentation.
    unsafe {
        windows::Win32::Storage::FileSystem::GetDiskFreeSpaceExW(
            windows::core::PCWSTR(wide.as_ptr()),
            Some(&mut free),
            None,
            None,
        )
    }
    .map_err(crate::windows_calls::error)?;
    Ok(free)
}

/// Whether the current user may create files in `folder`. Nothing is written.
#[cfg(unix)]
pub fn folder_is_writable(folder: &Utf8Path) -> io::Result<bool> {
    use rustix::fs::{Access, access};
    match access(folder.as_std_path(), Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM | rustix::io::Errno::ROFS) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Whether the current user may create files in `folder`.
///
/// Windows answers that only to somebody who tries: a file is made that the system removes when it is closed, even if
/// this process is killed.
#[cfg(windows)]
pub fn folder_is_writable(folder: &Utf8Path) -> io::Result<bool> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    let mut options = std::fs::OpenOptions::new();
    let result = options.write(true).create_new(true).custom_flags(FILE_FLAG_DELETE_ON_CLOSE).open(probe(folder));
    match result {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        Err(e) => Err(e),
    }
}

/// Whether the file system of `folder` holds a file of `length` bytes: one is made, as a hole, and removed again. FAT32 holds
/// none of 4 GiB.
pub fn holds_length(folder: &Utf8Path, length: u64) -> io::Result<bool> {
    let path = probe(folder);
    let file = std::fs::File::create_new(&path)?;
    let held = file.set_len(length).is_ok();
    drop(file);
    std::fs::remove_file(&path)?;
    Ok(held)
}

/// A path in `folder` that nobody else asks for at the same time, be it in another process or in this one.
fn probe(folder: &Utf8Path) -> Utf8PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    folder.join(format!(".tsm-{}-{}.probe", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_has_room_and_can_be_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        assert!(free_space(&folder).unwrap() > 0);
        assert!(folder_is_writable(&folder).unwrap());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing may be left behind");
    }

    #[test]
    fn many_may_ask_at_once() {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(guard.path()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert!(folder_is_writable(folder).unwrap() && holds_length(folder, 1 << 20).unwrap());
                    }
                });
            }
        });
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "nothing may be left behind");
    }

    #[test]
    fn a_folder_deeper_than_260_characters_is_no_exception() {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        let folder = (0..4).fold(folder, |path, n| path.join(format!("{n}{}", "x".repeat(90))));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(free_space(&folder).unwrap() > 0);
        assert!(folder_is_writable(&folder).unwrap());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(free_space(Utf8Path::new("no/such/folder")).is_err());
        assert!(folder_is_writable(Utf8Path::new("no/such/folder")).is_err());
    }
}
