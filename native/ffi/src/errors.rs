//! Errors as callers see them: one table from kinds to categories, and the error object.

use crate::guard::Panic;
use serde::Serialize;
use tsm_media::ErrorKind;

/// What the exported functions return. Numbers are never reused.
pub(crate) mod code {
    pub(crate) const OK: i32 = 0;
    pub(crate) const PENDING: i32 = 1;
    pub(crate) const DONE: i32 = 2;
    pub(crate) const NULL_ARGUMENT: i32 = -1;
    pub(crate) const BAD_REQUEST: i32 = -2;
    pub(crate) const UNKNOWN_HANDLE: i32 = -3;
    pub(crate) const PANIC: i32 = -4;
    pub(crate) const FAILED: i32 = -5;
}

/// Names of .NET's `System.Management.Automation.ErrorCategory`, as far as they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Category {
    NotSpecified,
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    InvalidResult,
    InvalidType,
    NotImplemented,
    NotInstalled,
    ObjectNotFound,
    OperationStopped,
    ParserError,
    PermissionDenied,
    ResourceBusy,
    ResourceUnavailable,
    SecurityError,
    AuthenticationError,
    ReadError,
    WriteError,
}

/// The category of every kind, and whether the same request may succeed later although nobody changed anything.
const KINDS: &[(ErrorKind, Category, bool)] = {
    use Category::*;
    use ErrorKind as K;
    &[
        (K::DefinitionMalformed, ParserError, false),
        (K::DefinitionFieldUnknown, InvalidData, false),
        (K::DefinitionIncomplete, InvalidArgument, false),
        (K::PathNotFileSystem, InvalidArgument, false),
        (K::PathInvalid, InvalidArgument, false),
        (K::LabelInvalid, InvalidArgument, false),
        (K::VariableNameInvalid, InvalidArgument, false),
        (K::VariableValueInvalid, InvalidArgument, false),
        (K::PasswordEmpty, InvalidArgument, false),
        (K::SecretUnresolved, ObjectNotFound, false),
        (K::SecretFileExposed, SecurityError, false),
        (K::ManagementPointInvalid, InvalidArgument, false),
        (K::ManagementPointMissing, InvalidArgument, false),
        (K::DefinitionVersion, InvalidData, false),
        (K::ReportFailed, InvalidOperation, false),
        (K::Unsupported, NotImplemented, false),
        (K::SecretReferenceInvalid, InvalidArgument, false),
        (K::InputObjectInvalid, InvalidType, false),
        (K::ProfileInvalid, InvalidData, false),
        (K::PasswordRequired, InvalidArgument, false),
        (K::OptionsContradict, InvalidArgument, false),
        (K::TextInvalid, InvalidArgument, false),
        (K::PrestartInvalid, InvalidArgument, false),
        (K::PrestartFolderInvalid, InvalidData, false),
        (K::SensitiveVariableUnknown, ObjectNotFound, false),
        (K::ConsolePathInvalid, ObjectNotFound, false),
        (K::WindowsStartIncomplete, NotSpecified, false),
        (K::PlaceUnproven, NotSpecified, false),
        (K::FieldOfOtherKind, InvalidArgument, false),
        (K::PolicyUnreadable, InvalidData, false),
        (K::PolicyAlgorithmUnknown, NotImplemented, false),
        (K::ValidityInvalid, InvalidArgument, false),
        (K::FactsConflict, NotSpecified, false),
        (K::ParameterIgnored, NotSpecified, false),
        (K::ParameterValueInvalid, InvalidArgument, false),
        (K::SecretFileUnprotected, SecurityError, false),
        (K::VaultUnavailable, NotInstalled, false),
        (K::CaptureProgramsMissing, ObjectNotFound, false),
        (K::DeploymentNotForMedia, NotSpecified, false),
        (K::CapturePolicyMissing, InvalidArgument, false),
        (K::CapturePolicyUnreadable, InvalidData, false),
        (K::CapturePolicyEmpty, InvalidData, false),
        (K::CapturePolicyClosed, InvalidData, false),
        (K::CaptureUnproven, NotSpecified, false),
        (K::FactsUnreadable, ReadError, true),
        (K::FactsMalformed, ParserError, false),
        (K::FactsVersion, InvalidData, false),
        (K::FactsTooOld, InvalidData, false),
        (K::FactMissing, ObjectNotFound, false),
        (K::PackageUnknown, ObjectNotFound, false),
        (K::SiteCodeMismatch, InvalidArgument, false),
        (K::HttpsNeedsIssuedCertificate, InvalidArgument, false),
        (K::PackageKind, InvalidType, false),
        (K::ManagementPointsMixed, InvalidArgument, false),
        (K::CloudManagementPoint, InvalidArgument, false),
        (K::TaskSequenceUnreadable, ParserError, false),
        (K::TaskSequenceUnsafe, SecurityError, false),
        (K::TaskSequenceOfToolkit, InvalidType, false),
        (K::TaskSequenceUnknown, ObjectNotFound, false),
        (K::TaskSequenceAmbiguous, InvalidArgument, false),
        (K::ExportUnreadable, ReadError, false),
        (K::ExportUnsafe, SecurityError, false),
        (K::ChildCycle, InvalidData, false),
        (K::BootImageMissing, InvalidData, false),
        (K::BootImageForeign, InvalidData, false),
        (K::StepsUnknown, NotSpecified, false),
        (K::StepUnknown, NotSpecified, false),
        (K::ReferencePlaceholder, InvalidData, false),
        (K::ReferenceUnclear, NotSpecified, false),
        (K::ReferencesStale, NotSpecified, false),
        (K::ReferenceUnknown, ObjectNotFound, false),
        (K::ApplicationIncomplete, InvalidData, false),
        (K::StepUnsupported, InvalidOperation, false),
        (K::NoOperatingSystem, InvalidOperation, false),
        (K::CentralSitePackage, InvalidOperation, false),
        (K::TaskSequenceBootImage, InvalidArgument, false),
        (K::LibraryUnreadable, ReadError, true),
        (K::PackageNotInLibrary, ObjectNotFound, false),
        (K::ContentMissing, ObjectNotFound, false),
        (K::ContentFileMissing, ObjectNotFound, false),
        (K::ContentFileLength, InvalidData, false),
        (K::ContentFileAltered, InvalidData, false),
        (K::LibraryRecordInvalid, InvalidData, false),
        (K::ContentVersion, InvalidData, true),
        (K::ContentPathUnsafe, SecurityError, false),
        (K::DistributionPointInvalid, InvalidArgument, false),
        (K::DistributionPointUnknown, ObjectNotFound, true),
        (K::DistributionPointUnreachable, ResourceUnavailable, true),
        (K::ServerUntrusted, SecurityError, false),
        (K::ServerCertificateExpired, SecurityError, false),
        (K::ServerNameMismatch, SecurityError, false),
        (K::ServerUnsafe, SecurityError, false),
        (K::DistributionPointUnauthenticated, AuthenticationError, false),
        (K::ClientCertificateNeeded, AuthenticationError, false),
        (K::ClientCertificateRefused, AuthenticationError, false),
        (K::ContentForbidden, PermissionDenied, false),
        (K::DistributionPointMisconfigured, InvalidOperation, false),
        (K::DistributionPointBusy, ResourceBusy, true),
        (K::DistributionPointFault, ReadError, true),
        (K::DistributionPointRedirects, InvalidOperation, false),
        (K::DistributionPointSlow, ReadError, true),
        (K::DistributionPointCut, ReadError, true),
        (K::DistributionPointAnswer, InvalidData, false),
        (K::SourceUnsupported, NotImplemented, false),
        (K::CacheUnusable, WriteError, false),
        (K::CacheSpace, ResourceUnavailable, false),
        (K::BundleUnusable, WriteError, false),
        (K::BundleInvalid, InvalidData, false),
        (K::BundleAltered, SecurityError, false),
        (K::BundleVersion, InvalidData, false),
        (K::BundleTarget, ResourceUnavailable, false),
        (K::BundleLeavesOut, NotSpecified, false),
        (K::ApplicationUnknown, ObjectNotFound, false),
        (K::PolicyMissing, ObjectNotFound, false),
        (K::TaskSequenceNameTwice, InvalidData, false),
        (K::CacheVersion, InvalidData, false),
        (K::TrustedCertificateInvalid, InvalidData, false),
        (K::ClientCertificateUnusable, InvalidData, false),
        (K::CertificateDatesReversed, InvalidArgument, false),
        (K::CertificateDatesPast, InvalidArgument, false),
        (K::CertificateFailed, InvalidResult, false),
        (K::CertificateFileUnusable, ReadError, true),
        (K::CertificateFileDamaged, InvalidData, false),
        (K::CertificatePasswordWrong, AuthenticationError, false),
        (K::CertificateFileUnsupported, InvalidData, false),
        (K::CertificateKeyMissing, ObjectNotFound, false),
        (K::CertificateMissing, ObjectNotFound, false),
        (K::CertificateKeyKind, InvalidType, false),
        (K::CertificateKeyShort, InvalidData, false),
        (K::CertificateKeyProvider, InvalidData, false),
        (K::CertificateExpired, InvalidData, false),
        (K::CertificateNotYetValid, InvalidData, true),
        (K::CertificatePurpose, InvalidData, false),
        (K::CertificateChainBroken, InvalidData, false),
        (K::CertificateRootUnknown, InvalidData, false),
        (K::CertificateNotRegistered, NotSpecified, false),
        (K::CertificateStoreUnavailable, ResourceUnavailable, false),
        (K::CertificateNotInStore, ObjectNotFound, false),
        (K::CertificateKeyNotExportable, PermissionDenied, false),
        (K::CertificateKeyLength, NotSpecified, false),
        (K::CertificateChainIncomplete, NotSpecified, false),
        (K::CertificateExpiresSoon, NotSpecified, false),
        (K::CertificateSignatureWeak, NotSpecified, false),
        (K::CertificateSubject, InvalidArgument, false),
        (K::CertificateDoubtful, NotSpecified, false),
        (K::TargetFolderMissing, ObjectNotFound, false),
        (K::TargetNotWritable, PermissionDenied, false),
        (K::TargetSpace, ResourceUnavailable, false),
        (K::StagingSpace, ResourceUnavailable, false),
        (K::TargetIsFolder, InvalidArgument, false),
        (K::StagingUnusable, WriteError, false),
        (K::LogUnusable, WriteError, false),
        (K::PartialAlien, InvalidOperation, false),
        (K::CapacityForBoot, InvalidArgument, false),
        (K::CapacityForFile, InvalidArgument, false),
        (K::VolumeSetUnproven, NotSpecified, false),
        (K::SplitNameUnproven, NotSpecified, false),
        (K::SplitPieceTooLong, InvalidData, false),
        (K::VolumeMissing, ObjectNotFound, false),
        (K::VolumeForeign, InvalidData, false),
        (K::VolumeSwapped, InvalidData, false),
        (K::VolumeAltered, SecurityError, false),
        (K::BootImageNotWim, InvalidData, false),
        (K::BootImageCount, InvalidData, false),
        (K::BootImageArchitecture, InvalidData, false),
        (K::BootFileMissing, ObjectNotFound, false),
        (K::WimLibraryMissing, NotInstalled, false),
        (K::BootImageUnreadable, ReadError, false),
        (K::LayoutInvalid, InvalidData, false),
        (K::TargetArchitecture, InvalidArgument, false),
        (K::BootConfigurationInvalid, InvalidData, false),
        (K::BootConfigurationAstray, ObjectNotFound, false),
        (K::BootImageSplit, InvalidData, false),
        (K::BootImageCompression, InvalidData, false),
        (K::BootImageEncrypted, InvalidData, false),
        (K::BootImagePipable, InvalidData, false),
        (K::BootImageDamaged, InvalidData, false),
        (K::BootLoaderMissing, ObjectNotFound, false),
        (K::BootLoaderUnreadable, InvalidData, false),
        (K::BootLoaderSigner, SecurityError, false),
        (K::BootLoaderAltered, SecurityError, false),
        (K::BootLoaderTarget, SecurityError, false),
        (K::BootLoaderMixed, InvalidData, false),
        (K::BootSetUnknown, InvalidData, false),
        (K::SecurityVersions, InvalidData, false),
        (K::ApplyImageUnusable, InvalidData, false),
        (K::ApplyBootFilesMissing, ObjectNotFound, false),
        (K::ApplyStoreUnusable, InvalidData, false),
        (K::ApplyFolderUnusable, WriteError, false),
        (K::ApplyDiskInvalid, InvalidArgument, false),
        (K::BootLoaderOld, SecurityError, false),
        (K::TargetNotMedium, InvalidOperation, false),
        (K::FileTooLargeForTarget, InvalidData, false),
        (K::OsImageUnreadable, ReadError, true),
        (K::OsImageNotWim, InvalidData, false),
        (K::OsImageIndexUnknown, ObjectNotFound, false),
        (K::OsImageIndexNeeded, InvalidArgument, false),
        (K::OsImageSplit, InvalidData, false),
        (K::OsImageSolid, InvalidData, false),
        (K::OsImageEncrypted, InvalidData, false),
        (K::OsImagePipable, InvalidData, false),
        (K::OsImageDamaged, InvalidData, false),
        (K::OsImageArchitecture, InvalidArgument, false),
        (K::ImagePathTaken, InvalidData, false),
        (K::OsImageIsMedium, InvalidArgument, false),
        (K::TargetFileLimit, InvalidArgument, false),
        (K::BuildFailed, WriteError, true),
        (K::SourceChanged, InvalidData, true),
        (K::Cancelled, OperationStopped, true),
        (K::VerificationFailed, InvalidResult, true),
        (K::MediumUnreadable, ReadError, true),
        (K::NotTaskSequenceMedium, InvalidType, false),
        (K::PasswordWrong, AuthenticationError, false),
        (K::PasswordNeeded, AuthenticationError, false),
        (K::ManifestInvalid, InvalidData, false),
        (K::PublishFailed, WriteError, true),
        (K::TargetBusy, ResourceBusy, true),
        (K::Internal, NotSpecified, false),
    ]
};

