//! The certificates of a signature, from the signer's to the last that is known, each verified with the next one.

use jiff::Timestamp;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A chain has no more certificates than this.
const MOST_LINKS: usize = 10;

/// A certificate of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it is for: its common name, or its whole name when it has none.
    pub subject: String,
    /// Who issued it, in the same form.
    pub issuer: String,
    /// SHA-1 of the whole certificate, as Windows shows it.
    pub sha1: [u8; 20],
    /// SHA-256 of the whole certificate.
    pub sha256: [u8; 32],
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Certificates, the signer's first, each issued by the one behind it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// The certificates; empty when the signer's own is not there.
    pub certificates: Vec<Certificate>,
    /// The signature of a certificate is not that of the next one, which bears the name of its issuer: from there on the
    /// chain is left out.
    pub broken: bool,
}

impl Chain {
    /// The name of who issued the last certificate, which is not in the signature itself; `None` at a root.
    #[must_use]
    pub fn issuer_of_last(&self) -> Option<&str> {
        self.certificates.last().filter(|last| last.subject != last.issuer).map(|last| last.issuer.as_str())
    }
}

/// The certificates of a message, read.
pub(super) struct Pool<'a>(Vec<(&'a [u8], X509Certificate<'a>)>);

impl<'a> Pool<'a> {
    /// Reads certificates; what is none is left out.
    pub fn read(certificates: &[&'a [u8]]) -> Self {
        let read = |der: &&'a [u8]| X509Certificate::from_der(der).ok().map(|(_, certificate)| (*der, certificate));
        Self(certificates.iter().filter_map(read).collect())
    }

    /// The certificate that a signer names.
    pub fn signer(&self, issuer: &[u8], serial: &[u8]) -> Option<&X509Certificate<'a>> {
        self.0.iter().map(|(_, c)| c).find(|c| c.issuer().as_raw() == issuer && c.raw_serial() == serial)
    }

    /// The chain from a certificate of this pool.
    pub fn chain(&self, signer: &X509Certificate<'a>) -> Chain {
        let mut chain = Chain::default();
        let mut current = signer;
        while let Some((der, _)) = self.0.iter().find(|(_, c)| std::ptr::eq(c, current)) {
            chain.certificates.push(describe(der, current));
            if current.subject().as_raw() == current.issuer().as_raw() || chain.certificates.len() == MOST_LINKS {
                break;
            }
            let named = || self.0.iter().map(|(_, c)| c).filter(|c| c.subject().as_raw() == current.issuer().as_raw());
            match named().find(|issuer| current.verify_signature(Some(issuer.public_key())).is_ok()) {
                Some(issuer) => current = issuer,
                None => {
                    chain.broken = named().next().is_some();
                    break;
                }
            }
        }
        chain
    }
}

fn describe(der: &[u8], certificate: &X509Certificate<'_>) -> Certificate {
    let common = |name: &x509_parser::x509::X509Name<'_>| {
        let common = name.iter_common_name().next().and_then(|part| part.as_str().ok()).map(str::to_owned);
        common.unwrap_or_else(|| name.to_string())
    };
    let time = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX);
    Certificate {
        subject: common(certificate.subject()),
        issuer: common(certificate.issuer()),
        sha1: Sha1::digest(der).into(),
        sha256: Sha256::digest(der).into(),
        not_before: time(certificate.validity().not_before),
        not_after: time(certificate.validity().not_after),
    }
}
