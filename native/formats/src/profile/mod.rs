//! The media profile: every value of a medium that public sources do not prove, in one place.
//!
//! No sample of real media is public, so names, words, sizes and orders that readers need are written down here, each
//! with the kind of evidence there is ([`MediaProfile::evidence`]). When a real sample proves one wrong, it is corrected
//! here or, without a new version, by a JSON file with just the values that differ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{envelope::Algorithm, variables::names};

mod boot_files;
mod boot_files_2023;
mod boot_image;
mod capture;
mod evidence;
mod extras;
mod policy;
mod prestaged;
mod secure_boot;
mod stand_alone;

pub use boot_files::{BootFile, BootFilesProfile, Firmware};
pub use boot_files_2023::BootFiles2023Profile;
pub use boot_image::BootImageProfile;
pub use capture::CaptureProfile;
pub use evidence::{Evidence, ProfileItem};
pub use extras::{AffinityProfile, MetadataProfile, PrestartProfile, WindowsStartProfile};
pub use policy::PolicyProfile;
pub use prestaged::PrestagedProfile;
pub use secure_boot::{
    Authority, BOOT_MANAGER, Floor, Generation, SECURITY_VERSIONS, SecureBootProfile, SecurityVersions, Signs,
};
pub use stand_alone::{ImageSplitProfile, StandAloneProfile, VolumeSetProfile};

/// Every unproven value of a medium. In JSON all values are optional: what is not there keeps its default; unknown names
/// are refused. Paths are relative to the root of the medium, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MediaProfile {
    /// Where files lie on the medium.
    pub layout: LayoutProfile,
    /// The password envelope.
    pub envelope: EnvelopeProfile,
    /// Variables.dat and the values in it.
    pub variables: VariablesProfile,
    /// TsmBootstrap.ini.
    pub bootstrap_ini: BootstrapIniProfile,
    /// Words for the kinds of media.
    pub media_types: MediaTypesProfile,
    /// Label and MediaLabel.txt.
    pub label: LabelProfile,
    /// The media certificate.
    pub certificate: CertificateProfile,
    /// Boot files: from where in the boot image to where on the medium.
    pub boot_files: BootFilesProfile,
    /// Boot files whose signer is the authority of 2023, in place of those of `bootFiles`.
    pub boot_files_2023: BootFiles2023Profile,
    /// Secure Boot: whom computers trust, and how old a boot manager may be.
    pub secure_boot: SecureBootProfile,
    /// How a medium is started in a running Windows.
    pub windows_start: WindowsStartProfile,
    /// The prestart command.
    pub prestart: PrestartProfile,
    /// What a medium says of itself.
    pub metadata: MetadataProfile,
    /// How the person at the computer becomes its primary user.
    pub user_device_affinity: AffinityProfile,
    /// What a boot image tells about itself, and where.
    pub boot_image: BootImageProfile,
    /// What a prestaged medium says of itself.
    pub prestaged: PrestagedProfile,
    /// Policy.xml of media that carry their task sequence.
    pub policy: PolicyProfile,
    /// Capture media.
    pub capture: CaptureProfile,
    /// Media that carry everything.
    pub stand_alone: StandAloneProfile,
    /// Operating system images that are carried in parts.
    pub image_split: ImageSplitProfile,
    /// Media on several discs.
    pub volume_set: VolumeSetProfile,
}

/// Where files lie on the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LayoutProfile {
    /// Directory that the boot program looks for.
    pub config_directory: String,
    /// Name in the config directory.
    pub variables_file: String,
    /// Name in the config directory.
    pub bootstrap_ini_file: String,
    /// Name in the config directory; only on media that carry their task sequence.
    pub policy_file: String,
    /// The boot image.
    pub boot_image: String,
    /// Directory with one directory for each package.
    pub package_directory: String,
    /// File with the label.
    pub media_label_file: String,
}

impl Default for LayoutProfile {
    fn default() -> Self {
        Self {
            config_directory: "SMS/data".into(),
            variables_file: "Variables.dat".into(),
            bootstrap_ini_file: "TsmBootstrap.ini".into(),
            policy_file: "Policy.xml".into(),
            boot_image: "sources/boot.wim".into(),
            package_directory: "SMS/PKG".into(),
            media_label_file: "MediaLabel.txt".into(),
        }
    }
}

impl LayoutProfile {
    /// Path of Variables.dat on the medium.
    #[must_use]
    pub fn variables_path(&self) -> String {
        format!("{}/{}", self.config_directory, self.variables_file)
    }

