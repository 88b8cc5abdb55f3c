//! The reader: lenient, bounded, and written apart from the writer.

mod compare;
mod disk;
mod el_torito;
mod fields;
mod findings;
mod iso;
mod rock_ridge;
mod stream;
mod time;
mod udf;
mod walk;

use std::fmt;
use std::io::{self, Read, Seek};

pub use el_torito::BootEntryInfo;
pub use findings::{Finding, FindingCode};
pub use stream::FileReader;

use disk::Disk;
use findings::Findings;
use iso::IsoVolume;
use udf::UdfVolume;
use walk::Walk;

/// One of the hierarchies of files that an image can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tree {
    /// UDF: what Windows, Linux and GRUB prefer.
    Udf,
    /// Joliet: Unicode names in an ISO 9660 hierarchy.
    Joliet,
    /// ISO 9660 itself, with the names of Rock Ridge where there are such.
    Iso,
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udf => "UDF",
            Self::Joliet => "Joliet",
            Self::Iso => "ISO 9660",
        })
    }
}

/// Why something cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The image could not be read.
    #[error("cannot read {place}")]
    Io {
        /// What was being read.
        place: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// Neither an ISO 9660 nor a UDF volume.
    #[error("no ISO 9660 or UDF volume that can be read in these {len} bytes{}", reason(findings))]
    NotAnImage {
        /// Bytes of the image.
        len: u64,
        /// What was found of one.
        findings: Vec<Finding>,
    },
    /// The image does not have this tree.
    #[error("the image has no {tree} tree")]
    NoSuchTree {
        /// The tree asked for.
        tree: Tree,
    },
    /// The tree's root cannot be used.
    #[error("the {tree} tree is damaged: {text}")]
    Damaged {
        /// The tree.
        tree: Tree,
        /// What is wrong.
        text: String,
    },
    /// More than [`Limits`] allow.
    #[error("the {tree} tree has more than {limit} {what}")]
    Limit {
        /// The tree.
        tree: Tree,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// There is no boot entry of this number.
    #[error("there is no boot entry {index}")]
    NoSuchBootEntry {
        /// The number asked for, from 0.
        index: usize,
    },
}

/// The last finding, which stopped the reader, as the end of a sentence.
fn reason(findings: &[Finding]) -> String {
    findings.last().map(|finding| format!(" ({finding})")).unwrap_or_default()
}

/// Bounds for one walk through a tree, so that a hostile image cannot take all memory or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files and folders.
    pub entries: usize,
    /// Bytes of all paths together.
    pub path_bytes: u64,
    /// Extents of all files together.
    pub extents: usize,
    /// Bytes of all directories together.
    pub directory_bytes: u64,
    /// Folders within folders; deeper ones are left out and noted.
    pub depth: usize,
}

impl Default for Limits {
    /// 2 million entries, 512 MiB of paths, 4 million extents, 1 GiB of directories, 1024 folders deep.
    fn default() -> Self {
        Self { entries: 2_000_000, path_bytes: 512 << 20, extents: 4_000_000, directory_bytes: 1 << 30, depth: 1024 }
    }
}

impl Limits {
    /// Steps through allocation descriptors of UDF, whose neighbouring pieces are joined, so that there are more steps than
    /// extents; and through continuation areas of Rock Ridge.
    fn steps(&self) -> usize {
        self.extents.saturating_mul(16).saturating_add(self.entries.saturating_mul(32))
    }
}

/// A piece of a file's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Byte offset in the image. Without meaning if nothing is recorded.
    pub offset: u64,
    /// Bytes of the piece.
    pub len: u64,
    /// Whether the bytes are on the medium; if not they read as zeros (UDF only).
    pub recorded: bool,
}

/// A file or folder as one tree shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Path with `/`, without version numbers.
    pub path: String,
    /// Bytes of a file, 0 for a folder.
    pub size: u64,
    /// Whether it is a folder.
    pub is_dir: bool,
    /// Time of the last change, seconds since 1970-01-01 UTC; `None` if it is not given or no date.
    pub modified: Option<i64>,
    /// Where the data lies, in the order of the file; neighbouring pieces are joined. Empty for folders.
    pub extents: Vec<Extent>,
}

/// A structure that was found when the image was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Byte offset in the image.
    pub offset: u64,
    /// Its name in the standard.
    pub name: String,
}

