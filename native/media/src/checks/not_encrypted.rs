//! A password encrypts the variables, never the files of packages ("Planning considerations" of the product's media).

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.not-encrypted",
    title: "Files of packages on the medium may be read by everybody",
    symptom: None,
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    match &subject.definition.prestart_package {
        Some(package) => vec![RULE.warning(
            format!("The files of the prestart command ({package}) lie on the medium as they are: no password encrypts them."),
            "Keep passwords and licences out of these files; use task sequence variables, which a password encrypts.",
        )],
        None => vec![RULE.passed("There are none but the boot image.")],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn files_of_a_prestart_command_are_open() {
        assert_eq!(outcomes(&RULE, |_| {}), [Passed]);
        assert_eq!(outcomes(&RULE, |c| c.definition.prestart_package = Some("PS100012".into())), [Warning]);
    }
}
