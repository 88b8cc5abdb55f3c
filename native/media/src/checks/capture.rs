//! Capture media: nobody has shown what real ones hold.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::definition::Kind;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.capture",
    title: "The capture medium is as clients are known to take it",
    symptom: Some("TSMBAutorun.exe starts, and no capture wizard appears."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    if subject.definition.kind != Kind::Capture {
        return Vec::new();
    }
    let names = subject.blueprint.and_then(|b| b.extras.capture.as_ref()).map(|policy| policy.names().join(", "));
    let sequence =
        names.filter(|names| !names.is_empty()).map_or_else(String::new, |n| format!(" Task sequence: {n}."));
    let evidence = format!(
        "Not proven on real media: the word '{}' for their kind, which variables they hold, and the list of their \
         programs.{sequence}",
        subject.profile.media_types.capture
    );
    let remedy = "Try the medium on one computer. docs/capture.md says what a real medium would settle.";
    vec![RULE.warning(evidence, remedy).number(ErrorKind::CaptureUnproven)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    #[test]
    fn only_capture_media_are_warned_about() {
        assert!(look(&RULE, |_| {}).is_empty());
        let checks = look(&RULE, |c| c.definition.kind = Kind::Capture);
        assert_eq!(checks[0].error_id.as_deref(), Some("TSM1344"));
        assert!(checks[0].evidence.contains("FullMedia"));
    }
}
