//! The catalogue of checks of a definition against its site: one file a check. A check looks at what is known and tells
//! what is allowed but unwise, or what only fails in the field.
//!
//! To add one: write its file with its test, and put its rule into the list. `docs/checks.md` is made from the list.

mod autorun;
mod boot_loader;
mod capture;
mod central_site;
mod certificate;
mod cloud;
mod deployment;
mod encryption;
mod enhanced_http;
mod existing_medium;
mod facts_sources;
mod https;
mod image_paths;
mod large_file;
mod management_point;
mod not_encrypted;
mod open_secret;
mod operating_system;
mod password;
mod password_strength;
mod port;
mod prestart_command;
mod root_authority;
mod secure_boot;
mod split_image;
mod target_architecture;
mod task_sequence;
mod unproven_place;
mod volume_set;
mod windows_start;

pub(crate) use facts_sources::conflicts as fact_conflicts;

use crate::blueprint::Blueprint;
use crate::report::{Check, Outcome};
use crate::{Definition, ErrorKind, Secrets};
use tsm_formats::MediaProfile;
use tsm_site::SiteFacts;

/// What checks look at. What could not be had is absent; a check that needs it says nothing then.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// What is asked.
    pub definition: &'a Definition,
    /// The secrets.
    pub secrets: &'a Secrets,
    /// What is assumed.
    pub profile: &'a MediaProfile,
    /// What is true.
    pub facts: Option<&'a SiteFacts>,
    /// What would be made.
    pub blueprint: Option<&'a Blueprint>,
}

/// One check of the catalogue.
pub(crate) struct Rule {
    /// Its stable identifier.
    pub id: &'static str,
    /// What is checked, as the sentence that should be true.
    pub title: &'static str,
    /// What a computer that starts from the medium shows when it is not, where that is known.
    pub symptom: Option<&'static str>,
    /// Looks; no result when the check has nothing to do with this medium.
    pub look: fn(&Subject<'_>) -> Vec<Check>,
}

impl Rule {
    fn passed(&self, evidence: impl Into<String>) -> Check {
        Check::passed(self.id, self.title, evidence)
    }

    fn warning(&self, evidence: impl Into<String>, remedy: &str) -> Check {
        self.with_symptom(Check::warning(self.id, self.title, evidence, remedy))
    }

    fn failed(&self, kind: ErrorKind, evidence: impl Into<String>, remedy: &str) -> Check {
        let check = Check { remedy: Some(remedy.to_owned()), ..Check::failed(self.id, self.title, kind, evidence) };
        self.with_symptom(check)
    }

    fn with_symptom(&self, check: Check) -> Check {
        match self.symptom {
            Some(symptom) => check.symptom(symptom),
            None => check,
        }
    }
}

/// All checks, in the order in which they are made.
pub(crate) const CATALOGUE: &[&Rule] = &[
    &facts_sources::RULE,
    &password::RULE,
    &password_strength::RULE,
    &open_secret::RULE,
    &not_encrypted::RULE,
    &https::RULE,
    &enhanced_http::RULE,
    &management_point::RULE,
    &port::RULE,
    &central_site::RULE,
    &deployment::RULE,
    &root_authority::RULE,
    &certificate::RULE,
    &cloud::RULE,
    &prestart_command::RULE,
    &unproven_place::RULE,
    &encryption::RULE,
    &autorun::RULE,
    &windows_start::RULE,
    &capture::RULE,
    &target_architecture::RULE,
    &task_sequence::RULE,
    &operating_system::RULE,
    &image_paths::RULE,
    &large_file::RULE,
    &split_image::RULE,
    &volume_set::RULE,
    &boot_loader::RULE,
    &secure_boot::RULE,
    &existing_medium::RULE,
];

/// Checks that are about a field of the definition: they say nothing of media of a kind that does not have it.
const ABOUT: &[(&Rule, &str)] = &[
    (&password::RULE, "mediaPassword"),
    (&open_secret::RULE, "variable"),
    (&https::RULE, "managementPoint"),
    (&enhanced_http::RULE, "managementPoint"),
    (&management_point::RULE, "managementPoint"),
    (&port::RULE, "managementPoint"),
    (&central_site::RULE, "managementPoint"),
    (&root_authority::RULE, "managementPoint"),
    (&certificate::RULE, "certificatePath"),
    (&cloud::RULE, "managementPoint"),
];

/// What is published of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckInfo {
    /// Its stable identifier.
    pub id: &'static str,
    /// What is checked, as the sentence that should be true.
    pub title: &'static str,
    /// What a computer that starts from the medium shows when it is not, where that is known.
    pub symptom: Option<&'static str>,
}

