//! Management points: their addresses, which of them go together, and how they stand on the medium.

use crate::definition::{Definition, MediaMode};
use crate::{Error, ErrorKind, Stage};
use tsm_formats::profile::VariablesProfile;
use tsm_site::Ports;

/// The field of a definition that all of this is about.
const FIELD: &str = "managementPoint";

/// The parts of a management point's address that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// HTTPS, not HTTP.
    pub https: bool,
    /// The name or address of the server.
    pub host: &'a str,
    /// The port, when it is written.
    pub port: Option<u16>,
    /// It is a cloud management gateway: the path behind the server says so.
    pub cloud: bool,
}

/// What the path of a cloud management gateway begins with, as the product shows its address ("Plan for cloud management
/// gateway", `https://server/CCM_Proxy_MutualAuth/<number>`).
const CLOUD_PATH: &str = "CCM_Proxy_";

/// Reads `http://server[:port]`, or the address of a cloud management gateway; the reason why not, else.
pub(crate) fn parse_url(text: &str) -> Result<Url<'_>, &'static str> {
    let (scheme, rest) = text.split_once("://").ok_or("it does not begin with http:// or https://")?;
    let https = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return Err("it does not begin with http:// or https://"),
    };
    let (server, path) = rest.split_once('/').unwrap_or((rest, ""));
    let cloud = path.get(..CLOUD_PATH.len()).is_some_and(|start| start.eq_ignore_ascii_case(CLOUD_PATH));
    if server.contains(['?', '#', '@', '*', ' ', '\\']) || !(path.is_empty() || cloud && is_plain_path(path)) {
        return Err("only a server and a port may follow http://");
    }
    if cloud && !https {
        return Err("a cloud management gateway takes HTTPS only");
    }
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.contains(']') => (host, Some(port)),
        _ => (server, None),
    };
    let port = match port.map(str::parse::<u16>) {
        None => None,
        Some(Ok(port)) if port != 0 => Some(port),
        Some(_) => return Err("the port is not a number from 1 to 65535"),
    };
    if is_host(host) { Ok(Url { https, host, port, cloud }) } else { Err("the server name is not one") }
}

fn is_plain_path(path: &str) -> bool {
    path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/'))
}

/// A name of the domain name system, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.len() <= 253
                && host.split('.').all(|part| {
                    !part.is_empty()
                        && part.len() <= 63
                        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                })
        }
    }
}

/// Whether two addresses lead to one server.
pub(crate) fn same_host(a: &str, b: &str) -> bool {
    match (parse_url(a), parse_url(b)) {
        (Ok(a), Ok(b)) => a.host.eq_ignore_ascii_case(b.host),
        _ => false,
    }
}

/// Every fault of the management points of a definition. `issued` says whether the medium gets a certificate that an
/// authority issued rather than one that signed itself, as far as that is known.
pub(crate) fn faults(definition: &Definition, issued: Option<bool>) -> Vec<Error> {
    if definition.management_point.is_empty() {
        let message = "No management point is named: the medium would not find its site.";
        return vec![fault(ErrorKind::ManagementPointMissing, message)];
    }
    let (mut faults, mut urls) = (Vec::new(), Vec::new());
    for point in &definition.management_point {
        match parse_url(point) {
            Ok(url) => urls.push((point.as_str(), url)),
            Err(reason) => {
                let message = format!("'{}' is no address of a management point: {reason}.", point.escape_debug());
                faults.push(fault(ErrorKind::ManagementPointInvalid, message));
            }
        }
    }
    match mixed(&urls) {
        Some(error) => faults.push(error),
        None => faults.extend(issued.map(|issued| refusing(definition, issued)).unwrap_or_default()),
    }
    faults.extend(cloud(definition, &urls));
    faults
}

