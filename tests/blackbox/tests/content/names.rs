//! Any set of names that NTFS takes survives listing, address and file.

use crate::kit::Folder;
use crate::taking::{HARD, folder, made, point, take};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tsm_sample_site::{Behaviour, DistributionPoint, Site, Switch, Tree};

/// A name of a file or folder that Windows allows: no control characters, none of `\/:*?"<>|`, no blank or dot at its end.
fn name() -> impl Strategy<Value = String> {
    let common = "[ -!#-)+-.0-9;=@-\\[\\]-{}~]{1,12}";
    let wide =
        "[\\u{a1}-\\u{24f}\\u{370}-\\u{3ff}\\u{400}-\\u{4ff}\\u{4e00}-\\u{4fff}\\u{1f300}-\\u{1f6ff}\\u{301}]{1,8}";
    let name = prop_oneof![3 => common, 1 => wide, 1 => Just("%2e%2e".to_owned()), 1 => Just("a.ini".to_owned())];
    name.prop_map(|text| text.trim_end_matches(['.', ' ']).to_owned()).prop_filter("a device", |text| {
        let stem = text.split('.').next().unwrap_or_default().trim_end().to_uppercase();
        let device = ["CON", "PRN", "AUX", "NUL"].contains(&&*stem)
            || ((stem.starts_with("COM") || stem.starts_with("LPT")) && stem.chars().count() == 4);
        !text.is_empty() && !device
    })
}

/// Paths up to three deep. What differs only in case is one on Windows.
fn paths() -> impl Strategy<Value = Vec<String>> {
    let path = proptest::collection::vec(name(), 1..4).prop_map(|parts| parts.join("/"));
    proptest::collection::vec(path, 1..12).prop_map(|all| {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for path in all {
            let folded = path.to_lowercase();
            let clashes = files.keys().any(|other| {
                other.starts_with(&format!("{folded}/"))
                    || folded.starts_with(&format!("{other}/"))
                    || same_folder(other, &folded, &files, &path)
            });
            if !clashes {
                files.entry(folded).or_insert(path);
            }
        }
        files.into_values().collect()
    })
}

/// Whether two paths have a folder in common whose case differs.
fn same_folder(other: &str, folded: &str, files: &BTreeMap<String, String>, path: &str) -> bool {
    let Some(written) = files.get(other) else { return false };
    let mine = path.split('/').zip(folded.split('/'));
    let theirs = written.split('/').zip(other.split('/'));
    mine.zip(theirs).take_while(|((_, a), (_, b))| a == b).any(|((a, _), (b, _))| a != b)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn names_survive(paths in paths(), propfind in any::<bool>(), direct in any::<bool>()) {
        let place = Folder::new();
        let mut tree = Tree::new(1_700_000_000);
        for (number, path) in paths.iter().enumerate() {
            tree.file(path, format!("I am number {number}"));
        }
        let site = Site::of_tree(&place.join("site"), HARD, tree).unwrap();
        let mut switches = Vec::new();
        if propfind {
            switches.push(Switch::NoListing);
        }
        if direct {
            switches.extend([Switch::NoFileLib, Switch::NoQueryForm]);
        } else {
            switches.push(Switch::NoFileLib);
        }
        let server = DistributionPoint::start(&site, Behaviour::with(&switches)).unwrap();
        let wanted = made(site.package(HARD).unwrap());
        for source in [folder(&site), point(&server.url())] {
            let taken = take(&[source], HARD).unwrap_or_else(|e| panic!("{paths:?}: {e}"));
            prop_assert_eq!(&taken.contents, &wanted);
        }
    }
}
