//! The first of many volumes that has room: a tree of the largest rooms, so that the answer takes a few steps and not one for
//! each volume.

/// The rooms of volumes, in their order.
#[derive(Debug)]
pub(super) struct Rooms {
    /// A node has the larger of its two children, 2n and 2n + 1; the second half are the rooms themselves, one more than they
    /// are, so that nothing is less than no room.
    nodes: Vec<u64>,
    len: usize,
}

impl Rooms {
    /// Of no volume yet, and of at most so many.
    pub fn new(most: usize) -> Self {
        Self { nodes: vec![0; 2 * most.max(1).next_power_of_two()], len: 0 }
    }

    /// Adds a volume. Says which it is.
    pub fn push(&mut self, room: u64) -> usize {
        self.len += 1;
        self.set(self.len - 1, room);
        self.len - 1
    }

    /// The room of a volume.
    pub fn get(&self, at: usize) -> u64 {
        self.nodes.get(self.leaves() + at).map_or(0, |room| room.saturating_sub(1))
    }

    /// Changes the room of a volume.
    pub fn set(&mut self, at: usize, room: u64) {
        let mut node = self.leaves() + at;
        if let Some(leaf) = self.nodes.get_mut(node) {
            *leaf = room.saturating_add(1);
        }
        while node > 1 {
            node /= 2;
            self.nodes[node] = self.nodes[2 * node].max(self.nodes[2 * node + 1]);
        }
    }

    /// The first volume at or after `from` that has room for `cost`.
    pub fn first(&self, from: usize, cost: u64) -> Option<usize> {
        let mut node = self.leaves() + from;
        if from >= self.len {
            return None;
        }
        // Up and to the right until a subtree has the room, then down to its first leaf that has.
        while self.nodes[node] <= cost {
            while node % 2 == 1 {
                node /= 2;
            }
            if node == 0 {
                return None;
            }
            node += 1;
        }
        while node < self.leaves() {
            node *= 2;
            if self.nodes[node] <= cost {
                node += 1;
            }
        }
        Some(node - self.leaves())
    }

    fn leaves(&self) -> usize {
        self.nodes.len() / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_with_room_is_found_as_by_looking_at_each() {
        let mut rooms = Rooms::new(11);
        let mut plain: Vec<u64> = Vec::new();
        for number in 0..11u64 {
            rooms.push(number * 7 % 11);
            plain.push(number * 7 % 11);
            for (from, cost) in (0..14).flat_map(|from| (0..13).map(move |cost| (from, cost))) {
                let looked = (from..plain.len()).find(|at| plain[*at] >= cost);
                assert_eq!(rooms.first(from, cost), looked, "{plain:?} from {from} for {cost}");
            }
        }
        rooms.set(3, 0);
        assert_eq!((rooms.get(3), rooms.get(4), rooms.len), (0, 6, 11));
    }
}
