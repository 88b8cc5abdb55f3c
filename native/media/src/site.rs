//! The site facts that a medium needs, found or named as missing.

mod sources;

use crate::definition::{Definition, FactsSource};
use crate::{Error, ErrorKind, Result, Stage};
use jiff::Timestamp;
use tsm_site::{Application, FactsError, FactsErrorKind, Package, PackageKind, SiteFacts, TaskSequence};

/// Reads the facts that the definition names, and checks that they are of the right site and young enough.
pub(crate) fn load(definition: &Definition, now: Timestamp) -> Result<SiteFacts> {
    let facts = match &definition.site_facts {
        FactsSource::Inline(map) => {
            SiteFacts::from_value(serde_json::Value::Object(map.clone()), "the site facts of the definition")
                .map_err(facts_error)?
        }
        FactsSource::Path(_) | FactsSource::Paths(_) => sources::load(definition.site_facts.paths())?,
    };
    check_site_code(definition, &facts)?;
    check_age(definition, &facts, now)?;
    Ok(facts)
}

pub(crate) use sources::{export_error, of_one_site};

/// Facts that cannot be used, as an error of this crate.
pub(crate) fn facts_error(error: FactsError) -> Error {
    let kind = match error.kind() {
        FactsErrorKind::Unreadable => ErrorKind::FactsUnreadable,
        FactsErrorKind::Version => ErrorKind::FactsVersion,
        _ => ErrorKind::FactsMalformed,
    };
    let text = error.to_string();
    Error::new(kind, Stage::Site, format!("{}.", crate::text::sentence(&text))).target("siteFacts").source(error)
}

fn check_site_code(definition: &Definition, facts: &SiteFacts) -> Result<()> {
    match definition.site_code.as_deref() {
        Some(asked) if !asked.eq_ignore_ascii_case(&facts.site_code) => {
            let message = format!("The definition is for site {asked}, the facts are of site {}.", facts.site_code);
            Err(Error::new(ErrorKind::SiteCodeMismatch, Stage::Site, message).target("siteCode"))
        }
        _ => Ok(()),
    }
}

fn check_age(definition: &Definition, facts: &SiteFacts, now: Timestamp) -> Result<()> {
    let Some(most) = definition.site_facts_maximum_age else { return Ok(()) };
    let hours = now.duration_since(facts.retrieved).as_hours();
    if hours <= i64::from(most) * 24 {
        return Ok(());
    }
    let message =
        format!("The site facts are of {}, {} days ago; at most {most} days are allowed.", facts.retrieved, hours / 24);
    Err(Error::new(ErrorKind::FactsTooOld, Stage::Site, message).target("siteFacts"))
}

/// The names of the facts that media need which ask a management point, and that are not there.
pub(crate) fn missing(definition: &Definition, facts: &SiteFacts) -> Vec<Error> {
    let mut missing = Vec::new();
    if !definition.kind.has("managementPoint") {
        return missing; // it asks none
    }
    let mut need = |there: bool, name: &str, why: &str| {
        if !there {
            let message = format!("The site facts lack '{name}': {why}.");
            missing.push(Error::new(ErrorKind::FactMissing, Stage::Site, message).target(name));
        }
    };
    need(facts.ports.is_some(), "ports", "the medium must know the ports of the management point");
    need(facts.iis_ssl_state.is_some(), "iisSslState", "the medium must know how the site uses certificates");
    need(facts.public_root_key.is_some(), "publicRootKey", "the medium must know whom to trust");
    need(
        facts.site_signing_certificate.is_some(),
        "siteSigningCertificate",
        "the medium must check the signature of its policy",
    );
    if definition.allow_unknown_machine {
        need(
            !facts.unknown_computers.is_empty(),
            "unknownComputers",
            "unknown computers are to use the medium, under these records",
        );
    }
    missing
}

/// A task sequence of the site.
pub(crate) fn task_sequence<'a>(facts: &'a SiteFacts, id: &str) -> Result<&'a TaskSequence> {
    facts.task_sequence(id).ok_or_else(|| {
        let known: Vec<&str> = facts.task_sequences.iter().map(|t| t.package_id.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("The facts of site {} know no task sequence {id}; there are: {known}.", facts.site_code);
        Error::new(ErrorKind::TaskSequenceUnknown, Stage::Site, message).target(id)
    })
}

/// An application of the site, by its ID or its name.
pub(crate) fn application<'a>(facts: &'a SiteFacts, id: &str) -> Result<&'a Application> {
    facts.application(id).ok_or_else(|| {
        let message =
            format!("The facts of site {} know no application '{id}', or several of that name.", facts.site_code);
        Error::new(ErrorKind::ApplicationUnknown, Stage::Site, message).target(id)
    })
}

/// The boot image package of the site.
pub(crate) fn boot_image<'a>(facts: &'a SiteFacts, id: &str) -> Result<&'a Package> {
    package(facts, id, PackageKind::BootImage)
}

/// A package of the site, which must be of this kind.
pub(crate) fn package<'a>(facts: &'a SiteFacts, id: &str, kind: PackageKind) -> Result<&'a Package> {
    let words = match kind {
        PackageKind::BootImage => "boot image",
        PackageKind::OperatingSystemImage => "operating system image",
        PackageKind::Package => "package",
        PackageKind::DriverPackage => "driver package",
        PackageKind::Application => "application",
        PackageKind::OperatingSystemUpgradePackage => "operating system upgrade package",
    };
    let package = facts.package(id).ok_or_else(|| {
        let known: Vec<&str> =
            facts.packages.iter().filter(|p| p.kind == kind).map(|p| p.package_id.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("The facts of site {} know no package {id}; {words}s there: {known}.", facts.site_code);
        Error::new(ErrorKind::PackageUnknown, Stage::Site, message).target(id)
    })?;
    if package.kind != kind {
        let message = format!("Package {id} ('{}') is not a {words} but a {:?}.", package.name, package.kind);
        return Err(Error::new(ErrorKind::PackageKind, Stage::Site, message).target(id));
    }
    Ok(package)
}
