//! Who we are for a server that wants a client certificate.

use p12_keystore::Pkcs12Archive;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use std::fmt;
use zeroize::Zeroizing;

/// A client certificate with its private key.
#[derive(Clone)]
pub struct Identity {
    /// The own certificate first, then those above it.
    chain: Vec<Vec<u8>>,
    /// PKCS #8.
    key: Zeroizing<Vec<u8>>,
}

/// Why a client certificate cannot be used. Never holds the password or the key.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file does not open.
    #[error("the PKCS #12 file does not open: the password is wrong, or the file is damaged")]
    Closed,
    /// There is no key in it, or no certificate that belongs to it.
    #[error("the PKCS #12 file holds no certificate with its private key")]
    NoKey,
    /// The key is of a kind that cannot sign here.
    #[error("the private key cannot be used: {0}")]
    Unusable(String),
}

impl Identity {
    /// Reads a PKCS #12 (.pfx, .p12) file.
    ///
    /// # Errors
    /// [`IdentityError`]; a wrong password cannot always be told from a damaged file.
    pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<Self, IdentityError> {
        let archive = Pkcs12Archive::from_pkcs12(bytes, password).map_err(|_| IdentityError::Closed)?;
        let certificates: Vec<Vec<u8>> = archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
        let provider = rustls::crypto::ring::default_provider();
        for bag in &archive.keys {
            let key = Zeroizing::new(bag.key.as_der().to_vec());
            for own in 0..certificates.len() {
                let mut chain = certificates.clone();
                chain.swap(0, own);
                let identity = Self { chain, key: key.clone() };
                // Whether a certificate belongs to the key is checked while it is loaded.
                if identity.certified_key(&provider).is_ok_and(|k| k.keys_match().is_ok()) {
                    return Ok(identity);
                }
            }
        }
        Err(IdentityError::NoKey)
    }

    /// Certificate and key as rustls takes them.
    pub(crate) fn certified_key(&self, provider: &CryptoProvider) -> Result<CertifiedKey, IdentityError> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.to_vec()));
        let unusable = |e: rustls::Error| IdentityError::Unusable(e.to_string());
        let key = provider.key_provider.load_private_key(key).map_err(unusable)?;
        let chain = self.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
        Ok(CertifiedKey::new(chain, key))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.chain.len()).field("key", &"***").finish()
    }
}
