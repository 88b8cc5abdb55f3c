//! Facts of two sources in one: what the first does not know, the second tells.

use crate::facts::SiteFacts;

impl SiteFacts {
    /// Adds what other facts know of task sequences, packages and applications. What both know stays as it is here, but for
    /// what is missing in it: the steps of a task sequence, its boot image, its references. Origins come along for what is
    /// taken.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        let mut taken = Vec::new();
        for sequence in other.task_sequences {
            let key = format!("taskSequences.{}", sequence.package_id);
            let same = |t: &&mut crate::TaskSequence| t.package_id.eq_ignore_ascii_case(&sequence.package_id);
            match self.task_sequences.iter_mut().find(same) {
                None => {
                    self.task_sequences.push(sequence);
                    taken.push(key);
                }
                Some(here) => {
                    let lacks = here.sequence.is_none() && sequence.sequence.is_some();
                    here.sequence = here.sequence.take().or(sequence.sequence);
                    if here.policies.is_empty() {
                        here.policies = sequence.policies;
                        here.policy_assignments = sequence.policy_assignments;
                    }
                    here.boot_image = here.boot_image.take().or(sequence.boot_image);
                    if here.references.is_empty() {
                        here.references = sequence.references;
                    }
                    taken.extend(lacks.then_some(key));
                }
            }
        }
        for package in other.packages {
            if self.package(&package.package_id).is_none() {
                taken.push(format!("packages.{}", package.package_id));
                self.packages.push(package);
            }
        }
        for application in other.applications {
            if !self.applications.iter().any(|here| here.id.eq_ignore_ascii_case(&application.id)) {
                taken.push(format!("applications.{}", application.id));
                self.applications.push(application);
            }
        }
        self.origins.extend(other.origins.into_iter().filter(|origin| taken.contains(&origin.fact)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(value: serde_json::Value) -> SiteFacts {
        let mut whole =
            serde_json::json!({ "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1" });
        whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        SiteFacts::from_value(whole, "facts").unwrap()
    }

    #[test]
    fn what_is_known_stays_and_what_is_missing_comes_with_its_origin() {
        let site = facts(serde_json::json!({
            "packages": [{ "packageId": "PS100001", "kind": "Package", "name": "Site", "sourceVersion": 3 }],
            "taskSequences": [{ "packageId": "PS100020", "name": "Deploy", "bootImage": "PS100005" }],
        }));
        let export = facts(serde_json::json!({
            "siteCode": "PS9",
            "packages": [
                { "packageId": "ps100001", "kind": "DriverPackage", "name": "Export", "sourceVersion": 9 },
                { "packageId": "PS100002", "kind": "Package", "name": "New", "sourceVersion": 1 },
            ],
            "taskSequences": [
                { "packageId": "PS100020", "name": "Other", "bootImage": "PS10000F", "sequence": "<sequence/>" },
                { "packageId": "PS100021", "name": "Child" },
            ],
            "origins": [
                { "fact": "packages.PS100002", "source": "export" }, { "fact": "packages.ps100001", "source": "export" },
                { "fact": "taskSequences.PS100020", "source": "export" },
            ],
        }));
        let both = site.with(export);
        assert_eq!((both.site_code.as_str(), both.packages.len(), both.task_sequences.len()), ("PS1", 2, 2));
        assert_eq!((both.packages[0].name.as_str(), both.packages[0].source_version), ("Site", 3));
        let deploy = &both.task_sequences[0];
        assert_eq!(
            (deploy.name.as_str(), deploy.boot_image.as_deref(), deploy.sequence.as_deref()),
            ("Deploy", Some("PS100005"), Some("<sequence/>"))
        );
        let origins: Vec<&str> = both.origins.iter().map(|origin| origin.fact.as_str()).collect();
        assert_eq!(origins, ["packages.PS100002", "taskSequences.PS100020"]);
    }
}
