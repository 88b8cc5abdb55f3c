//! The frame of a disc image: what lies outside the sectors that hold the data of files. Descriptors, directories, the
//! boot catalogue, boot images that are no files, and what fills the image up.
//!
//! Frame and files together are the whole image. Who knows the hash of the frame and of every file can tell an image byte
//! by byte without hashing anything twice, and files can be hashed side by side. Between the last byte of a file and the
//! end of its sector there are zeros.

use std::ops::Range;
use tsm_formats::Sha256Hash;

/// A frame whose bytes are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownFrame {
    /// Where it lies.
    pub place: Frame,
    /// SHA-256 of its bytes, in the order of the image.
    pub sha256: Sha256Hash,
}

/// Bytes of a sector of a disc (ECMA-119, 6.1.2).
const SECTOR: u64 = 2048;

/// Where the frame of an image lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// In the order of the image, without overlap.
    ranges: Vec<Range<u64>>,
}

impl Frame {
    /// The frame of an image of `length` bytes around `data`: offset and length of everything that files have there.
    pub fn around(data: impl IntoIterator<Item = (u64, u64)>, length: u64) -> Self {
        let sectors = |(begin, len): (u64, u64)| begin..end_of_sector(begin.saturating_add(len));
        let mut data: Vec<Range<u64>> = data.into_iter().filter(|(_, len)| *len > 0).map(sectors).collect();
        data.sort_unstable_by_key(|range| (range.start, range.end));
        let mut ranges = Vec::new();
        let mut position = 0;
        for sectors in data {
            let end = sectors.start.min(length);
            if position < end {
                ranges.push(position..end);
            }
            position = position.max(sectors.end);
        }
        if position < length {
            ranges.push(position..length);
        }
        Self { ranges }
    }

    /// A frame whose ranges are known: in the order of the image, without overlap.
    pub fn of(ranges: Vec<Range<u64>>) -> Self {
        Self { ranges }
    }

    /// Its ranges, in the order of the image.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    /// Its bytes in all.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }
}

/// Where the sector ends that holds the byte before `position`.
pub(crate) fn end_of_sector(position: u64) -> u64 {
    position.checked_next_multiple_of(SECTOR).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_everything_but_the_sectors_of_files() {
        let frame = Frame::around([(8192, 1), (4096, 2048), (0, 0), (6144, 2047)], 20_000);
        assert_eq!(frame.ranges(), [0..4096, 10_240..20_000]);
        assert_eq!(frame.len(), 4096 + 9760);
    }

    #[test]
    fn data_that_overlaps_or_lies_behind_the_end_harms_nothing() {
        let frame = Frame::around([(2048, 5000), (4096, 10), (30_000, 5), (u64::MAX - 1, 100)], 20_000);
        assert_eq!(frame.ranges(), [0..2048, 8192..20_000]);
        assert_eq!(Frame::around([(0, 3)], 2048).ranges(), []);
        assert_eq!(Frame::around([], 5).ranges(), [Range { start: 0, end: 5 }]);
    }
}
