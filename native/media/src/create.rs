//! The whole walk from a definition to a published medium.

mod set;

use crate::blueprint::{Blueprint, Source};
use crate::boot_image::Origin;
use crate::build::{self, Built};
use crate::certificate::{Registration, RegistrationRecord, RegistrationState};
use crate::checks::{self, Subject, of_outcome};
use crate::definition::Definition;
use crate::log::FileLog;
use crate::manifest::{FileRecord, Manifest};
use crate::medium::Medium;
use crate::partial::Partial;
use crate::preflight::Room;
use crate::report::{Check, Outcome};
use crate::supply::{Keeping, Supply};
use crate::verify::{self, Expected, ExpectedImage};
use crate::{
    Error, ErrorKind, Host, Result, Secrets, Stage, boot_configuration, boot_image, collisions, log, log_values,
    preflight, publish, volume_set,
};
use camino::Utf8PathBuf;
use std::time::Instant;
use tsm_job::Context;

/// Builds, verifies and publishes the medium of a definition.
pub(crate) fn create(
    definition: &Definition,
    expected_plan: Option<&str>,
    secrets: &Secrets,
    host: &Host,
    below: &Context,
) -> Result<Medium> {
    if let Some(collision) = collisions::log(definition) {
        return Err(collision);
    }
    let log_path = log::path(definition.log_path.as_deref());
    let (context, file_log) = log::context(&log_path, below)?;
    let begun = Instant::now();
    let result = walk(definition, expected_plan, secrets, host, (&context, &file_log));
    match result {
        Ok(mut medium) => {
            medium.log_path = Some(log_path.into_string());
            medium.duration_milliseconds = Some(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
            Ok(medium)
        }
        Err(error) => {
            file_log.error(&error);
            Err(error)
        }
    }
}

fn walk(
    definition: &Definition,
    expected_plan: Option<&str>,
    secrets: &Secrets,
    host: &Host,
    (context, file_log): (&Context, &FileLog),
) -> Result<Medium> {
    context.verbose(format!(
        "TaskSequenceMedia {} makes {} '{}'.",
        env!("CARGO_PKG_VERSION"),
        definition.kind.rules().name,
        definition.path
    ));
    let mut supply = Supply::new(definition, secrets, Keeping::Kept);
    let mut warnings = None;
    loop {
        let blueprint = Blueprint::make(definition, secrets, host, &supply, context)?;
        check_plan(&blueprint, expected_plan)?;
        describe(&blueprint, context);
        // Told once, however many libraries have to be asked.
        let warnings = match &mut warnings {
            Some(warnings) => warnings,
            none => {
                log_values::lines(&blueprint).iter().for_each(|line| file_log.information(line));
                none.insert(judge(&blueprint, secrets, context)?)
            }
        };
        let room = Some(Room::of(&blueprint)?);
        for of_volume in targets(&blueprint) {
            preflight::target(&of_volume, &blueprint.profile, room)?;
        }
        preflight::staging(definition, room)?;
        // Held until all discs are in their places.
        let lock = || publish::lock_set(&definition.target(), &blueprint.profile, context);
        let _lock = blueprint.set.as_ref().map(|_| lock()).transpose()?;
        // What is read of the boot image may be damaged like all that is copied later: then the next library is asked.
        let built = boot_configuration::refuse_astray(&blueprint, context).and_then(|()| match &blueprint.set {
            None => {
                let partial = Partial::open(definition)?;
                build::build(&blueprint, secrets, partial, context).map(|built| (built, Vec::new()))
            }
            Some(set) => build::build_set(&blueprint, set, secrets, context),
        });
        match built {
            Ok(built) => {
                let warnings = std::mem::take(warnings);
                return match &blueprint.set {
                    None => finish(&blueprint, built.0, warnings, (secrets, host), context),
                    Some(set) => set::finish(&blueprint, set, built, warnings, (secrets, host), context),
                };
            }
            Err(error) => {
                let (library, damage) = damage(&blueprint, error, context)?;
                context.verbose(format!("{} The next library is asked.", damage.message()));
                supply.distrust(&library, damage);
            }
        }
    }
}

/// Holds the plan against the catalogue of checks. Warnings are told; a failed check ends the work, unless it shall go on
/// in spite of it: then it becomes a warning of the medium.
fn judge(blueprint: &Blueprint, secrets: &Secrets, context: &Context) -> Result<Vec<String>> {
    let definition = &blueprint.definition;
    let (profile, facts) = (&blueprint.profile, Some(&blueprint.facts));
    let checks = checks::all(&Subject { definition, secrets, profile, facts, blueprint: Some(blueprint) });
    for check in of_outcome(&checks, Outcome::Warning) {
        context.warning(checks::code(check), check.evidence.clone());
    }
    let mut ignored = Vec::new();
    let others = of_outcome(&checks, Outcome::Failed).count().saturating_sub(1);
    for check in of_outcome(&checks, Outcome::Failed) {
        if !definition.ignore_test_failure {
            let number = check.error_id.as_ref().map_or_else(String::new, |number| format!(", {number}"));
            let mut message = format!(
                "The definition does not pass the check '{}' ({}{number}): {}",
                check.title, check.id, check.evidence
            );
            if others > 0 {
                message
                    .push_str(&format!(" {others} more checks fail; the test of the definition tells each of them."));
            }
            let error = Error::new(ErrorKind::ReportFailed, Stage::Preflight, message).target(check.id.clone());
            return Err(match &check.remedy {
                Some(remedy) => error.action(remedy.clone()),
                None => error,
            });
        }
        let text = format!("In spite of a failed check ({}): {}", check.id, check.evidence);
        context.warning(ErrorKind::ReportFailed.code(), text.clone());
        ignored.push(text);
    }
    Ok(ignored)
}

/// The library whose bytes are why a build failed, and what is wrong with them: another library may have better ones.
/// Everything else stays an error.
fn damage(blueprint: &Blueprint, error: Error, context: &Context) -> Result<(String, Error)> {
    let of_content = matches!(
        error.kind(),
        ErrorKind::ContentFileAltered | ErrorKind::ContentFileLength | ErrorKind::ContentFileMissing
    );
    let at_fault = error.target_object().and_then(|path| blueprint.items.iter().find(|i| i.path == path));
    let library = at_fault.and_then(|item| match &item.source {
        Source::Content(file) => Some(file.library.name()),
        Source::Part(part) => Some(part.image.library()),
        _ => None,
    });
    if of_content && let Some(library) = library {
        return Ok((library.to_owned(), error));
    }
    if let Some(image) = &blueprint.extras.os_image
        && let Origin::Package { library, .. } = &image.origin
        && of_content
        && error.target_object() == Some(image.path.as_str())
    {
        return Ok((library.name().to_owned(), error));
    }
    let boot_image = &blueprint.boot_image;
    let of_image = error.kind() == ErrorKind::BootImageUnreadable;
    let of_source = error.kind() == ErrorKind::BuildFailed && error.stage() == Stage::Content;
    match &boot_image.origin {
        Origin::Package { library, .. } if of_content => Ok((library.name().to_owned(), error)),
        Origin::Package { library, .. } if of_image => {
            let damage = boot_image::altered(&boot_image.origin, context)?.ok_or(error)?;
            Ok((library.name().to_owned(), damage))
        }
        Origin::File if of_content || of_image || of_source => Err(boot_image.changed(error, context)?),
        _ => Err(error),
    }
}

fn check_plan(blueprint: &Blueprint, expected: Option<&str>) -> Result<()> {
    match expected {
        Some(expected) if expected != blueprint.plan_id => Err(other_plan(expected, &blueprint.plan_id)),
        _ => Ok(()),
    }
}

/// The plan is not the one that was looked at before.
pub(crate) fn other_plan(expected: &str, now: &str) -> Error {
    let message = format!(
        "The plan is not what it was: expected {expected}, now {now}. Content, facts or definition have changed."
    );
    Error::new(ErrorKind::SourceChanged, Stage::Plan, message)
        .target("planId")
        .action("Resolve the definition again and look at what changed.")
}

fn describe(blueprint: &Blueprint, context: &Context) {
    let image = &blueprint.boot_image;
    let from = match &image.origin {
        Origin::File => format!("file '{}'", image.path),
        Origin::Package { id, version, library, .. } => {
            format!("package {id} version {version} from library '{}'", library.name())
        }
    };
    for failure in &image.passed_over {
        context.warning(failure.kind().code(), format!("Passed over: {}", failure.with_causes()));
    }
    for oddity in &image.oddities {
        context.warning(ErrorKind::LibraryRecordInvalid.code(), format!("{}.", crate::text::sentence(oddity)));
    }
    context.verbose(format!("Boot image: {from}, {}, SHA-256 {}.", image.architecture, image.sha256));
    if let Some(image) = &blueprint.extras.os_image {
        image.remarks.iter().for_each(|r| context.warning(ErrorKind::LibraryRecordInvalid.code(), r.clone()));
        context.verbose(format!(
            "Operating system: image {} of '{}', '{}', SHA-256 of the file {}.",
            image.index, image.path, image.name, image.sha256
        ));
    }
    for absent in &image.absent {
        context.debug(format!("Not in the boot image, and not needed: {absent}."));
    }
    for found in blueprint.found_packages() {
        found.remarks.iter().for_each(|r| context.warning(ErrorKind::LibraryRecordInvalid.code(), r.clone()));
    }
    context.verbose(format!("Plan {}: {} files.", blueprint.plan_id, blueprint.items.len()));
}

/// Verifies what was built, and only then puts it in its place.
fn finish(
    blueprint: &Blueprint,
    built: Built,
    ignored: Vec<String>,
    (secrets, host): (&Secrets, &Host),
    context: &Context,
) -> Result<Medium> {
    let wanted = expected(blueprint, &built);
    context.verbose("Reading the medium back.");
    let verified = verify::verify(built.partial.path(), &wanted, None, secrets, (&blueprint.profile, host), context)?;
    check_verified(blueprint, &verified.checks, context)?;
    context.check()?;
    let mut manifest = Manifest::of(blueprint, &built, verified.checks);
    // Of a WIM it is known only now.
    manifest.take_image_hash(blueprint, built.length, verified.medium.sha256.as_deref());
    manifest.boot_image.loader = verified.medium.boot_image.as_ref().and_then(|image| image.loader.clone());
    let length = built.length;
    let manifest_path = publish::publish(&blueprint.definition.target(), built.partial, &manifest)?;
    context.information(format!("'{}' is made and verified.", blueprint.definition.path));
    let image = manifest.image.as_ref().map_or_else(String::new, |i| format!(" SHA-256 of the image: {}.", i.sha256));
    context.verbose(format!("Manifest: '{manifest_path}'.{image}"));
    Ok(medium_of(blueprint, verified.medium, manifest, (manifest_path, length), ignored, context))
}

/// What a medium is expected to be that was built.
fn expected<'a>(blueprint: &Blueprint, built: &'a Built) -> Expected<'a> {
    Expected {
        image: built.image.as_ref().map(|image| ExpectedImage::written(built.length, image)),
        files: Some(built.files.iter().map(FileRecord::from).collect()),
        boot_images: Some(built.boot_images.iter().map(FileRecord::from).collect()),
        label: Some(blueprint.label.clone()),
        thumbprint: built.certificate.as_ref().map(|certificate| crate::text::hex(&certificate.thumbprint())),
        tree: built.tree.clone(),
        folders: Some(blueprint.folders.clone()),
        variable_names: None,
        variables: Some(&built.variables),
        architecture: Some(blueprint.boot_image.architecture.to_string()),
    }
}