/// The labels of the volume, as each descriptor holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeLabels {
    /// Volume identifier of ISO 9660.
    pub iso: Option<String>,
    /// Volume identifier of Joliet.
    pub joliet: Option<String>,
    /// Logical volume identifier of UDF: what systems show as the label.
    pub udf: Option<String>,
    /// Volume identifier of the UDF primary volume descriptor.
    pub udf_volume: Option<String>,
}

/// An opened disc image.
pub struct Image<R> {
    disk: Disk<R>,
    limits: Limits,
    descriptors: Vec<Descriptor>,
    labels: VolumeLabels,
    boot: Vec<BootEntryInfo>,
    iso: Option<IsoVolume>,
    joliet: Option<IsoVolume>,
    udf: Option<UdfVolume>,
    findings: Findings,
    /// Findings of the last walk through each tree, in the order of [`TREES`].
    walks: [Option<Findings>; 3],
}

/// Where two trees of an image differ; the first is the one that systems prefer. For callers that read the trees side by
/// side, each with an [`Image`] of its own; others ask [`Image::findings`].
pub fn differences(preferred: (Tree, &[FileInfo]), other: (Tree, &[FileInfo])) -> Vec<Finding> {
    let mut findings = Findings::default();
    compare::trees(preferred, other, &mut findings);
    findings.to_list()
}

const TREES: [Tree; 3] = [Tree::Udf, Tree::Joliet, Tree::Iso];

impl<R: Read + Seek> Image<R> {
    /// Opens an image and reads its descriptors, not its trees.
    ///
    /// # Errors
    ///
    /// [`ReadError::Io`] if it cannot be read, [`ReadError::NotAnImage`] if nothing of it can be recognised.
    pub fn open(reader: R) -> Result<Self, ReadError> {
        Self::open_with(reader, Limits::default())
    }

    /// Like [`Image::open`], with other limits.
    ///
    /// # Errors
    ///
    /// As [`Image::open`].
    pub fn open_with(reader: R, limits: Limits) -> Result<Self, ReadError> {
        let failed = |place: &str| {
            let place = place.to_owned();
            |source| ReadError::Io { place, source }
        };
        let mut disk = Disk::new(reader).map_err(failed("the length of the image"))?;
        let mut findings = Findings::default();
        let mut descriptors = Vec::new();
        let volumes =
            iso::open(&mut disk, &mut descriptors, &mut findings).map_err(failed("the ISO 9660 descriptors"))?;
        let udf = udf::open(&mut disk, &mut descriptors, &mut findings).map_err(failed("the UDF descriptors"))?;
        if volumes.primary.is_none() && volumes.joliet.is_none() && udf.is_none() {
            return Err(ReadError::NotAnImage { len: disk.len(), findings: findings.to_list() });
        }
        let boot = match volumes.boot_catalog {
            Some(block) => el_torito::read(&mut disk, block, &mut findings).map_err(failed("the boot catalogue"))?,
            None => Vec::new(),
        };
        let labels = VolumeLabels {
            iso: volumes.primary.as_ref().map(|volume| volume.label.clone()),
            joliet: volumes.joliet.as_ref().map(|volume| volume.label.clone()),
            udf: udf.as_ref().map(|volume| volume.label.clone()),
            udf_volume: udf.as_ref().and_then(|volume| volume.volume_label.clone()),
        };
        let (iso, joliet) = (volumes.primary, volumes.joliet);
        Ok(Self { disk, limits, descriptors, labels, boot, iso, joliet, udf, findings, walks: [None, None, None] })
    }

    /// Bytes of the image.
    pub fn len(&self) -> u64 {
        self.disk.len()
    }

