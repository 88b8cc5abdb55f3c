//! Content beside the operating system of a prestaged medium, because the definition names it: applications, packages and
//! driver packages. A client that finds it there downloads nothing.

use crate::blueprint::Item;
use crate::definition::{Definition, Kind};
use crate::package_content::{self, FoundPackage};
use crate::supply::Supply;
use crate::{Error, ErrorKind, Result, Stage, site};
use std::collections::HashSet;
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_site::{Application, PackageKind, SiteFacts};

/// A package beside the operating system.
pub(crate) struct Beside {
    /// The package, where it was found.
    pub package: FoundPackage,
    /// Its files.
    pub items: Vec<Item>,
    /// Empty folders among them.
    pub folders: Vec<String>,
}

/// Finds everything that is named; nothing of it is copied.
pub(super) fn find(
    definition: &Definition,
    facts: &SiteFacts,
    profile: &MediaProfile,
    supply: &Supply<'_>,
    context: &Context,
) -> Result<Vec<Beside>> {
    let mut seen = HashSet::new();
    let mut beside = Vec::new();
    for (id, kind) in wanted(definition, facts)? {
        if !seen.insert(id.to_ascii_uppercase()) {
            continue;
        }
        let package = site::package(facts, &id, kind)?;
        let found = package_content::find(package, supply, context)?;
        let directory = &profile.layout.package_directory;
        let (items, folders) = match found.content.contents.as_slice() {
            // Contents of one package can have files of one name.
            [_, _, ..] => (found.items_apart(directory), found.empty_folders_apart(directory)),
            _ => {
                let place = format!("{directory}/{}", package.package_id);
                (found.items(&place), found.empty_folders(&place))
            }
        };
        beside.push(Beside { package: found, items, folders });
    }
    Ok(beside)
}

/// The packages that are named, with those of the applications, in the order of the definition; none for media of other kinds.
pub(crate) fn wanted(definition: &Definition, facts: &SiteFacts) -> Result<Vec<(String, PackageKind)>> {
    let mut wanted = Vec::new();
    if definition.kind != Kind::Prestaged {
        return Ok(wanted);
    }
    for application in applications(definition, facts)? {
        let packages = application.deployment_types.iter().filter_map(|t| t.package_id.clone());
        wanted.extend(packages.map(|id| (id, PackageKind::Application)));
    }
    wanted.extend(definition.package.iter().map(|id| (id.clone(), PackageKind::Package)));
    wanted.extend(definition.driver_package.iter().map(|id| (id.clone(), PackageKind::DriverPackage)));
    Ok(wanted)
}

/// The applications that are named and, when that is asked for, those that have to be installed before them.
fn applications<'a>(definition: &Definition, facts: &'a SiteFacts) -> Result<Vec<&'a Application>> {
    let mut waiting: Vec<String> = definition.application.iter().rev().cloned().collect();
    let mut found: Vec<&Application> = Vec::new();
    while let Some(named) = waiting.pop() {
        let application = facts.application(&named).ok_or_else(|| unknown(&named, facts))?;
        if found.iter().any(|f| f.id == application.id) {
            continue;
        }
        found.push(application);
        if definition.include_application_dependency {
            waiting.extend(application.deployment_types.iter().flat_map(|t| t.dependencies.iter().cloned()));
        }
    }
    Ok(found)
}

fn unknown(named: &str, facts: &SiteFacts) -> Error {
    let known: Vec<String> = facts.applications.iter().map(|a| format!("'{}'", a.name)).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let message = format!(
        "The facts of site {} know no application '{named}', or several of that name; applications there: {known}.",
        facts.site_code
    );
    Error::new(ErrorKind::ApplicationUnknown, Stage::Site, message).target(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> SiteFacts {
        let kind = |id: &str, needs: &[&str]| serde_json::json!({ "name": "MSI", "packageId": format!("PS1000{id}"), "dependencies": needs });
        let application = |id: &str, name: &str, needs: &[&str]| serde_json::json!({ "id": id, "name": name, "version": 1, "deploymentTypes": [kind(id, needs)] });
        let facts = serde_json::json!({
            "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1",
            "applications": [application("01", "One", &["02"]), application("02", "Two", &["03", "01"]), application("03", "Three", &[])],
        });
        SiteFacts::from_value(facts, "facts").unwrap()
    }

    fn ids(dependencies: bool, named: &[&str]) -> Result<Vec<String>> {
        let text = r#"{"schemaVersion": 1, "kind": "Prestaged", "path": "x.wim", "siteFacts": "facts.json", "package": ["PS100099"]}"#;
        let mut definition = Definition::parse(text, None).unwrap();
        definition.application = named.iter().map(|n| (*n).to_owned()).collect();
        definition.include_application_dependency = dependencies;
        Ok(wanted(&definition, &facts())?.into_iter().map(|(id, _)| id).collect())
    }

    #[test]
    fn dependencies_come_when_they_are_asked_for_and_once_in_a_circle() {
        assert_eq!(ids(false, &["one"]).unwrap(), ["PS100001", "PS100099"]);
        assert_eq!(ids(true, &["One"]).unwrap(), ["PS100001", "PS100002", "PS100003", "PS100099"]);
    }

    #[test]
    fn an_application_that_is_not_known_is_named_with_those_that_are() {
        let error = ids(false, &["Four"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ApplicationUnknown);
        assert!(error.message().contains("'Four'") && error.message().contains("'Two'"), "{}", error.message());
    }
}
