//! A medium on several discs: which content goes on which volume. Pure; nothing is read or written here.
//!
//! The rules (documentation of stand-alone media, Microsoft; `docs/stand-alone.md`, "Sets of discs"):
//!
//! * What the firmware starts and what makes the disc a task sequence medium is on the first volume.
//! * Images of operating systems come first, applications last: when the task sequence runs, it asks for "the next medium that
//!   has the application".
//! * A package stays together. It is spread over several volumes only when no single volume can hold it.
//! * Each content goes, largest first, on the first volume that has room for it. When that needs more volumes than there must
//!   be ([`bound`]), other rules are tried ([`pack::Order`]), and the fewest volumes are taken. Rules that put images of
//!   operating systems behind other contents are tried only when more than one volume could be saved. One of them is plain
//!   first fit of the largest, so there are never more than 11/9 of the fewest possible, plus 6/9 (Dosa 2007): at most one
//!   more, up to five.
//!
//! Contents are weighed by an upper bound that can be added up ([`cost`]); what a volume takes in the end is asked of its
//! layout.

mod bound;
mod cost;
mod fill;
mod pack;
mod rooms;

use crate::{Error, ErrorKind, Result, Stage};
use std::collections::HashSet;
use tsm_optical::{BootImage, Entry, ImageOptions, Layout};

/// When a content goes on a disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Before everything else: images of operating systems.
    First,
    /// Packages and driver packages.
    Middle,
    /// After everything else: applications.
    Last,
}

/// A content that stays together where it can.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// What it is, for messages: `package PS100011`.
    pub name: String,
    /// When it goes on a disc.
    pub rank: Rank,
    /// Its files: path on the medium, length in bytes.
    pub files: Vec<(String, u64)>,
    /// Its empty folders.
    pub folders: Vec<String>,
}

/// What volumes hold beside the contents. The folder that holds the contents should be among both, so that it is not
/// counted again with each content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// On the first volume.
    pub first: Vec<Entry>,
    /// What the firmware starts on the first volume.
    pub boot: Vec<BootImage>,
    /// On every other volume.
    pub later: Vec<Entry>,
}

/// How much of a content is on a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Share {
    /// All of it.
    Whole,
    /// These of its files, by number, ascending.
    Files(Vec<usize>),
}

/// What is on a volume, and how long its image is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Volume {
    /// Contents by number, each once.
    pub contents: Vec<(usize, Share)>,
    /// The length of its image in bytes.
    pub bytes: u64,
}

/// Distributes contents over as many volumes of `capacity` bytes as are needed.
///
/// # Errors
///
/// [`ErrorKind::CapacityForBoot`] when a volume cannot hold the frame, [`ErrorKind::CapacityForFile`] when it cannot hold a
/// single file; both say how many bytes are missing. [`ErrorKind::LayoutInvalid`] for paths that no disc can have.
pub(crate) fn split(frame: &Frame, parcels: &[Parcel], capacity: u64) -> Result<Vec<Volume>> {
    let measure = Measure { frame, parcels };
    let all: Vec<(usize, Share)> = (0..parcels.len()).map(|number| (number, Share::Whole)).collect();
    let bytes = measure.volume(true, &all)?;
    if bytes <= capacity {
        return Ok(vec![Volume { contents: all, bytes }]);
    }
    let rooms = rooms(&measure, capacity)?;
    let shared = shared_folders(frame);
    let goods = goods(&measure, &shared, rooms[1], capacity)?;
    let packed = fewest(&goods, rooms, &shared);
    let mut volumes = Vec::new();
    for (index, contents) in packed.into_iter().enumerate() {
        let bytes = measure.volume(index == 0, &contents)?;
        if bytes > capacity {
            let message = format!("Volume {} would have {bytes} bytes, and {capacity} fit on a disc.", index + 1);
            return Err(Error::new(ErrorKind::Internal, Stage::Plan, message));
        }
        volumes.push(Volume { contents, bytes });
    }
    Ok(volumes)
}

/// What is free on the first volume and on each other one, in bytes.
fn rooms(measure: &Measure<'_>, capacity: u64) -> Result<[u64; 2]> {
    let bases = [measure.volume(true, &[])?, measure.volume(false, &[])?];
    if let Some(base) = bases.iter().find(|base| **base > capacity) {
        return Err(too_small_for_boot(*base, capacity));
    }
    Ok(bases.map(|base| (cost::whole_blocks(capacity) - base).saturating_sub(cost::ROUNDING)))
}

/// All contents, weighed.
fn goods<'a>(measure: &Measure<'a>, shared: &HashSet<&str>, most: u64, capacity: u64) -> Result<Vec<pack::Good<'a>>> {
    let all = measure.parcels.iter().enumerate();
    all.map(|(number, parcel)| good(measure, number, parcel, shared, most, capacity)).collect()
}

