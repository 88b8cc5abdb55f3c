//! UDF inside the partition: file set, file entries, directories.

use super::bytes::Bytes;
use super::out::Out;
use super::udf_volume::{put_charset, put_developer, put_domain, tagged};
use super::{WriteError, text, time};
use crate::Layout;
use crate::consts::{
    AED_LEN, FID_DIRECTORY, FID_LEN, FID_PARENT, FILE_ENTRY_LEN, ICB_DIRECTORY, ICB_FILE, SECTOR, SECTOR_BYTES,
    TAG_AED, TAG_FID, TAG_FILE_ENTRY, TAG_FSD, TAG_TERMINATOR,
};
use crate::layout::place::{ADS_IN_ENTRY, ADS_IN_EXTENT, PARTITION, UDF_EXTENT, fid_len};
use crate::layout::{Node, Tree};

/// Read and execute for everyone (ECMA-167 4/14.9.5).
const PERMISSIONS: u32 = 0b00101_00101_00101;
/// "Continuation of allocation descriptors" in the upper bits of an extent's length (ECMA-167 4/14.14.1.1).
const CONTINUES: u32 = 3 << 30;
/// Identifiers 1 to 15 are reserved, the root has 0 (UDF 3.2.1.1).
const FIRST_UNIQUE_ID: u64 = 16;

fn unique_id(index: u32) -> u64 {
    if index == 0 { 0 } else { FIRST_UNIQUE_ID - 1 + u64::from(index) }
}

/// The first identifier that no file has.
pub(super) fn next_unique_id(layout: &Layout) -> u64 {
    FIRST_UNIQUE_ID - 1 + layout.tree.nodes.len() as u64
}

/// File set descriptor (ECMA-167 4/14.1, UDF 2.3.2) and its terminator.
pub(super) fn file_set(layout: &Layout, out: &mut Out<'_>) -> Result<(), WriteError> {
    out.at_block(PARTITION)?;
    let mut bytes = Bytes::new(512);
    bytes.put(16, &time::timestamp(layout.options.epoch));
    bytes.u16(28, 3);
    bytes.u16(30, 3);
    bytes.u32(32, 1);
    bytes.u32(36, 1);
    put_charset(&mut bytes, 48);
    bytes.put(112, &text::dstring(&layout.options.label, 128));
    put_charset(&mut bytes, 240);
    bytes.put(304, &text::dstring(&layout.options.label, 32));
    put_long_ad(&mut bytes, 400, layout.tree.node(0).icb, 0);
    put_domain(&mut bytes, 416);
    out.sector(&tagged(TAG_FSD, 0, bytes))?;
    out.sector(&tagged(TAG_TERMINATOR, 1, Bytes::new(512)))
}

/// `long_ad` of a file entry in this partition, with the identifier of the file behind it (ECMA-167 4/14.14.2; UDF 2.01
/// 2.3.4.3, which earlier revisions leave to the implementation).
fn put_long_ad(bytes: &mut Bytes, at: usize, icb: u32, unique: u64) {
    bytes.u32(at, SECTOR);
    bytes.u32(at + 4, icb);
    bytes.u32(at + 12, unique as u32);
}

/// All file entries and directories, folder by folder.
pub(super) fn tree(layout: &Layout, out: &mut Out<'_>) -> Result<(), WriteError> {
    let tree = &layout.tree;
    for (index, directory) in tree.directories.iter().enumerate() {
        let node = tree.node(directory.node);
        let links = 1 + directory.subdirectories;
        file_entry(directory.node, node, links, out)?;
        out.at_block(node.data)?;
        directory_data(tree, index, node, out)?;
        for child in tree.children_of(index) {
            let node = tree.node(*child);
            if !node.is_dir() {
                file_entry(*child, node, 1, out)?;
            }
        }
    }
    Ok(())
}

