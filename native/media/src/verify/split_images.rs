//! Images in parts: is every part there, under the number that it has, and do they belong together? Needs no manifest.

use crate::ErrorKind;
use crate::inspect::Inspection;
use crate::report::Check;
use crate::volume_set;
use std::collections::BTreeMap;
use std::io::Read;
use tsm_formats::MediaProfile;
use tsm_optical::FileInfo;
use tsm_wim::{HEADER_BYTES, PartHead};

/// Looks at the parts on a medium; `None` when there are none.
pub(super) fn check(inspection: &mut Inspection, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.split-images";
    const TITLE: &str = "Every image in parts is whole";
    if inspection.carrier.wim().is_some() {
        return None;
    }
    let is_part = |file: &&FileInfo| !file.is_dir && file.path.to_ascii_lowercase().ends_with(".swm");
    let parts: Vec<FileInfo> = inspection.files.iter().filter(is_part).cloned().collect();
    if parts.is_empty() {
        return None;
    }
    let (mut images, mut faults) = (BTreeMap::<[u8; 16], Image>::new(), Vec::new());
    for file in parts {
        match head(inspection, &file).as_deref().and_then(PartHead::read) {
            Some(head) => images.entry(head.guid).or_default().parts.push((head, file.path)),
            None => faults.push(format!("'{}' is no part of a WIM", file.path)),
        }
    }
    // The other parts may be on the other discs.
    let of_set = volume_set::identity_of(inspection, profile).is_some();
    faults.extend(images.values().flat_map(|image| image.faults(of_set)));
    if !faults.is_empty() {
        let evidence = format!("{}.", crate::text::sentence(&faults.join("; ")));
        let check = Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence);
        return Some(check.symptom("Apply Operating System fails while it applies the image."));
    }
    let count: usize = images.values().map(|image| image.parts.len()).sum();
    let here = if of_set { "on this disc" } else { "all of them there" };
    Some(Check::passed(ID, TITLE, format!("{} of {} images, {here}.", plural(count, "part"), images.len())))
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn head(inspection: &mut Inspection, file: &FileInfo) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    inspection.carrier.read(file).ok()?.take(HEADER_BYTES as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The parts of one image that were found.
#[derive(Default)]
struct Image {
    parts: Vec<(PartHead, String)>,
}

impl Image {
    /// What is wrong with them.
    fn faults(&self, of_set: bool) -> Vec<String> {
        let mut faults = Vec::new();
        let Some((first, path)) = self.parts.first() else { return faults };
        for (head, path) in &self.parts {
            if head.total != first.total || head.number == 0 || head.number > head.total {
                faults.push(format!("'{path}' says that it is part {} of {}", head.number, head.total));
            }
            // The names end in the number, from nought; what DISM names is left alone.
            let named = digits(path).filter(|named| *named + 1 != head.number);
            faults.extend(named.map(|named| format!("'{path}' has the number {named}, but is part {}", head.number)));
        }
        for number in 1..=first.total {
            match self.parts.iter().filter(|(head, _)| head.number == number).count() {
                1 => {}
                0 if of_set => {}
                0 => faults.push(format!("part {number} of {} beside '{path}' is missing", first.total)),
                _ => faults.push(format!("part {number} of {} beside '{path}' is there twice", first.total)),
            }
        }
        faults
    }
}

/// The three digits behind the 64 of a hash, by which parts are numbered.
fn digits(path: &str) -> Option<u16> {
    let name = path.rsplit('/').next()?;
    let stem = name.get(..name.len().checked_sub(".swm".len())?)?;
    let (hash, number) = stem.split_at_checked(64)?;
    let is_hash = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && number.len() == 3).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(parts: &[(u16, u16, u16)]) -> Image {
        let part = |(number, total, named): &(u16, u16, u16)| {
            let head = PartHead { guid: [0; 16], number: *number, total: *total };
            (head, format!("SMS/PKG/A/{}{named:03}.swm", "AB".repeat(32)))
        };
        Image { parts: parts.iter().map(part).collect() }
    }

    #[test]
    fn a_part_that_is_missing_swapped_twice_or_foreign_is_told() {
        assert!(image(&[(2, 3, 1), (1, 3, 0), (3, 3, 2)]).faults(false).is_empty());
        let faults = |parts: &[_]| image(parts).faults(false).join("; ");
        assert!(faults(&[(1, 3, 0), (3, 3, 2)]).contains("part 2 of 3"));
        assert!(image(&[(1, 3, 0), (3, 3, 2)]).faults(true).is_empty());
        assert!(faults(&[(1, 2, 1), (2, 2, 0)]).contains("has the number 1, but is part 1"));
        assert!(faults(&[(1, 2, 0), (1, 2, 0), (2, 2, 1)]).contains("twice"));
        assert!(faults(&[(1, 2, 0), (2, 4, 1)]).contains("part 2 of 4"));
    }

    #[test]
    fn other_names_have_no_number() {
        assert_eq!(digits("a/install2.swm"), None);
        assert_eq!(digits(&format!("{}012.SWM", "0f".repeat(32))), Some(12));
    }
}
