//! What can be checked of a definition without reading anything but the definition.

mod content;
mod options;

pub(crate) use content::client_certificate;

use crate::definition::{Definition, Kind, MediaMode, is_package_id, is_wim_path};
use crate::{
    Error, ErrorKind, SecretReference, Secrets, Stage, UserDeviceAffinity, certificate, management_points, media_kind,
};
use jiff::{Timestamp, ToSpan};
use tsm_formats::MediaProfile;
use tsm_formats::variables::{MediaVariables, VariablesError, check_customer_name, names};

/// Every fault that the definition shows by itself, in the order of its fields. Without `secrets`, references to secrets
/// are only looked at, not followed.
pub(crate) fn faults(
    definition: &Definition,
    secrets: Option<&Secrets>,
    profile: &MediaProfile,
    now: Timestamp,
) -> Vec<Error> {
    let mut faults = Vec::new();
    faults.extend(media_kind::faults(definition));
    faults.extend(path(definition));
    faults.extend(label(definition, profile));
    faults.extend(site_code(definition));
    faults.extend(boot_image(definition));
    faults.extend(operating_system(definition));
    // Who issued a certificate that is given, only its file tells.
    let issued = definition.certificate_path.is_none().then_some(false);
    if definition.kind.has("managementPoint") {
        faults.extend(management_points::faults(definition, issued));
    }
    faults.extend(content::packages(definition));
    faults.extend(validity(definition, now));
    faults.extend(password(definition, secrets));
    variables(definition, profile, &mut faults);
    faults.extend(content::faults(definition, secrets));
    faults.extend(options::faults(definition, secrets));
    if definition.kind.has("certificatePath") {
        faults.extend(certificate_dates(definition, profile, now));
        faults.extend(certificate::input_faults(definition, secrets));
    }
    faults.extend(epoch(definition));
    faults
}

/// A fault of the field `target`.
pub(crate) fn fault(kind: ErrorKind, target: &str, message: impl Into<String>) -> Error {
    Error::new(kind, Stage::Input, message).target(target)
}

/// File names have at most 255 units everywhere; the longest name that a build makes is that of the manifest's partial.
const LONGEST_NAME: usize = 255 - ".manifest.json.partial".len();

fn path(definition: &Definition) -> Option<Error> {
    let path = definition.target();
    let Some(name) = path.file_name() else {
        let message = format!("'{path}' names no file.");
        return Some(fault(ErrorKind::PathInvalid, "path", message));
    };
    if name.encode_utf16().count() > LONGEST_NAME || name.len() > LONGEST_NAME {
        let message = format!(
            "The file name of '{path}' has {} characters; {LONGEST_NAME} are the most, as longer names are made from it.",
            name.chars().count()
        );
        return Some(fault(ErrorKind::PathInvalid, "path", message));
    }
    if path.as_str().contains('\0') {
        return Some(fault(ErrorKind::PathInvalid, "path", "The path holds a NUL character."));
    }
    None
}

fn label(definition: &Definition, profile: &MediaProfile) -> Option<Error> {
    let label = definition.media_label.as_deref()?;
    let reason = tsm_formats::media_label::check(label, profile).err()?;
    let message = format!("The media label '{}' cannot be used: {reason}.", label.escape_debug());
    Some(fault(ErrorKind::LabelInvalid, "mediaLabel", message).source(reason))
}

fn site_code(definition: &Definition) -> Option<Error> {
    let code = definition.site_code.as_deref()?;
    let good = code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    (!good).then(|| {
        let message = format!("'{}' is no site code: it has three letters or digits.", code.escape_debug());
        fault(ErrorKind::DefinitionMalformed, "siteCode", message)
    })
}

fn boot_image(definition: &Definition) -> Option<Error> {
    let image = &definition.boot_image;
    if image.is_empty() || is_wim_path(image) {
        return None;
    }
    if !is_package_id(image) {
        let message = format!(
            "'{}' is neither a package ID (eight letters or digits) nor the path of a .wim file.",
            image.escape_debug()
        );
        return Some(fault(ErrorKind::DefinitionMalformed, "bootImage", message));
    }
    definition.distribution_point.is_empty().then(|| {
        let message =
            format!("The boot image {image} is a package, but no distribution point is named to take it from.");
        fault(ErrorKind::DefinitionIncomplete, "distributionPoint", message)
    })
}

