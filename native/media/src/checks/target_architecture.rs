//! Which computers the boot image starts on, held against those that are to start from the medium.
//!
//! A computer with a 64-bit x86 processor starts a boot image for x64 or x86, one with a 32-bit processor only x86, one with an
//! ARM64 processor only ARM64 ("Create bootable media", Microsoft Learn). UEFI firmware starts only a loader of its own width
//! (UEFI specification, 3.5.1.1), so on x64 computers an x86 boot image is for BIOS.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::options::TargetArchitecture;
use crate::report::Check;
use tsm_site::Architecture;

pub(super) const RULE: Rule = Rule {
    id: "definition.target-architecture",
    title: "The boot image starts on the computers that the medium is for",
    symptom: Some("The firmware does not offer the medium, or stops at once: the loader is for another processor."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let image = subject.blueprint.map(|blueprint| blueprint.boot_image.architecture);
    image.map(|image| verdict(subject.definition.target_architecture, image)).into_iter().collect()
}

fn verdict(target: Option<TargetArchitecture>, image: Architecture) -> Check {
    use Architecture as Image;
    use TargetArchitecture::{Arm64, X64, X86};
    let Some(target) = target else {
        let evidence = format!("The boot image is for {image}; which computers the medium is for is not said.");
        let remedy = "Say it: -TargetArchitecture X86, X64 or Arm64.";
        return Check::warning(RULE.id, RULE.title, evidence, remedy);
    };
    let name = match target {
        X86 => "x86",
        X64 => "x64",
        Arm64 => "arm64",
    };
    match (target, image) {
        (X86, Image::X86) | (X64, Image::X64) | (Arm64, Image::Arm64) => RULE.passed(format!("Both are for {image}.")),
        (X64, Image::X86) => RULE.warning(
            "The boot image is for x86: x64 computers start it by BIOS, not by UEFI.",
            "Name a boot image for x64.",
        ),
        (X86 | X64 | Arm64, _) => RULE.failed(
            ErrorKind::TargetArchitecture,
            format!("The boot image is for {image}, and {name} computers cannot start it."),
            ErrorKind::TargetArchitecture.action(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome::{Failed, Passed, Warning};

    /// Rows: computers; columns: boot images for x86, x64, arm64.
    #[test]
    fn every_pair() {
        let images = [Architecture::X86, Architecture::X64, Architecture::Arm64];
        for (target, wanted) in [
            (Some(TargetArchitecture::X86), [Passed, Failed, Failed]),
            (Some(TargetArchitecture::X64), [Warning, Passed, Failed]),
            (Some(TargetArchitecture::Arm64), [Failed, Failed, Passed]),
            (None, [Warning, Warning, Warning]),
        ] {
            assert_eq!(images.map(|image| verdict(target, image).outcome), wanted, "{target:?}");
        }
    }

    #[test]
    fn a_wrong_one_has_its_number_and_says_what_the_computer_shows() {
        let check = verdict(Some(TargetArchitecture::X86), Architecture::X64);
        assert_eq!(check.error_id.as_deref(), Some("TSM1508"));
        assert!(check.client_symptom.is_some());
    }

    #[test]
    fn without_a_plan_nothing_is_said() {
        assert!(crate::checks::tests::look(&RULE, |_| {}).is_empty());
    }
}
