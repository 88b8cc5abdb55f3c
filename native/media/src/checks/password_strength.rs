//! A password has to hold against somebody who has the medium and all the time of the world.

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule =
    Rule { id: "definition.password-strength", title: "The password holds against guessing", symptom: None, look };

/// A guess costs three rounds of SHA-1 and one block of AES (`docs/formats.md`, "Envelope"): one graphics card makes about
/// ten thousand million a second.
const GUESSES_A_SECOND: f64 = 1e10;
/// Powers of ten of guesses from which on a password is called strong. The estimate is a lower bound: it counts only ten
/// possibilities for a character that fits no pattern, where there are ninety.
const STRONG: f64 = 14.0;

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(password) = &subject.secrets.media_password else { return Vec::new() };
    // What somebody who holds the medium would try first.
    let definition = subject.definition;
    let mut known: Vec<&str> = vec!["ConfigMgr", "SCCM", "Configuration Manager", "Contoso", "boot", "media"];
    known.extend(definition.media_label.as_deref());
    known.extend(definition.created_by.as_deref());
    known.extend(subject.facts.map(|f| f.site_code.as_str()));
    known.extend(subject.facts.and_then(|f| f.site_name.as_deref()));
    known.extend(subject.facts.and_then(|f| f.organization_name.as_deref()));
    let estimate = zxcvbn::zxcvbn(password.expose(), &known);
    let power = estimate.guesses_log10();
    if power >= STRONG {
        return vec![RULE.passed(format!("It needs 10^{power:.0} guesses or more."))];
    }
    let seconds = 10_f64.powf(power) / GUESSES_A_SECOND;
    let evidence = format!(
        "About 10^{power:.0} guesses find the password; who has the medium makes 10^10 a second: {}.",
        duration(seconds)
    );
    let remedy = "Take a longer password: four or more words that do not belong together, or 14 characters by chance.";
    vec![RULE.warning(evidence, remedy)]
}

fn duration(seconds: f64) -> String {
    for (name, length) in [("hours", 3_600.0), ("minutes", 60.0)] {
        if seconds >= 2.0 * length {
            return format!("about {:.0} {name}", seconds / length);
        }
    }
    "a minute or less".to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, outcomes};
    use super::*;
    use crate::Secret;
    use crate::report::Outcome::{Passed, Warning};

    fn of(password: &str) -> Vec<crate::Outcome> {
        outcomes(&RULE, |c| c.secrets.media_password = Some(Secret::new(password.to_owned())))
    }

    #[test]
    fn common_words_and_short_texts_are_weak() {
        for weak in ["Password1", "P@ssw0rd2026!", "ConfigMgr2026", "aaaaaaaaaaaaaaaaaaaa", "qwertzuiop", "x7#Kq2"] {
            assert_eq!(of(weak), [Warning], "{weak}");
        }
        for strong in ["tulip engine marble Thursday kettle", "qB7!vRz2#Lk9pX0w"] {
            assert_eq!(of(strong), [Passed], "{strong}");
        }
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }

    #[test]
    fn nothing_of_the_password_is_told() {
        let checks = look(&RULE, |c| c.secrets.media_password = Some(Secret::new("Password1".into())));
        assert!(!format!("{checks:?}").contains("Password1"));
    }
}
