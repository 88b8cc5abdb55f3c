//! HTTP/1.1 over TCP and TLS, the same on every system: `ureq` for the protocol, `rustls` for TLS.
//!
//! Two parts of `ureq` are replaced, both at the place that it keeps for that: the one that opens connections, so that a
//! raised flag ends every wait in a quarter of a second; and the one that adds TLS, so that pins and client certificates
//! work (`ureq` takes neither a verifier nor a key in DER form).
//!
//! There is no proxy: the servers asked are in the house of the admin, and what a program of the system is set to is for
//! the way out of it.

mod fault;
mod tcp;
mod tls;

use crate::{Identity, NetError, Patience, Request, Response, Transport, Trust};
use std::io::{self, Read};
use tsm_job::Cancel;
use ureq::Agent;
use ureq::http::Request as HttpRequest;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::Connector;

/// Connections that wait for their next request, for each server.
const IDLE_CONNECTIONS: usize = 32;

/// The transport that works everywhere.
#[derive(Debug)]
pub struct Standard {
    agent: Agent,
    tls: tls::State,
}

impl Standard {
    /// A transport. `cancel` ends its waits.
    ///
    /// # Errors
    /// When the key of the identity cannot be used.
    pub fn new(
        trust: &Trust,
        identity: Option<&Identity>,
        patience: &Patience,
        cancel: &Cancel,
    ) -> Result<Self, crate::IdentityError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .proxy(None)
            .user_agent(concat!("TaskSequenceMedia/", env!("CARGO_PKG_VERSION")))
            .accept("*/*")
            .max_idle_connections(4 * IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .timeout_connect(Some(patience.connect))
            .timeout_send_request(Some(patience.answer))
            .timeout_send_body(Some(patience.answer))
            .timeout_recv_response(Some(patience.answer))
            .timeout_per_read(Some(patience.read))
            .timeout_per_write(Some(patience.read))
            .build();
        let tls = tls::Tls::new(trust, identity)?;
        let state = tls.state();
        let connector = tcp::Tcp::new(cancel.clone()).chain(tls);
        Ok(Self { agent: Agent::with_parts(config, connector, DefaultResolver::default()), tls: state })
    }
}

impl Transport for Standard {
    fn send(&self, request: &Request) -> Result<Response, NetError> {
        let url = request.url.to_string();
        let malformed = |e: ureq::http::Error| {
            NetError::new(crate::NetErrorKind::Protocol, &url, "the request cannot be written").source(e)
        };
        let mut builder = HttpRequest::builder().method(request.method.as_str()).uri(&url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let answer = if request.body.is_empty() {
            self.agent.run(builder.body(()).map_err(malformed)?)
        } else {
            self.agent.run(builder.body(request.body.as_slice()).map_err(malformed)?)
        };
        let answer = answer.map_err(|e| fault::of(&url, e, self.tls.certificate_was_asked_for()))?;
        let (parts, body) = answer.into_parts();
        let headers = parts.headers.iter().map(|(n, v)| {
            let value = String::from_utf8_lossy(v.as_bytes()).into_owned();
            (n.as_str().to_owned(), value)
        });
        Ok(Response {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: Box::new(Body { inner: Box::new(body.into_reader()), url }),
        })
    }
}

/// The body of an answer; its faults are those of this crate.
struct Body {
    inner: Box<dyn Read + Send>,
    url: String,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            _ => io::Error::other(fault::of(&self.url, ureq::Error::from(e), false)),
        })
    }
}
