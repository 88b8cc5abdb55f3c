//! Certificates with their keys, taken out of the certificate stores of Windows.

use zeroize::Zeroizing;

/// Whose stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreLocation {
    /// Those of the user who runs this program.
    CurrentUser,
    /// Those of the computer.
    LocalMachine,
}

/// Why a certificate cannot be taken out of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Only Windows has stores.
    #[error("only Windows has certificate stores")]
    NotThisSystem,
    /// The store cannot be opened or read.
    #[error("the store cannot be used: {0}")]
    Store(std::io::Error),
    /// No certificate of the store has this thumbprint.
    #[error("no certificate of the store has this thumbprint")]
    NotFound,
    /// The certificate has no private key there.
    #[error("the store has no private key for the certificate")]
    NoKey,
    /// Its private key may not be exported, or not by this user.
    #[error("its private key may not be exported, or not by this user")]
    NotExportable,
}

/// The certificate of a SHA-1 thumbprint with its private key and its chain, as a PKCS #12 file under `password`.
///
/// The key has to be exportable: Windows itself decides that here.
///
/// # Errors
/// [`StoreError`]; elsewhere than on Windows always [`StoreError::NotThisSystem`].
pub fn export_certificate(
    location: StoreLocation,
    store: &str,
    thumbprint: &[u8; 20],
    password: &str,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    #[cfg(windows)]
    return windows_store::export(location, store, thumbprint, password);
    #[cfg(not(windows))]
    {
        let _ = (location, store, thumbprint, password);
        Err(StoreError::NotThisSystem)
    }
}

#[cfg(windows)]
mod windows_store {
    //! CryptoAPI (`wincrypt.h`). Every handle is owned by a value that frees it.

    use super::{StoreError, StoreLocation};
    use std::ffi::c_void;
    use windows::Win32::Foundation::{NTE_BAD_KEY, NTE_BAD_KEY_STATE, NTE_BAD_TYPE, NTE_NOT_SUPPORTED, NTE_PERM};
    use windows::Win32::Security::Cryptography::{
        CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, CERT_CHAIN_CONTEXT, CERT_CHAIN_PARA, CERT_CONTEXT, CERT_FIND_SHA1_HASH,
        CERT_KEY_PROV_INFO_PROP_ID, CERT_OPEN_STORE_FLAGS, CERT_QUERY_ENCODING_TYPE, CERT_STORE_ADD_ALWAYS,
        CERT_STORE_ADD_USE_EXISTING, CERT_STORE_OPEN_EXISTING_FLAG, CERT_STORE_PROV_MEMORY, CERT_STORE_PROV_SYSTEM_W,
        CERT_STORE_READONLY_FLAG, CERT_SYSTEM_STORE_CURRENT_USER, CERT_SYSTEM_STORE_LOCAL_MACHINE, CRYPT_INTEGER_BLOB,
        CertAddCertificateContextToStore, CertCloseStore, CertFindCertificateInStore, CertFreeCertificateChain,
        CertFreeCertificateContext, CertGetCertificateChain, CertGetCertificateContextProperty, CertOpenStore,
        EXPORT_PRIVATE_KEYS, HCERTSTORE, PFXExportCertStoreEx, PKCS_7_ASN_ENCODING,
        REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY, X509_ASN_ENCODING,
    };
    use windows::core::{HSTRING, PCSTR};
    use zeroize::Zeroizing;

    pub(super) fn export(
        location: StoreLocation,
        store: &str,
        thumbprint: &[u8; 20],
        password: &str,
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let found = Store::system(location, store)?.find(thumbprint).ok_or(StoreError::NotFound)?;
        if !found.has_key() {
            return Err(StoreError::NoKey);
        }
        let apart = Store::memory()?;
        apart.add(found.0, CERT_STORE_ADD_ALWAYS)?;
        // Without the certificates above it, the certificate can still be used where servers have them.
        if let Some(chain) = Chain::of(&found) {
            chain.elements().into_iter().try_for_each(|above| apart.add(above, CERT_STORE_ADD_USE_EXISTING))?;
        }
        apart.export(password)
    }

    fn failed(error: windows::core::Error) -> StoreError {
        StoreError::Store(std::io::Error::from(error))
    }

    struct Store(HCERTSTORE);

    impl Store {
        fn system(location: StoreLocation, name: &str) -> Result<Self, StoreError> {
            let whose = match location {
                StoreLocation::CurrentUser => CERT_SYSTEM_STORE_CURRENT_USER,
                StoreLocation::LocalMachine => CERT_SYSTEM_STORE_LOCAL_MACHINE,
            };
            let flags = whose | CERT_STORE_READONLY_FLAG.0 | CERT_STORE_OPEN_EXISTING_FLAG.0;
            let name = HSTRING::from(name);
            Self::open(CERT_STORE_PROV_SYSTEM_W, flags, Some(name.as_ptr().cast()))
        }

        fn memory() -> Result<Self, StoreError> {
            Self::open(CERT_STORE_PROV_MEMORY, 0, None)
        }

        /// `parameter` is a name that ends in NUL, or nothing, as the provider asks.
        fn open(provider: PCSTR, flags: u32, parameter: Option<*const c_void>) -> Result<Self, StoreError> {
            // SAFETY: the provider is one of the numbers that stand for built-in ones; the name lives until the call ends.
            let opened = unsafe {
                CertOpenStore(provider, CERT_QUERY_ENCODING_TYPE(0), None, CERT_OPEN_STORE_FLAGS(flags), parameter)
            };
            opened.map(Self).map_err(failed)
        }