/// File entry (ECMA-167 4/14.9, UDF 2.3.6) with its allocation descriptors, and the allocation extents that take those
/// for which it has no room.
fn file_entry(index: u32, node: &Node, links: u16, out: &mut Out<'_>) -> Result<(), WriteError> {
    out.at_block(PARTITION + node.icb)?;
    // An image has fewer than 2^43 bytes, so the number is small.
    let mut extents = (0..node.size.div_ceil(UDF_EXTENT) as u32).map(|number| extent(node, number.into()));
    let mut icb = node.icb;
    let ads = descriptors(&mut extents, ADS_IN_ENTRY, icb);
    let mut bytes = Bytes::new(FILE_ENTRY_LEN + ads.len());
    bytes.u16(20, 4); // strategy
    bytes.u16(24, 1); // entries
    bytes.u8(27, if node.is_dir() { ICB_DIRECTORY } else { ICB_FILE });
    bytes.u32(36, u32::MAX); // no user
    bytes.u32(40, u32::MAX); // no group
    bytes.u32(44, PERMISSIONS);
    bytes.u16(48, links);
    bytes.u64(56, node.size);
    bytes.u64(64, node.size.div_ceil(SECTOR_BYTES));
    for at in [72, 84, 96] {
        bytes.put(at, &time::timestamp(node.modified));
    }
    bytes.u32(108, 1); // checkpoint
    put_developer(&mut bytes, 128);
    bytes.u64(160, unique_id(index));
    bytes.u32(172, ads.len() as u32);
    bytes.put(FILE_ENTRY_LEN, &ads);
    out.sector(&tagged(TAG_FILE_ENTRY, icb, bytes))?;
    while extents.len() > 0 {
        icb += 1;
        let ads = descriptors(&mut extents, ADS_IN_EXTENT, icb);
        let mut bytes = Bytes::new(AED_LEN + ads.len());
        bytes.u32(20, ads.len() as u32);
        bytes.put(AED_LEN, &ads);
        out.sector(&tagged(TAG_AED, icb, bytes))?;
    }
    Ok(())
}

/// Length and block of one extent of a node's data.
fn extent(node: &Node, number: u64) -> (u32, u32) {
    let before = number * UDF_EXTENT;
    let block = node.data - PARTITION + (before / SECTOR_BYTES) as u32;
    ((node.size - before).min(UDF_EXTENT) as u32, block)
}

/// As many short allocation descriptors as there is room for. If more are left, the last one leads to block `icb` + 1.
fn descriptors(extents: &mut impl ExactSizeIterator<Item = (u32, u32)>, room: u64, icb: u32) -> Vec<u8> {
    let all = extents.len() as u64 <= room;
    let count = if all { extents.len() } else { room as usize - 1 };
    let mut bytes = Vec::with_capacity((count + 1) * 8);
    let next = (!all).then_some((CONTINUES | SECTOR, icb + 1));
    for (len, block) in extents.by_ref().take(count).chain(next) {
        bytes.extend(len.to_le_bytes());
        bytes.extend(block.to_le_bytes());
    }
    bytes
}

/// The identifiers of a directory: its parent first, then its children (ECMA-167 4/8.6, UDF 2.3.4).
fn directory_data(tree: &Tree, directory: usize, node: &Node, out: &mut Out<'_>) -> Result<(), WriteError> {
    let mut at = 0u64;
    let mut put = |characteristics: u8, target: u32, name: &[u8], out: &mut Out<'_>| {
        let block = node.data - PARTITION + (at / SECTOR_BYTES) as u32;
        let len = fid_len(name.len());
        let mut bytes = Bytes::new(len as usize);
        bytes.u16(16, 1); // version
        bytes.u8(18, characteristics);
        bytes.u8(19, name.len() as u8);
        put_long_ad(&mut bytes, 20, tree.node(target).icb, unique_id(target));
        bytes.put(FID_LEN, name);
        at += len;
        out.bytes(&tagged(TAG_FID, block, bytes))
    };
    put(FID_DIRECTORY | FID_PARENT, node.parent, &[], out)?;
    for child in tree.children_of(directory) {
        let node = tree.node(*child);
        let characteristics = if node.is_dir() { FID_DIRECTORY } else { 0 };
        put(characteristics, *child, &text::cs0(&node.name), out)?;
    }
    out.zeros_to_sector()
}
