//! The certificate of a medium: make a self-signed one, wrap it with its key as PKCS #12, read one back, judge whether it is
//! fit for media.
//!
//! A client that starts from a medium signs its messages with this key, so the site must know the certificate. What is
//! known about the certificates that the product makes and takes, and what was chosen, is in `docs/formats.md`, "Media
//! certificate".

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod chain;
mod error;
mod fitness;
mod key;
mod pkcs12;
mod provider;
mod self_signed;
mod x509;

use std::fmt;

use jiff::Timestamp;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

pub use chain::{Chain, ChainEnd, ChainFault};
pub use error::CertError;
pub use fitness::{Finding, Severity};
pub use pkcs12::{Encryption, Import};
pub use x509::{CertificateFacts, KeyAlgorithm};

/// A certificate with its RSA key, and other certificates that came with it. The key is wiped when dropped and never
/// printed.
#[derive(Clone)]
pub struct MediaCertificate {
    /// X.509, DER.
    der: Vec<u8>,
    /// PKCS #8, DER.
    key: Zeroizing<Vec<u8>>,
    /// Further certificates of the file it came from, DER.
    others: Vec<Vec<u8>>,
    /// The provider that kept the key in Windows before it was exported.
    provider: Option<String>,
    facts: CertificateFacts,
}

impl MediaCertificate {
    /// Joins a certificate and a key after checking that they belong together.
    fn new(
        der: Vec<u8>,
        key: Zeroizing<Vec<u8>>,
        others: Vec<Vec<u8>>,
        provider: Option<String>,
    ) -> Result<Self, CertError> {
        if key::public_key_of(&key)? != *x509::parse(&der)?.public_key().subject_public_key.data {
            return Err(CertError::KeyOfAnother);
        }
        let facts = CertificateFacts::of(&der)?;
        Ok(Self { der, key, others, provider, facts })
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

    /// What it says about itself.
    #[must_use]
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }

    /// First second of its validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.facts.not_before
    }

    /// Last second of its validity.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.facts.not_after
    }

    /// Whether nobody but its own key vouches for it: it names itself as its issuer.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        x509::parse(&self.der).is_ok_and(|own| own.subject().as_raw() == own.issuer().as_raw())
    }

    /// Its chain through the certificates that came with it and through `roots` (X.509, DER), as it holds at the time `now`.
    #[must_use]
    pub fn chain(&self, now: Timestamp, roots: &[Vec<u8>]) -> Chain {
        match x509::parse(&self.der) {
            Ok(own) => {
                let others: Vec<&[u8]> = self.others.iter().chain(roots).map(Vec::as_slice).collect();
                chain::follow(&own, &others, now)
            }
            // It was read when this value was made.
            Err(_) => Chain { above: Vec::new(), end: ChainEnd::IssuerMissing(self.facts.issuer.clone()) },
        }
    }
}

impl fmt::Debug for MediaCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaCertificate(")?;
        self.thumbprint().iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
        write!(f, ", {} to {})", self.facts.not_before, self.facts.not_after)
    }
}
