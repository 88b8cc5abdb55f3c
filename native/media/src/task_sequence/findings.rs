//! What is odd about a task sequence, in words: the step, what was seen, what to do.

use super::word;
use crate::ErrorKind;
use crate::report::Check;
use std::collections::HashSet;
use tsm_formats::task_sequence::{ContentKind, Finding, Needed, Resolution};
use tsm_site::{PackageKind, SiteFacts};

const STEPS: (&str, &str) = ("task-sequence.steps", "The steps of the task sequence are known");
const BOOT_IMAGE: (&str, &str) = ("task-sequence.boot-image", "The task sequence has a boot image that the site knows");
const CHILDREN: (&str, &str) = ("task-sequence.children", "Child task sequences are known and do not lead back");
const REFERENCES: (&str, &str) = ("task-sequence.references", "What the steps need can be told before they run");
const LIST: (&str, &str) = ("task-sequence.list", "The list of references is that of the steps");
const KNOWN: (&str, &str) = ("task-sequence.known", "The site knows what the task sequence needs");

/// Where something can be had that the facts do not know.
pub(super) fn where_to_get(kind: ContentKind, has_site: bool) -> &'static str {
    match (has_site, kind) {
        (false, _) => "Give the facts of the site as well: an export file says nothing of versions and contents.",
        (true, ContentKind::TaskSequence) => "Take the task sequence into the facts of the site, with its steps.",
        (true, ContentKind::Application) => {
            "Take the application into the facts of the site; if the site has none, correct the step."
        }
        (true, _) => "Take the package into the facts of the site; if the site has none, correct the step.",
    }
}

/// Findings that decide whether a medium with this task sequence works: what is in the list alone is on it all the same, and
/// dynamic lists have a rule of their own.
pub(crate) fn of_medium(resolution: &Resolution) -> Vec<Check> {
    let decides = |finding: &&Finding| {
        !matches!(finding, Finding::NoBootImage | Finding::NotUsed { .. } | Finding::DynamicList { .. })
    };
    resolution.findings.iter().filter(decides).map(of_finding).collect()
}

/// What is known of the task sequence beside what it refers to.
pub(super) struct Known<'a> {
    /// Its package ID.
    pub package_id: &'a str,
    /// Its boot image.
    pub boot_image: Option<&'a str>,
    /// Its steps are known.
    pub has_steps: bool,
    /// There are facts of its site.
    pub has_site: bool,
}

/// One check for each thing that is odd. The findings are used up: each can be about a step of its own.
pub(super) fn checks(known: &Known<'_>, resolution: &mut Resolution, facts: &SiteFacts) -> Vec<Check> {
    let findings = std::mem::take(&mut resolution.findings);
    let mut checks: Vec<Check> = findings.into_iter().map(|finding| of_finding(&finding)).collect();
    if !known.has_steps {
        let evidence = format!("The facts have the references of {}, but not its steps.", known.package_id);
        checks.push(warning(STEPS, ErrorKind::StepsUnknown, evidence, None));
    }
    if known.has_site {
        checks.extend(boot_image(known, facts));
        checks.extend(not_known(resolution, facts));
        checks.extend(incomplete_applications(resolution, facts));
    }
    checks
}

fn warning(of: (&str, &str), kind: ErrorKind, evidence: String, step: Option<&str>) -> Check {
    let check = Check::warning(of.0, of.1, evidence, kind.action()).number(kind);
    match step {
        Some(step) => check.target(step),
        None => check,
    }
}

fn failed(of: (&str, &str), kind: ErrorKind, evidence: String, step: Option<&str>) -> Check {
    let check = Check::failed(of.0, of.1, kind, evidence);
    match step {
        Some(step) => check.target(step),
        None => check,
    }
}

