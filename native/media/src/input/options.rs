//! Faults of the options of a definition: password rules, texts, sensitive variables, the prestart command.

use super::fault;
use crate::definition::{Definition, is_package_id};
use crate::{Error, ErrorKind, Secrets};

/// Every fault of the options, in the order of their fields.
pub(super) fn faults(definition: &Definition, secrets: Option<&Secrets>) -> Vec<Error> {
    let mut faults = Vec::new();
    faults.extend(password_rules(definition, secrets));
    faults.extend(sensitive_variables(definition));
    faults.extend(prestart(definition));
    faults.extend(texts(definition));
    faults
}

/// A password can be required or renounced, not both; and what is said has to be true.
fn password_rules(definition: &Definition, secrets: Option<&Secrets>) -> Option<Error> {
    let given = secrets.is_some_and(|s| s.media_password.is_some()) || definition.media_password.is_some();
    match (definition.require_password, definition.no_password) {
        (true, true) => {
            let message = "A password is required (requirePassword) and renounced (noPassword) at the same time.";
            Some(fault(ErrorKind::OptionsContradict, "noPassword", message))
        }
        (false, true) if given => {
            let message = "A password is given and renounced (noPassword) at the same time.";
            Some(fault(ErrorKind::OptionsContradict, "noPassword", message))
        }
        // Without `secrets` the password may still come from elsewhere.
        (true, false) if !given && secrets.is_some() => {
            let message = "The medium must have a password (requirePassword), and there is none.";
            Some(fault(ErrorKind::PasswordRequired, "requirePassword", message))
        }
        _ => None,
    }
}

/// A misspelt name would show in the log what was to be hidden.
fn sensitive_variables(definition: &Definition) -> impl Iterator<Item = Error> {
    let is_there = |name: &str| definition.variable.iter().any(|v| v.name.eq_ignore_ascii_case(name));
    definition.sensitive_variable.iter().filter(move |name| !is_there(name)).map(|name| {
        let message = format!("There is no task sequence variable '{}' that could be sensitive.", name.escape_debug());
        fault(ErrorKind::SensitiveVariableUnknown, "sensitiveVariable", message)
    })
}

/// The longest command line that cmd.exe takes ("Command prompt line string limitation", Microsoft support).
const LONGEST_COMMAND: usize = 8191;

fn prestart(definition: &Definition) -> Vec<Error> {
    let mut faults = Vec::new();
    match &definition.prestart_command {
        Some(command) => faults.extend(prestart_command(command)),
        None if definition.prestart_package.is_some() => {
            let message = "Files for a prestart command are named (prestartPackage), but no command.";
            faults.push(fault(ErrorKind::PrestartInvalid, "prestartPackage", message));
        }
        None => {}
    }
    if let Some(package) = &definition.prestart_package {
        faults.extend(prestart_package(definition, package));
    }
    faults
}

fn prestart_command(command: &str) -> Option<Error> {
    let refuse = |message: String| Some(fault(ErrorKind::PrestartInvalid, "prestartCommand", message));
    if command.trim().is_empty() {
        return refuse("The prestart command is empty.".to_owned());
    }
    if let Some(control) = command.chars().find(|c| c.is_control()) {
        return refuse(format!(
            "The prestart command holds the control character U+{:04X}; it has to be one line.",
            u32::from(control)
        ));
    }
    let length = command.encode_utf16().count();
    if length > LONGEST_COMMAND {
        return refuse(format!("The prestart command has {length} characters; {LONGEST_COMMAND} are the most."));
    }
    None
}

fn prestart_package(definition: &Definition, package: &str) -> Option<Error> {
    if package.trim().is_empty() || package.contains('\0') {
        let message = format!("'{}' is neither a package ID nor the path of a folder.", package.escape_debug());
        return Some(fault(ErrorKind::PrestartInvalid, "prestartPackage", message));
    }
    (is_package_id(package) && definition.distribution_point.is_empty()).then(|| {
        let message =
            format!("The prestart files are package {package}, but no distribution point is named to take it from.");
        fault(ErrorKind::DefinitionIncomplete, "distributionPoint", message)
    })
}

