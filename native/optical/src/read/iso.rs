//! ISO 9660 and Joliet: descriptors, and the walk through the directories.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use super::disk::Disk;
use super::fields::{be16, be32, le16, le32, slice, u8_at};
use super::findings::{FindingCode, Findings};
use super::walk::Walk;
use super::{Descriptor, Extent, FileInfo, ReadError, Tree, time};
use crate::consts::{
    EL_TORITO_ID, ISO_BOOT, ISO_FLAG_DIRECTORY, ISO_FLAG_MULTI_EXTENT, ISO_ID, ISO_PRIMARY, ISO_SUPPLEMENTARY,
    ISO_TERMINATOR, SECTOR, SECTOR_BYTES, VOLUME_DESCRIPTORS,
};

/// Most descriptors that are looked at before the terminator.
const DESCRIPTORS_MAX: u32 = 100;
/// Directory record flag: an associated file, such as a resource fork (ECMA-119 9.1.6).
const ASSOCIATED: u8 = 0x04;

/// One hierarchy of ISO 9660.
#[derive(Debug, Clone)]
pub(super) struct IsoVolume {
    pub(super) label: String,
    tree: Tree,
    block_size: u64,
    root: (u64, u64),
}

/// What the descriptors say.
#[derive(Debug, Default)]
pub(super) struct IsoVolumes {
    pub(super) primary: Option<IsoVolume>,
    pub(super) joliet: Option<IsoVolume>,
    pub(super) boot_catalog: Option<u32>,
}

pub(super) fn open<R: Read + Seek>(
    disk: &mut Disk<R>,
    descriptors: &mut Vec<Descriptor>,
    findings: &mut Findings,
) -> io::Result<IsoVolumes> {
    let mut volumes = IsoVolumes::default();
    let mut sector = [0; SECTOR as usize];
    for number in VOLUME_DESCRIPTORS..VOLUME_DESCRIPTORS + DESCRIPTORS_MAX {
        let offset = u64::from(number) * SECTOR_BYTES;
        let complete = disk.fill(offset, &mut sector)? == sector.len();
        if !complete || slice(&sector, 1, 5) != ISO_ID {
            if number > VOLUME_DESCRIPTORS {
                findings.add(
                    FindingCode::Missing,
                    format!("sector {number}"),
                    "the ISO 9660 descriptors have no terminator",
                );
            }
            break;
        }
        let place = format!("sector {number}");
        let name = match u8_at(&sector, 0) {
            ISO_BOOT if slice(&sector, 7, EL_TORITO_ID.len()) == EL_TORITO_ID => {
                volumes.boot_catalog = Some(le32(&sector, 71));
                "ISO 9660 boot record (El Torito)"
            }
            ISO_BOOT => "ISO 9660 boot record",
            ISO_PRIMARY => {
                volumes.primary.get_or_insert(volume(&sector, Tree::Iso, disk.len(), &place, findings));
                "ISO 9660 primary volume descriptor"
            }
            ISO_SUPPLEMENTARY if is_joliet(&sector) => {
                volumes.joliet.get_or_insert(volume(&sector, Tree::Joliet, disk.len(), &place, findings));
                "Joliet supplementary volume descriptor"
            }
            ISO_SUPPLEMENTARY => "ISO 9660 supplementary volume descriptor",
            ISO_TERMINATOR => "ISO 9660 terminator",
            _ => "ISO 9660 descriptor of another type",
        };
        descriptors.push(Descriptor { offset, name: name.to_owned() });
        if u8_at(&sector, 0) == ISO_TERMINATOR {
            break;
        }
    }
    Ok(volumes)
}

/// The escape sequences of Joliet levels 1, 2 and 3.
fn is_joliet(descriptor: &[u8]) -> bool {
    matches!(slice(descriptor, 88, 3), b"%/@" | b"%/C" | b"%/E")
}

