//! What a certificate says (RFC 5280), taken out of its bytes.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{OID_PKCS1_SHA1WITHRSA, OID_SHA1_WITH_RSA, Oid, asn1_rs::oid};
use x509_parser::prelude::{FromDer, ParsedExtension};
use x509_parser::public_key::PublicKey;

use crate::CertError;

/// ecdsa-with-SHA1 (RFC 3279, 2.2.3).
const ECDSA_WITH_SHA1: Oid<'static> = oid!(1.2.840.10045.4.1);
/// md5WithRSAEncryption (RFC 8017, appendix A.2.4).
const MD5_WITH_RSA: Oid<'static> = oid!(1.2.840.113549.1.1.4);

/// The public key of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA, with the length of its modulus in bits.
    Rsa(u32),
    /// An elliptic curve, with the length of its field in bits.
    EllipticCurve(u32),
    /// Something else.
    Other,
}

/// What a certificate says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// First second of its validity.
    pub not_before: Timestamp,
    /// Last second of its validity.
    pub not_after: Timestamp,
    /// Its public key.
    pub key: KeyAlgorithm,
    /// Its extended key usage names client authentication (1.3.6.1.5.5.7.3.2).
    pub client_authentication: bool,
    /// It was signed over SHA-1 or MD5.
    pub weak_signature: bool,
}

impl CertificateFacts {
    /// Reads a certificate: X.509, DER.
    ///
    /// # Errors
    /// [`CertError::Certificate`].
    pub fn of(der: &[u8]) -> Result<Self, CertError> {
        let certificate = parse(der)?;
        let validity = certificate.validity();
        Ok(Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            not_before: instant(validity.not_before)?,
            not_after: instant(validity.not_after)?,
            key: key(&certificate),
            client_authentication: client_authentication(&certificate),
            weak_signature: weak_signature(&certificate),
        })
    }
}

/// A certificate with nothing behind it.
pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CertError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) => Err(CertError::Certificate("there are bytes behind it")),
        Err(_) => Err(CertError::Certificate("it is no X.509 certificate")),
    }
}

/// Whose a certificate is; empty when it cannot be read.
pub(crate) fn subject_of(der: &[u8]) -> String {
    parse(der).map(|certificate| certificate.subject().to_string()).unwrap_or_default()
}

fn instant(time: x509_parser::time::ASN1Time) -> Result<Timestamp, CertError> {
    Timestamp::from_second(time.timestamp()).map_err(|_| CertError::Certificate("its dates are out of range"))
}

/// The public key, for what it is used here.
pub(crate) fn key(certificate: &X509Certificate<'_>) -> KeyAlgorithm {
    let bits = |bits: usize| u32::try_from(bits).unwrap_or(u32::MAX);
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => KeyAlgorithm::Rsa(bits(rsa_bits(key.modulus))),
        Ok(PublicKey::EC(point)) => KeyAlgorithm::EllipticCurve(bits(point.key_size())),
        _ => KeyAlgorithm::Other,
    }
}

/// The length of a modulus in bits: leading zeros do not count.
fn rsa_bits(modulus: &[u8]) -> usize {
    let first = modulus.iter().position(|byte| *byte != 0).unwrap_or(modulus.len());
    let rest = &modulus[first..];
    rest.first().map_or(0, |top| rest.len() * 8 - top.leading_zeros() as usize)
}

fn client_authentication(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::ExtendedKeyUsage(usage) => usage.client_auth,
        _ => false,
    })
}

fn weak_signature(certificate: &X509Certificate<'_>) -> bool {
    let weak = [OID_PKCS1_SHA1WITHRSA, OID_SHA1_WITH_RSA, MD5_WITH_RSA, ECDSA_WITH_SHA1];
    weak.contains(&certificate.signature_algorithm.algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_key_is_that_of_its_modulus() {
        assert_eq!(rsa_bits(&[]), 0);
        assert_eq!(rsa_bits(&[0, 0x80, 0]), 16);
        assert_eq!(rsa_bits(&[0x7F, 0xFF]), 15);
    }
}
