//! How a Unicode name becomes a name of the ISO 9660 and of the Joliet tree.
//!
//! The UDF tree always holds the original name. The other two map it by these rules, which depend only on the names of
//! one directory:
//!
//! **ISO 9660** (level 3, ECMA-119 7.5, 7.6): letters of ASCII become upper case; of A-Z, 0-9 and `_` nothing changes;
//! every other character becomes one `_`. The last dot that has something before and behind it separates the extension;
//! other dots become `_`, and so do all dots of a directory's name. The extension is cut to 8 characters, then the name
//! so that both together have at most 30; a directory's name has at most 31. Files carry `;1`.
//!
//! **Joliet** (level 3): the characters `* / : ; ? \`, control characters, dots at the end, and every character beyond
//! the Basic Multilingual Plane (which UCS-2 cannot hold) become one `_`. A name longer than 64 units is cut, keeping
//! an extension of up to 16 units. Files carry `;1`.
//!
//! **Unique.** Names whose mapping changed nothing but case come first, the rest follow in the order of their original
//! names (by code point). The first to ask for a name gets it; a later one gets the next free of `_2`, `_3`, ... (ISO)
//! or `~2`, `~3`, ... (Joliet) before the extension, the name being cut to make room. Joliet names are unique without regard
//! to case, though Joliet does not ask for it: Linux shows names that differ only in case, and then gives the bytes of one of
//! the files for all of them.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Most characters of a directory identifier (ECMA-119 7.6.3) and, with the dot, of a file identifier (7.5.1: 30
/// without it).
const ISO_MAX: usize = 31;
/// Longest extension that is kept whole.
const ISO_EXTENSION_MAX: usize = 8;
/// Most UCS-2 units of a Joliet name (Joliet: 128 bytes), without the version.
const JOLIET_MAX: usize = 64;
/// Longest Joliet extension (with its dot) that is kept when a name is cut.
const JOLIET_EXTENSION_MAX: usize = 17;

/// The version that file identifiers carry: `;1`.
pub(crate) const JOLIET_VERSION: [u16; 2] = [b';' as u16, b'1' as u16];
/// Room for the number that makes a name unique, when deciding which names look alike.
const SUFFIX_MAX: usize = 6;

/// A mapped name in two parts, so that a number can be put between them.
struct Parts<T> {
    stem: Vec<T>,
    /// With its dot; may be empty.
    extension: Vec<T>,
}

impl<T: Copy> Parts<T> {
    fn joined(&self) -> Vec<T> {
        let mut all = self.stem.clone();
        all.extend_from_slice(&self.extension);
        all
    }

    /// The name with `suffix` before the extension, the stem cut so that all has at most `max` units.
    fn numbered(&self, suffix: &[T], max: usize) -> Vec<T> {
        let room = max.saturating_sub(self.extension.len() + suffix.len());
        let mut all: Vec<T> = self.stem.iter().copied().take(room).collect();
        all.extend_from_slice(suffix);
        all.extend_from_slice(&self.extension);
        all
    }
}

/// Splits at the last dot that has something before and behind it.
fn split_extension(name: &str) -> (&str, Option<&str>) {
    match name.rfind('.') {
        Some(at) if at > 0 && at + 1 < name.len() => (&name[..at], Some(&name[at + 1..])),
        _ => (name, None),
    }
}

fn d_characters(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() as u8 } else { b'_' })
}

/// The ISO 9660 name before uniqueness, and whether only case was changed.
fn iso_parts(name: &str, is_dir: bool) -> (Parts<u8>, bool) {
    let (stem, extension) = if is_dir { (name, None) } else { split_extension(name) };
    let extension: Vec<u8> = extension.map(|e| d_characters(e).take(ISO_EXTENSION_MAX).collect()).unwrap_or_default();
    let mut dotted = Vec::new();
    if !is_dir {
        // A file identifier holds the dot even without an extension (ECMA-119 7.5.1).
        dotted.push(b'.');
        dotted.extend(extension);
    }
    let stem = d_characters(stem).take(ISO_MAX - dotted.len()).collect();
    let parts = Parts { stem, extension: dotted };
    let mapped = parts.joined();
    let plain = if is_dir || name.contains('.') { &mapped[..] } else { &mapped[..mapped.len() - 1] };
    let exact = plain.eq_ignore_ascii_case(name.as_bytes());
    (parts, exact)
}

