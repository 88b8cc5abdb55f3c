//! The walk through UDF directories.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek};

use super::super::disk::Disk;
use super::super::fields::{le16, le32, slice, u8_at};
use super::super::findings::{FindingCode, Findings};
use super::super::stream::FileReader;
use super::super::walk::Walk;
use super::super::{FileInfo, Limits, ReadError, Tree};
use super::icb::{self, FileEntry, Map, Most, Piece, Unusable};
use super::{Block, UdfVolume, tag, text};
use crate::consts::{FID_DELETED, FID_DIRECTORY, FID_LEN, FID_PARENT, ICB_DIRECTORY, TAG_FID};

/// A directory that waits to be read.
struct Pending {
    path: String,
    depth: usize,
    block: Block,
    entry: FileEntry,
    /// Block of the file entry of its parent.
    parent: Block,
}

/// Counts to compare with what the volume says of itself.
#[derive(Default)]
struct Counts {
    files: u64,
    directories: u64,
    highest_unique: u64,
    unique: HashSet<u64>,
}

pub(in super::super) fn walk<R: Read + Seek>(
    disk: &mut Disk<R>,
    volume: &UdfVolume,
    walk: &mut Walk<'_>,
) -> Result<(), ReadError> {
    let map = Map { partitions: &volume.partitions, block_size: volume.block_size };
    let root = icb::read(disk, map, volume.root, most(walk.limits), &walk.place(""), walk.findings);
    let root = root.map_err(|problem| ReadError::Damaged { tree: Tree::Udf, text: explain(problem) })?;
    if root.file_type != ICB_DIRECTORY {
        return Err(ReadError::Damaged { tree: Tree::Udf, text: "its root is no directory".into() });
    }
    let mut counts = Counts::default();
    let mut pending =
        vec![Pending { path: String::new(), depth: 0, block: volume.root, entry: root, parent: volume.root }];
    while let Some(next) = pending.pop() {
        if !walk.enter(next.entry.offset, &next.path, next.depth) {
            continue;
        }
        counts.add(next.entry.unique_id, &next.path, walk);
        counts.directories += 1;
        let first = pending.len();
        directory(disk, map, walk, &next, &mut pending, &mut counts)?;
        pending[first..].reverse();
    }
    counts.compare(volume, walk.findings);
    Ok(())
}

impl Counts {
    fn add(&mut self, unique_id: u64, path: &str, walk: &mut Walk<'_>) {
        self.highest_unique = self.highest_unique.max(unique_id);
        if !self.unique.insert(unique_id) && unique_id != 0 {
            walk.find(FindingCode::Mismatch, path, format!("its unique identifier {unique_id} was used before"));
        }
    }

    fn compare(&self, volume: &UdfVolume, findings: &mut Findings) {
        if let Some((files, directories)) = volume.counts
            && (u64::from(files), u64::from(directories)) != (self.files, self.directories)
        {
            let text = format!(
                "it counts {files} files and {directories} directories; there are {} and {}",
                self.files, self.directories
            );
            findings.add(FindingCode::Mismatch, "UDF integrity descriptor", text);
        }
        if let Some(next) = volume.next_unique.filter(|next| *next <= self.highest_unique) {
            let text = format!("its next unique identifier is {next}; {} is in use", self.highest_unique);
            findings.add(FindingCode::Mismatch, "UDF integrity descriptor", text);
        }
    }
}

fn most(limits: Limits) -> Most {
    Most { steps: limits.steps(), extents: limits.extents }
}

fn explain(problem: Unusable) -> String {
    match problem {
        Unusable::Io(error) => format!("cannot be read: {error}"),
        Unusable::TooMuch => "has too many extents".to_owned(),
        Unusable::Damaged(text) => text,
    }
}

/// A file identifier descriptor (ECMA-167 4/14.4).
struct Identifier {
    characteristics: u8,
    icb: Option<Block>,
    name: Option<String>,
}