        fn find(&self, thumbprint: &[u8; 20]) -> Option<Found> {
            let mut digest = *thumbprint;
            let wanted = CRYPT_INTEGER_BLOB { cbData: 20, pbData: digest.as_mut_ptr() };
            let encoding = CERT_QUERY_ENCODING_TYPE(X509_ASN_ENCODING.0 | PKCS_7_ASN_ENCODING.0);
            // SAFETY: this search takes a blob with a digest, which lives until the call ends and is only read.
            let found = unsafe {
                CertFindCertificateInStore(
                    self.0,
                    encoding,
                    0,
                    CERT_FIND_SHA1_HASH,
                    Some(std::ptr::from_ref(&wanted).cast()),
                    None,
                )
            };
            (!found.is_null()).then_some(Found(found))
        }

        /// `certificate` must be a context that is alive.
        fn add(&self, certificate: *const CERT_CONTEXT, how: u32) -> Result<(), StoreError> {
            // SAFETY: callers hold the context while they call; the store takes a copy of it.
            unsafe { CertAddCertificateContextToStore(Some(self.0), certificate, how, None) }.map_err(failed)
        }

        fn export(&self, password: &str) -> Result<Zeroizing<Vec<u8>>, StoreError> {
            let password: Zeroizing<Vec<u16>> = Zeroizing::new(password.encode_utf16().chain([0]).collect());
            let mut blob = CRYPT_INTEGER_BLOB::default();
            self.export_into(&mut blob, &password)?;
            let mut bytes = Zeroizing::new(vec![0u8; blob.cbData as usize]);
            blob.pbData = bytes.as_mut_ptr();
            self.export_into(&mut blob, &password)?;
            bytes.truncate(blob.cbData as usize);
            Ok(bytes)
        }

        /// The first time, without room, it says how much is needed. The password ends in NUL.
        fn export_into(&self, blob: &mut CRYPT_INTEGER_BLOB, password: &[u16]) -> Result<(), StoreError> {
            let flags = EXPORT_PRIVATE_KEYS | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY;
            let password = windows::core::PCWSTR(password.as_ptr());
            // SAFETY: the blob has either no room or as much as it says; the password ends in NUL and outlives the call.
            let exported = unsafe { PFXExportCertStoreEx(self.0, blob, password, std::ptr::null(), flags) };
            exported.map_err(|error| {
                let withheld = [NTE_BAD_KEY, NTE_BAD_KEY_STATE, NTE_BAD_TYPE, NTE_NOT_SUPPORTED, NTE_PERM];
                if withheld.contains(&error.code()) { StoreError::NotExportable } else { failed(error) }
            })
        }
    }

    impl Drop for Store {
        fn drop(&mut self) {
            // SAFETY: the handle is open and nobody else closes it. Contexts that were found keep what they need.
            let _ = unsafe { CertCloseStore(Some(self.0), 0) };
        }
    }

    /// A certificate of a store.
    struct Found(*mut CERT_CONTEXT);

    impl Found {
        fn has_key(&self) -> bool {
            let mut length = 0;
            // SAFETY: the context is alive; without a place for the value only its length is told.
            unsafe { CertGetCertificateContextProperty(self.0, CERT_KEY_PROV_INFO_PROP_ID, None, &mut length) }.is_ok()
        }
    }

    impl Drop for Found {
        fn drop(&mut self) {
            // SAFETY: the context is alive and counted once for this value.
            let _ = unsafe { CertFreeCertificateContext(Some(self.0)) };
        }
    }

    /// The certificates above one, as Windows finds them without asking the network.
    struct Chain(*mut CERT_CHAIN_CONTEXT);

    impl Chain {
        fn of(certificate: &Found) -> Option<Self> {
            let size = u32::try_from(size_of::<CERT_CHAIN_PARA>()).unwrap_or_default();
            let parameters = CERT_CHAIN_PARA { cbSize: size, ..CERT_CHAIN_PARA::default() };
            let mut chain = std::ptr::null_mut();
            let flags = CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL;
            // SAFETY: the context is alive, the parameters say their size, and the result goes to a place of our own.
            let built = unsafe {
                CertGetCertificateChain(None, certificate.0, None, None, &parameters, flags, None, &mut chain)
            };
            (built.is_ok() && !chain.is_null()).then_some(Self(chain))
        }

        /// The contexts of the first chain, but for the certificate itself; alive as long as this value.
        fn elements(&self) -> Vec<*const CERT_CONTEXT> {
            // SAFETY: the context comes from Windows and is alive: its lists are as long as they say.
            unsafe {
                let context = &*self.0;
                if context.cChain == 0 || context.rgpChain.is_null() {
                    return Vec::new();
                }
                let simple = &**context.rgpChain;
                let elements = std::slice::from_raw_parts(simple.rgpElement, simple.cElement as usize);
                elements.iter().skip(1).map(|element| (**element).pCertContext).collect()
            }
        }
    }

    impl Drop for Chain {
        fn drop(&mut self) {
            // SAFETY: the chain is alive and nobody else frees it.
            unsafe { CertFreeCertificateChain(self.0) };
        }
    }
}
