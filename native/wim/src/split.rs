//! One WIM as a set of parts (`.swm`), known before a byte is copied.
//!
//! libwim splits a WIM too, but it tells how many parts there are, and how long each is, only when all of them lie on a disk.
//! Here the header and the tables of the WIM say it beforehand, and a part can be read like a file that is there already:
//! its header, the data out of the WIM as it is, its own table, and the XML data. Nothing is compressed anew.
//!
//! Layouts follow Microsoft's "Windows Imaging File Format (WIM)" white paper: header (`WIMHEADER_V1_PACKED`), resource
//! headers (`RESHDR_DISK_SHORT`), and the lookup table with 50 bytes for each piece of data (`RESOURCEENTRY`).
use std::fs::File;
use std::io::{self, Cursor, Read, Seek as _, SeekFrom};
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{WimError, WimErrorKind};
use crate::wim::check_begin;

/// The length of a WIM's header in bytes: what [`PartHead::read`] needs.
pub const HEADER_BYTES: usize = 208;

/// The length of an entry of the lookup table in bytes.
const ENTRY_BYTES: usize = 50;
/// No WIM of the field comes near this: ten million pieces of data, or as much XML.
const LONGEST_TABLE: u64 = 500 << 20;
const LONGEST_XML: u64 = 64 << 20;

const AT_VERSION: usize = 12;
const AT_FLAGS: usize = 16;
const AT_GUID: usize = 24;
const AT_PART: usize = 40;
const AT_PARTS: usize = 42;
const AT_TABLE: usize = 48;
const AT_XML: usize = 72;
const AT_BOOT: usize = 96;
const AT_BOOT_INDEX: usize = 120;
const AT_INTEGRITY: usize = 124;

/// `FLAG_HEADER_SPANNED`: the data is in several files.
const SPANNED_SET: u32 = 8;
/// The version of WIMs whose data may be compressed as one.
const VERSION_SOLID: u32 = 0xe00;

/// Bits of a resource header's flags: `RESHDR_FLAG_FREE`, `_METADATA`, `_COMPRESSED`, `_SPANNED`, and the one for data
/// that is compressed together with other data.
const FREE: u8 = 1;
const METADATA: u8 = 2;
const COMPRESSED: u8 = 4;
const SPANNED: u8 = 8;
const SOLID: u8 = 0x10;

/// What a part of a split WIM says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartHead {
    /// What all parts of one WIM have in common.
    pub guid: [u8; 16],
    /// Its number, from 1.
    pub number: u16,
    /// How many parts there are; 1 for a WIM that is whole.
    pub total: u16,
}

impl PartHead {
    /// Reads it from the first [`HEADER_BYTES`] of a file; `None` when that is no WIM.
    #[must_use]
    pub fn read(header: &[u8]) -> Option<Self> {
        header.strip_prefix(b"MSWIM\0\0\0")?;
        let guid = header.get(AT_GUID..AT_GUID + 16)?.try_into().ok()?;
        let short = |at: usize| Some(u16::from_le_bytes(header.get(at..at + 2)?.try_into().ok()?));
        Some(Self { guid, number: short(AT_PART)?, total: short(AT_PARTS)? })
    }
}

/// A piece of data of the WIM: the bytes of files that are equal, or the tree of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    resource: Resource,
    references: u32,
    sha1: [u8; 20],
}

/// Where something lies in a WIM, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resource {
    stored: u64,
    flags: u8,
    offset: u64,
    original: u64,
}

/// A WIM as the parts that it is split into. Equal input gives equal parts.
#[derive(Debug, Clone)]
pub struct Split {
    path: Utf8PathBuf,
    header: Vec<u8>,
    xml: Vec<u8>,
    /// Those of the first part first, in the order of the parts.
    pieces: Vec<Piece>,
    /// Which of them are in which part.
    parts: Vec<Range<usize>>,
}

impl Split {
    /// Looks into a WIM and divides its data into parts of at most `most` bytes each. Only its tables are read.
    ///
    /// The trees of the images are in the first part, which tools open; the data follows in the order of the WIM. An
    /// integrity table is left out, and no image is marked to be started, as libwim leaves it out of parts too.
    ///
    /// # Errors
    /// With the path: [`WimErrorKind::NotFound`], [`WimErrorKind::NotAWim`], [`WimErrorKind::Io`];
    /// [`WimErrorKind::SplitPart`] for a part of a WIM; [`WimErrorKind::Solid`] for data that is compressed as one (`.esd`),
    /// which cannot be divided; [`WimErrorKind::Pipable`]; [`WimErrorKind::PartTooSmall`] when one piece of data is longer
    /// than a part; [`WimErrorKind::Truncated`] and [`WimErrorKind::Damaged`] for tables that do not fit the file.
    pub fn plan(path: &Utf8Path, most: u64) -> Result<Self, WimError> {
        check_begin(path)?;
        read_tables(path).and_then(|tables| tables.divide(path, most)).map_err(|error| error.at(path))
    }