    /// Whether the image has no bytes; an opened one always has some.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The structures that describe the volumes.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors
    }

    /// The labels of the volumes.
    pub fn labels(&self) -> &VolumeLabels {
        &self.labels
    }

    /// The entries of the El Torito boot catalogue, in its order; none if there is no catalogue.
    pub fn boot_entries(&self) -> &[BootEntryInfo] {
        &self.boot
    }

    /// The trees that the image has, the one that systems prefer first.
    pub fn trees(&self) -> Vec<Tree> {
        let there = [self.udf.is_some(), self.joliet.is_some(), self.iso.is_some()];
        TREES.into_iter().zip(there).filter_map(|(tree, there)| there.then_some(tree)).collect()
    }

    /// Revision of UDF as the volume states it, such as `0x0102`.
    pub fn udf_revision(&self) -> Option<u16> {
        self.udf.as_ref().map(|volume| volume.revision)
    }

    /// All files and folders of a tree, folders before what they hold. Damage is noted ([`Image::findings`]) and passed
    /// over.
    ///
    /// # Errors
    ///
    /// [`ReadError::NoSuchTree`], [`ReadError::Damaged`] if not even the root can be used, [`ReadError::Limit`].
    pub fn files(&mut self, tree: Tree) -> Result<Vec<FileInfo>, ReadError> {
        let mut findings = Findings::default();
        let mut walk = Walk::new(tree, self.limits, &mut findings);
        let missing = ReadError::NoSuchTree { tree };
        let result = match tree {
            Tree::Udf => {
                self.udf.as_ref().ok_or(missing).and_then(|volume| udf::walk(&mut self.disk, volume, &mut walk))
            }
            Tree::Joliet => {
                self.joliet.as_ref().ok_or(missing).and_then(|volume| iso::walk(&mut self.disk, volume, &mut walk))
            }
            Tree::Iso => {
                self.iso.as_ref().ok_or(missing).and_then(|volume| iso::walk(&mut self.disk, volume, &mut walk))
            }
        };
        let files = std::mem::take(&mut walk.files);
        self.walks[tree as usize] = Some(findings);
        result.map(|()| files)
    }

    /// The bytes of a file of the list. A folder has none.
    pub fn read_file<'a>(&'a mut self, file: &'a FileInfo) -> FileReader<'a, R> {
        let size = if file.is_dir { 0 } else { file.size };
        FileReader::new(&mut self.disk, &file.extents, size)
    }

    /// The bytes of a boot image, at most `max`. The catalogue counts what a BIOS loads, which may be less than the
    /// image: if the image is a FAT volume, its own size counts; if it has a boot information table, the length in there; if
    /// the entry says 0 or 1 sectors for UEFI and there is no FAT, everything up to the end of the medium (UEFI
    /// specification, 13.3.2.1).
    ///
    /// # Errors
    ///
    /// [`ReadError::NoSuchBootEntry`], [`ReadError::Io`].
    pub fn read_boot_image(&mut self, index: usize, max: usize) -> Result<Vec<u8>, ReadError> {
        let entry = self.boot.get(index).ok_or(ReadError::NoSuchBootEntry { index })?;
        el_torito::image(&mut self.disk, entry, max)
            .map_err(|source| ReadError::Io { place: format!("boot image {index}"), source })
    }

    /// Everything odd about the image, and where its trees differ. Reads the trees.
    pub fn findings(&mut self) -> Vec<Finding> {
        let mut unreadable = Findings::default();
        for tree in self.trees() {
            match self.files(tree) {
                Ok(files) => {
                    let beside = self.beside(tree, &files);
                    return self.noted().chain(beside.to_list()).chain(unreadable.to_list()).collect();
                }
                Err(error) => unreadable.add(FindingCode::Damaged, tree.to_string(), error.to_string()),
            }
        }
        self.noted().chain(unreadable.to_list()).collect()
    }

    /// Where the trees that systems like less differ from `tree`.
    fn beside(&mut self, tree: Tree, files: &[FileInfo]) -> Findings {
        let mut comparison = Findings::default();
        for other in self.trees().into_iter().skip_while(|other| *other != tree).skip(1) {
            match self.files(other) {
                Ok(there) => compare::trees((tree, files), (other, &there), &mut comparison),
                Err(error) => comparison.add(FindingCode::Damaged, other.to_string(), error.to_string()),
            }
        }
        comparison
    }

    /// What was odd when the image was opened.
    pub fn findings_of_volume(&self) -> Vec<Finding> {
        self.findings.to_list()
    }

    /// What was odd when a tree was read last; nothing, when it was not read.
    pub fn findings_of_tree(&self, tree: Tree) -> Vec<Finding> {
        self.walks[tree as usize].as_ref().map(Findings::to_list).unwrap_or_default()
    }

    /// What was noted when the image was opened and when its trees were read.
    fn noted(&self) -> impl Iterator<Item = Finding> + '_ {
        self.findings.to_list().into_iter().chain(self.walks.iter().flatten().flat_map(Findings::to_list))
    }

    /// Gives the reader back.
    pub fn into_inner(self) -> R {
        self.disk.into_inner()
    }
}
