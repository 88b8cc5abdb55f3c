//! The addresses under which a distribution point may serve its library, most preferred first.

use crate::error::{ContentError, ContentErrorKind, Place};
use tsm_net::{NetErrorKind, Url};

/// The virtual application that serves the library (`docs/formats.md`, "Distribution point").
const APPLICATION: &str = "SMS_DP_SMSPKG$";
/// The same library for callers without a client certificate.
const WITHOUT_CERTIFICATE: &str = "NOCERT_SMS_DP_SMSPKG$";
/// Ends of names under which cloud distribution points and cloud management gateways are reached.
const CLOUD: &[&str] = &[".cloudapp.net", ".cloudapp.azure.com", ".blob.core.windows.net", ".azureedge.net"];

/// The addresses that may be asked for what an admin wrote: a URL, or the name of a server.
pub(super) fn candidates(text: &str) -> Result<Vec<Url>, ContentError> {
    let fault = |kind, message: String| {
        let place = Place { library: text.to_owned(), ..Place::default() };
        ContentError::new(kind, place, message)
    };
    let invalid = |why: tsm_net::UrlError| fault(ContentErrorKind::SourceInvalid, format!("it cannot be asked: {why}"));
    let given = match text.contains("://") {
        true => vec![Url::parse(text).map_err(invalid)?],
        false => vec![Url::of_host(true, text).map_err(invalid)?, Url::of_host(false, text).map_err(invalid)?],
    };
    if let Some(cloud) = given.iter().find(|url| is_cloud(url)) {
        let message = format!(
            "'{}' is a cloud distribution point or cloud management gateway: it gives encrypted content to registered \
             clients only; name a distribution point on premises",
            cloud.host()
        );
        return Err(fault(ContentErrorKind::SourceUnsupported, message));
    }
    Ok(given.iter().flat_map(applications).collect())
}

/// An address without a path leads to the application, over HTTPS also to the one for callers without a certificate.
fn applications(url: &Url) -> Vec<Url> {
    match url.path() {
        "" if url.is_https() => vec![url.join(APPLICATION), url.join(WITHOUT_CERTIFICATE)],
        "" => vec![url.join(APPLICATION)],
        _ => vec![url.clone()],
    }
}

fn is_cloud(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    CLOUD.iter().any(|end| url.host().ends_with(end))
        || path.contains("/ccm_proxy_")
        || path.contains("downloadrestservice.svc")
}

/// What the folder of a content library is called; no server is.
const LIBRARY: &str = "SCCMContentLib";

/// Whether a text is the name of a server rather than of a folder: a full name with a dot, an address of numbers, or a short
/// name as NetBIOS has them (at most 15 characters).
pub(super) fn is_server_name(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or(text);
    let is_library = name.get(..LIBRARY.len()).is_some_and(|start| start.eq_ignore_ascii_case(LIBRARY));
    let is_full = name.contains('.') && !name.starts_with('.') && !name.ends_with('.');
    let is_short = !name.contains('.') && (2..=15).contains(&name.len()) && !is_library;
    (is_full || is_short) && !text.contains(['/', '\\']) && Url::of_host(true, text).is_ok()
}

/// The next candidate after one failed in a way that another address may mend.
pub(super) fn next(candidates: &[Url], at: usize, failed: NetErrorKind) -> Option<usize> {
    let current = candidates.get(at)?;
    let rest = candidates.iter().enumerate().skip(at + 1);
    let mut fitting = rest.filter(|(_, url)| match failed {
        // Nobody listens there: the other scheme has another port.
        NetErrorKind::PortClosed | NetErrorKind::Unreachable => url.is_https() != current.is_https(),
        // Who has no certificate is served at another place of the same server.
        NetErrorKind::CertificateNeeded | NetErrorKind::CertificateRefused | NetErrorKind::Forbidden => {
            url.is_https() == current.is_https()
        }
        _ => false,
    });
    fitting.next().map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        candidates(text).unwrap().iter().map(Url::to_string).collect()
    }

    #[test]
    fn a_name_is_asked_over_https_first_and_a_url_as_it_stands() {
        assert_eq!(
            texts("dp1.contoso.test"),
            [
                "https://dp1.contoso.test/SMS_DP_SMSPKG$",
                "https://dp1.contoso.test/NOCERT_SMS_DP_SMSPKG$",
                "http://dp1.contoso.test/SMS_DP_SMSPKG$"
            ]
        );
        assert_eq!(texts("http://dp1:8080/"), ["http://dp1:8080/SMS_DP_SMSPKG$"]);
        assert_eq!(texts("https://dp1/NOCERT_SMS_DP_SMSPKG$/"), ["https://dp1/NOCERT_SMS_DP_SMSPKG$/"]);
    }

    #[test]
    fn the_next_address_is_one_that_may_mend_the_fault() {
        let all = candidates("dp1.contoso.test").unwrap();
        assert_eq!(next(&all, 0, NetErrorKind::PortClosed), Some(2));
        assert_eq!(next(&all, 0, NetErrorKind::CertificateNeeded), Some(1));
        assert_eq!(next(&all, 1, NetErrorKind::Unauthenticated), None);
        // An untrusted certificate is no reason to go on without one.
        assert_eq!(next(&all, 0, NetErrorKind::Untrusted), None);
    }

    #[test]
    fn cloud_distribution_points_and_gateways_are_refused_with_the_reason() {
        for text in [
            "https://contoso.cloudapp.net",
            "contosocmg.westeurope.cloudapp.azure.com",
            "https://cmg.contoso.test/CCM_Proxy_MutualAuth/72057594037927941",
            "https://cmg.contoso.test/downloadrestservice.svc/getcontentxmlsecure",
        ] {
            let error = candidates(text).unwrap_err();
            assert_eq!(error.kind(), ContentErrorKind::SourceUnsupported, "{text}");
            assert!(error.to_string().contains("encrypted"), "{error}");
        }
    }

    #[test]
    fn full_and_short_names_are_servers() {
        for name in ["dp1.contoso.test", "10.0.0.1", "dp1.contoso.test:8080", "DP1", "dp-1:8080"] {
            assert!(is_server_name(name), "{name}");
        }
        for path in ["SCCMContentLib", "sccmcontentlibe", "lib/x.y", "..", ".", "C", "C:", "a..b", ".hidden"] {
            assert!(!is_server_name(path), "{path}");
        }
    }
}