    /// Path of TsmBootstrap.ini on the medium.
    #[must_use]
    pub fn bootstrap_ini_path(&self) -> String {
        format!("{}/{}", self.config_directory, self.bootstrap_ini_file)
    }

    /// Path of Policy.xml on the medium.
    #[must_use]
    pub fn policy_path(&self) -> String {
        format!("{}/{}", self.config_directory, self.policy_file)
    }
}

/// The password envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EnvelopeProfile {
    /// Password of Variables.dat when the user gives none: known to everybody, no secret.
    pub default_password: String,
    /// Cipher to write with.
    pub algorithm: Algorithm,
    /// Zero bytes to write behind the ciphertext.
    pub leftover_bytes: usize,
}

/// Password of Variables.dat on media without password. Public: it hides nothing.
pub const DEFAULT_PASSWORD: &str = "{BAC6E688-DE21-4ABE-B7FB-C9F54E6DB664}";

impl Default for EnvelopeProfile {
    fn default() -> Self {
        Self { default_password: DEFAULT_PASSWORD.into(), algorithm: Algorithm::Aes128, leftover_bytes: 8 }
    }
}

/// Variables.dat and the values in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VariablesProfile {
    /// First line of the plain text.
    pub xml_declaration: String,
    /// Name of the root element.
    pub root_element: String,
    /// Its `Version` attribute.
    pub version: String,
    /// The plain text gets spaces until its length in bytes, divided by this, ...
    pub plain_length_modulus: usize,
    /// ... leaves this remainder.
    pub plain_length_remainder: usize,
    /// Variables that media carry, in the order in which they are written; those of the customer come behind.
    pub order: Vec<String>,
    /// Spelling of `_SMSMediaGuid`.
    pub guid_spelling: GuidSpelling,
    /// `_SMSTSLaunchMode` of media on a disc image.
    pub launch_mode_disc: String,
    /// `_SMSTSLaunchMode` of media in a folder, which are copied to a stick.
    pub launch_mode_folder: String,
    /// Value of `_SMSTSLaunchMode` for a hard disk to which a prestaged medium was applied.
    pub launch_mode_hard_disk: String,
    /// What stands between several management points.
    pub management_point_separator: String,
    /// A management point without a port gets that of the site when it is not the default one.
    pub append_custom_port: bool,
    /// What stands between several root certificates.
    pub root_certificate_separator: String,
    /// `_SMSTSHTTPPort` when the site says nothing.
    pub http_port: u16,
    /// `_SMSTSHTTPSPort` when the site says nothing.
    pub https_port: u16,
    /// `_SMSTSIISSSLState` when the site says nothing.
    pub iis_ssl_state: u32,
    /// `_SMSTSUseFirstCert` when the site says nothing.
    pub use_first_certificate: u8,
}

impl Default for VariablesProfile {
    fn default() -> Self {
        let order = [
            names::MANAGEMENT_POINT,
            names::LOCATION_MANAGEMENT_POINTS,
            names::MEDIA_GUID,
            names::MEDIA_PFX,
            names::SITE_CODE,
            names::BOOT_IMAGE_PACKAGE_ID,
            names::BOOT_IMAGE_SOURCE_VERSION,
            names::HTTP_PORT,
            names::HTTPS_PORT,
            names::IIS_SSL_STATE,
            names::LAUNCH_MODE,
            names::MEDIA_TYPE,
            names::STAND_ALONE,
            names::PUBLIC_ROOT_KEY,
            names::ROOT_CA_CERTIFICATES,
            names::SITE_SIGNING_CERTIFICATE,
            names::USE_FIRST_CERTIFICATE,
            names::UNKNOWN_X64_GUID,
            names::UNKNOWN_X86_GUID,
            names::UNKNOWN_ARM64_GUID,
            names::PREFERRED_MANAGEMENT_POINTS,
            names::BRANDING_TITLE,
            names::TIME_ZONE,
        ];
        Self {
            xml_declaration: "<?xml version=\"1.0\"?>".into(),
            root_element: "MediaVarList".into(),
            version: "5.00.0000.0000".into(),
            plain_length_modulus: 16,
            plain_length_remainder: 6,
            order: order.map(String::from).to_vec(),
            guid_spelling: GuidSpelling::BracedUpper,
            launch_mode_disc: "CD".into(),
            launch_mode_folder: "UFD".into(),
            launch_mode_hard_disk: "HD".into(),
            management_point_separator: "*".into(),
            append_custom_port: true,
            root_certificate_separator: ",".into(),
            http_port: 80,
            https_port: 443,
            iis_ssl_state: 1248,
            use_first_certificate: 1,
        }
    }
}

