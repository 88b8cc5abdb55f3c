//! Site facts of several sources should say the same: a medium follows the first of them, and the other may be the newer one.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "site.sources",
    title: "The sources of the site facts say the same, and all that is needed",
    symptom: None,
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(facts) = subject.facts.filter(|_| subject.definition.site_facts.paths().len() > 1) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for conflict in &facts.conflicts {
        let (fact, source) = (&conflict.fact, conflict.source.escape_debug());
        let (kept, other) = (conflict.kept.escape_debug(), conflict.other.escape_debug());
        let evidence =
            format!("The fact '{fact}' is {kept} in the facts, and {other} in the {source}; the first counts.");
        let kind = ErrorKind::FactsConflict;
        checks.push(RULE.warning(evidence, kind.action()).number(kind).target(fact.clone()));
    }
    let without = facts.packages.iter().filter(|package| package.contents.is_empty());
    let from_export = without.filter(|package| {
        let origin = facts.origin(&format!("packages.{}", package.package_id));
        origin.is_some_and(|origin| origin.source.starts_with("export file"))
    });
    let ids: Vec<&str> = from_export.map(|package| package.package_id.as_str()).collect();
    if !ids.is_empty() {
        let evidence = format!("Only an export file knows {}: it tells no contents and no hashes.", ids.join(", "));
        let remedy = "Take these packages into the facts file (docs/site-facts.md), so that their content is compared with \
                      what the site records, and not only with what the content library says.";
        checks.push(RULE.warning(evidence, remedy));
    }
    if checks.is_empty() {
        checks.push(RULE.passed(format!(
            "{} sources, nothing said twice differently.",
            subject.definition.site_facts.paths().len()
        )));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;

    #[test]
    fn one_source_has_nothing_to_compare() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
