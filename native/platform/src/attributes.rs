//! The attributes that Windows keeps of a file.

use camino::Utf8Path;
use std::io;

/// Those that say how a file is shown and treated, not how it is stored: read-only, hidden, system
/// ("File Attribute Constants", Microsoft Learn).
const CARRIED: u32 = 0x1 | 0x2 | 0x4;

/// Gives a file the attributes read-only, hidden and system, as far as `attributes` (Win32) has them. A file that has none of
/// them is left as it is.
///
/// # Errors
/// What Windows says.
#[cfg(windows)]
pub fn set_attributes(path: &Utf8Path, attributes: u32) -> io::Result<()> {
    use windows::Win32::Storage::FileSystem::{FILE_ATTRIBUTE_ARCHIVE, FILE_FLAGS_AND_ATTRIBUTES, SetFileAttributesW};
    let carried = attributes & CARRIED;
    if carried == 0 {
        return Ok(());
    }
    let wide = crate::windows_calls::wide(&crate::windows_calls::without_limit(path)?);
    let wanted = FILE_FLAGS_AND_ATTRIBUTES(carried | FILE_ATTRIBUTE_ARCHIVE.0);
    // SAFETY: `wide` is a NUL-terminated UTF-16 string that lives until the call returns.
    unsafe { SetFileAttributesW(windows::core::PCWSTR(wide.as_ptr()), wanted) }.map_err(crate::windows_calls::error)
}

/// Elsewhere files are only read-only or not; hidden and system have no place.
///
/// # Errors
/// What the operating system says.
#[cfg(not(windows))]
pub fn set_attributes(path: &Utf8Path, attributes: u32) -> io::Result<()> {
    const READ_ONLY: u32 = 0x1;
    if attributes & CARRIED & READ_ONLY == 0 {
        return Ok(());
    }
    let mut permissions = std::fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(path, permissions)
}

/// Takes the attribute read-only, which forbids to remove it, from everything in a folder. Links are not followed.
#[cfg(windows)]
pub(crate) fn make_removable(folder: &Utf8Path) -> io::Result<()> {
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        let mut permissions = metadata.permissions();
        if metadata.is_dir() {
            make_removable(entry.path())?;
        } else if permissions.readonly() && !metadata.is_symlink() {
            permissions.set_readonly(false);
            std::fs::set_permissions(entry.path(), permissions)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_can_have_it_gets() {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("desktop.ini")).unwrap();
        std::fs::write(&path, "x").unwrap();
        for (attributes, read_only) in [(0, false), (0x20, false), (0x6, false), (0x27, true)] {
            set_attributes(&path, attributes).unwrap();
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().readonly(), read_only, "{attributes:#x}");
        }
        #[cfg(windows)]
        {
            use std::os::windows::fs::MetadataExt;
            assert_eq!(std::fs::metadata(&path).unwrap().file_attributes() & 0x27, 0x27);
        }
        crate::exclusive_folder::remove(Utf8Path::from_path(folder.path()).unwrap()).unwrap();
        assert!(!path.exists());
    }
}
