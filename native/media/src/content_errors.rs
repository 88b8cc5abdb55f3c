//! What went wrong in a content library, as an error of this crate.

use crate::{Error, ErrorKind, Stage};
use tsm_content::{ContentError, ContentErrorKind};
use tsm_net::NetErrorKind;

/// The kind that a fault of a library has here.
pub(crate) fn kind(error: &ContentError) -> ErrorKind {
    match error.kind() {
        ContentErrorKind::PackageUnknown => ErrorKind::PackageNotInLibrary,
        ContentErrorKind::ContentMissing => ErrorKind::ContentMissing,
        ContentErrorKind::Version => ErrorKind::ContentVersion,
        ContentErrorKind::Record => ErrorKind::LibraryRecordInvalid,
        ContentErrorKind::Unsafe => ErrorKind::ContentPathUnsafe,
        ContentErrorKind::FileMissing => ErrorKind::ContentFileMissing,
        ContentErrorKind::FileLength => ErrorKind::ContentFileLength,
        ContentErrorKind::FileAltered => ErrorKind::ContentFileAltered,
        ContentErrorKind::SourceInvalid => ErrorKind::DistributionPointInvalid,
        ContentErrorKind::SourceUnsupported => ErrorKind::SourceUnsupported,
        ContentErrorKind::Answer => ErrorKind::DistributionPointAnswer,
        ContentErrorKind::Net(net) => net_kind(net),
        ContentErrorKind::Cache => ErrorKind::CacheUnusable,
        ContentErrorKind::CacheSpace => ErrorKind::CacheSpace,
        ContentErrorKind::CacheVersion => ErrorKind::CacheVersion,
        ContentErrorKind::Cancelled => ErrorKind::Cancelled,
        _ => ErrorKind::LibraryUnreadable,
    }
}

/// Whether a fault is ours, so that another source would not mend it: the work was cancelled, or there is no room for what comes.
pub(crate) fn is_ours(error: &Error) -> bool {
    use ErrorKind::{CacheSpace, CacheUnusable, CacheVersion, Cancelled, StagingSpace, StagingUnusable};
    matches!(error.kind(), CacheSpace | CacheUnusable | CacheVersion | Cancelled | StagingSpace | StagingUnusable)
}

/// Whether a server is at fault as a whole: it would be the same for another package, and take as long.
pub(crate) fn is_of_server(error: &Error) -> bool {
    let content = std::error::Error::source(error).and_then(|below| below.downcast_ref::<ContentError>());
    matches!(content.map(ContentError::kind), Some(ContentErrorKind::Net(net)) if net.is_of_server())
}

/// The kind that a refusal of a server has here.
fn net_kind(kind: NetErrorKind) -> ErrorKind {
    match kind {
        NetErrorKind::NameUnknown => ErrorKind::DistributionPointUnknown,
        NetErrorKind::PortClosed | NetErrorKind::Unreachable => ErrorKind::DistributionPointUnreachable,
        NetErrorKind::Slow => ErrorKind::DistributionPointSlow,
        NetErrorKind::Cut => ErrorKind::DistributionPointCut,
        NetErrorKind::Untrusted => ErrorKind::ServerUntrusted,
        NetErrorKind::Expired => ErrorKind::ServerCertificateExpired,
        NetErrorKind::WrongHost => ErrorKind::ServerNameMismatch,
        NetErrorKind::Tls => ErrorKind::ServerUnsafe,
        NetErrorKind::Unauthenticated => ErrorKind::DistributionPointUnauthenticated,
        NetErrorKind::CertificateNeeded => ErrorKind::ClientCertificateNeeded,
        NetErrorKind::CertificateRefused => ErrorKind::ClientCertificateRefused,
        NetErrorKind::Forbidden => ErrorKind::ContentForbidden,
        NetErrorKind::NotFound => ErrorKind::ContentMissing,
        NetErrorKind::MethodRefused => ErrorKind::DistributionPointMisconfigured,
        NetErrorKind::Busy => ErrorKind::DistributionPointBusy,
        NetErrorKind::ServerFault => ErrorKind::DistributionPointFault,
        NetErrorKind::Redirected => ErrorKind::DistributionPointRedirects,
        NetErrorKind::Cancelled => ErrorKind::Cancelled,
        _ => ErrorKind::DistributionPointAnswer,
    }
}

/// The fault as an error.
pub(crate) fn error(error: ContentError) -> Error {
    let message = format!("{}.", crate::text::sentence(&error.to_string()));
    let target = error.place().library.clone();
    Error::new(kind(&error), Stage::Content, message).target(target).source(error)
}

/// The fault of a content library that lies in an error of a reader, if there is one.
pub(crate) fn inside(io: &std::io::Error) -> Option<&ContentError> {
    io.get_ref()?.downcast_ref()
}

/// One error for a package that no library could give: the kind is that of the library that came nearest, the message
/// names every library with its reason.
pub(crate) fn all_failed(package: &str, mut failures: Vec<Error>) -> Error {
    if failures.len() == 1
        && let Some(only) = failures.pop()
    {
        return only;
    }
    let telling = failures.iter().map(Error::kind).find(|k| *k != ErrorKind::PackageNotInLibrary);
    let kind = telling.unwrap_or(ErrorKind::PackageNotInLibrary);
    let reasons: Vec<String> =
        failures.iter().enumerate().map(|(i, e)| format!("({}) {}", i + 1, e.with_causes())).collect();
    let message = format!("No library could give package {package}. {}", reasons.join(" "));
    Error::new(kind, Stage::Content, message).target(package)
}
