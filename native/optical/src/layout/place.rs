//! Where every block lies. One cursor goes forward over the image; [`crate::write`] walks the same way.

use super::LayoutError;
use super::boot::{BootPlan, CATALOG_SECTORS};
use super::tree::{Directory, Node, Tree};
use crate::consts::{AED_LEN, ANCHOR, FID_LEN, FILE_ENTRY_LEN, SECTOR_BYTES, VDS_SECTORS};

/// The boot catalogue, behind the recognition sequence and at least one empty sector.
pub(crate) const CATALOG: u32 = 24;
/// Main volume descriptor sequence of UDF.
pub(crate) const MAIN_VDS: u32 = CATALOG + CATALOG_SECTORS;
/// Reserve volume descriptor sequence.
pub(crate) const RESERVE_VDS: u32 = MAIN_VDS + VDS_SECTORS;
/// Logical volume integrity sequence.
pub(crate) const INTEGRITY: u32 = RESERVE_VDS + VDS_SECTORS;
/// First block of the UDF partition: right behind the first anchor.
pub(crate) const PARTITION: u32 = ANCHOR + 1;
/// File set descriptor and its terminator, within the partition.
const FILE_SET_BLOCKS: u64 = 2;
/// Longest extent of UDF: 30 bits of length, in whole blocks (ECMA-167 4/14.14.1.1).
pub(crate) const UDF_EXTENT: u64 = (1 << 30) - SECTOR_BYTES;
/// Longest file section of ISO 9660: 32 bits of length, in whole blocks (ECMA-119 9.1.4).
pub(crate) const ISO_EXTENT: u64 = (1 << 32) - SECTOR_BYTES;
/// Short allocation descriptors that fit a file entry, and those that fit an allocation extent.
pub(crate) const ADS_IN_ENTRY: u64 = (SECTOR_BYTES - FILE_ENTRY_LEN as u64) / 8;
pub(crate) const ADS_IN_EXTENT: u64 = (SECTOR_BYTES - AED_LEN as u64) / 8;
/// An image has a multiple of so many sectors: 32 KiB is the error correction block of a DVD. Burning programs fill the
/// last one up; when that is done here, the last block of the disc is the last block of the image, where the second
/// anchor must be (UDF 2.2.3). No further padding is made: the 150 sectors of some programs are for track-at-once CD-R,
/// whose two last sectors cannot be read.
const ECC_SECTORS: u64 = 16;

/// The tables of one ISO 9660 hierarchy.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PathTables {
    /// Bytes of a table.
    pub(crate) len: u32,
    /// First block of the little-endian and of the big-endian table.
    pub(crate) little: u32,
    pub(crate) big: u32,
}

/// Fixed places of an image; those of nodes and directories are in the tree.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places {
    pub(crate) iso: PathTables,
    pub(crate) joliet: PathTables,
    /// First block of boot images and files.
    pub(crate) data: u32,
    /// First block behind the last file.
    pub(crate) end: u32,
    /// Blocks of the image; the last one is the second anchor.
    pub(crate) total: u32,
}

/// Counts blocks from the start of the image and notices when they become too many.
struct Cursor(u64);

impl Cursor {
    fn take(&mut self, blocks: u64) -> Result<u32, LayoutError> {
        let here = self.0;
        // Sums of file sizes can exceed 64 bits; an image ends long before.
        self.0 = here.saturating_add(blocks);
        if self.0 + ECC_SECTORS >= u64::from(u32::MAX) {
            return Err(LayoutError::ImageTooLarge { bytes: self.0.saturating_mul(SECTOR_BYTES) });
        }
        u32::try_from(here).map_err(|_| LayoutError::ImageTooLarge { bytes: u64::MAX })
    }

    fn take_bytes(&mut self, bytes: u64) -> Result<u32, LayoutError> {
        self.take(bytes.div_ceil(SECTOR_BYTES))
    }
}

