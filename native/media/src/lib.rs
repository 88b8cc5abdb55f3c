//! Task sequence media for Microsoft Configuration Manager: definition, plan, preflight, build, verify, publish.
//!
//! The data walks one way: a [`Definition`] says what is asked; site facts say what is true; [`resolve`] makes the
//! [`Plan`], every file of the medium with its size, hash and source; [`test_definition`] says whether it can work;
//! [`create`] writes it beside the target, reads it back as a stranger would, and only then puts it in its place;
//! [`test_media`] and [`get_media`] read any medium.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod api;
mod apply_script;
#[doc(hidden)]
pub mod bench;
mod blueprint;
mod boot_configuration;
mod boot_image;
mod bootable;
mod build;
mod bundle;
mod capture;
mod carrier;
mod certificate;
mod checks;
mod collisions;
mod content_errors;
mod content_sources;
mod content_work;
mod create;
mod definition;
mod disc;
mod error;
mod evidence;
mod extras;
mod folder_target;
mod frame;
mod image_hashes;
mod image_split;
mod input;
mod inspect;
mod json;
mod kinds;
mod local_files;
mod log;
mod log_values;
mod management_points;
mod manifest;
mod media_kind;
mod medium;
mod network;
mod options;
mod os_image;
mod package_content;
mod partial;
mod plan;
mod preflight;
mod prestaged;
mod profile;
mod publish;
mod report;
mod secret;
mod secret_scan;
mod secure_boot;
mod site;
mod source_checks;
mod stages;
mod staging;
mod stand_alone;
mod supply;
mod task_sequence;
mod text;
mod variables;
mod verify;
mod volume_set;
mod volumes;
mod window;

pub use api::{
    Host, MediaTest, boot_loaders, check_definition, create, create_all, export_apply_script, get_boot_configuration,
    get_boot_image, get_media, has_only_boot_loaders, profile_evidence, resolve, schema, test_definition, test_media,
};
pub use apply_script::{ApplyHash, ApplyScript, ApplyScriptRequest, TargetFirmware};
pub use boot_configuration::{BootConfiguration, BootConfigurationElement, BootConfigurationObject};
pub use boot_image::{BootImageComponent, BootImageDriver, BootImageFacts, BootImageFile, BootImageQuery};
pub use bundle::{Bundle, export_content, import_content};
pub use certificate::{
    AdminServiceCall, CertificateRecord, NewCertificate, Registration, RegistrationRecord, RegistrationState,
    new_certificate, read_certificate,
};
pub use checks::{CheckInfo, check_catalogue};
pub use content_work::{ContentLimits, ContentRecord, ContentSweep, clear_content, list_content, save_content};
pub use definition::{Definition, FactsSource, Kind, MediaMode, MediaType, Variable, is_package_id, is_wim_path};
pub use error::{Error, Result, Stage};
pub use evidence::{EvidenceRecord, Verdict};
pub use kinds::ErrorKind;
pub use manifest::{
    FileRecord, ImageRecord, Manifest, OperatingSystemRecord, PackageRecord, TaskSequenceRecord, VerificationRecord,
};
pub use medium::{Medium, MediumBootImage, MediumCertificate, MediumOperatingSystem, MediumTaskSequence, MediumVolume};
pub use options::{
    BootLoaderChoice, CertificateEncryption, ImageCompression, LogVariableValue, MediaSize, MediaSizeName,
    TargetArchitecture, TargetSecureBoot, UserDeviceAffinity, VariablesEncryption,
};
pub use os_image::TreeRecord;
pub use plan::{Plan, PlanEntry, PlanPackage, PlanVolume};
pub use report::{Check, Outcome, TestReport};
pub use secret::{Secret, SecretReference, Secrets};
pub use secure_boot::{BootLoader, LoaderSigner, LoaderStart, SECURITY_VERSIONS_FILE, SignatureState};
pub use task_sequence::{
    ReferenceQuery, TaskSequenceReference, TaskSequenceReferences, TaskSequenceSecret, task_sequence_references,
};
pub use tsm_platform::{Privacy, secret_file_privacy};
pub use volume_set::VolumeIdentity;
