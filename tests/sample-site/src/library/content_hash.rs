//! The hash over a whole content, by the recipe that an administrator found out; Microsoft has not published one.
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

/// The hash of a content from its files (path with `/`, SHA-256 in upper-case hexadecimal digits) and folders, 64 upper-case
/// digits. Times, sizes and attributes do not count.
///
/// One SHA-256 is fed with UTF-16LE text, folder by folder, the root first: the lower-case paths (with `\`) of the folders
/// in it, those of its files, then the hashes of its files; after that each of its folders in the same way. Order is that of
/// NTFS: by upper-case code units.
#[must_use]
pub fn content_hash(files: &BTreeMap<String, String>, folders: &BTreeSet<String>) -> String {
    let mut hash = Sha256::new();
    feed_folder("", files, folders, &mut hash);
    hash.finalize().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn feed_folder(folder: &str, files: &BTreeMap<String, String>, folders: &BTreeSet<String>, hash: &mut Sha256) {
    let mut below: Vec<&str> = folders.iter().map(String::as_str).filter(|path| is_in(folder, path)).collect();
    below.sort_by_key(|path| order(path));
    let mut own: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, hash)| (path.as_str(), hash.as_str()))
        .filter(|(path, _)| is_in(folder, path))
        .collect();
    own.sort_by_key(|(path, _)| order(path));
    below.iter().for_each(|path| feed(hash, &lower(path)));
    own.iter().for_each(|(path, _)| feed(hash, &lower(path)));
    own.iter().for_each(|(_, file_hash)| feed(hash, file_hash));
    below.iter().for_each(|path| feed_folder(path, files, folders, hash));
}

/// Directly in the folder; the root is the empty path.
fn is_in(folder: &str, path: &str) -> bool {
    match path.rsplit_once('/') {
        Some((parent, _)) => parent == folder,
        None => folder.is_empty(),
    }
}

/// The order of names, in one place: by upper-case UTF-16 code units, as NTFS lists a folder.
fn order(path: &str) -> Vec<u16> {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(one), None) => one,
            _ => c,
        }
    };
    path.chars().map(upper).collect::<String>().encode_utf16().collect()
}

fn lower(path: &str) -> String {
    path.replace('/', "\\").to_lowercase()
}

fn feed(hash: &mut Sha256, text: &str) {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    hash.update(&bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(files: &[(&str, &[u8])], empty: &[&str]) -> String {
        let digest = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02X}")).collect();
        let mut folders: BTreeSet<String> = empty.iter().map(|&path| path.to_owned()).collect();
        for (path, _) in files {
            let parts = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
            folders.extend(parts);
        }
        let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), digest(bytes))).collect();
        content_hash(&files, &folders)
    }

    /// Test vectors that two unrelated programs agree on.
    #[test]
    fn vectors() {
        assert_eq!(hash_of(&[], &[]), "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
        assert_eq!(
            hash_of(&[("boot.PS100005.wim", b"abc")], &[]),
            "E069CE1B6A7E3057EF9A95C6090AD5D994C1DD37F155ECC570B71D415C8FA5A0"
        );
        let files: [(&str, &[u8]); 5] = [
            ("Setup.exe", b"MZ"),
            ("readme.TXT", b""),
            ("Sub/B.txt", b"hello"),
            ("Sub/a.txt", b"hello"),
            ("Sub/Deep/x.bin", b"\0"),
        ];
        let expected = "6DD850CC87E3BB6B7B1F60BC9C1BF8CC8E2D72F62877224A08E8C3E9AF4BF8A9";
        assert_eq!(hash_of(&files, &["Empty"]), expected);
    }

    #[test]
    fn names_are_in_the_order_of_ntfs() {
        let files: [(&str, &[u8]); 5] = [("a_b", b"1"), ("aB", b"2"), ("a-b", b"3"), ("a b", b"4"), ("A1", b"5")];
        let expected = "752DF34EED1560DDB70D7EBF24C24D1B8F0D117002C524C5A139BFB287E8F7B8";
        assert_eq!(hash_of(&files, &[]), expected);
    }
}
