//! Files of the medium that lie where the operating system image has something already.

use super::OsImage;
use super::tree::{self, Hashes, Skip, TreeRecord};
use crate::blueprint::{Item, KnownHash};
use crate::{Error, ErrorKind, Result, Stage};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_wim::WimEntry;

/// What the image has where files of the medium go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Files of the medium that the image has with the same bytes already.
    pub same: Vec<String>,
    /// Files of the medium that are left out: the image has another file there, which stays.
    pub kept: Vec<String>,
    /// Files of the image that give way.
    pub replaced: Vec<String>,
    /// All other files of the image; `None` where there is no image.
    pub tree: Option<TreeRecord>,
}

impl Taken {
    /// Looks for every file and empty folder of the medium in the image, and takes the record of all else in it. `replace`
    /// says who gives way.
    pub fn find(
        image: &OsImage,
        (items, empty): (&[Item], &[String]),
        replace: bool,
        profile: &MediaProfile,
        context: &Context,
    ) -> Result<Self> {
        let wanted: HashMap<String, &Item> = items.iter().map(|item| (item.path.to_lowercase(), item)).collect();
        let folders: HashSet<String> = wanted.keys().flat_map(|path| ancestors(path)).map(str::to_owned).collect();
        let paths = |kept: &[String]| {
            let files = items.iter().map(|item| &item.path).filter(|path| !kept.contains(path));
            Skip::new(files.chain(empty).map(String::as_str))
        };
        let mut taken = Self::default();
        // What may turn out to belong to the medium is told apart when all is known of what stays.
        let (mut tree, mut perhaps, may_be) = (Hashes::default(), Vec::new(), paths(&[]));
        let mut wrong = None;
        let visited = image.look(|wim| {
            wim.visit(image.index, &mut |entry| {
                let path = entry.path.to_lowercase();
                wrong = match wanted.get(&path) {
                    Some(item) if entry.is_dir => Some(in_the_way(image, item, "a folder")),
                    Some(item) => taken.file(image, item, &entry, replace, profile),
                    None if folders.contains(&path) && !entry.is_dir => Some(blocked(image, &entry)),
                    None => None,
                };
                let hash = tree::hash(&entry);
                if may_be.has(&path) {
                    perhaps.push((path, hash))
                } else {
                    tree.add(hash)
                }
                if wrong.is_some() { ControlFlow::Break(()) } else { context.flow() }
            })
        });
        context.check()?;
        if let Some(fault) = wrong {
            return Err(fault);
        }
        visited?;
        let skip = paths(&taken.kept);
        perhaps.into_iter().filter(|(path, _)| !skip.has(path)).for_each(|(_, hash)| tree.add(hash));
        Ok(Self { tree: Some(tree.record()), ..taken })
    }

    /// A file of the medium whose place is taken by a file.
    fn file(
        &mut self,
        image: &OsImage,
        item: &Item,
        entry: &WimEntry,
        replace: bool,
        profile: &MediaProfile,
    ) -> Option<Error> {
        let same = matches!(item.hash, Some(KnownHash::Sha1(sha1)) if entry.sha1 == Some(sha1))
            && item.path == entry.path
            && !entry.is_reparse_point;
        match () {
            () if same => self.same.push(item.path.clone()),
            () if replace => self.replaced.push(item.path.clone()),
            () if is_essential(&item.path, profile) => {
                let message = format!(
                    "The operating system image '{}' has the file '{}' already: it seems to be a task sequence medium \
                     itself.",
                    image.path, entry.path
                );
                return Some(Error::new(ErrorKind::OsImageIsMedium, Stage::Plan, message).target(item.path.clone()));
            }
            () => self.kept.push(item.path.clone()),
        }
        None
    }
}

/// Whether the medium is none without this file.
fn is_essential(path: &str, profile: &MediaProfile) -> bool {
    let layout = &profile.layout;
    [&layout.boot_image, &layout.variables_path(), &layout.bootstrap_ini_path()]
        .iter()
        .any(|essential| essential.eq_ignore_ascii_case(path))
}

/// The folders above a path.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default())
}

fn in_the_way(image: &OsImage, item: &Item, what: &str) -> Error {
    let message = format!("The operating system image '{}' has {what} where '{}' goes.", image.path, item.path);
    Error::new(ErrorKind::ImagePathTaken, Stage::Plan, message).target(item.path.clone())
}

fn blocked(image: &OsImage, entry: &WimEntry) -> Error {
    let message = format!(
        "The operating system image '{}' has a file or a link '{}' where the medium needs a folder.",
        image.path, entry.path
    );
    Error::new(ErrorKind::ImagePathTaken, Stage::Plan, message).target(entry.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_above_a_path_are_all_but_itself() {
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(ancestors("a").count(), 0);
    }

    #[test]
    fn what_makes_a_medium_is_essential_and_boot_files_are_not() {
        let profile = MediaProfile::default();
        assert!(is_essential("Sources/BOOT.wim", &profile) && is_essential("SMS/data/Variables.dat", &profile));
        assert!(!is_essential("bootmgr", &profile));
    }
}
