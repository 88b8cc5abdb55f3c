//! TLS as IIS does it: a client certificate is asked for in the handshake, and judged only when a request needs it.
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig, SignatureScheme};

use super::authority::{Authority, Identity};

/// What a distribution point needs to answer over HTTPS.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    /// Asks clients for a certificate.
    pub(super) asking: Arc<ServerConfig>,
    /// Does not.
    pub(super) silent: Arc<ServerConfig>,
    judge: Arc<dyn ClientCertVerifier>,
}

impl Tls {
    /// With the certificate of a server; certificates of clients are good when they are of `clients`.
    pub(super) fn new(server: &Identity, clients: &Authority) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(clients.der().to_vec().into()).context("the authority of the clients")?;
        let provider = Arc::new(ring::default_provider());
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let judge = builder.build().context("the authority of the clients")?;
        let asking = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let asking = asking.with_client_cert_verifier(Arc::new(TakeAny(judge.clone())));
        let silent = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let chain = || CertificateDer::pem_slice_iter(server.certificate.as_bytes()).collect::<Result<Vec<_>, _>>();
        let key = || PrivateKeyDer::from_pem_slice(server.key.as_bytes());
        Ok(Self {
            asking: Arc::new(asking.with_single_cert(chain()?, key()?)?),
            silent: Arc::new(silent.with_no_client_auth().with_single_cert(chain()?, key()?)?),
            judge,
        })
    }

    /// Whether the certificates that a client showed are good.
    pub(super) fn is_good(&self, shown: &[CertificateDer<'_>]) -> bool {
        let Some((own, above)) = shown.split_first() else { return false };
        self.judge.verify_client_cert(own, above, UnixTime::now()).is_ok()
    }
}

/// Takes every certificate, or none; the client must have its key.
#[derive(Debug)]
struct TakeAny(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for TakeAny {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        // Without hints a client shows what it has.
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
