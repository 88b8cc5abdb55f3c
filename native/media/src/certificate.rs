//! The certificate of a medium: a fresh one that it signs itself, or one that is given.

mod faults;
mod file;
mod record;
mod registration;
mod store;

pub(crate) use faults::{describe, error, input_faults, of_import};
pub use file::{NewCertificate, new_certificate, read_certificate};
pub(crate) use record::key_type;
pub use record::{CertificateRecord, RegistrationState};
pub use registration::{AdminServiceCall, Registration, RegistrationRecord};
pub(crate) use store::is_in_store;

use crate::definition::Definition;
use crate::{Error, ErrorKind, Result, Secrets, Stage, input};
use jiff::Timestamp;
use tsm_cert::{CertError, Import, MediaCertificate, Severity};
use tsm_formats::MediaProfile;
use tsm_site::SiteFacts;
use zeroize::Zeroizing;

/// What certificate a medium gets.
#[derive(Debug, Clone)]
pub(crate) enum CertificateSource {
    /// A fresh one, made when the medium is built.
    Fresh {
        /// When it begins.
        start: Timestamp,
        /// When it ends.
        end: Timestamp,
    },
    /// One that is there.
    Given(Box<MediaCertificate>),
}

impl CertificateSource {
    /// Looks for the certificate that the definition asks for. The first fault that makes it useless ends the search.
    pub fn of(
        definition: &Definition,
        secrets: &Secrets,
        facts: &SiteFacts,
        profile: &MediaProfile,
        now: Timestamp,
    ) -> Result<Self> {
        let Some(path) = &definition.certificate_path else {
            let (start, end) = input::certificate_period(definition, profile, now);
            return Ok(Self::Fresh { start, end });
        };
        let import = open(path, secrets, &roots(facts), now)?;
        match of_import(path, &import, definition).into_iter().next() {
            Some(fault) => Err(fault),
            None => Ok(Self::Given(Box::new(import.certificate))),
        }
    }

    /// The certificate for a medium with this GUID. Making one takes about a second.
    pub fn certificate(&self, media_guid: &str) -> Result<MediaCertificate, CertError> {
        match self {
            Self::Fresh { start, end } => MediaCertificate::generate(media_guid, *start, *end),
            Self::Given(certificate) => Ok((**certificate).clone()),
        }
    }

    /// What is done about it, for the log.
    pub fn describe(&self) -> String {
        match self {
            Self::Fresh { .. } => "Making the media certificate.".to_owned(),
            Self::Given(certificate) => {
                let thumbprint = crate::text::hex(&certificate.thumbprint());
                format!("The media certificate is '{}', SHA-1 {thumbprint}.", certificate.facts().subject)
            }
        }
    }

    /// What of it belongs to the identity of a plan: nothing that is fresh in every medium.
    pub fn identity(&self, definition: &Definition) -> serde_json::Value {
        match self {
            Self::Fresh { .. } => {
                serde_json::json!([definition.certificate_start_time, definition.certificate_expire_time])
            }
            Self::Given(certificate) => serde_json::json!(crate::text::hex(&certificate.thumbprint())),
        }
    }
}

/// The roots that the site trusts. Facts were checked to be hexadecimal digits when they were read.
pub(crate) fn roots(facts: &SiteFacts) -> Vec<Vec<u8>> {
    facts.root_ca_certificates.iter().filter_map(|text| crate::text::from_hex(text)).collect()
}

/// The bytes of a PKCS #12 file and the password that opens them: of the file `path`, which `password` opens, or of a
/// certificate that Windows gives out of a store. `field` is the one that names it.
pub(crate) fn key_file(path: &str, password: &str, field: &str) -> Result<(Zeroizing<Vec<u8>>, Zeroizing<String>)> {
    if is_in_store(path) {
        return store::export(path, field);
    }
    Ok((Zeroizing::new(file::read(path)?), Zeroizing::new(password.to_owned())))
}

/// What is wrong with a text that names a place in a store rather than a file. `field` is the one that holds it.
pub(crate) fn place_fault(path: &str, field: &str) -> Option<Error> {
    if is_in_store(path) { store::Place::parse(path, field).err() } else { None }
}

/// The field with the certificate of the medium.
const FIELD: &str = "certificatePath";

/// Opens a certificate and judges it. Without roots, every root is good.
pub(crate) fn open(path: &str, secrets: &Secrets, roots: &[Vec<u8>], now: Timestamp) -> Result<Import> {
    let password = secrets.certificate_password.as_ref().map_or("", |p| p.expose());
    let (bytes, password) = key_file(path, password, FIELD)?;
    Import::from_pkcs12(&bytes, &password, now, roots).map_err(|e| unusable(path, e))
}

/// Why a certificate cannot be opened, in the words of this crate.
fn unusable(path: &str, error: CertError) -> Error {
    let kind = match error {
        CertError::WrongPassword => ErrorKind::CertificatePasswordWrong,
        CertError::Unsupported(_) => ErrorKind::CertificateFileUnsupported,
        CertError::NoKey => ErrorKind::CertificateKeyMissing,
        CertError::NoCertificate | CertError::KeyOfAnother => ErrorKind::CertificateMissing,
        CertError::KeyKind(_) => ErrorKind::CertificateKeyKind,
        _ => ErrorKind::CertificateFileDamaged,
    };
    let message = format!("The certificate '{path}' cannot be used: {error}.");
    Error::new(kind, Stage::Certificate, message).target(path).source(error)
}

/// What is to be said about a certificate that can be used all the same.
fn warnings(import: &Import) -> Vec<String> {
    let name = &import.certificate.facts().subject;
    let warnings = import.findings.iter().filter(|f| f.severity() == Severity::Warning);
    warnings.map(|f| format!("{}: The certificate '{name}' {f}.", faults::kind(f).code())).collect()
}
