//! Whether the discs of a set belong together: which one is missing, swapped, foreign or altered.

use super::{VolumeIdentity, number_of, path_of};
use crate::inspect::Inspection;
use crate::manifest::Manifest;
use crate::publish::old_name;
use crate::report::{Check, Outcome};
use crate::verify::{self, Expected};
use crate::{ErrorKind, Host, Result, Secrets};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::MediaProfile;
use tsm_job::Context;

const ID: &str = "medium.set";
const TITLE: &str = "All discs of the set are there and belong together";

/// Which disc of which set a disc says that it is.
pub(crate) fn identity_of(inspection: &mut Inspection, profile: &MediaProfile) -> Option<VolumeIdentity> {
    let file = &profile.volume_set.identity_file;
    let bytes = if file.is_empty() { None } else { inspection.small_file(file) };
    VolumeIdentity::from_bytes(&bytes?)
}

/// The lowest disc of a set whose name, without a number, this is: for a path at which nothing lies itself.
pub(crate) fn first_of(path: &Utf8Path, profile: &MediaProfile) -> Option<Utf8PathBuf> {
    if std::fs::symlink_metadata(path).is_ok() {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let names = folder.read_dir_utf8().ok()?.filter_map(|entry| Some(entry.ok()?.file_name().to_owned()));
    let places = names.map(|name| path.with_file_name(name));
    places.filter_map(|place| Some((number_of(path, &place, profile)?, place))).min().map(|(_, place)| place)
}

/// Looks at the discs beside one of them.
pub(crate) fn check(path: &Utf8Path, own: &VolumeIdentity, profile: &MediaProfile, context: &Context) -> Result<Check> {
    let Some((base, named)) = base_and_number(path, profile) else {
        let evidence = format!(
            "It is volume {} of {}, but its name does not end in a number: the others cannot be looked for.",
            own.number, own.count
        );
        return Ok(Check::warning(ID, TITLE, evidence, "Give the disc the name that it was made with."));
    };
    let discs = Disc::all(&base, (named, own), profile);
    let set = set_of(own, &discs);
    let (mut faults, mut unknown) = (Vec::new(), Vec::new());
    for disc in discs.iter().filter(|disc| disc.number <= set.count || disc.number == named) {
        match disc.fault(set) {
            Some(fault) => faults.push(fault),
            // The disc itself is tested by all other checks.
            None if disc.number == named => {}
            None => match disc.altered(profile, context)? {
                Bytes::Altered(said) => faults.push((ErrorKind::VolumeAltered, said)),
                Bytes::Unknown => unknown.push(format!("'{}'", disc.name())),
                Bytes::Whole => {}
            },
        }
    }
    Ok(verdict(set, faults, &unknown))
}

fn verdict(set: &VolumeIdentity, faults: Vec<(ErrorKind, String)>, unknown: &[String]) -> Check {
    match faults.first() {
        Some((kind, _)) => {
            let kind = *kind;
            let said: Vec<String> = faults.into_iter().map(|(_, said)| said).collect();
            Check::failed(ID, TITLE, kind, format!("{}.", said.join("; ")))
                .symptom("The client asks for a medium that it does not get.")
        }
        None if unknown.is_empty() => {
            Check::passed(ID, TITLE, format!("{} discs, all of one set and unaltered.", set.count))
        }
        None => {
            let evidence = format!(
                "{} discs, all of one set and sound; of {} no manifest says which bytes were written.",
                set.count,
                unknown.join(", ")
            );
            Check::warning(ID, TITLE, evidence, "Keep the manifest of each disc beside it.")
        }
    }
}

/// What lies where a disc of a set should be.
struct Disc {
    /// The number that its name says.
    number: u32,
    place: Utf8PathBuf,
    /// What it says itself; none when it is no disc of a set, or not there.
    identity: Option<VolumeIdentity>,
}

/// What can be said of the bytes of a disc.
enum Bytes {
    Whole,
    Altered(String),
    /// Nothing says what they were.
    Unknown,
}

impl Disc {
    /// All that have a place in the set that a disc, of this number by its name, says to belong to, and that one.
    fn all(base: &Utf8Path, (named, own): (u32, &VolumeIdentity), profile: &MediaProfile) -> Vec<Self> {
        let numbers = (1..=own.count).chain((named > own.count).then_some(named));
        let disc = |number| {
            let place = path_of(base, number, profile);
            let found = || Inspection::open(&place, &Secrets::default(), profile, &Host::default()).ok();
            let identity = match number == named {
                true => Some(own.clone()),
                false => found().and_then(|mut inspection| identity_of(&mut inspection, profile)),
            };
            Self { number, place, identity }
        };
        numbers.map(disc).collect()
    }

    fn name(&self) -> &str {
        self.place.file_name().unwrap_or_default()
    }

    /// What is wrong with its being there as a volume of a set.
    fn fault(&self, set: &VolumeIdentity) -> Option<(ErrorKind, String)> {
        let (number, name) = (self.number, self.name());
        let Some(identity) = &self.identity else {
            if self.place.exists() {
                let said = format!("volume {number} ('{name}') is no disc of a set (foreign)");
                return Some((ErrorKind::VolumeForeign, said));
            }
            let old = old_name(&self.place);
            let hint = match old.exists() {
                true => format!(
                    ", '{}' is there: a publication was broken off, and the next one begins with putting that in order",
                    old.file_name().unwrap_or_default()
                ),
                false => String::new(),
            };
            return Some((ErrorKind::VolumeMissing, format!("volume {number} ('{name}') is missing{hint}")));
        };
        if (&identity.set_id, identity.count) != (&set.set_id, set.count) {
            let said = format!("volume {number} ('{name}') belongs to another set (foreign)");
            return Some((ErrorKind::VolumeForeign, said));
        }
        let said = || format!("'{name}' should be volume {number} and is volume {} (swapped)", identity.number);
        (identity.number != number).then(|| (ErrorKind::VolumeSwapped, said()))
    }

    /// Reads it and compares it with its manifest.
    fn altered(&self, profile: &MediaProfile, context: &Context) -> Result<Bytes> {
        let manifest = Manifest::load(&Manifest::path_of(&self.place)).ok();
        let expected = manifest.as_ref().map(Expected::from_manifest).unwrap_or_default();
        let checks = verify::further(&self.place, &expected, None, None, profile, context)?.checks;
        let failed = checks.into_iter().find(|check| check.outcome == Outcome::Failed);
        Ok(match (failed, manifest) {
            (Some(check), _) => Bytes::Altered(format!(
                "volume {} ('{}') was altered: {}",
                self.number,
                self.name(),
                check.evidence.trim_end_matches('.')
            )),
            (None, Some(_)) => Bytes::Whole,
            (None, None) => Bytes::Unknown,
        })
    }
}

/// The set that is looked for: that of the disc itself, unless no other disc belongs to it and others belong together.
fn set_of<'a>(own: &'a VolumeIdentity, discs: &'a [Disc]) -> &'a VolumeIdentity {
    let same = |a: &VolumeIdentity, b: &VolumeIdentity| (&a.set_id, a.count) == (&b.set_id, b.count);
    let found = || discs.iter().filter_map(|disc| disc.identity.as_ref());
    let members = |set: &VolumeIdentity| found().filter(|identity| same(identity, set)).count();
    match found().filter(|identity| !same(identity, own)).max_by_key(|set| members(set)) {
        Some(set) if members(own) == 1 && members(set) > 1 => set,
        _ => own,
    }
}

/// The name without its number, and the number.
fn base_and_number(path: &Utf8Path, profile: &MediaProfile) -> Option<(Utf8PathBuf, u32)> {
    let (stem, number) = path.file_stem()?.rsplit_once(&profile.volume_set.number_separator)?;
    let extension = path.extension().map_or_else(String::new, |extension| format!(".{extension}"));
    Some((path.with_file_name(format!("{stem}{extension}")), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_what_stands_behind_the_last_separator() {
        let profile = MediaProfile::default();
        let found = base_and_number(Utf8Path::new("/out/my-media-12.iso"), &profile);
        assert_eq!(found, Some(("/out/my-media.iso".into(), 12)));
        assert_eq!(base_and_number(Utf8Path::new("/out/media.iso"), &profile), None);
    }

    #[test]
    fn a_name_without_number_leads_to_the_lowest_disc_that_is_there() {
        let profile = MediaProfile::default();
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("media.iso")).unwrap();
        assert_eq!(first_of(&path, &profile), None);
        for name in ["media-10.iso", "media-2.iso", "media-2.iso.manifest.json", "media-x.iso", "media-01.iso"] {
            std::fs::write(path.with_file_name(name), "").unwrap();
        }
        assert_eq!(first_of(&path, &profile), Some(path.with_file_name("media-2.iso")));
        std::fs::write(&path, "").unwrap();
        assert_eq!(first_of(&path, &profile), None);
    }
}
