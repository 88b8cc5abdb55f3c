//! What stand-alone media cannot do ("Create stand-alone media", unsupported actions), step by step, with what the
//! client would do. Facts: `docs/task-sequences.md`, "Stand-alone media".

use crate::ErrorKind;
use crate::report::Check;
use tsm_formats::task_sequence::{Entry, Running, RunningSteps, Step, StepKind};
use tsm_site::SiteType;

const STEP: (&str, &str) = ("stand-alone.step", "Stand-alone media can run every step of the task sequence");
const SYSTEM: (&str, &str) = ("stand-alone.operating-system", "The task sequence deploys an operating system");
const BOOT_IMAGE: (&str, &str) = ("stand-alone.boot-image", "The task sequence has a boot image");
const AFFINITY: (&str, &str) = ("stand-alone.user-device-affinity", "No user is to be assigned to the computer");
const SITE: (&str, &str) = ("stand-alone.site", "The medium is made at the site that its computers shall belong to");

/// The variables with which a task sequence assigns users.
const AFFINITY_VARIABLES: [&str; 2] = ["SMSTSAssignUsersMode", "SMSTSUDAUsers"];

/// Every rule of stand-alone media that a task sequence, its children and the kind of its site decide. `running` are the
/// steps of all of them.
pub(crate) fn checks(root: Entry<'_>, running: &RunningSteps<'_>, site: Option<SiteType>) -> Vec<Check> {
    let mut checks = vec![boot_image(root.boot_image)];
    if root.sequence.is_none() {
        return checks;
    }
    checks.push(deploys_a_system(running));
    let steps = &running.steps;
    let system = steps.iter().position(|running| deploys(running.step));
    for (place, running) in steps.iter().enumerate() {
        checks.extend(of_step(running, system.is_some_and(|system| place < system)));
        checks.extend(affinity(running));
    }
    checks.extend(of_site(steps, site));
    checks
}

fn deploys(step: &Step) -> bool {
    matches!(step.kind, StepKind::ApplyOperatingSystem | StepKind::UpgradeOperatingSystem)
}

/// Only task sequences with a boot image can be chosen for stand-alone media.
fn boot_image(id: Option<&str>) -> Check {
    match id {
        Some(id) => Check::passed(BOOT_IMAGE.0, BOOT_IMAGE.1, format!("It is {id}.")),
        None => Check::failed(
            BOOT_IMAGE.0,
            BOOT_IMAGE.1,
            ErrorKind::BootImageMissing,
            "The task sequence has no boot image: no computer could be started from the medium.",
        ),
    }
}

fn deploys_a_system(running: &RunningSteps<'_>) -> Check {
    let symptom = "Task sequences that deploy no operating system are not supported on stand-alone media.";
    match (running.steps.iter().find(|running| deploys(running.step)), &running.unknown_child) {
        (Some(running), _) => Check::passed(SYSTEM.0, SYSTEM.1, format!("The step '{}' does.", running.path())),
        (None, Some(child)) => {
            let evidence = format!(
                "No step that is known applies or upgrades an operating system; what '{child}' runs is not known."
            );
            Check::warning(SYSTEM.0, SYSTEM.1, evidence, ErrorKind::StepsUnknown.action())
                .number(ErrorKind::NoOperatingSystem)
                .symptom(symptom)
                .target(child)
        }
        (None, None) => Check::failed(
            SYSTEM.0,
            SYSTEM.1,
            ErrorKind::NoOperatingSystem,
            "No enabled step applies or upgrades an operating system.",
        )
        .symptom(symptom),
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
            "The client installs software only once the operating system is deployed; the step fails.",
        ),
        _ => return None,
    })
}

fn of_step(running: &Running<'_>, before_system: bool) -> Option<Check> {
    let (what, symptom) = unsupported(running.step, before_system)?;
    let path = running.path();
    let evidence = format!("The step '{path}' {what}, which stand-alone media cannot do");
    let check = if running.asks_media_type {
        let evidence =
            format!("{evidence}; it has a condition on _SMSTSMediaType, which may keep it from running there.");
        Check::warning(STEP.0, STEP.1, evidence, "Make sure that the condition excludes FullMedia.")
    } else if running.continue_on_error {
        let evidence = format!("{evidence}; the task sequence goes on when it fails.");
        Check::warning(STEP.0, STEP.1, evidence, ErrorKind::StepUnsupported.action())
    } else {
        Check::failed(STEP.0, STEP.1, ErrorKind::StepUnsupported, format!("{evidence}."))
    };
    Some(check.number(ErrorKind::StepUnsupported).symptom(symptom).target(path))
}

fn affinity(running: &Running<'_>) -> Option<Check> {
    let name = running.step.sets.as_deref()?;
    let known = AFFINITY_VARIABLES.iter().any(|variable| variable.eq_ignore_ascii_case(name));
    known.then(|| {
        let path = running.path();
        let evidence = format!("The step '{path}' sets {name}, which stand-alone media cannot use.");
        Check::warning(AFFINITY.0, AFFINITY.1, evidence, "Assign the user after the computer has joined its site.")
            .symptom("The computer has no primary user.")
            .target(path)
    })
}

/// What a medium that is made at a central administration site lacks.
fn of_site(steps: &[Running<'_>], site: Option<SiteType>) -> Vec<Check> {
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
    for running in steps.iter().filter(|running| running.step.kind == StepKind::InstallPackage) {
        let path = running.path();
        let evidence =
            format!("The step '{path}' installs a package, and the facts are of a central administration site.");
        checks.push(
            Check::failed(SITE.0, SITE.1, ErrorKind::CentralSitePackage, evidence)
                .symptom("GetClientConfigPolicies failed (0x80041001): a central administration site gives no client policy.")
                .target(path),
        );
    }
    checks
}
