//! The layout of an image: from paths and sizes to the place of every block. Pure; nothing is read or written here.

mod boot;
mod error;
pub(crate) mod labels;
pub(crate) mod names;
pub(crate) mod place;
mod tree;

use std::io::Write;
use std::ops::ControlFlow;

pub use error::LayoutError;
pub use labels::Labels;

use crate::consts::SECTOR_BYTES;
use crate::write::{BufferSink, ContentSource, WriteError};
pub(crate) use boot::{BootItem, BootPlan};
pub(crate) use place::Places;
pub(crate) use tree::{Directory, Node, Tree};

/// What the volume says of itself. All texts are Unicode; each descriptor holds them as far as its rules allow
/// ([`Labels`] for the label).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageOptions {
    /// The volume's label.
    pub label: String,
    /// Name of the volume set the volume belongs to.
    pub volume_set: String,
    /// Who publishes the volume.
    pub publisher: String,
    /// Who prepared the data.
    pub preparer: String,
    /// The program that made the image.
    pub application: String,
    /// Seconds since 1970-01-01 UTC: every time of the volume itself and of folders that are not listed. Times before
    /// 1900 or after 2155 are recorded as the nearest that a field can hold.
    pub epoch: i64,
    /// Makes the volume set identifier of UDF unique (UDF 2.2.2.5). Equal input with an equal number gives equal bytes.
    pub unique: u64,
}

impl Default for ImageOptions {
    /// Label `CDROM`, application `tsm-optical`, everything else empty or 0.
    fn default() -> Self {
        let application = "tsm-optical".to_owned();
        Self {
            label: "CDROM".to_owned(),
            volume_set: String::new(),
            publisher: String::new(),
            preparer: String::new(),
            application,
            epoch: 0,
            unique: 0,
        }
    }
}

/// A file or a folder of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path on the medium: components separated by `/`, no `/` at the start.
    pub path: String,
    /// Bytes of the file; 0 for a folder.
    pub size: u64,
    /// Time of the last change, seconds since 1970-01-01 UTC.
    pub modified: i64,
    /// The entry is a folder. Only empty folders, and folders with a time of their own, have to be listed.
    pub is_dir: bool,
}

impl Entry {
    /// A file of `size` bytes.
    pub fn file(path: impl Into<String>, size: u64, modified: i64) -> Self {
        Self { path: path.into(), size, modified, is_dir: false }
    }

    /// A folder.
    pub fn dir(path: impl Into<String>, modified: i64) -> Self {
        Self { path: path.into(), size: 0, modified, is_dir: true }
    }
}

/// The firmware a boot image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// 80x86 with a PC BIOS: platform 0. The image is code, loaded at 0x7C00.
    Bios,
    /// UEFI: platform 0xEF. The image is a FAT file system.
    Uefi,
}

/// A boot image of the El Torito catalogue ("no emulation").
///
/// Images for BIOS come first in the catalogue (its initial entry must be what a BIOS can start), otherwise the given
/// order is kept. This is the form `oscdimg -bootdata:2#p0,e,b<file>#pEF,e,b<file>` makes.
///
/// The catalogue's sector count, in units of 512 bytes, is for BIOS the whole image rounded up, or 4 if the image has a
/// boot information table (programs that want one load the rest themselves). For UEFI it is the size too; an image too
/// large for the 16 bits of the field is recorded as 1, which firmware must take as "up to the end of the medium" (UEFI
/// specification, 13.3.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootImage {
    /// The firmware it is for.
    pub platform: Platform,
    /// Where its bytes come from.
    pub source: BootSource,
    /// Write a boot information table into bytes 8 to 63 of the image, as ISOLINUX and GRUB want it. The image is then
    /// kept in memory while it is written (its checksum comes before its bytes), and a file of the tree differs on the
    /// medium from its source in those bytes.
    pub boot_info_table: bool,
}

/// Where the bytes of a boot image come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BootSource {
    /// A file of the tree, by its path.
    Entry(String),
    /// Blocks that no file shows.
    Hidden {
        /// Bytes of the image.
        size: u64,
    },
}

/// Where everything of an image lies. Made by [`Layout::new`], written by [`Layout::write`].
#[derive(Debug, Clone)]
pub struct Layout {
    pub(crate) options: ImageOptions,
    pub(crate) tree: Tree,
    pub(crate) boot: BootPlan,
    pub(crate) places: Places,
}