    /// The lengths of the parts in bytes, in their order.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        self.parts.iter().map(|part| self.frame() + cost(self.pieces.get(part.clone()).unwrap_or_default()))
    }

    /// The WIM.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The bytes of a part, by its index from 0. Whether the WIM is still the one that was looked into is not told: whoever
    /// needs to know compares its hash when all parts were read.
    ///
    /// # Errors
    /// When there is no such part, or the WIM cannot be opened.
    pub fn open(&self, index: usize) -> io::Result<PartReader> {
        let none = || io::Error::new(io::ErrorKind::InvalidInput, "the WIM has no such part");
        let pieces = self.parts.get(index).and_then(|part| self.pieces.get(part.clone())).ok_or_else(none)?;
        let number = u16::try_from(index + 1).map_err(|_| none())?;
        let total = u16::try_from(self.parts.len()).map_err(|_| none())?;
        let mut table = Vec::with_capacity(pieces.len() * ENTRY_BYTES + self.xml.len());
        let mut runs: Vec<Range<u64>> = Vec::new();
        let mut at = HEADER_BYTES as u64;
        for piece in pieces {
            put_piece(&mut table, piece, at, number);
            at += piece.resource.stored;
            let place = piece.resource.offset..piece.resource.offset + piece.resource.stored;
            match runs.last_mut() {
                Some(last) if last.end == place.start => last.end = place.end,
                _ => runs.push(place),
            }
        }
        let header = self.header_of(number, total, at, table.len() as u64)?;
        table.extend_from_slice(&self.xml);
        Ok(PartReader {
            header: Cursor::new(header),
            file: File::open(&self.path)?,
            runs: runs.into_iter(),
            left: 0,
            tail: Cursor::new(table),
        })
    }

    /// Bytes of a part that are not its data and the entries for it.
    fn frame(&self) -> u64 {
        HEADER_BYTES as u64 + self.xml.len() as u64
    }

    /// The header of a part whose table begins at `table`.
    fn header_of(&self, number: u16, total: u16, table: u64, table_bytes: u64) -> io::Result<Vec<u8>> {
        let mut header = self.header.clone();
        let plain = |offset, bytes| Resource { stored: bytes, flags: 0, offset, original: bytes };
        let nothing = plain(0, 0);
        let flags = u32::from_le_bytes(bytes_at(&header, AT_FLAGS)) | if total > 1 { SPANNED_SET } else { 0 };
        let put: [(usize, &[u8]); 8] = [
            (AT_FLAGS, &flags.to_le_bytes()),
            (AT_PART, &number.to_le_bytes()),
            (AT_PARTS, &total.to_le_bytes()),
            // The flag of metadata stands on both, as in the WIMs of Microsoft.
            (AT_TABLE, &Resource { flags: METADATA, ..plain(table, table_bytes) }.to_bytes()),
            (AT_XML, &Resource { flags: METADATA, ..plain(table + table_bytes, self.xml.len() as u64) }.to_bytes()),
            (AT_BOOT, &nothing.to_bytes()),
            (AT_BOOT_INDEX, &0_u32.to_le_bytes()),
            (AT_INTEGRITY, &nothing.to_bytes()),
        ];
        for (at, bytes) in put {
            let short = || io::Error::other("the header is too short");
            header.get_mut(at..at + bytes.len()).ok_or_else(short)?.copy_from_slice(bytes);
        }
        Ok(header)
    }
}

