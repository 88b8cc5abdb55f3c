//! What a reader found odd and read nevertheless.

use std::fmt;

/// Most findings that are kept; a broken disc could have one for each of its files.
const MOST: usize = 1000;

/// The kind of a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingCode {
    /// A structure that should be there is not.
    Missing,
    /// A checksum or CRC is wrong.
    Checksum,
    /// A descriptor says it belongs to another place.
    Location,
    /// Two copies of a fact differ.
    Mismatch,
    /// A structure could not be used; what it describes is not in the list of files.
    Damaged,
    /// A part of the image could not be read.
    Unreadable,
    /// An extent or structure reaches beyond its volume or the end of the image.
    OutOfRange,
    /// A directory leads to itself or to one that was seen before.
    Cycle,
    /// A name that cannot be used, or is used twice.
    Name,
    /// Something legal that this reader does not follow.
    Unsupported,
    /// A file of one tree is not in another.
    TreesDiffer,
    /// The volume was not closed when it was written last.
    NotClosed,
    /// There were more findings than are kept.
    More,
}

/// Something odd in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub code: FindingCode,
    /// Where: a structure with its block, or a tree with a path.
    pub place: String,
    /// What is odd.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// A bounded list of findings.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    dropped: u64,
}

impl Findings {
    pub(super) fn add(&mut self, code: FindingCode, place: impl Into<String>, text: impl Into<String>) {
        if self.list.len() < MOST {
            self.list.push(Finding { code, place: place.into(), text: text.into() });
        } else {
            self.dropped += 1;
        }
    }

    /// All findings; the last says how many were left out.
    pub(super) fn to_list(&self) -> Vec<Finding> {
        let mut list = self.list.clone();
        if self.dropped > 0 {
            list.push(Finding {
                code: FindingCode::More,
                place: "image".into(),
                text: format!("{} more findings", self.dropped),
            });
        }
        list
    }
}