fn volume(data: &[u8], tree: Tree, image: u64, place: &str, findings: &mut Findings) -> IsoVolume {
    let block_size = match le16(data, 128) {
        size @ (512 | 1024 | 2048) => u64::from(size),
        size => {
            findings.add(FindingCode::Damaged, place, format!("a block size of {size}; 2048 is assumed"));
            SECTOR_BYTES
        }
    };
    let blocks = u64::from(le32(data, 80));
    if blocks * block_size > image {
        findings.add(
            FindingCode::OutOfRange,
            place,
            format!("the volume has {} bytes, the image {image}", blocks * block_size),
        );
    }
    let pairs = [(80, "volume space size"), (132, "path table size")];
    for (at, name) in pairs {
        if le32(data, at) != be32(data, at + 4) {
            findings.add(FindingCode::Mismatch, place, format!("the two byte orders of the {name} differ"));
        }
    }
    if le16(data, 128) != be16(data, 130) {
        findings.add(FindingCode::Mismatch, place, "the two byte orders of the block size differ");
    }
    let root = slice(data, 156, 34);
    let label = text(slice(data, 40, 32), tree);
    IsoVolume {
        label: label.trim_end().to_owned(),
        tree,
        block_size,
        root: (u64::from(le32(root, 2)), u64::from(le32(root, 10))),
    }
}

/// Text of a descriptor or an identifier: 8 bits in ISO 9660, big-endian 16 bits in Joliet.
fn text(bytes: &[u8], tree: Tree) -> String {
    if tree == Tree::Joliet {
        let units = bytes.chunks_exact(2).map(|unit| be16(unit, 0)).take_while(|unit| *unit != 0);
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        bytes.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect()
    }
}

/// A directory that waits to be read.
struct Pending {
    path: String,
    depth: usize,
    offset: u64,
    len: u64,
}

pub(super) fn walk<R: Read + Seek>(
    disk: &mut Disk<R>,
    volume: &IsoVolume,
    walk: &mut Walk<'_>,
) -> Result<(), ReadError> {
    let (block, len) = volume.root;
    let offset = block * volume.block_size;
    if len == 0 || offset >= disk.len() {
        return Err(ReadError::Damaged {
            tree: volume.tree,
            text: format!("its root has {len} bytes in block {block}"),
        });
    }
    let mut pending = vec![Pending { path: String::new(), depth: 0, offset, len }];
    while let Some(next) = pending.pop() {
        if !walk.enter(next.offset, &next.path, next.depth) {
            continue;
        }
        let first = pending.len();
        directory(disk, volume, walk, &next, &mut pending)?;
        // The first folder of a directory is read first.
        pending[first..].reverse();
    }
    Ok(())
}

fn directory<R: Read + Seek>(
    disk: &mut Disk<R>,
    volume: &IsoVolume,
    walk: &mut Walk<'_>,
    this: &Pending,
    pending: &mut Vec<Pending>,
) -> Result<(), ReadError> {
    let len = this.len.min(disk.len().saturating_sub(this.offset));
    if len < this.len {
        walk.find(FindingCode::OutOfRange, &this.path, "the directory reaches beyond the end of the image");
    }
    walk.directory(len)?;
    let mut names = HashSet::new();
    let mut open: Option<FileInfo> = None;
    let mut sector = [0; SECTOR as usize];
    let mut at = 0;
    while at < len {
        let filled = match disk.fill(this.offset + at, &mut sector) {
            Ok(filled) => filled.min(usize::try_from(len - at).unwrap_or(usize::MAX)),
            Err(error) => {
                walk.find(FindingCode::Unreadable, &this.path, format!("byte {at} of the directory: {error}"));
                0
            }
        };
        let mut records = Records { sector: &sector[..filled], at: 0 };
        while let Some(record) = records.next_record() {
            let Ok(record) = record else {
                walk.find(
                    FindingCode::Damaged,
                    &this.path,
                    format!("a broken record in the sector at byte {at} of the directory"),
                );
                break;
            };
            entry(disk.len(), volume, walk, this, record, &mut open, &mut names, pending)?;
        }
        at += SECTOR_BYTES;
    }
    if let Some(file) = open {
        walk.find(FindingCode::Damaged, &file.path, "its last section is missing");
        walk.push(file)?;
    }
    Ok(())
}

/// The records of one sector of a directory.
struct Records<'a> {
    sector: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// The next record, an error if it is broken, `None` behind the last one.
    fn next_record(&mut self) -> Option<Result<&'a [u8], ()>> {
        let len = usize::from(*self.sector.get(self.at)?);
        if len == 0 {
            return None;
        }
        let record = self.sector.get(self.at..self.at + len);
        self.at += len;
        Some(record.filter(|record| record.len() >= 34 && record.len() >= 33 + usize::from(record[32])).ok_or(()))
    }
}

