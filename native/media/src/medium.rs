//! A medium as it is: what was made, or what was read back from one.

use crate::certificate::{CertificateRecord, Registration, key_type};
use crate::definition::{Kind, MediaMode};
use crate::manifest::PackageRecord;
use crate::options::UserDeviceAffinity;
use crate::report::Outcome;
use crate::secure_boot::BootLoader;
use crate::volume_set::VolumeIdentity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tsm_wim::{Architecture, ImageInfo};

/// The boot image of a medium.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediumBootImage {
    /// The package, when it came from one.
    pub package_id: Option<String>,
    /// The source version of the package.
    pub source_version: Option<u32>,
    /// The processor it is for: `x86`, `x64` or `arm64`.
    pub architecture: Option<String>,
    /// The version of Windows PE, such as `10.0.26100.1`.
    pub os_version: Option<String>,
    /// The boot loader that UEFI firmware starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loader: Option<BootLoader>,
}

/// The operating system on a prestaged medium, as the WIM describes its only image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediumOperatingSystem {
    /// Its name, which the console shows.
    pub name: String,
    /// What it is for, where it says so.
    pub description: Option<String>,
    /// The edition, such as `Enterprise`.
    pub edition: Option<String>,
    /// The version of Windows, such as `10.0.26100.1`.
    pub os_version: Option<String>,
    /// The processor it is for: `x86`, `x64`, `arm64`, or the number that stands there.
    pub architecture: Option<String>,
    /// Its languages, such as `en-US`, that it starts with first.
    pub languages: Vec<String>,
    /// Bytes of all files when they are applied to a disk, those of the medium among them.
    pub applied_bytes: u64,
    /// How many files.
    pub files: u64,
}

impl MediumOperatingSystem {
    /// What the XML data of a WIM says about one image.
    pub(crate) fn of(image: &ImageInfo) -> Self {
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        let mut languages: Vec<String> = image.default_language.iter().cloned().collect();
        languages.extend(image.languages.iter().filter(|l| Some(*l) != image.default_language.as_ref()).cloned());
        Self {
            name: image.name.clone(),
            description: text(&image.description),
            edition: image.edition.clone(),
            os_version: image.version.map(|(major, minor, build, patch)| format!("{major}.{minor}.{build}.{patch}")),
            architecture: image.architecture.map(|architecture| match architecture {
                Architecture::X86 => "x86".to_owned(),
                Architecture::X64 => "x64".to_owned(),
                Architecture::Arm64 => "arm64".to_owned(),
                other => format!("{other:?}"),
            }),
            languages,
            applied_bytes: image.total_bytes,
            files: image.file_count,
        }
    }
}

/// A disc of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediumVolume {
    /// Its number, from 1.
    pub number: u32,
    /// The file.
    pub path: String,
    /// Its length in bytes.
    pub length: u64,
}

/// A task sequence on a medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediumTaskSequence {
    /// Its package ID; empty when its policy has none.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// The ID of its deployment; empty when its policy has none.
    pub advertisement_id: String,
}

/// The certificate of a medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediumCertificate {
    /// SHA-1 of the certificate, in upper-case hexadecimal digits, as Windows shows it.
    pub thumbprint: String,
    /// When it begins to be valid (RFC 3339, UTC).
    pub not_before: String,
    /// When it ends (RFC 3339, UTC).
    pub not_after: String,
    /// `SelfSigned` or `Issued`.
    pub key_type: String,
}

/// A task sequence medium. What is not known, because the medium has a password that was not given, is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Medium {
    /// The media GUID, in braces.
    pub id: Option<String>,
    /// What it is for; absent when its words are not known.
    pub kind: Option<Kind>,
    /// The file.
    pub path: String,
    /// The label of the disc.
    pub label: String,
    /// The site code.
    pub site_code: Option<String>,
    /// How it finds its management point.
    pub media_mode: Option<MediaMode>,
    /// Its management points, most preferred first.
    pub management_point: Vec<String>,
    /// Its boot image.
    pub boot_image: Option<MediumBootImage>,
    /// The operating system on it; absent for media without one.
    pub operating_system: Option<MediumOperatingSystem>,
    /// The task sequences that it carries.
    pub task_sequences: Vec<MediumTaskSequence>,
    /// The packages whose content is on it, as far as the manifest tells it.
    pub content: Vec<PackageRecord>,
    /// From when on it may be used (RFC 3339, UTC).
    pub media_start_date: Option<String>,
    /// Until when it may be used (RFC 3339, UTC).
    pub media_expiration_date: Option<String>,
    /// Which disc of a set it is; absent for a medium on one disc.
    pub volume: Option<VolumeIdentity>,
    /// The discs of the set, where they are known.
    pub volumes: Vec<MediumVolume>,
    /// Its certificate.
    pub certificate: Option<CertificateRecord>,
    /// How it becomes known to its site: what is to be submitted, as far as the manifest or its making tells it.
    pub registration: Option<Registration>,
    /// Whole days until the certificate ends; negative when it has.
    pub days_remaining: Option<i64>,
    /// It asks for a password.
    pub is_password_protected: bool,
    /// It asks nothing (but for its password).
    pub allow_unattended: bool,
    /// Computers that the site does not know may use it.
    pub allow_unknown_machine: Option<bool>,
    /// How it makes the person at the computer its primary user.
    pub user_device_affinity: Option<UserDeviceAffinity>,
    /// Who made it.
    pub created_by: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it is for.
    pub comment: Option<String>,
    /// The package ID of the files of its prestart command; absent when it has none.
    pub prestart_package: Option<String>,
    /// The names of its variables, in order. Values can be secrets and are not told.
    pub variable_names: Vec<String>,
    /// The length of the file in bytes.
    pub length: u64,
    /// SHA-256 of the file, when it was read whole.
    pub sha256: Option<String>,
    /// The manifest beside it.
    pub manifest_path: Option<String>,
    /// The log of its making.
    pub log_path: Option<String>,
    /// The identity of the plan that it was made from.
    pub plan_id: Option<String>,
    /// When it was made (RFC 3339, UTC).
    pub created: Option<String>,
    /// How long the making took, in milliseconds.
    pub duration_milliseconds: Option<u64>,
    /// How its verification came out.
    pub verification: Option<Outcome>,
    /// What is to be known about it.
    pub warnings: Vec<String>,
}

impl Medium {
    /// Notes the boot loader that was read from the medium.
    pub(crate) fn take_loader(&mut self, loader: Option<BootLoader>) {
        let Some(mut loader) = loader else { return };
        // It stands in the description of the medium: whose it is needs no saying.
        loader.container = None;
        self.boot_image.get_or_insert_default().loader = Some(loader);
    }
}

/// The public part of a certificate.
pub(crate) fn certificate(certificate: &tsm_cert::MediaCertificate) -> MediumCertificate {
    MediumCertificate {
        thumbprint: crate::text::hex(&certificate.thumbprint()),
        not_before: certificate.not_before().to_string(),
        not_after: certificate.not_after().to_string(),
        key_type: key_type(certificate).to_owned(),
    }
}
