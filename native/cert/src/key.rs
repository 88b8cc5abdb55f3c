//! Private keys: of what kind they are, and their public half.

use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1::der::Encode;
use rsa::pkcs8::{DecodePrivateKey, PrivateKeyInfo};

use crate::CertError;

/// rsaEncryption (RFC 8017, appendix A.1).
const RSA: &str = "1.2.840.113549.1.1.1";
/// id-ecPublicKey (RFC 5480, 2.1.1).
const ELLIPTIC_CURVE: &str = "1.2.840.10045.2.1";

/// The public half of a PKCS #8 key, as a certificate holds it (PKCS #1, DER).
///
/// # Errors
/// [`CertError::KeyKind`] for a key of another kind, [`CertError::KeyNotRsa`] for one that is damaged.
pub(crate) fn public_key_of(key: &[u8]) -> Result<Vec<u8>, CertError> {
    let info = PrivateKeyInfo::try_from(key).map_err(|_| CertError::KeyNotRsa)?;
    match info.algorithm.oid.to_string().as_str() {
        RSA => {}
        ELLIPTIC_CURVE => return Err(CertError::KeyKind("EC".into())),
        other => return Err(CertError::KeyKind(other.into())),
    }
    let parts = rsa::pkcs1::RsaPrivateKey::try_from(info.private_key).map_err(|_| CertError::KeyNotRsa)?;
    if parts.modulus.as_bytes().len() * 8 > rsa::RsaPublicKey::MAX_SIZE {
        // Longer than the library computes with, and all that is needed of it stands in it.
        return parts.public_key().to_der().map_err(|_| CertError::KeyNotRsa);
    }
    let key = RsaPrivateKey::from_pkcs8_der(key).map_err(|_| CertError::KeyNotRsa)?;
    let public = key.to_public_key().to_pkcs1_der().map_err(|_| CertError::KeyNotRsa)?;
    Ok(public.into_vec())
}
