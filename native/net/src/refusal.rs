//! What a status says, in plain words (`docs/formats.md`, "Distribution point: who may ask").

use crate::{NetError, NetErrorKind as Kind, Response, Url};
use std::io::Read;

/// The longest text of a refusal that is looked at; reading it to its end keeps the connection.
const LONGEST_TEXT: u64 = 64 * 1024;

/// The refusal that an answer is. Reads the rest of it.
pub(crate) fn of(url: &Url, mut answer: Response, has_certificate: bool) -> NetError {
    let status = answer.status;
    let challenge = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "www-authenticate")
        .map(|(_, value)| value.split([' ', ',']).next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(", ");
    let mut text = Vec::new();
    // Only a hint: what cannot be read gives none.
    let _ = answer.body.by_ref().take(LONGEST_TEXT).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).to_lowercase();
    let (kind, message) = judge(url, status, &challenge, &text, has_certificate);
    NetError::new(kind, url, format!("{message} (HTTP {status})"))
}

fn judge(url: &Url, status: u16, challenge: &str, text: &str, has_certificate: bool) -> (Kind, String) {
    let speaks_of_certificates = text.contains("client certificate") || text.contains("ssl certificate");
    let refused = |kind, message: &str| (kind, message.to_owned());
    match status {
        401 => {
            let accepts = if challenge.is_empty() { "nothing by name".to_owned() } else { challenge.to_owned() };
            (Kind::Unauthenticated, format!("the server wants to know who asks, and accepts {accepts}"))
        }
        403 if text.contains("403.16") => {
            refused(Kind::CertificateRefused, "the server does not trust the client certificate (403.16)")
        }
        403 if text.contains("403.17") => {
            refused(Kind::CertificateRefused, "the client certificate has expired (403.17)")
        }
        400 if speaks_of_certificates && has_certificate => {
            refused(Kind::CertificateRefused, "the server does not take the client certificate")
        }
        400 if speaks_of_certificates => refused(Kind::CertificateNeeded, "the server wants a client certificate"),
        403 if text.contains("403.7") || (speaks_of_certificates && !has_certificate) => {
            refused(Kind::CertificateNeeded, "the server wants a client certificate (403.7)")
        }
        403 if url.is_https() && !has_certificate => refused(
            Kind::CertificateNeeded,
            "the server refuses whoever has no client certificate (403.7), or you may not read this",
        ),
        403 => refused(Kind::Forbidden, "you may not read this"),
        404 | 410 => refused(Kind::NotFound, "the server does not have it"),
        405 | 501 => refused(
            Kind::MethodRefused,
            "the server does not do what was asked: its handler is narrowed, or WebDAV publishing stands in front of it",
        ),
        408 => refused(Kind::Slow, "the server waited too long for the request"),
        429 => refused(Kind::Busy, "the server has no time: too many requests"),
        503 => refused(Kind::Busy, "the service is stopped or overloaded (is its application pool running?)"),
        500..=599 => refused(Kind::ServerFault, "the server met a fault of its own"),
        300..=399 => refused(Kind::Redirected, "the server sends to somebody else"),
        _ => refused(Kind::Protocol, "the server answered with an unexpected status"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(url: &str, status: u16, text: &'static str, has_certificate: bool) -> Kind {
        let body = Box::new(text.as_bytes());
        of(&Url::parse(url).unwrap(), Response { status, headers: Vec::new(), body }, has_certificate).kind()
    }

    #[test]
    fn every_status_has_its_meaning() {
        const DP: &str = "http://dp1/x";
        for (status, expected) in [
            (401, Kind::Unauthenticated),
            (403, Kind::Forbidden),
            (404, Kind::NotFound),
            (405, Kind::MethodRefused),
            (429, Kind::Busy),
            (500, Kind::ServerFault),
            (503, Kind::Busy),
            (302, Kind::Redirected),
            (418, Kind::Protocol),
        ] {
            assert_eq!(kind(DP, status, "", false), expected, "{status}");
        }
        assert_eq!(kind(DP, 403, "HTTP Error 403.7 - Forbidden", false), Kind::CertificateNeeded);
        assert_eq!(kind(DP, 403, "HTTP Error 403.16 - Forbidden", true), Kind::CertificateRefused);
        assert_eq!(kind("https://dp1", 403, "", false), Kind::CertificateNeeded);
        assert_eq!(kind("https://dp1", 403, "", true), Kind::Forbidden);
        assert_eq!(kind("https://dp1", 400, "No required SSL certificate was sent", false), Kind::CertificateNeeded);
        assert_eq!(kind("https://dp1", 400, "The SSL certificate error", true), Kind::CertificateRefused);
    }
}
