//! Files of this computer that go on a medium: a folder with everything below it, or single files.

use crate::blueprint::{Item, KnownHash, Source};
use crate::boot_image::hash;
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{File, Metadata};
use tsm_job::Context;

/// No path in Windows has more folders; a deeper tree is a loop.
const DEEPEST_FOLDER: usize = 128;

/// A folder with everything below it.
#[derive(Debug, Default)]
pub(crate) struct LocalFolder {
    /// Its files, in ascending order of their paths.
    pub items: Vec<Item>,
    /// Its folders, with `/`, relative to it.
    pub folders: Vec<String>,
}

/// Lists a folder and hashes its files, as files of the medium below `to`. A link to a file in the folder counts as that
/// file; a link to anything else is refused, and so is a name that Windows cannot hold.
pub(crate) fn folder(root: &Utf8Path, to: &str, kind: ErrorKind, context: &Context) -> Result<LocalFolder> {
    let fault = |message: String| Error::new(kind, Stage::Content, message).target(root.as_str());
    if !root.is_dir() {
        return Err(fault(format!("There is no folder '{root}'.")));
    }
    let true_root = root.canonicalize_utf8().map_err(|e| fault(format!("'{root}' cannot be read.")).source(e))?;
    let mut walk = Walk { true_root, kind, files: Vec::new(), folders: Vec::new() };
    walk.list(root, "", 0)?;
    walk.files.sort();
    walk.folders.sort();
    let item = |relative: &String| item(&root.join(relative), format!("{to}/{relative}"), kind, context);
    let items = walk.files.iter().map(item).collect::<Result<_>>()?;
    Ok(LocalFolder { items, folders: walk.folders })
}

