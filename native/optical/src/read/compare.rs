//! Differences between the trees: they should show the same data.

use std::collections::HashSet;

use super::findings::{FindingCode, Findings};
use super::{FileInfo, Tree};

/// Most differences of a kind that are named one by one.
const NAMED: usize = 20;

/// What makes two entries of different trees the same file: where the data begins and how much it is.
type Key = (u64, u64);

fn key(file: &FileInfo) -> Option<Key> {
    file.extents.first().map(|extent| (extent.offset, file.size))
}

/// A piece of data, the first path that shows it, and how many do.
type Shown<'a> = (Key, &'a str, usize);

/// All data, in the order in which it lies. Files lie mostly in the order of their tree, so that sorting is quick, and quicker
/// than hashing.
fn data(files: &[FileInfo]) -> Vec<Shown<'_>> {
    let mut shown: Vec<Shown<'_>> = files.iter().filter_map(|file| Some((key(file)?, file.path.as_str(), 1))).collect();
    shown.sort_by_key(|(key, ..)| *key);
    shown.dedup_by(|(key, _, _), (first, _, count)| {
        let same = key == first;
        *count += usize::from(same);
        same
    });
    shown
}

fn find<'s, 'a>(shown: &'s [Shown<'a>], key: &Key) -> Option<&'s Shown<'a>> {
    shown.binary_search_by_key(key, |(key, ..)| *key).ok().map(|place| &shown[place])
}

/// Compares two trees; the first is the one that systems prefer.
pub(super) fn trees(
    (tree, files): (Tree, &[FileInfo]),
    (other, other_files): (Tree, &[FileInfo]),
    findings: &mut Findings,
) {
    let (here, there) = (data(files), data(other_files));
    only_in(&here, &there, tree, other, findings);
    only_in(&there, &here, other, tree, findings);
    if (tree, other) == (Tree::Udf, Tree::Joliet) {
        names(&here, &there, files, findings);
    }
    let (free_here, free_there) = (data_free(files), data_free(other_files));
    if free_here != free_there {
        let text = format!(
            "{} folders and {} empty files; {other} has {} and {}",
            free_here.0, free_here.1, free_there.0, free_there.1
        );
        findings.add(FindingCode::TreesDiffer, tree.to_string(), text);
    }
}

/// Folders and empty files: they have no data by which to find them.
fn data_free(files: &[FileInfo]) -> (usize, usize) {
    let folders = files.iter().filter(|file| file.is_dir).count();
    let empty = files.iter().filter(|file| !file.is_dir && file.size == 0).count();
    (folders, empty)
}

fn only_in(here: &[Shown<'_>], there: &[Shown<'_>], tree: Tree, other: Tree, findings: &mut Findings) {
    let missing: Vec<_> = here.iter().filter(|(key, ..)| find(there, key).is_none()).collect();
    for ((offset, size), path, _) in missing.iter().take(NAMED) {
        let text = format!("{size} bytes at byte {offset} are not in the {other} tree");
        findings.add(FindingCode::TreesDiffer, format!("{tree} /{path}"), text);
    }
    more(missing.len(), "files are not in", tree, other, findings);
}

/// Differences beyond those that are named: media of Windows have all files in one tree only.
fn more(count: usize, what: &str, tree: Tree, other: Tree, findings: &mut Findings) {
    if count > NAMED {
        let text = format!("{} more {what} the {other} tree", count - NAMED);
        findings.add(FindingCode::TreesDiffer, tree.to_string(), text);
    }
}

