//! Differences between the trees: they should show the same data.

use std::collections::HashMap;

use super::findings::{FindingCode, Findings};
use super::{FileInfo, Tree};

/// What makes two entries of different trees the same file: where the data begins and how much it is.
type Key = (u64, u64);

fn key(file: &FileInfo) -> Option<Key> {
    file.extents.first().map(|extent| (extent.offset, file.size))
}

/// How often each piece of data is shown, with the first path that shows it.
fn data(files: &[FileInfo]) -> HashMap<Key, &str> {
    files.iter().rev().filter_map(|file| Some((key(file)?, file.path.as_str()))).collect()
}

/// Compares the first of the trees (the one that systems prefer) with each of the others.
pub(super) fn trees(lists: &[(Tree, Vec<FileInfo>)], findings: &mut Findings) {
    let Some(((tree, files), others)) = lists.split_first() else { return };
    let (here, files_here) = (data(files), data_free(files));
    for (other, other_files) in others {
        let there = data(other_files);
        only_in(&here, &there, *tree, *other, findings);
        only_in(&there, &here, *other, *tree, findings);
        let files_there = data_free(other_files);
        if files_here != files_there {
            let text = format!(
                "{} folders and {} empty files; {other} has {} and {}",
                files_here.0, files_here.1, files_there.0, files_there.1
            );
            findings.add(FindingCode::TreesDiffer, tree.to_string(), text);
        }
    }
}

/// Folders and empty files: they have no data by which to find them.
fn data_free(files: &[FileInfo]) -> (usize, usize) {
    let folders = files.iter().filter(|file| file.is_dir).count();
    let empty = files.iter().filter(|file| !file.is_dir && file.size == 0).count();
    (folders, empty)
}

fn only_in(here: &HashMap<Key, &str>, there: &HashMap<Key, &str>, tree: Tree, other: Tree, findings: &mut Findings) {
    let mut missing: Vec<_> = here.iter().filter(|(key, _)| !there.contains_key(*key)).collect();
    missing.sort_unstable();
    for ((offset, size), path) in missing {
        let text = format!("{size} bytes at byte {offset} are not in the {other} tree");
        findings.add(FindingCode::TreesDiffer, format!("{tree} /{path}"), text);
    }
}