/// Tells the checks, and fails with the first that failed.
fn check_verified(blueprint: &Blueprint, checks: &[Check], context: &Context) -> Result<()> {
    for check in checks {
        context.verbose(format!("{:?}: {}. {}", check.outcome, check.title, check.evidence));
    }
    match checks.iter().find(|check| check.outcome == Outcome::Failed) {
        Some(failed) => Err(verification_failed(blueprint, failed)),
        None => Ok(()),
    }
}

/// The definitions of the files that are made: one for each disc.
fn targets(blueprint: &Blueprint) -> Vec<Definition> {
    let count = blueprint.set.as_ref().map_or(0, |set| set.volumes.len());
    if count == 0 {
        return vec![blueprint.definition.clone()];
    }
    let numbers = (1u32..).take(count);
    numbers.map(|number| volume_set::definition_of(&blueprint.definition, number, &blueprint.profile)).collect()
}

/// The medium that was published, as its makers know it.
fn medium_of(
    blueprint: &Blueprint,
    verified: Medium,
    manifest: Manifest,
    (manifest_path, length): (Utf8PathBuf, u64),
    ignored: Vec<String>,
    context: &Context,
) -> Medium {
    let mut medium = verified;
    medium.path = blueprint.definition.path.clone();
    medium.length = length;
    medium.boot_image = Some(manifest.boot_image);
    medium.content = manifest.packages;
    medium.manifest_path = Some(manifest_path.into_string());
    medium.plan_id = Some(manifest.plan_id);
    medium.created = Some(manifest.created);
    medium.verification = Some(manifest.verification.outcome);
    if let Some(certificate) = &mut medium.certificate {
        certificate.source = blueprint.definition.certificate_path.clone().unwrap_or_else(|| medium.path.clone());
    }
    if blueprint.definition.kind.has("managementPoint") {
        tell_registration(&mut medium, manifest.registration, &manifest.site_code, context);
    }
    medium.warnings = ignored;
    medium.warnings.extend(blueprint.remarks());
    medium.warnings.extend(warnings(&manifest.verification.checks));
    medium
}