/// One file, hashed, as a file of the medium.
pub(crate) fn item(path: &Utf8Path, on_medium: String, kind: ErrorKind, context: &Context) -> Result<Item> {
    let unreadable = |e: std::io::Error| {
        Error::new(kind, Stage::Content, format!("The file '{path}' cannot be read.")).target(path.as_str()).source(e)
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    let sha256 = hash(&mut file, meta.len(), "Reading files", context)?.map_err(unreadable)?;
    Ok(Item {
        path: on_medium,
        size: Some(meta.len()),
        hash: Some(KnownHash::Sha256(sha256)),
        modified: modified(&meta),
        source: Source::File(path.to_owned()),
    })
}

fn modified(meta: &Metadata) -> i64 {
    meta.modified().ok().and_then(|t| jiff::Timestamp::try_from(t).ok()).map_or(0, |t| t.as_second())
}

struct Walk {
    true_root: Utf8PathBuf,
    kind: ErrorKind,
    files: Vec<String>,
    folders: Vec<String>,
}

impl Walk {
    fn list(&mut self, folder: &Utf8Path, relative: &str, depth: usize) -> Result<()> {
        if depth > DEEPEST_FOLDER {
            return Err(self.fault(folder, format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep.")));
        }
        let unreadable = |e: std::io::Error| self.fault(folder, format!("'{folder}' cannot be read.")).source(e);
        let entries = folder.read_dir_utf8().map_err(unreadable)?;
        for entry in entries {
            let entry = entry.map_err(|e| self.fault(folder, format!("'{folder}' cannot be read.")).source(e))?;
            let (path, name) = (entry.path(), entry.file_name());
            let relative = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            self.check_name(path, name)?;
            let meta = std::fs::symlink_metadata(path)
                .map_err(|e| self.fault(path, format!("'{path}' cannot be read.")).source(e))?;
            if meta.is_dir() && !is_link(&meta) {
                self.folders.push(relative.clone());
                self.list(path, &relative, depth + 1)?;
            } else if meta.is_file() && !is_link(&meta) || self.leads_to_own_file(path)? {
                self.files.push(relative);
            } else {
                return Err(self.fault(path, format!("'{path}' is neither a file nor a folder.")));
            }
        }
        Ok(())
    }

    /// Whether a link leads to a file in the folder. One that leads out of it could bring anything onto the medium.
    fn leads_to_own_file(&self, path: &Utf8Path) -> Result<bool> {
        let to = path
            .canonicalize_utf8()
            .map_err(|e| self.fault(path, format!("'{path}' is a link that leads nowhere.")).source(e))?;
        if !to.starts_with(&self.true_root) {
            return Err(self.fault(path, format!("'{path}' is a link that leads out of the folder, to '{to}'.")));
        }
        if to.is_dir() {
            return Err(self.fault(path, format!("'{path}' is a link to a folder, which no medium can hold.")));
        }
        Ok(to.is_file())
    }

    /// What no file name in Windows has ("Naming Files, Paths, and Namespaces", Microsoft Learn).
    fn check_name(&self, path: &Utf8Path, name: &str) -> Result<()> {
        let bad = name.chars().find(|c| c.is_control() || "\"*/:<>?\\|".contains(*c));
        match bad {
            Some(bad) => Err(self.fault(
                path,
                format!(
                    "'{}' holds '{}', which Windows has in no name.",
                    path.as_str().escape_debug(),
                    bad.escape_debug()
                ),
            )),
            None if name.ends_with([' ', '.']) => {
                Err(self.fault(path, format!("'{path}' ends in a blank or a dot, which Windows drops.")))
            }
            None => Ok(()),
        }
    }

    fn fault(&self, path: &Utf8Path, message: String) -> Error {
        Error::new(self.kind, Stage::Content, message).target(path.as_str())
    }
}

#[cfg(not(windows))]
fn is_link(meta: &Metadata) -> bool {
    meta.is_symlink()
}

/// Junctions and mount points too: every reparse point that is no plain file.
#[cfg(windows)]
fn is_link(meta: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;
    const FILE_ATTRIBUTE_REPARSE_POINT: u32 = 0x400;
    meta.is_symlink() || meta.is_dir() && meta.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: ErrorKind = ErrorKind::PrestartFolderInvalid;

    fn list(root: &Utf8Path) -> Result<LocalFolder> {
        folder(root, "SMS/PKG/P", KIND, &Context::silent())
    }

    fn made() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(guard.path().join("tools")).unwrap();
        std::fs::create_dir_all(root.join("a/empty")).unwrap();
        std::fs::write(root.join("start.cmd"), "@echo\r\n").unwrap();
        std::fs::write(root.join("a/b.txt"), "").unwrap();
        std::fs::write(Utf8Path::from_path(guard.path()).unwrap().join("outside.txt"), "secret").unwrap();
        (guard, root)
    }

    #[test]
    fn files_and_folders_are_listed_with_their_hashes() {
        let (_guard, root) = made();
        let found = list(&root).unwrap();
        let paths: Vec<&str> = found.items.iter().map(|i| i.path.as_str()).collect();
        assert_eq!(paths, ["SMS/PKG/P/a/b.txt", "SMS/PKG/P/start.cmd"]);
        assert_eq!(found.folders, ["a", "a/empty"]);
        assert_eq!((found.items[1].size, found.items[0].size), (Some(7), Some(0)));
        assert!(found.items.iter().all(|i| i.hash.is_some() && i.modified > 0));
    }

    #[test]
    fn a_folder_that_is_none_is_named() {
        let (_guard, root) = made();
        for place in [root.join("none"), root.join("start.cmd")] {
            let error = list(&place).unwrap_err();
            assert!(error.kind() == KIND && error.message().contains(place.as_str()), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_out_and_odd_names_are_refused_and_links_within_are_files() {
        use std::os::unix::fs::symlink;
        let refused = |make: &dyn Fn(&Utf8Path), words: &str| {
            let (_guard, root) = made();
            make(&root);
            let error = list(&root).unwrap_err();
            assert!(error.kind() == KIND && error.message().contains(words), "{error}");
        };
        refused(&|root| symlink("../outside.txt", root.join("link")).unwrap(), "leads out of the folder");
        refused(&|root| symlink("/etc", root.join("a/link")).unwrap(), "leads out of the folder");
        refused(&|root| symlink("nowhere", root.join("link")).unwrap(), "leads nowhere");
        refused(&|root| symlink(root, root.join("a/loop")).unwrap(), "link to a folder");
        refused(&|root| std::fs::write(root.join("a:b"), "").unwrap(), "no name");
        refused(&|root| std::fs::write(root.join("dot."), "").unwrap(), "dot");
        let (_guard, root) = made();
        symlink("start.cmd", root.join("again.cmd")).unwrap();
        assert_eq!(list(&root).unwrap().items[1].size, Some(7));
    }
}
