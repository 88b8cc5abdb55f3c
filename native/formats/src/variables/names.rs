//! Names of the known variables of a medium, in the exact spelling that readers look for.
//!
//! Which of them are proven is in `docs/formats.md`, "Variables".

/// Management points of site-based media: URLs joined by `*`.
pub const MANAGEMENT_POINT: &str = "SMSTSMP";
/// Management points of dynamic media: URLs joined by `*`, in the order of preference.
pub const LOCATION_MANAGEMENT_POINTS: &str = "SMSTSLocationMPs";
/// GUID of the medium: the client identity that its certificate belongs to.
pub const MEDIA_GUID: &str = "_SMSMediaGuid";
/// The certificate with its key: PKCS #12 as upper-case hexadecimal text. Always present, perhaps empty.
pub const MEDIA_PFX: &str = "_SMSTSMediaPFX";
/// Site code of three characters.
pub const SITE_CODE: &str = "_SMSTSSiteCode";
/// Package ID of the boot image.
pub const BOOT_IMAGE_PACKAGE_ID: &str = "_SMSTSBootMediaPackageID";
/// Source version of the boot image package.
pub const BOOT_IMAGE_SOURCE_VERSION: &str = "_SMSTSBootMediaSourceVersion";
/// HTTP port of the management points, decimal.
pub const HTTP_PORT: &str = "_SMSTSHTTPPort";
/// HTTPS port of the management points, decimal.
pub const HTTPS_PORT: &str = "_SMSTSHTTPSPort";
/// How clients talk to the site: a bit mask as decimal number.
pub const IIS_SSL_STATE: &str = "_SMSTSIISSSLState";
/// How the medium is started: `CD`, `DVD`, `UFD`, `HD`.
pub const LAUNCH_MODE: &str = "_SMSTSLaunchMode";
/// Kind of the medium: `BootMedia`, `FullMedia`, `OEMMedia`.
pub const MEDIA_TYPE: &str = "_SMSTSMediaType";
/// The medium carries everything: `true`.
pub const STAND_ALONE: &str = "_SMSTSStandAloneMedia";
/// Trusted root key of the site, hexadecimal.
pub const PUBLIC_ROOT_KEY: &str = "_SMSTSPublicRootKey";
/// Root CA certificates of a PKI.
pub const ROOT_CA_CERTIFICATES: &str = "_SMSTSRootCACerts";
/// Signing certificate of the site server, hexadecimal DER.
pub const SITE_SIGNING_CERTIFICATE: &str = "_SMSTSSiteSigningCertificate";
/// Whether the client takes the first of several matching certificates: `0` or `1`.
pub const USE_FIRST_CERTIFICATE: &str = "_SMSTSUseFirstCert";
/// Record for unknown computers with x64 processors; only when those are allowed.
pub const UNKNOWN_X64_GUID: &str = "_SMSTSx64UnknownMachineGUID";
/// Record for unknown computers with x86 processors; only when those are allowed.
pub const UNKNOWN_X86_GUID: &str = "_SMSTSx86UnknownMachineGUID";
/// Record for unknown computers with ARM64 processors; only when those are allowed.
pub const UNKNOWN_ARM64_GUID: &str = "_SMSTSarm64UnknownMachineGUID";
/// Organisation name; absent or not empty.
pub const BRANDING_TITLE: &str = "_SMSTSBrandingTitle";
/// Time zone of the site.
pub const TIME_ZONE: &str = "_SMSTSTimezone";
/// Whether clients prefer the management points of their boundary group: `0` or `1`. The spelling is not proven.
pub const PREFERRED_MANAGEMENT_POINTS: &str = "_SMSTSPreferredMPEnabled";
