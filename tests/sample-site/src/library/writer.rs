//! The writer of the library: contents first, packages, then the lists of users.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};
use tsm_formats::{Sha256Hash, filetime};

use super::content_hash::content_hash;
use super::signature::signature;
use crate::site::{MadeContent, MadeFile};
use crate::tree::{Data, Node, Tree, write_data};

/// The number by which the product calls SHA-256 (CryptoAPI `CALG_SHA_256`).
const SHA256_ID: u32 = 32_780;
/// Package flags as seen on a site.
const FLAGS: u32 = 0x0100_0000;

/// Upper-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

pub(crate) struct LibraryWriter {
    primary: Utf8PathBuf,
    second: Utf8PathBuf,
    users: BTreeMap<String, (Utf8PathBuf, BTreeSet<String>)>,
    made_folders: BTreeSet<Utf8PathBuf>,
}

impl LibraryWriter {
    /// A library in `primary` with the FileLib of a further drive in `second`.
    pub(crate) fn new(primary: &Utf8Path, second: &Utf8Path) -> Result<Self> {
        let mut writer = Self {
            primary: primary.to_owned(),
            second: second.to_owned(),
            users: BTreeMap::new(),
            made_folders: BTreeSet::new(),
        };
        for folder in ["PkgLib", "DataLib", "FileLib"] {
            writer.make_folder(&primary.join(folder))?;
        }
        writer.make_folder(&second.join("FileLib"))?;
        Ok(writer)
    }

    /// Writes a content with all its files.
    pub(crate) fn content(&mut self, id: &str, tree: Tree) -> Result<MadeContent> {
        let base = self.primary.join("DataLib").join(id);
        self.make_folder(&base)?;
        let folders: BTreeSet<String> = tree.folders().into_iter().collect();
        for folder in &folders {
            self.make_folder(&base.join(folder))?;
        }
        let mut files = Vec::new();
        for (path, node) in tree.entries {
            let Node::File { data, attributes, modified } = node else { continue };
            let (hash, size) = hash_data(&data)?;
            let text = hex(&hash);
            self.store(&text, size, &data, id)?;
            let ini = FileIni {
                size,
                attributes,
                modified_filetime: file_time(modified)?,
                hash: Sha256Hash(hash),
                hash_was_lower_case: false,
            };
            write(&base.join(format!("{path}.INI")), &ini.write())?;
            files.push(MadeFile { path, size, hash: text, attributes, modified });
        }
        let hashes = files.iter().map(|file| (file.path.clone(), file.hash.clone())).collect();
        let hash = content_hash(&hashes, &folders);
        let ini = ContentIni {
            hash: Some(hash.parse().context("a hash of our own")?),
            hash_was_lower_case: false,
            hash_algorithm: Some(SHA256_ID),
        };
        write(&self.primary.join(format!("DataLib/{id}.INI")), &ini.write())?;
        Ok(MadeContent { id: id.to_owned(), hash, files, folders: folders.into_iter().collect() })
    }

    /// Writes `PkgLib/<id>.INI`.
    pub(crate) fn package(&self, id: &str, version: Option<u32>, contents: &[&str]) -> Result<()> {
        let contents = contents.iter().map(|&id| id.to_owned()).collect();
        let ini = PackageIni { version, flags: Some(FLAGS), contents };
        write(&self.primary.join(format!("PkgLib/{id}.INI")), &ini.write())
    }

    /// Writes who uses which file. The section's name is not known; readers skip it.
    pub(crate) fn finish(self) -> Result<()> {
        for (hash, (folder, users)) in self.users {
            let mut text = String::from("[Users]\r\n");
            for user in users {
                text.push_str(&user);
                text.push_str("=\r\n");
            }
            write(&folder.join(format!("{hash}.INI")), text.as_bytes())?;
        }
        Ok(())
    }

    /// Keeps the bytes once, whatever the number of users; every third file lies on the second drive.
    fn store(&mut self, hash: &str, size: u64, data: &Data, user: &str) -> Result<()> {
        if let Some((_, users)) = self.users.get_mut(hash) {
            users.insert(user.to_owned());
            return match data {
                Data::File(path) => std::fs::remove_file(path).with_context(|| format!("cannot remove {path}")),
                _ => Ok(()),
            };
        }
        let drive = if self.users.len() % 3 == 2 { &self.second } else { &self.primary };
        let folder = drive.join("FileLib").join(&hash[..4]);
        self.make_folder(&folder)?;
        write_data(data, &folder.join(hash))?;
        write(&folder.join(format!("{hash}.SIG")), &signature(hash, size))?;
        self.users.insert(hash.to_owned(), (folder, BTreeSet::from([user.to_owned()])));
        Ok(())
    }

    fn make_folder(&mut self, folder: &Utf8Path) -> Result<()> {
        if self.made_folders.insert(folder.to_owned()) {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
        }
        Ok(())
    }
}

fn write(path: &Utf8Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {path}"))
}

fn file_time(seconds: i64) -> Result<u64> {
    let time = jiff::Timestamp::from_second(seconds).with_context(|| format!("no such time: {seconds}"))?;
    filetime::from_timestamp(time).with_context(|| format!("no such file time: {seconds}"))
}

/// SHA-256 and length of data, in bounded memory.
fn hash_data(data: &Data) -> Result<([u8; 32], u64)> {
    let (mut hash, mut size) = (Sha256::new(), 0);
    match data {
        Data::Bytes(bytes) => {
            hash.update(bytes);
            size = bytes.len() as u64;
        }
        Data::File(path) => {
            let mut file = std::fs::File::open(path).with_context(|| format!("cannot open {path}"))?;
            let mut buffer = vec![0; 1 << 20];
            loop {
                let length = file.read(&mut buffer).with_context(|| format!("cannot read {path}"))?;
                if length == 0 {
                    break;
                }
                hash.update(&buffer[..length]);
                size += length as u64;
            }
        }
        Data::Sparse { head, length } => {
            hash.update(head);
            size = *length;
            let zeros = vec![0; 1 << 20];
            let mut rest = length.saturating_sub(head.len() as u64);
            while rest > 0 {
                let piece = usize::try_from(rest).unwrap_or(usize::MAX).min(zeros.len());
                hash.update(&zeros[..piece]);
                rest -= piece as u64;
            }
        }
    }
    Ok((hash.finalize().into(), size))
}
