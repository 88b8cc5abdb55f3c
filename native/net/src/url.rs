//! Addresses: `http` or `https`, a server, perhaps a port, and a path whose parts are encoded one by one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;

/// Everything but the unreserved characters of RFC 3986 2.3, and `$`, which stands in the paths of distribution points as
/// it is (`docs/formats.md`, "Distribution point").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'$');

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Url {
    https: bool,
    host: String,
    port: Option<u16>,
    /// Encoded; empty, or `/` and more.
    path: String,
    /// Encoded, without its `?`.
    query: Option<String>,
}

/// Why a text is no address that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("it does not begin with http:// or https://")]
    Scheme,
    /// The name of the server.
    #[error("the server name is not one")]
    Host,
    /// The port.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// A user name or password.
    #[error("a user name or password does not belong into an address")]
    UserInfo,
    /// Characters that no address has.
    #[error("it holds characters that an address cannot have")]
    Characters,
}

impl Url {
    /// Reads an address. A fragment (`#`) is refused; `.` and `..` have no meaning here and stay as they are.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(UrlError::Scheme),
        };
        if rest.chars().any(|c| c.is_control() || matches!(c, ' ' | '#' | '\\' | '"' | '<' | '>')) {
            return Err(UrlError::Characters);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.contains('@') {
            return Err(UrlError::UserInfo);
        }
        let (host, port) = split_port(authority)?;
        if !is_host(host) {
            return Err(UrlError::Host);
        }
        let (path, query) = tail.split_once('?').map_or((tail, None), |(p, q)| (p, Some(q.to_owned())));
        Ok(Self { https, host: host.to_ascii_lowercase(), port, path: path.to_owned(), query })
    }

    /// The address of a server's root.
    pub fn of_host(https: bool, host: &str) -> Result<Self, UrlError> {
        Self::parse(&format!("{}://{host}", if https { "https" } else { "http" }))
    }

    /// HTTPS, not HTTP.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The server, in small letters; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also when it is the usual one of the scheme.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.https { 443 } else { 80 })
    }

    /// The path, encoded; without a `/` at its end.
    pub fn path(&self) -> &str {
        self.path.trim_end_matches('/')
    }

    /// Path and query as they stand in a request.
    pub fn target(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        self.query.as_ref().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// The scheme, server and port alone: `https://server:8443`.
    pub fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        match self.port {
            Some(port) => format!("{scheme}://{}:{port}", self.host),
            None => format!("{scheme}://{}", self.host),
        }
    }

    /// Whether both lead to one scheme, server and port.
    pub fn same_origin(&self, other: &Self) -> bool {
        self.https == other.https && self.host == other.host && self.port() == other.port()
    }

    /// The address below this one: every part of `path`, which are separated by `/`, is encoded.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let mut joined = Self { query: None, path: self.path().to_owned(), ..self.clone() };
        for segment in path.split('/') {
            joined.path.push('/');
            joined.path.push_str(&encode_segment(segment));
        }
        joined
    }

    /// The same address with a query, whose parts are encoded like those of a path.
    #[must_use]
    pub fn with_query_path(&self, path: &str) -> Self {
        let parts: Vec<String> = path.split('/').map(encode_segment).collect();
        Self { query: Some(parts.join("/")), ..self.clone() }
    }

    /// The address that a `Location` or a link names, seen from this one.
    pub fn relative(&self, reference: &str) -> Result<Self, UrlError> {
        if reference.starts_with('/') && !reference.starts_with("//") {
            return Self::parse(&format!("{}{reference}", self.origin()));
        }
        Self::parse(reference)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())?;
        f.write_str(&self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

/// One part of a path, encoded as UTF-8 with `%` (RFC 3986 2.1).
pub fn encode_segment(segment: &str) -> String {
    match segment {
        // Servers and proxies would take these for a way up.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(segment, SEGMENT).to_string(),
    }
}

/// The text that an encoded part of a path stands for; `None` when it is not UTF-8.
pub fn decode(encoded: &str) -> Option<String> {
    percent_decode_str(encoded).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), UrlError> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && !host.is_empty() => {
            let number = port.parse::<u16>().ok().filter(|p| *p != 0 && port.bytes().all(|b| b.is_ascii_digit()));
            Ok((host, Some(number.ok_or(UrlError::Port)?)))
        }
        _ => Ok((authority, None)),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(v6) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return v6.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let part =
        |p: &str| (1..=63).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    host.len() <= 253 && host.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_scheme_server_port_path_and_query() {
        let url = Url::parse("HTTPS://DP1.contoso.test:8443/SMS_DP_SMSPKG$/a%20b?x").unwrap();
        assert!(url.is_https() && url.host() == "dp1.contoso.test" && url.port() == 8443);
        assert_eq!(url.target(), "/SMS_DP_SMSPKG$/a%20b?x");
        assert_eq!(url.to_string(), "https://dp1.contoso.test:8443/SMS_DP_SMSPKG$/a%20b?x");
        assert_eq!(Url::parse("http://dp1").unwrap().target(), "/");
        assert!(Url::parse("http://[fe80::1]:81/").is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for (text, why) in [
            ("dp1.contoso.test", UrlError::Scheme),
            ("ftp://dp1", UrlError::Scheme),
            ("http://", UrlError::Host),
            ("http://a..b", UrlError::Host),
            ("http://dp1:0", UrlError::Port),
            ("http://dp1:+80", UrlError::Port),
            ("http://user:word@dp1", UrlError::UserInfo),
            ("http://dp1/a b", UrlError::Characters),
            ("http://dp1/a\r\nHost: x", UrlError::Characters),
        ] {
            assert_eq!(Url::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn every_part_of_a_path_is_encoded_by_itself() {
        let url = Url::parse("http://dp1/SMS_DP_SMSPKG$/").unwrap();
        assert_eq!(url.join("a b/#1/%41").to_string(), "http://dp1/SMS_DP_SMSPKG$/a%20b/%231/%2541");
        assert_eq!(url.join("..").path(), "/SMS_DP_SMSPKG$/%2E%2E");
        let query = url.join("sccm").with_query_path("ä/x?y");
        assert_eq!(query.to_string(), "http://dp1/SMS_DP_SMSPKG$/sccm?%C3%A4/x%3Fy");
    }

    #[test]
    fn encoding_loses_nothing() {
        for name in ["a b", "#", "%41", "+", "&;=", "[x]", ".x", "e\u{301}", "é", "😀", "a/b"] {
            assert_eq!(decode(&encode_segment(name)).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_port_that_is_said_is_the_one_that_is_not() {
        let plain = Url::parse("http://dp1/x").unwrap();
        assert!(plain.same_origin(&Url::parse("http://DP1:80").unwrap()));
        assert!(!plain.same_origin(&Url::parse("https://dp1:80").unwrap()));
        assert_eq!(plain.relative("/y").unwrap().to_string(), "http://dp1/y");
        assert_eq!(plain.relative("http://else/y").unwrap().host(), "else");
        assert!(plain.relative("//else/y").is_err());
    }
}
