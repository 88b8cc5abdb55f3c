//! Media on several discs: how the client finds the next one, nobody has shown.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.volume-set",
    title: "The client is known to find everything",
    symptom: Some("The client asks for the next medium and does not take it."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(set) = subject.blueprint.and_then(|blueprint| blueprint.set.as_ref()) else { return Vec::new() };
    let evidence = format!(
        "The medium needs {} discs. How a client recognises the next disc of a set is proven nowhere.",
        set.volumes.len()
    );
    let remedy = "Try the set on one computer, or choose a larger mediaSize so that one disc is enough.";
    vec![RULE.warning(evidence, remedy).number(ErrorKind::VolumeSetUnproven)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/volume_set.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(look(&RULE, |_| {}).is_empty());
    }
}
