//! ISO 9660 and Joliet: descriptors, and the walk through the directories.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use super::disk::Disk;
use super::fields::{be16, be32, le16, le32, slice, u8_at};
use super::findings::{FindingCode, Findings};
use super::walk::Walk;
use super::{Descriptor, Extent, FileInfo, ReadError, Tree, rock_ridge, time};
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

/// The directory that is being read.
struct Current {
    folder: Pending,
    names: HashSet<String>,
    /// A file whose further sections are expected.
    open: Option<FileInfo>,
}

/// A walk through one hierarchy.
struct IsoWalk<'a, 'f, R> {
    disk: &'a mut Disk<R>,
    volume: &'a IsoVolume,
    walk: &'a mut Walk<'f>,
    pending: Vec<Pending>,
    /// Bytes to skip before the entries of Rock Ridge; none if there is no Rock Ridge.
    rock_ridge: Option<usize>,
}

pub(super) fn walk<R: Read + Seek>(
    disk: &mut Disk<R>,
    volume: &IsoVolume,
    walk: &mut Walk<'_>,
) -> Result<(), ReadError> {
    let (block, len) = volume.root;
    let offset = block * volume.block_size;
    if len == 0 || offset >= disk.len() {
        let text = format!("its root has {len} bytes in block {block}");
        return Err(ReadError::Damaged { tree: volume.tree, text });
    }
    let mut first = [0; 255];
    let rock_ridge = match disk.fill(offset, &mut first) {
        Ok(_) if volume.tree == Tree::Iso => rock_ridge::skip(slice(&first, 0, usize::from(u8_at(&first, 0)))),
        _ => None,
    };
    let pending = vec![Pending { path: String::new(), depth: 0, offset, len }];
    let mut iso = IsoWalk { disk, volume, walk, pending, rock_ridge };
    while let Some(next) = iso.pending.pop() {
        if !iso.walk.enter(next.offset, &next.path, next.depth) {
            continue;
        }
        let first = iso.pending.len();
        iso.directory(next)?;
        // The first folder of a directory is read first.
        iso.pending[first..].reverse();
    }
    Ok(())
}

impl<R: Read + Seek> IsoWalk<'_, '_, R> {
    fn directory(&mut self, folder: Pending) -> Result<(), ReadError> {
        let len = folder.len.min(self.disk.len().saturating_sub(folder.offset));
        if len < folder.len {
            self.walk.find(FindingCode::OutOfRange, &folder.path, "the directory reaches beyond the end of the image");
        }
        self.walk.directory(len)?;
        let mut current = Current { folder, names: HashSet::new(), open: None };
        let mut sector = [0; SECTOR as usize];
        let mut at = 0;
        while at < len {
            let path = &current.folder.path;
            let filled = match self.disk.fill(current.folder.offset + at, &mut sector) {
                Ok(filled) => filled.min(usize::try_from(len - at).unwrap_or(usize::MAX)),
                Err(error) => {
                    self.walk.find(FindingCode::Unreadable, path, format!("byte {at} of the directory: {error}"));
                    0
                }
            };
            let mut records = Records { sector: &sector[..filled], at: 0 };
            while let Some(record) = records.next_record() {
                let Ok(record) = record else {
                    let text = format!("a broken record in the sector at byte {at} of the directory");
                    self.walk.find(FindingCode::Damaged, &current.folder.path, text);
                    break;
                };
                self.entry(&mut current, record)?;
            }
            at += SECTOR_BYTES;
        }
        self.close(&mut current)
    }

    /// Takes a file whose last section did not come.
    fn close(&mut self, current: &mut Current) -> Result<(), ReadError> {
        let Some(file) = current.open.take() else { return Ok(()) };
        self.walk.find(FindingCode::Damaged, &file.path, "its last section is missing");
        self.walk.push(file)
    }

