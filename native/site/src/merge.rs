//! Facts of two sources in one: what the first does not know, the second tells; where they say different things, both are named.

use crate::facts::{Conflict, Origin, Package, SiteFacts, TaskSequence};

impl SiteFacts {
    /// Adds what other facts know; `source` names them. What both know stays as it is here, but for what is missing in it: the
    /// steps of a task sequence, its boot image, its references, the contents of a package. What is taken comes with its
    /// origin; what they say otherwise is among the [`conflicts`](Self::conflicts).
    #[must_use]
    pub fn with(mut self, other: Self, source: &str) -> Self {
        let mut merge = Merge { source, taken: Vec::new(), conflicts: std::mem::take(&mut self.conflicts) };
        merge.differ("siteCode", Some(&self.site_code), Some(&other.site_code), String::clone);
        merge.of_site(&mut self, &other);
        merge.sequences(&mut self.task_sequences, other.task_sequences);
        merge.packages(&mut self.packages, other.packages);
        for application in other.applications {
            let fact = format!("applications.{}", application.id);
            match self.applications.iter().find(|here| here.id.eq_ignore_ascii_case(&application.id)) {
                Some(here) => {
                    merge.differ(&fact, Some(&here.version), Some(&application.version), |v| format!("revision {v}"))
                }
                None => {
                    self.applications.push(application);
                    merge.taken.push(fact);
                }
            }
        }
        self.conflicts = merge.conflicts;
        for fact in merge.taken {
            let own = other.origins.iter().filter(|origin| origin.fact == fact).cloned();
            let known = self.origins.len();
            self.origins.extend(own);
            if self.origins.len() == known {
                self.origins.push(Origin { fact, source: source.to_owned(), retrieved: Some(other.retrieved) });
            }
        }
        self
    }
}

/// What happens to single facts.
struct Merge<'a> {
    source: &'a str,
    /// The facts that were missing and come from the other source.
    taken: Vec<String>,
    conflicts: Vec<Conflict>,
}

impl Merge<'_> {
    /// Notes a fact that the two sources know differently.
    fn differ<T: PartialEq>(&mut self, fact: &str, here: Option<&T>, there: Option<&T>, show: impl Fn(&T) -> String) {
        if let (Some(here), Some(there)) = (here, there)
            && here != there
        {
            let (fact, source) = (fact.to_owned(), self.source.to_owned());
            self.conflicts.push(Conflict { fact, kept: show(here), other: show(there), source });
        }
    }

    /// Takes a fact that is missing here. Shows no value: it can be as long as a certificate.
    fn one<T: PartialEq + Clone>(&mut self, fact: &str, here: &mut Option<T>, there: Option<&T>) {
        if here.is_some() && there.is_some() && here.as_ref() != there {
            let (kept, other) = ("one value".to_owned(), "another".to_owned());
            self.conflicts.push(Conflict { fact: fact.to_owned(), kept, other, source: self.source.to_owned() });
        }
        if here.is_none() && there.is_some() {
            *here = there.cloned();
            self.taken.push(fact.to_owned());
        }
    }

    /// Takes a list that is empty here. Lists may hold different parts of a site, so they do not contradict each other.
    fn list<T: Clone>(&mut self, fact: &str, here: &mut Vec<T>, there: &[T]) {
        if here.is_empty() && !there.is_empty() {
            *here = there.to_vec();
            self.taken.push(fact.to_owned());
        }
    }

    /// What is said of the site as a whole.
    fn of_site(&mut self, here: &mut SiteFacts, there: &SiteFacts) {
        self.one("siteName", &mut here.site_name, there.site_name.as_ref());
        self.one("siteType", &mut here.site_type, there.site_type.as_ref());
        self.one("ports", &mut here.ports, there.ports.as_ref());
        self.one("iisSslState", &mut here.iis_ssl_state, there.iis_ssl_state.as_ref());
        self.one("useFirstCertificate", &mut here.use_first_certificate, there.use_first_certificate.as_ref());
        self.one("publicRootKey", &mut here.public_root_key, there.public_root_key.as_ref());
        let certificate = &mut here.site_signing_certificate;
        self.one("siteSigningCertificate", certificate, there.site_signing_certificate.as_ref());
        self.one("organizationName", &mut here.organization_name, there.organization_name.as_ref());
        self.one("timeZone", &mut here.time_zone, there.time_zone.as_ref());
        let prefer = &mut here.prefer_boundary_group_management_points;
        let other = there.prefer_boundary_group_management_points.as_ref();
        self.one("preferBoundaryGroupManagementPoints", prefer, other);
        self.list("rootCaCertificates", &mut here.root_ca_certificates, &there.root_ca_certificates);
        self.list("unknownComputers", &mut here.unknown_computers, &there.unknown_computers);
        self.list("managementPoints", &mut here.management_points, &there.management_points);
        self.list("distributionPoints", &mut here.distribution_points, &there.distribution_points);
        // Policies and their assignments belong together.
        if here.client_policies.is_empty() {
            self.list("clientPolicies", &mut here.client_policies, &there.client_policies);
            here.client_policy_assignments.clone_from(&there.client_policy_assignments);
        }
        self.list("deployments", &mut here.deployments, &there.deployments);
    }

    fn sequences(&mut self, all: &mut Vec<TaskSequence>, others: Vec<TaskSequence>) {
        for sequence in others {
            let fact = format!("taskSequences.{}", sequence.package_id);
            let Some(here) = all.iter_mut().find(|t| t.package_id.eq_ignore_ascii_case(&sequence.package_id)) else {
                all.push(sequence);
                self.taken.push(fact);
                continue;
            };
            self.differ(&fact, Some(&here.name), Some(&sequence.name), |name| format!("name {name:?}"));
            let boot_image = |id: &String| format!("boot image {id}");
            self.differ(&fact, here.boot_image.as_ref(), sequence.boot_image.as_ref(), boot_image);
            // Passwords can be among the steps, so only their length is told.
            let steps = |text: &&String| format!("steps of {} bytes", text.len());
            let both = here.sequence.as_ref().zip(sequence.sequence.as_ref());
            if let Some((here, there)) = both.filter(|(here, there)| !is_same_text(here, there)) {
                self.differ(&fact, Some(&here), Some(&there), steps);
            }
            self.taken.extend((here.sequence.is_none() && sequence.sequence.is_some()).then_some(fact));
            here.sequence = here.sequence.take().or(sequence.sequence);
            if here.policies.is_empty() {
                here.policies = sequence.policies;
                here.policy_assignments = sequence.policy_assignments;
            }
            here.boot_image = here.boot_image.take().or(sequence.boot_image);
            if here.references.is_empty() {
                here.references = sequence.references;
            }
        }
    }

    fn packages(&mut self, all: &mut Vec<Package>, others: Vec<Package>) {
        for package in others {
            let fact = format!("packages.{}", package.package_id);
            let Some(here) = all.iter_mut().find(|p| p.package_id.eq_ignore_ascii_case(&package.package_id)) else {
                all.push(package);
                self.taken.push(fact);
                continue;
            };
            self.differ(&fact, Some(&here.kind), Some(&package.kind), |kind| format!("a {kind:?}"));
            let version = |version: &u32| format!("source version {version}");
            self.differ(&fact, Some(&here.source_version), Some(&package.source_version), version);
            if here.contents.is_empty() {
                here.contents = package.contents;
            }
        }
    }
}

