//! Certificates in files: made, and looked at.

use super::record::{CertificateRecord, RegistrationState};
use super::{faults, open, unusable, warnings};
use crate::options::CertificateEncryption;
use crate::{Error, ErrorKind, Result, Secrets, Stage, input};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Deserialize;
use std::io::{Read, Write};
use tsm_cert::{CertError, Encryption, MediaCertificate};
use tsm_formats::MediaProfile;

/// No real file is larger; a larger one is not read.
const MOST_BYTES: u64 = 1 << 20;

/// A self-signed certificate that is to be made.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCertificate {
    /// The PKCS #12 file to make.
    pub path: Utf8PathBuf,
    /// The common name; a new GUID, when absent.
    pub subject: Option<String>,
    /// When it begins; now, when absent.
    pub start_time: Option<Timestamp>,
    /// When it ends; a year after its beginning, when absent.
    pub expire_time: Option<Timestamp>,
    /// How the file is encrypted; as every Windows PE reads it, when absent.
    pub encryption: Option<CertificateEncryption>,
    /// A file that is there already may be replaced.
    #[serde(default)]
    pub replace: bool,
}

/// Makes a key and a self-signed certificate (RSA 2048, SHA-256, client authentication) and writes them as a PKCS #12 file
/// that only its owner can read. The password is that of `secrets` for certificates; without one nothing is made.
pub fn new_certificate(request: &NewCertificate, secrets: &Secrets) -> Result<CertificateRecord> {
    let password = secrets.certificate_password.as_ref().ok_or_else(|| {
        let message = "The file of a certificate holds its private key: it needs a password.";
        Error::new(ErrorKind::DefinitionIncomplete, Stage::Input, message).target("certificatePassword")
    })?;
    let path = request.path.as_path();
    check_free(path, request.replace)?;
    let now = Timestamp::now();
    let profile = MediaProfile::default();
    let (start, end) = input::period(request.start_time, request.expire_time, &profile, now);
    if let Some(fault) = input::period_fault(start, end, now) {
        return Err(fault);
    }
    let fresh = || profile.variables.guid_spelling.spell(&uuid::Uuid::new_v4().to_string());
    let subject = request.subject.clone().unwrap_or_else(fresh);
    let certificate = MediaCertificate::generate(&subject, start, end).map_err(|e| cannot_make(path, e))?;
    let encryption = match request.encryption {
        None | Some(CertificateEncryption::Classic) => Encryption::Classic,
        Some(CertificateEncryption::Pbes2) => Encryption::Pbes2,
    };
    let bytes = certificate.to_pkcs12(password.expose(), encryption).map_err(|e| cannot_make(path, e))?;
    write_private(path, &bytes, request.replace).map_err(|e| {
        let message = format!("The certificate file '{path}' cannot be written.");
        Error::new(ErrorKind::CertificateFileUnusable, Stage::Certificate, message).target(path.as_str()).source(e)
    })?;
    Ok(CertificateRecord::of(&certificate, path.as_str(), RegistrationState::NotRegistered))
}

/// Reads a certificate: a PKCS #12 file, or `cert:` and a place in a store of Windows. With `for_media`, one that media
/// cannot use is an error; else whatever is wrong with it is a warning of the record.
pub fn read_certificate(path: &str, for_media: bool, secrets: &Secrets) -> Result<CertificateRecord> {
    let import = open(path, secrets, &[], Timestamp::now())?;
    let mut record = CertificateRecord::of(&import.certificate, path, RegistrationState::Unknown);
    if import.certificate.is_self_signed() {
        // The site knows certificates by the GUID of their medium, which this one does not have yet.
        record.registration_state = RegistrationState::NotRegistered;
    }
    let mut errors = import.errors().map(|f| faults::error(path, &import, f));
    if for_media && let Some(first) = errors.next() {
        let rest: Vec<String> = errors.map(|e| e.message().to_owned()).collect();
        return Err(if rest.is_empty() { first } else { crate::api::repeat(&first).source(rest.join(" ")) });
    }
    record.warnings.extend(errors.map(|e| e.to_string()));
    record.warnings.extend(warnings(&import));
    Ok(record)
}

/// The bytes of a file that shall be PKCS #12.
pub(super) fn read(path: &str) -> Result<Vec<u8>> {
    let fault =
        |message: String| Error::new(ErrorKind::CertificateFileUnusable, Stage::Certificate, message).target(path);
    let unreadable = |e: std::io::Error| fault(format!("The certificate file '{path}' cannot be read.")).source(e);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unusable(path, CertError::Damaged(format!("more than {MOST_BYTES} bytes are too many"))));
    }
    Ok(bytes)
}

fn check_free(path: &Utf8Path, replace: bool) -> Result<()> {
    if path.is_dir() || (path.exists() && !replace) {
        let what = if path.is_dir() { "is a folder" } else { "is there already" };
        let message = format!("The certificate file '{path}' cannot be made: it {what}.");
        return Err(Error::new(ErrorKind::PathInvalid, Stage::Certificate, message)
            .target(path.as_str())
            .action("Choose another path, or replace the file (-Force, --force)."));
    }
    Ok(())
}

fn cannot_make(path: &Utf8Path, error: CertError) -> Error {
    let kind = match error {
        CertError::Subject { .. } => ErrorKind::CertificateSubject,
        _ => ErrorKind::CertificateFailed,
    };
    let message = format!("The certificate '{path}' cannot be made: {error}.");
    Error::new(kind, Stage::Certificate, message).target(path.as_str()).source(error)
}

/// Writes a file that only its owner can read (on Windows: as the folder says), whole or not at all.
fn write_private(path: &Utf8Path, bytes: &[u8], replace: bool) -> std::io::Result<()> {
    let folder = crate::preflight::parent(path);
    // Temporary files are made for their owner alone.
    let mut file = tempfile::Builder::new().prefix(".certificate-").tempfile_in(&folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match replace {
        true => file.persist(path).map(drop).map_err(|e| e.error),
        false => file.persist_noclobber(path).map(drop).map_err(|e| e.error),
    }
}