/// Takes one record into the list. `open` is a file whose further sections are expected.
#[allow(clippy::too_many_arguments)]
fn entry(
    image: u64,
    volume: &IsoVolume,
    walk: &mut Walk<'_>,
    this: &Pending,
    record: &[u8],
    open: &mut Option<FileInfo>,
    names: &mut HashSet<String>,
    pending: &mut Vec<Pending>,
) -> Result<(), ReadError> {
    let id = slice(record, 33, usize::from(u8_at(record, 32)));
    let flags = u8_at(record, 25);
    // An extended attribute record comes before the data (ECMA-119 9.1.2).
    let offset = (u64::from(le32(record, 2)) + u64::from(u8_at(record, 1))) * volume.block_size;
    let len = u64::from(le32(record, 10));
    if matches!(id, [0] | [1]) {
        if id == [0] && offset != this.offset {
            walk.find(FindingCode::Mismatch, &this.path, "the directory's own record points elsewhere");
        }
        return Ok(());
    }
    if flags & ASSOCIATED != 0 {
        return Ok(());
    }
    let path = walk.join(&this.path, &identifier(id, volume.tree, flags));
    if le32(record, 2) != be32(record, 6) || le32(record, 10) != be32(record, 14) {
        walk.find(FindingCode::Mismatch, &path, "the two byte orders of its place or length differ");
    }
    if offset.saturating_add(len) > image {
        walk.find(
            FindingCode::OutOfRange,
            &path,
            format!("{len} bytes from byte {offset} reach beyond the end of the image"),
        );
    }
    if u8_at(record, 26) != 0 || u8_at(record, 27) != 0 {
        walk.find(FindingCode::Unsupported, &path, "interleaved; its bytes are not read right");
    }
    let modified = time::record(slice(record, 18, 7));
    if flags & ISO_FLAG_DIRECTORY != 0 {
        walk.check_unique(names, &path);
        walk.push(FileInfo { path: path.clone(), size: 0, is_dir: true, modified, extents: Vec::new() })?;
        pending.push(Pending { path, depth: this.depth + 1, offset, len });
        return Ok(());
    }
    let section = (len > 0).then_some(Extent { offset, len, recorded: true });
    let mut file = match open.take() {
        Some(file) if file.path == path => file,
        other => {
            if let Some(other) = other {
                walk.find(FindingCode::Damaged, &other.path, "its last section is missing");
                walk.push(other)?;
            }
            walk.check_unique(names, &path);
            FileInfo { path, size: 0, is_dir: false, modified, extents: Vec::new() }
        }
    };
    file.size = file.size.saturating_add(len);
    push_extent(&mut file.extents, section);
    walk.check_extents(file.extents.len())?;
    if flags & ISO_FLAG_MULTI_EXTENT == 0 {
        walk.push(file)?;
    } else {
        *open = Some(file);
    }
    Ok(())
}

/// Adds an extent, joined to the last one if it continues that.
pub(super) fn push_extent(extents: &mut Vec<Extent>, next: Option<Extent>) {
    let Some(next) = next else { return };
    match extents.last_mut() {
        Some(last)
            if last.recorded == next.recorded
                && (!next.recorded || last.offset.checked_add(last.len) == Some(next.offset)) =>
        {
            last.len = last.len.saturating_add(next.len);
        }
        _ => extents.push(next),
    }
}

/// A name as people know it: without version and without the dot of an empty extension.
fn identifier(id: &[u8], tree: Tree, flags: u8) -> String {
    let name = text(id, tree);
    if flags & ISO_FLAG_DIRECTORY != 0 {
        return name;
    }
    let version =
        name.rsplit_once(';').filter(|(_, version)| !version.is_empty() && version.bytes().all(|c| c.is_ascii_digit()));
    let name = version.map_or(name.as_str(), |(name, _)| name);
    let bare = name.strip_suffix('.').filter(|bare| !bare.is_empty());
    bare.unwrap_or(name).to_owned()
}
