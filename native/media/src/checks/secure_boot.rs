//! The computers that the medium is for start it with Secure Boot.

use super::{Rule, Subject};
use crate::options::TargetSecureBoot;
use crate::report::Check;
use crate::secure_boot::{BootLoader, of_blueprint};
use crate::{BootLoaderChoice, ErrorKind};
use tsm_formats::secure_boot::{Computer, Start};

pub(super) const RULE: Rule = Rule {
    id: "definition.secure-boot",
    title: "The computers that the medium is for start it with Secure Boot",
    symptom: Some("The firmware refuses the medium: \"Secure Boot violation\", or it passes it over without a word."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    // What cannot be read is told by the check of the loader.
    let Ok(Some(loader)) = of_blueprint(blueprint) else { return Vec::new() };
    let mut checks = vec![match subject.definition.target_secure_boot {
        None => unknown(&loader),
        Some(target) => against(&loader, target, subject.definition.boot_loader),
    }];
    checks.extend(old(&loader, subject));
    checks
}

fn unknown(loader: &BootLoader) -> Check {
    let evidence = format!("It is not said what the computers trust. {}", starts(loader));
    RULE.warning(evidence, "Say what the computers trust (-TargetSecureBoot 2011, 2023 or Both).")
}

/// The computers that start it, as a sentence.
fn starts(loader: &BootLoader) -> String {
    let which: Vec<&str> =
        Computer::ALL.iter().filter(|c| loader.result(**c) == Start::Starts).map(|c| c.words()).collect();
    match which.is_empty() {
        true => format!("The boot loader is {}: no computer with Secure Boot starts it.", loader.signed_by()),
        false => format!("The boot loader starts on a computer that {}.", which.join("; or ")),
    }
}

fn against(loader: &BootLoader, target: TargetSecureBoot, choice: BootLoaderChoice) -> Check {
    let needed: &[Computer] = match target {
        TargetSecureBoot::Of2011 => &[Computer::Trusts2011],
        TargetSecureBoot::Of2023 => &[Computer::Trusts2023, Computer::Revoked2011],
        TargetSecureBoot::Both => &[Computer::Trusts2011, Computer::Trusts2023],
    };
    let refusing: Vec<&str> =
        needed.iter().filter(|c| loader.result(**c) != Start::Starts).map(|c| c.words()).collect();
    if refusing.is_empty() {
        return RULE.passed(starts(loader));
    }
    let evidence = format!(
        "The boot loader is {}; it does not start on a computer that {}.",
        loader.signed_by(),
        refusing.join("; nor on one that ")
    );
    let remedy = match (target, choice) {
        (TargetSecureBoot::Both, _) => "Make one medium for each kind of computer (-BootLoader Both).",
        (TargetSecureBoot::Of2023, _) => "Take the boot loader of 2023 (-BootLoader WindowsUEFICA2023).",
        (TargetSecureBoot::Of2011, _) => "Take the boot loader of 2011 (-BootLoader WindowsProductionPCA2011).",
    };
    RULE.failed(ErrorKind::BootLoaderTarget, evidence, remedy)
}

/// Computers that got the newest revocations refuse boot managers below the floor.
fn old(loader: &BootLoader, subject: &Subject<'_>) -> Option<Check> {
    let evidence = crate::secure_boot::below_floor(loader, &subject.profile.secure_boot)?;
    let check = RULE.warning(evidence, "Service the boot image with the newest cumulative update.");
    Some(check.number(ErrorKind::BootLoaderOld))
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/secure_boot.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
