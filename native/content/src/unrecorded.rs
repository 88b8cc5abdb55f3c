//! A file of a content whose record is gone: nothing in the content tells of it, but the index that `FileLib` keeps beside the
//! bytes of every file still names the content as its user (`docs/formats.md`, "Content library").

use crate::tree::ContentTree;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use tsm_formats::Sha256Hash;

/// How many indexes are read at most. They are asked only when the hash over the content tells that something is wrong, and
/// over a share each takes as long as a file.
const MOST_INDEXES: usize = 50_000;
/// The longest index that is read, in bytes; a line a content.
const LONGEST_INDEX: u64 = 16 << 20;

/// The hash of a file that one of the `FileLib` folders keeps for a content, and that the content has no record of. What
/// cannot be read is passed over: this is a search for the reason of a fault that is told anyhow.
pub(crate) fn file_of(file_libs: &[Utf8PathBuf], tree: &ContentTree) -> Option<Sha256Hash> {
    let recorded: HashSet<Sha256Hash> = tree.files.iter().map(|file| file.sha256).collect();
    let folders = file_libs.iter().filter_map(|lib| lib.read_dir_utf8().ok()).flatten().flatten();
    let files = folders.filter_map(|folder| folder.path().read_dir_utf8().ok()).flatten().flatten();
    let indexes = files.filter_map(|entry| {
        let name = entry.file_name();
        let hash: Sha256Hash = name.get(..64)?.parse().ok()?;
        (name.get(64..)?.eq_ignore_ascii_case(".INI") && !recorded.contains(&hash)).then(|| (hash, entry.into_path()))
    });
    let mut users = indexes.take(MOST_INDEXES).filter(|(_, index)| names(index, &tree.content_id));
    users.next().map(|(hash, _)| hash)
}

/// Whether an index names a content as user of its file: a line `<content ID>=`.
fn names(index: &Utf8Path, content: &str) -> bool {
    let Ok(file) = File::open(index) else { return false };
    let lines = BufReader::new(file.take(LONGEST_INDEX)).lines().map_while(Result::ok);
    lines
        .into_iter()
        .any(|line| line.trim().split_once('=').is_some_and(|(user, _)| user.trim().eq_ignore_ascii_case(content)))
}
