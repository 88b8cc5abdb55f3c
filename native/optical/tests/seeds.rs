//! The seeds of the fuzz targets: images of all kinds that the reader knows, by several tools, without their zeros. Here
//! they are read as they are, and with changes at random.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../fuzz/src/packed.rs"]
#[allow(dead_code)]
mod packed;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;

use packed::{Packed, SECTOR};
use proptest::prelude::*;
use tsm_optical::{FindingCode, Image, Limits, Tree};

static SEEDS: LazyLock<BTreeMap<String, Packed>> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    files
        .map(|file| (file.file_name().into_string().unwrap(), Packed::parse(&std::fs::read(file.path()).unwrap())))
        .collect()
});

/// Trees and files (not folders) of each.
const HOLD: [(&str, &[(Tree, usize)]); 15] = [
    ("genisoimage-plain", &[(Tree::Iso, 7)]),
    ("genisoimage-rock-ridge", &[(Tree::Iso, 7)]),
    ("genisoimage-udf", &[(Tree::Udf, 7), (Tree::Joliet, 7), (Tree::Iso, 7)]),
    ("mkudffs-bdr-2.50", &[(Tree::Udf, 0)]),
    ("mkudffs-bdr-2.60", &[(Tree::Udf, 0)]),
    ("mkudffs-cdr-1.50", &[(Tree::Udf, 0)]),
    ("mkudffs-cdrw-1.50-2048", &[(Tree::Udf, 5)]),
    ("mkudffs-dvdr-2.01", &[(Tree::Udf, 0)]),
    ("mkudffs-dvdrw-2.01-2048", &[(Tree::Udf, 4)]),
    ("mkudffs-hd-1.02-512", &[(Tree::Udf, 4)]),
    ("mkudffs-hd-2.01-4096", &[(Tree::Udf, 4)]),
    ("ours", &[(Tree::Udf, 4), (Tree::Joliet, 4), (Tree::Iso, 4)]),
    ("ours-large", &[(Tree::Udf, 2), (Tree::Joliet, 2), (Tree::Iso, 2)]),
    ("ours-metadata-partition", &[(Tree::Udf, 4), (Tree::Joliet, 4), (Tree::Iso, 4)]),
    ("xorriso", &[(Tree::Joliet, 7), (Tree::Iso, 7)]),
];

#[test]
fn every_seed_is_an_image_that_can_be_read() {
    let found: BTreeMap<&str, Vec<(Tree, usize)>> = SEEDS
        .iter()
        .map(|(name, seed)| {
            let mut image = Image::open(seed.clone().image()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let trees = image.trees().into_iter().map(|tree| {
                let files = image.files(tree).unwrap_or_else(|error| panic!("{name}: {error}"));
                (tree, files.iter().filter(|file| !file.is_dir).count())
            });
            let trees = trees.collect();
            let damage: Vec<_> =
                image.findings().into_iter().filter(|finding| finding.code == FindingCode::Damaged).collect();
            assert_eq!(damage, [], "{name}");
            (name.as_str(), trees)
        })
        .collect();
    let wanted: BTreeMap<&str, Vec<(Tree, usize)>> = HOLD.iter().map(|(name, trees)| (*name, trees.to_vec())).collect();
    assert_eq!(found, wanted);
}

/// Opens and reads everything, a little of each file.
fn read_all(packed: Packed) {
    let limits = Limits { entries: 2000, path_bytes: 1 << 20, extents: 5000, directory_bytes: 1 << 20, depth: 50 };
    let Ok(mut image) = Image::open_with(packed.image(), limits) else { return };
    for tree in image.trees() {
        let Ok(files) = image.files(tree) else { continue };
        for file in files.iter().take(50) {
            let _ = image.read_file(file).take(10_000).read_to_end(&mut Vec::new());
        }
    }
    image.findings();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn seeds_may_change_anywhere(
        seed in 0..HOLD.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..SECTOR, any::<u8>(), any::<bool>()), 1..20),
    ) {
        let mut packed = SEEDS[HOLD[seed].0].clone();
        for (record, at, byte, wide) in changes {
            let record = record.index(packed.records.len());
            let data = &mut packed.records[record].1;
            let at = at % data.len();
            let end = data.len().min(at + if wide { 4 } else { 1 });
            data[at..end].fill(byte);
        }
        read_all(packed);
    }
}
