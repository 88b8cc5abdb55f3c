//! ISO 9660 and Joliet: volume descriptors, path tables, directories. Both are the same but for names and character
//! sets.

use super::bytes::Bytes;
use super::out::Out;
use super::{WriteError, text, time};
use crate::Layout;
use crate::consts::{
    BOOT_RECORD, EL_TORITO_ID, ISO_BOOT, ISO_FLAG_DIRECTORY, ISO_FLAG_MULTI_EXTENT, ISO_ID, ISO_PRIMARY,
    ISO_SUPPLEMENTARY, ISO_TERMINATOR, JOLIET_LEVEL_3, SECTOR, SECTOR_BYTES, VOLUME_DESCRIPTORS,
};
use crate::layout::place::{CATALOG, ISO_EXTENT, PathTables, path_record_len, record_len, record_start, sections};
use crate::layout::{Directory, Node};

/// Which of the two hierarchies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Iso,
    Joliet,
}

impl Kind {
    fn tables(self, layout: &Layout) -> PathTables {
        match self {
            Self::Iso => layout.places.iso,
            Self::Joliet => layout.places.joliet,
        }
    }

    fn id(self, node: &Node) -> Vec<u8> {
        match self {
            Self::Iso => node.iso.to_vec(),
            Self::Joliet => node.joliet().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// First block and number of blocks of a directory.
    fn extent(self, directory: &Directory) -> (u32, u32) {
        match self {
            Self::Iso => directory.iso,
            Self::Joliet => directory.joliet,
        }
    }

    fn children(self, layout: &Layout, directory: usize) -> Vec<u32> {
        match self {
            Self::Iso => layout.tree.children_by_iso(directory),
            Self::Joliet => layout.tree.children_by_joliet(directory),
        }
    }

    /// A text field that may hold a-characters.
    fn text(self, text: &str, len: usize) -> Vec<u8> {
        if self == Self::Iso { text::a_characters(text, len) } else { text::ucs2(text, len) }
    }

    /// A text field that may hold d-characters.
    fn name(self, name: &str, len: usize) -> Vec<u8> {
        if self == Self::Iso { text::d_characters(name, len) } else { text::ucs2(name, len) }
    }
}

/// The volume descriptors: primary, boot record if there is something to boot, Joliet, terminator.
pub(super) fn descriptors(layout: &Layout, out: &mut Out<'_>) -> Result<(), WriteError> {
    out.zeros_to(VOLUME_DESCRIPTORS)?;
    out.bytes(&volume(layout, Kind::Iso).0)?;
    if !layout.boot.items.is_empty() {
        out.at_block(BOOT_RECORD)?;
        let mut boot = descriptor(ISO_BOOT);
        boot.put(7, EL_TORITO_ID);
        boot.u32(71, CATALOG);
        out.bytes(&boot.0)?;
    }
    out.bytes(&volume(layout, Kind::Joliet).0)?;
    out.bytes(&descriptor(ISO_TERMINATOR).0)
}

fn descriptor(kind: u8) -> Bytes {
    let mut bytes = Bytes::new(SECTOR as usize);
    bytes.u8(0, kind);
    bytes.put(1, ISO_ID);
    bytes.u8(6, 1);
    bytes
}

/// Primary or supplementary volume descriptor (ECMA-119 8.4, 8.5).
fn volume(layout: &Layout, kind: Kind) -> Bytes {
    let options = &layout.options;
    let tables = kind.tables(layout);
    let mut bytes = descriptor(if kind == Kind::Iso { ISO_PRIMARY } else { ISO_SUPPLEMENTARY });
    bytes.put(8, &kind.text("", 32));
    bytes.put(40, &kind.name(&options.label, 32));
    bytes.both32(80, layout.places.total);
    if kind == Kind::Joliet {
        bytes.put(88, JOLIET_LEVEL_3);
    }
    bytes.both16(120, 1);
    bytes.both16(124, 1);
    bytes.both16(128, SECTOR as u16);
    bytes.both32(132, tables.len);
    bytes.u32(140, tables.little);
    bytes.put(148, &tables.big.to_be_bytes());
    let root = kind.extent(&layout.tree.directories[0]);
    bytes.put(156, &record(&[0], root.0, root.1 * SECTOR, layout.options.epoch, ISO_FLAG_DIRECTORY));
    bytes.put(190, &kind.name(&options.volume_set, 128));
    bytes.put(318, &kind.text(&options.publisher, 128));
    bytes.put(446, &kind.text(&options.preparer, 128));
    bytes.put(574, &kind.text(&options.application, 128));
    for at in [702, 739, 776] {
        bytes.put(at, &kind.text("", 37));
    }
    bytes.put(813, &time::digits(options.epoch));
    bytes.put(830, &time::digits(options.epoch));
    bytes.put(847, &time::no_digits());
    bytes.put(864, &time::no_digits());
    bytes.u8(881, 1);
    bytes
}

/// Path tables, then directories.
pub(super) fn tree(layout: &Layout, out: &mut Out<'_>, kind: Kind) -> Result<(), WriteError> {
    let tables = kind.tables(layout);
    let order = path_table_order(layout, kind);
    out.at_block(tables.little)?;
    path_table(layout, out, kind, &order, false)?;
    out.at_block(tables.big)?;
    path_table(layout, out, kind, &order, true)?;
    (0..layout.tree.directories.len()).try_for_each(|index| directory(layout, out, kind, index))
}

/// Directories by level, then by their parent's number, then by identifier (ECMA-119 6.9.1), each with its parent's
/// number, counted from 1.
fn path_table_order(layout: &Layout, kind: Kind) -> Vec<(usize, u16)> {
    let mut order = vec![(0, 1u16)];
    let mut next = 0;
    while let Some((directory, _)) = order.get(next).copied() {
        next += 1;
        // The layout holds at most 65535 directories.
        let number = u16::try_from(next).unwrap_or(u16::MAX);
        let children = kind.children(layout, directory);
        order.extend(
            children.iter().filter_map(|child| layout.tree.node(*child).directory()).map(|child| (child, number)),
        );
    }
    order
}

fn path_table(
    layout: &Layout,
    out: &mut Out<'_>,
    kind: Kind,
    order: &[(usize, u16)],
    big: bool,
) -> Result<(), WriteError> {
    for (index, parent) in order {
        let directory = &layout.tree.directories[*index];
        let id = if *index == 0 { vec![0] } else { kind.id(layout.tree.node(directory.node)) };
        let block = kind.extent(directory).0;
        let mut record = Bytes::new(path_record_len(id.len()));
        record.u8(0, id.len() as u8);
        record.put(2, &if big { block.to_be_bytes() } else { block.to_le_bytes() });
        record.put(6, &if big { parent.to_be_bytes() } else { parent.to_le_bytes() });
        record.put(8, &id);
        out.bytes(&record.0)?;
    }
    out.zeros_to_sector()
}

/// One directory: itself, its parent, its children (ECMA-119 6.8).
fn directory(layout: &Layout, out: &mut Out<'_>, kind: Kind, index: usize) -> Result<(), WriteError> {
    let tree = &layout.tree;
    let this = &tree.directories[index];
    out.at_block(kind.extent(this).0)?;
    let node = tree.node(this.node);
    let up = &tree.directories[tree.parent_directory(node)];
    let mut at = 0;
    for (id, directory) in [(0, this), (1, up)] {
        let (block, blocks) = kind.extent(directory);
        let bytes = record(&[id], block, blocks * SECTOR, tree.node(directory.node).modified, ISO_FLAG_DIRECTORY);
        at += bytes.len() as u64;
        out.bytes(&bytes)?;
    }
    for child in kind.children(layout, index) {
        let node = tree.node(child);
        let id = kind.id(node);
        for section in 0..sections(node) {
            let bytes = match node.directory() {
                Some(directory) => {
                    let (block, blocks) = kind.extent(&tree.directories[directory]);
                    record(&id, block, blocks * SECTOR, node.modified, ISO_FLAG_DIRECTORY)
                }
                None => file_record(&id, node, section),
            };
            let start = record_start(at, bytes.len() as u64);
            if start > at {
                out.zeros_to_sector()?;
            }
            out.bytes(&bytes)?;
            at = start + bytes.len() as u64;
        }
    }
    out.zeros_to_sector()
}

/// The record of one section of a file; all but the last say that more follow (ECMA-119 9.1.6).
fn file_record(id: &[u8], node: &Node, section: u64) -> Vec<u8> {
    let before = section * ISO_EXTENT;
    let left = node.size - before;
    let flags = if left > ISO_EXTENT { ISO_FLAG_MULTI_EXTENT } else { 0 };
    let block = node.data + (before / SECTOR_BYTES) as u32;
    record(id, block, left.min(ISO_EXTENT) as u32, node.modified, flags)
}

/// A directory record (ECMA-119 9.1).
fn record(id: &[u8], block: u32, bytes: u32, modified: i64, flags: u8) -> Vec<u8> {
    let len = record_len(id.len());
    let mut record = Bytes::new(len);
    record.u8(0, len as u8);
    record.both32(2, block);
    record.both32(10, bytes);
    record.put(18, &time::record(modified));
    record.u8(25, flags);
    record.both16(28, 1);
    record.u8(32, id.len() as u8);
    record.put(33, id);
    record.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_joliet_record_fits_its_length_byte() {
        assert!(record_len(66 * 2) <= 255);
    }
}
