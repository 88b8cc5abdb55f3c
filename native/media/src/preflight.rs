//! Preflight: can it work? Every check that can be made without writing anything, each told by itself.

use crate::blueprint::Blueprint;
use crate::boot_configuration;
use crate::boot_image::{BootImage, Origin, altered};
use crate::build::staging_folder;
use crate::checks::{self, Subject};
use crate::definition::Definition;
use crate::extras::Extras;
use crate::manifest::Manifest;
use crate::media_kind::Form;
use crate::os_image::OsImage;
use crate::partial::{Partial, partial_of};
use crate::report::Check;
use crate::supply::{Keeping, Supply};
use crate::{
    Error, ErrorKind, Host, Result, Secrets, Stage, collisions, folder_target, input, log, site, source_checks,
    stand_alone,
};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_platform::Obstacle;
use tsm_site::SiteFacts;

/// Makes all checks. An error means that the work was cancelled.
pub(crate) fn checks(definition: &Definition, secrets: &Secrets, host: &Host, context: &Context) -> Result<Vec<Check>> {
    let now = Timestamp::now();
    let mut checks = Vec::new();
    let profile = profile_check(definition, host, &mut checks);
    let mut activity = context.activity("Testing definition", tsm_job::Unit::Items, 7);
    let good = definition_checks(definition, secrets, &profile, now, &mut checks);
    activity.advance(1);
    let facts = facts_checks(definition, now, &mut checks);
    activity.advance(1);
    let mut supply = Supply::new(definition, secrets, Keeping::Looked);
    // A task sequence names its boot image; that it does not is told below, as what keeps the boot image from being had.
    let named = facts.as_ref().filter(|_| good).map(|facts| stand_alone::with_boot_image(definition, facts));
    let (definition, named_fault) = match &named {
        Some(Ok(named)) => (&**named, None),
        Some(Err(fault)) => (definition, Some(fault)),
        None => (definition, None),
    };
    if let (Some(facts), true) = (&facts, good) {
        checks.extend(source_checks::all(definition, facts, &profile, &supply, context)?);
    }
    let boot_image = match (&facts, good) {
        (Some(_), true) if named_fault.is_some() => {
            checks.extend(named_fault.map(|e| Check::from_error(BOOT_IMAGE.0, BOOT_IMAGE.1, e)));
            None
        }
        (Some(facts), true) => {
            boot_image_checks(definition, facts, &profile, host, (&mut supply, context), &mut checks)?
        }
        _ => None,
    };
    activity.advance(2);
    let content = match (&facts, boot_image) {
        (Some(facts), Some(image)) if image.missing.is_empty() => {
            extras_checks(definition, facts, &profile, &image, (host, &mut supply, context), &mut checks)?
                .map(|extras| (image, extras))
        }
        _ => None,
    };
    activity.advance(1);
    let blueprint = match (&facts, content) {
        (Some(facts), Some(content)) => {
            plan_check(definition, secrets, &profile, facts, content, (now, context), &mut checks)?
        }
        _ => None,
    };
    activity.advance(1);
    let (facts, planned) = (facts.as_ref(), blueprint.as_ref());
    checks.extend(planned.and_then(|blueprint| boot_configuration::of_plan(blueprint, context)));
    checks.extend(checks::all(&Subject { definition, secrets, profile: &profile, facts, blueprint: planned }));
    let room = planned.and_then(|blueprint| Room::of(blueprint).ok());
    checks.push(target_check(definition, &profile, room));
    checks.push(staging_check(definition, room));
    checks.push(log_check(definition));
    Ok(checks)
}

/// The media profile; the built-in one where it cannot be read, so that the other checks can go on.
fn profile_check(definition: &Definition, host: &Host, checks: &mut Vec<Check>) -> MediaProfile {
    crate::profile::of(definition, host).unwrap_or_else(|e| {
        checks.push(Check::from_error("definition.profile", "The media profile can be used", &e));
        host.profile.clone()
    })
}

/// The bytes that a build needs.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    medium: u64,
    target: u64,
    staging: u64,
}

impl Room {
    /// What the build of a blueprint needs.
    pub fn of(blueprint: &Blueprint) -> Result<Self> {
        let (medium, target) = (blueprint.medium_bytes()?, blueprint.target_bytes()?);
        Ok(Self { medium, target, staging: blueprint.added_staging_bytes() })
    }
}

