//! What volumes are like: whether two folders share one, and how large a file it takes.

use camino::Utf8Path;
use std::io;

/// Whether both folders, which must exist, lie on one volume: what is written to one is missing in the other.
#[cfg(unix)]
pub fn same_volume(a: &Utf8Path, b: &Utf8Path) -> io::Result<bool> {
    let device = |path: &Utf8Path| rustix::fs::stat(path.as_std_path()).map(|s| s.st_dev);
    Ok(device(a)? == device(b)?)
}

/// Whether both folders, which must exist, lie on one volume: what is written to one is missing in the other.
///
/// Volumes are told apart by drive letter or share; one that is mounted in a folder is taken for the drive around it.
#[cfg(not(unix))]
pub fn same_volume(a: &Utf8Path, b: &Utf8Path) -> io::Result<bool> {
    let prefix = |path: &Utf8Path| -> io::Result<Option<String>> {
        let full = std::fs::canonicalize(path)?;
        let first = full.components().next().map(|c| c.as_os_str().to_string_lossy().to_uppercase());
        Ok(first)
    };
    Ok(prefix(a)? == prefix(b)?)
}

/// The longest file of FAT, bytes (Microsoft's FAT specification, "File size").
#[cfg(target_os = "linux")]
const MOST_OF_FAT: u64 = u32::MAX as u64;

/// How many bytes a file in a folder may have; `None` when the file system is not known to have a limit worth telling.
#[cfg(target_os = "linux")]
pub fn largest_file(folder: &Utf8Path) -> io::Result<Option<u64>> {
    let found = rustix::fs::statfs(folder.as_std_path())?;
    // The type of the field differs between processors.
    #[allow(clippy::unnecessary_cast, reason = "it is not the same everywhere")]
    let kind = found.f_type as u64;
    Ok(largest_file_of(kind))
}

/// How many bytes a file has at most on a file system of this kind, the number that `statfs` gives.
#[cfg(target_os = "linux")]
fn largest_file_of(kind: u64) -> Option<u64> {
    /// `MSDOS_SUPER_MAGIC` of `linux/magic.h`, which FAT12, FAT16 and FAT32 share.
    const MSDOS: u64 = 0x4d44;
    (kind == MSDOS).then_some(MOST_OF_FAT)
}

/// How many bytes a file in a folder may have; `None` when the file system is not known to have a limit worth telling.
#[cfg(windows)]
pub fn largest_file(folder: &Utf8Path) -> io::Result<Option<u64>> {
    crate::windows_calls::largest_file(folder)
}

/// How many bytes a file in a folder may have; `None` when the file system is not known to have a limit worth telling.
#[cfg(not(any(windows, target_os = "linux")))]
pub fn largest_file(_: &Utf8Path) -> io::Result<Option<u64>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;

    #[cfg(target_os = "linux")]
    #[test]
    fn fat_has_a_limit_and_ext4_has_none() {
        assert_eq!(largest_file_of(0x4d44), Some((1 << 32) - 1));
        assert_eq!(largest_file_of(0xef53), None); // EXT4_SUPER_MAGIC
    }

    #[test]
    fn a_folder_and_one_in_it_share_a_volume() {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        let inner = folder.join("inner");
        std::fs::create_dir(&inner).unwrap();
        assert!(same_volume(&folder, &inner).unwrap());
        assert!(same_volume(&folder, &folder.join("no such folder")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_table_is_a_volume_of_its_own() {
        assert!(!same_volume("/".into(), "/proc".into()).unwrap());
    }
}
