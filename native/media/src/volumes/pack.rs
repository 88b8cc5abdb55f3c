//! Contents of known cost into volumes of known room, by several rules of which none is best for all.

use super::cost::{folders, folders_above};
use super::fill;
use super::rooms::Rooms;
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

/// By which rule contents are distributed, best rule first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// First fit: images of operating systems, packages, applications; the largest of each first.
    ByRank,
    /// First fit: images of operating systems, then the largest.
    BySize,
    /// First fit for images of operating systems; then volume by volume, each filled as well as can be.
    ImagesFirst,
    /// First fit: the largest. The boot files are one of them; files of spread contents fill what is left.
    Pure,
    /// Volume by volume, each filled as well as can be; files of spread contents fill what is left.
    ByVolume,
}

impl Order {
    pub const ALL: [Self; 5] = [Self::ByRank, Self::BySize, Self::ImagesFirst, Self::Pure, Self::ByVolume];

    /// Whether images of operating systems can be behind other contents.
    pub fn moves_images(self) -> bool {
        matches!(self, Self::Pure | Self::ByVolume)
    }
}

/// What is on a volume that is being filled; its room is in [`Bins`].
struct Bin<'a> {
    contents: Vec<(usize, Share)>,
    /// The folders that spread contents have on it.
    folders: HashSet<&'a str>,
    lowest: Rank,
}

/// The volumes that are being filled, and what a new one is like.
struct Bins<'a> {
    bins: Vec<Bin<'a>>,
    rooms: Rooms,
    room: u64,
    /// The folders that every volume has.
    shared: &'a HashSet<&'a str>,
}

/// Distributes contents over volumes: the first has the first of the rooms, all others the second. `shared` are the folders
/// that every volume has. `None` when the rule does not serve so many contents.
pub(super) fn pack<'a>(
    goods: &'a [Good<'a>],
    rooms: [u64; 2],
    shared: &'a HashSet<&'a str>,
    order: Order,
) -> Option<Vec<Vec<(usize, Share)>>> {
    let mut sorted: Vec<&Good<'_>> = goods.iter().collect();
    sorted.sort_by_key(|good| {
        let filler = matches!(good.shape, Shape::Spread(_));
        match order {
            Order::ByRank => (false, good.rank, Reverse(good.cost)),
            Order::BySize => (false, good.rank.min(Rank::Middle), Reverse(good.cost)),
            Order::ImagesFirst | Order::Pure | Order::ByVolume => (filler, Rank::First, Reverse(good.cost)),
        }
    });
    let most = goods.iter().map(|good| good.pieces().max(1)).sum::<usize>() + 1;
    let mut bins = Bins { bins: Vec::new(), rooms: Rooms::new(most), room: rooms[1], shared };
    let first = match order {
        Order::ByRank | Order::BySize => bins.first_fit(&sorted, Boot::OnFirst(rooms[0])),
        Order::Pure => bins.first_fit(&sorted, Boot::AsContent(rooms[1].saturating_sub(rooms[0]))),
        Order::ImagesFirst | Order::ByVolume if goods.len() > fill::MOST => return None,
        Order::ImagesFirst => {
            bins.add(rooms[0]);
            let (images, others): (Vec<&Good<'_>>, Vec<_>) = sorted.iter().partition(|good| good.rank == Rank::First);
            images.into_iter().for_each(|image| bins.hold(image));
            bins.volume_by_volume(&others)
        }
        Order::ByVolume => {
            bins.add(rooms[0]);
            bins.volume_by_volume(&sorted)
        }
    };
    let mut bins = bins.bins;
    bins.swap(0, first);
    let (first, rest) = bins.split_at_mut(1);
    rest.sort_by_key(|bin| bin.lowest);
    Some(first.iter_mut().chain(rest).map(|bin| std::mem::take(&mut bin.contents)).collect())
}

/// Where the boot files go, which make the first volume smaller.
enum Boot {
    /// On the volume that is filled first, which has so much room.
    OnFirst(u64),
    /// Where they fit, as a content of this cost: the volume that has them becomes the first.
    AsContent(u64),
}

impl Good<'_> {
    /// How many volumes it can be on.
    fn pieces(&self) -> usize {
        if let Shape::Spread(pieces) = &self.shape { pieces.len() } else { 1 }
    }
}