fn joliet_units(text: &str) -> Vec<u16> {
    text.chars()
        .map(|c| match c {
            '*' | '/' | ':' | ';' | '?' | '\\' => u16::from(b'_'),
            c if c.is_control() => u16::from(b'_'),
            c => u16::try_from(u32::from(c)).unwrap_or(u16::from(b'_')),
        })
        .collect()
}

/// The Joliet name before uniqueness, and whether nothing was changed.
fn joliet_parts(name: &str, is_dir: bool) -> (Parts<u16>, bool) {
    let (stem, extension) = if is_dir { (name, None) } else { split_extension(name) };
    let mut extension: Vec<u16> = extension.map(joliet_units).unwrap_or_default();
    let mut stem = joliet_units(stem);
    // Readers take dots at the end away.
    let dots = stem.iter().rev().take_while(|unit| **unit == u16::from(b'.')).count();
    let end = stem.len() - dots;
    if extension.is_empty() {
        stem[end..].fill(u16::from(b'_'));
    }
    if !extension.is_empty() {
        extension.insert(0, u16::from(b'.'));
    }
    if stem.len() + extension.len() > JOLIET_MAX {
        if extension.len() > JOLIET_EXTENSION_MAX {
            stem.append(&mut extension);
        }
        stem.truncate(JOLIET_MAX - extension.len());
    }
    let parts = Parts { stem, extension };
    let exact = name.encode_utf16().eq(parts.joined());
    (parts, exact)
}

/// The upper case of a character, where that is one unit too.
fn upper_case(unit: u16) -> u16 {
    let Some(c) = char::from_u32(unit.into()) else { return unit };
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => u16::try_from(u32::from(one)).unwrap_or(unit),
        _ => unit,
    }
}

/// Gives each of `wanted` (in the order of the original names) a name of its own of at most `max` units.
///
/// Names are the same if they are after `fold`, or but for a dot at the end, which readers take away.
fn unique<T: Copy + Eq + Hash + From<u8>>(
    wanted: &[(Parts<T>, bool)],
    number: impl Fn(u32) -> Vec<T>,
    fold: impl Fn(T) -> T,
    max: usize,
) -> Vec<Box<[T]>> {
    let mut names: Vec<Option<Box<[T]>>> = vec![None; wanted.len()];
    let mut taken: HashSet<Box<[T]>> = HashSet::with_capacity(wanted.len());
    let folded = |name: &[T]| -> Box<[T]> { name.iter().map(|unit| fold(*unit)).collect() };
    let key = |name: &[T]| folded(name.strip_suffix(&[T::from(b'.')]).unwrap_or(name));
    for exact_round in [true, false] {
        for (slot, (parts, exact)) in names.iter_mut().zip(wanted) {
            let name = parts.joined().into_boxed_slice();
            if *exact == exact_round && taken.insert(key(&name)) {
                *slot = Some(name);
            }
        }
    }
    // One counter for all names that look alike once they are cut: a directory of 50,000 such names must not take
    // quadratic time.
    let mut counters: HashMap<Box<[T]>, u32> = HashMap::new();
    for (slot, (parts, _)) in names.iter_mut().zip(wanted) {
        while slot.is_none() {
            let next = counters.entry(folded(&parts.numbered(&[], max.saturating_sub(SUFFIX_MAX)))).or_insert(2);
            let name = parts.numbered(&number(*next), max).into_boxed_slice();
            *next += 1;
            if taken.insert(key(&name)) {
                *slot = Some(name);
            }
        }
    }
    names.into_iter().flatten().collect()
}