/// One medium has one certificate, and no certificate serves management points of two kinds.
fn mixed(urls: &[(&str, Url<'_>)]) -> Option<Error> {
    let other = |kind: fn(&Url<'_>) -> bool| {
        let first = urls.iter().find(|(_, url)| kind(url))?.0;
        let second = urls.iter().find(|(_, url)| !kind(url))?.0;
        Some((first, second))
    };
    let (first, second, words) = match other(|url| url.https) {
        Some((https, http)) => (https, http, "HTTPS and the other HTTP"),
        None => other(|url| url.cloud).map(|(a, b)| (a, b, "the Internet and the other the own network"))?,
    };
    let message = format!("'{first}' and '{second}' cannot stand on one medium: one is for {words}.");
    Some(fault(ErrorKind::ManagementPointsMixed, message))
}

/// The management points that do not take the certificate of the medium.
pub(crate) fn refusing(definition: &Definition, issued: bool) -> Vec<Error> {
    let urls = definition.management_point.iter().filter_map(|point| Some((point, parse_url(point).ok()?)));
    urls.filter_map(|(point, url)| against_certificate(point, url, issued)).collect()
}

fn against_certificate(point: &str, url: Url<'_>, issued: bool) -> Option<Error> {
    match (url.https, issued) {
        // The gateway knows the medium by a token, not by who issued its certificate.
        _ if url.cloud => None,
        (true, false) => {
            let message = format!(
                "'{point}' takes HTTPS only, but this medium gets a self-signed certificate, which such a management \
                 point refuses."
            );
            Some(fault(ErrorKind::HttpsNeedsIssuedCertificate, message))
        }
        (false, true) => {
            let message = format!(
                "'{point}' takes HTTP, but this medium gets an issued certificate, which only management points with \
                 HTTPS take."
            );
            Some(fault(ErrorKind::ManagementPointsMixed, message))
        }
        _ => None,
    }
}

/// Boot media over a cloud management gateway are site-based ("Deploy a task sequence over the internet").
fn cloud(definition: &Definition, urls: &[(&str, Url<'_>)]) -> Option<Error> {
    let (point, _) = urls.iter().find(|(_, url)| url.cloud)?;
    (definition.media_mode == Some(MediaMode::Dynamic)).then(|| {
        let message = format!("'{point}' is a cloud management gateway, which dynamic media cannot find again.");
        fault(ErrorKind::CloudManagementPoint, message)
    })
}

fn fault(kind: ErrorKind, message: impl Into<String>) -> Error {
    Error::new(kind, Stage::Input, message).target(FIELD)
}

/// The management points as the medium names them: most preferred first, each with the port of the site where that is not
/// the default one and none is written.
pub(crate) fn written(points: &[String], ports: Option<Ports>, profile: &VariablesProfile) -> String {
    let one = |point: &String| match (parse_url(point), ports) {
        (Ok(url), Some(ports)) if profile.append_custom_port && url.port.is_none() && !url.cloud => {
            let (of_site, default) = if url.https { (ports.https, 443) } else { (ports.http, 80) };
            let bare = point.trim_end_matches('/');
            if of_site == default { bare.to_owned() } else { format!("{bare}:{of_site}") }
        }
        _ => point.trim_end_matches('/').to_owned(),
    };
    points.iter().map(one).collect::<Vec<_>>().join(&profile.management_point_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOUD: &str = "https://cmg.contoso.test/CCM_Proxy_MutualAuth/72057594037928290";

    fn codes(points: &[&str], mode: MediaMode, issued: impl Into<Option<bool>>) -> Vec<&'static str> {
        let definition = serde_json::json!({
            "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": mode,
            "siteFacts": "facts.json", "bootImage": "PS100005", "managementPoint": points,
        });
        let definition = Definition::parse(&definition.to_string(), None).unwrap();
        faults(&definition, issued.into()).iter().map(|e| e.kind().code()).collect()
    }

    #[test]
    fn addresses_of_management_points() {
        for good in [
            "http://mp1",
            "http://mp1.contoso.test",
            "HTTP://mp1:8080",
            "http://10.0.0.1/",
            "http://[fe80::1]:80",
            "https://mp1",
            CLOUD,
        ] {
            assert!(parse_url(good).is_ok(), "{good}");
        }
        for bad in [
            "mp1",
            "ftp://mp1",
            "http://",
            "http://mp1/x",
            "http://mp1:0",
            "http://mp1:x",
            "http://a b",
            "http://a*b",
            "http://cmg/CCM_Proxy_MutualAuth/7",
            "https://cmg/CCM_Proxy_MutualAuth/7?x=*",
        ] {
            assert!(parse_url(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_url("https://mp1:8443").unwrap().port, Some(8443));
    }

    #[test]
    fn the_certificate_decides_which_management_points_there_can_be() {
        use MediaMode::{Dynamic, SiteBased};
        let (http, https) = ("http://mp1", "https://mp2");
        for (points, mode, issued, wanted) in [
            (&[http][..], SiteBased, false, &[][..]),
            (&[https], SiteBased, false, &["TSM1108"]),
            (&[https], SiteBased, true, &[]),
            (&[http], SiteBased, true, &["TSM1110"]),
            (&[http, https], Dynamic, false, &["TSM1110"]),
            (&[https, http], Dynamic, true, &["TSM1110"]),
            (&[], Dynamic, false, &["TSM1013"]),
            (&[CLOUD], SiteBased, false, &[]),
            (&[CLOUD], SiteBased, true, &[]),
            (&[CLOUD], Dynamic, false, &["TSM1111"]),
            (&[CLOUD, https], SiteBased, true, &["TSM1110"]),
        ] {
            assert_eq!(codes(points, mode, issued), wanted, "{points:?} {mode:?} {issued}");
        }
        for points in [[http], [https]] {
            assert!(codes(&points, SiteBased, None).is_empty(), "the file of the certificate tells");
        }
    }

    #[test]
    fn a_port_that_is_not_the_default_stands_behind_the_server() {
        let profile = VariablesProfile::default();
        let points = ["http://mp1/", "http://mp2:81", CLOUD].map(str::to_owned);
        let ports = |http| Some(Ports { http, https: 8443 });
        assert_eq!(written(&points, ports(80), &profile), format!("http://mp1*http://mp2:81*{CLOUD}"));
        assert_eq!(written(&points, ports(8080), &profile), format!("http://mp1:8080*http://mp2:81*{CLOUD}"));
        let plain = VariablesProfile { append_custom_port: false, ..VariablesProfile::default() };
        assert_eq!(written(&points[..1], ports(8080), &plain), "http://mp1");
        assert_eq!(written(&["https://mp1".to_owned()], ports(80), &profile), "https://mp1:8443");
    }
}
