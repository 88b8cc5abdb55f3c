//! Facts from an export file: the zip that the console or `Export-CMTaskSequence` writes for a task sequence.
//!
//! It says what the task sequence is and what packages lie beside it; it says nothing of keys, ports, hashes and policies, so
//! it goes with a facts file. Form of the file: `docs/task-sequences.md`, "Export file".

use std::io::{Read, Seek};

use camino::Utf8Path;
use jiff::Timestamp;
use tsm_formats::cim_xml::{self, Instance};

use crate::facts::{Origin, Package, PackageKind, Reference, SiteFacts, TaskSequence};

mod archive;
mod error;

pub use error::{ExportError, ExportErrorKind};

use archive::Archive;

/// Reads the facts of an export file. Each task sequence and each package has its origin.
///
/// # Errors
/// See [`ExportErrorKind`].
pub fn read(path: &Utf8Path) -> Result<SiteFacts, ExportError> {
    facts(Archive::open(path)?, path)
}

/// The same of a file that is open, or of bytes; `path` names it, and `written` is when it was written.
///
/// # Errors
/// See [`ExportErrorKind`].
pub fn read_from(file: impl Read + Seek, path: &Utf8Path, written: Timestamp) -> Result<SiteFacts, ExportError> {
    facts(Archive::of(file, path, written)?, path)
}

fn facts(mut archive: Archive<impl Read + Seek>, path: &Utf8Path) -> Result<SiteFacts, ExportError> {
    let mut found =
        Found { retrieved: archive.modified(), source: format!("export file '{path}'"), ..Found::default() };
    for index in 0..archive.len() {
        let name = archive.name(index)?;
        match of_name(&name) {
            Part::Object => found.objects(&archive.text(index)?, path, &name)?,
            Part::References => found.references(&archive.text(index)?, path, &name)?,
            Part::Other => {}
        }
    }
    found.facts(path)
}

/// What an entry of the file is.
enum Part {
    /// An object of the site.
    Object,
    /// What a task sequence refers to.
    References,
    Other,
}

/// Names are compared without regard to case; only their ASCII parts matter, whatever code page the rest is in.
fn of_name(name: &str) -> Part {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let class = name.trim_start_matches('/').split('/').next().unwrap_or_default();
    if name.ends_with("/object.xml") && class.starts_with("sms_") {
        Part::Object
    } else if name.ends_with("/referencesinfo.xml") || name.ends_with("/appreferencesinfo.xml") {
        Part::References
    } else {
        Part::Other
    }
}

#[derive(Default)]
struct Found {
    retrieved: Timestamp,
    source: String,
    site_code: Option<String>,
    task_sequences: Vec<TaskSequence>,
    packages: Vec<Package>,
    /// Of the task sequence named first.
    references: Vec<(String, Reference)>,
}

impl Found {
    fn objects(&mut self, text: &str, path: &Utf8Path, name: &str) -> Result<(), ExportError> {
        for mut object in Instance::read(text).map_err(|error| ExportError::object(path, name, error))? {
            let Some(package_id) = object.text("PackageID").map(str::to_owned) else { continue };
            if self.site_code.is_none() {
                self.site_code = site_code(&object);
            }
            let label = object.text("Name").unwrap_or(&package_id).to_owned();
            if object.class == "SMS_TaskSequencePackage" {
                self.task_sequences.push(TaskSequence {
                    boot_image: object.text("BootImageID").map(str::to_owned),
                    sequence: object.take_text("Sequence"),
                    policies: Vec::new(),
                    policy_assignments: Vec::new(),
                    references: Vec::new(),
                    name: label,
                    package_id,
                });
            } else if let Some(kind) = kind_of(&object) {
                self.packages.push(Package {
                    kind,
                    name: label,
                    source_version: object.number("SourceVersion").unwrap_or(0),
                    architecture: None,
                    contents: Vec::new(),
                    package_id,
                });
            }
        }
        Ok(())
    }

    fn references(&mut self, text: &str, path: &Utf8Path, name: &str) -> Result<(), ExportError> {
        let bad = |error| ExportError::object(path, name, error);
        for packed in cim_xml::strings(text).map_err(bad)? {
            for object in Instance::read(&packed).map_err(bad)? {
                let Some(of) = object.text("PackageID").map(str::to_owned) else { continue };
                self.references.extend(reference(&object).map(|reference| (of, reference)));
            }
        }
        Ok(())
    }

    fn facts(mut self, path: &Utf8Path) -> Result<SiteFacts, ExportError> {
        let Some(site_code) = self.site_code.filter(|_| !self.task_sequences.is_empty()) else {
            return Err(ExportError::without_task_sequence(path));
        };
        for sequence in &mut self.task_sequences {
            let of = |(id, _): &&(String, Reference)| id.eq_ignore_ascii_case(&sequence.package_id);
            sequence.references = self.references.iter().filter(of).map(|(_, reference)| reference.clone()).collect();
        }
        let origin = |list: &str, id: &str| Origin {
            fact: format!("{list}.{id}"),
            source: self.source.clone(),
            retrieved: Some(self.retrieved),
        };
        let sequences = self.task_sequences.iter().map(|sequence| origin("taskSequences", &sequence.package_id));
        let packages = self.packages.iter().map(|package| origin("packages", &package.package_id));
        let origins = sequences.chain(packages).collect();
        let mut facts = SiteFacts::of_site(&site_code, self.retrieved);
        facts.origins = origins;
        facts.task_sequences = self.task_sequences;
        facts.packages = self.packages;
        Ok(facts)
    }
}

/// The site of an object: the namespace `root\sms\site_PS1` that it lived in.
fn site_code(object: &Instance) -> Option<String> {
    let code = object.text("__NAMESPACE").and_then(|namespace| namespace.rsplit_once("site_")).map(|(_, code)| code);
    let code = code.or_else(|| object.text("SourceSite"))?.trim();
    (code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| code.to_owned())
}

/// The kind of a package, by its type and else by its class.
fn kind_of(object: &Instance) -> Option<PackageKind> {
    object.number("PackageType").and_then(kind_of_type).or(match object.class.as_str() {
        "SMS_Package" => Some(PackageKind::Package),
        "SMS_DriverPackage" => Some(PackageKind::DriverPackage),
        "SMS_ImagePackage" => Some(PackageKind::OperatingSystemImage),
        "SMS_BootImagePackage" => Some(PackageKind::BootImage),
        "SMS_OperatingSystemInstallPackage" => Some(PackageKind::OperatingSystemUpgradePackage),
        _ => None,
    })
}

fn kind_of_type(number: u32) -> Option<PackageKind> {
    Some(match number {
        0 => PackageKind::Package,
        3 => PackageKind::DriverPackage,
        8 | 512 => PackageKind::Application,
        257 => PackageKind::OperatingSystemImage,
        258 => PackageKind::BootImage,
        259 => PackageKind::OperatingSystemUpgradePackage,
        _ => return None,
    })
}

/// What a task sequence refers to; child task sequences are not content and not listed.
fn reference(object: &Instance) -> Option<Reference> {
    if let Some(id) = object.text("RefAppModelName") {
        return Some(Reference { kind: PackageKind::Application, id: id.to_owned(), name: None });
    }
    Some(Reference {
        kind: kind_of_type(object.number("ReferencePackageType")?)?,
        id: object.text("ReferencePackageID")?.to_owned(),
        name: object.text("ReferenceName").map(str::to_owned),
    })
}