/// Whether two texts are the same but for line ends and what surrounds them: an export file breaks the line behind its task
/// sequence, and XML has line ends of its own.
fn is_same_text(here: &str, there: &str) -> bool {
    let [here, there] = [here, there].map(|text| text.trim().bytes().filter(|byte| *byte != b'\r'));
    here.eq(there)
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
        let both = site.with(export, "export file x.zip");
        assert_eq!((both.site_code.as_str(), both.packages.len(), both.task_sequences.len()), ("PS1", 2, 2));
        assert_eq!((both.packages[0].name.as_str(), both.packages[0].source_version), ("Site", 3));
        let deploy = &both.task_sequences[0];
        assert_eq!(
            (deploy.name.as_str(), deploy.boot_image.as_deref(), deploy.sequence.as_deref()),
            ("Deploy", Some("PS100005"), Some("<sequence/>"))
        );
        let conflicts: Vec<String> =
            both.conflicts.iter().map(|c| format!("{}: {} / {}", c.fact, c.kept, c.other)).collect();
        assert_eq!(
            conflicts,
            [
                "siteCode: PS1 / PS9",
                "taskSequences.PS100020: name \"Deploy\" / name \"Other\"",
                "taskSequences.PS100020: boot image PS100005 / boot image PS10000F",
                "packages.ps100001: a Package / a DriverPackage",
                "packages.ps100001: source version 3 / source version 9",
            ]
        );
        let origins: Vec<&str> = both.origins.iter().map(|origin| origin.fact.as_str()).collect();
        assert_eq!(origins, ["taskSequences.PS100020", "taskSequences.PS100021", "packages.PS100002"]);
    }

    #[test]
    fn line_ends_make_no_other_task_sequence() {
        let of = |text: &str| {
            facts(
                serde_json::json!({ "taskSequences": [{ "packageId": "PS100020", "name": "Deploy", "sequence": text }] }),
            )
        };
        let conflicts = |here: &str, there: &str| of(here).with(of(there), "export file x.zip").conflicts.len();
        assert_eq!(conflicts("<sequence>\r\n</sequence>", "<sequence>\n</sequence>\r\n"), 0);
        assert_eq!(conflicts("<sequence>\n</sequence>", "<sequence>\n\n</sequence>"), 1);
        assert_eq!(conflicts("<sequence/>", "<sequence>"), 1);
    }

    #[test]
    fn what_is_said_of_the_site_comes_from_whoever_says_it() {
        let first = facts(serde_json::json!({ "publicRootKey": "00" }));
        let second = facts(serde_json::json!({
            "retrieved": "2026-10-01T08:00:00Z", "publicRootKey": "01", "iisSslState": 63, "clientPolicies": ["p"],
        }));
        let both = first.with(second, "facts file b.json");
        assert_eq!((both.public_root_key.as_deref(), both.iis_ssl_state), (Some("00"), Some(63)));
        assert_eq!(both.client_policies, ["p"]);
        assert_eq!((both.conflicts.len(), both.conflicts[0].fact.as_str()), (1, "publicRootKey"));
        let origin = both.origin("iisSslState").unwrap();
        assert_eq!(origin.source, "facts file b.json");
        assert_eq!(origin.retrieved.unwrap().to_string(), "2026-10-01T08:00:00Z");
    }
}
