//! The tree of files and folders: built from paths, the same for every order in which they are given.

use std::cmp::Ordering;

use super::names::{JOLIET_VERSION, directory_order, iso_names, joliet_names};
use super::{Entry, LayoutError};
use crate::consts::UDF_NAME_BYTES;

/// Index of the root among the nodes.
pub(crate) const ROOT: u32 = 0;
/// Most folders, see [`LayoutError::TooManyFolders`].
const MAX_DIRECTORIES: usize = 0xFFFF;
const NOT_A_DIRECTORY: u32 = u32::MAX;

/// A file or a folder. Kept small: an image may have hundreds of thousands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) name: Box<str>,
    /// Identifier in the ISO 9660 tree, with its version.
    pub(crate) iso: Box<[u8]>,
    /// Identifier in the Joliet tree, with its version, if it is not just the name; see [`Node::joliet`].
    joliet: Option<Box<[u16]>>,
    pub(crate) parent: u32,
    /// Index among the directories, or [`NOT_A_DIRECTORY`].
    directory: u32,
    pub(crate) modified: i64,
    /// Bytes of a file; of a folder the bytes of its UDF directory.
    pub(crate) size: u64,
    /// Block of the UDF file entry, within the partition.
    pub(crate) icb: u32,
    /// First block of a file's data, or of the UDF directory.
    pub(crate) data: u32,
}

impl Node {
    fn new(name: &str, parent: u32, modified: i64) -> Self {
        let (iso, joliet) = Default::default();
        Self { name: name.into(), iso, joliet, parent, directory: NOT_A_DIRECTORY, modified, size: 0, icb: 0, data: 0 }
    }

    /// Identifier in the Joliet tree, with its version.
    pub(crate) fn joliet(&self) -> impl Iterator<Item = u16> + '_ {
        let kept = self.joliet.iter().flat_map(|units| units.iter().copied());
        let derived = self.joliet.is_none().then(|| plain_joliet(&self.name, self.is_dir()));
        kept.chain(derived.into_iter().flatten())
    }

    /// Bytes of the Joliet identifier.
    pub(crate) fn joliet_len(&self) -> usize {
        self.joliet.as_ref().map_or_else(|| self.joliet().count(), |units| units.len()) * 2
    }

    pub(crate) fn is_dir(&self) -> bool {
        self.directory != NOT_A_DIRECTORY
    }

    pub(crate) fn directory(&self) -> Option<usize> {
        self.is_dir().then_some(self.directory as usize)
    }
}

/// What only folders have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    pub(crate) node: u32,
    /// Its children: a range of [`Tree::children`].
    first_child: u32,
    child_count: u32,
    /// Folders among the children.
    pub(crate) subdirectories: u16,
    /// First block and number of blocks of the directory in the ISO 9660 tree, then in Joliet's.
    pub(crate) iso: (u32, u32),
    pub(crate) joliet: (u32, u32),
}

/// Nodes in depth-first order of their names: parents before children.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    /// In the order of their nodes; the root first.
    pub(crate) directories: Vec<Directory>,
    /// Children of all folders, each folder's together and in the order of their names.
    children: Vec<u32>,
}

impl Tree {
    pub(crate) fn new(mut entries: Vec<Entry>, epoch: i64) -> Result<Self, LayoutError> {
        for entry in &entries {
            check_path(&entry.path)?;
        }
        entries.sort_by(|a, b| compare_paths(&a.path, &b.path).then(b.is_dir.cmp(&a.is_dir)));
        let mut tree = Self::default();
        let mut root = Node::new("", ROOT, epoch);
        root.directory = 0;
        tree.nodes.push(root);
        tree.directories.push(Directory::default());
        // The folders on the way to the entry before, with the length of each one's path.
        let mut way: Vec<(u32, usize)> = vec![(ROOT, 0)];
        let mut before: Option<Entry> = None;
        // Each entry is dropped as soon as it is in the tree: their paths need more memory than the tree.
        for entry in entries {
            tree.insert(&entry, before.as_ref(), &mut way, epoch)?;
            before = Some(entry);
        }
        if tree.directories.len() > MAX_DIRECTORIES {
            return Err(LayoutError::TooManyFolders { count: tree.directories.len() });
        }
        if tree.nodes.len() >= NOT_A_DIRECTORY as usize / 2 {
            return Err(LayoutError::TooManyEntries { count: tree.nodes.len() });
        }
        tree.link_children();
        tree.map_names();
        Ok(tree)
    }