/// The category of a kind, and whether trying again makes sense.
fn classify(kind: ErrorKind) -> (Category, bool) {
    let row = KINDS.iter().find(|(known, ..)| *known == kind);
    row.map_or((Category::NotSpecified, false), |(_, category, retryable)| (*category, *retryable))
}

/// What can go wrong at the boundary itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    BadRequest,
    Panic,
    UnknownHandle,
    NullArgument,
    ThreadUnavailable,
}

impl Boundary {
    pub(crate) const ALL: &'static [Self] =
        &[Self::BadRequest, Self::Panic, Self::UnknownHandle, Self::NullArgument, Self::ThreadUnavailable];

    /// Number, category, whether trying again makes sense, and what to do.
    fn row(self) -> (&'static str, Category, bool, &'static str) {
        const REPORT: &str = "Report this: the module and the library do not understand each other.";
        match self {
            Self::BadRequest => ("TSM1902", Category::InvalidArgument, false, REPORT),
            Self::Panic => ("TSM1903", Category::NotSpecified, false, "Report this, with the log and the details."),
            Self::UnknownHandle => ("TSM1904", Category::ObjectNotFound, false, REPORT),
            Self::NullArgument => ("TSM1905", Category::InvalidArgument, false, REPORT),
            Self::ThreadUnavailable => {
                ("TSM1906", Category::ResourceUnavailable, true, "Close other programs, then try again.")
            }
        }
    }
}

