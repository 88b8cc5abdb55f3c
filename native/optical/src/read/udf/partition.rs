//! From blocks of a partition to bytes of the image: physical, virtual, sparable and metadata partitions (UDF 2.2.8 to
//! 2.2.10).

use std::collections::BTreeMap;

use super::super::Extent;

/// What a partition reference of the logical volume stands for.
#[derive(Debug, Clone)]
pub(super) enum Partition {
    /// Blocks in a row: first byte and number of bytes.
    Physical { start: u64, len: u64 },
    /// Each block through a table of blocks of another partition (UDF 1.50 2.2.10).
    Virtual { table: Vec<u32>, under: Box<Partition> },
    /// As physical, but packets with defects lie elsewhere: first block to block of the image (UDF 1.50 2.2.9).
    Sparable { start: u64, len: u64, packet_blocks: u32, moved: BTreeMap<u32, u32> },
    /// The blocks of the metadata file (UDF 2.50 2.2.10).
    Metadata(Pieces),
    /// A kind this reader does not know, or one that could not be read.
    Unusable,
}

impl Partition {
    /// Where `len` bytes from block `block` on lie, in at most `most` pieces or as many as a metadata file has. Fewer bytes
    /// if the partition ends before.
    pub(super) fn map(&self, block: u32, len: u64, block_size: u64, most: usize) -> Vec<Extent> {
        let from = u64::from(block) * block_size;
        match self {
            Self::Physical { start, len: size } => physical(*start, *size, from, len).into_iter().collect(),
            Self::Metadata(file) => file.within(from, len),
            Self::Virtual { table, under } => {
                let pieces = blocks(block, len, block_size).map_while(|(number, len)| {
                    let real = table.get(number as usize).filter(|real| **real != u32::MAX)?;
                    Some(under.map(*real, len, block_size, 1))
                });
                pieces.flatten().take(most).collect()
            }
            Self::Sparable { start, len: size, packet_blocks, moved } => {
                let place = |number: u32| {
                    let packet = number - number % packet_blocks;
                    Some((u64::from(*moved.get(&packet)?) + u64::from(number % packet_blocks)) * block_size)
                };
                if moved.is_empty() {
                    return physical(*start, *size, from, len).into_iter().collect();
                }
                let pieces = blocks(block, len, block_size).map_while(|(number, len)| match place(number) {
                    Some(offset) => Some(Extent { offset, len, recorded: true }),
                    None => physical(*start, *size, u64::from(number) * block_size, len),
                });
                pieces.take(most).collect()
            }
            Self::Unusable => Vec::new(),
        }
    }

    /// The byte offset of a block.
    pub(super) fn offset(&self, block: u32, block_size: u64) -> Option<u64> {
        self.map(block, block_size, block_size, 1)
            .first()
            .filter(|extent| extent.recorded && extent.len == block_size)
            .map(|extent| extent.offset)
    }
}

fn physical(start: u64, size: u64, from: u64, len: u64) -> Option<Extent> {
    let len = len.min(size.checked_sub(from)?);
    (len > 0).then_some(Extent { offset: start.checked_add(from)?, len, recorded: true })
}

/// The blocks of `len` bytes from `block` on: number and bytes of each.
fn blocks(block: u32, len: u64, block_size: u64) -> impl Iterator<Item = (u32, u64)> {
    (0..len.div_ceil(block_size)).map_while(move |index| {
        let number = u32::try_from(u64::from(block) + index).ok()?;
        Some((number, block_size.min(len - index * block_size)))
    })
}

/// The extents of a file, each with the byte of the file where it begins: found quickly, however many there are.
#[derive(Debug, Clone)]
pub(super) struct Pieces(Vec<(u64, Extent)>);

impl Pieces {
    pub(super) fn new(extents: &[Extent]) -> Self {
        let placed = extents.iter().scan(0u64, |next, extent| {
            let begin = *next;
            *next = begin.saturating_add(extent.len);
            Some((begin, *extent))
        });
        Self(placed.collect())
    }

    /// `len` bytes from byte `from` of the file; fewer at its end.
    fn within(&self, mut from: u64, len: u64) -> Vec<Extent> {
        let first = self.0.partition_point(|(begin, extent)| begin.saturating_add(extent.len) <= from);
        let mut left = len;
        let mut pieces = Vec::new();
        for (begin, extent) in self.0.get(first..).unwrap_or_default() {
            if left == 0 {
                break;
            }
            let into = from - begin;
            let part = left.min(extent.len - into);
            pieces.push(Extent { offset: extent.offset.saturating_add(into), len: part, recorded: extent.recorded });
            left -= part;
            from += part;
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(offset: u64, len: u64) -> Extent {
        Extent { offset, len, recorded: true }
    }

    #[test]
    fn a_physical_partition_ends() {
        let partition = Partition::Physical { start: 1000, len: 4096 };
        assert_eq!(partition.map(1, 9000, 2048, 9), [extent(3048, 2048)]);
        assert_eq!(partition.map(2, 1, 2048, 9), []);
        assert_eq!(partition.offset(1, 2048), Some(3048));
    }

    #[test]
    fn a_metadata_partition_follows_its_file() {
        let partition = Partition::Metadata(Pieces::new(&[extent(10_000, 2048), extent(50_000, 4096)]));
        assert_eq!(partition.map(0, 4096, 2048, 9), [extent(10_000, 2048), extent(50_000, 2048)]);
        assert_eq!(partition.map(2, 4096, 2048, 9), [extent(52_048, 2048)]);
        assert_eq!(partition.map(3, 1, 2048, 9), []);
    }

    #[test]
    fn a_virtual_partition_looks_up_each_block() {
        let under = Box::new(Partition::Physical { start: 0, len: 1 << 20 });
        let partition = Partition::Virtual { table: vec![7, u32::MAX, 9], under };
        assert_eq!(partition.map(0, 10, 2048, 9), [extent(7 * 2048, 10)]);
        assert_eq!(partition.map(1, 10, 2048, 9), []);
        assert_eq!(partition.offset(2, 2048), Some(9 * 2048));
    }

    #[test]
    fn a_sparable_partition_moves_packets() {
        let partition =
            Partition::Sparable { start: 2048, len: 1 << 20, packet_blocks: 4, moved: BTreeMap::from([(4, 100)]) };
        assert_eq!(partition.offset(3, 2048), Some(4 * 2048));
        assert_eq!(partition.offset(5, 2048), Some(101 * 2048));
        assert_eq!(partition.offset(8, 2048), Some(9 * 2048));
    }
}