impl Places {
    pub(crate) fn assign(tree: &mut Tree, boot: &mut BootPlan) -> Result<Self, LayoutError> {
        // Before anything is counted by sections and extents: that would take long for impossible sizes.
        let mut data = Cursor(0);
        tree.nodes.iter().try_for_each(|node| data.take_bytes(node.size).map(drop))?;
        let mut places = Self::default();
        let mut cursor = Cursor(u64::from(PARTITION) + FILE_SET_BLOCKS);
        let id_len = |node: &Node| node.iso.len();
        let length =
            |tree: &Tree, directory| iso_directory_len(tree, tree.children_by_iso(directory), |node| node.iso.len());
        places.iso = place_iso(tree, &mut cursor, id_len, length, |directory| &mut directory.iso)?;
        let id_len = |node: &Node| node.joliet_len();
        let length = |tree: &Tree, directory| {
            iso_directory_len(tree, tree.children_by_joliet(directory), |node| node.joliet_len())
        };
        places.joliet = place_iso(tree, &mut cursor, id_len, length, |directory| &mut directory.joliet)?;
        // Last of the structures: what UDF describes then reaches to the end of an image, even if all its files are
        // empty. 7-Zip warns otherwise.
        place_udf(tree, &mut cursor)?;
        places.data = cursor.take(0)?;
        place_data(tree, boot, &mut cursor)?;
        places.end = cursor.take(0)?;
        let total = (u64::from(places.end) + 1).next_multiple_of(ECC_SECTORS);
        places.total = u32::try_from(total).map_err(|_| LayoutError::ImageTooLarge { bytes: total * SECTOR_BYTES })?;
        Ok(places)
    }

    /// Blocks of the UDF partition: everything between the anchors.
    pub(crate) fn partition_blocks(&self) -> u32 {
        self.total - 1 - PARTITION
    }
}

/// File entries and directories of UDF: each folder's file entry, its directory, then the file entries of its files.
fn place_udf(tree: &mut Tree, cursor: &mut Cursor) -> Result<(), LayoutError> {
    for directory in 0..tree.directories.len() {
        let children = tree.children_of(directory).to_vec();
        let parent_fid = fid_len(0);
        let bytes = parent_fid + children.iter().map(|child| fid_len(cs0_len(&tree.node(*child).name))).sum::<u64>();
        let node = tree.directories[directory].node as usize;
        tree.nodes[node].size = bytes;
        tree.nodes[node].icb = cursor.take(entry_blocks(bytes))? - PARTITION;
        tree.nodes[node].data = cursor.take_bytes(bytes)?;
        for child in children {
            let child = &mut tree.nodes[child as usize];
            if !child.is_dir() {
                child.icb = cursor.take(entry_blocks(child.size))? - PARTITION;
            }
        }
    }
    Ok(())
}

/// Path tables and directories of one ISO 9660 hierarchy.
fn place_iso(
    tree: &mut Tree,
    cursor: &mut Cursor,
    id_len: impl Fn(&Node) -> usize,
    length: impl Fn(&Tree, usize) -> u64,
    slot: impl Fn(&mut Directory) -> &mut (u32, u32),
) -> Result<PathTables, LayoutError> {
    let bytes: u64 =
        tree.directories.iter().map(|directory| path_record_len(id_len(tree.node(directory.node)).max(1)) as u64).sum();
    // 65535 records of at most 256 bytes.
    let len = u32::try_from(bytes).map_err(|_| LayoutError::TooManyFolders { count: tree.directories.len() })?;
    let tables = PathTables { len, little: cursor.take_bytes(bytes)?, big: cursor.take_bytes(bytes)? };
    for directory in 0..tree.directories.len() {
        let bytes = length(tree, directory);
        if u32::try_from(bytes).is_err() {
            return Err(LayoutError::FolderTooLarge { path: tree.path(tree.directories[directory].node) });
        }
        let blocks = bytes / SECTOR_BYTES;
        *slot(&mut tree.directories[directory]) = (cursor.take(blocks)?, u32::try_from(blocks).unwrap_or(u32::MAX));
    }
    Ok(tables)
}