fn directory<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: Map<'_>,
    walk: &mut Walk<'_>,
    this: &Pending,
    pending: &mut Vec<Pending>,
    counts: &mut Counts,
) -> Result<(), ReadError> {
    walk.directory(this.entry.size)?;
    let identifiers = match identifiers(disk, map, walk, this) {
        (identifiers, None) => identifiers,
        (identifiers, Some(problem)) => {
            walk.find(FindingCode::Damaged, &this.path, problem);
            identifiers
        }
    };
    let mut names = HashSet::new();
    let mut links = 1;
    for identifier in identifiers {
        if identifier.characteristics & FID_PARENT != 0 {
            if identifier.icb != Some(this.parent) {
                walk.find(FindingCode::Mismatch, &this.path, "its parent entry does not lead to its parent");
            }
            continue;
        }
        if identifier.characteristics & FID_DELETED != 0 {
            continue;
        }
        let name = identifier.name.unwrap_or_else(|| {
            walk.find(FindingCode::Name, &this.path, "a name in an unknown character set");
            String::new()
        });
        let path = walk.join(&this.path, &name);
        walk.check_unique(&mut names, &path);
        let found = child(disk, map, walk, this, &path, identifier.icb)?;
        let Some((block, entry)) = found else { continue };
        let is_dir = entry.file_type == ICB_DIRECTORY;
        if is_dir != (identifier.characteristics & FID_DIRECTORY != 0) {
            walk.find(FindingCode::Mismatch, &path, "directory and file entry disagree on whether it is a directory");
        }
        let (size, extents) = if is_dir { (0, Vec::new()) } else { (entry.size, entry.extents.clone()) };
        walk.push(FileInfo { path: path.clone(), size, is_dir, modified: entry.modified, extents })?;
        if is_dir {
            links += 1;
            pending.push(Pending { path, depth: this.depth + 1, block, entry, parent: this.block });
        } else {
            counts.files += 1;
            counts.add(entry.unique_id, &path, walk);
        }
    }
    if usize::from(this.entry.links) != links {
        walk.find(FindingCode::Mismatch, &this.path, format!("a link count of {}, expected {links}", this.entry.links));
    }
    Ok(())
}

/// The file entry that an identifier leads to; `None`, noted, if it cannot be used.
fn child<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: Map<'_>,
    walk: &mut Walk<'_>,
    this: &Pending,
    path: &str,
    icb: Option<Block>,
) -> Result<Option<(Block, FileEntry)>, ReadError> {
    let Some(block) = icb.filter(|block| *block != this.block) else {
        walk.find(FindingCode::Damaged, path, "it has no file entry of its own");
        return Ok(None);
    };
    let place = walk.place(path);
    match icb::read(disk, map, block, most(walk.limits), &place, walk.findings) {
        Ok(entry) => {
            walk.steps(entry.steps)?;
            Ok(Some((block, entry)))
        }
        Err(Unusable::TooMuch) => walk.steps(usize::MAX).map(|()| None),
        Err(problem) => {
            let code = if matches!(problem, Unusable::Io(_)) { FindingCode::Unreadable } else { FindingCode::Damaged };
            walk.find(code, path, explain(problem));
            Ok(None)
        }
    }
}

/// All identifiers of a directory, and what stopped the reading before its end.
fn identifiers<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: Map<'_>,
    walk: &mut Walk<'_>,
    this: &Pending,
) -> (Vec<Identifier>, Option<String>) {
    let mut list = Vec::new();
    let mut data = BufReader::with_capacity(64 * 1024, FileReader::new(disk, &this.entry.extents, this.entry.size));
    let mut blocks = Blocks { pieces: this.entry.pieces.iter(), begin: 0, current: None, block_size: map.block_size };
    let place = walk.place(&this.path);
    let mut at = 0;
    while at < this.entry.size {
        let bytes = match descriptor(&mut data) {
            Ok(bytes) => bytes,
            Err(error) => return (list, Some(format!("its directory at byte {at}: {error}"))),
        };
        if let Some(block) = blocks.at(at) {
            tag::check(&bytes, block, &place, walk.findings);
        }
        at += bytes.len() as u64;
        let name_at = FID_LEN + usize::from(le16(&bytes, 36));
        let name = text::cs0(slice(&bytes, name_at, usize::from(u8_at(&bytes, 19))));
        list.push(Identifier { characteristics: u8_at(&bytes, 18), icb: icb::long_ad(&bytes, 20), name });
        if list.len() > walk.limits.entries {
            return (list, Some("its directory has too many entries".to_owned()));
        }
    }
    (list, None)
}

/// The bytes of the next file identifier descriptor, padding and all.
fn descriptor(data: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; FID_LEN];
    data.read_exact(&mut bytes)?;
    if tag::id(&bytes) != Some(TAG_FID) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("no file identifier, but {:#010x}", le32(&bytes, 0)),
        ));
    }
    let len = FID_LEN + usize::from(le16(&bytes, 36)) + usize::from(u8_at(&bytes, 19));
    bytes.resize(len.next_multiple_of(4), 0);
    data.read_exact(&mut bytes[FID_LEN..])?;
    Ok(bytes)
}

/// Finds the block that a byte of a directory is in; the bytes are asked for in rising order.
struct Blocks<'a> {
    pieces: std::slice::Iter<'a, Piece>,
    begin: u64,
    current: Option<Piece>,
    block_size: u64,
}

impl Blocks<'_> {
    fn at(&mut self, byte: u64) -> Option<u32> {
        loop {
            if let Some(piece) = self.current {
                if byte < self.begin + piece.len {
                    return u32::try_from(u64::from(piece.block) + (byte - self.begin) / self.block_size).ok();
                }
                self.begin += piece.len;
            }
            self.current = Some(*self.pieces.next()?);
        }
    }
}
