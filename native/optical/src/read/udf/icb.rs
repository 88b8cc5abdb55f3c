//! File entries and their allocation descriptors (ECMA-167 4/14.9, 4/14.14, 4/14.17).

use std::collections::VecDeque;
use std::io::{self, Read, Seek};

use super::super::disk::Disk;
use super::super::fields::{bytes, le16, le32, le64, slice, u8_at};
use super::super::findings::{FindingCode, Findings};
use super::super::iso::push_extent;
use super::super::{Extent, time};
use super::{Block, Partition, tag};
use crate::consts::{
    AED_LEN, EXT_FILE_ENTRY_LEN, FILE_ENTRY_LEN, ICB_DIRECTORY, TAG_AED, TAG_EXT_FILE_ENTRY, TAG_FILE_ENTRY,
};

/// Type of an extent, the upper two bits of its length (ECMA-167 4/14.14.1.1).
const CONTINUATION: u32 = 3;
/// What reading a block of allocation descriptors counts for.
const AREA_STEPS: usize = 16;
/// Most pieces of one extent, which has less than 2^30 bytes, in blocks of 512.
const PIECES_MAX: usize = 1 << 21;
/// Largest logical block that is read.
const BLOCK_MAX: u64 = 32 * 1024;

/// Where blocks lie.
#[derive(Clone, Copy)]
pub(super) struct Map<'a> {
    pub(super) partitions: &'a [Partition],
    pub(super) block_size: u64,
}

impl Map<'_> {
    fn partition(&self, reference: u16) -> &Partition {
        self.partitions.get(usize::from(reference)).unwrap_or(&Partition::Unusable)
    }

    /// The byte offset of a block, if it is on the medium.
    pub(super) fn offset(&self, block: Block) -> Option<u64> {
        self.partition(block.partition).offset(block.number, self.block_size)
    }

    fn map(&self, block: Block, len: u64, most: usize) -> Vec<Extent> {
        self.partition(block.partition).map(block.number, len, self.block_size, most)
    }
}

/// A piece of a file as its allocation descriptors tell: for directories, whose identifiers name the block they are in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) len: u64,
    pub(super) block: u32,
}

/// What a file entry says.
#[derive(Debug, Clone)]
pub(super) struct FileEntry {
    pub(super) offset: u64,
    pub(super) file_type: u8,
    pub(super) size: u64,
    pub(super) links: u16,
    pub(super) modified: Option<i64>,
    pub(super) unique_id: u64,
    pub(super) extents: Vec<Extent>,
    pub(super) pieces: Vec<Piece>,
    /// How much work its allocation descriptors were: descriptors, blocks of them, and pieces of the medium.
    pub(super) steps: usize,
}

/// How much of one file is followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// As [`FileEntry::steps`] counts.
    pub(super) steps: usize,
    /// Pieces of the medium that do not continue each other.
    pub(super) extents: usize,
}

/// Why a file entry cannot be used.
pub(super) enum Unusable {
    Io(io::Error),
    /// More steps or extents than may be followed.
    TooMuch,
    Damaged(String),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn damaged<T>(text: impl Into<String>) -> Result<T, Unusable> {
    Err(Unusable::Damaged(text.into()))
}

/// Reads the file entry in `block`. `place` names it in findings.
pub(super) fn read<R: Read + Seek>(
    disk: &mut Disk<R>,
    map: Map<'_>,
    block: Block,
    most: Most,
    place: &str,
    findings: &mut Findings,
) -> Result<FileEntry, Unusable> {
    let Some(offset) = map.offset(block) else {
        return damaged(format!(
            "its file entry would be in block {} of partition {}, which does not exist",
            block.number, block.partition
        ));
    };
    let data = disk.exact(offset, map.block_size.min(BLOCK_MAX) as usize)?;
    let extended = match tag::id(&data) {
        Some(TAG_FILE_ENTRY) => false,
        Some(TAG_EXT_FILE_ENTRY) => true,
        Some(other) => {
            return damaged(format!("block {} holds a descriptor of type {other}, no file entry", block.number));
        }
        None => return damaged(format!("block {} holds no file entry", block.number)),
    };
    tag::check(&data, block.number, place, findings);
    let strategy = le16(&data, 20);
    if strategy != 4 {
        findings.add(FindingCode::Unsupported, place, format!("strategy {strategy}; only its first entry is read"));
    }
    let (head, modified, unique, lengths) =
        if extended { (EXT_FILE_ENTRY_LEN, 92, 200, 208) } else { (FILE_ENTRY_LEN, 84, 160, 168) };
    let mut entry = FileEntry {
        offset,
        file_type: u8_at(&data, 27),
        size: le64(&data, 56),
        links: le16(&data, 48),
        modified: time::timestamp(slice(&data, modified, 12)),
        unique_id: le64(&data, unique),
        extents: Vec::new(),
        pieces: Vec::new(),
        steps: 1,
    };
    let start = head.saturating_add(le32(&data, lengths) as usize);
    let len = le32(&data, lengths + 4) as usize;
    let Some(area) = data.get(start..).and_then(|rest| rest.get(..len)) else {
        return damaged("the lengths in its file entry are larger than its block");
    };
    if le16(&data, 34) & 7 == 3 {
        embedded(&mut entry, block, start as u64, len as u64);
    } else {
        let form = Form::of(le16(&data, 34) & 7, block.partition)?;
        Chain { map, form, place }.follow(disk, area.to_vec(), most, &mut entry, findings)?;
    }
    let covered = entry.extents.iter().fold(0u64, |sum, extent| sum.saturating_add(extent.len));
    if covered < entry.size {
        findings.add(FindingCode::OutOfRange, place, format!("{} bytes, but extents for {covered}", entry.size));
    }
    Ok(entry)
}

/// Data within the file entry itself.
fn embedded(entry: &mut FileEntry, block: Block, start: u64, len: u64) {
    push_extent(&mut entry.extents, (len > 0).then_some(Extent { offset: entry.offset + start, len, recorded: true }));
    entry.pieces.push(Piece { len, block: block.number });
}

/// The three forms of allocation descriptors.
#[derive(Clone, Copy)]
enum Form {
    /// `short_ad`: in the partition of the file entry.
    Short(u16),
    /// `long_ad`.
    Long,
    /// `ext_ad`, which UDF does not use.
    Extended,
}

impl Form {
    fn of(bits: u16, partition: u16) -> Result<Self, Unusable> {
        match bits {
            0 => Ok(Self::Short(partition)),
            1 => Ok(Self::Long),
            2 => Ok(Self::Extended),
            other => damaged(format!("allocation descriptors of unknown type {other}")),
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Short(_) => 8,
            Self::Long => 16,
            Self::Extended => 20,
        }
    }