fn operating_system(definition: &Definition) -> Vec<Error> {
    let mut faults = Vec::new();
    if definition.operating_system_image_index == Some(0) {
        let message = "There is no image 0: the first one of a file has the number 1.";
        faults.push(fault(ErrorKind::DefinitionMalformed, "operatingSystemImageIndex", message));
    }
    let carries = [&definition.application, &definition.package, &definition.driver_package];
    if definition.kind == Kind::Prestaged
        && definition.distribution_point.is_empty()
        && carries.iter().any(|list| !list.is_empty())
    {
        let message = "Content is to be carried, but no distribution point is named to take it from.";
        faults.push(fault(ErrorKind::DefinitionIncomplete, "distributionPoint", message));
    }
    let package = definition.operating_system_image.as_ref().filter(|image| is_package_id(image));
    if let Some(id) = package.filter(|_| definition.distribution_point.is_empty()) {
        let message = format!(
            "The operating system image {id} is a package, but no distribution point is named to take it from."
        );
        faults.push(fault(ErrorKind::DefinitionIncomplete, "distributionPoint", message));
    }
    faults
}

fn password(definition: &Definition, secrets: Option<&Secrets>) -> Option<Error> {
    if let Some(reference) = &definition.media_password {
        match SecretReference::parse(reference) {
            Err(error) => return Some(error),
            Ok(reference) if secrets.is_some_and(|s| s.media_password.is_none()) => {
                let message = format!("The media password was not found: '{reference}' has not been resolved.");
                return Some(fault(ErrorKind::SecretUnresolved, "mediaPassword", message));
            }
            Ok(_) => {}
        }
    }
    let password = secrets?.media_password.as_ref()?.expose();
    password.is_empty().then(|| fault(ErrorKind::PasswordEmpty, "mediaPassword", "The media password is empty."))
}

fn variables(definition: &Definition, profile: &MediaProfile, faults: &mut Vec<Error>) {
    let mut written = MediaVariables::new();
    for variable in &definition.variable {
        let name = &variable.name;
        if let Err(reason) = check_customer_name(name) {
            let message = format!("The task sequence variable cannot be used: {reason}.");
            faults.push(fault(ErrorKind::VariableNameInvalid, name, message).source(reason));
            continue;
        }
        if let Some(parameter) = written_by_the_medium(definition, profile, name) {
            let message = format!("The task sequence variable '{name}' is written by the medium itself.");
            let action = format!("Leave the variable out; its value comes from {parameter}.");
            faults.push(fault(ErrorKind::VariableNameInvalid, name, message).action(action));
            continue;
        }
        match written.push(name, &variable.value) {
            Ok(()) => {}
            Err(reason @ VariablesError::Duplicate(_)) => {
                let message = format!("The task sequence variable '{name}' is given twice.");
                faults.push(fault(ErrorKind::VariableNameInvalid, name, message).source(reason));
            }
            Err(reason) => {
                let message = format!("The task sequence variable '{name}' cannot be written: {reason}.");
                faults.push(fault(ErrorKind::VariableValueInvalid, name, message).source(reason));
            }
        }
    }
}

/// The time in which a stand-alone medium may be used.
fn validity(definition: &Definition, now: Timestamp) -> Option<Error> {
    let (start, end) = (definition.media_start_date, definition.media_expiration_date);
    match (start, end) {
        (Some(start), Some(end)) if end <= start => {
            let message =
                format!("The medium could be used until {end}, which is not after {start}, when that begins.");
            Some(fault(ErrorKind::ValidityInvalid, "mediaExpirationDate", message))
        }
        (_, Some(end)) if end <= now => {
            let message = format!("The medium could be used until {end}, which is past.");
            Some(fault(ErrorKind::ValidityInvalid, "mediaExpirationDate", message))
        }
        _ => None,
    }
}

/// The parameter that a variable of the medium's own comes from. Names with the prefix `_SMS` are refused already.
fn written_by_the_medium(definition: &Definition, profile: &MediaProfile, name: &str) -> Option<&'static str> {
    if definition.user_device_affinity != UserDeviceAffinity::DoNotAllow
        && name.eq_ignore_ascii_case(&profile.user_device_affinity.variable)
    {
        return Some("userDeviceAffinity");
    }
    let own = match definition.media_mode? {
        MediaMode::SiteBased => names::MANAGEMENT_POINT,
        MediaMode::Dynamic => names::LOCATION_MANAGEMENT_POINTS,
    };
    name.eq_ignore_ascii_case(own).then_some("managementPoint")
}

/// When the certificate is valid, as the definition says.
pub(crate) fn certificate_period(
    definition: &Definition,
    profile: &MediaProfile,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    period(definition.certificate_start_time, definition.certificate_expire_time, profile, now)
}

/// When a certificate is valid: as asked, else from now for a year (`docs/formats.md`, "Media certificate").
pub(crate) fn period(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    profile: &MediaProfile,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    let start = start.unwrap_or(now);
    let usual = (i64::from(profile.certificate.validity_days) * 24).hours();
    (start, end.unwrap_or_else(|| start.checked_add(usual).unwrap_or(Timestamp::MAX)))
}

