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
    if let Some(folder) = to.parent() {
        flush_folder(folder)?;
    }
    Ok(())
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
}
