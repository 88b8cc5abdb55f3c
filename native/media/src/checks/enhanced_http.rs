//! Plain HTTP is gone since version 2403: it has to be HTTPS or enhanced HTTP ("What's new in version 2403").

use super::{Rule, Subject};
use crate::management_points::parse_url;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.enhanced-http",
    title: "The management points take HTTPS or enhanced HTTP",
    symptom: Some("From version 2403 on the management point refuses the medium: no policy is received."),
    look,
};

/// Bits of `IISSSLState` (`docs/site-facts.md`).
const HTTP_ALLOWED: u32 = 0xC0;
const ENHANCED: u32 = 0x400;

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(state) = subject.facts.and_then(|f| f.iis_ssl_state) else { return Vec::new() };
    let plain = subject.definition.management_point.iter().find(|p| parse_url(p).is_ok_and(|url| !url.https));
    match plain {
        Some(point) if state & HTTP_ALLOWED != 0 && state & ENHANCED == 0 => vec![
            RULE.warning(
                format!("'{point}' takes plain HTTP: the security mode of the site is {state}, without enhanced HTTP."),
                "Enable enhanced HTTP on the site (site properties, Communication Security), then export its facts again.",
            )
            .target(point.clone()),
        ],
        _ => vec![RULE.passed(format!("The security mode of the site is {state}."))],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn http_without_its_enhancement_is_a_warning() {
        for (state, wanted) in [(1248, Passed), (1216, Passed), (224, Warning), (480, Warning), (63, Passed)] {
            assert_eq!(outcomes(&RULE, |c| c.facts.iis_ssl_state = Some(state)), [wanted], "{state}");
        }
        assert!(outcomes(&RULE, |c| c.facts.iis_ssl_state = None).is_empty());
    }
}
