//! What can be wrong with the certificate of a definition: by itself, and against management points and site.

use super::{FIELD, place_fault};
use crate::definition::Definition;
use crate::input::fault;
use crate::{Error, ErrorKind, SecretReference, Secrets, Stage, management_points};
use tsm_cert::{Finding, Import, KeyAlgorithm};

/// The kind of error that a finding about a certificate is. Warnings have their numbers too.
pub(crate) fn kind(finding: &Finding) -> ErrorKind {
    match finding {
        Finding::Expired(_) => ErrorKind::CertificateExpired,
        Finding::NotYetValid(_) => ErrorKind::CertificateNotYetValid,
        Finding::KeyShort(_) => ErrorKind::CertificateKeyShort,
        Finding::KeyNotRsa => ErrorKind::CertificateKeyKind,
        Finding::KeyStorageProvider(_) => ErrorKind::CertificateKeyProvider,
        Finding::NotForClients => ErrorKind::CertificatePurpose,
        Finding::ChainBroken { .. } => ErrorKind::CertificateChainBroken,
        Finding::RootUnknown(_) => ErrorKind::CertificateRootUnknown,
        Finding::KeyLength(_) => ErrorKind::CertificateKeyLength,
        Finding::ChainIncomplete(_) | Finding::ChainUnchecked(_) => ErrorKind::CertificateChainIncomplete,
        Finding::ExpiresSoon(_) => ErrorKind::CertificateExpiresSoon,
        Finding::SignatureWeak => ErrorKind::CertificateSignatureWeak,
        Finding::SubjectWide(_) => ErrorKind::CertificateSubject,
        _ => ErrorKind::CertificateDoubtful,
    }
}

/// A finding as an error. `path` is where the certificate was found.
pub(crate) fn error(path: &str, import: &Import, finding: &Finding) -> Error {
    let message = format!("The certificate '{}' {finding}.", import.certificate.facts().subject);
    Error::new(kind(finding), Stage::Certificate, message).target(path)
}

/// What a definition shows by itself. Without `secrets`, the reference to the password is only looked at.
pub(crate) fn input_faults(definition: &Definition, secrets: Option<&Secrets>) -> Vec<Error> {
    let mut faults = Vec::new();
    faults.extend(path(definition));
    faults.extend(password(definition, secrets));
    faults.extend(dates_of_given(definition));
    faults
}

fn path(definition: &Definition) -> Option<Error> {
    place_fault(definition.certificate_path.as_deref()?, FIELD)
}

fn password(definition: &Definition, secrets: Option<&Secrets>) -> Option<Error> {
    let given = secrets.is_some_and(|s| s.certificate_password.is_some());
    let Some(reference) = &definition.certificate_password else {
        let message = "A password for a certificate is given, but no certificate (certificatePath).";
        return (given && definition.certificate_path.is_none())
            .then(|| fault(ErrorKind::DefinitionIncomplete, "certificatePath", message));
    };
    if definition.certificate_path.is_none() {
        let message = "A password for a certificate is named (certificatePassword), but no certificate.";
        return Some(fault(ErrorKind::DefinitionIncomplete, "certificatePath", message));
    }
    match SecretReference::parse_of(reference, "certificatePassword", "certificate password") {
        Err(error) => Some(error),
        Ok(reference) if secrets.is_some() && !given => {
            let message = format!("The certificate password was not found: '{reference}' has not been resolved.");
            Some(fault(ErrorKind::SecretUnresolved, "certificatePassword", message))
        }
        Ok(_) => None,
    }
}

/// A certificate that is given has its dates already.
fn dates_of_given(definition: &Definition) -> Option<Error> {
    definition.certificate_path.as_ref()?;
    let field = match (definition.certificate_start_time, definition.certificate_expire_time) {
        (None, None) => return None,
        (Some(_), _) => "certificateStartTime",
        (None, Some(_)) => "certificateExpireTime",
    };
    let message = format!("A certificate is given (certificatePath), and a date for a fresh one ({field}) as well.");
    Some(fault(ErrorKind::OptionsContradict, field, message))
}

/// What makes a certificate that was opened useless for this definition.
pub(crate) fn of_import(path: &str, import: &Import, definition: &Definition) -> Vec<Error> {
    let mut faults: Vec<Error> = import.errors().map(|f| error(path, import, f)).collect();
    faults.extend(management_points::refusing(definition, !import.certificate.is_self_signed()));
    faults
}

/// A certificate in one line.
pub(crate) fn describe(import: &Import) -> String {
    let (certificate, facts) = (&import.certificate, import.certificate.facts());
    let bits = if let KeyAlgorithm::Rsa(bits) = facts.key { bits } else { 0 };
    format!(
        "'{}', issued by '{}', SHA-1 {}, RSA {bits}, valid from {} to {}.",
        facts.subject,
        facts.issuer,
        crate::text::hex(&certificate.thumbprint()),
        facts.not_before,
        facts.not_after
    )
}