/// Boot images in the order of the catalogue, then all other files in the order of their paths. Empty files have no
/// place.
fn place_data(tree: &mut Tree, boot: &mut BootPlan, cursor: &mut Cursor) -> Result<(), LayoutError> {
    for item in &mut boot.items {
        item.block = match item.node {
            Some(node) if tree.node(node).data != 0 => tree.node(node).data,
            _ => cursor.take_bytes(item.size)?,
        };
        if let Some(node) = item.node {
            tree.nodes[node as usize].data = item.block;
        }
    }
    for node in &mut tree.nodes {
        if !node.is_dir() && node.data == 0 && node.size > 0 {
            node.data = cursor.take_bytes(node.size)?;
        }
    }
    Ok(())
}

/// Bytes of an ISO 9660 directory: records in their order, none across the end of a sector (ECMA-119 6.8.1.1).
fn iso_directory_len(tree: &Tree, children: Vec<u32>, id_len: impl Fn(&Node) -> usize) -> u64 {
    let mut at = 2 * record_len(1) as u64;
    for child in children {
        let node = tree.node(child);
        let len = record_len(id_len(node)) as u64;
        for _ in 0..sections(node) {
            at = record_start(at, len) + len;
        }
    }
    at.next_multiple_of(SECTOR_BYTES)
}

/// Where a record of `len` bytes begins in a directory that is filled up to `at`.
pub(crate) fn record_start(at: u64, len: u64) -> u64 {
    if at % SECTOR_BYTES + len > SECTOR_BYTES { at.next_multiple_of(SECTOR_BYTES) } else { at }
}

/// Bytes of a directory record whose identifier has `id` bytes (ECMA-119 9.1).
pub(crate) fn record_len(id: usize) -> usize {
    (33 + id).next_multiple_of(2)
}

/// Bytes of a path table record (ECMA-119 9.4).
pub(crate) fn path_record_len(id: usize) -> usize {
    (8 + id).next_multiple_of(2)
}

/// Directory records, and so file sections, of a node.
pub(crate) fn sections(node: &Node) -> u64 {
    if node.is_dir() { 1 } else { node.size.div_ceil(ISO_EXTENT).max(1) }
}

/// Bytes of a name in OSTA compressed Unicode, with the compression byte (UDF 2.1.1).
pub(crate) fn cs0_len(name: &str) -> usize {
    if name.chars().all(|c| u32::from(c) < 0x100) {
        1 + name.chars().count()
    } else {
        1 + 2 * name.encode_utf16().count()
    }
}

/// Bytes of a file identifier descriptor whose name has `name` bytes (ECMA-167 4/14.4).
pub(crate) fn fid_len(name: usize) -> u64 {
    (FID_LEN + name).next_multiple_of(4) as u64
}

/// Blocks of a file entry for data of `size` bytes, with the allocation extents it needs.
fn entry_blocks(size: u64) -> u64 {
    let mut left = size.div_ceil(UDF_EXTENT);
    let mut blocks = 1;
    let mut room = ADS_IN_ENTRY;
    while left > room {
        // The last descriptor that fits points to the next extent.
        left -= room - 1;
        room = ADS_IN_EXTENT;
        blocks += 1;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_entry_grows_by_allocation_extents() {
        assert_eq!((ADS_IN_ENTRY, ADS_IN_EXTENT), (234, 253));
        assert_eq!(entry_blocks(0), 1);
        assert_eq!(entry_blocks(234 * UDF_EXTENT), 1);
        assert_eq!(entry_blocks(234 * UDF_EXTENT + 1), 2);
        assert_eq!(entry_blocks((233 + 253) * UDF_EXTENT), 2);
        assert_eq!(entry_blocks((233 + 253) * UDF_EXTENT + 1), 3);
    }

    #[test]
    fn records_do_not_cross_a_sector() {
        assert_eq!((record_len(1), record_len(2), record_len(3)), (34, 36, 36));
        assert_eq!(record_start(2014, 34), 2014);
        assert_eq!(record_start(2016, 34), 2048);
    }
}
