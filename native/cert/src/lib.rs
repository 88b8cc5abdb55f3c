//! The certificate of a medium: make a self-signed one, wrap it with its key as PKCS #12, read it back.
//!
//! A client that starts from a medium signs its messages with this key, so the site must know the certificate. What is
//! known about the certificates that the product makes, and what was chosen, is in `docs/formats.md`, "Media certificate".

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
mod pkcs12;
mod self_signed;

use std::fmt;

use jiff::Timestamp;
use rsa::{RsaPrivateKey, pkcs1::EncodeRsaPublicKey, pkcs8::DecodePrivateKey};
use sha1::{Digest, Sha1};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use zeroize::Zeroizing;

pub use error::CertError;
pub use pkcs12::Encryption;

/// A certificate with its RSA key, and the certificates above it. The key is wiped when dropped and never printed.
pub struct MediaCertificate {
    /// X.509, DER.
    der: Vec<u8>,
    /// PKCS #8, DER.
    key: Zeroizing<Vec<u8>>,
    /// Further certificates of the file it came from, DER.
    chain: Vec<Vec<u8>>,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl MediaCertificate {
    /// Joins a certificate and a key after checking that they belong together.
    fn new(der: Vec<u8>, key: Zeroizing<Vec<u8>>, chain: Vec<Vec<u8>>) -> Result<Self, CertError> {
        let (not_before, not_after) = {
            let certificate = parse(&der)?;
            if public_key_of(&key)? != *certificate.public_key().subject_public_key.data {
                return Err(CertError::KeyOfAnother);
            }
            let validity = certificate.validity();
            (instant(validity.not_before)?, instant(validity.not_after)?)
        };
        Ok(Self { der, key, chain, not_before, not_after })
    }

    /// The certificate: X.509, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-1 of the certificate's DER bytes, as Windows shows it.
    #[must_use]
    pub fn thumbprint(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// First second of its validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Last second of its validity.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

impl fmt::Debug for MediaCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaCertificate(")?;
        self.thumbprint().iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
        write!(f, ", {} to {})", self.not_before, self.not_after)
    }
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CertError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(CertError::Certificate("there are bytes behind it")),
        Err(_) => Err(CertError::Certificate("it is no X.509 certificate")),
    }
}

/// The public half of a PKCS #8 key, as a certificate holds it (PKCS #1, DER).
fn public_key_of(key: &[u8]) -> Result<Vec<u8>, CertError> {
    let key = RsaPrivateKey::from_pkcs8_der(key).map_err(|_| CertError::KeyNotRsa)?;
    let public = key.to_public_key().to_pkcs1_der().map_err(|_| CertError::KeyNotRsa)?;
    Ok(public.into_vec())
}

fn instant(time: x509_parser::time::ASN1Time) -> Result<Timestamp, CertError> {
    Timestamp::from_second(time.timestamp()).map_err(|_| CertError::Certificate("its dates are out of range"))
}
