//! Self-signed certificates: RSA 2048, SHA-256, client authentication.

use jiff::{Timestamp, civil::date, tz::TimeZone};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose, PKCS_RSA_SHA256,
    PublicKeyData, SignatureAlgorithm, SigningKey,
};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs1::EncodeRsaPublicKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
    rand_core::OsRng,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::{CertError, MediaCertificate};

/// Length of a new key in bits.
const KEY_BITS: usize = 2048;
/// Longest common name (RFC 5280, appendix A, ub-common-name).
const MAX_SUBJECT: usize = 64;

impl MediaCertificate {
    /// Makes a key and a self-signed certificate for it. Takes about a second.
    ///
    /// `subject` becomes the common name; for media it is the text of the media GUID. Parts of seconds are cut off.
    ///
    /// # Errors
    /// [`CertError::Subject`], [`CertError::DatesReversed`], [`CertError::DatesPast`], [`CertError::DateRange`],
    /// [`CertError::Make`].
    pub fn generate(subject: &str, not_before: Timestamp, not_after: Timestamp) -> Result<Self, CertError> {
        // Before the key: that takes long.
        let parameters = parameters(subject, not_before, not_after)?;
        let key = RsaPrivateKey::new(&mut OsRng, KEY_BITS).map_err(|error| CertError::Make(error.to_string()))?;
        sign(&parameters, key)
    }

    /// Makes a self-signed certificate for a key that is there already: RSA in PKCS #8 form, DER or PEM. Equal input gives
    /// an equal certificate.
    ///
    /// # Errors
    /// As [`MediaCertificate::generate`], and [`CertError::KeyNotRsa`].
    pub fn self_signed(
        subject: &str,
        not_before: Timestamp,
        not_after: Timestamp,
        key: &[u8],
    ) -> Result<Self, CertError> {
        let parameters = parameters(subject, not_before, not_after)?;
        let key = if key.starts_with(b"-----BEGIN ") { pem(key)? } else { Zeroizing::new(key.to_vec()) };
        sign(&parameters, RsaPrivateKey::from_pkcs8_der(&key).map_err(|_| CertError::KeyNotRsa)?)
    }
}

fn parameters(subject: &str, not_before: Timestamp, not_after: Timestamp) -> Result<CertificateParams, CertError> {
    check_subject(subject)?;
    if not_before.as_second() >= not_after.as_second() {
        return Err(CertError::DatesReversed { not_before, not_after });
    }
    let (not_before_time, not_after_time) = (x509_time(not_before)?, x509_time(not_after)?);
    if not_after <= Timestamp::now() {
        return Err(CertError::DatesPast { not_after });
    }
    let mut parameters = CertificateParams::default();
    parameters.not_before = not_before_time;
    parameters.not_after = not_after_time;
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, subject);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(parameters)
}

/// The product's documentation asks for single-byte characters in the subject.
fn check_subject(subject: &str) -> Result<(), CertError> {
    let reason = if subject.is_empty() {
        "it is empty"
    } else if subject.len() > MAX_SUBJECT {
        "it has more than 64 characters"
    } else if !subject.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        "only printable ASCII characters are allowed"
    } else {
        return Ok(());
    };
    Err(CertError::Subject { subject: subject.to_owned(), reason })
}

/// Years before 1950 have no form in X.509 (RFC 5280, 4.1.2.5.1); above, [`Timestamp`] ends with the year 9999 itself.
fn x509_time(instant: Timestamp) -> Result<OffsetDateTime, CertError> {
    let out_of_range = || CertError::DateRange(instant);
    let first = date(1950, 1, 1).to_zoned(TimeZone::UTC).map_err(|_| out_of_range())?.timestamp();
    if instant < first {
        return Err(out_of_range());
    }
    OffsetDateTime::from_unix_timestamp(instant.as_second()).map_err(|_| out_of_range())
}

fn sign(parameters: &CertificateParams, key: RsaPrivateKey) -> Result<MediaCertificate, CertError> {
    let public = key.to_public_key().to_pkcs1_der().map_err(|_| CertError::KeyNotRsa)?.into_vec();
    let pkcs8 = key.to_pkcs8_der().map_err(|_| CertError::KeyNotRsa)?;
    let certificate =
        parameters.self_signed(&Signer { key, public }).map_err(|error| CertError::Make(error.to_string()))?;
    MediaCertificate::new(certificate.der().to_vec(), Zeroizing::new(pkcs8.as_bytes().to_vec()), Vec::new(), None)
}

/// Signs inside the crate `rsa`, which wipes its keys; rcgen's own key type does not.
struct Signer {
    key: RsaPrivateKey,
    /// PKCS #1, DER.
    public: Vec<u8>,
}

impl PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        /// What PKCS #1 puts in front of a SHA-256 hash (RFC 8017, 9.2, note 1).
        const DIGEST_INFO: [u8; 19] =
            [0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
        let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(DIGEST_INFO) };
        // With random numbers the key is blinded; the signature is the same.
        let signature = self.key.sign_with_rng(&mut OsRng, scheme, &Sha256::digest(message));
        signature.map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

fn pem(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, CertError> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(text).map_err(|_| CertError::KeyNotRsa)?;
    Ok(Zeroizing::new(pem.contents))
}
