//! A site that takes HTTPS only does not talk to a medium with a self-signed certificate.

use super::{Rule, Subject};
use crate::management_points::parse_url;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.https",
    title: "The site takes the certificate of the medium",
    symptom: Some("The management point refuses the medium: no policy is received."),
    look,
};

/// Bits of `IISSSLState` (`docs/site-facts.md`).
const HTTPS_ONLY: u32 = 0x1F;
const HTTP_ALLOWED: u32 = 0xC0;

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(state) = subject.facts.and_then(|f| f.iis_ssl_state) else { return Vec::new() };
    let https_only = state & HTTPS_ONLY != 0 && state & HTTP_ALLOWED == 0;
    let talks_http = subject.definition.management_point.iter().any(|p| parse_url(p).is_ok_and(|url| !url.https));
    if !https_only || !talks_http {
        return vec![RULE.passed(format!("The security mode of the site is {state}."))];
    }
    vec![RULE.warning(
        format!("The site takes HTTPS only (security mode {state}), but the medium talks HTTP."),
        "Enable enhanced HTTP on the site, or name its HTTPS management points and give an issued certificate.",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn http_to_a_site_of_https_is_a_warning() {
        let of = |state: u32, point: &str| {
            outcomes(&RULE, |c| {
                c.facts.iis_ssl_state = Some(state);
                c.definition.management_point = vec![point.to_owned()];
            })
        };
        assert_eq!(of(1248, "http://mp1"), [Passed]);
        assert_eq!(of(63, "http://mp1"), [Warning]);
        assert_eq!(of(31, "http://mp1"), [Warning]);
        assert_eq!(of(63, "https://mp1"), [Passed]);
    }
}
