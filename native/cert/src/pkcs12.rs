//! PKCS #12 (RFC 7292) out and in.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12Archive, PrivateKey,
    PrivateKeyChain, error::Error,
};
use zeroize::Zeroizing;

use crate::{CertError, MediaCertificate, parse, public_key_of};

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
    /// Certificate, key and chain as a PKCS #12 file.
    ///
    /// # Errors
    /// [`CertError::Write`], for example for a password with characters that PKCS #12 cannot hold.
    pub fn to_pkcs12(&self, password: &str, encryption: Encryption) -> Result<Zeroizing<Vec<u8>>, CertError> {
        let failed = |error: Error| CertError::Write(error.to_string());
        let mut certificates = vec![Certificate::from_der(&self.der).map_err(failed)?];
        for above in &self.chain {
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
    /// [`CertError::NoCertificate`], [`CertError::KeyNotRsa`], [`CertError::KeyOfAnother`], [`CertError::Certificate`].
    pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<Self, CertError> {
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
        let mut refused = CertError::KeyNotRsa;
        for bag in &archive.keys {
            let key = Zeroizing::new(bag.key.as_der().to_vec());
            let Ok(public) = public_key_of(&key) else { continue };
            match owner_of(&public, &certificates)? {
                Some(place) => {
                    let mut chain = certificates;
                    let own = chain.remove(place);
                    return Self::new(own, key, chain);
                }
                None => refused = CertError::KeyOfAnother,
            }
        }
        Err(refused)
    }
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