/// The identifiers of one directory's entries in the ISO 9660 tree, files with their version. `entries` are (name, is
/// it a directory) in the order of the names.
pub(crate) fn iso_names<'a>(entries: impl Iterator<Item = (&'a str, bool)> + Clone) -> Vec<Box<[u8]>> {
    let wanted: Vec<_> = entries.clone().map(|(name, is_dir)| iso_parts(name, is_dir)).collect();
    let names = unique(&wanted, |n| format!("_{n}").into_bytes(), |byte| byte, ISO_MAX);
    let with_version =
        |(name, (_, is_dir)): (Box<[u8]>, (&str, bool))| if is_dir { name } else { [&name[..], b";1"].concat().into() };
    names.into_iter().zip(entries).map(with_version).collect()
}

/// The same for the Joliet tree.
pub(crate) fn joliet_names<'a>(entries: impl Iterator<Item = (&'a str, bool)> + Clone) -> Vec<Box<[u16]>> {
    let wanted: Vec<_> = entries.clone().map(|(name, is_dir)| joliet_parts(name, is_dir)).collect();
    let names = unique(&wanted, |n| format!("~{n}").encode_utf16().collect(), upper_case, JOLIET_MAX);
    let with_version = |(name, (_, is_dir)): (Box<[u16]>, (&str, bool))| {
        if is_dir { name } else { [&name[..], &JOLIET_VERSION].concat().into() }
    };
    names.into_iter().zip(entries).map(with_version).collect()
}

