//! Whether a certificate is fit for media: what the product demands of a certificate that a PKI issued.
//!
//! The demands and where they come from are in `docs/formats.md`, "Media certificate". What would make a medium useless is an
//! error; what may be meant is a warning.

use jiff::Timestamp;

use crate::MediaCertificate;
use crate::chain::{ChainEnd, ChainFault};
use crate::provider::{self, ProviderKind};
use crate::x509::KeyAlgorithm;

/// The length of keys that media are known to work with, in bits.
const GOOD_BITS: u32 = 2048;
/// A certificate that ends within so many days is worth a word.
const SOON_DAYS: i64 = 30;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It may be meant.
    Warning,
    /// A medium with this certificate does not work.
    Error,
}

/// What is wrong with a certificate, in words that go on after its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// It has ended.
    #[error("ended on {0}")]
    Expired(Timestamp),
    /// It has not begun.
    #[error("is valid only from {0} on")]
    NotYetValid(Timestamp),
    /// Its key is too short.
    #[error("has an RSA key of {0} bits; 2048 are the least")]
    KeyShort(u32),
    /// Its key is of another kind than RSA.
    #[error("has a key that is not RSA")]
    KeyNotRsa,
    /// Its key was kept by CNG.
    #[error("has a key from the provider '{0}', which is of the kind CNG")]
    KeyStorageProvider(String),
    /// It is not meant for clients.
    #[error("does not name client authentication (1.3.6.1.5.5.7.3.2) among its purposes")]
    NotForClients,
    /// The certificates above it do not hold.
    #[error("has a chain that breaks at '{subject}': {reason}")]
    ChainBroken {
        /// The subject of the certificate below the fault.
        subject: String,
        /// What is wrong.
        reason: ChainFault,
    },
    /// It comes from a root that is none of those that were named as trusted.
    #[error("comes from the root '{0}', which is none of those that the site trusts")]
    RootUnknown(String),
    /// Its key has another length than is usual.
    #[error("has an RSA key of {0} bits; 2048 is what media are documented to take")]
    KeyLength(u32),
    /// Its key was kept by a provider of another maker.
    #[error("has a key from the provider '{0}', which is not one of Windows")]
    ProviderUnknown(String),
    /// The issuer is not at hand.
    #[error("has a chain that ends at '{0}', whose certificate is not in the file")]
    ChainIncomplete(String),
    /// A signature of the chain cannot be checked.
    #[error("has a chain whose signature at '{0}' is of a kind that cannot be checked here")]
    ChainUnchecked(String),
    /// It ends soon.
    #[error("ends on {0}, within 30 days")]
    ExpiresSoon(Timestamp),
    /// It is signed over an outdated hash.
    #[error("is signed over SHA-1 or MD5; SHA-256 is the documented least")]
    SignatureWeak,
    /// Its subject holds characters beyond those of one byte.
    #[error("has a subject with characters that do not fit into one byte: '{0}'")]
    SubjectWide(String),
    /// The file holds several certificates with keys.
    #[error("is one of {0} certificates with private keys in the file")]
    SeveralKeys(usize),
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Expired(_)
            | Self::NotYetValid(_)
            | Self::KeyShort(_)
            | Self::KeyNotRsa
            | Self::KeyStorageProvider(_)
            | Self::NotForClients
            | Self::ChainBroken { .. }
            | Self::RootUnknown(_) => Severity::Error,
            Self::KeyLength(_)
            | Self::ProviderUnknown(_)
            | Self::ChainIncomplete(_)
            | Self::ChainUnchecked(_)
            | Self::ExpiresSoon(_)
            | Self::SignatureWeak
            | Self::SubjectWide(_)
            | Self::SeveralKeys(_) => Severity::Warning,
        }
    }
}

impl MediaCertificate {
    /// Everything that is to be said about the use of this certificate for media at the time `now`, errors first.
    ///
    /// `roots` are the roots that the site trusts (X.509, DER). Without any, every root is good. A certificate that signed
    /// itself needs none.
    #[must_use]
    pub fn findings(&self, now: Timestamp, roots: &[Vec<u8>]) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.date_findings(now, &mut findings);
        self.key_findings(&mut findings);
        if !self.facts.client_authentication {
            findings.push(Finding::NotForClients);
        }
        if self.facts.weak_signature {
            findings.push(Finding::SignatureWeak);
        }
        if self.facts.subject.chars().any(|c| c > '\u{FF}') {
            findings.push(Finding::SubjectWide(self.facts.subject.clone()));
        }
        findings.extend(self.chain_finding(now, roots));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        findings
    }

    fn date_findings(&self, now: Timestamp, findings: &mut Vec<Finding>) {
        let (from, to) = (self.facts.not_before, self.facts.not_after);
        // The last second is still good (RFC 5280, 4.1.2.5).
        if now.as_second() > to.as_second() {
            findings.push(Finding::Expired(to));
        } else if now.as_second() < from.as_second() {
            findings.push(Finding::NotYetValid(from));
        } else if to.as_second() - now.as_second() < SOON_DAYS * 24 * 60 * 60 {
            findings.push(Finding::ExpiresSoon(to));
        }
    }

    fn key_findings(&self, findings: &mut Vec<Finding>) {
        match self.facts.key {
            KeyAlgorithm::Rsa(GOOD_BITS) => {}
            KeyAlgorithm::Rsa(bits) if bits < GOOD_BITS => findings.push(Finding::KeyShort(bits)),
            KeyAlgorithm::Rsa(bits) => findings.push(Finding::KeyLength(bits)),
            KeyAlgorithm::EllipticCurve(_) | KeyAlgorithm::Other => findings.push(Finding::KeyNotRsa),
        }
        let Some(name) = &self.provider else { return };
        match provider::kind(name) {
            ProviderKind::Classic => {}
            ProviderKind::KeyStorage => findings.push(Finding::KeyStorageProvider(name.clone())),
            ProviderKind::Unknown => findings.push(Finding::ProviderUnknown(name.clone())),
        }
    }

    fn chain_finding(&self, now: Timestamp, roots: &[Vec<u8>]) -> Option<Finding> {
        let chain = self.chain(now, roots);
        match chain.end {
            // The short key of a certificate that signed itself is told as such.
            ChainEnd::Broken { reason: ChainFault::IssuerKeyShort, .. }
                if chain.above.is_empty() && self.is_self_signed() =>
            {
                None
            }
            ChainEnd::Broken { subject, reason } => Some(Finding::ChainBroken { subject, reason }),
            ChainEnd::IssuerMissing(issuer) => Some(Finding::ChainIncomplete(issuer)),
            ChainEnd::Unchecked(subject) => Some(Finding::ChainUnchecked(subject)),
            ChainEnd::Root => {
                let root = chain.above.last()?;
                let trusted = roots.is_empty() || roots.contains(root);
                (!trusted).then(|| Finding::RootUnknown(crate::x509::subject_of(root)))
            }
        }
    }
}
