//! Whether the discs of a set belong together: which one is missing, swapped, foreign or altered.

use super::{VolumeIdentity, path_of};
use crate::inspect::Inspection;
use crate::manifest::Manifest;
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

/// Looks at the discs beside one of them.
pub(crate) fn check(path: &Utf8Path, own: &VolumeIdentity, profile: &MediaProfile, context: &Context) -> Result<Check> {
    let Some((base, named)) = base_and_number(path, profile) else {
        let evidence = format!(
            "It is volume {} of {}, but its name does not end in a number: the others cannot be looked for.",
            own.number, own.count
        );
        return Ok(Check::warning(ID, TITLE, evidence, "Give the disc the name that it was made with."));
    };
    let mut faults = Vec::new();
    if named != own.number {
        let said = format!("'{}' is named as volume {named} and is volume {} (swapped)", name(path), own.number);
        faults.push((ErrorKind::VolumeSwapped, said));
    }
    for number in (1..=own.count).filter(|number| *number != named) {
        let place = path_of(&base, number, profile);
        faults.extend(fault(&place, number, own, profile, context)?);
    }
    let Some((kind, _)) = faults.first() else {
        return Ok(Check::passed(ID, TITLE, format!("{} discs, all of one set and unaltered.", own.count)));
    };
    let kind = *kind;
    let said: Vec<String> = faults.into_iter().map(|(_, said)| said).collect();
    Ok(Check::failed(ID, TITLE, kind, format!("{}.", said.join("; ")))
        .symptom("The client asks for a medium that it does not get."))
}

/// What is wrong with a disc that should be this volume.
fn fault(
    place: &Utf8Path,
    number: u32,
    own: &VolumeIdentity,
    profile: &MediaProfile,
    context: &Context,
) -> Result<Option<(ErrorKind, String)>> {
    let name = name(place);
    if !place.exists() {
        return Ok(Some((ErrorKind::VolumeMissing, format!("volume {number} ('{name}') is missing"))));
    }
    let found = Inspection::open(place, &Secrets::default(), profile, &Host::default());
    let Some(found) = found.ok().and_then(|mut inspection| identity_of(&mut inspection, profile)) else {
        let said = format!("volume {number} ('{name}') is no disc of a set (foreign)");
        return Ok(Some((ErrorKind::VolumeForeign, said)));
    };
    if found.set_id != own.set_id {
        return Ok(Some((
            ErrorKind::VolumeForeign,
            format!("volume {number} ('{name}') belongs to another set (foreign)"),
        )));
    }
    if found.number != number {
        let said = format!("'{name}' should be volume {number} and is volume {} (swapped)", found.number);
        return Ok(Some((ErrorKind::VolumeSwapped, said)));
    }
    let Ok(manifest) = Manifest::load(&Manifest::path_of(place)) else { return Ok(None) };
    let checks = verify::further(place, &Expected::from_manifest(&manifest), None, None, profile, context)?.checks;
    let failed = checks.into_iter().find(|check| check.outcome == Outcome::Failed);
    Ok(failed
        .map(|check| (ErrorKind::VolumeAltered, format!("volume {number} ('{name}') was altered: {}", check.evidence))))
}

fn name(path: &Utf8Path) -> &str {
    path.file_name().unwrap_or_default()
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
}
