//! Images without their zeros: what is mutated.
//!
//! A disc image of UDF has at least 257 sectors, most of them zeros. A fuzzer would spend its time there, and could not
//! make images of terabytes. The packed form is: one byte of flags, the sectors of the image as 32 bits, then for each
//! sector that is not all zeros its number and its length without the zeros at its end, 16 bits each, and its bytes. All
//! numbers are little-endian. Any bytes are a packed image.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of a sector.
pub const SECTOR: usize = 2048;
/// Flag: the checksums of all UDF descriptor tags are made right when the image is unpacked. Otherwise nearly every
/// change to a descriptor would end at its tag.
pub const REPAIR: u8 = 1;
const HEAD: usize = 5;

/// A packed image, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed {
    /// [`REPAIR`] or 0; the other bits mean nothing.
    pub flags: u8,
    /// Sectors of the image.
    pub sectors: u32,
    /// Numbers and bytes of sectors. Of two with the same number the later one counts.
    pub records: Vec<(u16, Vec<u8>)>,
}

impl Packed {
    /// Packs an image as far as its sectors have 16 bits.
    pub fn of_image(image: &[u8]) -> Self {
        let filled = |(number, sector): (u16, &[u8])| {
            let used = sector.iter().rposition(|byte| *byte != 0)? + 1;
            Some((number, sector[..used].to_vec()))
        };
        let sectors = u32::try_from(image.len().div_ceil(SECTOR)).unwrap_or(u32::MAX);
        Self { flags: REPAIR, sectors, records: (0..=u16::MAX).zip(image.chunks(SECTOR)).filter_map(filled).collect() }
    }

    /// Takes the bytes apart.
    pub fn parse(bytes: &[u8]) -> Self {
        let field = |at: usize, len: usize| {
            let part = bytes.get(at..).unwrap_or_default().iter().take(len);
            part.rev().fold(0u32, |value, byte| value << 8 | u32::from(*byte))
        };
        let mut packed = Self { flags: field(0, 1) as u8, sectors: field(1, 4), records: Vec::new() };
        let mut at = HEAD;
        while at + 4 <= bytes.len() {
            let len = (field(at + 2, 2) as usize).min(SECTOR).min(bytes.len() - at - 4);
            packed.records.push((field(at, 2) as u16, bytes[at + 4..at + 4 + len].to_vec()));
            at += 4 + len;
        }
        packed
    }

    /// Puts the bytes together.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.flags];
        bytes.extend(self.sectors.to_le_bytes());
        for (number, data) in &self.records {
            bytes.extend(number.to_le_bytes());
            bytes.extend((data.len() as u16).to_le_bytes());
            bytes.extend(data);
        }
        bytes
    }

    /// The image.
    pub fn image(mut self) -> Sparse {
        for (_, data) in &mut self.records {
            data.truncate(SECTOR);
            if self.flags & REPAIR != 0 {
                data.resize(SECTOR, 0);
                repair(data);
            }
        }
        Sparse { len: u64::from(self.sectors) * SECTOR as u64, at: 0, sectors: self.records.into_iter().collect() }
    }
}

/// Makes the checksum right of each tag that begins a block of 512 bytes, and of file identifiers behind such a tag.
fn repair(sector: &mut [u8]) {
    for block in (0..sector.len()).step_by(512) {
        let mut at = block;
        while let Some(tag) = sector.get_mut(at..at + 16) {
            let id = u16::from_le_bytes([tag[0], tag[1]]);
            // Identifier, version and the reserved byte; else directories of ISO 9660 would be repaired too.
            if !matches!(id, 1..=9 | 256..=266) || !matches!(tag[2..6], [2 | 3, 0, _, 0]) {
                break;
            }
            tag[4] = tag[..4].iter().chain(&tag[5..]).fold(0, |sum, byte| sum.wrapping_add(*byte));
            let field = |offset: usize| sector.get(at + offset).copied().map_or(0, usize::from);
            let len = (38 + field(19) + field(36) + (field(37) << 8)).next_multiple_of(4);
            if id != 257 || at + len >= SECTOR {
                break;
            }
            at += len;
        }
    }
}

/// An image of which only some sectors are there; the others are zeros.
#[derive(Debug, Clone)]
pub struct Sparse {
    len: u64,
    at: u64,
    sectors: BTreeMap<u16, Vec<u8>>,
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (number, into) = (self.at / SECTOR as u64, (self.at % SECTOR as u64) as usize);
        let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = left.min(buffer.len()).min(SECTOR - into);
        let buffer = &mut buffer[..count];
        buffer.fill(0);
        let sector = u16::try_from(number).ok().and_then(|number| self.sectors.get(&number));
        for (to, from) in buffer.iter_mut().zip(sector.and_then(|data| data.get(into..)).unwrap_or_default()) {
            *to = *from;
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
