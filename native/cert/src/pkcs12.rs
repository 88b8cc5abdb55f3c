//! PKCS #12 (RFC 7292) out and in.

use jiff::Timestamp;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12Archive, PrivateKey,
    PrivateKeyChain, error::Error,
};
use zeroize::Zeroizing;

use crate::key::public_key_of;
use crate::provider::{KeyBag, key_bags};
use crate::x509::parse;
use crate::{CertError, Finding, MediaCertificate, Severity};

/// Rounds of the key derivation and of the check value: what Windows writes.
const ITERATIONS: u32 = 2000;
/// Larger than any real file; a hostile one costs no more than this.
const MAX_LEN: usize = 1024 * 1024;

/// How a PKCS #12 file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// Triple DES and SHA-1 (RFC 7292, appendix C): every Windows PE reads it.
    Classic,
    /// PBES2 with AES-256 and SHA-256 (RFC 8018): newer Windows PE only.
    Pbes2,
}

impl MediaCertificate {
    /// Certificate, key and the chain above it as a PKCS #12 file. Certificates that came with it and are not of its chain
    /// are left out.
    ///
    /// # Errors
    /// [`CertError::Write`], for example for a password with characters that PKCS #12 cannot hold.
    pub fn to_pkcs12(&self, password: &str, encryption: Encryption) -> Result<Zeroizing<Vec<u8>>, CertError> {
        let failed = |error: Error| CertError::Write(error.to_string());
        let mut certificates = vec![Certificate::from_der(&self.der).map_err(failed)?];
        for above in &self.chain(Timestamp::now(), &[]).above {
            certificates.push(Certificate::from_der(above).map_err(failed)?);
        }
        let key = PrivateKey::from_der(&self.key).map_err(failed)?;
        let alias = certificates[0].subject().to_owned();
        let chain = PrivateKeyChain::new(self.thumbprint().as_slice(), key, certificates);
        let mut store = KeyStore::new();
        store.add_entry(&alias, KeyStoreEntry::PrivateKeyChain(chain));
        let (cipher, mac) = match encryption {
            Encryption::Classic => (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1),
            Encryption::Pbes2 => (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256),
        };
        let writer = store.writer(password).encryption_algorithm(cipher).encryption_iterations(ITERATIONS);
        writer.mac_algorithm(mac).mac_iterations(ITERATIONS).write().map(Zeroizing::new).map_err(failed)
    }

    /// Reads a PKCS #12 file: the first private key that belongs to a certificate in it. Whether the certificate fits its
    /// use (dates, key length, purposes) is not judged here.
    ///
    /// # Errors
    /// [`CertError::WrongPassword`], [`CertError::Damaged`], [`CertError::Unsupported`], [`CertError::NoKey`],
    /// [`CertError::NoCertificate`], [`CertError::KeyKind`], [`CertError::KeyNotRsa`], [`CertError::KeyOfAnother`],
    /// [`CertError::Certificate`].
    pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<Self, CertError> {
        // There is always one: else it is an error.
        all(bytes, password)?.into_iter().next().ok_or(CertError::NoCertificate)
    }
}

/// What a PKCS #12 file gives for use on media.
#[derive(Debug, Clone)]
pub struct Import {
    /// The certificate, with its key.
    pub certificate: MediaCertificate,
    /// What is to be said about it, errors first.
    pub findings: Vec<Finding>,
}

impl Import {
    /// Reads a PKCS #12 file and judges what it holds, at the time `now`, with the roots that the site trusts (see
    /// [`MediaCertificate::findings`]). Of several certificates with private keys the one with the least faults is taken,
    /// of equals the one that is valid longest.
    ///
    /// # Errors
    /// As [`MediaCertificate::from_pkcs12`].
    pub fn from_pkcs12(bytes: &[u8], password: &str, now: Timestamp, roots: &[Vec<u8>]) -> Result<Self, CertError> {
        let found = all(bytes, password)?;
        let count = found.len();
        let judged = found.into_iter().map(|c| Self { findings: c.findings(now, roots), certificate: c });
        let mut best = judged.max_by_key(Self::rank).ok_or(CertError::NoCertificate)?;
        if count > 1 {
            best.findings.push(Finding::SeveralKeys(count));
        }
        Ok(best)
    }

    fn rank(&self) -> (std::cmp::Reverse<usize>, Timestamp) {
        (std::cmp::Reverse(self.errors().count()), self.certificate.not_after())
    }

    /// What makes it useless for media.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.severity() == Severity::Error)
    }
}

/// The certificates of a file that have their private key there, in the order of the keys; at least one.
fn all(bytes: &[u8], password: &str) -> Result<Vec<MediaCertificate>, CertError> {
    if bytes.len() > MAX_LEN {
        return Err(CertError::Damaged(format!("{} bytes are too many", bytes.len())));
    }
    let archive = Pkcs12Archive::from_pkcs12(bytes, password).map_err(reading_failed)?;
    if archive.keys.is_empty() {
        return Err(CertError::NoKey);
    }
    if archive.certs.is_empty() {
        return Err(CertError::NoCertificate);
    }
    let certificates: Vec<Vec<u8>> = archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
    let bags = key_bags(bytes);
    let (mut found, mut refused) = (Vec::new(), None);
    for (place, bag) in archive.keys.iter().enumerate() {
        let id = bag.local_key_id.as_ref().map(|id| id.0.as_slice());
        let provider = provider_of(&bags, place, id, archive.keys.len());
        match join(bag.key.as_der(), &certificates, provider) {
            Ok(certificate) => found.push(certificate),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The certificate that a key belongs to, with the other certificates of the file.
fn join(key: &[u8], certificates: &[Vec<u8>], provider: Option<String>) -> Result<MediaCertificate, CertError> {
    let public = public_key_of(key)?;
    let place = owner_of(&public, certificates)?.ok_or(CertError::KeyOfAnother)?;
    let mut others = certificates.to_vec();
    let own = others.remove(place);
    MediaCertificate::new(own, Zeroizing::new(key.to_vec()), others, provider)
}

/// The provider that a key came from: by what binds the key to its certificate, else by its place when all keys are seen.
fn provider_of(bags: &[KeyBag], place: usize, id: Option<&[u8]>, keys: usize) -> Option<String> {
    let by_id = id.and_then(|id| bags.iter().find(|bag| bag.local_key_id.as_deref() == Some(id)));
    let by_place = || bags.get(place).filter(|_| bags.len() == keys);
    by_id.or_else(by_place)?.provider.clone()
}

/// Place of the certificate with this public key.
fn owner_of(public: &[u8], certificates: &[Vec<u8>]) -> Result<Option<usize>, CertError> {
    for (place, der) in certificates.iter().enumerate() {
        if *parse(der)?.public_key().subject_public_key.data == *public {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn reading_failed(error: Error) -> CertError {
    match error {
        // The check value is looked at first; a file without one shows a wrong password by its padding.
        Error::MacError(_) | Error::UnpadError | Error::Pkcs5Error(_) => CertError::WrongPassword,
        Error::UnsupportedContentType
        | Error::UnsupportedCertificateType
        | Error::UnsupportedEncryptionScheme
        | Error::UnsupportedMacAlgorithm
        | Error::InvalidParameters => CertError::Unsupported(error.to_string()),
        other => CertError::Damaged(other.to_string()),
    }
}
