//! SHA-256 of two streams with the SHA instructions of x86-64 (Intel 64 and IA-32 Architectures Software Developer's Manual,
//! volume 2, "SHA256RNDS2", "SHA256MSG1", "SHA256MSG2").
//!
//! Both streams get the same blocks, so the message schedule is made once. The rounds of a stream wait for each other: on
//! current processors one takes four cycles, and another can begin after two.

use super::BLOCK;
use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_extract_epi32, _mm_set_epi32, _mm_set_epi64x, _mm_sha256msg1_epu32,
    _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi8, _mm_shuffle_epi32,
};

/// The constants of the rounds (FIPS 180-4, 4.2.2).
const CONSTANTS: [[u32; 4]; 16] = [
    [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5],
    [0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5],
    [0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3],
    [0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174],
    [0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc],
    [0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da],
    [0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7],
    [0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967],
    [0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13],
    [0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85],
    [0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3],
    [0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070],
    [0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5],
    [0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3],
    [0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208],
    [0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2],
];

/// Hashes the blocks into both states.
#[target_feature(enable = "sha,sse4.1,ssse3")]
pub(super) fn compress_both(first: &mut [u32; 8], second: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
    let mut states = [State::load(first), State::load(second)];
    for block in blocks {
        let before = states;
        let mut schedule: [__m128i; 4] = std::array::from_fn(|quarter| words(block, quarter));
        for constants in CONSTANTS {
            let sums = _mm_add_epi32(schedule[0], vector(constants));
            for state in &mut states {
                *state = state.four_rounds(sums);
            }
            // The last four of these are not needed; the compiler sees that.
            schedule = [schedule[1], schedule[2], schedule[3], next_words(schedule)];
        }
        for (state, before) in states.iter_mut().zip(before) {
            *state = state.add(before);
        }
    }
    [*first, *second] = states.map(|state| state.store());
}

/// The eight working variables as the instructions have them.
#[derive(Clone, Copy)]
struct State {
    abef: __m128i,
    cdgh: __m128i,
}

impl State {
    #[target_feature(enable = "sha,sse4.1,ssse3")]
    fn load(&[a, b, c, d, e, f, g, h]: &[u32; 8]) -> Self {
        Self { abef: vector([f, e, b, a]), cdgh: vector([h, g, d, c]) }
    }

    #[target_feature(enable = "sha,sse4.1,ssse3")]
    fn store(self) -> [u32; 8] {
        let ([f, e, b, a], [h, g, d, c]) = (array(self.abef), array(self.cdgh));
        [a, b, c, d, e, f, g, h]
    }

    /// `sums` are the words of four rounds, each with its constant added.
    #[target_feature(enable = "sha,sse4.1,ssse3")]
    fn four_rounds(self, sums: __m128i) -> Self {
        const UPPER_HALF: i32 = 0b1110;
        // After two rounds what was A, B, E, F is C, D, G, H.
        let abef = _mm_sha256rnds2_epu32(self.cdgh, self.abef, sums);
        let cdgh = self.abef;
        Self { abef: _mm_sha256rnds2_epu32(cdgh, abef, _mm_shuffle_epi32::<UPPER_HALF>(sums)), cdgh: abef }
    }

    #[target_feature(enable = "sha,sse4.1,ssse3")]
    fn add(self, other: Self) -> Self {
        Self { abef: _mm_add_epi32(self.abef, other.abef), cdgh: _mm_add_epi32(self.cdgh, other.cdgh) }
    }
}

/// The next four words of the message schedule, made from the sixteen before them.
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn next_words([first, second, third, last]: [__m128i; 4]) -> __m128i {
    let seven_before = _mm_alignr_epi8::<4>(last, third);
    _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(first, second), seven_before), last)
}

/// Four words of a block, which are big-endian there.
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn words(block: &[u8; BLOCK], quarter: usize) -> __m128i {
    let half = |begin: usize| i64::from_le_bytes(std::array::from_fn(|byte| block[begin + byte]));
    let little_endian = _mm_set_epi64x(half(16 * quarter + 8), half(16 * quarter));
    let swapped = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    _mm_shuffle_epi8(little_endian, swapped)
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn vector(words: [u32; 4]) -> __m128i {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_set_epi32(d, c, b, a)
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn array(vector: __m128i) -> [u32; 4] {
    let words = [
        _mm_extract_epi32::<0>(vector),
        _mm_extract_epi32::<1>(vector),
        _mm_extract_epi32::<2>(vector),
        _mm_extract_epi32::<3>(vector),
    ];
    words.map(i32::cast_unsigned)
}
