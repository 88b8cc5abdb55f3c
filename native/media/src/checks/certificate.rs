//! The certificate of the medium is one that media can use, and that the management points take.

use super::{Rule, Subject};
use crate::certificate;
use crate::input::certificate_period;
use crate::report::{Check, Outcome};
use jiff::Timestamp;
use tsm_cert::Severity;

pub(super) const RULE: Rule = Rule {
    id: "definition.certificate",
    title: "The certificate of the medium can be used",
    symptom: Some("The management point refuses the medium: no policy is received."),
    look,
};

/// Faults of the options themselves are told as such; then there is no certificate to look at.
fn look(subject: &Subject<'_>) -> Vec<Check> {
    let (definition, now) = (subject.definition, Timestamp::now());
    if !certificate::input_faults(definition, Some(subject.secrets)).is_empty() {
        return Vec::new();
    }
    let Some(path) = &definition.certificate_path else {
        let (start, end) = certificate_period(definition, subject.profile, now);
        return vec![RULE.passed(format!("A fresh self-signed one, valid from {start} to {end}."))];
    };
    let roots = subject.facts.map(certificate::roots).unwrap_or_default();
    let from_error = |error| RULE.with_symptom(Check::from_error(RULE.id, RULE.title, &error));
    let import = match certificate::open(path, subject.secrets, &roots, now) {
        Ok(import) => import,
        Err(e) => return vec![Check::from_error(RULE.id, RULE.title, &e)],
    };
    let mut checks: Vec<Check> =
        certificate::of_import(path, &import, definition).into_iter().map(from_error).collect();
    for finding in import.findings.iter().filter(|f| f.severity() == Severity::Warning) {
        let warning = Check::from_error(RULE.id, RULE.title, &certificate::error(path, &import, finding));
        checks.push(Check { outcome: Outcome::Warning, ..warning });
    }
    if checks.is_empty() {
        checks.push(RULE.passed(certificate::describe(&import)).target(path.as_str()));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, outcomes};
    use super::*;
    use crate::Secret;

    #[test]
    fn a_certificate_is_made_or_has_to_be_there() {
        assert_eq!(outcomes(&RULE, |_| {}), [Outcome::Passed]);
        let missing = look(&RULE, |c| c.definition.certificate_path = Some("no/such/file.pfx".into()));
        assert_eq!(missing[0].error_id.as_deref(), Some("TSM1304"));
        let alone = |c: &mut super::super::tests::Case| c.secrets.certificate_password = Some(Secret::new("x".into()));
        assert!(outcomes(&RULE, alone).is_empty(), "a fault of the options");
    }
}
