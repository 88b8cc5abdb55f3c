//! A folder as a value: what a package, a boot image or a content holds.
use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

/// Windows' `FILE_ATTRIBUTE_ARCHIVE`, which ordinary files have.
pub const ARCHIVE: u32 = 0x20;
/// Hidden, system and archive.
pub const HIDDEN_SYSTEM: u32 = 0x26;

/// Where the bytes of a file come from.
#[derive(Debug, Clone)]
pub enum Data {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A file on disk, which is moved to its place.
    File(Utf8PathBuf),
    /// These bytes and then zeros up to a length, stored as a hole where the file system can.
    Sparse {
        /// The first bytes.
        head: Vec<u8>,
        /// Length of the whole, bytes.
        length: u64,
    },
}

/// A file or an empty folder of a tree.
#[derive(Debug, Clone)]
pub enum Node {
    /// A folder that must be there even when nothing is in it.
    Folder,
    /// A file.
    File {
        /// Its bytes.
        data: Data,
        /// Windows' `FILE_ATTRIBUTE_*`.
        attributes: u32,
        /// Last write, seconds since 1970.
        modified: i64,
    },
}

/// Files and folders by their path with `/`. Folders in which something lies need no entry of their own.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The entries; a map, so that nothing depends on the order of making.
    pub entries: BTreeMap<String, Node>,
    modified: i64,
}

impl Tree {
    /// An empty tree whose files are of `modified`, seconds since 1970.
    #[must_use]
    pub fn new(modified: i64) -> Self {
        Self { entries: BTreeMap::new(), modified }
    }

    /// Adds a file with bytes.
    pub fn file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.file_with(path, Data::Bytes(bytes.into()), ARCHIVE);
    }

    /// Adds a file with any data and attributes.
    pub fn file_with(&mut self, path: &str, data: Data, attributes: u32) {
        let node = Node::File { data, attributes, modified: self.modified };
        self.entries.insert(path.to_owned(), node);
    }

    /// Adds an empty folder.
    pub fn folder(&mut self, path: &str) {
        self.entries.insert(path.to_owned(), Node::Folder);
    }

    /// Every folder of the tree, also those that are only part of a file's path, parents first.
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let mut folders = std::collections::BTreeSet::new();
        for (path, node) in &self.entries {
            let mut rest = match node {
                Node::Folder => Some(path.as_str()),
                Node::File { .. } => path.rsplit_once('/').map(|(folder, _)| folder),
            };
            while let Some(folder) = rest {
                folders.insert(folder.to_owned());
                rest = folder.rsplit_once('/').map(|(parent, _)| parent);
            }
        }
        folders.into_iter().collect()
    }

    /// Writes the tree below `root`, which must be there. Times are not set.
    ///
    /// # Errors
    /// What the file system says, with the path.
    pub fn write_to(&self, root: &Utf8Path) -> Result<()> {
        for folder in self.folders() {
            let folder = root.join(folder);
            std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
        }
        for (path, node) in &self.entries {
            if let Node::File { data, .. } = node {
                write_data(data, &root.join(path))?;
            }
        }
        Ok(())
    }
}

/// Puts data in its place.
pub(crate) fn write_data(data: &Data, target: &Utf8Path) -> Result<()> {
    let result = match data {
        Data::Bytes(bytes) => std::fs::write(target, bytes),
        Data::File(source) => std::fs::rename(source, target),
        Data::Sparse { head, length } => std::fs::File::create(target).and_then(|mut file| {
            std::io::Write::write_all(&mut file, head)?;
            file.set_len(*length)
        }),
    };
    result.with_context(|| format!("cannot write {target}"))
}
