//! Secrets among the variables and in the prestart command: on a medium without password they are open to everybody.

use super::{Rule, Subject};
use crate::report::Check;
use crate::secret_scan::{holds_secret, is_secret_name};

pub(super) const RULE: Rule =
    Rule { id: "definition.open-secret", title: "No secret stands where everybody can read it", symptom: None, look };

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let definition = subject.definition;
    let sensitive = |name: &str| definition.sensitive_variable.iter().any(|s| s.eq_ignore_ascii_case(name));
    let mut places: Vec<String> = definition
        .variable
        .iter()
        .filter(|v| sensitive(&v.name) || !v.value.is_empty() && (is_secret_name(&v.name) || holds_secret(&v.value)))
        .map(|v| format!("the variable '{}'", v.name))
        .collect();
    if definition.prestart_command.as_deref().is_some_and(holds_secret) {
        places.push("the prestart command".to_owned());
    }
    if places.is_empty() {
        return vec![RULE.passed("Neither variables nor prestart command look as if they held one.")];
    }
    let places = places.join(", ");
    if subject.secrets.media_password.is_some() || definition.media_password.is_some() {
        return vec![RULE.passed(format!("{places}: encrypted with the password of the medium, and not in the log."))];
    }
    vec![RULE.warning(
        format!("It looks as if {places} held a secret. The medium has no password: whoever holds it can read that."),
        "Give the medium a password (-MediaPassword), or keep the secret out of it.",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, outcomes};
    use super::*;
    use crate::report::Outcome::{Passed, Warning};
    use crate::{Secret, Variable};

    fn variable(name: &str, value: &str) -> Variable {
        Variable { name: name.into(), value: value.into() }
    }

    #[test]
    fn a_secret_on_a_medium_without_password_is_a_warning() {
        assert_eq!(outcomes(&RULE, |c| c.definition.variable = vec![variable("Zone", "Berlin")]), [Passed]);
        assert_eq!(outcomes(&RULE, |c| c.definition.variable = vec![variable("JoinPassword", "Hunter2")]), [Warning]);
        assert_eq!(outcomes(&RULE, |c| c.definition.prestart_command = Some("cmd /C a.cmd /pwd:x".into())), [Warning]);
        assert_eq!(
            outcomes(&RULE, |c| {
                c.definition.variable = vec![variable("JoinPassword", "Hunter2")];
                c.secrets.media_password = Some(Secret::new("x".into()));
            }),
            [Passed]
        );
    }

    #[test]
    fn the_secret_itself_is_not_told() {
        let checks = look(&RULE, |c| c.definition.variable = vec![variable("JoinPassword", "Hunter2")]);
        assert!(checks[0].evidence.contains("JoinPassword") && !format!("{checks:?}").contains("Hunter2"));
    }
}
