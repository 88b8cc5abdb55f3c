//! The partition maps of a logical volume (ECMA-167 3/10.7, UDF 2.2.8 to 2.2.10).

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use super::super::disk::Disk;
use super::super::fields::{bytes, le16, le32, slice, u8_at};
use super::super::findings::{FindingCode, Findings};
use super::super::stream::FileReader;
use super::Block;
use super::icb::{self, FileEntry, Map, Most};
use super::partition::{Partition, Pieces};

/// Most partitions of a logical volume.
const MAPS_MAX: usize = 16;
/// Most steps through the allocation descriptors of a system file, which are far fewer on real discs.
const MOST: Most = Most { steps: 10_000, extents: 10_000 };
/// Most bytes of a virtual allocation table, and most moved packets.
const TABLE_MAX: u64 = 64 << 20;
const MOVED_MAX: usize = 4096;
/// Blocks at the end of the medium that are searched for the virtual allocation table.
const VAT_SEARCH: u64 = 64;
/// File type of a virtual allocation table, and of the one of UDF 1.50 (ECMA-167 4/14.6.6).
const ICB_VAT: u8 = 248;
const ICB_VAT_150: u8 = 0;
/// Bytes behind the entries of a table of UDF 1.50: an identifier and the table before.
const VAT_150_TAIL: usize = 36;

/// Places that partition numbers stand for: first byte and bytes.
type Physical = BTreeMap<u16, (u64, u64)>;

pub(super) fn partitions<R: Read + Seek>(
    disk: &mut Disk<R>,
    logical: &[u8],
    block_size: u64,
    physical: &Physical,
    findings: &mut Findings,
) -> io::Result<Vec<Partition>> {
    let area = slice(logical, 440, le32(logical, 264) as usize);
    let count = usize::try_from(le32(logical, 268)).unwrap_or(MAPS_MAX).min(MAPS_MAX);
    let mut list: Vec<Partition> = Vec::new();
    let mut at = 0;
    for index in 0..count {
        let len = usize::from(u8_at(area, at + 1));
        let map = slice(area, at, len);
        if len < 6 || map.len() < len {
            findings.add(FindingCode::Damaged, format!("UDF partition map {index}"), "the map is broken");
            break;
        }
        at += len;
        let partition = match (u8_at(map, 0), slice(map, 5, 23)) {
            (1, _) => plain(physical, le16(map, 4)),
            (2, b"*UDF Virtual Partition\0") => {
                virtual_partition(disk, plain(physical, le16(map, 38)), block_size, findings)?
            }
            (2, b"*UDF Sparable Partition") => sparable(disk, map, physical, block_size, findings)?,
            (2, b"*UDF Metadata Partition") => metadata(disk, map, physical, block_size, findings),
            _ => Partition::Unusable,
        };
        if matches!(partition, Partition::Unusable) {
            findings.add(
                FindingCode::Unsupported,
                format!("UDF partition map {index}"),
                "the partition cannot be used",
            );
        }
        list.push(partition);
    }
    Ok(list)
}

fn plain(physical: &Physical, number: u16) -> Partition {
    physical.get(&number).map_or(Partition::Unusable, |(start, len)| Partition::Physical { start: *start, len: *len })
}

/// Reads a file entry of one partition, which stands for all references.
fn entry<R: Read + Seek>(
    disk: &mut Disk<R>,
    under: &Partition,
    number: u32,
    block_size: u64,
    place: &str,
    findings: &mut Findings,
) -> Option<FileEntry> {
    let map = Map { partitions: std::slice::from_ref(under), block_size };
    icb::read(disk, map, Block { partition: 0, number }, MOST, place, findings).ok()
}

/// The metadata partition: the extents of the metadata file, or of its mirror (UDF 2.50 2.2.13).
fn metadata<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: &[u8],
    physical: &Physical,
    block_size: u64,
    findings: &mut Findings,
) -> Partition {
    let under = plain(physical, le16(map, 38));
    for (at, place) in [(40, "UDF metadata file"), (44, "UDF metadata mirror file")] {
        match entry(disk, &under, le32(map, at), block_size, place, findings) {
            Some(file) => return Partition::Metadata(Pieces::new(&file.extents)),
            None => findings.add(FindingCode::Damaged, place, "it cannot be used"),
        }
    }
    Partition::Unusable
}

/// The virtual allocation table is the last file entry of the medium (UDF 1.50 2.2.10, 2.00 2.2.11).
fn virtual_partition<R: Read + Seek>(
    disk: &mut Disk<R>,
    under: Partition,
    block_size: u64,
    findings: &mut Findings,
) -> io::Result<Partition> {
    let Partition::Physical { start, .. } = under else { return Ok(Partition::Unusable) };
    let blocks = disk.len().saturating_sub(start) / block_size;
    for back in 1..=VAT_SEARCH.min(blocks) {
        let Ok(number) = u32::try_from(blocks - back) else { continue };
        // Most blocks that are tried are no file entries; that is nothing to note.
        let Some(file) =
            entry(disk, &under, number, block_size, "UDF virtual allocation table", &mut Findings::default())
        else {
            continue;
        };
        if !matches!(file.file_type, ICB_VAT | ICB_VAT_150) || file.size > TABLE_MAX {
            continue;
        }
        let mut data = Vec::new();
        FileReader::new(disk, &file.extents, file.size).read_to_end(&mut data)?;
        let entries = if file.file_type == ICB_VAT {
            data.get(usize::from(le16(&data, 0))..)
        } else {
            let tail = data.len().saturating_sub(VAT_150_TAIL);
            data.get(..tail).filter(|_| slice(&data, tail + 1, 22) == b"*UDF Virtual Alloc Tbl")
        };
        if let Some(entries) = entries {
            let table = entries.chunks_exact(4).map(|entry| le32(entry, 0)).collect();
            return Ok(Partition::Virtual { table, under: Box::new(under) });
        }
    }
    findings.add(FindingCode::Missing, "UDF virtual allocation table", "it was not found at the end of the image");
    Ok(Partition::Unusable)
}

/// A sparable partition with the packets that its table moved (UDF 1.50 2.2.9, 2.2.11).
fn sparable<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: &[u8],
    physical: &Physical,
    block_size: u64,
    findings: &mut Findings,
) -> io::Result<Partition> {
    let Partition::Physical { start, len } = plain(physical, le16(map, 38)) else { return Ok(Partition::Unusable) };
    let packet_blocks = u32::from(le16(map, 40)).max(1);
    let tables = usize::from(u8_at(map, 42)).min(4);
    for table in 0..tables {
        let block = le32(map, 48 + table * 4);
        let mut data = vec![0; 56 + MOVED_MAX * 8];
        let filled = disk.fill(u64::from(block) * block_size, &mut data)?;
        data.truncate(filled);
        let identifier: [u8; 20] = bytes(&data, 17);
        // Its tag has the identifier 0 and says nothing.
        if identifier.starts_with(b"*UDF Sparing Table") {
            let count = usize::from(le16(&data, 48)).min(MOVED_MAX);
            let entries = slice(&data, 56, count * 8).chunks_exact(8).map(|entry| (le32(entry, 0), le32(entry, 4)));
            // Numbers from 0xFFFFFFF0 on are free or defective places.
            let moved = entries.filter(|(original, _)| *original < 0xFFFF_FFF0).collect();
            return Ok(Partition::Sparable { start, len, packet_blocks, moved });
        }
    }
    findings.add(
        FindingCode::Missing,
        "UDF sparing table",
        "none can be used; packets with defects are read at their old place",
    );
    Ok(Partition::Sparable { start, len, packet_blocks, moved: BTreeMap::new() })
}