/// Why a function did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A fault at the boundary, in words.
    Boundary(Boundary, String),
    /// A failure of the product.
    Media(tsm_media::Error),
    /// A panic, caught.
    Panic(Panic),
}

impl Failure {
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::Boundary(Boundary::BadRequest, message.into())
    }

    pub(crate) fn unknown_handle(thing: &str, id: u64) -> Self {
        Self::Boundary(Boundary::UnknownHandle, format!("There is no {thing} with the id {id}."))
    }

    /// What the function returns.
    pub(crate) fn code(&self) -> i32 {
        match self {
            Self::Boundary(Boundary::BadRequest, _) => code::BAD_REQUEST,
            Self::Boundary(Boundary::UnknownHandle, _) => code::UNKNOWN_HANDLE,
            Self::Boundary(Boundary::NullArgument, _) => code::NULL_ARGUMENT,
            Self::Boundary(Boundary::Panic, _) | Self::Panic(_) => code::PANIC,
            Self::Boundary(Boundary::ThreadUnavailable, _) | Self::Media(_) => code::FAILED,
        }
    }

    /// The error object.
    pub(crate) fn to_object(&self) -> ErrorObject {
        match self {
            Self::Boundary(fault, message) => ErrorObject::boundary(*fault, message.clone()),
            Self::Media(error) => ErrorObject::from(error),
            Self::Panic(panic) => ErrorObject {
                detail: Some(panic.backtrace.clone()),
                ..ErrorObject::boundary(
                    Boundary::Panic,
                    format!("The native library failed inside: {}.", panic.message),
                )
            },
        }
    }
}

