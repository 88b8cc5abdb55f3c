//! How many bytes content adds to a disc at most: an upper bound that can be added up, as the true length cannot.
//!
//! A file takes its sectors, a sector for its UDF file entry, and a record in each of the three trees. A folder takes a file
//! entry, at least one sector in each tree, its records, and its place in the four path tables. Records may not cross a
//! sector, so a sector can have a gap as long as a record; see `docs/formats.md`, "Disc images".

use super::Parcel;
use std::collections::HashSet;

/// Bytes of a sector.
const SECTOR: u64 = 2048;
/// An image is a multiple of so many bytes.
const BLOCK: u64 = 32 << 10;
/// The last sectors of tables that grow with content and are on the disc anyway: four path tables, and three trees of three
/// folders.
pub(super) const ROUNDING: u64 = 16 * SECTOR;
/// Longest extent of UDF, and how many of them a file entry holds.
const UDF_EXTENT: u64 = (1 << 30) - SECTOR;
const EXTENTS: u64 = 200;
/// Longest file section of ISO 9660.
const ISO_EXTENT: u64 = (1 << 32) - SECTOR;

/// The largest length of an image that a disc of so many bytes can hold.
pub(super) fn whole_blocks(capacity: u64) -> u64 {
    capacity / BLOCK * BLOCK
}

/// Bytes of the records of a name in the three trees, with the gaps at the ends of sectors.
fn records(name: &str, sections: u64) -> u64 {
    let length = name.encode_utf16().count() as u64;
    // ISO 9660: 33 bytes and at most 33 of name; Joliet: 33 and at most 132; UDF: 38 and at most two a character.
    let (iso, joliet, udf) = (34 + length.min(33) + 4, 34 + 2 * (length.min(64) + 2), 40 + 2 * length + 2);
    ((iso + joliet) * sections + udf) * 5 / 4
}

/// What a file adds, without its folders.
pub(super) fn file(path: &str, size: u64) -> u64 {
    let data = size.div_ceil(SECTOR).saturating_mul(SECTOR);
    let entry = (1 + size / (UDF_EXTENT * EXTENTS)) * SECTOR;
    data.saturating_add(entry + records(name(path), size.div_ceil(ISO_EXTENT).max(1)))
}

/// What one folder adds.
fn folder(path: &str) -> u64 {
    let length = name(path).encode_utf16().count() as u64;
    let path_tables = 2 * (10 + length.min(31)) + 2 * (10 + 2 * length.min(64));
    4 * SECTOR + 3 * 80 + records(name(path), 1) + path_tables
}

/// What folders add that are not on the disc anyway.
pub(super) fn folders<'a>(paths: impl Iterator<Item = &'a str>, shared: &HashSet<&str>) -> u64 {
    paths.filter(|path| !shared.contains(path)).map(folder).sum()
}

/// What a content adds.
pub(super) fn parcel(parcel: &Parcel, shared: &HashSet<&str>) -> u64 {
    let mut seen: HashSet<&str> = HashSet::new();
    for (path, _) in &parcel.files {
        seen.extend(folders_above(path));
    }
    for path in &parcel.folders {
        seen.extend(folders_above(path));
        seen.insert(path);
    }
    let files = parcel.files.iter().fold(0u64, |sum, (path, size)| sum.saturating_add(file(path, *size)));
    files.saturating_add(folders(seen.into_iter(), shared))
}

/// The bytes of a content that no layout can do without.
pub(super) fn data(parcel: &Parcel) -> u64 {
    parcel.files.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size))
}

/// The folders that lead to a path, from the top.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
