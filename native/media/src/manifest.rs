//! The manifest beside a medium: every file with its hash, where the content came from, what was verified. No secrets.

use crate::blueprint::Blueprint;
use crate::boot_image::Origin;
use crate::build::{Built, WrittenFile};
use crate::certificate::{Registration, RegistrationRecord, RegistrationState};
use crate::media_kind::Form;
use crate::medium::{MediumBootImage, MediumCertificate};
use crate::os_image::TreeRecord;
use crate::report::{Check, Outcome};
use crate::volume_set::VolumeIdentity;
use crate::{Error, ErrorKind, Kind, MediaMode, Result, Stage, UserDeviceAffinity};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the manifest format that this program writes and reads.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The manifest of a medium.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of this format: 1.
    pub schema_version: u32,
    /// The program that made the medium, with its version.
    pub tool: String,
    /// When the medium was made (RFC 3339, UTC).
    pub created: String,
    /// The identity of the plan.
    pub plan_id: String,
    /// What the medium is for.
    pub kind: Kind,
    /// The media GUID.
    pub media_id: String,
    /// The label of the disc.
    pub label: String,
    /// The site code.
    pub site_code: String,
    /// How the medium finds its management point; absent for one that asks none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_mode: Option<MediaMode>,
    /// Its management points, most preferred first.
    pub management_points: Vec<String>,
    /// It asks for a password.
    pub password_protected: bool,
    /// Who made the medium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// The version of the medium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What the medium is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// How it makes the person at the computer its primary user.
    #[serde(default)]
    pub user_device_affinity: UserDeviceAffinity,
    /// Which disc of a set it is about; absent for a medium on one disc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<VolumeIdentity>,
    /// The image as a whole; absent for a medium in a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageRecord>,
    /// The boot image.
    pub boot_image: MediumBootImage,
    /// The operating system that is on it, of a prestaged medium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<OperatingSystemRecord>,
    /// The task sequence that it is for, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_sequence: Option<TaskSequenceRecord>,
    /// Where its content came from, as the definition names it: of a prestaged medium the places that have what a client
    /// lacks or finds changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distribution_points: Vec<String>,
    /// The packages whose content is on the medium.
    pub packages: Vec<PackageRecord>,
    /// The certificate; never its key. Absent for media without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<MediumCertificate>,
    /// What the site must be told before the medium works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationRecord>,
    /// The names of the variables, in order; never their values.
    pub variable_names: Vec<String>,
    /// Every file of the medium; of a prestaged one without those of the operating system.
    pub files: Vec<FileRecord>,
    /// Folders of a prestaged medium that have nothing in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// What the firmware starts and no file system shows, in the order of the boot catalogue.
    pub boot_images: Vec<FileRecord>,
    /// What the verification found.
    pub verification: VerificationRecord,
}

/// The image as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageRecord {
    /// The name of the file.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, 64 upper-case hexadecimal digits.
    pub sha256: String,
}

/// The operating system of a prestaged medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperatingSystemRecord {
    /// The package ID of its image, when it came from a package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// The name of the image.
    pub name: String,
    /// The number of the image in its file.
    pub index: u32,
    /// The processor it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// The version of Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// SHA-256 of the file of the image, 64 upper-case hexadecimal digits.
    pub sha256: String,
    /// Its files.
    pub tree: TreeRecord,
}

/// A task sequence that a medium is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSequenceRecord {
    /// The package ID.
    pub package_id: String,
    /// Its name, where the facts know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A package whose content is on the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackageRecord {
    /// The package ID.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// The version of its source.
    pub source_version: u32,
    /// The library that gave its content.
    pub source: String,
}

/// A file of the medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileRecord {
    /// Its path on the medium, `/` between the parts.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, 64 upper-case hexadecimal digits.
    pub sha256: String,
    /// SHA-1 of its bytes, 40 upper-case hexadecimal digits: only in a WIM, which names its data so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<String>,
}

impl From<&WrittenFile> for FileRecord {
    fn from(file: &WrittenFile) -> Self {
        let sha1 = file.sha1.map(|sha1| crate::text::hex(&sha1));
        Self { path: file.path.clone(), size: file.size, sha256: file.sha256.to_string(), sha1 }
    }
}