impl From<Boundary> for Failure {
    fn from(fault: Boundary) -> Self {
        let message = match fault {
            Boundary::NullArgument => "A pointer is NULL.".to_owned(),
            other => format!("{other:?}."),
        };
        Self::Boundary(fault, message)
    }
}

impl From<tsm_media::Error> for Failure {
    fn from(error: tsm_media::Error) -> Self {
        Self::Media(error)
    }
}

/// An error, as JSON.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorObject {
    /// The stable number, such as `TSM1106`.
    code: &'static str,
    /// The name of the number.
    symbol: String,
    category: Category,
    /// What happened and where.
    message: String,
    /// The thing at fault.
    target: Option<String>,
    stage: Option<tsm_media::Stage>,
    /// The errors below, outermost first.
    causes: Vec<String>,
    /// The number of the operating system's error below.
    os: Option<i32>,
    recommended_action: String,
    retryable: bool,
    /// The backtrace of a panic.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl ErrorObject {
    fn boundary(fault: Boundary, message: String) -> Self {
        let (code, category, retryable, action) = fault.row();
        Self {
            code,
            symbol: format!("{fault:?}"),
            category,
            message,
            target: None,
            stage: None,
            causes: Vec::new(),
            os: None,
            recommended_action: action.to_owned(),
            retryable,
            detail: None,
        }
    }
}

