//! TLS on a connection, with our own verifier and key.

use crate::{Identity, IdentityError, Trust};
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection, SignatureScheme, StreamOwned};
use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

/// Adds TLS to connections for `https`.
#[derive(Debug)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    state: State,
}

/// What was learned in handshakes.
#[derive(Debug, Clone, Default)]
pub(super) struct State(Arc<AtomicBool>);

impl State {
    /// Whether a server wanted a client certificate.
    pub fn certificate_was_asked_for(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tls {
    pub fn new(trust: &Trust, identity: Option<&Identity>) -> Result<Self, IdentityError> {
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
        let state = State::default();
        let key = identity.map(|i| i.certified_key(&provider)).transpose()?.map(Arc::new);
        let own = Own { key, asked: state.clone() };
        let verifier = Arc::new(trust.verifier(provider.clone()));
        let builder = ClientConfig::builder_with_provider(provider);
        let config = builder
            .with_safe_default_protocol_versions()
            .map_err(|e| IdentityError::Unusable(e.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(own));
        Ok(Self { config: Arc::new(config), state })
    }

    pub fn state(&self) -> State {
        self.state.clone()
    }
}

/// Our own certificate, if we have one, for whoever asks for it.
#[derive(Debug)]
struct Own {
    key: Option<Arc<CertifiedKey>>,
    asked: State,
}

impl ResolvesClientCert for Own {
    /// The certificate is shown whatever issuers the server names: admins hand one over for this very server, and lists of
    /// issuers are often cut short.
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.0.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        // Also without one, so that a server that asks is noticed.
        true
    }
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, Secured>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(plain) = chained else { return Ok(None) };
        if !details.needs_tls() {
            return Ok(Some(Either::A(plain)));
        }
        let host = details.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|e| Error::Other(Box::new(e)))?;
        let other = |e: rustls::Error| Error::Other(Box::new(e));
        let mut connection = ClientConnection::new(self.config.clone(), name).map_err(other)?;
        let mut socket = TransportAdapter::new(plain.boxed(), details.current_time.clone());
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Secured { stream: StreamOwned::new(connection, socket), buffers })))
    }
}

/// A connection with TLS.
pub(super) struct Secured {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    buffers: LazyBuffers,
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let count = self.stream.read(input)?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").field("inner", &self.stream.sock.inner()).finish_non_exhaustive()
    }
}
