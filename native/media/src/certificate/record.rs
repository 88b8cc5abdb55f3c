//! A certificate as callers see it: never its key.

use crate::inspect::days_until;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tsm_cert::{KeyAlgorithm, MediaCertificate};

/// Whether the site knows a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RegistrationState {
    /// It cannot: the certificate was made just now.
    NotRegistered,
    /// Only the site can tell.
    Unknown,
}

/// A certificate for media.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificateRecord {
    /// SHA-1 of the certificate, in upper-case hexadecimal digits, as Windows shows it.
    pub thumbprint: String,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// When it begins to be valid (RFC 3339, UTC).
    pub not_before: String,
    /// When it ends (RFC 3339, UTC).
    pub not_after: String,
    /// `SelfSigned` or `Issued`.
    pub key_type: String,
    /// The length of its key in bits.
    pub key_length: u32,
    /// Whole days until it ends; negative when it has.
    pub days_remaining: i64,
    /// Where it was found: a file, a store, a medium.
    pub source: String,
    /// Nobody but its own key vouches for it.
    pub is_self_signed: bool,
    /// Whether the site knows it.
    pub registration_state: RegistrationState,
    /// The subjects of the certificates above it, lowest first, as far as they came with it.
    pub chain: Vec<String>,
    /// What is to be known about it.
    pub warnings: Vec<String>,
}

impl CertificateRecord {
    /// The public part of a certificate that was found at `source`.
    pub(crate) fn of(certificate: &MediaCertificate, source: &str, state: RegistrationState) -> Self {
        let facts = certificate.facts();
        let chain = certificate.chain(jiff::Timestamp::now(), &[]).above;
        Self {
            thumbprint: crate::text::hex(&certificate.thumbprint()),
            subject: facts.subject.clone(),
            issuer: facts.issuer.clone(),
            not_before: facts.not_before.to_string(),
            not_after: facts.not_after.to_string(),
            key_type: key_type(certificate).to_owned(),
            key_length: match facts.key {
                KeyAlgorithm::Rsa(bits) | KeyAlgorithm::EllipticCurve(bits) => bits,
                KeyAlgorithm::Other => 0,
            },
            days_remaining: days_until(facts.not_after),
            source: source.to_owned(),
            is_self_signed: certificate.is_self_signed(),
            registration_state: state,
            chain: chain.iter().filter_map(|der| tsm_cert::CertificateFacts::of(der).ok()).map(|f| f.subject).collect(),
            warnings: Vec::new(),
        }
    }
}

/// The word of the site for how a certificate came to be (`SMS_CertificateInfo.KeyType`).
pub(crate) fn key_type(certificate: &MediaCertificate) -> &'static str {
    if certificate.is_self_signed() { "SelfSigned" } else { "Issued" }
}