/// The distribution with the fewest volumes: by the rule that puts applications last, unless another needs fewer. No other is
/// tried where none can, and none that moves images where it can save one volume at most.
fn fewest<'a>(goods: &'a [pack::Good<'a>], rooms: [u64; 2], shared: &'a HashSet<&'a str>) -> Vec<Vec<(usize, Share)>> {
    let bound = bound::volumes(goods, rooms);
    let mut best: Option<Vec<_>> = None;
    for order in pack::Order::ALL {
        let enough = bound + usize::from(order.moves_images());
        if best.as_ref().is_some_and(|best| best.len() <= enough) {
            break;
        }
        let packed = pack::pack(goods, rooms, shared, order);
        best = match (best, packed) {
            (Some(best), Some(packed)) if packed.len() < best.len() => Some(packed),
            (best, packed) => best.or(packed),
        };
    }
    best.unwrap_or_default()
}

/// The folders that every volume has anyway.
fn shared_folders(frame: &Frame) -> HashSet<&str> {
    let later = folders_of(&frame.later);
    folders_of(&frame.first).into_iter().filter(|folder| later.contains(folder)).collect()
}

fn folders_of(entries: &[Entry]) -> HashSet<&str> {
    let own = entries.iter().filter(|e| e.is_dir).map(|e| e.path.as_str());
    entries.iter().flat_map(|e| cost::folders_above(&e.path)).chain(own).collect()
}

/// Weighs a content. Where the upper bound says that it fits on no volume (`most` is the room of one), its true layout has
/// the last word.
fn good<'a>(
    measure: &Measure<'_>,
    number: usize,
    parcel: &'a Parcel,
    shared: &HashSet<&str>,
    most: u64,
    capacity: u64,
) -> Result<pack::Good<'a>> {
    let cost = cost::parcel(parcel, shared);
    let fits_alone = |share: Share| -> Result<u64> { measure.volume(false, &[(number, share)]) };
    let shape = if cost <= most {
        pack::Shape::Together
    } else if cost::data(parcel) <= capacity && fits_alone(Share::Whole)? <= capacity {
        pack::Shape::Alone
    } else {
        let mut files = Vec::new();
        for (index, (path, size)) in parcel.files.iter().enumerate() {
            let cost = cost::file(path, *size) + cost::folders(cost::folders_above(path), shared);
            let alone = cost > most;
            if alone {
                let needed = fits_alone(Share::Files(vec![index]))?;
                if needed > capacity {
                    return Err(too_small_for_file(&parcel.name, path, needed, capacity));
                }
            }
            files.push(pack::Piece { path, cost: cost::file(path, *size), alone });
        }
        pack::Shape::Spread(files)
    };
    Ok(pack::Good { number, rank: parcel.rank, cost, shape })
}

/// Asks layouts for their length.
struct Measure<'a> {
    frame: &'a Frame,
    parcels: &'a [Parcel],
}

impl Measure<'_> {
    /// The length of a volume with these contents.
    fn volume(&self, is_first: bool, contents: &[(usize, Share)]) -> Result<u64> {
        let mut entries = if is_first { self.frame.first.clone() } else { self.frame.later.clone() };
        let boot = if is_first { self.frame.boot.clone() } else { Vec::new() };
        for (number, share) in contents {
            let Some(parcel) = self.parcels.get(*number) else { continue };
            let chosen = parcel.files.iter().enumerate().filter(|(index, _)| share.has_file(*index));
            entries.extend(chosen.map(|(_, (path, size))| Entry::file(path, *size, 0)));
            if share.has_folders() {
                entries.extend(parcel.folders.iter().map(|path| Entry::dir(path, 0)));
            }
        }
        let layout = Layout::new(entries, boot, &ImageOptions::default()).map_err(|e| {
            let message = format!("The files do not fit on a disc image: {e}.");
            Error::new(ErrorKind::LayoutInvalid, Stage::Plan, message).source(e)
        })?;
        Ok(layout.total_size())
    }
}

impl Share {
    /// Whether a file of the content is in it.
    pub fn has_file(&self, index: usize) -> bool {
        match self {
            Self::Whole => true,
            Self::Files(files) => files.binary_search(&index).is_ok(),
        }
    }

    /// Whether the empty folders of the content are in it: they go with its first file.
    pub fn has_folders(&self) -> bool {
        self.has_file(0)
    }
}

fn too_small_for_boot(needed: u64, capacity: u64) -> Error {
    let message = format!(
        "The boot files and the configuration of the medium need {needed} bytes as a disc; a volume of {capacity} bytes is \
         {} bytes too small.",
        needed - capacity
    );
    Error::new(ErrorKind::CapacityForBoot, Stage::Plan, message).target("volumes")
}

fn too_small_for_file(parcel: &str, path: &str, needed: u64, capacity: u64) -> Error {
    let message = format!(
        "The file '{path}' of {parcel} needs {needed} bytes as a disc of its own; a volume of {capacity} bytes is {} bytes \
         too small.",
        needed - capacity
    );
    Error::new(ErrorKind::CapacityForFile, Stage::Plan, message).target(path)
}

#[cfg(test)]
mod tests;