/// How a GUID is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GuidSpelling {
    /// `{8AE6B618-77EC-46CB-B1B5-88F693E00000}`
    BracedUpper,
    /// `{8ae6b618-77ec-46cb-b1b5-88f693e00000}`
    BracedLower,
    /// `8AE6B618-77EC-46CB-B1B5-88F693E00000`
    BareUpper,
    /// `8ae6b618-77ec-46cb-b1b5-88f693e00000`
    BareLower,
}

impl GuidSpelling {
    /// Writes a GUID in this spelling, whatever spelling it comes in.
    #[must_use]
    pub fn spell(self, guid: &str) -> String {
        let bare = guid.trim_start_matches('{').trim_end_matches('}');
        match self {
            Self::BracedUpper => format!("{{{}}}", bare.to_uppercase()),
            Self::BracedLower => format!("{{{}}}", bare.to_lowercase()),
            Self::BareUpper => bare.to_uppercase(),
            Self::BareLower => bare.to_lowercase(),
        }
    }
}

/// TsmBootstrap.ini.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BootstrapIniProfile {
    /// Name of the section.
    pub section: String,
    /// Key for the kind of the medium.
    pub media_type_key: String,
    /// Key for whether a password is asked for.
    pub password_required_key: String,
    /// Key for whether no questions are asked.
    pub unattended_key: String,
    /// Word for yes.
    pub true_word: String,
    /// Word for no.
    pub false_word: String,
}

impl Default for BootstrapIniProfile {
    fn default() -> Self {
        Self {
            section: "MediaInfo".into(),
            media_type_key: "MediaType".into(),
            password_required_key: "PasswordRequired".into(),
            unattended_key: "Unattended".into(),
            true_word: "true".into(),
            false_word: "false".into(),
        }
    }
}

/// Words for the kinds of media, in TsmBootstrap.ini and in `_SMSTSMediaType`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MediaTypesProfile {
    /// Bootable media.
    pub bootable: String,
    /// Stand-alone media.
    pub stand_alone: String,
    /// Prestaged media.
    pub prestaged: String,
    /// Capture media.
    pub capture: String,
}

impl Default for MediaTypesProfile {
    fn default() -> Self {
        Self {
            bootable: "BootMedia".into(),
            stand_alone: "FullMedia".into(),
            prestaged: "OEMMedia".into(),
            capture: "FullMedia".into(),
        }
    }
}

/// Label and MediaLabel.txt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LabelProfile {
    /// Label when the user gives none.
    pub default_label: String,
    /// Longest label, in UTF-16 units.
    pub max_characters: usize,
    /// What stands in front of the label in MediaLabel.txt.
    pub file_prefix: String,
    /// What stands behind it.
    pub file_line_end: String,
}

impl Default for LabelProfile {
    fn default() -> Self {
        Self {
            default_label: "Configuration Manager".into(),
            max_characters: 32,
            file_prefix: "label=".into(),
            file_line_end: "\r\n".into(),
        }
    }
}

/// The media certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CertificateProfile {
    /// How many characters of the text of `_SMSMediaGuid` are the password of the PKCS #12 file.
    pub pfx_password_length: usize,
    /// How the PKCS #12 file is encrypted.
    pub pfx_encryption: PfxEncryption,
    /// Days that a self-signed certificate is valid when the user gives no end.
    pub validity_days: u32,
    /// The number `IssuedCert` in the registration record of a certificate that signed itself.
    pub issued_cert_self_signed: i32,
    /// The number `IssuedCert` in the registration record of a certificate that a PKI issued.
    pub issued_cert_issued: i32,
}

impl Default for CertificateProfile {
    fn default() -> Self {
        Self {
            pfx_password_length: 31,
            pfx_encryption: PfxEncryption::Classic,
            validity_days: 365,
            issued_cert_self_signed: 1,
            issued_cert_issued: 2,
        }
    }
}

impl CertificateProfile {
    /// Password of the PKCS #12 file of a medium: the beginning of the text of its `_SMSMediaGuid`, braces counted.
    #[must_use]
    pub fn pfx_password(&self, media_guid: &str) -> Zeroizing<String> {
        Zeroizing::new(media_guid.chars().take(self.pfx_password_length).collect())
    }
}

/// How a PKCS #12 file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PfxEncryption {
    /// Triple DES and SHA-1, as Windows exports by default: every Windows PE reads it.
    Classic,
    /// PBES2 with AES-256 and SHA-256: newer Windows PE only.
    Pbes2,
}

#[cfg(test)]
mod tests;