fn certificate_dates(definition: &Definition, profile: &MediaProfile, now: Timestamp) -> Option<Error> {
    let (start, end) = certificate_period(definition, profile, now);
    period_fault(start, end, now)
}

/// What is wrong with the dates of a certificate that is to be made.
pub(crate) fn period_fault(start: Timestamp, end: Timestamp, now: Timestamp) -> Option<Error> {
    if end <= start {
        let message = format!("The certificate would end ({end}) before it begins ({start}).");
        return Some(fault(ErrorKind::CertificateDatesReversed, "certificateExpireTime", message));
    }
    (end <= now).then(|| {
        let message = format!("The certificate would have ended already ({end}; it is {now} now).");
        fault(ErrorKind::CertificateDatesPast, "certificateExpireTime", message)
    })
}

/// Discs can bear the years 1970 to 2155 (ECMA-119 9.1.5: a year is one byte from 1900).
const EPOCHS: std::ops::Range<i64> = 0..5_869_584_000;

fn epoch(definition: &Definition) -> Option<Error> {
    let epoch = definition.epoch.filter(|e| !EPOCHS.contains(e))?;
    let message = format!("The time {epoch} cannot stand on a disc: it is not within the years 1970 to 2155.");
    Some(fault(ErrorKind::DefinitionMalformed, "epoch", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> Definition {
        Definition::parse(
            r#"{"schemaVersion": 1, "kind": "Bootable", "path": "/out/boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
                "siteFacts": "facts.json", "bootImage": "PS100005", "distributionPoint": ["/lib"],
                "managementPoint": ["http://mp1.contoso.test"]}"#,
            None,
        )
        .unwrap()
    }

    pub(in crate::input) fn codes(change: impl FnOnce(&mut Definition, &mut Secrets)) -> Vec<&'static str> {
        let (mut definition, mut secrets) = (definition(), Secrets::default());
        change(&mut definition, &mut secrets);
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        faults(&definition, Some(&secrets), &MediaProfile::default(), now).iter().map(|e| e.kind().code()).collect()
    }

    pub(in crate::input) fn variable(name: &str, value: &str) -> crate::Variable {
        crate::Variable { name: name.into(), value: value.into() }
    }

    #[test]
    fn a_plain_definition_has_no_fault() {
        assert!(codes(|_, _| {}).is_empty());
    }

    #[test]
    fn every_fault_has_its_number() {
        assert_eq!(codes(|d, _| d.path = format!("/out/{}.iso", "x".repeat(250))), ["TSM1005"]);
        assert_eq!(codes(|d, _| d.media_label = Some("x".repeat(33))), ["TSM1006"]);
        assert_eq!(codes(|d, _| d.media_label = Some(String::new())), ["TSM1006"]);
        assert_eq!(codes(|d, _| d.variable = vec![variable("_SMSTSMP", "")]), ["TSM1007"]);
        assert_eq!(codes(|d, _| d.variable = vec![variable("A", ""), variable("a", "")]), ["TSM1007"]);
        assert_eq!(codes(|d, _| d.variable = vec![variable("A", "x\0")]), ["TSM1008"]);
        assert_eq!(codes(|_, s| s.media_password = Some(crate::Secret::new(String::new()))), ["TSM1009"]);
        assert_eq!(codes(|d, _| d.media_password = Some("env:X".into())), ["TSM1010"]);
        assert_eq!(codes(|d, _| d.management_point = vec!["mp1".into()]), ["TSM1012"]);
        assert_eq!(codes(|d, _| d.management_point.clear()), ["TSM1013"]);
        assert_eq!(codes(|d, _| d.management_point = vec!["https://mp1".into()]), ["TSM1108"]);
        assert_eq!(codes(|d, _| d.distribution_point.clear()), ["TSM1003"]);
        let time = |t: &str| Some(t.parse().unwrap());
        assert_eq!(codes(|d, _| d.certificate_expire_time = time("2026-11-20T00:00:00Z")), ["TSM1301"]);
        assert_eq!(
            codes(|d, _| {
                d.certificate_start_time = time("2025-01-01T00:00:00Z");
                d.certificate_expire_time = time("2026-01-01T00:00:00Z");
            }),
            ["TSM1302"]
        );
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let all = codes(|d, _| {
            d.media_label = Some(String::new());
            d.management_point = vec!["mp1".into(), "https://mp2".into()];
        });
        assert_eq!(all, ["TSM1006", "TSM1012", "TSM1108"]);
    }
}