fn of_finding(finding: &Finding) -> Check {
    match finding {
        Finding::NoBootImage => {
            failed(BOOT_IMAGE, ErrorKind::BootImageMissing, "The task sequence has no boot image.".to_owned(), None)
        }
        Finding::Cycle { step, through } => {
            let evidence = format!("The step '{step}' leads back: {}.", through.join(" -> "));
            failed(CHILDREN, ErrorKind::ChildCycle, evidence, Some(step))
        }
        Finding::TooDeep { step } => {
            let evidence = format!("The step '{step}' runs one more task sequence inside too many others.");
            failed(CHILDREN, ErrorKind::TaskSequenceUnsafe, evidence, Some(step))
        }
        Finding::ChildUnknown { step, id } => {
            let evidence = format!("The step '{step}' runs the task sequence {id}, whose steps are not known.");
            warning(CHILDREN, ErrorKind::StepsUnknown, evidence, Some(step))
        }
        Finding::Placeholder { step } => {
            let evidence =
                format!("The step '{step}' has 00000000 where an ID should be: it was imported without what it needs.");
            failed(REFERENCES, ErrorKind::ReferencePlaceholder, evidence, Some(step))
        }
        Finding::ByVariable { step, variable } => {
            let evidence =
                format!("The step '{step}' takes its content from {variable}, which is only known when it runs.");
            warning(REFERENCES, ErrorKind::ReferenceUnclear, evidence, Some(step))
        }
        Finding::NotAnId { step, text } => {
            let evidence = format!("The step '{step}' has '{}' where an ID should be.", text.escape_debug());
            warning(REFERENCES, ErrorKind::ReferenceUnclear, evidence, Some(step))
        }
        Finding::DynamicList { step, variable } => {
            let evidence = format!("The step '{step}' installs what variables {variable}001, ... name when it runs.");
            warning(REFERENCES, ErrorKind::ReferenceUnclear, evidence, Some(step))
        }
        Finding::UnknownStep { step, type_name } => {
            let kind = type_name.escape_debug();
            let evidence = format!("The step '{step}' is of the type '{kind}', which this program does not know.");
            warning(STEPS, ErrorKind::StepUnknown, evidence, Some(step))
        }
        Finding::NotListed { step, id } => {
            let evidence = format!("The step '{step}' needs {id}, which the list of references has not.");
            warning(LIST, ErrorKind::ReferencesStale, evidence, Some(step))
        }
        Finding::NotUsed { id } => {
            let evidence = format!("The list of references has {id}, which no step names.");
            warning(LIST, ErrorKind::ReferencesStale, evidence, None)
        }
        Finding::OtherProgram { step, id, listed, program } => {
            let (listed, program) = (listed.escape_debug(), program.escape_debug());
            let evidence =
                format!("The step '{step}' runs program '{program}' of {id}, the list of references has '{listed}'.");
            warning(LIST, ErrorKind::ReferencesStale, evidence, Some(step))
        }
    }
}

/// A boot image of another site, or none at all behind its ID.
fn boot_image(known: &Known<'_>, facts: &SiteFacts) -> Option<Check> {
    let id = known.boot_image?;
    let evidence = match facts.package(id) {
        Some(package) if package.kind == PackageKind::BootImage => return None,
        Some(package) => {
            format!("The boot image {id} of the task sequence is a {:?} ('{}').", package.kind, package.name)
        }
        None => format!("The boot image {id} of the task sequence is not known to site {}.", facts.site_code),
    };
    Some(failed(BOOT_IMAGE, ErrorKind::BootImageForeign, evidence, None).target(id))
}

/// What is needed and nowhere known, each thing once with its first step.
fn not_known(resolution: &Resolution, facts: &SiteFacts) -> Vec<Check> {
    let mut told = HashSet::new();
    let needed = resolution
        .references
        .iter()
        .filter(|r| r.needed == Needed::Yes && r.kind != ContentKind::BootImage && facts.package(&r.id).is_none());
    let unknown = needed.filter(|r| r.kind != ContentKind::Application || facts.application(&r.id).is_none());
    unknown
        .filter(|r| told.insert(r.id.to_uppercase()))
        .map(|r| {
            let place = r
                .step
                .as_ref()
                .map_or("The list of references has".to_owned(), |step| format!("The step '{step}' needs"));
            let name = r.name.as_ref().map(|name| format!(" ('{}')", name.escape_debug())).unwrap_or_default();
            let evidence =
                format!("{place} {} {}{name}, which site {} does not know.", word(r.kind), r.id, facts.site_code);
            let check = failed(KNOWN, ErrorKind::ReferenceUnknown, evidence, r.step.as_deref());
            Check { remedy: Some(where_to_get(r.kind, true).to_owned()), ..check }
        })
        .collect()
}

fn incomplete_applications(resolution: &Resolution, facts: &SiteFacts) -> Vec<Check> {
    let mut told = HashSet::new();
    let needed = resolution.references.iter().filter(|r| r.needed == Needed::Yes);
    let applications = needed.filter_map(|r| Some((r, facts.application(&r.id)?)));
    applications
        .filter(|(_, application)| application.deployment_types.is_empty() && told.insert(application.id.clone()))
        .map(|(reference, application)| {
            let name = application.name.escape_debug();
            let evidence = format!("The application '{name}' has no deployment type: there is nothing to install.");
            failed(KNOWN, ErrorKind::ApplicationIncomplete, evidence, reference.step.as_deref())
        })
        .collect()
}