/// The limits are those of the product's own parameters (New-CMPrestageMedia: CreatedBy, Version, Comment).
fn texts(definition: &Definition) -> Vec<Error> {
    [
        ("createdBy", &definition.created_by, 50),
        ("version", &definition.version, 32),
        ("comment", &definition.comment, 127),
    ]
    .into_iter()
    .filter_map(|(field, text, limit)| text_fault(field, text.as_deref()?, limit))
    .collect()
}

fn text_fault(field: &str, text: &str, limit: usize) -> Option<Error> {
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        let message = format!("'{field}' holds the control character U+{:04X}.", u32::from(control));
        return Some(fault(ErrorKind::TextInvalid, field, message));
    }
    let length = text.encode_utf16().count();
    (length > limit).then(|| {
        let message = format!("'{field}' has {length} characters; {limit} are the most.");
        fault(ErrorKind::TextInvalid, field, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::{codes, variable};
    use crate::{Secret, UserDeviceAffinity};

    #[test]
    fn passwords_are_required_or_renounced() {
        let password = |s: &mut Secrets| s.media_password = Some(Secret::new("x".into()));
        assert_eq!(codes(|d, _| d.require_password = true), ["TSM1022"]);
        assert_eq!(codes(|d, _| d.no_password = true), [""; 0]);
        assert_eq!(codes(|d, s| (d.require_password, ()) = (true, password(s))), [""; 0]);
        assert_eq!(codes(|d, s| (d.no_password, ()) = (true, password(s))), ["TSM1023"]);
        assert_eq!(codes(|d, _| (d.require_password, d.no_password) = (true, true)), ["TSM1023"]);
    }

    #[test]
    fn a_sensitive_variable_must_be_there() {
        assert_eq!(
            codes(|d, _| {
                d.variable = vec![variable("JoinPassword", "x")];
                d.sensitive_variable = vec!["joinpassword".into()];
            }),
            [""; 0]
        );
        assert_eq!(codes(|d, _| d.sensitive_variable = vec!["JoinPasword".into()]), ["TSM1027"]);
    }

    #[test]
    fn a_prestart_command_is_one_line_and_its_files_need_it() {
        let command = |text: &str| Some(text.to_owned());
        assert_eq!(codes(|d, _| d.prestart_command = command("cmd /C start.cmd")), [""; 0]);
        assert_eq!(codes(|d, _| d.prestart_command = command(" ")), ["TSM1025"]);
        assert_eq!(codes(|d, _| d.prestart_command = command("a\0")), ["TSM1025"]);
        assert_eq!(codes(|d, _| d.prestart_command = command("a\r\nb")), ["TSM1025"]);
        assert_eq!(codes(|d, _| d.prestart_command = command(&"x".repeat(8192))), ["TSM1025"]);
        assert_eq!(codes(|d, _| d.prestart_package = command("PS100012")), ["TSM1025"]);
        assert_eq!(
            codes(|d, _| {
                d.boot_image = "/boot.wim".into();
                d.distribution_point.clear();
                d.prestart_command = command("cmd /C start.cmd");
                d.prestart_package = command("PS100012");
            }),
            ["TSM1003"]
        );
    }

    #[test]
    fn texts_have_the_limits_of_the_product() {
        let text = |length| Some("x".repeat(length));
        assert_eq!(codes(|d, _| (d.created_by, d.version, d.comment) = (text(50), text(32), text(127))), [""; 0]);
        assert_eq!(
            codes(|d, _| (d.created_by, d.version, d.comment) = (text(51), text(33), text(128))),
            ["TSM1024"; 3]
        );
        assert_eq!(codes(|d, _| d.comment = Some("a\nb".into())), ["TSM1024"]);
    }

    #[test]
    fn every_answer_to_the_question_of_affinity_is_allowed() {
        for answer in [
            UserDeviceAffinity::DoNotAllow,
            UserDeviceAffinity::AdministratorApproval,
            UserDeviceAffinity::AutoApproval,
        ] {
            assert_eq!(codes(|d, _| d.user_device_affinity = answer), [""; 0]);
        }
    }
}