impl<'a> Bins<'a> {
    /// Each content on the first volume that has room. Says which volume has the boot files.
    fn first_fit(&mut self, goods: &[&'a Good<'a>], boot: Boot) -> usize {
        let (mut first, mut boot) = match boot {
            Boot::OnFirst(room) => (self.add(room), None),
            // At least a byte: they do not go to a content that fills a volume.
            Boot::AsContent(cost) => (0, Some(cost.max(1))),
        };
        for good in goods {
            if let Some(cost) = boot.take_if(|cost| *cost >= good.cost || matches!(good.shape, Shape::Spread(_))) {
                first = self.place(cost);
            }
            self.hold(good);
        }
        boot.map_or(first, |cost| self.place(cost))
    }

    /// Each volume filled from what is left, those that are there already first. The first one has the boot files.
    fn volume_by_volume(&mut self, goods: &[&'a Good<'a>]) -> usize {
        let (whole, others): (Vec<&Good<'_>>, Vec<_>) =
            goods.iter().partition(|good| matches!(good.shape, Shape::Together));
        let costs: Vec<u64> = whole.iter().map(|good| good.cost).collect();
        let free: Vec<u64> = (0..self.bins.len()).map(|at| self.rooms.get(at)).collect();
        for (at, chosen) in fill::fill(&costs, &free, self.room).into_iter().enumerate() {
            if at == self.bins.len() {
                self.add(self.room);
            }
            for good in chosen.into_iter().map(|index| whole[index]) {
                self.take(at, good.cost);
                self.put(at, good.number, Share::Whole, good.rank);
            }
        }
        others.into_iter().for_each(|good| self.hold(good));
        0
    }

    /// Takes a content.
    fn hold(&mut self, good: &Good<'a>) {
        match &good.shape {
            Shape::Together => {
                let at = self.place(good.cost);
                self.put(at, good.number, Share::Whole, good.rank);
            }
            Shape::Alone => {
                let at = self.add(0);
                self.put(at, good.number, Share::Whole, good.rank);
            }
            Shape::Spread(pieces) => self.spread(good, pieces),
        }
    }

    /// Begins a volume. Says which.
    fn add(&mut self, room: u64) -> usize {
        self.bins.push(Bin { contents: Vec::new(), folders: HashSet::new(), lowest: Rank::Last });
        self.rooms.push(room)
    }

    fn take(&mut self, at: usize, cost: u64) {
        self.rooms.set(at, self.rooms.get(at).saturating_sub(cost));
    }

    /// Takes room on the first volume that has it, or on a new one. Says which.
    fn place(&mut self, cost: u64) -> usize {
        let at = self.rooms.first(0, cost).unwrap_or_else(|| self.add(self.room));
        self.take(at, cost);
        at
    }

    /// The same for a file of a spread content, with the folders that a volume has not yet. Says where.
    fn place_piece(&mut self, piece: &Piece<'a>) -> usize {
        let shared = self.shared;
        let on = |bin: &Bin<'_>| {
            let new = folders_above(piece.path).filter(|folder| !bin.folders.contains(folder));
            piece.cost + folders(new, shared)
        };
        let mut found = self.rooms.first(0, piece.cost);
        while let Some(at) = found.filter(|at| self.rooms.get(*at) < on(&self.bins[*at])) {
            found = self.rooms.first(at + 1, piece.cost);
        }
        let at = found.unwrap_or_else(|| self.add(self.room));
        self.take(at, on(&self.bins[at]));
        at
    }

    fn put(&mut self, at: usize, number: usize, share: Share, rank: Rank) {
        let bin = &mut self.bins[at];
        bin.lowest = bin.lowest.min(rank);
        bin.contents.push((number, share));
    }

    /// Distributes the files of a content that fits on no volume.
    fn spread(&mut self, good: &Good<'a>, pieces: &[Piece<'a>]) {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by_key(|index| Reverse(pieces[*index].cost));
        let mut places: Vec<(usize, usize)> = Vec::new();
        for index in order {
            let piece = &pieces[index];
            let at = if piece.alone { self.add(0) } else { self.place_piece(piece) };
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
