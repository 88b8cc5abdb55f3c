//! Media should have a password: without one, its key is public.

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule =
    Rule { id: "definition.password", title: "The medium has a password", symptom: None, look };

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let definition = subject.definition;
    if subject.secrets.media_password.is_some() || definition.media_password.is_some() {
        return vec![RULE.passed("The medium asks for its password, and its variables are encrypted with it.")];
    }
    if definition.no_password {
        return vec![RULE.passed("There is none, as asked for (noPassword).")];
    }
    vec![RULE.warning(
        "There is no password: whoever holds the medium can use it, and read its variables and its certificate.",
        "Give the medium a password (-MediaPassword), or say that none is wanted (-NoPassword).",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::Secret;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn none_is_a_warning_unless_it_is_meant() {
        assert_eq!(outcomes(&RULE, |_| {}), [Warning]);
        assert_eq!(outcomes(&RULE, |c| c.definition.no_password = true), [Passed]);
        assert_eq!(outcomes(&RULE, |c| c.secrets.media_password = Some(Secret::new("x".into()))), [Passed]);
        assert_eq!(outcomes(&RULE, |c| c.definition.media_password = Some("env:X".into())), [Passed]);
    }
}
