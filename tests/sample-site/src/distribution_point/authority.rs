//! A certification authority for tests, made anew each time: certificates of servers, good and bad, and of clients.
use anyhow::{Context as _, Result};
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// Making an RSA key takes seconds, and PKCS #12 readers may want RSA.
const CLIENT_KEY: &str = include_str!("../../data/client-test-only-key.pem");

/// What is wrong with the certificate of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Flaw {
    /// Nothing: it is for `127.0.0.1`, `localhost` and `dp1.contoso.test`.
    #[default]
    None,
    /// It ended in 2021.
    Expired,
    /// It is for `other.contoso.test`.
    WrongHost,
}

/// A certificate and its key, both PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its key, PKCS #8.
    pub key: String,
}

/// A certification authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// A new one, which nobody trusts yet.
    ///
    /// # Errors
    /// None that happens.
    pub fn new(name: &str) -> Result<Self> {
        let mut params = parameters(name, &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)? })
    }

    /// Its own certificate, PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Its own certificate, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    /// A server's certificate.
    ///
    /// # Errors
    /// None that happens.
    pub fn server(&self, flaw: Flaw) -> Result<Identity> {
        let names: &[&str] = match flaw {
            Flaw::WrongHost => &["other.contoso.test"],
            _ => &["127.0.0.1", "localhost", "dp1.contoso.test"],
        };
        let mut params = parameters("Distribution point of the sample site", names)?;
        if flaw == Flaw::Expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params, KeyPair::generate()?)
    }

    /// A client's certificate with an RSA key.
    ///
    /// # Errors
    /// None that happens.
    pub fn client(&self) -> Result<Identity> {
        let mut params = parameters("Client of the sample site", &[])?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params, KeyPair::from_pem(CLIENT_KEY).context("the test key is damaged")?)
    }

    fn sign(&self, mut params: CertificateParams, key: KeyPair) -> Result<Identity> {
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        Ok(Identity { certificate, key: key.serialize_pem() })
    }
}

fn parameters(name: &str, names: &[&str]) -> Result<CertificateParams> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2044, 1, 1);
    Ok(params)
}

impl Identity {
    /// Certificate and key as a PKCS #12 file, in the form that Windows has always read.
    ///
    /// # Errors
    /// A password with characters that PKCS #12 cannot hold.
    pub fn pkcs12(&self, password: &str) -> Result<Vec<u8>> {
        let certificate = Certificate::from_der(&der(&self.certificate)?)?;
        let key = PrivateKey::from_der(&der(&self.key)?)?;
        let alias = certificate.subject().to_owned();
        let mut store = KeyStore::new();
        let chain = PrivateKeyChain::new(b"client".as_slice(), key, vec![certificate]);
        store.add_entry(&alias, KeyStoreEntry::PrivateKeyChain(chain));
        let writer = store.writer(password).encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc);
        let writer = writer.encryption_iterations(2000).mac_algorithm(MacAlgorithm::HmacSha1).mac_iterations(2000);
        Ok(writer.write()?)
    }
}

/// The bytes of a PEM text (RFC 7468) with a certificate or a key.
fn der(text: &str) -> Result<Vec<u8>> {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
    if let Ok(certificate) = CertificateDer::from_pem_slice(text.as_bytes()) {
        return Ok(certificate.to_vec());
    }
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).context("neither a certificate nor a key")?;
    Ok(key.secret_der().to_vec())
}