/// What the verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationRecord {
    /// The worst outcome of all checks.
    pub outcome: Outcome,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Manifest {
    /// The manifest of a medium that was built and verified.
    pub(crate) fn of(blueprint: &Blueprint, built: &Built, checks: Vec<Check>) -> Self {
        let target = blueprint.definition.target();
        let outcome = checks.iter().map(|c| c.outcome).max().unwrap_or(Outcome::Failed);
        Self {
            schema_version: SCHEMA_VERSION,
            tool: concat!("TaskSequenceMedia ", env!("CARGO_PKG_VERSION")).to_owned(),
            created: built.created.to_string(),
            plan_id: blueprint.plan_id.clone(),
            kind: blueprint.definition.kind,
            media_id: built.media_guid.clone(),
            label: blueprint.label.clone(),
            site_code: blueprint.facts.site_code.clone(),
            media_mode: blueprint.definition.media_mode,
            management_points: blueprint.definition.management_point.clone(),
            password_protected: blueprint.password_protected,
            created_by: blueprint.definition.created_by.clone(),
            version: blueprint.definition.version.clone(),
            comment: blueprint.definition.comment.clone(),
            user_device_affinity: blueprint.definition.user_device_affinity,
            volume: None,
            image: built.image.as_ref().map(|image| ImageRecord {
                name: target.file_name().unwrap_or_default().to_owned(),
                size: built.length,
                sha256: image.sha256.to_string(),
            }),
            boot_image: boot_image(blueprint),
            operating_system: operating_system(blueprint, built),
            task_sequence: task_sequence(blueprint),
            distribution_points: if blueprint.definition.kind == Kind::Prestaged {
                blueprint.definition.distribution_point.clone()
            } else {
                Vec::new()
            },
            packages: packages(blueprint),
            certificate: built.certificate.as_ref().map(crate::medium::certificate),
            // Whoever asks no site needs not be known to it.
            registration: built.certificate.as_ref().filter(|_| blueprint.definition.kind.has("managementPoint")).map(
                |certificate| {
                    let affinity = blueprint.definition.user_device_affinity;
                    RegistrationRecord::of(&built.media_guid, certificate, affinity, &blueprint.profile)
                },
            ),
            variable_names: built.variables.iter().map(|(name, _)| name.to_owned()).collect(),
            files: built.files.iter().map(FileRecord::from).collect(),
            folders: if built.tree.is_some() { blueprint.folders.clone() } else { Vec::new() },
            boot_images: built.boot_images.iter().map(FileRecord::from).collect(),
            verification: VerificationRecord { outcome, checks },
        }
    }

    /// Notes the image as a whole, where its hash was not counted while it was written.
    pub(crate) fn take_image_hash(&mut self, blueprint: &Blueprint, size: u64, sha256: Option<&str>) {
        if let (None, Some(sha256), Form::Wim) = (&self.image, sha256, blueprint.definition.form()) {
            let name = blueprint.definition.target().file_name().unwrap_or_default().to_owned();
            self.image = Some(ImageRecord { name, size, sha256: sha256.to_owned() });
        }
    }

    /// How the medium becomes known to its site. Whether it is known already, only the site can tell.
    pub(crate) fn registration(&self) -> Option<Registration> {
        let record = self.registration.clone()?;
        Some(Registration::new(record, &self.site_code, RegistrationState::Unknown))
    }

    /// What is put behind the name of a medium to name its manifest.
    pub(crate) const SUFFIX: &'static str = ".manifest.json";

    /// Where the manifest of a medium lies: beside it.
    pub(crate) fn path_of(medium: &Utf8Path) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{medium}{}", Self::SUFFIX))
    }

    /// Reads a manifest.
    pub(crate) fn load(path: &Utf8Path) -> Result<Self> {
        let fault =
            |message: String| Error::new(ErrorKind::ManifestInvalid, Stage::Verify, message).target(path.as_str());
        let text = std::fs::read_to_string(path)
            .map_err(|e| fault(format!("The manifest '{path}' cannot be read.")).source(e))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|e| {
            let why = crate::json::plain_message(&e);
            fault(format!("The manifest '{path}' is damaged at line {}, column {}: {why}.", e.line(), e.column()))
                .source(e)
        })?;
        if manifest.schema_version != SCHEMA_VERSION {
            let version = manifest.schema_version;
            return Err(fault(format!(
                "The manifest '{path}' has schema version {version}; this program knows version {SCHEMA_VERSION}."
            )));
        }
        Ok(manifest)
    }

    /// The manifest as text, ready for a file.
    pub(crate) fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|e| {
            Error::new(ErrorKind::Internal, Stage::Publish, "The manifest cannot be written as JSON.").source(e)
        })
    }
}

fn boot_image(blueprint: &Blueprint) -> MediumBootImage {
    let image = &blueprint.boot_image;
    let (package_id, source_version) = match &image.origin {
        Origin::Package { id, version, .. } => (Some(id.clone()), Some(*version)),
        Origin::File => (None, None),
    };
    MediumBootImage {
        package_id,
        source_version,
        architecture: Some(image.architecture.to_string()),
        os_version: image.os_version.clone(),
        // Known when the medium was read back.
        loader: None,
    }
}

fn operating_system(blueprint: &Blueprint, built: &Built) -> Option<OperatingSystemRecord> {
    let image = blueprint.extras.os_image.as_ref()?;
    let package_id = match &image.origin {
        Origin::Package { id, .. } => Some(id.clone()),
        Origin::File => None,
    };
    Some(OperatingSystemRecord {
        package_id,
        name: image.name.clone(),
        index: image.index,
        architecture: image.architecture.map(|a| a.to_string()),
        os_version: image.os_version.clone(),
        sha256: image.sha256.to_string(),
        tree: built.tree.clone()?,
    })
}

fn task_sequence(blueprint: &Blueprint) -> Option<TaskSequenceRecord> {
    let id = blueprint.definition.task_sequence.as_ref()?;
    let known = blueprint.facts.task_sequence(id);
    Some(TaskSequenceRecord { package_id: id.clone(), name: known.map(|known| known.name.clone()) })
}

fn packages(blueprint: &Blueprint) -> Vec<PackageRecord> {
    let boot_image = match &blueprint.boot_image.origin {
        Origin::File => None,
        Origin::Package { id, name, version, library, .. } => Some(PackageRecord {
            package_id: id.clone(),
            name: name.clone(),
            source_version: *version,
            source: library.name().to_owned(),
        }),
    };
    let found = blueprint.found_packages().map(|found| PackageRecord {
        package_id: found.package.package_id.clone(),
        name: found.package.name.clone(),
        source_version: found.package.source_version,
        source: found.library.name().to_owned(),
    });
    let os_image = blueprint.extras.os_image.iter().filter_map(|image| match &image.origin {
        Origin::File => None,
        Origin::Package { id, name, version, library, .. } => Some(PackageRecord {
            package_id: id.clone(),
            name: name.clone(),
            source_version: *version,
            source: library.name().to_owned(),
        }),
    });
    boot_image.into_iter().chain(os_image).chain(found).collect()
}
