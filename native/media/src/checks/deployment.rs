//! A medium finds only task sequences whose deployment is made available to media.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;
use jiff::Timestamp;
use tsm_site::Deployment;

pub(super) const RULE: Rule = Rule {
    id: "definition.deployment",
    title: "A deployment of a task sequence is available to media",
    symptom: Some("The wizard shows no task sequence: \"There are no task sequences available to this computer\"."),
    look,
};

const REMEDY: &str = "Set 'Make available to the following' in the deployment settings to 'Configuration Manager clients, media and \
                      PXE', 'Only media and PXE' or 'Only media and PXE (hidden)'.";

fn look(subject: &Subject<'_>) -> Vec<Check> {
    // Media that carry their task sequence ask for no deployment; facts that know none may come from a site that has some.
    let Some(facts) = subject.facts.filter(|facts| !facts.deployments.is_empty()) else { return Vec::new() };
    if !subject.definition.kind.has("managementPoint") {
        return Vec::new();
    }
    let now = Timestamp::now();
    let for_media = |deployment: &&Deployment| deployment.availability.is_for_media();
    let lasting = |deployment: &&Deployment| deployment.expires.is_none_or(|end| end > now);
    let count = facts.deployments.len();
    let found: Vec<&Deployment> = facts.deployments.iter().filter(for_media).collect();
    let still: Vec<&str> = found.iter().copied().filter(lasting).map(|d| d.task_sequence.as_str()).collect();
    if !still.is_empty() {
        return vec![RULE.passed(format!("{} of {count} deployments: {}.", still.len(), still.join(", ")))];
    }
    let evidence = match found.len() {
        0 => format!("None of the {count} deployments that the site facts know is available to media."),
        ended => format!("The {ended} deployments that the site facts know as available to media have expired."),
    };
    vec![RULE.warning(evidence, REMEDY).number(ErrorKind::DeploymentNotForMedia)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, outcomes};
    use super::*;
    use crate::report::Outcome;
    use tsm_site::{Availability, Purpose};

    fn deployment(availability: Availability, expires: Option<&str>) -> Deployment {
        Deployment {
            task_sequence: "PS100030".into(),
            collection: "SMS000US".into(),
            availability,
            purpose: Purpose::Available,
            available_from: None,
            expires: expires.map(|end| end.parse().unwrap()),
        }
    }

    #[test]
    fn one_that_media_find_is_enough() {
        let of = |deployments: Vec<Deployment>| outcomes(&RULE, |c| c.facts.deployments = deployments);
        let clients = || deployment(Availability::Clients, None);
        assert!(of(Vec::new()).is_empty());
        assert_eq!(of(vec![clients()]), [Outcome::Warning]);
        for availability in
            [Availability::ClientsMediaAndPxe, Availability::MediaAndPxe, Availability::MediaAndPxeHidden]
        {
            assert_eq!(of(vec![clients(), deployment(availability, None)]), [Outcome::Passed]);
            assert_eq!(of(vec![deployment(availability, Some("2020-01-01T00:00:00Z"))]), [Outcome::Warning]);
        }
    }

    #[test]
    fn the_warning_has_its_number_and_the_words_of_the_settings() {
        let checks = look(&RULE, |c| c.facts.deployments = vec![deployment(Availability::Clients, None)]);
        assert_eq!(checks[0].error_id.as_deref(), Some("TSM1055"));
        assert!(checks[0].remedy.as_deref().unwrap().contains("Only media and PXE (hidden)"));
    }
}
