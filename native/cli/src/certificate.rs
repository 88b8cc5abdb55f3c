//! `tsmedia certificate`: certificates for media, made, checked and shown.

use crate::arguments::{CertificateCommand, Encryption, Voice};
use crate::{exit, print, run, secrets};
use tsm_media::{CertificateEncryption, CertificateRecord, NewCertificate, Result, new_certificate, read_certificate};

/// Runs the command and returns the exit code.
pub fn run(command: &CertificateCommand, voice: Voice) -> Result<u8> {
    let record = match command {
        CertificateCommand::New { file, subject, start_time, expire_time, encryption, force, password } => {
            let request = NewCertificate {
                path: file.clone(),
                subject: subject.clone(),
                start_time: *start_time,
                expire_time: *expire_time,
                encryption: Some((*encryption).into()),
                replace: *force,
            };
            new_certificate(&request, &secrets::find_for_certificate(password)?)?
        }
        CertificateCommand::Import { certificate, password } => {
            read_certificate(certificate, true, &secrets::find_for_certificate(password)?)?
        }
        CertificateCommand::Show { certificate, password } => {
            read_certificate(certificate, false, &secrets::find_for_certificate(password)?)?
        }
    };
    run::say(voice, &record, print::certificate);
    Ok(code(&record))
}

fn code(record: &CertificateRecord) -> u8 {
    if record.warnings.is_empty() { exit::GOOD } else { exit::WARNINGS }
}

impl From<Encryption> for CertificateEncryption {
    fn from(choice: Encryption) -> Self {
        match choice {
            Encryption::Classic => Self::Classic,
            Encryption::Pbes2 => Self::Pbes2,
        }
    }
}
