//! What callers can ask for.

use crate::apply_script::{self, ApplyScript, ApplyScriptRequest};
use crate::blueprint::Blueprint;
use crate::boot_configuration::BootConfiguration;
use crate::boot_image::{BootImageFacts, BootImageQuery};
use crate::evidence::{self, EvidenceRecord};
use crate::inspect::Inspection;
use crate::manifest::Manifest;
use crate::report::Check;
use crate::supply::{Keeping, Supply};
use crate::verify::{self, Expected};
use crate::{
    BootLoader, Definition, Error, ErrorKind, Medium, Plan, Result, Secrets, TestReport, boot_configuration,
    boot_image, create as walk, input, preflight, profile, volume_set,
};
use camino::{Utf8Path, Utf8PathBuf};
use std::time::Instant;
use tsm_formats::MediaProfile;
use tsm_job::Context;

/// What the caller's computer provides, and what the caller knows better than this version.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Places where libwim may be, tried in order before the system's.
    pub wim_library: Vec<Utf8PathBuf>,
    /// What is assumed of media where public sources prove nothing.
    pub profile: MediaProfile,
}

impl Host {
    /// Takes the floors of security version numbers from a file, in place of the built-in ones.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn with_security_versions(mut self, path: &Utf8Path) -> Result<Self> {
        profile::take_security_versions(path, &mut self.profile)?;
        Ok(self)
    }
}

/// A medium to test.
#[derive(Debug, Clone, Default)]
pub struct MediaTest {
    /// The file. Where there is none and discs of a set have that name with numbers, the first of them.
    pub path: Utf8PathBuf,
    /// Its manifest; when absent, the one beside it, if there is one.
    pub manifest: Option<Utf8PathBuf>,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    pub profile: Option<Utf8PathBuf>,
}

impl MediaTest {
    /// The same; of a set that is named as its definition does, without a number, the first disc that is there.
    fn found(&self, profile: &MediaProfile) -> Self {
        let disc = volume_set::first_of(&self.path, profile).filter(|disc| identity_at(disc, profile).is_some());
        Self { path: disc.unwrap_or_else(|| self.path.clone()), ..self.clone() }
    }

    /// The manifest: the one that is named, which must be there, or the one beside the medium, if it is there.
    fn manifest(&self) -> Result<Option<Manifest>> {
        match &self.manifest {
            Some(path) => Manifest::load(path).map(Some),
            None => {
                let beside = Manifest::path_of(&self.path);
                if beside.exists() { Manifest::load(&beside).map(Some) } else { Ok(None) }
            }
        }
    }
}

/// Checks what can be checked of a definition without reading anything: every fault, in the order of the fields. Secrets
/// are not asked for.
pub fn check_definition(definition: &Definition) -> Vec<Error> {
    // A profile that cannot be read is told by the test of the definition; here nothing is read.
    input::faults(definition, None, &MediaProfile::default(), jiff::Timestamp::now())
}