    fn insert(
        &mut self,
        entry: &Entry,
        before: Option<&Entry>,
        way: &mut Vec<(u32, usize)>,
        epoch: i64,
    ) -> Result<(), LayoutError> {
        let path = entry.path.as_str();
        if let Some(before) = before {
            if before.path == path {
                return Err(LayoutError::DuplicatePath { path: path.to_owned() });
            }
            let shared = path.strip_prefix(before.path.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if shared && !before.is_dir {
                return Err(LayoutError::FileInPlaceOfFolder { path: before.path.clone(), below: path.to_owned() });
            }
            let kept =
                |len: usize| len == 0 || (before.path.get(..len) == path.get(..len) && path[len..].starts_with('/'));
            while way.last().is_some_and(|(_, len)| !kept(*len)) {
                way.pop();
            }
        }
        loop {
            let (parent, len) = way.last().copied().unwrap_or((ROOT, 0));
            let start = if len == 0 { 0 } else { len + 1 };
            let rest = &path[start..];
            let Some(slash) = rest.find('/') else {
                let index = self.push(Node::new(rest, parent, entry.modified), entry.is_dir);
                if entry.is_dir {
                    way.push((index, path.len()));
                } else if let Some(node) = self.nodes.last_mut() {
                    node.size = entry.size;
                }
                return Ok(());
            };
            let index = self.push(Node::new(&rest[..slash], parent, epoch), true);
            way.push((index, start + slash));
        }
    }

    fn push(&mut self, mut node: Node, is_dir: bool) -> u32 {
        // More than 2^32 nodes are refused before an index is used; they would not fit in memory anyway.
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        if is_dir {
            node.directory = u32::try_from(self.directories.len()).unwrap_or(NOT_A_DIRECTORY - 1);
            self.directories.push(Directory { node: index, ..Directory::default() });
        }
        self.nodes.push(node);
        index
    }

    /// Groups the children by parent. The nodes are in path order, so each group comes out in the order of its names.
    fn link_children(&mut self) {
        for node in self.nodes.iter().skip(1) {
            let parent = self.nodes[node.parent as usize].directory as usize;
            self.directories[parent].child_count += 1;
            self.directories[parent].subdirectories += u16::from(node.is_dir());
        }
        let mut first = 0;
        for directory in &mut self.directories {
            directory.first_child = first;
            first += std::mem::take(&mut directory.child_count);
        }
        self.children = vec![0; self.nodes.len() - 1];
        for (index, node) in (0u32..).zip(&self.nodes).skip(1) {
            let parent = &mut self.directories[self.nodes[node.parent as usize].directory as usize];
            self.children[(parent.first_child + parent.child_count) as usize] = index;
            parent.child_count += 1;
        }
    }

    /// Gives every node its identifiers in the ISO 9660 and Joliet trees.
    fn map_names(&mut self) {
        for index in 0..self.directories.len() {
            let children = self.children_of(index).to_vec();
            let entries =
                children.iter().map(|child| (&*self.nodes[*child as usize].name, self.nodes[*child as usize].is_dir()));
            let (iso, joliet) = (iso_names(entries.clone()), joliet_names(entries));
            for ((child, iso), joliet) in children.iter().zip(iso).zip(joliet) {
                let node = &mut self.nodes[*child as usize];
                node.iso = iso;
                // Most names need no mapping; keeping them once saves a third of the memory.
                let plain = plain_joliet(&node.name, node.is_dir()).eq(joliet.iter().copied());
                node.joliet = (!plain).then_some(joliet);
            }
        }
    }

    pub(crate) fn node(&self, index: u32) -> &Node {
        &self.nodes[index as usize]
    }

    /// The folder that holds `node`, as an index among the directories.
    pub(crate) fn parent_directory(&self, node: &Node) -> usize {
        self.node(node.parent).directory as usize
    }

    /// The children of a folder (an index among the directories), in the order of their names.
    pub(crate) fn children_of(&self, directory: usize) -> &[u32] {
        let directory = &self.directories[directory];
        let first = directory.first_child as usize;
        &self.children[first..first + directory.child_count as usize]
    }

    /// The children in the order of the ISO 9660 directory (ECMA-119 9.3).
    pub(crate) fn children_by_iso(&self, directory: usize) -> Vec<u32> {
        let mut children = self.children_of(directory).to_vec();
        let order = |index: u32| directory_order(self.node(index).iso.iter().map(|byte| (*byte).into()));
        children.sort_by(|a, b| order(*a).cmp(order(*b)));
        children
    }

    /// The children in the order of the Joliet directory.
    pub(crate) fn children_by_joliet(&self, directory: usize) -> Vec<u32> {
        let mut children = self.children_of(directory).to_vec();
        let order = |index: u32| directory_order(self.node(index).joliet());
        children.sort_by(|a, b| order(*a).cmp(order(*b)));
        children
    }

    /// The node at `path`.
    pub(crate) fn find(&self, path: &str) -> Option<u32> {
        path.split('/').try_fold(ROOT, |at, name| {
            let children = self.children_of(self.node(at).directory()?);
            let place = children.binary_search_by(|child| (*self.node(*child).name).cmp(name)).ok()?;
            Some(children[place])
        })
    }

    /// The whole path of a node.
    pub(crate) fn path(&self, mut index: u32) -> String {
        let mut names = Vec::new();
        while index != ROOT {
            names.push(&*self.node(index).name);
            index = self.node(index).parent;
        }
        names.reverse();
        names.join("/")
    }
}

/// The Joliet identifier of a name that needs no mapping.
fn plain_joliet(name: &str, is_dir: bool) -> impl Iterator<Item = u16> + '_ {
    name.encode_utf16().chain(JOLIET_VERSION.into_iter().filter(move |_| !is_dir))
}

/// Order of paths by component, so that a folder's content follows it at once.
fn compare_paths(a: &str, b: &str) -> Ordering {
    a.split('/').cmp(b.split('/'))
}

fn check_path(path: &str) -> Result<(), LayoutError> {
    let invalid = |reason| Err(LayoutError::InvalidPath { path: path.to_owned(), reason });
    if path.is_empty() {
        return invalid("it is empty");
    }
    for name in path.split('/') {
        match name {
            "" => return invalid("an empty name"),
            "." | ".." => return invalid("a name that means another folder"),
            name if name.contains('\0') => return invalid("a NUL character"),
            _ => {}
        }
        let units = name.encode_utf16().count();
        let narrow = name.chars().all(|c| u32::from(c) < 0x100);
        let max = if narrow { UDF_NAME_BYTES - 1 } else { (UDF_NAME_BYTES - 1) / 2 };
        if units > max {
            return Err(LayoutError::NameTooLong { path: path.to_owned(), units, max });
        }
    }
    Ok(())
}
