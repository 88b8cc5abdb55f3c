//! Site facts of several sources should say the same: a medium follows the first of them, and the other may be the newer one.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;
use tsm_site::{Conflict, Origin, SiteFacts};

pub(super) const RULE: Rule = Rule {
    id: "definition.fact-sources",
    title: "The sources of the site facts say the same, and all that is needed",
    symptom: None,
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(facts) = subject.facts else { return Vec::new() };
    let mut checks = conflicts(facts);
    checks.extend(only_an_export(facts));
    let count = subject.definition.site_facts.paths().len();
    if checks.is_empty() && count > 1 {
        checks.push(RULE.passed(format!("{count} sources, nothing is said twice differently.")));
    }
    checks
}

/// One check for each fact that two sources know differently.
pub(crate) fn conflicts(facts: &SiteFacts) -> Vec<Check> {
    facts.conflicts.iter().map(conflict).collect()
}

fn conflict(conflict: &Conflict) -> Check {
    let Conflict { fact, kept, other, source } = conflict;
    let evidence = format!("The fact '{fact}' is {kept} in the facts, and {other} in the {source}; the first counts.");
    let kind = ErrorKind::FactsConflict;
    RULE.warning(evidence, kind.action()).number(kind).target(fact.clone())
}

/// What an export file leaves open: all but its task sequence when it is alone, and always contents and hashes.
fn only_an_export(facts: &SiteFacts) -> Option<Check> {
    let of_export = |origin: &Origin| origin.source.starts_with("export file");
    if facts.public_root_key.is_none() && !facts.origins.is_empty() && facts.origins.iter().all(of_export) {
        let evidence = "All that is known comes from an export file: it has no keys, ports, policies and hashes.";
        let remedy = "Give a facts file of the site beside it; docs/site-facts.md says where a site has each fact.";
        return Some(RULE.warning(evidence, remedy));
    }
    let without = facts.packages.iter().filter(|package| package.contents.is_empty());
    let from_export =
        without.filter(|package| facts.origin(&format!("packages.{}", package.package_id)).is_some_and(of_export));
    let ids: Vec<&str> = from_export.map(|package| package.package_id.as_str()).collect();
    let evidence = format!("Only an export file knows {}: it tells no contents and no hashes.", ids.join(", "));
    let remedy = "Take these packages into the facts file (docs/site-facts.md), so that their content is compared with what \
                  the site records, and not only with what the content library says.";
    (!ids.is_empty()).then(|| RULE.warning(evidence, remedy))
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