/// Checks whether a definition can be built. Nothing is written. Failed checks are in the report; an error means that
/// the test itself could not be made.
pub fn test_definition(
    definition: &Definition,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<TestReport> {
    let begun = Instant::now();
    let mut checks: Vec<Check> = Vec::new();
    for part in crate::secure_boot::parts(definition) {
        // Two media of one definition have most in common; what they have is told once.
        let more = preflight::checks(&part.definition, secrets, host, context)?;
        let new: Vec<Check> = more.into_iter().filter(|check| !checks.contains(check)).collect();
        checks.extend(new);
    }
    let report = TestReport::new(&definition.path, checks, begun);
    Ok(TestReport { definition: Some(definition.clone()), ..report })
}

/// Makes the plan of a definition. Nothing is written.
pub fn resolve(definition: &Definition, secrets: &Secrets, host: &Host, context: &Context) -> Result<Plan> {
    let mut plans = Vec::new();
    for part in crate::secure_boot::parts(definition) {
        let supply = Supply::new(&part.definition, secrets, Keeping::Looked);
        plans.push(Blueprint::make(&part.definition, secrets, host, &supply, context)?.plan()?);
    }
    Ok(crate::secure_boot::join(plans, definition))
}

/// Builds, verifies and publishes the medium; two media, when the definition asks for both boot loaders. With
/// `expected_plan`, only if the plan is still that one. Each medium is published when it is verified: when the second one
/// fails, the first one stays.
pub fn create_all(
    definition: &Definition,
    expected_plan: Option<&str>,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<Vec<Medium>> {
    let parts = crate::secure_boot::parts(definition);
    if let [only] = parts.as_slice() {
        return Ok(vec![walk::create(&only.definition, expected_plan, secrets, host, context)?]);
    }
    let mut plans = vec![None; parts.len()];
    if let Some(expected) = expected_plan {
        let plan = resolve(definition, secrets, host, context)?;
        if plan.plan_id != expected {
            return Err(walk::other_plan(expected, &plan.plan_id));
        }
        plans = plan.parts.into_iter().map(Some).collect();
    }
    let mut media = Vec::new();
    for (part, plan) in parts.iter().zip(plans) {
        media.push(walk::create(&part.definition, plan.as_deref(), secrets, host, context)?);
    }
    Ok(media)
}

/// The same for a definition of one medium.
pub fn create(
    definition: &Definition,
    expected_plan: Option<&str>,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<Medium> {
    let media = create_all(definition, expected_plan, secrets, host, context)?;
    media.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Internal, crate::Stage::Build, "No medium was made."))
}

/// Whether a path leads to something that has boot loaders but is no medium: a program, a boot image, or a folder without `SMS/data`.
pub fn has_only_boot_loaders(path: &Utf8Path, host: &Host) -> bool {
    crate::secure_boot::is_no_medium(path, host)
}

/// The boot loaders of a file, a folder, a boot image or a medium, with their signatures and the computers that start them.
pub fn boot_loaders(test: &MediaTest, host: &Host) -> Result<Vec<BootLoader>> {
    let profile = profile::load(test.profile.as_deref(), host)?;
    crate::secure_boot::at(&test.path, &profile, host)
}

/// Reads a medium back and checks it: against its manifest, where there is one, and against what every task sequence
/// medium must have.
pub fn test_media(test: &MediaTest, secrets: &Secrets, host: &Host, context: &Context) -> Result<TestReport> {
    const MANIFEST: (&str, &str) = ("medium.manifest", "The manifest beside the medium can be used");
    let begun = Instant::now();
    let profile = &profile::load(test.profile.as_deref(), host)?;
    let test = &test.found(profile);
    let (manifest, manifest_check) = match test.manifest() {
        Ok(Some(manifest)) => {
            let evidence = format!("Written {} by {}.", manifest.created, manifest.tool);
            (Some(manifest), Check::passed(MANIFEST.0, MANIFEST.1, evidence))
        }
        Ok(None) => {
            let evidence = "There is none: the bytes of the files cannot be compared with what was written.";
            let remedy = "Keep the manifest beside the medium; media of the wizard have none.";
            (None, Check::warning(MANIFEST.0, MANIFEST.1, evidence, remedy))
        }
        Err(e) => (None, Check::from_error(MANIFEST.0, MANIFEST.1, &e)),
    };
    let expected = manifest.as_ref().map(Expected::from_manifest).unwrap_or_default();
    let identity = identity_at(&test.path, profile);
    let verified = match &identity {
        Some(identity) if identity.number > 1 => {
            verify::further(&test.path, &expected, Some(identity), manifest.as_ref(), profile, context)?
        }
        _ => verify::verify(&test.path, &expected, manifest.as_ref(), secrets, (profile, host), context)?,
    };
    let mut checks = verified.checks;
    if let Some(identity) = &identity {
        checks.push(volume_set::check(&test.path, identity, profile, context)?);
    }
    checks.push(manifest_check);
    let report = TestReport::new(test.path.as_str(), checks, begun);
    let mut media = verified.medium;
    media.verification = Some(report.outcome);
    media.volume = identity;
    Ok(TestReport { media: Some(media), ..report })
}

/// Which disc of which set a medium is; `None` for a medium on one disc, and for what cannot be opened.
fn identity_at(path: &Utf8Path, profile: &MediaProfile) -> Option<crate::VolumeIdentity> {
    // Sets are of discs, which need no libwim.
    let mut inspection = Inspection::open(path, &Secrets::default(), profile, &Host::default()).ok()?;
    volume_set::identity_of(&mut inspection, profile)
}

/// Says what a medium is. What its password hides is absent when no password is given; a wrong one is an error.
pub fn get_media(test: &MediaTest, secrets: &Secrets, host: &Host, _: &Context) -> Result<Medium> {
    let profile = &profile::load(test.profile.as_deref(), host)?;
    let test = &test.found(profile);
    let mut inspection = Inspection::open(&test.path, secrets, profile, host)?;
    let identity = volume_set::identity_of(&mut inspection, profile);
    if identity.as_ref().is_some_and(|identity| identity.number > 1) {
        // A disc behind the first one of a set has no variables; what it is, its manifest knows.
        let manifest = test.manifest()?;
        let kind = manifest.as_ref().map(|manifest| manifest.kind);
        return Ok(Medium { kind, volume: identity, ..inspection.medium(&test.path, profile, manifest.as_ref()) });
    }
    match (&inspection.bootstrap, &inspection.variables) {
        (Err(e), _) if e.kind() == ErrorKind::NotTaskSequenceMedium => Err(repeat(e)),
        (_, Err(e)) if e.kind() != ErrorKind::PasswordNeeded && !inspection.has_no_variables(profile) => Err(repeat(e)),
        _ => {
            let mut medium = inspection.medium(&test.path, profile, test.manifest()?.as_ref());
            let loaders = crate::secure_boot::on_disc(&mut inspection, test.path.as_str(), &profile.secure_boot);
            medium.take_loader(loaders.into_iter().flatten().next());
            medium.volume = identity;
            Ok(medium)
        }
    }
}

/// Writes what a depot needs to put a prestaged medium on disks: a script, recipes for the disk, a guide with hashes.
pub fn export_apply_script(request: &ApplyScriptRequest, host: &Host, context: &Context) -> Result<ApplyScript> {
    apply_script::export(request, host, context)
}

/// Says what a boot image is, given as a file or as a package of a content library. Nothing is mounted.
pub fn get_boot_image(query: &BootImageQuery, host: &Host, context: &Context) -> Result<BootImageFacts> {
    boot_image::facts(query, host, context)
}

/// The boot configurations (BCD) of a medium, or of a file that is one.
pub fn get_boot_configuration(test: &MediaTest, secrets: &Secrets, host: &Host) -> Result<Vec<BootConfiguration>> {
    boot_configuration::show(test, secrets, host)
}

/// Compares a medium with everything that the media profile assumes: one record a value. A medium of the wizard settles
/// what is only inferred. A medium with a password needs it.
pub fn profile_evidence(test: &MediaTest, secrets: &Secrets, host: &Host) -> Result<Vec<EvidenceRecord>> {
    let profile = profile::load(test.profile.as_deref(), host)?;
    evidence::compare(&test.path, secrets, &profile, host)
}

/// The same error again; its causes stay behind as text.
pub(crate) fn repeat(error: &Error) -> Error {
    let causes = error.causes();
    let message = if causes.is_empty() {
        error.message().to_owned()
    } else {
        format!("{} Cause: {}.", error.message(), causes.join("; "))
    };
    let again = Error::new(error.kind(), error.stage(), message);
    match error.target_object() {
        Some(target) => again.target(target),
        None => again,
    }
}

/// The JSON schema of a format: `definition`, `facts` or `manifest`.
pub fn schema(name: &str) -> Option<serde_json::Value> {
    match name {
        "definition" => Some(schemars::schema_for!(Definition).to_value()),
        "facts" => Some(tsm_site::schema()),
        "manifest" => Some(schemars::schema_for!(Manifest).to_value()),
        _ => None,
    }
}
