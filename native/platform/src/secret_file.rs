//! Whether a file that holds a secret is private.

use camino::Utf8Path;
use std::io;

/// Who can read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Privacy {
    /// Only its owner.
    OwnerOnly,
    /// Others too; the text says who.
    Exposed(String),
    /// This program cannot tell on this system.
    Unknown,
}

/// Who can read the file at `path`.
///
/// On Unix its mode tells. On Windows the answer is [`Privacy::Unknown`]: the PowerShell module reads the access list
/// there.
#[cfg(unix)]
pub fn secret_file_privacy(path: &Utf8Path) -> io::Result<Privacy> {
    let stat = rustix::fs::stat(path.as_std_path())?;
    let mode = stat.st_mode & 0o777;
    if mode & 0o077 == 0 { Ok(Privacy::OwnerOnly) } else { Ok(Privacy::Exposed(format!("mode {mode:04o}"))) }
}

/// Who can read the file at `path`. See the Unix form.
#[cfg(not(unix))]
pub fn secret_file_privacy(path: &Utf8Path) -> io::Result<Privacy> {
    std::fs::metadata(path)?;
    Ok(Privacy::Unknown)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_mode_tells_who_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("password.txt")).unwrap();
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(secret_file_privacy(&path).unwrap(), Privacy::OwnerOnly);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(secret_file_privacy(&path).unwrap(), Privacy::Exposed("mode 0644".into()));
    }
}
