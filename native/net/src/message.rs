//! Requests and answers, and what carries them.

use crate::{NetError, Url};
use std::fmt;
use std::io::Read;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The resource.
    Get,
    /// Only what would be said about it.
    Head,
    /// Its properties and those of its members (RFC 4918 9.1).
    Propfind,
    /// To take a body and answer.
    Post,
}

impl Method {
    /// The word of the protocol.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Propfind => "PROPFIND",
            Self::Post => "POST",
        }
    }
}

/// A request. Whoever carries it adds `Host`, `User-Agent` and the length of the body.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// Of whom.
    pub url: Url,
    /// Further fields: name and value.
    pub headers: Vec<(&'static str, String)>,
    /// The body; mostly empty.
    pub body: Vec<u8>,
}

impl Request {
    /// A request for `url` without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a field.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer whose body has not been read yet.
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// The fields: names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body. An end that comes too early is an error, not an end.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// The value of a field, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The length that the server promises, in bytes.
    pub fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// Carries requests. Follows no redirection, and gives every status back as an answer.
pub trait Transport: Send + Sync + fmt::Debug {
    /// Carries one request.
    ///
    /// # Errors
    /// When there is no answer: the server was not reached, not trusted, or did not speak HTTP.
    fn send(&self, request: &Request) -> Result<Response, NetError>;
}