/// The catalogue of checks of a definition against its site.
pub fn check_catalogue() -> impl Iterator<Item = CheckInfo> {
    CATALOGUE.iter().map(|rule| CheckInfo { id: rule.id, title: rule.title, symptom: rule.symptom })
}

/// Makes every check.
pub(crate) fn all(subject: &Subject<'_>) -> Vec<Check> {
    let has = |field: &str| subject.definition.kind.has(field);
    let fits = |rule: &&&Rule| ABOUT.iter().all(|(about, field)| about.id != rule.id || has(field));
    let of_sequence = subject.blueprint.and_then(|blueprint| blueprint.extras.stand_alone.as_ref());
    let of_sequence = of_sequence.iter().flat_map(|found| found.sequences.checks.iter().cloned());
    CATALOGUE.iter().filter(fits).flat_map(|rule| (rule.look)(subject)).chain(of_sequence).collect()
}

/// What a warning of a check is called: its number where it has one, else its identifier.
pub(crate) fn code(check: &Check) -> &'static str {
    let number = ErrorKind::ALL.iter().map(|kind| kind.code()).find(|code| check.error_id.as_deref() == Some(code));
    let id = || CATALOGUE.iter().map(|rule| rule.id).find(|id| check.id == *id);
    number.or_else(id).unwrap_or_default()
}

/// Those of the checks that came out so.
pub(crate) fn of_outcome(checks: &[Check], outcome: Outcome) -> impl Iterator<Item = &Check> {
    checks.iter().filter(move |c| c.outcome == outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A definition, facts and secrets that the tests of the checks alter.
    pub(super) struct Case {
        pub definition: Definition,
        pub facts: SiteFacts,
        pub secrets: Secrets,
    }

    /// What a rule says of an altered case.
    pub(super) fn look(rule: &Rule, alter: impl FnOnce(&mut Case)) -> Vec<Check> {
        let definition = serde_json::json!({
            "schemaVersion": 1, "kind": "Bootable", "path": "no/such/folder/boot.iso", "mediaType": "CdDvd",
            "mediaMode": "SiteBased", "siteFacts": "facts.json", "bootImage": "PS100005",
            "managementPoint": ["http://mp1.contoso.test"],
        });
        let facts = serde_json::json!({
            "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1", "siteType": "Primary",
            "ports": { "http": 80, "https": 443 }, "iisSslState": 1248,
            "managementPoints": [{ "url": "http://mp1.contoso.test" }],
        });
        let mut case = Case {
            definition: Definition::parse(&definition.to_string(), None).unwrap(),
            facts: SiteFacts::from_value(facts, "facts").unwrap(),
            secrets: Secrets::default(),
        };
        alter(&mut case);
        let Case { definition, facts, secrets } = &case;
        let profile = &MediaProfile::default();
        let checks = (rule.look)(&Subject { definition, secrets, profile, facts: Some(facts), blueprint: None });
        assert!(checks.iter().all(|c| c.id == rule.id && !c.evidence.is_empty()));
        assert!(checks.iter().all(|c| c.outcome == Outcome::Passed || c.remedy.is_some()), "{checks:?}");
        checks
    }

    /// The outcomes of a rule.
    pub(super) fn outcomes(rule: &Rule, alter: impl FnOnce(&mut Case)) -> Vec<Outcome> {
        look(rule, alter).iter().map(|c| c.outcome).collect()
    }

    #[test]
    fn every_check_has_an_identifier_of_its_own() {
        let mut ids: Vec<&str> = CATALOGUE.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CATALOGUE.len());
        assert!(ids.iter().all(|id| id.starts_with("definition.")));
    }
}
