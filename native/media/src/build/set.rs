//! The discs of a set: everything is made once, and written one disc after the other.

use super::{Built, Made, WrittenImage, identity, stage, unique, write_image};
use crate::blueprint::Blueprint;
use crate::partial::Partial;
use crate::volume_set::{VolumeSet, definition_of};
use crate::{Error, ErrorKind, Result, Secrets, Stage, image_split};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use tsm_job::Context;
use tsm_platform::ExclusiveFile;

/// A disc behind the first one that was written, but not verified.
pub(crate) struct BuiltVolume {
    /// The disc; it goes away unless it is published.
    pub partial: ExclusiveFile,
    /// Where it is to be.
    pub target: Utf8PathBuf,
    /// What was written.
    pub image: WrittenImage,
}

/// Writes all discs of a set, each beside its place. The first one is a medium like any other.
pub(crate) fn build_set(
    blueprint: &Blueprint,
    set: &VolumeSet,
    secrets: &Secrets,
    context: &Context,
) -> Result<(Built, Vec<BuiltVolume>)> {
    let created =
        blueprint.definition.epoch.and_then(|e| Timestamp::from_second(e).ok()).unwrap_or_else(Timestamp::now);
    context.check()?;
    let mut places = Vec::new();
    for (_, number) in set.volumes.iter().zip(1u32..) {
        let definition = definition_of(&blueprint.definition, number, &blueprint.profile);
        let Partial::Image(partial) = Partial::open(&definition)? else { return Err(no_disc()) };
        places.push((partial, definition.target()));
    }
    let (_folder, staged) = stage(blueprint, context)?;
    blueprint.boot_image.check_whole(context)?;
    let identity = identity(blueprint, secrets, context)?;
    let mut made = Made { staged, variables: identity.sealed, policy: identity.policy, unique: None };
    let mut written = Vec::new();
    for ((volume, (mut partial, target)), number) in set.volumes.iter().zip(places).zip(1u32..) {
        made.unique = Some(unique(blueprint).wrapping_add(number.into()));
        context.verbose(format!("Volume {number} of {}.", set.volumes.len()));
        let disc = blueprint.disc_of(volume, number == 1);
        let image = write_image(&disc, &made, created, &mut partial, context)?;
        written.push(BuiltVolume { partial, target, image });
    }
    image_split::check_whole(&blueprint.items, context)?;
    let mut written = written.into_iter();
    let first = written.next().ok_or_else(no_disc)?;
    let built = Built {
        partial: Partial::Image(first.partial),
        length: first.image.length,
        image: Some(first.image.hashes),
        files: first.image.files,
        boot_images: first.image.boot_images,
        tree: None,
        media_guid: identity.media_guid,
        certificate: identity.certificate,
        variables: identity.variables,
        created,
    };
    Ok((built, written.collect()))
}

fn no_disc() -> Error {
    Error::new(ErrorKind::Internal, Stage::Build, "A set has a volume that is no disc image.")
}
