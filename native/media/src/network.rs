//! How servers are asked: whom to trust, who to be, and what carries the requests.

use crate::definition::Definition;
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8Path;
use std::sync::Arc;
use tsm_job::Context;
use tsm_net::{Client, Patience, Standard, Transport, Trust};

/// The client for the servers of a definition. Nobody is asked yet.
pub(crate) fn client(definition: &Definition, context: &Context) -> Result<Client> {
    let trust = trust(&definition.trusted_certificate)?;
    let patience = Patience::default();
    let cancel = context.cancel();
    let standard = Standard::new(&trust, None, &patience, cancel)
        .map_err(|e| Error::new(ErrorKind::Internal, Stage::Content, "The network client cannot be made.").source(e))?;
    Ok(Client::new(with_identity(Arc::new(standard), &patience), patience, cancel.clone(), false))
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