    /// Takes one record into the list.
    fn entry(&mut self, current: &mut Current, record: &[u8]) -> Result<(), ReadError> {
        let id = slice(record, 33, usize::from(u8_at(record, 32)));
        let flags = u8_at(record, 25);
        // An extended attribute record comes before the data (ECMA-119 9.1.2).
        let offset = (u64::from(le32(record, 2)) + u64::from(u8_at(record, 1))) * self.volume.block_size;
        if id == [0] && offset != current.folder.offset {
            let text = "the directory's own record points elsewhere";
            self.walk.find(FindingCode::Mismatch, &current.folder.path, text);
        }
        if matches!(id, [0] | [1]) || flags & ASSOCIATED != 0 {
            return Ok(());
        }
        let posix = self.rock_ridge.map(|skip| rock_ridge::read(self.disk, record, skip, self.volume.block_size));
        let (posix, steps) = posix.unwrap_or_default();
        self.walk.steps(steps)?;
        if posix.relocated {
            return Ok(());
        }
        let name = posix.name.unwrap_or_else(|| identifier(id, self.volume.tree, flags));
        let path = self.walk.join(&current.folder.path, &name);
        if posix.link {
            self.walk.find(FindingCode::Unsupported, &path, "a symbolic link; it is listed as a file");
        }
        let modified = time::record(slice(record, 18, 7));
        if let Some(block) = posix.moved_to {
            let offset = u64::from(block) * self.volume.block_size;
            let len = self.directory_len(offset);
            return self.folder(current, path, offset, len, modified);
        }
        self.check(record, offset, &path);
        let len = u64::from(le32(record, 10));
        if flags & ISO_FLAG_DIRECTORY != 0 {
            return self.folder(current, path, offset, len, modified);
        }
        let section = Extent { offset, len, recorded: true };
        self.section(current, path, section, modified, flags & ISO_FLAG_MULTI_EXTENT != 0)
    }

    /// Notes what is odd about the place of a file or folder.
    fn check(&mut self, record: &[u8], offset: u64, path: &str) {
        if le32(record, 2) != be32(record, 6) || le32(record, 10) != be32(record, 14) {
            self.walk.find(FindingCode::Mismatch, path, "the two byte orders of its place or length differ");
        }
        let len = u64::from(le32(record, 10));
        if offset.saturating_add(len) > self.disk.len() {
            let text = format!("{len} bytes from byte {offset} reach beyond the end of the image");
            self.walk.find(FindingCode::OutOfRange, path, text);
        }
        if u8_at(record, 26) != 0 || u8_at(record, 27) != 0 {
            self.walk.find(FindingCode::Unsupported, path, "interleaved; its bytes are not read right");
        }
    }

    /// The length of a directory as its own first record gives it.
    fn directory_len(&mut self, offset: u64) -> u64 {
        let mut head = [0; 34];
        self.disk.fill(offset, &mut head).map_or(0, |_| u64::from(le32(&head, 10)))
    }

    fn folder(
        &mut self,
        current: &mut Current,
        path: String,
        offset: u64,
        len: u64,
        modified: Option<i64>,
    ) -> Result<(), ReadError> {
        self.walk.check_unique(&mut current.names, &path);
        self.walk.push(FileInfo { path: path.clone(), size: 0, is_dir: true, modified, extents: Vec::new() })?;
        self.pending.push(Pending { path, depth: current.folder.depth + 1, offset, len });
        Ok(())
    }

    /// Takes a section of a file: all of it, or a part with `more` to come.
    fn section(
        &mut self,
        current: &mut Current,
        path: String,
        section: Extent,
        modified: Option<i64>,
        more: bool,
    ) -> Result<(), ReadError> {
        if current.open.as_ref().is_some_and(|open| open.path != path) {
            self.close(current)?;
        }
        let mut file = current.open.take().unwrap_or_else(|| {
            self.walk.check_unique(&mut current.names, &path);
            FileInfo { path, size: 0, is_dir: false, modified, extents: Vec::new() }
        });
        file.size = file.size.saturating_add(section.len);
        push_extent(&mut file.extents, (section.len > 0).then_some(section));
        self.walk.check_extents(file.extents.len())?;
        if more {
            current.open = Some(file);
            return Ok(());
        }
        self.walk.push(file)
    }
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