impl Layout {
    /// Places `entries` and boot images. The order of `entries` does not matter.
    ///
    /// The ISO 9660 tree may be deeper than 8 levels and paths longer than 255 characters (ECMA-119 6.8.2.1):
    /// relocating folders would change their paths, readers of today (7-Zip, xorriso, libarchive and GRUB in the tests)
    /// do not have that limit, and systems that have it read UDF. UDF's limit of 1023 bytes a path and Joliet's of 120
    /// characters are not enforced either; readers do not know them.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] if two entries contradict each other or something is beyond a limit of the formats.
    pub fn new(entries: Vec<Entry>, boot: Vec<BootImage>, options: &ImageOptions) -> Result<Self, LayoutError> {
        let mut tree = Tree::new(entries, options.epoch)?;
        let mut boot = BootPlan::new(boot, &tree)?;
        let places = Places::assign(&mut tree, &mut boot)?;
        Ok(Self { options: options.clone(), tree, boot, places })
    }

    /// Bytes of the whole image; a multiple of 32 KiB.
    #[must_use]
    pub fn total_size(&self) -> u64 {
        u64::from(self.places.total) * SECTOR_BYTES
    }

    /// Whether a medium of `capacity` bytes holds the image.
    #[must_use]
    pub fn fits(&self, capacity: u64) -> bool {
        self.total_size() <= capacity
    }

    /// Byte offset and length of a file's data, which is always in one piece. The offset of an empty file is 0. `None`
    /// for folders and unknown paths.
    #[must_use]
    pub fn file_extent(&self, path: &str) -> Option<(u64, u64)> {
        let node = self.tree.node(self.tree.find(path)?);
        (!node.is_dir()).then(|| (u64::from(node.data) * SECTOR_BYTES, node.size))
    }

    /// Puts the boot information table into the bytes of a boot image, as [`Layout::write`] does while it writes. For
    /// callers who want to know beforehand what the medium will hold, such as its hash. Does nothing to an item without
    /// such a table; done twice it changes nothing more.
    pub fn add_boot_info_table(&self, item: &crate::Item<'_>, image: &mut [u8]) {
        let boot = self.boot.items.iter().filter(|boot| boot.boot_info_table).find(|boot| match item {
            crate::Item::File(path) => boot.node.is_some() && boot.node == self.tree.find(path),
            crate::Item::HiddenBoot(index) => boot.node.is_none() && boot.index == *index,
        });
        if let Some(boot) = boot {
            crate::write::boot_info_table(image, boot.block.into());
        }
    }

    /// All files: path, byte offset and length, in the order of their paths. The offset of an empty file is 0.
    pub fn files(&self) -> impl Iterator<Item = (String, u64, u64)> + '_ {
        let files = (0u32..).zip(&self.tree.nodes).filter(|(_, node)| !node.is_dir());
        files.map(|(index, node)| (self.tree.path(index), u64::from(node.data) * SECTOR_BYTES, node.size))
    }

    /// How many files (not folders) the image holds.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.tree.nodes.len() - self.tree.directories.len()
    }

    /// How many folders the image holds, with the root.
    #[must_use]
    pub fn directory_count(&self) -> usize {
        self.tree.directories.len()
    }

    /// The label as each of the descriptors will show it.
    #[must_use]
    pub fn labels(&self) -> Labels {
        Labels::new(&self.options.label)
    }

    /// Writes the image in one forward pass, without seeking. Memory does not depend on the size of the files.
    ///
    /// Files are asked for in the order of their places, each exactly once, and must have the planned length: each is
    /// asked for one byte more to be sure. `progress` hears the number of bytes that the sink has taken, after each MiB
    /// or so; it cancels by returning [`ControlFlow::Break`].
    ///
    /// # Errors
    ///
    /// [`WriteError`]; what the sink has taken by then is not an image.
    pub fn write(
        &self,
        sink: &mut dyn Write,
        sources: &mut dyn ContentSource,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), WriteError> {
        crate::write::image(self, sink, sources, progress)
    }

    /// Like [`Layout::write`], to a sink that takes whole buffers and gives empty ones: then no byte is copied on its way.
    /// `progress` hears of every buffer.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; the offset of [`WriteError::Sink`] counts the buffers that were taken.
    pub fn write_buffers(
        &self,
        sink: &mut dyn BufferSink,
        sources: &mut dyn ContentSource,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), WriteError> {
        crate::write::buffers(self, sink, sources, progress)
    }
}