/// Files that Joliet shows under another path than UDF although it could hold the path. Paths that differ from another
/// only in case are not among them: many systems take those for the same.
fn names(udf: &[Shown<'_>], joliet: &[Shown<'_>], files: &[FileInfo], findings: &mut Findings) {
    let mut different: Vec<_> = udf
        .iter()
        .filter_map(|(key, path, count)| {
            let (_, other, other_count) = find(joliet, key)?;
            // Of data with several names it is not known which belong together.
            (*count == 1 && *other_count == 1 && path != other && path.split('/').all(joliet_holds))
                .then_some((*path, *other))
        })
        .collect();
    if different.is_empty() {
        return;
    }
    let alike = alike(files);
    different.retain(|(path, _)| !folders_and_path(path).any(|part| alike.contains(&part.to_uppercase())));
    different.sort_unstable();
    for (path, other) in different.iter().take(NAMED) {
        findings.add(FindingCode::TreesDiffer, format!("UDF /{path}"), format!("Joliet calls it /{other}"));
    }
    more(different.len(), "files have other names in", Tree::Udf, Tree::Joliet, findings);
}

/// Paths in upper case that stand for more than one file or folder.
fn alike(files: &[FileInfo]) -> HashSet<String> {
    let mut seen = HashSet::new();
    files.iter().map(|file| file.path.to_uppercase()).filter(|path| !seen.insert(path.clone())).collect()
}

/// A path, and the paths of the folders it is in.
fn folders_and_path(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

/// Whether Joliet can hold a name as it is: 64 units of UCS-2 without `* / : ; ? \` and control characters, no dot at
/// the end.
fn joliet_holds(name: &str) -> bool {
    let fits = |c: char| c.len_utf16() == 1 && !c.is_control() && !"*/:;?\\".contains(c);
    name.chars().count() <= 64 && name.chars().all(fits) && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::super::Extent;
    use super::*;

    fn file(path: &str, offset: u64, size: u64) -> FileInfo {
        let extents = vec![Extent { offset, len: size, recorded: true }];
        FileInfo { path: path.into(), size, is_dir: false, modified: None, extents }
    }

    fn compare(udf: Vec<FileInfo>, joliet: Vec<FileInfo>) -> Vec<String> {
        let mut findings = Findings::default();
        trees((Tree::Udf, &udf), (Tree::Joliet, &joliet), &mut findings);
        findings.to_list().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn files_of_one_tree_only_are_named() {
        let found = compare(vec![file("a", 0, 1), file("b", 2048, 1)], vec![file("a", 0, 1), file("c", 4096, 1)]);
        assert_eq!(
            found,
            [
                "UDF /b: 1 bytes at byte 2048 are not in the Joliet tree",
                "Joliet /c: 1 bytes at byte 4096 are not in the UDF tree"
            ]
        );
    }

    #[test]
    fn a_name_that_joliet_could_hold_must_be_the_same() {
        assert_eq!(compare(vec![file("a", 0, 1)], vec![file("b", 0, 1)]), ["UDF /a: Joliet calls it /b"]);
        assert!(compare(vec![file("a?", 0, 1)], vec![file("a_", 0, 1)]).is_empty());
        assert!(compare(vec![file("ends.", 0, 1)], vec![file("ends_", 0, 1)]).is_empty());
        let udf = || vec![file("x/A", 0, 1), file("X/b", 2048, 1), file("c", 4096, 1)];
        let joliet = vec![file("x/A", 0, 1), file("X~2/b", 2048, 1), file("d", 4096, 1)];
        let folders = ["x", "X"].map(|path| FileInfo { is_dir: true, extents: vec![], size: 0, ..file(path, 0, 0) });
        let with_folders = |files: Vec<FileInfo>| files.into_iter().chain(folders.clone()).collect::<Vec<_>>();
        assert_eq!(compare(with_folders(udf()), with_folders(joliet)), ["UDF /c: Joliet calls it /d"]);
    }

    #[test]
    fn a_tree_without_files_is_one_finding_and_not_thousands() {
        let udf = (0..5000).map(|number| file(&format!("f{number}"), number * 2048, 5)).collect();
        let found = compare(udf, vec![]);
        assert_eq!(found.len(), NAMED + 1);
        assert_eq!(found[NAMED], format!("UDF: {} more files are not in the Joliet tree", 5000 - NAMED));
    }
}