impl From<&tsm_media::Error> for ErrorObject {
    fn from(error: &tsm_media::Error) -> Self {
        let (category, retryable) = classify(error.kind());
        Self {
            code: error.kind().code(),
            symbol: error.kind().symbol().to_owned(),
            category,
            message: error.message().to_owned(),
            target: error.target_object().map(str::to_owned),
            stage: Some(error.stage()),
            causes: error.causes(),
            os: error.os_code(),
            recommended_action: error.recommended_action().to_owned(),
            retryable,
            detail: None,
        }
    }
}

/// One row of the published error table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorRow {
    code: &'static str,
    symbol: String,
    category: Category,
    recommended_action: &'static str,
    retryable: bool,
}

/// Every error that the library can answer with, in the order of the numbers.
pub(crate) fn table() -> Vec<ErrorRow> {
    let product = ErrorKind::ALL.iter().map(|kind| {
        let (category, retryable) = classify(*kind);
        ErrorRow {
            code: kind.code(),
            symbol: kind.symbol().to_owned(),
            category,
            recommended_action: kind.action(),
            retryable,
        }
    });
    let boundary = Boundary::ALL.iter().map(|fault| {
        let (code, category, retryable, recommended_action) = fault.row();
        ErrorRow { code, symbol: format!("{fault:?}"), category, recommended_action, retryable }
    });
    product.chain(boundary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_the_table_exactly_once() {
        for kind in ErrorKind::ALL {
            let rows = KINDS.iter().filter(|(known, ..)| known == kind).count();
            assert_eq!(rows, 1, "{} {}", kind.code(), kind.symbol());
        }
        assert_eq!(KINDS.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn numbers_of_the_boundary_are_its_own_and_all_ascend() {
        let codes: Vec<&str> = table().iter().map(|row| row.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }
}
