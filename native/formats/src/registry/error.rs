//! Why bytes are no hive that can be used.

/// What is wrong with a hive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HiveFault {
    /// It does not begin with `regf`.
    #[error("not a registry hive: it does not begin with regf")]
    NotAHive,
    /// The file ends before the hive does.
    #[error("the hive ends too early")]
    Truncated,
    /// A version of the format that is not known, or a file that belongs to a hive but is none.
    #[error("a form of hive that is not known: {0}")]
    Unknown(&'static str),
    /// The two sequence numbers differ: changes to it are in a log file, or half written.
    #[error("the hive was not closed in order: its sequence numbers are {0} and {1}")]
    Dirty(u32, u32),
    /// The checksum of the base block is wrong.
    #[error("the checksum is 0x{stored:08x}, not 0x{computed:08x}")]
    Checksum {
        /// What the hive says.
        stored: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// A structure contradicts itself, or an offset leads to something else.
    #[error("{0}")]
    Damaged(&'static str),
    /// A key is met again below itself, or in two places.
    #[error("a key is met a second time: the hive goes round in a circle")]
    Circle,
    /// What is to be written does not fit the format.
    #[error("a hive cannot hold this: {0}")]
    CannotWrite(&'static str),
}

/// A fault of a hive, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (offset 0x{offset:x})")]
pub struct HiveError {
    /// Offset in the file, in bytes.
    pub offset: u64,
    /// What is wrong there.
    pub fault: HiveFault,
}

impl HiveError {
    pub(super) fn new(offset: usize, fault: HiveFault) -> Self {
        Self { offset: offset as u64, fault }
    }
}