/// Faults of the definition itself. Says whether there are none.
fn definition_checks(
    definition: &Definition,
    secrets: &Secrets,
    profile: &MediaProfile,
    now: Timestamp,
    checks: &mut Vec<Check>,
) -> bool {
    const ID: &str = "definition.values";
    const TITLE: &str = "The definition is complete and every value can be used";
    let faults = input::faults(definition, Some(secrets), profile, now);
    checks.extend(faults.iter().map(|e| Check::from_error(ID, TITLE, e)));
    if faults.is_empty() {
        checks.push(Check::passed(ID, TITLE, "No fault was found."));
    }
    faults.is_empty()
}

fn facts_checks(definition: &Definition, now: Timestamp, checks: &mut Vec<Check>) -> Option<SiteFacts> {
    const ID: &str = "definition.facts";
    const TITLE: &str = "The site facts can be read and hold what the medium needs";
    let facts = match site::load(definition, now) {
        Ok(facts) => facts,
        Err(e) => {
            checks.push(Check::from_error(ID, TITLE, &e));
            return None;
        }
    };
    let missing = site::missing(definition, &facts);
    checks.extend(missing.iter().map(|e| Check::from_error(ID, TITLE, e)));
    if missing.is_empty() {
        let evidence = format!("Facts of site {}, taken {}.", facts.site_code, facts.retrieved);
        checks.push(Check::passed(ID, TITLE, evidence));
    }
    Some(facts)
}

/// The check of the boot image.
const BOOT_IMAGE: (&str, &str) =
    ("definition.boot-image", "The boot image can be had, in the version of the site and unharmed");

