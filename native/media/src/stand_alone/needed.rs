//! Which packages a stand-alone medium needs: what the site lists, what the steps name, and what the definition adds.

use super::Sequences;
use crate::definition::Definition;
use crate::{Error, ErrorKind, Result, Stage, site};
use std::collections::{BTreeSet, HashSet};
use tsm_formats::task_sequence::{ContentKind, Needed};
use tsm_site::{Application, Package, PackageKind, SiteFacts};

/// A package that a medium needs.
pub(super) struct NeededPackage<'a> {
    /// The package.
    pub package: &'a Package,
    /// The contents of an application that are needed; of other packages all are.
    pub contents: BTreeSet<String>,
}

/// All packages that are needed, in the order in which they are named, each once.
pub(super) fn packages<'a>(
    definition: &Definition,
    facts: &'a SiteFacts,
    sequences: &Sequences,
) -> Result<Vec<NeededPackage<'a>>> {
    let mut collected = Collected { facts, found: Vec::new(), applications: HashSet::new() };
    let with_dependencies = definition.include_application_dependency;
    if let Some(listed) = facts.task_sequence(definition.task_sequence.as_deref().unwrap_or_default()) {
        for reference in &listed.references {
            match reference.kind {
                PackageKind::Application => collected.application(&reference.id, with_dependencies)?,
                _ => collected.package(&reference.id, None)?,
            }
        }
    }
    for reference in sequences.resolution.references.iter().filter(|r| r.needed == Needed::Yes) {
        match reference.kind {
            // The boot image is on the medium anyway, and a child has no content.
            ContentKind::BootImage | ContentKind::TaskSequence => {}
            ContentKind::Application => collected.application(&reference.id, with_dependencies)?,
            _ => collected.package(&reference.id, reference.step.as_deref())?,
        }
    }
    for id in definition.package.iter().chain(&definition.driver_package) {
        collected.package(id, None)?;
    }
    for id in &definition.application {
        collected.application(id, with_dependencies)?;
    }
    Ok(collected.found)
}

/// A deployment type whose content nobody could look for.
fn without_package(application: &Application, way: &str) -> Error {
    let message = format!(
        "The site facts do not say which package holds the content of deployment type '{way}' of application '{}' \
         (packageId).",
        application.name
    );
    Error::new(ErrorKind::FactMissing, Stage::Site, message).target(application.id.clone())
}

struct Collected<'a> {
    facts: &'a SiteFacts,
    found: Vec<NeededPackage<'a>>,
    /// IDs of the applications that were seen.
    applications: HashSet<String>,
}

impl<'a> Collected<'a> {
    fn package(&mut self, id: &str, step: Option<&str>) -> Result<()> {
        let package = self.facts.package(id).ok_or_else(|| {
            let by = step.map_or_else(String::new, |step| format!(", which the step '{step}' needs"));
            let message = format!("The facts of site {} know no package {id}{by}.", self.facts.site_code);
            Error::new(ErrorKind::PackageUnknown, Stage::Site, message).target(id)
        })?;
        match package.kind {
            PackageKind::BootImage => {}
            _ => drop(self.entry(package)),
        }
        Ok(())
    }

    fn entry(&mut self, package: &'a Package) -> &mut NeededPackage<'a> {
        let at = self.found.iter().position(|n| n.package.package_id == package.package_id).unwrap_or_else(|| {
            self.found.push(NeededPackage { package, contents: BTreeSet::new() });
            self.found.len() - 1
        });
        &mut self.found[at]
    }

    /// An application: every way to install it, as only the computer knows which one it takes.
    fn application(&mut self, id: &str, with_dependencies: bool) -> Result<()> {
        let facts = self.facts;
        let application = site::application(facts, id)?;
        if !self.applications.insert(application.id.to_uppercase()) {
            return Ok(());
        }
        if application.deployment_types.is_empty() {
            let message =
                format!("The application '{}' has no deployment type: nothing can install it.", application.name);
            return Err(
                Error::new(ErrorKind::ApplicationIncomplete, Stage::Site, message).target(application.id.clone())
            );
        }
        for way in &application.deployment_types {
            match &way.package_id {
                _ if way.contents.is_empty() => {}
                Some(package) => {
                    let package = site::package(facts, package, PackageKind::Application)?;
                    self.entry(package).contents.extend(way.contents.iter().cloned());
                }
                None => return Err(without_package(application, &way.name)),
            }
            for dependency in way.dependencies.iter().filter(|_| with_dependencies) {
                self.application(dependency, true)?;
            }
        }
        Ok(())
    }
}
