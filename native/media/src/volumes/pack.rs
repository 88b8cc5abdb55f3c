//! First fit, largest first: contents of known cost into volumes of known room.

use super::cost::{folders, folders_above};
use super::{Rank, Share};
use std::cmp::Reverse;
use std::collections::HashSet;

/// A content that was weighed.
#[derive(Debug)]
pub(super) struct Good<'a> {
    /// Its number.
    pub number: usize,
    /// When it goes on a disc.
    pub rank: Rank,
    /// The room that it takes.
    pub cost: u64,
    /// Whether it stays together.
    pub shape: Shape<'a>,
}

/// Whether a content stays together.
#[derive(Debug)]
pub(super) enum Shape<'a> {
    /// It does, and others may be beside it.
    Together,
    /// It does, and fills a volume by itself.
    Alone,
    /// It fits on no volume: each file is a piece.
    Spread(Vec<Piece<'a>>),
}

/// A file of a content that is spread.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// Its path.
    pub path: &'a str,
    /// The room that it takes, without its folders.
    pub cost: u64,
    /// It fills a volume by itself.
    pub alone: bool,
}

/// Which content goes first. Images of operating systems always do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Packages, then applications; the largest of each first.
    ByRank,
    /// The largest first.
    BySize,
}

/// A volume that is being filled.
struct Bin<'a> {
    room: u64,
    contents: Vec<(usize, Share)>,
    /// The folders that spread contents have on it.
    folders: HashSet<&'a str>,
    lowest: Rank,
}

/// The volumes that are being filled, and what a new one is like.
struct Bins<'a> {
    bins: Vec<Bin<'a>>,
    /// Volumes before this one have no room for anything.
    open: usize,
    room: u64,
    /// The folders that every volume has.
    shared: &'a HashSet<&'a str>,
}

/// Distributes contents over volumes: the first has the first of the rooms, all others the second. `shared` are the folders
/// that every volume has.
pub(super) fn pack<'a>(
    goods: &'a [Good<'a>],
    rooms: [u64; 2],
    shared: &'a HashSet<&'a str>,
    order: Order,
) -> Vec<Vec<(usize, Share)>> {
    let mut sorted: Vec<&Good<'_>> = goods.iter().collect();
    sorted.sort_by_key(|good| match order {
        Order::ByRank => (good.rank, Reverse(good.cost)),
        Order::BySize => (good.rank.min(Rank::Middle), Reverse(good.cost)),
    });
    let smallest = goods.iter().map(|good| good.cost).min().unwrap_or(0);
    let mut bins = Bins { bins: Vec::new(), open: 0, room: rooms[1], shared };
    bins.add(rooms[0]);
    for good in sorted {
        match &good.shape {
            Shape::Together => {
                let at = bins.place(|_| good.cost);
                bins.put(at, good.number, Share::Whole, good.rank);
            }
            Shape::Alone => {
                let at = bins.add(0);
                bins.put(at, good.number, Share::Whole, good.rank);
            }
            Shape::Spread(pieces) => bins.spread(good, pieces),
        }
        while bins.bins.get(bins.open).is_some_and(|bin| bin.room < smallest) {
            bins.open += 1;
        }
    }
    let mut bins = bins.bins;
    let (first, rest) = bins.split_at_mut(1);
    rest.sort_by_key(|bin| bin.lowest);
    first.iter_mut().chain(rest).map(|bin| std::mem::take(&mut bin.contents)).collect()
}

impl<'a> Bins<'a> {
    /// Begins a volume. Says which.
    fn add(&mut self, room: u64) -> usize {
        self.bins.push(Bin { room, contents: Vec::new(), folders: HashSet::new(), lowest: Rank::Last });
        self.bins.len() - 1
    }

    /// Takes room on the first volume that has it, or on a new one. Says which.
    fn place(&mut self, cost: impl Fn(&Bin<'a>) -> u64) -> usize {
        let found = (self.open..self.bins.len()).find(|at| self.bins[*at].room >= cost(&self.bins[*at]));
        let at = found.unwrap_or_else(|| self.add(self.room));
        let bin = &mut self.bins[at];
        bin.room = bin.room.saturating_sub(cost(bin));
        at
    }

    fn put(&mut self, at: usize, number: usize, share: Share, rank: Rank) {
        let bin = &mut self.bins[at];
        bin.lowest = bin.lowest.min(rank);
        bin.contents.push((number, share));
    }

    /// Distributes the files of a content that fits on no volume.
    fn spread(&mut self, good: &Good<'_>, pieces: &[Piece<'a>]) {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by_key(|index| Reverse(pieces[*index].cost));
        let mut places: Vec<(usize, usize)> = Vec::new();
        let shared = self.shared;
        for index in order {
            let piece = &pieces[index];
            let new = |bin: &Bin<'_>| folders(folders_above(piece.path).filter(|f| !bin.folders.contains(f)), shared);
            let at = if piece.alone { self.add(0) } else { self.place(|bin| piece.cost + new(bin)) };
            self.bins[at].folders.extend(folders_above(piece.path));
            places.push((at, index));
        }
        places.sort_unstable();
        for group in places.chunk_by(|a, b| a.0 == b.0) {
            if let Some((at, _)) = group.first() {
                let files = group.iter().map(|(_, index)| *index).collect();
                self.put(*at, good.number, Share::Files(files), good.rank);
            }
        }
    }
}
