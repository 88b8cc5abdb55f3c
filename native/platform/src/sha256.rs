//! SHA-256 (FIPS 180-4) of two streams at once that get the same bytes, as a disc image and the file that goes into it do.
//!
//! Processors with instructions for SHA-256 wait for each result before they can go on, and have nothing else to do
//! meanwhile. A second hash of the same bytes fits into these gaps: both together take as long as one alone.

#[cfg(target_arch = "x86_64")]
mod x86_64;

use sha2::block_api::compress256;

/// Bytes that are hashed at once (FIPS 180-4, 5.2.1).
const BLOCK: usize = 64;

/// The hash of nothing yet (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The SHA-256 of a stream of bytes, which can be counted beside that of another one: see [`update_both`].
#[derive(Debug, Clone)]
pub struct Sha256Stream {
    /// The hash of all whole blocks.
    state: [u32; 8],
    /// What comes behind them, with leftovers behind that.
    begun: [u8; BLOCK],
    /// Bytes in all.
    length: u64,
}

impl Default for Sha256Stream {
    fn default() -> Self {
        Self { state: INITIAL, begun: [0; BLOCK], length: 0 }
    }
}

impl Sha256Stream {
    /// The next bytes of the stream.
    pub fn update(&mut self, bytes: &[u8]) {
        let (blocks, behind) = self.complete_block(bytes).as_chunks();
        compress256(&mut self.state, blocks);
        self.passed(blocks, behind);
    }

    /// The hash of everything that came.
    pub fn finish(mut self) -> [u8; 32] {
        // A one, zeros, and at the end of a block the number of bits (FIPS 180-4, 5.1.1).
        let bits = self.length.wrapping_mul(8).to_be_bytes();
        let zeros = (2 * BLOCK - 1 - size_of_val(&bits) - self.filled()) % BLOCK;
        self.update(&[0x80]);
        self.update(&[0; BLOCK][..zeros]);
        self.update(&bits);
        let mut hash = [0; 32];
        for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        hash
    }

    /// Bytes of the block that has begun.
    fn filled(&self) -> usize {
        // Less than a block.
        (self.length % BLOCK as u64) as usize
    }

    /// Completes the block that has begun, if one has. Gives what is left of the bytes.
    fn complete_block<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let filled = self.filled();
        if filled == 0 {
            return bytes;
        }
        let (now, later) = bytes.split_at(bytes.len().min(BLOCK - filled));
        self.begun[filled..filled + now.len()].copy_from_slice(now);
        self.length += now.len() as u64;
        if self.filled() == 0 {
            compress256(&mut self.state, &[self.begun]);
        }
        later
    }

    /// Blocks that were hashed, and what came behind them.
    fn passed(&mut self, blocks: &[[u8; BLOCK]], behind: &[u8]) {
        if behind.is_empty() && blocks.is_empty() {
            return; // and the block that has begun stays
        }
        self.begun[..behind.len()].copy_from_slice(behind);
        self.length += (blocks.as_flattened().len() + behind.len()) as u64;
    }
}

/// The next bytes of two streams. It is quickest when both have had as many bytes before, or differ by whole blocks of 64:
/// files on a disc image begin with a sector of it, so they do.
pub fn update_both(first: &mut Sha256Stream, second: &mut Sha256Stream, bytes: &[u8]) {
    if first.filled() != second.filled() {
        first.update(bytes);
        second.update(bytes);
        return;
    }
    second.complete_block(bytes);
    let (blocks, behind) = first.complete_block(bytes).as_chunks();
    compress_both(&mut first.state, &mut second.state, blocks);
    first.passed(blocks, behind);
    second.passed(blocks, behind);
}

/// Whether [`update_both`] takes about as long as one hash. Elsewhere two threads with a hash each are quicker.
#[must_use]
pub fn hashes_in_pairs() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1") && is_x86_feature_detected!("ssse3");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

fn compress_both(first: &mut [u32; 8], second: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
    #[cfg(target_arch = "x86_64")]
    if hashes_in_pairs() {
        // SAFETY: the processor has every instruction that the function is made of.
        return unsafe { x86_64::compress_both(first, second, blocks) };
    }
    compress256(first, blocks);
    compress256(second, blocks);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    fn hex(hash: [u8; 32]) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The examples that NIST gives for FIPS 180-4, and the hash of nothing.
    const EXAMPLES: [(&str, usize, &str); 4] = [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ];

    #[test]
    fn the_examples_of_the_standard_alone_and_in_pairs() {
        for (text, times, wanted) in EXAMPLES {
            let bytes = text.repeat(times);
            let (mut alone, mut first, mut second) = Default::default();
            Sha256Stream::update(&mut alone, bytes.as_bytes());
            update_both(&mut first, &mut second, bytes.as_bytes());
            assert_eq!([alone, first, second].map(|hash| hex(hash.finish())), [wanted; 3], "{text} {times} times");
        }
    }

    #[test]
    fn blocks_in_pairs_are_what_they_are_alone() {
        let blocks: Vec<[u8; BLOCK]> = (0..9).map(|n| std::array::from_fn(|i| (n * 31 + i * i) as u8)).collect();
        let (mut first, mut second) = (INITIAL, INITIAL.map(u32::reverse_bits));
        let (mut alone_first, mut alone_second) = (first, second);
        compress_both(&mut first, &mut second, &blocks);
        compress256(&mut alone_first, &blocks);
        compress256(&mut alone_second, &blocks);
        assert_eq!((first, second), (alone_first, alone_second));
    }

    /// What happens to the two streams: the first, the second or both get so many bytes.
    fn steps() -> impl Strategy<Value = Vec<(u8, usize)>> {
        prop::collection::vec((0..3u8, prop_oneof![0..200usize, Just(BLOCK), Just(4 * BLOCK), 0..5000usize]), 0..30)
    }

    proptest! {
        #[test]
        fn streams_of_any_lengths_and_splits_have_the_hashes_that_sha2_gives(steps in steps()) {
            let (mut first, mut second) = (Sha256Stream::default(), Sha256Stream::default());
            let (mut first_wanted, mut second_wanted) = (Sha256::new(), Sha256::new());
            for (number, (which, count)) in steps.into_iter().enumerate() {
                let bytes: Vec<u8> = (0..count).map(|n| (n * n + number) as u8).collect();
                match which {
                    0 => first.update(&bytes),
                    1 => second.update(&bytes),
                    _ => update_both(&mut first, &mut second, &bytes),
                }
                if which != 1 {
                    first_wanted.update(&bytes);
                }
                if which != 0 {
                    second_wanted.update(&bytes);
                }
            }
            prop_assert_eq!(first.finish(), <[u8; 32]>::from(first_wanted.finalize()));
            prop_assert_eq!(second.finish(), <[u8; 32]>::from(second_wanted.finalize()));
        }
    }
}
