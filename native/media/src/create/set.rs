//! A medium on several discs: all of them are verified before the first one is put in its place.

use super::{check_verified, expected, medium_of};
use crate::blueprint::Blueprint;
use crate::build::{Built, BuiltVolume};
use crate::manifest::{FileRecord, ImageRecord, Manifest, VerificationRecord};
use crate::medium::{Medium, MediumVolume};
use crate::partial::Partial;
use crate::report::{Check, Outcome};
use crate::verify::{self, Expected, ExpectedImage};
use crate::volume_set::{VolumeIdentity, VolumeSet, path_of};
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage, publish};
use camino::Utf8Path;
use tsm_job::Context;

/// Verifies what was built, and only then puts all discs in their places.
pub(super) fn finish(
    blueprint: &Blueprint,
    set: &VolumeSet,
    (first, further): (Built, Vec<BuiltVolume>),
    ignored: Vec<String>,
    (secrets, host): (&Secrets, &Host),
    context: &Context,
) -> Result<Medium> {
    let (profile, target) = (&blueprint.profile, path_of(&blueprint.definition.target(), 1, &blueprint.profile));
    context.verbose("Reading the discs back.");
    let wanted = expected(blueprint, &first);
    let verified = verify::verify(first.partial.path(), &wanted, None, secrets, (profile, host), context)?;
    check_verified(blueprint, &verified.checks, context)?;
    let identity = |number: u32| VolumeIdentity {
        set_id: set.id.clone(),
        number,
        count: u32::try_from(set.volumes.len()).unwrap_or(u32::MAX),
    };
    let mut manifest = Manifest::of(blueprint, &first, verified.checks.clone());
    manifest.boot_image.loader = verified.medium.boot_image.as_ref().and_then(|image| image.loader.clone());
    manifest.volume = Some(identity(1));
    if let Some(image) = &mut manifest.image {
        image.name = name(&target);
    }
    let length = first.length;
    let Partial::Image(partial) = first.partial else {
        return Err(Error::new(ErrorKind::Internal, Stage::Publish, "The first volume is no disc image."));
    };
    let mut volumes = vec![MediumVolume { number: 1, path: target.to_string(), length }];
    let mut discs = vec![(target, partial, manifest.clone())];
    for (built, number) in further.into_iter().zip(2u32..) {
        let checks = verify_further(blueprint, &built, &identity(number), context)?;
        let of_volume = manifest_of(&manifest, &built, identity(number), checks);
        volumes.push(MediumVolume { number, path: built.target.to_string(), length: built.image.length });
        discs.push((built.target, built.partial, of_volume));
    }
    context.check()?;
    let manifest_path = publish::publish_set(discs, &blueprint.definition.target(), profile, context)?;
    context.information(format!(
        "The {} discs of '{}' are made and verified.",
        volumes.len(),
        blueprint.definition.path
    ));
    let mut medium = medium_of(blueprint, verified.medium, manifest, (manifest_path, length), ignored, context);
    medium.path = volumes.first().map(|volume| volume.path.clone()).unwrap_or_default();
    medium.volume = Some(identity(1));
    medium.volumes = volumes;
    Ok(medium)
}

fn name(path: &Utf8Path) -> String {
    path.file_name().unwrap_or_default().to_owned()
}

fn verify_further(
    blueprint: &Blueprint,
    built: &BuiltVolume,
    identity: &VolumeIdentity,
    context: &Context,
) -> Result<Vec<Check>> {
    let wanted = Expected {
        image: Some(ExpectedImage::written(built.image.length, &built.image.hashes)),
        files: Some(built.image.files.iter().map(FileRecord::from).collect()),
        label: Some(blueprint.label.clone()),
        ..Expected::default()
    };
    let verified = verify::further(built.partial.path(), &wanted, Some(identity), None, &blueprint.profile, context)?;
    check_verified(blueprint, &verified.checks, context)?;
    Ok(verified.checks)
}

/// The manifest of a disc behind the first one: what is said of the whole medium, and the files of this disc.
fn manifest_of(first: &Manifest, built: &BuiltVolume, volume: VolumeIdentity, checks: Vec<Check>) -> Manifest {
    Manifest {
        image: Some(ImageRecord {
            name: name(&built.target),
            size: built.image.length,
            sha256: built.image.hashes.sha256.to_string(),
        }),
        files: built.image.files.iter().map(FileRecord::from).collect(),
        boot_images: Vec::new(),
        volume: Some(volume),
        verification: VerificationRecord {
            outcome: checks.iter().map(|check| check.outcome).max().unwrap_or(Outcome::Failed),
            checks,
        },
        ..first.clone()
    }
}
