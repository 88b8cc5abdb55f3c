//! What stand-alone media cannot do ("Create stand-alone media", unsupported actions), step by step, with what the
//! client would do. Facts: `docs/task-sequences.md`, "Stand-alone media".

use super::Resolved;
use crate::ErrorKind;
use crate::report::Check;
use tsm_formats::task_sequence::{Step, StepKind};
use tsm_site::SiteType;

const STEP: (&str, &str) = ("stand-alone.step", "Stand-alone media can run every step of the task sequence");
const SYSTEM: (&str, &str) = ("stand-alone.operating-system", "The task sequence deploys an operating system");
const BOOT_IMAGE: (&str, &str) = ("stand-alone.boot-image", "The task sequence has a boot image");
const AFFINITY: (&str, &str) = ("stand-alone.user-device-affinity", "No user is to be assigned to the computer");
const SITE: (&str, &str) = ("stand-alone.site", "The medium is made at the site that its computers shall belong to");

/// The variables with which a task sequence assigns users.
const AFFINITY_VARIABLES: [&str; 2] = ["SMSTSAssignUsersMode", "SMSTSUDAUsers"];

/// Every rule of stand-alone media that a task sequence and the kind of its site decide.
pub(crate) fn checks(resolved: &Resolved<'_>, site: Option<SiteType>) -> Vec<Check> {
    let mut checks = vec![boot_image(resolved)];
    let Some(sequence) = resolved.sequence else { return checks };
    let steps: Vec<&Step> = sequence.steps.iter().filter(|step| step.enabled).collect();
    checks.push(deploys_a_system(&steps));
    let system = steps.iter().position(|step| deploys(step));
    for (place, step) in steps.iter().enumerate() {
        checks.extend(of_step(step, system.is_some_and(|system| place < system)));
        checks.extend(affinity(step));
    }
    checks.extend(of_site(&steps, site));
    checks
}

fn deploys(step: &Step) -> bool {
    matches!(step.kind, StepKind::ApplyOperatingSystem | StepKind::UpgradeOperatingSystem)
}

/// Only task sequences with a boot image can be chosen for stand-alone media.
fn boot_image(resolved: &Resolved<'_>) -> Check {
    match resolved.boot_image {
        Some(id) => Check::passed(BOOT_IMAGE.0, BOOT_IMAGE.1, format!("It is {id}.")),
        None => Check::failed(
            BOOT_IMAGE.0,
            BOOT_IMAGE.1,
            ErrorKind::BootImageMissing,
            "The task sequence has no boot image: no computer could be started from the medium.",
        ),
    }
}

fn deploys_a_system(steps: &[&Step]) -> Check {
    match steps.iter().find(|step| deploys(step)) {
        Some(step) => Check::passed(SYSTEM.0, SYSTEM.1, format!("The step '{}' does.", step.path)),
        None => Check::failed(
            SYSTEM.0,
            SYSTEM.1,
            ErrorKind::NoOperatingSystem,
            "No enabled step applies or upgrades an operating system.",
        )
        .symptom("Task sequences that deploy no operating system are not supported on stand-alone media."),
    }
}

/// What is wrong with a step, and what the client would do.
fn unsupported(step: &Step, before_system: bool) -> Option<(&'static str, &'static str)> {
    if let (StepKind::InstallPackage | StepKind::InstallApplication, Some(_)) = (step.kind, &step.base_variable) {
        return Some((
            "installs what variables name when it runs",
            "What the variables name is not on the medium; the step fails.",
        ));
    }
    Some(match step.kind {
        StepKind::AutoApplyDrivers => (
            "asks the site which drivers fit",
            "There is no management point to ask; the step fails, and the computer stays without these drivers.",
        ),
        StepKind::DownloadPackages => {
            ("downloads packages while it runs", "There is no distribution point to download from; the step fails.")
        }
        StepKind::InstallUpdates => (
            "installs software updates",
            "The site that offers the updates cannot be reached; the step fails or installs nothing.",
        ),
        StepKind::InstallPackage | StepKind::InstallApplication if before_system => (
            "installs software before the operating system is deployed",
            "There is no client yet to install it; the step fails.",
        ),
        _ => return None,
    })
}

fn of_step(step: &Step, before_system: bool) -> Option<Check> {
    let (what, symptom) = unsupported(step, before_system)?;
    let evidence = format!("The step '{}' {what}, which stand-alone media cannot do", step.path);
    let check = if step.asks_media_type {
        let evidence =
            format!("{evidence}; it has a condition on _SMSTSMediaType, which may keep it from running there.");
        Check::warning(STEP.0, STEP.1, evidence, "Make sure that the condition excludes FullMedia.")
    } else if step.continue_on_error {
        let evidence = format!("{evidence}; the task sequence goes on when it fails.");
        Check::warning(STEP.0, STEP.1, evidence, ErrorKind::StepUnsupported.action())
    } else {
        Check::failed(STEP.0, STEP.1, ErrorKind::StepUnsupported, format!("{evidence}."))
    };
    Some(check.number(ErrorKind::StepUnsupported).symptom(symptom).target(&step.path))
}

fn affinity(step: &Step) -> Option<Check> {
    let name = step.sets.as_deref()?;
    let known = AFFINITY_VARIABLES.iter().any(|variable| variable.eq_ignore_ascii_case(name));
    known.then(|| {
        let evidence = format!("The step '{}' sets {name}, which stand-alone media cannot use.", step.path);
        Check::warning(AFFINITY.0, AFFINITY.1, evidence, "Assign the user after the computer has joined its site.")
            .symptom("The computer has no primary user.")
            .target(&step.path)
    })
}

/// What a medium that is made at a central administration site lacks.
fn of_site(steps: &[&Step], site: Option<SiteType>) -> Vec<Check> {
    let Some(SiteType::CentralAdministrationSite) = site else { return Vec::new() };
    let mut checks = vec![
        Check::warning(
            SITE.0,
            SITE.1,
            "The facts are of a central administration site: the medium names no site for the client.",
            "Make the medium with the facts of the primary site that its computers shall belong to.",
        )
        .symptom("The client takes its site from Active Directory."),
    ];
    if let Some(step) = steps.iter().find(|step| step.kind == StepKind::InstallPackage) {
        let evidence =
            format!("The step '{}' installs a package, and the facts are of a central administration site.", step.path);
        checks.push(
            Check::failed(SITE.0, SITE.1, ErrorKind::CentralSitePackage, evidence)
                .symptom("GetClientConfigPolicies failed (0x80041001): a central administration site gives no client policy.")
                .target(&step.path),
        );
    }
    checks
}
