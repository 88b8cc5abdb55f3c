//! The UDF tree of any image.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tsm_optical::Tree;

fuzz_target!(|data: &[u8]| tsm_optical_fuzz::read::tree(Tree::Udf, data));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    tsm_optical_fuzz::mutate::sector(data, size, max_size, seed)
});
