//! Virus scanners often block autorun.inf; the product leaves it out since version 1906.

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule =
    Rule { id: "definition.autorun", title: "Nothing on the medium is blocked by virus scanners", symptom: None, look };

fn look(subject: &Subject<'_>) -> Vec<Check> {
    if !subject.definition.include_autorun {
        return Vec::new();
    }
    let evidence = format!("'{}' is asked for (includeAutorun).", subject.profile.windows_start.autorun_file);
    vec![RULE.warning(evidence, "Leave it out unless people start the medium in a running Windows.")]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::Warning;

    #[test]
    fn it_is_a_warning_when_it_is_asked_for() {
        assert_eq!(outcomes(&RULE, |c| c.definition.include_autorun = true), [Warning]);
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