/// The boot image: found in the right version, whole, and with all boot files.
fn boot_image_checks(
    definition: &Definition,
    facts: &SiteFacts,
    profile: &MediaProfile,
    host: &Host,
    (supply, context): (&mut Supply<'_>, &Context),
    checks: &mut Vec<Check>,
) -> Result<Option<BootImage>> {
    const ID: &str = BOOT_IMAGE.0;
    const TITLE: &str = BOOT_IMAGE.1;
    let boot_image = loop {
        let opened = BootImage::open(definition, facts, profile, host, supply, context).and_then(|image| {
            image.check_whole(context)?;
            Ok(image)
        });
        match opened {
            Ok(image) => match altered(&image.origin, context)? {
                None => break image,
                Some(damage) => supply.distrust_origin(&image.origin, damage),
            },
            Err(e) if e.kind() == ErrorKind::Cancelled => return Err(e),
            Err(e) => {
                checks.push(Check::from_error(ID, TITLE, &e));
                return Ok(None);
            }
        }
    };
    let from = match &boot_image.origin {
        Origin::File => format!("'{}'", boot_image.path),
        Origin::Package { id, version, library, .. } => {
            format!("Package {id}, version {version}, from library '{}'", library.name())
        }
    };
    let evidence = format!(
        "{from}: {}, {}, SHA-256 {}.",
        boot_image.architecture,
        crate::text::bytes(boot_image.size),
        boot_image.sha256
    );
    let remarks = boot_image.remarks();
    checks.push(if remarks.is_empty() {
        Check::passed(ID, TITLE, evidence)
    } else {
        let remedy = "Redistribute the package to the distribution points that are named.";
        Check::warning(ID, TITLE, format!("{evidence} {}", remarks.join(" ")), remedy)
    });
    boot_file_checks(&boot_image, checks);
    Ok(Some(boot_image))
}

fn boot_file_checks(boot_image: &BootImage, checks: &mut Vec<Check>) {
    const ID: &str = "definition.boot-files";
    const TITLE: &str = "The boot image has every file that the medium boots from";
    checks.extend(boot_image.missing.iter().map(|e| Check::from_error(ID, TITLE, e)));
    if boot_image.missing.is_empty() {
        let absent = if boot_image.absent.is_empty() {
            String::new()
        } else {
            format!(" Not there and not needed: {}.", boot_image.absent.join("; "))
        };
        let made: Vec<&str> = boot_image.made_stores.iter().map(|(path, _)| path.as_str()).collect();
        let made = if made.is_empty() { String::new() } else { format!(" Made: {}.", made.join(", ")) };
        checks.push(Check::passed(ID, TITLE, format!("{} files found.{made}{absent}", boot_image.files.len())));
    }
}

/// What is on the medium beyond what it starts from: found in the right version, and whole.
fn extras_checks(
    definition: &Definition,
    facts: &SiteFacts,
    profile: &MediaProfile,
    boot_image: &BootImage,
    (host, supply, context): (&Host, &mut Supply<'_>, &Context),
    checks: &mut Vec<Check>,
) -> Result<Option<Extras>> {
    const ID: &str = "definition.content";
    const TITLE: &str = "Everything else that goes on the medium can be had, unharmed";
    let extras = loop {
        match Extras::find(definition, facts, profile, boot_image, (host, supply), context)
            .and_then(|extras| Ok((extras.altered(context)?, extras)))
        {
            Ok((None, extras)) => break extras,
            Ok((Some((library, damage)), _)) => supply.distrust(&library, damage),
            Err(e) if e.kind() == ErrorKind::Cancelled => return Err(e),
            Err(e) => {
                checks.push(Check::from_error(ID, TITLE, &e));
                return Ok(None);
            }
        }
    };
    if let Some(image) = &extras.os_image {
        checks.push(os_image_check(image));
    }
    let Some((evidence, remarks)) = content_evidence(definition, &extras) else { return Ok(Some(extras)) };
    checks.push(if remarks.is_empty() {
        Check::passed(ID, TITLE, evidence)
    } else {
        let remedy = "Redistribute the package to the distribution points that are named.";
        Check::warning(ID, TITLE, format!("{evidence} {}", remarks.join(" ")), remedy)
    });
    Ok(Some(extras))
}

/// Of content that comes as a stream.
const LATER: &str = " Their bytes are checked when they are fetched.";

/// What was found beyond what the medium starts from, and what is to be known about it; `None` when there is nothing.
fn content_evidence(definition: &Definition, extras: &Extras) -> Option<(String, Vec<String>)> {
    let (mut said, mut remarks) = (Vec::new(), Vec::new());
    if let Some(prestart) = &extras.prestart {
        let from = match &prestart.package {
            None => format!("folder '{}'", definition.prestart_package.as_deref().unwrap_or_default()),
            Some(found) => format!(
                "package {}, version {}, from library '{}'",
                found.package.package_id,
                found.package.source_version,
                found.library.name()
            ),
        };
        let later = match &prestart.package {
            Some(found) if found.library.is_stream() => LATER,
            _ => "",
        };
        said.push(format!("{} files for the prestart command: {from}.{later}", prestart.items.len()));
        remarks.extend(prestart.package.iter().flat_map(|p| &p.remarks).cloned());
    }
    if let Some(stand_alone) = &extras.stand_alone {
        let files: usize = stand_alone.content.iter().map(|carried| carried.items().len()).sum();
        let later =
            if stand_alone.content.iter().any(|carried| carried.found.library.is_stream()) { LATER } else { "" };
        said.push(format!("{files} files of {} packages for the task sequence.{later}", stand_alone.content.len()));
        remarks.extend(stand_alone.content.iter().flat_map(|carried| &carried.found.remarks).cloned());
    }
    (!said.is_empty()).then(|| (said.join(" "), remarks))
}

fn os_image_check(image: &OsImage) -> Check {
    const ID: &str = "definition.operating-system-image";
    const TITLE: &str = "The operating system image can be had, in the version of the site and unharmed";
    let from = match &image.origin {
        Origin::File => format!("'{}'", image.path),
        Origin::Package { id, version, library, .. } => {
            format!("Package {id}, version {version}, from library '{}'", library.name())
        }
    };
    let evidence = format!(
        "{from}: image {}, '{}', {}, SHA-256 {}.",
        image.index,
        image.name,
        crate::text::bytes(image.size),
        image.sha256
    );
    if image.remarks.is_empty() {
        return Check::passed(ID, TITLE, evidence);
    }
    let remedy = "Redistribute the package to the distribution points that are named.";
    Check::warning(ID, TITLE, format!("{evidence} {}", image.remarks.join(" ")), remedy)
}

fn plan_check(
    definition: &Definition,
    secrets: &Secrets,
    profile: &MediaProfile,
    facts: &SiteFacts,
    content: (BootImage, Extras),
    moment: (Timestamp, &Context),
    checks: &mut Vec<Check>,
) -> Result<Option<Blueprint>> {
    const ID: &str = "definition.plan";
    const TITLE: &str = "The files fit on the medium";
    let planned = Blueprint::assemble(definition, secrets, profile.clone(), facts.clone(), content, moment).and_then(
        |blueprint| {
            let room = Room::of(&blueprint)?;
            Ok((blueprint, room))
        },
    );
    match planned {
        Ok((blueprint, room)) => {
            let evidence = format!(
                "{} files, {} as a medium; plan {}.",
                blueprint.items.len(),
                crate::text::bytes(room.target),
                blueprint.plan_id
            );
            checks.push(Check::passed(ID, TITLE, evidence));
            Ok(Some(blueprint))
        }
        Err(e) if e.kind() == ErrorKind::Cancelled => Err(e),
        Err(e) => {
            checks.push(Check::from_error(ID, TITLE, &e));
            Ok(None)
        }
    }
}

fn target_check(definition: &Definition, profile: &MediaProfile, room: Option<Room>) -> Check {
    const ID: &str = "definition.target";
    const TITLE: &str = "The medium can be written to its path";
    match target(definition, profile, room) {
        Ok(evidence) => Check::passed(ID, TITLE, evidence),
        Err(e) => Check::from_error(ID, TITLE, &e),
    }
}

/// Checks the path of the result; says what was seen.
pub(crate) fn target(definition: &Definition, profile: &MediaProfile, room: Option<Room>) -> Result<String> {
    let path = definition.target();
    let fault = |kind, message: String| Error::new(kind, Stage::Preflight, message).target(definition.path.as_str());
    match definition.form() {
        Form::Folder => folder_target::check(definition, profile)?,
        Form::Disc | Form::Wim if path.is_dir() => {
            return Err(fault(ErrorKind::TargetIsFolder, format!("'{path}' is a folder, not a file.")));
        }
        Form::Disc | Form::Wim if path.exists() && !path.is_file() => {
            return Err(fault(ErrorKind::PathInvalid, format!("'{path}' is a device or a pipe, not a file.")));
        }
        Form::Disc | Form::Wim => {}
    }
    let manifest = Manifest::path_of(&path);
    if manifest.is_dir() {
        let message = format!("The manifest of the medium cannot be written: '{manifest}' is a folder.");
        return Err(fault(ErrorKind::TargetIsFolder, message));
    }
    if let Some(collision) = collisions::target(definition) {
        return Err(collision);
    }
    let folder = parent(&path);
    if !folder.is_dir() {
        return Err(fault(ErrorKind::TargetFolderMissing, format!("There is no folder '{folder}' for the medium.")));
    }
    if !tsm_platform::folder_is_writable(&folder).unwrap_or(false) {
        return Err(fault(ErrorKind::TargetNotWritable, format!("You may not write to the folder '{folder}'.")));
    }
    Partial::check(definition)?;
    check_file_limit(definition, &folder, room)?;
    let (free, needed) = target_room(definition, &folder, room);
    check_room(ErrorKind::TargetSpace, "The volume of the target", &folder, free, needed)?;
    if definition.form() != Form::Folder {
        check_replaceable(&path)?;
    }
    let old = if path.exists() { " The medium there stays until the new one is verified." } else { "" };
    Ok(format!("'{folder}' can be written to{}.{old}", room_text(free, needed)))
}

/// Whether the medium can be one file on the volume of its target. Its manifest is not counted: it is a file of its own.
fn check_file_limit(definition: &Definition, folder: &Utf8Path, room: Option<Room>) -> Result<()> {
    let limit = tsm_platform::largest_file(folder).ok().flatten().filter(|_| definition.form() != Form::Folder);
    match (limit, room) {
        (Some(limit), Some(room)) => fits_in_one_file(room.medium, limit, folder),
        _ => Ok(()),
    }
}

fn fits_in_one_file(medium: u64, limit: u64, folder: &Utf8Path) -> Result<()> {
    if medium <= limit {
        return Ok(());
    }
    let message = format!(
        "The medium has up to {}; on the volume of '{folder}' a file has {} at most.",
        crate::text::bytes(medium),
        crate::text::bytes(limit)
    );
    Err(Error::new(ErrorKind::TargetFileLimit, Stage::Preflight, message).target(folder.as_str()))
}

/// The bytes that the volume of the target has free and that are needed of it.
///
/// What a build that was killed left behind goes away before the new one begins. Where the temporary folder is on the
/// same volume, it has to hold both.
fn target_room(definition: &Definition, folder: &Utf8Path, room: Option<Room>) -> (Option<u64>, Option<u64>) {
    let stale = std::fs::symlink_metadata(partial_of(&definition.target())).map_or(0, |m| m.len());
    let free = tsm_platform::free_space(folder).ok().map(|free| free.saturating_add(stale));
    let shared = tsm_platform::same_volume(folder, &staging_folder(definition)).unwrap_or(false);
    let needed = room.map(|r| if shared { r.target.saturating_add(r.staging) } else { r.target });
    (free, needed)
}

/// Whether the old medium, if there is one, lets itself be replaced.
fn check_replaceable(path: &Utf8Path) -> Result<()> {
    let (kind, what) = match tsm_platform::obstacle_to_replacing(path) {
        Ok(Some(Obstacle::ReadOnly)) => (ErrorKind::TargetNotWritable, "is read-only"),
        Ok(Some(Obstacle::InUse)) => (ErrorKind::PublishFailed, "is in use by another program"),
        // There is none, or it cannot be told: publishing will see.
        Ok(None) | Err(_) => return Ok(()),
    };
    let message = format!("The medium '{path}' {what} and cannot be replaced.");
    let error = Error::new(kind, Stage::Preflight, message).target(path.as_str());
    Err(match kind {
        ErrorKind::TargetNotWritable => error.action("Take its read-only attribute away, or give another path."),
        _ => error,
    })
}

fn staging_check(definition: &Definition, room: Option<Room>) -> Check {
    const ID: &str = "definition.staging";
    const TITLE: &str = "The temporary folder can be used";
    match staging(definition, room) {
        Ok(evidence) => Check::passed(ID, TITLE, evidence),
        Err(e) => Check::from_error(ID, TITLE, &e),
    }
}

/// Checks the temporary folder; says what was seen.
pub(crate) fn staging(definition: &Definition, room: Option<Room>) -> Result<String> {
    let folder = staging_folder(definition);
    let fault =
        |message: String| Error::new(ErrorKind::StagingUnusable, Stage::Preflight, message).target(folder.as_str());
    if !folder.is_dir() {
        return Err(fault(format!("There is no temporary folder '{folder}'.")));
    }
    if !tsm_platform::folder_is_writable(&folder).unwrap_or(false) {
        return Err(fault(format!("You may not write to the temporary folder '{folder}'.")));
    }
    let (free, needed) = (tsm_platform::free_space(&folder).ok(), room.map(|r| r.staging));
    check_room(ErrorKind::StagingSpace, "The volume of the temporary folder", &folder, free, needed)?;
    Ok(format!("'{folder}' can be written to{}.", room_text(free, needed)))
}

/// Refuses to fetch bytes into a temporary folder whose volume has no room for them.
pub(crate) fn staging_room(folder: &Utf8Path, needed: u64) -> Result<()> {
    let free = tsm_platform::free_space(folder).ok();
    check_room(ErrorKind::StagingSpace, "The volume of the temporary folder", folder, free, Some(needed))
}

fn check_room(kind: ErrorKind, what: &str, folder: &Utf8Path, free: Option<u64>, needed: Option<u64>) -> Result<()> {
    let (Some(free), Some(needed)) = (free, needed) else { return Ok(()) };
    if free >= needed {
        return Ok(());
    }
    let message = format!(
        "{what} '{folder}' has {} free, {} are needed ({} more).",
        crate::text::bytes(free),
        crate::text::bytes(needed),
        crate::text::bytes(needed - free)
    );
    Err(Error::new(kind, Stage::Preflight, message).target(folder.as_str()))
}

fn room_text(free: Option<u64>, needed: Option<u64>) -> String {
    match (free, needed) {
        (Some(free), Some(needed)) => {
            format!("; {} free, {} needed", crate::text::bytes(free), crate::text::bytes(needed))
        }
        (Some(free), None) => format!("; {} free", crate::text::bytes(free)),
        _ => String::new(),
    }
}

fn log_check(definition: &Definition) -> Check {
    const ID: &str = "definition.log";
    const TITLE: &str = "The log can be written";
    if let Some(collision) = collisions::log(definition) {
        return Check::from_error(ID, TITLE, &collision);
    }
    let path = log::path(definition.log_path.as_deref());
    let folder = parent(&path);
    if !path.is_dir() && folder.is_dir() && tsm_platform::folder_is_writable(&folder).unwrap_or(false) {
        return Check::passed(ID, TITLE, format!("'{path}'."));
    }
    let message = format!("The log '{path}' cannot be written.");
    let error = Error::new(ErrorKind::LogUnusable, Stage::Preflight, message).target(path.as_str());
    Check::from_error(ID, TITLE, &error)
}

/// The folder of a file; the current one for a bare name.
pub(crate) fn parent(path: &Utf8Path) -> Utf8PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder.to_owned(),
        _ => Utf8PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length of a file on FAT32 is a number of 32 bits (Microsoft's FAT specification, "File size").
    #[test]
    fn a_medium_of_4_gib_is_one_byte_too_long_for_fat32() {
        let (limit, folder) = (u64::from(u32::MAX), Utf8Path::new("E:/media"));
        assert!(fits_in_one_file(limit, limit, folder).is_ok());
        let error = fits_in_one_file(1 << 32, limit, folder).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TargetFileLimit);
        assert!(error.message().contains("E:/media"), "{}", error.message());
    }
}