/// A medium works only when the site knows its certificate: the caller is told how to make it known.
fn tell_registration(medium: &mut Medium, record: Option<RegistrationRecord>, site_code: &str, context: &Context) {
    let Some(certificate) = &mut medium.certificate else { return };
    if certificate.is_self_signed {
        certificate.registration_state = RegistrationState::NotRegistered;
    }
    let state = certificate.registration_state;
    medium.registration = record.map(|record| Registration::new(record, site_code, state));
    let message = match state {
        RegistrationState::NotRegistered => "The certificate of the medium is not registered at the site",
        RegistrationState::Unknown => "Whether the site knows the certificate of the medium is not known",
    };
    let code = ErrorKind::CertificateNotRegistered.code();
    context.warning(
        code,
        format!("{message}: the medium works only when it does. 'registration' of the result submits it."),
    );
}

fn verification_failed(blueprint: &Blueprint, failed: &Check) -> Error {
    let message = format!(
        "The medium for '{}' was written, but is not what was planned: {}",
        blueprint.definition.path, failed.evidence
    );
    Error::new(ErrorKind::VerificationFailed, Stage::Verify, message).target(failed.id.clone())
}

fn warnings(checks: &[Check]) -> impl Iterator<Item = String> {
    checks.iter().filter(|c| c.outcome == Outcome::Warning).map(|c| c.evidence.clone())
}
