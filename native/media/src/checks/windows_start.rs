//! The programs that start a medium in a running Windows: no boot image has them all, so a console or site server has to
//! give them.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.windows-start",
    title: "The medium has the programs that start it in a running Windows",
    symptom: Some("Computers start from the medium; in a running Windows it cannot be started."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    let start = &blueprint.extras.windows_start;
    if start.missing.is_empty() {
        return vec![RULE.passed(format!("{} files.", start.items.len()))];
    }
    let evidence = format!("{} found, not found: {}.", start.items.len(), start.missing.join(", "));
    let remedy = "Name the folder of a console or site server (-ConsolePath).";
    vec![RULE.warning(evidence, remedy).number(ErrorKind::WindowsStartIncomplete)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/options.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
