//! HTTPS needs the root authority on the medium; dynamic media need it at every primary site ("Planning considerations" of
//! the product's media).

use super::{Rule, Subject};
use crate::MediaMode;
use crate::management_points::parse_url;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.root-authority",
    title: "The medium knows the authority behind HTTPS management points",
    symptom: Some("smsts.log: sending with winhttp failed; 80072f8f. The wizard finds no task sequence."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(facts) = subject.facts else { return Vec::new() };
    let definition = subject.definition;
    if !definition.management_point.iter().any(|p| parse_url(p).is_ok_and(|url| url.https && !url.cloud)) {
        return Vec::new();
    }
    let count = facts.root_ca_certificates.len();
    if count == 0 {
        return vec![RULE.warning(
            "The site facts name no root certificate (rootCaCertificates).",
            "Import the root authority in the site (site properties, Communication Security), then export its facts again.",
        )];
    }
    let evidence = format!("The site facts name {count} root certificates.");
    vec![match definition.media_mode {
        Some(MediaMode::SiteBased) | None => RULE.passed(evidence),
        Some(MediaMode::Dynamic) => RULE.warning(
            format!("{evidence} Dynamic media also need them at every other primary site that may answer."),
            "Import the root authority in all primary sites; where they differ, make site-based media at each of them.",
        ),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn https_without_a_root_certificate_is_a_warning() {
        let of = |mode: MediaMode, roots: usize, point: &str| {
            outcomes(&RULE, |c| {
                c.definition.media_mode = Some(mode);
                c.definition.management_point = vec![point.to_owned()];
                c.facts.root_ca_certificates = vec!["30".to_owned(); roots];
            })
        };
        assert!(of(MediaMode::Dynamic, 0, "http://mp1").is_empty());
        assert_eq!(of(MediaMode::SiteBased, 0, "https://mp1"), [Warning]);
        assert_eq!(of(MediaMode::SiteBased, 1, "https://mp1"), [Passed]);
        assert_eq!(of(MediaMode::Dynamic, 1, "https://mp1"), [Warning]);
    }
}
