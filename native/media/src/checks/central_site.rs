//! Media that talk HTTPS have to be made at a primary site: the central administration site knows no root authority and
//! only its own ports ("Planning considerations" of the product's media; KB 4551033, KB 2952919).

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::management_points::parse_url;
use crate::report::Check;
use tsm_site::SiteType;

pub(super) const RULE: Rule = Rule {
    id: "definition.central-site",
    title: "The medium is made with the facts of a primary site",
    symptom: Some("smsts.log: sending with winhttp failed; 80072f8f. The wizard finds no task sequence."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(facts) = subject.facts else { return Vec::new() };
    let code = &facts.site_code;
    match facts.site_type {
        None => Vec::new(),
        Some(SiteType::CentralAdministrationSite) => {
            let https = subject.definition.management_point.iter().any(|p| parse_url(p).is_ok_and(|url| url.https));
            let remedy = "Export the facts of the primary site whose management points the medium names.";
            let evidence = format!("The facts are of {code}, a central administration site");
            vec![if https {
                let evidence = format!("{evidence}, which has no root certificate for HTTPS management points.");
                RULE.failed(ErrorKind::FactMissing, evidence, remedy)
            } else {
                RULE.warning(format!("{evidence}: ports and keys are its own, not those of a primary site."), remedy)
            }]
        }
        Some(SiteType::Secondary) => vec![RULE.warning(
            format!("The facts are of {code}, a secondary site, whose keys are not those of its primary site."),
            "Export the facts of the primary site.",
        )],
        Some(SiteType::Primary) => vec![RULE.passed(format!("{code} is a primary site."))],
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Failed, Passed, Warning};

    #[test]
    fn https_media_of_a_central_site_fail_and_others_are_a_warning() {
        let of = |kind: Option<SiteType>, point: &str| {
            outcomes(&RULE, |c| {
                c.facts.site_type = kind;
                c.definition.management_point = vec![point.to_owned()];
            })
        };
        assert_eq!(of(Some(SiteType::Primary), "https://mp1"), [Passed]);
        assert_eq!(of(Some(SiteType::CentralAdministrationSite), "https://mp1"), [Failed]);
        assert_eq!(of(Some(SiteType::CentralAdministrationSite), "http://mp1"), [Warning]);
        assert_eq!(of(Some(SiteType::Secondary), "http://mp1"), [Warning]);
        assert!(of(None, "https://mp1").is_empty());
    }
}