    fn block(self, descriptor: &[u8]) -> Block {
        match self {
            Self::Short(partition) => Block { partition, number: le32(descriptor, 4) },
            Self::Long => Block { partition: le16(descriptor, 8), number: le32(descriptor, 4) },
            Self::Extended => Block { partition: le16(descriptor, 16), number: le32(descriptor, 12) },
        }
    }
}

/// A chain of allocation descriptors through allocation extents.
struct Chain<'a> {
    map: Map<'a>,
    form: Form,
    place: &'a str,
}

impl Chain<'_> {
    fn follow<R: Read + Seek>(
        &self,
        disk: &mut Disk<R>,
        area: Vec<u8>,
        most: Most,
        entry: &mut FileEntry,
        findings: &mut Findings,
    ) -> Result<(), Unusable> {
        let mut areas = VecDeque::from([area]);
        let mut seen = std::collections::HashSet::new();
        let (mut reached, mut last) = (0u64, false);
        while let Some(area) = areas.pop_front() {
            entry.steps += AREA_STEPS;
            for descriptor in area.chunks_exact(self.form.len()) {
                let (kind, len) = (le32(descriptor, 0) >> 30, u64::from(le32(descriptor, 0) & 0x3FFF_FFFF));
                let block = self.form.block(descriptor);
                if entry.steps > most.steps || entry.extents.len() > most.extents {
                    return Err(Unusable::TooMuch);
                }
                // A length of zero ends the descriptors (ECMA-167 4/12). Nothing behind the file's size is of interest
                // (a file tail).
                last |= len == 0 || reached >= entry.size;
                if last {
                    break;
                }
                if kind == CONTINUATION {
                    // An allocation extent that was read before would lead round and round.
                    if !seen.insert(block) {
                        return damaged("its allocation descriptors run in a circle");
                    }
                    areas.push_back(self.allocation_extent(disk, block, findings)?);
                    break;
                }
                entry.steps += 1;
                self.piece(entry, block, kind, len, findings);
                reached = reached.saturating_add(len);
            }
        }
        Ok(())
    }

    fn piece(&self, entry: &mut FileEntry, block: Block, kind: u32, len: u64, findings: &mut Findings) {
        if entry.file_type == ICB_DIRECTORY {
            entry.pieces.push(Piece { len, block: block.number });
        }
        if kind != 0 {
            push_extent(&mut entry.extents, Some(Extent { offset: 0, len, recorded: false }));
            return;
        }
        let pieces = self.map.map(block, len, PIECES_MAX);
        entry.steps += pieces.len();
        let mapped: u64 = pieces.iter().map(|piece| piece.len).sum();
        for piece in pieces {
            push_extent(&mut entry.extents, Some(piece));
        }
        if mapped < len {
            let text =
                format!("{len} bytes from block {} of partition {} reach beyond it", block.number, block.partition);
            findings.add(FindingCode::OutOfRange, self.place, text);
            // What follows keeps its place in the file.
            push_extent(&mut entry.extents, Some(Extent { offset: u64::MAX, len: len - mapped, recorded: true }));
        }
    }

    /// The descriptors of an allocation extent (ECMA-167 4/14.5).
    fn allocation_extent<R: Read + Seek>(
        &self,
        disk: &mut Disk<R>,
        block: Block,
        findings: &mut Findings,
    ) -> Result<Vec<u8>, Unusable> {
        let Some(offset) = self.map.offset(block) else {
            return damaged(format!(
                "an allocation extent would be in block {} of partition {}, which does not exist",
                block.number, block.partition
            ));
        };
        let data = disk.exact(offset, self.map.block_size.min(BLOCK_MAX) as usize)?;
        if tag::id(&data) != Some(TAG_AED) {
            return damaged(format!("block {} holds no allocation extent", block.number));
        }
        tag::check(&data, block.number, self.place, findings);
        match data.get(AED_LEN..).and_then(|rest| rest.get(..le32(&data, 20) as usize)) {
            Some(area) => Ok(area.to_vec()),
            None => damaged(format!("the allocation extent in block {} is longer than its block", block.number)),
        }
    }
}

/// `long_ad` of a file entry: its block (ECMA-167 4/14.14.2). A length of zero means that there is none.
pub(super) fn long_ad(data: &[u8], at: usize) -> Option<Block> {
    let field: [u8; 16] = bytes(data, at);
    let len = le32(&field, 0) & 0x3FFF_FFFF;
    (len > 0).then_some(Block { partition: le16(&field, 8), number: le32(&field, 4) })
}
