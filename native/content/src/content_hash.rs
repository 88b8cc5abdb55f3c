//! The hash over a whole content: names and bytes of everything in it (`docs/formats.md`, "Content library").

use crate::tree::{ContentFile, ContentTree};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use tsm_formats::Sha256Hash;

/// A folder while it is put together.
#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: Vec<(&'a str, &'a ContentFile)>,
}

/// The hash over a content, from the recorded hashes of its files.
///
/// The recipe is public but not documented by its maker, so a difference is worth a warning, not a stop.
pub fn content_hash(tree: &ContentTree) -> Sha256Hash {
    let mut root = Folder::default();
    for path in &tree.folders {
        folder_at(&mut root, path);
    }
    for file in &tree.files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        folder_at(&mut root, folder).files.push((name, file));
    }
    let mut hasher = Sha256::new();
    feed(&root, "", &mut hasher);
    Sha256Hash::from(<[u8; 32]>::from(hasher.finalize()))
}

fn folder_at<'a, 'f>(root: &'f mut Folder<'a>, path: &'a str) -> &'f mut Folder<'a> {
    path.split('/').filter(|part| !part.is_empty()).fold(root, |folder, part| folder.folders.entry(part).or_default())
}

/// Names of folders, names of files, hashes of files; then each folder in turn. `prefix` ends with a backslash, or is empty.
fn feed(folder: &Folder<'_>, prefix: &str, hasher: &mut Sha256) {
    let mut folders: Vec<_> = folder.folders.iter().collect();
    folders.sort_by(|a, b| order(a.0, b.0));
    let mut files: Vec<_> = folder.files.iter().collect();
    files.sort_by(|a, b| order(a.0, b.0));
    for name in folders.iter().map(|(name, _)| **name).chain(files.iter().map(|(name, _)| *name)) {
        text(hasher, &format!("{prefix}{name}").to_lowercase());
    }
    for (_, file) in files {
        text(hasher, &file.sha256.to_string());
    }
    for (name, inner) in folders {
        feed(inner, &format!("{prefix}{name}\\"), hasher);
    }
}

/// The order in which NTFS lists names: by upper-cased UTF-16 units. Whether the product goes by it is not known; only
/// this function would have to change.
fn order(a: &str, b: &str) -> Ordering {
    let units = |name: &str| name.chars().map(upper).collect::<String>().encode_utf16().collect::<Vec<_>>();
    units(a).cmp(&units(b))
}

/// NTFS has a table of one unit for one: a character whose capital is written with two stays as it is.
fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

fn text(hasher: &mut Sha256, text: &str) {
    for unit in text.encode_utf16() {
        hasher.update(unit.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folders: &[&str], files: &[(&str, &str)]) -> ContentTree {
        let file = |(path, bytes): &(&str, &str)| ContentFile {
            path: (*path).to_owned(),
            size: bytes.len() as u64,
            sha256: Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(bytes.as_bytes()))),
            attributes: 0x20,
            modified_filetime: 0,
        };
        ContentTree {
            content_id: "PS100005.1".into(),
            hash: None,
            files: files.iter().map(file).collect(),
            folders: folders.iter().map(|f| (*f).to_owned()).collect(),
        }
    }

    /// The vectors V1 to V4, computed with two unrelated implementations.
    #[test]
    fn the_vectors_come_out() {
        let v1 = tree(&[], &[]);
        let v2 = tree(&[], &[("boot.PS100005.wim", "abc")]);
        let v3 = tree(
            &["Empty", "Sub", "Sub/Deep"],
            &[
                ("Setup.exe", "MZ"),
                ("readme.TXT", ""),
                ("Sub/B.txt", "hello"),
                ("Sub/a.txt", "hello"),
                ("Sub/Deep/x.bin", "\0"),
            ],
        );
        let v4 = tree(&[], &[("a_b", "1"), ("aB", "2"), ("a-b", "3"), ("a b", "4"), ("A1", "5")]);
        for (tree, expected) in [
            (v1, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"),
            (v2, "E069CE1B6A7E3057EF9A95C6090AD5D994C1DD37F155ECC570B71D415C8FA5A0"),
            (v3, "6DD850CC87E3BB6B7B1F60BC9C1BF8CC8E2D72F62877224A08E8C3E9AF4BF8A9"),
            (v4, "752DF34EED1560DDB70D7EBF24C24D1B8F0D117002C524C5A139BFB287E8F7B8"),
        ] {
            assert_eq!(content_hash(&tree).to_string(), expected);
        }
    }

    #[test]
    fn folders_count_also_when_only_a_path_names_them() {
        let named = tree(&["a"], &[("a/x", "1")]);
        let implied = tree(&[], &[("a/x", "1")]);
        assert_eq!(content_hash(&named), content_hash(&implied));
        assert_ne!(content_hash(&tree(&["b"], &[])), content_hash(&tree(&[], &[])));
    }
}
