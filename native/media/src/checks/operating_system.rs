//! The operating system of a prestaged medium: for the processor of the boot image, and one that the task sequence knows.
//!
//! A computer with a 64-bit x86 processor starts a boot image for x64 or x86; nothing else mixes ("Create prestaged media",
//! Microsoft Learn).

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::boot_image::Origin;
use crate::report::Check;
use tsm_site::{Architecture, PackageKind};

pub(super) const RULE: Rule = Rule {
    id: "definition.operating-system",
    title: "The operating system goes with the boot image and with the task sequence",
    symptom: Some("The computer does not start from its disk, or the task sequence downloads the image again."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    let Some(image) = &blueprint.extras.os_image else { return Vec::new() };
    let mut checks = vec![processor(blueprint.boot_image.architecture, image.architecture)];
    let sequence = subject.definition.task_sequence.as_ref().and_then(|id| blueprint.facts.task_sequence(id));
    if let (Some(sequence), Origin::Package { id, .. }) = (sequence, &image.origin) {
        let images = sequence.references.iter().filter(|r| r.kind == PackageKind::OperatingSystemImage);
        let ids: Vec<&str> = images.map(|r| r.id.as_str()).collect();
        checks.extend(reference(&sequence.package_id, id, &ids));
    }
    checks
}

fn processor(boot: Architecture, system: Option<Architecture>) -> Check {
    match system {
        None => RULE.warning(
            format!("The operating system image does not say which processor it is for; the boot image is for {boot}."),
            "Look whether both are for the same computers.",
        ),
        Some(system) if system == boot => RULE.passed(format!("Boot image and operating system are for {boot}.")),
        Some(Architecture::X64) if boot == Architecture::X86 => RULE.warning(
            "The boot image is for x86, the operating system for x64: computers with UEFI do not start it.",
            "Give a boot image for x64.",
        ),
        Some(system) => RULE.failed(
            ErrorKind::OsImageArchitecture,
            format!("The boot image is for {boot}, the operating system for {system}."),
            "Give a boot image for the processor of the operating system.",
        ),
    }
}

/// What the task sequence needs and the disk does not have is downloaded.
fn reference(sequence: &str, image: &str, needed: &[&str]) -> Option<Check> {
    if needed.iter().any(|id| id.eq_ignore_ascii_case(image)) {
        return None;
    }
    let evidence = match needed {
        [] => format!("As far as the site facts know, task sequence {sequence} needs no operating system image."),
        needed => format!("Task sequence {sequence} needs {}, the medium has {image}.", needed.join(", ")),
    };
    Some(RULE.warning(evidence, "Give the operating system image that the task sequence installs."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome::{Failed, Passed, Warning};

    #[test]
    fn processors_have_to_be_the_same_but_for_x86_on_x64() {
        use Architecture::{Arm64, X64, X86};
        let of = |boot, system| processor(boot, system).outcome;
        assert_eq!(of(X64, Some(X64)), Passed);
        assert_eq!(of(X86, Some(X64)), Warning);
        assert_eq!(of(X64, None), Warning);
        assert_eq!(of(X64, Some(X86)), Failed);
        assert_eq!(of(Arm64, Some(X64)), Failed);
        assert_eq!(processor(X64, Some(Arm64)).error_id.as_deref(), Some("TSM1539"));
    }

    #[test]
    fn an_image_that_the_task_sequence_does_not_install_is_a_warning() {
        assert!(reference("PS100030", "ps100020", &["PS100020"]).is_none());
        assert!(reference("PS100030", "PS100021", &["PS100020"]).unwrap().evidence.contains("PS100020"));
        assert!(reference("PS100030", "PS100021", &[]).is_some());
    }
}
