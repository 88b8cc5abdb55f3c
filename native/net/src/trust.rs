//! Whom to trust: the system's roots, certificates that the admin hands over, and pins. Never everybody.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Whom to trust beside the roots of the system.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    roots: Vec<CertificateDer<'static>>,
    pins: Vec<Pin>,
}

/// The hash of a certificate that is trusted as it is, whatever its name, dates and issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pin {
    /// What Windows shows as thumbprint.
    Sha1([u8; 20]),
    Sha256([u8; 32]),
}

/// Why a text or file names nobody to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not the digits of a thumbprint.
    #[error("a thumbprint has 40 (SHA-1) or 64 (SHA-256) hexadecimal digits")]
    Thumbprint,
    /// No certificate in the file.
    #[error("the file holds no certificate in PEM or DER form")]
    NoCertificate,
}

impl Trust {
    /// Only the roots of the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// Whether a text has the form of a thumbprint rather than of a path. Colons and blanks between the digits count for
    /// nothing, nor does the invisible mark that Windows' certificate dialogue copies in front.
    pub fn is_thumbprint(text: &str) -> bool {
        digits(text).is_some()
    }

    /// Trusts the server certificate with this thumbprint.
    ///
    /// # Errors
    /// [`TrustError::Thumbprint`].
    pub fn add_thumbprint(&mut self, text: &str) -> Result<(), TrustError> {
        let bytes = digits(text).ok_or(TrustError::Thumbprint)?;
        let pin = match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(sha256) => Pin::Sha256(sha256),
            Err(_) => Pin::Sha1(<[u8; 20]>::try_from(bytes.as_slice()).map_err(|_| TrustError::Thumbprint)?),
        };
        self.pins.push(pin);
        Ok(())
    }

    /// Trusts the certificates of a file (PEM or DER): as roots, and each as it is, because the certificate of a server
    /// that signed itself is no root.
    ///
    /// # Errors
    /// [`TrustError::NoCertificate`].
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), TrustError> {
        let mut found: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).collect();
        if found.is_empty() && is_certificate(bytes) {
            found.push(CertificateDer::from(bytes.to_vec()));
        }
        if found.is_empty() || !found.iter().all(|der| is_certificate(der)) {
            return Err(TrustError::NoCertificate);
        }
        self.pins.extend(found.iter().map(|der| Pin::Sha256(Sha256::digest(der).into())));
        self.roots.extend(found);
        Ok(())
    }

    /// The judge of server certificates.
    pub(crate) fn verifier(&self, provider: Arc<CryptoProvider>) -> Judge {
        // A certificate that is no root is trusted by its pin alone.
        let usable = |der: &&CertificateDer<'static>| RootCertStore::empty().add((*der).clone()).is_ok();
        let roots: Vec<_> = self.roots.iter().filter(usable).cloned().collect();
        let system = by_system(roots, &provider);
        Judge { system, pins: self.pins.clone(), provider }
    }
}

/// The system as the judge, which takes `roots` beside its own. A system that cannot be asked (no root anywhere, or no such
/// function of Windows) leaves those roots alone; `None` when there are none either.
fn by_system(
    roots: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<dyn ServerCertVerifier>> {
    if let Ok(system) = Verifier::new_with_extra_roots(roots.clone(), provider.clone()) {
        return Some(Arc::new(system));
    }
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots);
    let handed_over = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build().ok()?;
    Some(handed_over)
}

/// Whether bytes begin and end like a certificate: one SEQUENCE that fills them (X.690 8.9).
fn is_certificate(der: &[u8]) -> bool {
    match der {
        [0x30, 0x82, high, low, rest @ ..] => rest.len() == usize::from(*high) << 8 | usize::from(*low),
        [0x30, 0x81, length, rest @ ..] => rest.len() == usize::from(*length),
        _ => false,
    }
}

/// The bytes of a thumbprint of either length.
fn digits(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|c| !matches!(c, ':' | ' ' | '\u{200e}')).collect();
    if !matches!(plain.len(), 40 | 64) || !plain.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..plain.len()).step_by(2).map(|at| u8::from_str_radix(plain.get(at..at + 2)?, 16).ok()).collect()
}

/// Judges server certificates: pinned ones are good, others are the system's to judge.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Absent where there is no root at all: then only pins count.
    system: Option<Arc<dyn ServerCertVerifier>>,
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
}

impl Judge {
    fn is_pinned(&self, certificate: &[u8]) -> bool {
        let sha1 = || Pin::Sha1(Sha1::digest(certificate).into());
        let sha256 = || Pin::Sha256(Sha256::digest(certificate).into());
        !self.pins.is_empty() && (self.pins.contains(&sha256()) || self.pins.contains(&sha1()))
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.is_pinned(own) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.system {
            Some(system) => system.verify_server_cert(own, above, name, ocsp, now),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    // A pin says whose key it must be; that the server has that key is proved by these, for everybody.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_known_by_its_digits() {
        let sha1 = "AB:cd".repeat(10).replace("cdAB", "cd:AB");
        assert!(Trust::is_thumbprint(&sha1) && Trust::is_thumbprint(&format!("\u{200e}{}", "0a ".repeat(32))));
        for text in ["server.cer", "", &"0".repeat(39), &"g".repeat(40)] {
            assert!(!Trust::is_thumbprint(text), "{text}");
            assert_eq!(Trust::system().add_thumbprint(text), Err(TrustError::Thumbprint));
        }
    }

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        for bytes in [&b""[..], b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Trust::system().add_file(bytes), Err(TrustError::NoCertificate));
        }
    }
}