/// The bytes of one part.
#[derive(Debug)]
pub struct PartReader {
    header: Cursor<Vec<u8>>,
    file: File,
    /// Where its data lies in the WIM.
    runs: std::vec::IntoIter<Range<u64>>,
    /// Bytes that are left of the run that is being read.
    left: u64,
    tail: Cursor<Vec<u8>>,
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.header.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        while self.left == 0 {
            let Some(run) = self.runs.next() else { return self.tail.read(buffer) };
            self.file.seek(SeekFrom::Start(run.start))?;
            self.left = run.end - run.start;
        }
        let count = (&self.file).take(self.left).read(buffer)?;
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the WIM has become shorter"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

/// The tables of a WIM.
struct Tables {
    length: u64,
    header: Vec<u8>,
    xml: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Tables {
    /// Divides the data.
    fn divide(self, path: &Utf8Path, most: u64) -> Result<Split, WimError> {
        let Self { length, header, xml, mut pieces } = self;
        pieces.sort_by_key(|piece| (piece.resource.flags & METADATA == 0, piece.resource.offset));
        let frame = HEADER_BYTES as u64 + xml.len() as u64;
        let trees = pieces.iter().take_while(|piece| piece.resource.flags & METADATA != 0).count();
        let mut begins = vec![0];
        let mut filled = frame + cost(pieces.get(..trees).unwrap_or_default());
        if filled > most {
            return Err(too_small("the lists of the files of all images have", filled, most));
        }
        for (index, piece) in pieces.iter().enumerate().skip(trees) {
            let bytes = cost(std::slice::from_ref(piece));
            if frame + bytes > most {
                return Err(too_small("a file in it has", piece.resource.stored, most));
            }
            if filled + bytes > most {
                begins.push(index);
                filled = frame;
            }
            filled += bytes;
        }
        if u16::try_from(begins.len()).is_err() {
            return Err(too_small("the whole WIM has", length, most));
        }
        let ends = begins.iter().copied().skip(1).chain([pieces.len()]);
        let parts = begins.iter().copied().zip(ends).map(|(begin, end)| begin..end).collect();
        Ok(Split { path: path.to_owned(), header, xml, pieces, parts })
    }
}

/// Bytes that pieces take in a part: their data, and their entries.
fn cost(pieces: &[Piece]) -> u64 {
    pieces.iter().map(|piece| piece.resource.stored + ENTRY_BYTES as u64).sum()
}

fn too_small(what: &str, bytes: u64, most: u64) -> WimError {
    let text = format!("{what} {bytes} bytes, and a part may have {most}");
    WimError::new(WimErrorKind::PartTooSmall, text)
}

fn damaged(text: &str) -> WimError {
    WimError::new(WimErrorKind::Damaged, text)
}

/// Reads header, lookup table and XML data of a whole WIM.
fn read_tables(path: &Utf8Path) -> Result<Tables, WimError> {
    let fault = |e| WimError::io("cannot read the WIM", path, e);
    let mut file = File::open(path).map_err(fault)?;
    let length = file.metadata().map_err(fault)?.len();
    let mut header = Vec::new();
    (&file).take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(fault)?;
    check_header(&header)?;
    let mut read = |at: usize, longest: u64| -> Result<Vec<u8>, WimError> {
        let resource = Resource::from_bytes(bytes_at(&header, at));
        let end = resource.offset.checked_add(resource.stored).filter(|end| *end <= length);
        if end.is_none() {
            return Err(WimError::new(WimErrorKind::Truncated, "the file ends before its tables do"));
        }
        if resource.flags & COMPRESSED != 0 || resource.stored > longest {
            return Err(damaged("a table is compressed, or too long to be one"));
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(resource.offset)).map_err(fault)?;
        (&file).take(resource.stored).read_to_end(&mut bytes).map_err(fault)?;
        Ok(bytes)
    };
    let table = read(AT_TABLE, LONGEST_TABLE)?;
    let xml = read(AT_XML, LONGEST_XML)?;
    let pieces = read_pieces(&table, length)?;
    Ok(Tables { length, header, xml, pieces })
}

fn check_header(header: &[u8]) -> Result<(), WimError> {
    let Some(head) = PartHead::read(header).filter(|_| header.len() == HEADER_BYTES) else {
        return match header.starts_with(b"WLPWM\0\0\0") {
            true => Err(WimError::new(WimErrorKind::Pipable, "its tables are not where other tools look for them")),
            false => Err(WimError::new(WimErrorKind::Truncated, "the header is cut")),
        };
    };
    if u32::from_le_bytes(bytes_at(header, AT_VERSION)) == VERSION_SOLID {
        return Err(solid());
    }
    if (head.number, head.total) != (1, 1) {
        let text = format!("it is part {} of {}", head.number, head.total);
        return Err(WimError::new(WimErrorKind::SplitPart, text));
    }
    Ok(())
}

fn solid() -> WimError {
    WimError::new(WimErrorKind::Solid, "its data is compressed as one")
}

/// The entries of a lookup table, checked against the length of the file.
fn read_pieces(table: &[u8], length: u64) -> Result<Vec<Piece>, WimError> {
    let (mut pieces, mut total) = (Vec::with_capacity(table.len() / ENTRY_BYTES), 0_u64);
    for entry in table.chunks_exact(ENTRY_BYTES) {
        let resource = Resource::from_bytes(bytes_at(entry, 0));
        if resource.flags & FREE != 0 {
            continue;
        }
        if resource.flags & SOLID != 0 {
            return Err(solid());
        }
        if resource.flags & SPANNED != 0 || u16::from_le_bytes(bytes_at(entry, 24)) != 1 {
            return Err(damaged("the table names data of another part"));
        }
        if resource.offset.checked_add(resource.stored).is_none_or(|end| end > length) {
            return Err(WimError::new(WimErrorKind::Truncated, "the file ends before its data does"));
        }
        total = total.saturating_add(resource.stored);
        // More than the file has: a few bytes that are named again and again would become terabytes.
        if total > length {
            return Err(damaged("the table names the same data twice"));
        }
        let references = u32::from_le_bytes(bytes_at(entry, 26));
        pieces.push(Piece { resource, references, sha1: bytes_at(entry, 30) });
    }
    Ok(pieces)
}

/// Appends the entry of a piece that lies at `offset` of part `number`.
fn put_piece(table: &mut Vec<u8>, piece: &Piece, offset: u64, number: u16) {
    table.extend_from_slice(&Resource { offset, ..piece.resource }.to_bytes());
    table.extend_from_slice(&number.to_le_bytes());
    table.extend_from_slice(&piece.references.to_le_bytes());
    table.extend_from_slice(&piece.sha1);
}

impl Resource {
    fn from_bytes(bytes: [u8; 24]) -> Self {
        let number = |at| u64::from_le_bytes(bytes_at(&bytes, at));
        let first = number(0);
        Self {
            stored: first & ((1 << 56) - 1),
            flags: (first >> 56) as u8, // its highest byte
            offset: number(8),
            original: number(16),
        }
    }

