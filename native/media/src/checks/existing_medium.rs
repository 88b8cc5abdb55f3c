//! What lies at the path of the medium: the wizard deletes it before it has a new one; here it stays until then.

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.existing-medium",
    title: "A medium that is there stays until the new one is verified",
    symptom: None,
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let target = subject.definition.target();
    if !target.exists() {
        return Vec::new();
    }
    vec![RULE.passed(format!("'{target}' is there and is replaced only by a medium that was read back."))]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::Passed;

    #[test]
    fn it_is_told_when_there_is_one() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        assert_eq!(outcomes(&RULE, |c| c.definition.path = path), [Passed]);
    }
}
