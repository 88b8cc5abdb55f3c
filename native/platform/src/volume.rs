//! Whether two folders share the room of one volume.

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

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;

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