    fn to_bytes(self) -> [u8; 24] {
        let first = self.stored | u64::from(self.flags) << 56;
        let mut bytes = [0; 24];
        let numbers = [first, self.offset, self.original].map(u64::to_le_bytes);
        bytes.iter_mut().zip(numbers.as_flattened()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

/// `N` bytes from `at` on; zeros where there are none.
fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut found = [0; N];
    found.iter_mut().zip(bytes.iter().skip(at)).for_each(|(to, from)| *to = *from);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(flags: u8, offset: u64, stored: u64) -> Piece {
        let resource = Resource { stored, flags, offset, original: stored };
        Piece { resource, references: 1, sha1: [7; 20] }
    }

    fn divide(pieces: Vec<Piece>, most: u64) -> Result<Vec<u64>, WimError> {
        let tables = Tables { length: 0, header: vec![0; HEADER_BYTES], xml: vec![0; 42], pieces };
        tables.divide("a.wim".into(), most).map(|split| split.lengths().collect())
    }

    #[test]
    fn no_part_is_longer_than_it_may_be_and_trees_are_in_the_first() {
        // 250 bytes for header and XML data, 50 for each entry.
        let pieces = || vec![piece(0, 1000, 100), piece(0, 2000, 100), piece(METADATA, 3000, 50), piece(0, 2500, 300)];
        assert_eq!(divide(pieces(), 600).unwrap(), [250 + 100 + 150, 250 + 150, 250 + 350]);
        assert_eq!(divide(pieces(), 10_000).unwrap(), [250 + 100 + 150 + 150 + 350]);
        let error = divide(pieces(), 599).unwrap_err();
        assert!(error.kind() == WimErrorKind::PartTooSmall && error.to_string().contains("300 bytes"), "{error}");
        assert_eq!(divide(pieces(), 300).unwrap_err().kind(), WimErrorKind::PartTooSmall);
    }

    #[test]
    fn a_table_that_does_not_fit_its_file_is_refused() {
        let table = |pieces: &[Piece]| {
            let mut table = Vec::new();
            pieces.iter().for_each(|piece| put_piece(&mut table, piece, piece.resource.offset, 1));
            table
        };
        let kind = |pieces: &[Piece], length| read_pieces(&table(pieces), length).unwrap_err().kind();
        assert_eq!(read_pieces(&table(&[piece(0, 208, 100), piece(FREE, 900, 900)]), 308).unwrap().len(), 1);
        assert_eq!(kind(&[piece(0, 208, 100)], 300), WimErrorKind::Truncated);
        assert_eq!(kind(&[piece(0, u64::MAX, 100)], 300), WimErrorKind::Truncated);
        assert_eq!(kind(&[piece(0, 0, 200), piece(0, 0, 200)], 300), WimErrorKind::Damaged);
        assert_eq!(kind(&[piece(SOLID, 0, 200)], 300), WimErrorKind::Solid);
        assert_eq!(kind(&[piece(SPANNED, 0, 200)], 300), WimErrorKind::Damaged);
    }

    #[test]
    fn a_resource_survives_its_bytes() {
        let resource = Resource { stored: (1 << 56) - 2, flags: 6, offset: 5 << 32, original: u64::MAX };
        assert_eq!(Resource::from_bytes(resource.to_bytes()), resource);
    }
}
