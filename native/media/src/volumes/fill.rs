//! One volume after another, each filled as well as can be: for contents of which one is left over everywhere when the largest
//! go first.
//!
//! Minimum bin slack (Gupta and Ho, A new heuristic algorithm for the one-dimensional bin-packing problem, Production Planning
//! and Control 10, 1999), with the largest content that is left as the first of each volume.

/// So many contents at most: the search looks at all that are left, for each volume.
pub(super) const MOST: usize = 2000;
/// So many looks at a content for all volumes together, and for one. Fixed, so that equal contents give equal volumes.
const LOOKS: usize = 4_000_000;
const LOOKS_OF_ONE: usize = 40_000;

/// Distributes items over bins; says which item is in which. `costs` are from the largest down, none is larger than `room`;
/// the first bins have the rooms `first`, all others have `room`.
pub(super) fn fill(costs: &[u64], first: &[u64], room: u64) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = (0..costs.len()).collect();
    let mut bins = Vec::new();
    let mut looks = LOOKS;
    while !left.is_empty() || bins.is_empty() {
        let room = first.get(bins.len()).copied().unwrap_or(room);
        let left_costs: Vec<u64> = left.iter().map(|item| costs[*item]).collect();
        // The first bin may have no room for the largest.
        let seed = left_costs.first().filter(|cost| **cost <= room);
        let (skip, rest) = seed.map_or((0, room), |cost| (1, room - cost));
        let mut allowed = LOOKS_OF_ONE.min(looks);
        looks -= allowed;
        let mut chosen: Vec<usize> = (0..skip).collect();
        chosen.extend(best(&left_costs[skip..], rest, &mut allowed).into_iter().map(|at| at + skip));
        looks += allowed;
        bins.push(chosen.iter().map(|at| left[*at]).collect());
        let mut at = 0..;
        left.retain(|_| at.next().is_none_or(|at| chosen.binary_search(&at).is_err()));
    }
    bins
}

/// The items, by ascending number, that fill a room best. What was found counts when no look is left; the first try needs
/// none.
fn best(costs: &[u64], room: u64, looks: &mut usize) -> Vec<usize> {
    let mut sums: Vec<u64> = costs
        .iter()
        .rev()
        .scan(0u64, |sum, cost| {
            *sum = sum.saturating_add(*cost);
            Some(*sum)
        })
        .collect();
    sums.reverse();
    sums.push(0);
    let (mut chosen, mut left, mut at): (Vec<usize>, u64, usize) = (Vec::new(), room, 0);
    let mut best: (u64, Vec<usize>) = (u64::MAX, Vec::new());
    loop {
        // As many as go in from here, unless all of them would not be better than what was found.
        while at < costs.len() && left.saturating_sub(sums[at]) < best.0 {
            if best.0 != u64::MAX {
                *looks = looks.saturating_sub(1);
            }
            if costs[at] <= left {
                left -= costs[at];
                chosen.push(at);
            }
            at += 1;
        }
        if left < best.0 {
            best = (left, chosen.clone());
        }
        // Without the last one, and without others of its cost in its place.
        let Some(last) = chosen.pop().filter(|_| best.0 > 0 && *looks > 0) else { return best.1 };
        left += costs[last];
        at = last + 1;
        while at < costs.len() && costs[at] == costs[last] {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_filled_best() {
        assert_eq!(best(&[6, 5, 4, 4, 1], 9, &mut 1000), [1, 2]);
        assert_eq!(best(&[7, 5, 3], 20, &mut 1000), [0, 1, 2]);
        assert_eq!(best(&[7, 5, 3], 2, &mut 1000), [0; 0]);
        assert_eq!(best(&[], 2, &mut 1000), [0; 0]);
        // The first try is as of the largest that fits.
        assert_eq!(best(&[6, 5, 4, 4, 1], 9, &mut 0), [0, 4]);
    }

    #[test]
    fn every_item_is_in_one_bin() {
        // The largest first would need four: 6+3, 5+5, 4+3, 4.
        let bins = fill(&[6, 5, 5, 4, 4, 3, 3], &[], 10);
        assert_eq!(bins, [vec![0, 3], vec![1, 2], vec![4, 5, 6]]);
        assert_eq!(fill(&[6, 3], &[4], 10), [vec![1], vec![0]]);
        assert_eq!(fill(&[6], &[4], 10), [vec![], vec![0]]);
        assert_eq!(fill(&[], &[4], 10), [vec![0; 0]]);
    }
}
