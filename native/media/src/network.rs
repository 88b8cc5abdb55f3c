//! How servers are asked: whom to trust, who to be, and what carries the requests.

use crate::definition::Definition;
use crate::{Error, ErrorKind, Result, Secrets, Stage, certificate};
use camino::Utf8Path;
use std::sync::Arc;
use tsm_job::Context;
use tsm_net::{Client, Identity, IdentityError, Patience, Standard, Transport, Trust};

/// The client for the servers of a definition. Nobody is asked yet.
pub(crate) fn client(definition: &Definition, secrets: &Secrets, context: &Context) -> Result<Client> {
    let trust = trust(&definition.trusted_certificate)?;
    let identity = identity(definition, secrets)?;
    let patience = Patience::default();
    let cancel = context.cancel();
    let standard = Standard::new(&trust, identity.as_ref(), &patience, cancel)
        .map_err(|e| Error::new(ErrorKind::Internal, Stage::Content, "The network client cannot be made.").source(e))?;
    let transport = with_identity(Arc::new(standard), &patience);
    Ok(Client::new(transport, patience, cancel.clone(), identity.is_some()))
}

/// The client certificate of a definition, for servers that want one.
fn identity(definition: &Definition, secrets: &Secrets) -> Result<Option<Identity>> {
    const FIELD: &str = "distributionPointCertificatePath";
    let Some(path) = &definition.distribution_point_certificate_path else { return Ok(None) };
    let given = secrets.distribution_point_certificate_password.as_ref().map_or("", |password| password.expose());
    let (bytes, password) = certificate::key_file(path, given, FIELD)?;
    Identity::from_pkcs12(&bytes, &password).map(Some).map_err(|e| {
        let kind = match e {
            IdentityError::Closed => ErrorKind::CertificatePasswordWrong,
            IdentityError::NoKey => ErrorKind::CertificateKeyMissing,
            IdentityError::Unusable(_) => ErrorKind::ClientCertificateUnusable,
        };
        let message = format!("The client certificate '{path}' cannot be shown to a distribution point: {e}.");
        Error::new(kind, Stage::Content, message).target(path.as_str()).source(e)
    })
}

/// On Windows, servers that want to know who asks are asked in the name of the user.
#[cfg(windows)]
fn with_identity(standard: Arc<dyn Transport>, patience: &Patience) -> Arc<dyn Transport> {
    match tsm_platform::WinHttp::new(patience) {
        Ok(own) => Arc::new(tsm_net::Introduced::new(standard, Arc::new(own))),
        // Without it such a server is refused with the reason.
        Err(_) => standard,
    }
}

/// Elsewhere nobody is logged on who could be shown to a server.
#[cfg(not(windows))]
fn with_identity(standard: Arc<dyn Transport>, _: &Patience) -> Arc<dyn Transport> {
    standard
}

/// The roots of the system, and what is to be trusted beside them: files and thumbprints.
fn trust(certificates: &[String]) -> Result<Trust> {
    let mut trust = Trust::system();
    for text in certificates {
        let fault = |message: String| {
            Error::new(ErrorKind::TrustedCertificateInvalid, Stage::Input, message).target("trustedCertificate")
        };
        if Trust::is_thumbprint(text) {
            trust.add_thumbprint(text).map_err(|e| fault(format!("'{text}' cannot be trusted: {e}.")))?;
            continue;
        }
        let bytes = std::fs::read(Utf8Path::new(text))
            .map_err(|e| fault(format!("The certificate '{text}' cannot be read.")).source(e))?;
        trust.add_file(&bytes).map_err(|e| fault(format!("'{text}' cannot be trusted: {e}.")))?;
    }
    Ok(trust)
}
