//! UDF: 1.02 as it is written here, and what later revisions add for discs that are not being written (up to 2.60).

mod icb;
mod maps;
mod partition;
mod tag;
mod text;
mod volume;
mod walk;

pub(super) use volume::open;
pub(super) use walk::walk;

use partition::Partition;

/// A block within a partition (`lb_addr`, ECMA-167 4/7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Block {
    partition: u16,
    number: u32,
}

/// A mounted logical volume.
#[derive(Debug, Clone)]
pub(super) struct UdfVolume {
    /// Logical volume identifier.
    pub(super) label: String,
    /// Volume identifier of the primary volume descriptor.
    pub(super) volume_label: Option<String>,
    /// Revision of the domain suffix.
    pub(super) revision: u16,
    block_size: u64,
    /// By the reference numbers that addresses use.
    partitions: Vec<Partition>,
    root: Block,
    /// What the integrity descriptor counts: files and directories, if it says.
    counts: Option<(u32, u32)>,
    /// The first unused unique identifier of the integrity descriptor.
    next_unique: Option<u64>,
}
