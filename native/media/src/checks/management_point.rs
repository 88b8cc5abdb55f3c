//! The management points should be those of the site.

use super::{Rule, Subject};
use crate::management_points::same_host;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.management-point",
    title: "The management points are those of the site",
    symptom: Some(
        "The wizard waits for a management point that does not answer, and stops with 0x80072ee7 or 0x80072efd.",
    ),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let known = subject.facts.map(|f| f.management_points.as_slice()).unwrap_or_default();
    if known.is_empty() {
        return Vec::new();
    }
    let points = &subject.definition.management_point;
    let foreign = points.iter().filter(|point| !known.iter().any(|k| same_host(&k.url, point)));
    let warnings: Vec<Check> = foreign
        .map(|point| {
            RULE.warning(
                format!("'{point}' is none of the management points that the site facts name."),
                "Check the name, or export the facts of the site again.",
            )
            .target(point.clone())
        })
        .collect();
    if warnings.is_empty() && !points.is_empty() {
        return vec![RULE.passed(format!("The site facts name {}.", points.join(", ")))];
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn one_that_the_site_does_not_name_is_a_warning() {
        assert_eq!(
            outcomes(&RULE, |c| c.definition.management_point = vec!["http://MP1.contoso.test:81".into()]),
            [Passed]
        );
        assert_eq!(
            outcomes(&RULE, |c| c.definition.management_point = vec!["http://a".into(), "http://b".into()]),
            [Warning; 2]
        );
        assert!(outcomes(&RULE, |c| c.facts.management_points.clear()).is_empty());
    }
}
