//! Whether a file that holds a secret is private.

use std::fs::File;
use std::io;

/// Who can read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Privacy {
    /// Only its owner; on Windows the system and the administrators too, whom nothing can be kept from.
    Private,
    /// Others too; the text says who.
    Exposed(String),
}

/// Who can read an open file. The open file is asked and not a path: what is read then is what was looked at.
///
/// On Unix its mode tells: no permission bit for the group or for others.
#[cfg(unix)]
pub fn secret_file_privacy(file: &File) -> io::Result<Privacy> {
    let mode = rustix::fs::fstat(file)?.st_mode & 0o777;
    if mode & 0o077 == 0 { Ok(Privacy::Private) } else { Ok(Privacy::Exposed(format!("mode {mode:03o}"))) }
}

/// Who can read an open file. The open file is asked and not a path: what is read then is what was looked at.
///
/// On Windows its access list tells: no entry allows reading to anybody but the owner, the user of this process, the
/// system and the administrators. Entries that deny are not counted in: what they take away from a group, another group
/// may give back.
#[cfg(windows)]
pub fn secret_file_privacy(file: &File) -> io::Result<Privacy> {
    let others = crate::access_list::AccessList::of(file)?.other_readers(&crate::access_list::current_user()?)?;
    Ok(if others.is_empty() { Privacy::Private } else { Privacy::Exposed(others.join(", ")) })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_mode_tells_who_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password.txt");
        std::fs::write(&path, "x").unwrap();
        let privacy = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            secret_file_privacy(&File::open(&path).unwrap()).unwrap()
        };
        assert_eq!((privacy(0o600), privacy(0o400)), (Privacy::Private, Privacy::Private));
        assert_eq!(privacy(0o644), Privacy::Exposed("mode 644".into()));
        assert_eq!(privacy(0o640), Privacy::Exposed("mode 640".into()));
    }
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;
    use crate::access_list::{current_user, set_access_list};

    #[test]
    fn the_access_list_of_a_file_tells_who_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("password.txt")).unwrap();
        std::fs::write(&path, "x").unwrap();
        let user = current_user().unwrap();
        let privacy = |list: &str| {
            set_access_list(&path, list).unwrap();
            secret_file_privacy(&File::open(&path).unwrap()).unwrap()
        };
        assert_eq!(privacy(&format!("D:P(A;;FA;;;{user})(A;;FA;;;SY)(A;;FA;;;BA)")), Privacy::Private);
        let exposed = privacy(&format!("D:P(A;;FA;;;{user})(A;;FR;;;WD)"));
        assert!(matches!(&exposed, Privacy::Exposed(who) if who.contains("Everyone")), "{exposed:?}");
        assert_eq!(privacy(&format!("D:P(A;;FA;;;{user})")), Privacy::Private, "it can be mended");
    }
}