/// The order of a directory (ECMA-119 9.3): by name, then by extension, both as if padded with something below every
/// character. Taking the dot as the lowest character gives just that; `;` ends the name.
pub(crate) fn directory_order(name: impl Iterator<Item = u16>) -> impl Iterator<Item = u16> {
    let units = name.take_while(|unit| *unit != u16::from(b';'));
    units.map(|unit| if unit == u16::from(b'.') { 0 } else { unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(names: &[(&str, bool)]) -> Vec<String> {
        iso_names(names.iter().copied()).iter().map(|name| String::from_utf8(name.to_vec()).unwrap()).collect()
    }

    fn joliet(names: &[(&str, bool)]) -> Vec<String> {
        joliet_names(names.iter().copied()).iter().map(|name| String::from_utf16(name).unwrap()).collect()
    }

    #[test]
    fn iso_names_are_upper_case_d_characters_with_a_version() {
        assert_eq!(
            iso(&[("boot.wim", false), ("bootmgr", false), ("en-US", true)]),
            ["BOOT.WIM;1", "BOOTMGR.;1", "EN_US"]
        );
        assert_eq!(
            iso(&[(".hidden", false), ("a.tar.gz", false), ("ends.", false)]),
            ["_HIDDEN.;1", "A_TAR.GZ;1", "ENDS_.;1"]
        );
        assert_eq!(iso(&[("v1.2", true), ("übung.txt", false)]), ["V1_2", "_BUNG.TXT;1"]);
    }

    #[test]
    fn iso_names_are_cut_to_31_characters() {
        let long = "x".repeat(200);
        assert_eq!(iso(&[(&long, true)]), ["X".repeat(31)]);
        assert_eq!(iso(&[(&format!("{long}.wim"), false)]), [format!("{}.WIM;1", "X".repeat(27))]);
        assert_eq!(iso(&[(&format!("a.{long}"), false)]), [format!("A.{};1", "X".repeat(8))]);
    }

    #[test]
    fn an_iso_name_that_is_right_already_wins_over_an_earlier_one_that_maps_to_it() {
        assert_eq!(iso(&[("A-B.TXT", false), ("A_B.TXT", false)]), ["A_B_2.TXT;1", "A_B.TXT;1"]);
        assert_eq!(
            iso(&[("README", false), ("Readme", false), ("readme", false)]),
            ["README.;1", "README_2.;1", "README_3.;1"]
        );
    }

    #[test]
    fn a_numbered_name_that_is_taken_is_passed_over() {
        assert_eq!(iso(&[("a", true), ("a_2", true), ("A", true)]), ["A", "A_2", "A_3"]);
    }

    #[test]
    fn a_file_and_a_directory_share_one_set_of_names() {
        assert_eq!(joliet(&[("x?y", true), ("x_y", true)]), ["x_y~2", "x_y"]);
        assert_eq!(iso(&[("foo", true), ("Foo", false)]), ["FOO", "FOO_2.;1"]);
    }

    #[test]
    fn joliet_keeps_case_and_unicode_and_replaces_what_ucs_2_cannot_hold() {
        assert_eq!(
            joliet(&[("Übung Ж.txt", false), ("a:b", true), ("x\u{1F600}y", false)]),
            ["Übung Ж.txt;1", "a_b", "x_y;1"]
        );
        assert_eq!(joliet(&[("ends..", true)]), ["ends__"]);
    }

    #[test]
    fn joliet_names_differ_in_more_than_case() {
        assert_eq!(joliet(&[("README", false), ("Readme", true), ("a", false)]), ["README;1", "Readme~2", "a;1"]);
        assert_eq!(
            joliet(&[("Ж.x", false), ("ж.X", false), ("ß", false), ("ss", false)]),
            ["Ж.x;1", "ж~2.X;1", "ß;1", "ss;1"]
        );
        // The numbered name of the first is the third, but for its case.
        assert_eq!(joliet(&[("A", true), ("a", true), ("A~2", true)]), ["A", "a~3", "A~2"]);
    }

    #[test]
    fn thousands_of_names_that_differ_only_in_case_do_not_take_quadratic_time() {
        let case = |number: u32, bit: u32| if number >> bit & 1 == 0 { 'a' } else { 'A' };
        let names: Vec<String> = (0..1 << 15).map(|number| (0..15).map(|bit| case(number, bit)).collect()).collect();
        let mapped = joliet(&names.iter().map(|name| (name.as_str(), true)).collect::<Vec<_>>());
        assert_eq!(mapped.iter().map(|name| name.to_lowercase()).collect::<HashSet<_>>().len(), names.len());
    }

    #[test]
    fn long_joliet_names_keep_their_extension_and_become_unique() {
        let (first, second) = (format!("{}1.wim", "n".repeat(199)), format!("{}2.wim", "n".repeat(199)));
        let cut = format!("{}.wim;1", "n".repeat(60));
        assert_eq!(joliet(&[(&first, false), (&second, false)]), [cut, format!("{}~2.wim;1", "n".repeat(58))]);
        let long_extension = format!("a.{}", "e".repeat(100));
        assert_eq!(joliet(&[(&long_extension, false)]), [format!("a.{};1", "e".repeat(62))]);
    }

    #[test]
    fn fifty_thousand_names_that_map_alike_stay_unique() {
        let names: Vec<String> = (0..50_000u32)
            .map(|n| format!("{}{}", "x".repeat(100), char::from_u32(0x4E00 + n % 20_000).unwrap()) + &n.to_string())
            .collect();
        let mapped = joliet_names(names.iter().map(|name| (name.as_str(), false)));
        assert_eq!(mapped.iter().collect::<HashSet<_>>().len(), names.len());
        assert!(mapped.iter().all(|name| name.len() <= JOLIET_MAX + 2));
    }

    #[test]
    fn a_short_name_sorts_before_its_longer_sibling() {
        let mut names: [&'static [u8]; 4] = [b"A_B.X;1", b"A.X;1", b"AB.;1", b"A"];
        let order = |name: &'static [u8]| directory_order(name.iter().copied().map(u16::from));
        names.sort_by(|a, b| order(a).cmp(order(b)));
        assert_eq!(names, [&b"A"[..], b"A.X;1", b"AB.;1", b"A_B.X;1"]);
    }
}
