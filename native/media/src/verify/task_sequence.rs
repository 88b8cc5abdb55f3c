//! What makes a disc a task sequence medium: its two config files and its certificate.

use super::Expected;
use crate::inspect::{Inspection, days_until};
use crate::report::Check;
use crate::{ErrorKind, Kind, capture};
use jiff::Timestamp;
use tsm_formats::MediaProfile;
use tsm_formats::variables::{MediaVariables, names};

/// Certificates with fewer days left get a warning.
const FEW_DAYS: i64 = 30;

/// TsmBootstrap.ini, Variables.dat and the certificate in it.
pub(super) fn check(
    inspection: &mut Inspection,
    expected: &Expected<'_>,
    profile: &MediaProfile,
    checks: &mut Vec<Check>,
) {
    checks.push(bootstrap(inspection, profile));
    checks.push(variables(inspection, expected, profile));
    if inspection.kind(profile) == Some(Kind::Capture) {
        checks.push(policy(inspection, expected, profile));
        return;
    }
    checks.extend(stand_alone_policy(inspection, profile));
    if inspection.variables.is_ok() {
        checks.push(certificate(inspection, expected, profile));
    }
}

/// What a capture medium does.
fn policy(inspection: &mut Inspection, expected: &Expected<'_>, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.policy";
    const TITLE: &str = "The policy of the capture medium holds its task sequence";
    let path = profile.layout.policy_path();
    let failed = |evidence: String| Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence);
    let symptom = "TSMBAutorun.exe starts, and no capture wizard appears.";
    let Some(bytes) = inspection.small_file(&path) else {
        return failed(format!("There is no '{path}'.")).symptom(symptom);
    };
    let names = match capture::task_sequences(&bytes, inspection.variables.as_ref().ok(), profile) {
        Ok(names) => names,
        // Of the media of others nobody knows the key.
        Err(_) if expected.variables.is_none() => {
            let kind = ErrorKind::CapturePolicyClosed;
            return Check::warning(ID, TITLE, format!("'{path}' opens with no key that is known."), kind.action())
                .number(kind);
        }
        Err(e) => return failed(format!("'{path}' does not open: {e}.")).symptom(symptom),
    };
    match names.is_empty() {
        true => failed(format!("'{path}' holds no task sequence.")).symptom(symptom),
        false => Check::passed(ID, TITLE, format!("{} task sequence(s): {}.", names.len(), names.join(", "))),
    }
}

fn bootstrap(inspection: &Inspection, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.bootstrap";
    const TITLE: &str = "TsmBootstrap.ini says what the medium is";
    let read = match &inspection.bootstrap {
        Ok(read) => read,
        Err(e) => {
            return Check::from_error(ID, TITLE, e)
                .symptom("The task sequence wizard does not start: no configuration is found on the medium.");
        }
    };
    let words = &profile.media_types;
    let known = [&words.bootable, &words.stand_alone, &words.prestaged, &words.capture];
    let evidence = format!(
        "MediaType={}, PasswordRequired={}, Unattended={}.",
        read.ini.media_type, read.ini.password_required, read.ini.unattended
    );
    if known.iter().any(|word| word.eq_ignore_ascii_case(&read.ini.media_type)) {
        Check::passed(ID, TITLE, evidence)
    } else {
        let evidence = format!("{evidence} This kind of medium is not known.");
        Check::warning(ID, TITLE, evidence, "Look whether a newer version of TaskSequenceMedia knows this kind.")
    }
}

fn variables(inspection: &Inspection, expected: &Expected<'_>, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.variables";
    const TITLE: &str = "Variables.dat opens and holds what it should";
    let found = match &inspection.variables {
        Ok(found) => found,
        Err(_) if inspection.has_no_variables(profile) => {
            return Check::passed(ID, TITLE, "The capture medium has no such file.");
        }
        Err(e) if e.kind() == ErrorKind::PasswordNeeded => {
            let remedy = "Give the password (-MediaPassword) to have the variables and the certificate checked too.";
            return Check::warning(ID, TITLE, "Not checked: the medium has a password, and none was given.", remedy);
        }
        Err(e) => {
            return Check::from_error(ID, TITLE, e)
                .symptom("The wizard refuses the password, or finds no management point.");
        }
    };
    let of_site = [names::SITE_CODE, names::MEDIA_GUID, names::MEDIA_PFX];
    let needed = if inspection.kind(profile) == Some(Kind::Capture) { &[][..] } else { &of_site[..] };
    let mut faults: Vec<String> =
        needed.iter().filter(|name| found.get(name).is_none()).map(|name| format!("{name} is missing")).collect();
    faults.extend(expected.variables.into_iter().flat_map(|wanted| compare(found, wanted)));
    if let Some(wanted) = &expected.variable_names
        && expected.variables.is_none()
        && !found.iter().map(|(name, _)| name).eq(wanted.iter().map(String::as_str))
    {
        faults.push("the names are not those that the manifest records".to_owned());
    }
    if faults.is_empty() {
        let compared = if expected.variables.is_some() { ", all as asked for" } else { "" };
        Check::passed(ID, TITLE, format!("{} variables{compared}.", found.len()))
    } else {
        Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{}.", faults.join("; ")))
    }
}

