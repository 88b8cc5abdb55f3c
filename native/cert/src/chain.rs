//! The way from a certificate up to a root, as far as the certificates at hand lead.
//!
//! Whether a server accepts a certificate is decided by the server. This only finds what it could never accept: a signature
//! that is not right, an issuer that may not issue, one that is not valid now.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::prelude::ParsedExtension;

use crate::x509::{KeyAlgorithm, key, parse};

/// Longer than any real chain; a ring of certificates ends here.
const MOST_STEPS: usize = 16;
/// Shorter keys are not accepted for signatures (NIST SP 800-131A, 3).
const LEAST_ISSUER_BITS: u32 = 2048;

/// The certificates above one, lowest first, and where they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The issuers that were found: X.509, DER.
    pub above: Vec<Vec<u8>>,
    /// Where it ends.
    pub end: ChainEnd,
}

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainEnd {
    /// At a certificate that signed itself: the last of the chain, or the certificate itself when there is none above.
    Root,
    /// At a certificate whose issuer, of this name, is not at hand.
    IssuerMissing(String),
    /// At a certificate, of this name, whose signature is made in a way that cannot be checked here.
    Unchecked(String),
    /// At a fault.
    Broken {
        /// The subject of the certificate below the fault.
        subject: String,
        /// What is wrong with it or its issuer.
        reason: ChainFault,
    },
}

/// Why a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The signature is not that of the issuer.
    #[error("its signature is not that of its issuer")]
    Signature,
    /// The issuer is no certification authority.
    #[error("its issuer may not issue certificates")]
    IssuerNotAuthority,
    /// The issuer is not valid at this time.
    #[error("the certificate of its issuer is not valid now")]
    IssuerNotValid,
    /// The key of the issuer is too short for its signature to count.
    #[error("the key of its issuer is shorter than 2048 bits")]
    IssuerKeyShort,
    /// It goes in a circle, or on for ever.
    #[error("its issuers form a ring")]
    Endless,
}

/// Follows the issuers of a certificate through `others`.
pub(crate) fn follow(leaf: &X509Certificate<'_>, others: &[&[u8]], now: Timestamp) -> Chain {
    let mut above: Vec<Vec<u8>> = Vec::new();
    let known: Vec<X509Certificate<'_>> = others.iter().filter_map(|der| parse(der).ok()).collect();
    let mut current = leaf.clone();
    let end = loop {
        match step(&current, &known, now) {
            Ok(None) => break ChainEnd::Root,
            Ok(Some(_)) if above.len() == MOST_STEPS => {
                break ChainEnd::Broken { subject: current.subject().to_string(), reason: ChainFault::Endless };
            }
            Ok(Some(issuer)) => {
                above.push(issuer.as_raw().to_vec());
                current = issuer.clone();
            }
            Err(end) => break end,
        }
    };
    Chain { above, end }
}

/// The issuer of a certificate; `None` when it signed itself.
fn step<'k, 'a>(
    certificate: &X509Certificate<'_>,
    known: &'k [X509Certificate<'a>],
    now: Timestamp,
) -> Result<Option<&'k X509Certificate<'a>>, ChainEnd> {
    let subject = || certificate.subject().to_string();
    let broken = |reason| ChainEnd::Broken { subject: subject(), reason };
    if certificate.subject().as_raw() == certificate.issuer().as_raw() {
        return match signed_by(certificate, certificate) {
            Signed::Yes => Ok(None),
            Signed::No(reason) => Err(broken(reason)),
            Signed::Unchecked => Err(ChainEnd::Unchecked(subject())),
        };
    }
    let mut worst = None;
    // Authorities that were renewed have several certificates of one name: the first that fits is taken.
    for issuer in known.iter().filter(|k| k.subject().as_raw() == certificate.issuer().as_raw()) {
        match check(certificate, issuer, now) {
            Ok(()) => return Ok(Some(issuer)),
            Err(end) => worst = worst.or(Some(end)),
        }
    }
    Err(worst.unwrap_or_else(|| ChainEnd::IssuerMissing(certificate.issuer().to_string())))
}

/// Whether this issuer issued a certificate and may have done so.
fn check(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>, now: Timestamp) -> Result<(), ChainEnd> {
    let subject = || certificate.subject().to_string();
    let broken = |reason| Err(ChainEnd::Broken { subject: subject(), reason });
    match signed_by(certificate, issuer) {
        Signed::Yes => {}
        Signed::No(reason) => return broken(reason),
        Signed::Unchecked => return Err(ChainEnd::Unchecked(subject())),
    }
    if !may_issue(issuer) {
        return broken(ChainFault::IssuerNotAuthority);
    }
    let validity = issuer.validity();
    if !(validity.not_before.timestamp()..=validity.not_after.timestamp()).contains(&now.as_second()) {
        return broken(ChainFault::IssuerNotValid);
    }
    Ok(())
}

enum Signed {
    Yes,
    No(ChainFault),
    /// With an algorithm that is not known here.
    Unchecked,
}

fn signed_by(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> Signed {
    if matches!(key(issuer), KeyAlgorithm::Rsa(bits) if bits < LEAST_ISSUER_BITS) {
        return Signed::No(ChainFault::IssuerKeyShort);
    }
    match certificate.verify_signature(Some(issuer.public_key())) {
        Ok(()) => Signed::Yes,
        Err(X509Error::SignatureUnsupportedAlgorithm) => Signed::Unchecked,
        Err(_) => Signed::No(ChainFault::Signature),
    }
}

/// RFC 5280, 4.2.1.9 and 4.2.1.3: an authority says that it is one, and that its key signs certificates.
fn may_issue(issuer: &X509Certificate<'_>) -> bool {
    let signs = issuer.extensions().iter().all(|extension| match extension.parsed_extension() {
        ParsedExtension::KeyUsage(usage) => usage.key_cert_sign(),
        _ => true,
    });
    issuer.is_ca() && signs
}
