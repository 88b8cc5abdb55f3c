//! The task sequence that computers will run: it has to be there, and to start from the boot image of the medium. Windows PE
//! that was started from another one is restarted into the right one, which costs the download that the medium should save.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::definition::{Kind, is_package_id};
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.task-sequence",
    title: "The task sequence is known and starts from the boot image of the medium",
    symptom: Some("The task sequence downloads its own boot image and starts the computer anew, or ends."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let definition = subject.definition;
    if definition.kind != Kind::Prestaged {
        return Vec::new(); // media that carry it take its boot image, and look closer
    }
    let (Some(id), Some(facts)) = (&definition.task_sequence, subject.facts) else { return Vec::new() };
    if facts.task_sequences.is_empty() {
        let evidence = format!("The site facts name no task sequences, so nothing is known about {id}.");
        let remedy = "Export the site facts with the task sequence (taskSequences).";
        return vec![RULE.warning(evidence, remedy)];
    }
    let Some(found) = facts.task_sequence(id) else {
        let known: Vec<&str> = facts.task_sequences.iter().map(|t| t.package_id.as_str()).collect();
        let evidence = format!("The site facts know no task sequence {id}; they know {}.", known.join(", "));
        let remedy = "Correct the ID, or export the site facts anew.";
        return vec![RULE.failed(ErrorKind::TaskSequenceUnknown, evidence, remedy)];
    };
    let name = format!("{} ('{}')", found.package_id, found.name);
    let Some(of_sequence) = &found.boot_image else {
        let evidence = format!("Task sequence {name} names no boot image.");
        return vec![RULE.warning(evidence, "Give the task sequence the boot image of the medium.")];
    };
    let of_medium = &definition.boot_image;
    if !is_package_id(of_medium) {
        let evidence =
            format!("Task sequence {name} starts from {of_sequence}; which package '{of_medium}' is of, is not known.");
        return vec![RULE.warning(evidence, "Name the boot image by its package ID.")];
    }
    if !of_sequence.eq_ignore_ascii_case(of_medium) {
        let evidence =
            format!("Task sequence {name} starts from boot image {of_sequence}, the medium from {of_medium}.");
        let remedy = "Give the boot image of the task sequence, or another task sequence.";
        return vec![RULE.failed(ErrorKind::TaskSequenceBootImage, evidence, remedy)];
    }
    vec![RULE.passed(format!("Task sequence {name}, boot image {of_sequence}."))]
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;
    use crate::report::Outcome::{self, Failed, Passed, Warning};
    use tsm_site::TaskSequence;

    fn of(named: Option<&str>, known: &[(&str, Option<&str>)], boot_image: &str) -> Vec<(Outcome, Option<String>)> {
        let checks = look(&RULE, |c| {
            c.definition.kind = Kind::Prestaged;
            c.definition.task_sequence = named.map(str::to_owned);
            c.definition.boot_image = boot_image.to_owned();
            c.facts.task_sequences = known
                .iter()
                .map(|(id, image)| TaskSequence {
                    package_id: (*id).to_owned(),
                    name: "Deploy".to_owned(),
                    boot_image: image.map(str::to_owned),
                    references: Vec::new(),
                    sequence: None,
                    policies: Vec::new(),
                    policy_assignments: Vec::new(),
                })
                .collect();
        });
        checks.into_iter().map(|c| (c.outcome, c.error_id)).collect()
    }

    #[test]
    fn another_boot_image_and_an_unknown_task_sequence_are_faults() {
        let known = [("PS100030", Some("PS100005"))];
        let id = |text: &str| Some(text.to_owned());
        assert!(of(None, &known, "PS100005").is_empty());
        assert_eq!(of(Some("ps100030"), &known, "PS100005"), [(Passed, None)]);
        assert_eq!(of(Some("PS100030"), &known, "PS100006"), [(Failed, id("TSM1113"))]);
        assert_eq!(of(Some("PS100031"), &known, "PS100005"), [(Failed, id("TSM1119"))]);
    }

    #[test]
    fn what_cannot_be_told_is_a_warning() {
        assert_eq!(of(Some("PS100030"), &[], "PS100005"), [(Warning, None)]);
        assert_eq!(of(Some("PS100030"), &[("PS100030", None)], "PS100005"), [(Warning, None)]);
        assert_eq!(of(Some("PS100030"), &[("PS100030", Some("PS100005"))], "boot.wim"), [(Warning, None)]);
    }
}
