//! Why a server did not give what was asked, in plain words.

use std::fmt;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NetErrorKind {
    /// No such name.
    NameUnknown,
    /// Nobody listens at the port.
    PortClosed,
    /// The server cannot be reached at all.
    Unreachable,
    /// The server took too long, or sent too little in the time.
    Slow,
    /// The connection ended in the middle.
    Cut,
    /// The certificate of the server comes from nobody that is trusted.
    Untrusted,
    /// The certificate of the server is over, or not valid yet.
    Expired,
    /// The certificate of the server is that of another name.
    WrongHost,
    /// Another fault of TLS.
    Tls,
    /// 401: the server wants to know who asks.
    Unauthenticated,
    /// 403.7, or what is taken for it: the server wants a client certificate.
    CertificateNeeded,
    /// 403.16 and its like: the server does not take the client certificate.
    CertificateRefused,
    /// 403 for another reason.
    Forbidden,
    /// 404 or 410.
    NotFound,
    /// 405 or 501: the server does not do what was asked.
    MethodRefused,
    /// 429 or 503: the server has no time, or its service is stopped.
    Busy,
    /// Another 5xx.
    ServerFault,
    /// The server sends to somebody else.
    Redirected,
    /// The answer is not what was asked for, or no HTTP.
    Protocol,
    /// The work was asked to stop.
    Cancelled,
}

impl NetErrorKind {
    /// Whether the same request, a moment later, may well be answered.
    pub fn passes(self) -> bool {
        matches!(self, Self::Busy | Self::Cut)
    }

    /// Whether the server as a whole is at fault: it makes no sense to ask it for another file.
    pub fn is_of_server(self) -> bool {
        !matches!(self, Self::NotFound | Self::Forbidden | Self::Protocol | Self::Cut | Self::ServerFault)
    }
}

/// A request that failed.
#[derive(Debug)]
pub struct NetError {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: NetErrorKind,
    url: String,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl NetError {
    /// An error; `message` says what happened in words that need no protocol at hand.
    pub fn new(kind: NetErrorKind, url: impl ToString, message: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { kind, url: url.to_string(), message: message.into(), source: None }) }
    }

    /// Adds the error below.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> NetErrorKind {
        self.inner.kind
    }

    /// The address that was asked.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// What happened, without the address.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The network error that lies in an error of a reader, if there is one.
    pub fn inside(io: &std::io::Error) -> Option<&Self> {
        io.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}': {}", self.inner.url, self.inner.message)
    }
}

impl std::error::Error for NetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|e| e as _)
    }
}
