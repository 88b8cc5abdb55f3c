//! What callers can ask for.

use crate::blueprint::Blueprint;
use crate::boot_configuration::BootConfiguration;
use crate::boot_image::{BootImageFacts, BootImageQuery, Distrust};
use crate::evidence::{self, EvidenceRecord};
use crate::inspect::Inspection;
use crate::manifest::Manifest;
use crate::report::Check;
use crate::verify::{self, Expected};
use crate::{
    Definition, Error, ErrorKind, Medium, Plan, Result, Secrets, TestReport, boot_configuration, boot_image,
    create as walk, input, preflight, profile,
};
use camino::Utf8PathBuf;
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

/// A medium to test.
#[derive(Debug, Clone, Default)]
pub struct MediaTest {
    /// The file.
    pub path: Utf8PathBuf,
    /// Its manifest; when absent, the one beside it, if there is one.
    pub manifest: Option<Utf8PathBuf>,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    pub profile: Option<Utf8PathBuf>,
}

impl MediaTest {
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
    let checks = preflight::checks(definition, secrets, host, context)?;
    let report = TestReport::new(&definition.path, checks, begun);
    Ok(TestReport { definition: Some(definition.clone()), ..report })
}

/// Makes the plan of a definition. Nothing is written.
pub fn resolve(definition: &Definition, secrets: &Secrets, host: &Host, context: &Context) -> Result<Plan> {
    Blueprint::make(definition, secrets, host, &Distrust::default(), context)?.plan()
}

/// Builds, verifies and publishes the medium. With `expected_plan`, only if the plan is still that one.
pub fn create(
    definition: &Definition,
    expected_plan: Option<&str>,
    secrets: &Secrets,
    host: &Host,
    context: &Context,
) -> Result<Medium> {
    walk::create(definition, expected_plan, secrets, host, context)
}

/// Reads a medium back and checks it: against its manifest, where there is one, and against what every task sequence
/// medium must have.
pub fn test_media(test: &MediaTest, secrets: &Secrets, host: &Host, context: &Context) -> Result<TestReport> {
    const MANIFEST: (&str, &str) = ("medium.manifest", "The manifest beside the medium can be used");
    let begun = Instant::now();
    let profile = &profile::load(test.profile.as_deref(), host)?;
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
    let verified = verify::verify(&test.path, &expected, manifest.as_ref(), secrets, profile, context)?;
    let mut checks = verified.checks;
    checks.push(manifest_check);
    let report = TestReport::new(test.path.as_str(), checks, begun);
    let mut media = verified.medium;
    media.verification = Some(report.outcome);
    Ok(TestReport { media: Some(media), ..report })
}

/// Says what a medium is. What its password hides is absent when no password is given; a wrong one is an error.
pub fn get_media(test: &MediaTest, secrets: &Secrets, host: &Host, _: &Context) -> Result<Medium> {
    let profile = &profile::load(test.profile.as_deref(), host)?;
    let inspection = Inspection::open(&test.path, secrets, profile)?;
    match (&inspection.bootstrap, &inspection.variables) {
        (Err(e), _) if e.kind() == ErrorKind::NotTaskSequenceMedium => Err(repeat(e)),
        (_, Err(e)) if e.kind() != ErrorKind::PasswordNeeded => Err(repeat(e)),
        _ => Ok(inspection.medium(&test.path, profile, test.manifest()?.as_ref())),
    }
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
    evidence::compare(&test.path, secrets, &profile)
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
