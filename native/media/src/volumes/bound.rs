//! As many volumes as there must be, however contents are distributed: the bound L2 of Martello and Toth (Lower bounds and
//! reduction procedures for the bin packing problem, Discrete Applied Mathematics 28, 1990), which is at least two thirds of
//! the fewest possible.
//!
//! The boot files make the first volume smaller: they are one more content of the difference. A content that fills a volume is
//! one of the whole room. Each file of a content that must be spread counts by itself, without its folders.

use super::pack::{Good, Shape};

/// The least number of volumes for contents of these costs: the first has the first of the rooms, all others the second.
pub(super) fn volumes(goods: &[Good<'_>], rooms: [u64; 2]) -> usize {
    let room = rooms[0].max(rooms[1]);
    let mut costs = vec![room - rooms[0]];
    for good in goods {
        match &good.shape {
            Shape::Together => costs.push(good.cost),
            Shape::Alone => costs.push(room),
            Shape::Spread(pieces) => costs.extend(pieces.iter().map(|p| if p.alone { room } else { p.cost })),
        }
    }
    least(costs, room).max(1)
}

/// The least number of bins of `room` for items of these costs, none of which is larger than it.
///
/// For a number a up to half of the room: no two items larger than half are in one bin, and nothing of a or more goes to one
/// larger than `room - a`. What items from a to half of the room need beyond what is free beside the others takes more bins.
pub(super) fn least(mut costs: Vec<u64>, room: u64) -> usize {
    costs.sort_unstable_by(|a, b| b.cmp(a));
    let mut sums = vec![0u128];
    sums.extend(costs.iter().scan(0u128, |sum, cost| {
        *sum += u128::from(*cost);
        Some(*sum)
    }));
    let not_below = |limit: u64| costs.partition_point(|cost| *cost >= limit);
    let above_half = costs.partition_point(|cost| cost.saturating_mul(2) > room);
    let mut limits: Vec<u64> = costs[above_half..].to_vec();
    limits.push(0);
    limits.dedup();
    let of = |a: u64| {
        // Those that share with nothing of a or more, those that share with some of them, and these.
        let closed = costs.partition_point(|cost| *cost > room - a);
        let (shared, small) = (closed.min(above_half)..above_half, above_half..not_below(a).max(above_half));
        let free = u128::from(room) * shared.len() as u128 - (sums[shared.end] - sums[shared.start]);
        let over = (sums[small.end] - sums[small.start]).saturating_sub(free);
        above_half + usize::try_from(over.div_ceil(u128::from(room.max(1)))).unwrap_or(usize::MAX - above_half)
    };
    limits.into_iter().map(of).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_that_are_known() {
        assert_eq!(least(vec![], 10), 0);
        assert_eq!(least(vec![0, 0], 10), 0);
        assert_eq!(least(vec![10, 10], 10), 2);
        assert_eq!(least(vec![4, 4, 4], 10), 2);
        // By their bytes two would do; no two of these go together.
        assert_eq!(least(vec![6, 6, 6], 10), 3);
        // The threes find no room beside the eights, and need a bin of their own.
        assert_eq!(least(vec![8, 8, 8, 3, 3], 10), 4);
    }

    /// All distributions of few items are tried: none has fewer bins than the bound.
    #[test]
    fn never_more_than_the_fewest() {
        fn fewest(items: &[u64], bins: &mut Vec<u64>, room: u64) -> usize {
            let Some((item, rest)) = items.split_first() else { return bins.len() };
            let mut best = usize::MAX;
            for at in 0..bins.len() {
                if bins[at] + item <= room {
                    bins[at] += item;
                    best = best.min(fewest(rest, bins, room));
                    bins[at] -= item;
                }
            }
            bins.push(*item);
            best = best.min(fewest(rest, bins, room));
            bins.pop();
            best
        }
        for seed in 0..300u64 {
            let items: Vec<u64> = (0..7).map(|n| (seed * 31 + n * n * 17 + n * seed) % 12 + 1).collect();
            let (bound, fewest) = (least(items.clone(), 12), fewest(&items, &mut Vec::new(), 12));
            assert!(bound <= fewest && 3 * bound >= 2 * fewest, "{items:?}: {bound}, {fewest}");
        }
    }
}
