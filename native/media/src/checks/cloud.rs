//! Media over the Internet: a cloud management gateway as management point ("Deploy a task sequence over the internet").

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::management_points::{parse_url, same_host};
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.cloud",
    title: "Media for the Internet have what a cloud management gateway wants",
    symptom: Some("smsts.log: failed to retrieve registration token from the media token, 0x87d00215."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let definition = subject.definition;
    let known = subject.facts.map(|f| f.management_points.as_slice()).unwrap_or_default();
    let is_cloud = |point: &str| {
        parse_url(point).is_ok_and(|url| url.cloud) || known.iter().any(|k| k.cloud && same_host(&k.url, point))
    };
    let Some(point) = definition.management_point.iter().find(|p| is_cloud(p)) else {
        // Content may come from the cloud; the management point has to be reached in the own network all the same.
        return vec![RULE.passed(
            "No gateway is named: the medium needs a network in which its management points can be reached, even for \
             content from the cloud.",
        )];
    };
    let mut checks = Vec::new();
    if subject.secrets.media_password.is_none() && definition.media_password.is_none() {
        let evidence = format!("'{point}' is reached from everywhere, and the medium has no password.");
        let remedy = "Give the medium a strong password (-MediaPassword).";
        checks.push(RULE.failed(ErrorKind::CloudManagementPoint, evidence, remedy));
    }
    checks.push(RULE.failed(
        ErrorKind::CloudManagementPoint,
        format!(
            "'{point}' admits a medium by a token that only the site hands out (GetTSMediaAdditionalInfo); this version \
             cannot get it, and where it stands on a medium is not known."
        ),
        "Make media for a cloud management gateway with the console, or name a management point of the own network.",
    ));
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::Secret;
    use crate::report::Outcome::{Failed, Passed};

    #[test]
    fn a_gateway_fails_for_its_token_and_for_a_missing_password() {
        const GATEWAY: &str = "https://cmg.contoso.test/CCM_Proxy_MutualAuth/7";
        assert_eq!(outcomes(&RULE, |_| {}), [Passed]);
        assert_eq!(outcomes(&RULE, |c| c.definition.management_point = vec![GATEWAY.into()]), [Failed; 2]);
        assert_eq!(
            outcomes(&RULE, |c| {
                c.definition.management_point = vec![GATEWAY.into()];
                c.secrets.media_password = Some(Secret::new("x".into()));
            }),
            [Failed]
        );
        assert_eq!(outcomes(&RULE, |c| c.facts.management_points[0].cloud = true), [Failed; 2]);
    }
}
