//! What a reader may stumble over, one medium for each: the columns of the tables in `docs/optical.md`.

use std::collections::BTreeMap;

use super::Sample;

/// A path in a tree, and its bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Something that a reader can do or not.
pub struct Feature {
    /// The head of its column.
    pub name: &'static str,
    /// A medium that has it and nothing else.
    pub sample: Sample,
}

/// All of them.
pub fn features() -> Vec<Feature> {
    let deep: Vec<String> = (0..60).map(|level| format!("d{level}")).collect();
    let files: [(&str, Vec<(String, usize)>); 8] = [
        ("empty files and folders", named(&[("nothing.txt", 0), ("folder/nothing too.txt", 0)])),
        (
            "sizes around a sector",
            named(&[("a.bin", 1), ("b.bin", 2047), ("c.bin", 2048), ("d.bin", 2049), ("e.bin", 3_000_001)]),
        ),
        (
            "names of 200 characters",
            vec![(format!("{}.wim", "n".repeat(196)), 300), (format!("{}x.wim", "n".repeat(195)), 301)],
        ),
        ("Unicode names", named(&[("in/Zürich 100%.txt", 100), ("in/Ж/Привет мир.txt", 77)])),
        ("names beyond the BMP", named(&[("in/😀 smile.txt", 55), ("in/😀/😁.txt", 56)])),
        ("names that differ in case", named(&[("readme.txt", 10), ("README.TXT", 11), ("Readme.txt", 12)])),
        ("60 folders deep", vec![(format!("{}/bottom.txt", deep.join("/")), 33)]),
        ("100 files in a folder", (0..100).map(|number| (format!("all/file {number}.dat"), number)).collect()),
    ];
    let feature = |(name, files): (&'static str, Vec<(String, usize)>)| {
        let mut sample = Sample { label: "DISC".into(), ..Sample::default() };
        files.iter().for_each(|(path, size)| sample.add(path, *size));
        // udfclient takes no smaller media for a volume.
        sample.add("filler", 1_000_000);
        if sample.files.contains_key("nothing.txt") {
            sample.folders = vec!["empty folder".into()];
        }
        Feature { name, sample }
    };
    files.into_iter().map(feature).collect()
}

fn named(files: &[(&str, usize)]) -> Vec<(String, usize)> {
    files.iter().map(|(path, size)| ((*path).to_owned(), *size)).collect()
}

/// The cell of a table: what a reader found of what there is.
pub fn cell(found: &Files, wanted: &Files) -> String {
    let sorted = |files: &Files| {
        let mut bytes: Vec<_> = files.values().cloned().collect();
        bytes.sort();
        bytes
    };
    if found == wanted {
        return "yes".to_owned();
    }
    let (found, wanted) = (sorted(found), sorted(wanted));
    if found == wanted {
        return "mapped".to_owned();
    }
    let right = wanted.iter().filter(|bytes| found.contains(bytes)).count();
    format!("**{right} of {}**", wanted.len())
}