/// Whether a medium that carries its task sequence has one.
fn stand_alone_policy(inspection: &Inspection, profile: &MediaProfile) -> Option<Check> {
    const ID: &str = "medium.policy";
    const TITLE: &str = "Policy.xml opens and holds a task sequence";
    let is_full = inspection
        .bootstrap
        .as_ref()
        .is_ok_and(|read| read.ini.media_type.eq_ignore_ascii_case(&profile.media_types.stand_alone));
    let symptom = "The wizard shows no task sequence.";
    match &inspection.policy {
        None if is_full => {
            let evidence = "The medium is to carry its task sequence, but has no Policy.xml.";
            Some(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence).symptom(symptom))
        }
        None => None,
        Some(Err(e)) if e.kind() == ErrorKind::PasswordNeeded => {
            let remedy = "Give the password (-MediaPassword) to have the task sequence checked too.";
            Some(Check::warning(ID, TITLE, "Not checked: the medium has a password, and none was given.", remedy))
        }
        Some(Err(e)) => Some(Check::from_error(ID, TITLE, e).symptom(symptom)),
        Some(Ok(policy)) => {
            let found: Vec<String> =
                policy.task_sequences().iter().map(|t| format!("'{}' ({})", t.name, t.package_id)).collect();
            if found.is_empty() {
                let evidence = "There is no task sequence in it.";
                return Some(Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence).symptom(symptom));
            }
            let accounts = policy.network_access_accounts();
            Some(Check::passed(ID, TITLE, format!("{}; network access accounts: {accounts}.", found.join(", "))))
        }
    }
}

/// Differences by name only: values can be secrets.
fn compare(found: &MediaVariables, wanted: &MediaVariables) -> Vec<String> {
    let mut faults: Vec<String> = wanted
        .iter()
        .filter(|(name, value)| found.get(name) != Some(value))
        .map(|(name, _)| format!("{name} is missing or has another value"))
        .collect();
    let foreign = found.iter().filter(|(name, _)| wanted.get(name).is_none());
    faults.extend(foreign.map(|(name, _)| format!("{name} was not asked for")));
    faults
}

fn certificate(inspection: &Inspection, expected: &Expected<'_>, profile: &MediaProfile) -> Check {
    const ID: &str = "medium.certificate";
    const TITLE: &str = "The media certificate opens and is valid";
    let certificate = match inspection.certificate(profile) {
        Ok(certificate) => certificate,
        Err(e) => {
            return Check::from_error(ID, TITLE, &e)
                .symptom("The management point refuses the medium: no policy is received.");
        }
    };
    let thumbprint = crate::text::hex(&certificate.thumbprint());
    if let Some(wanted) = &expected.thumbprint
        && *wanted != thumbprint
    {
        let evidence = format!("The certificate is {thumbprint}, recorded is {wanted}.");
        return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, evidence);
    }
    let (from, to) = (certificate.not_before(), certificate.not_after());
    let evidence = format!("Thumbprint {thumbprint}, valid from {from} to {to}.");
    let days = days_until(to);
    if to < Timestamp::now() {
        return Check::failed(ID, TITLE, ErrorKind::VerificationFailed, format!("{evidence} It has expired."))
            .symptom("The management point refuses the medium: no policy is received.");
    }
    if from > Timestamp::now() {
        let remedy = "Use the medium from that date on, or make one that begins earlier.";
        return Check::warning(ID, TITLE, format!("{evidence} It is not valid yet."), remedy);
    }
    if days < FEW_DAYS {
        let evidence = format!("{evidence} It ends in {days} days.");
        return Check::warning(ID, TITLE, evidence, "Make the medium anew before its certificate ends.");
    }
    Check::passed(ID, TITLE, evidence)
}
