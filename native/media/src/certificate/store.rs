//! Certificates in the stores of Windows, named as PowerShell names them: `cert:CurrentUser/My/THUMBPRINT`.

use crate::{Error, ErrorKind, Result, Stage};
use tsm_platform::{StoreError, StoreLocation};
use zeroize::Zeroizing;

/// Whether a text names a place in a store rather than a file.
pub(crate) fn is_in_store(path: &str) -> bool {
    path.get(..5).is_some_and(|prefix| prefix.eq_ignore_ascii_case("cert:"))
}

/// A place in a store.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    location: StoreLocation,
    store: String,
    thumbprint: [u8; 20],
}

impl Place {
    /// Reads `cert:LOCATION/STORE/THUMBPRINT`, with either slash, also with one behind the colon, as it stands in `field`.
    pub fn parse(path: &str, field: &str) -> Result<Self> {
        let malformed = || {
            let message = format!("'{}' names no certificate in a store.", path.escape_debug());
            Error::new(ErrorKind::DefinitionMalformed, Stage::Input, message).target(field).action(
                "Write cert:CurrentUser/My/THUMBPRINT or cert:LocalMachine/My/THUMBPRINT, the thumbprint in 40 digits.",
            )
        };
        let parts: Vec<&str> =
            path.get(5..).unwrap_or_default().trim_start_matches(['/', '\\']).split(['/', '\\']).collect();
        let [location, store, thumbprint] = parts.as_slice() else { return Err(malformed()) };
        let location = match location.to_ascii_lowercase().as_str() {
            "currentuser" => StoreLocation::CurrentUser,
            "localmachine" => StoreLocation::LocalMachine,
            _ => return Err(malformed()),
        };
        let digits = crate::text::from_hex(thumbprint).and_then(|bytes| <[u8; 20]>::try_from(bytes).ok());
        match digits {
            Some(thumbprint) if !store.is_empty() => Ok(Self { location, store: (*store).to_owned(), thumbprint }),
            _ => Err(malformed()),
        }
    }
}

/// Takes a certificate with its key out of a store, as a PKCS #12 file with the password that opens it.
pub(super) fn export(path: &str, field: &str) -> Result<(Zeroizing<Vec<u8>>, Zeroizing<String>)> {
    let place = Place::parse(path, field)?;
    // Windows gives keys out in PKCS #12 only; this password lives as long as the file is read.
    let password = Zeroizing::new(uuid::Uuid::new_v4().to_string());
    let bytes = tsm_platform::export_certificate(place.location, &place.store, &place.thumbprint, &password)
        .map_err(|e| from_store(path, e))?;
    Ok((bytes, password))
}

fn from_store(path: &str, error: StoreError) -> Error {
    let kind = match error {
        StoreError::NotThisSystem | StoreError::Store(_) => ErrorKind::CertificateStoreUnavailable,
        StoreError::NotFound => ErrorKind::CertificateNotInStore,
        StoreError::NoKey => ErrorKind::CertificateKeyMissing,
        StoreError::NotExportable => ErrorKind::CertificateKeyNotExportable,
    };
    let message = format!("The certificate '{path}' cannot be taken out of the store: {error}.");
    Error::new(kind, Stage::Certificate, message).target(path).source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_powershell_writes_them() {
        let thumbprint = "00112233445566778899AABBCCDDEEFF00112233";
        for path in [
            format!("cert:CurrentUser/My/{thumbprint}"),
            format!(r"Cert:\CurrentUser\My\{thumbprint}"),
            format!("CERT:/currentuser/My/{}", thumbprint.to_lowercase()),
        ] {
            assert!(is_in_store(&path));
            let place = Place::parse(&path, "x").unwrap();
            assert_eq!((place.location, place.store.as_str()), (StoreLocation::CurrentUser, "My"), "{path}");
            assert_eq!(place.thumbprint[..3], [0x00, 0x11, 0x22]);
        }
        for path in ["cert:", "cert:My/00", r"Cert:\Users\My\00", &format!("cert:CurrentUser/My/{thumbprint}00")] {
            assert_eq!(Place::parse(path, "x").unwrap_err().kind(), ErrorKind::DefinitionMalformed, "{path}");
        }
        assert!(!is_in_store("certificates/media.pfx") && !is_in_store(r"C:\cert.pfx"));
    }

    #[cfg(not(windows))]
    #[test]
    fn elsewhere_than_on_windows_the_error_says_so() {
        let place = "cert:CurrentUser/My/00112233445566778899AABBCCDDEEFF00112233";
        let error = export(place, "x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CertificateStoreUnavailable);
        assert!(error.message().contains("only Windows has"), "{error}");
    }
}
