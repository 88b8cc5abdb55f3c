//! Where content comes from: texts that name no source, numbers out of range, certificates of no form.

use super::fault;
use crate::definition::{CLIENT_PASSWORD, Definition, Kind, is_package_id};
use crate::{Error, ErrorKind, SecretReference, Secrets, certificate, content_errors};
use std::ops::RangeInclusive;
use tsm_content::DistributionPoint;

/// How many files may be asked for at once. More would only wait for each other, and be taken for an attack.
const THROTTLE: RangeInclusive<u32> = 1..=64;

/// The faults of the fields about content, in the order of the fields.
pub(super) fn faults(definition: &Definition, secrets: Option<&Secrets>) -> Vec<Error> {
    let mut faults = Vec::new();
    let servers = definition.distribution_point.iter().filter(|text| DistributionPoint::is_named_by(text));
    faults.extend(servers.filter_map(|text| DistributionPoint::check_name(text).err()).map(content_errors::error));
    if definition.no_cache && definition.cache_path.is_some() {
        let message = "A folder for the cache is given (cachePath), and that there shall be none (noCache).";
        faults.push(fault(ErrorKind::DefinitionMalformed, "noCache", message).action("Leave one of them out."));
    }
    if let Some(limit) = definition.throttle_limit.filter(|limit| !THROTTLE.contains(limit)) {
        let message = format!("{limit} files at once are not possible: it is a number from 1 to 64.");
        faults.push(fault(ErrorKind::DefinitionMalformed, "throttleLimit", message));
    }
    faults.extend(client_certificate(definition, secrets));
    faults
}

/// Who to be for distribution points: the place is one, and the password belongs to it. Without `secrets`, the reference to
/// the password is only looked at.
pub(crate) fn client_certificate(definition: &Definition, secrets: Option<&Secrets>) -> Option<Error> {
    const FIELD: &str = "distributionPointCertificatePath";
    let (field, words) = CLIENT_PASSWORD;
    let given = secrets.is_some_and(|s| s.distribution_point_certificate_password.is_some());
    let reference = definition.distribution_point_certificate_password.as_deref();
    let Some(path) = &definition.distribution_point_certificate_path else {
        let message = format!("A {words} is given ({field}), but no client certificate.");
        return (given || reference.is_some()).then(|| fault(ErrorKind::DefinitionIncomplete, FIELD, message));
    };
    if let Some(fault) = certificate::place_fault(path, FIELD) {
        return Some(fault);
    }
    match SecretReference::parse_of(reference?, field, words) {
        Err(error) => Some(error),
        Ok(reference) if secrets.is_some() && !given => {
            let message = format!("The {words} was not found: '{reference}' has not been resolved.");
            Some(fault(ErrorKind::SecretUnresolved, field, message))
        }
        Ok(_) => None,
    }
}

/// Texts that name no package or task sequence, and packages without a place to take them from.
pub(super) fn packages(definition: &Definition) -> Vec<Error> {
    let lists = [("package", &definition.package), ("driverPackage", &definition.driver_package)];
    let named = lists.into_iter().flat_map(|(field, list)| list.iter().map(move |id| (field, id)));
    let named = named.chain(definition.task_sequence.iter().map(|id| ("taskSequence", id)));
    let mut faults: Vec<Error> = named
        .filter(|(_, id)| !is_package_id(id))
        .map(|(field, id)| {
            let message = format!("'{}' is no package ID: it has eight letters or digits.", id.escape_debug());
            fault(ErrorKind::DefinitionMalformed, field, message)
        })
        .collect();
    if definition.kind == Kind::StandAlone && definition.distribution_point.is_empty() {
        let message = "Stand-alone media carry content, but no distribution point is named to take it from.";
        faults.push(fault(ErrorKind::DefinitionIncomplete, "distributionPoint", message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::codes;

    #[test]
    fn every_fault_has_its_number() {
        assert_eq!(codes(|d, _| d.distribution_point = vec!["ftp://dp1".into()]), ["TSM1210"]);
        assert_eq!(codes(|d, _| d.distribution_point = vec!["http://user:word@dp1".into()]), ["TSM1210"]);
        assert_eq!(codes(|d, _| d.distribution_point = vec!["https://c.cloudapp.net".into()]), ["TSM1228"]);
        assert_eq!(codes(|d, _| d.throttle_limit = Some(0)), ["TSM1001"]);
        assert_eq!(codes(|d, _| (d.no_cache, d.cache_path) = (true, Some("/cache".into()))), ["TSM1001"]);
        let path = |text: &str| Some(text.to_owned());
        assert_eq!(codes(|d, _| d.distribution_point_certificate_password = path("env:X")), ["TSM1003"]);
        assert_eq!(codes(|d, _| d.distribution_point_certificate_path = path("cert:My")), ["TSM1001"]);
        let unresolved = |d: &mut Definition, _: &mut Secrets| {
            d.distribution_point_certificate_path = path("client.pfx");
            d.distribution_point_certificate_password = path("env:X");
        };
        assert_eq!(codes(unresolved), ["TSM1010"]);
        let good = vec!["http://dp1:8080".into(), "dp2.contoso.test".into(), "/lib".into()];
        assert!(codes(|d, _| d.distribution_point = good).is_empty());
    }
}
