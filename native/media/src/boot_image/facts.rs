//! What a boot image is: read from its tables and a few small files of it, never mounted.

use super::drivers::{self, BootImageDriver};
use super::find::{self, BootFileRow};
use super::{architecture, fault, load_library, machine, open_wim, the_image, wim_fault};
use crate::definition::is_wim_path;
use crate::staging::Staging;
use crate::{Error, ErrorKind, Host, Result, Stage, content_errors, profile};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::collections::BTreeMap;
use tsm_content::LibrarySet;
use tsm_formats::pe::Machine;
use tsm_formats::profile::{BootImageProfile, Firmware};
use tsm_formats::registry::Hive;
use tsm_formats::{MediaProfile, file_version};
use tsm_job::Context;
use tsm_wim::{Compression, ImageInfo, Wim, WimEntry};

/// Which boot image is asked about.
#[derive(Debug, Clone, Default)]
pub struct BootImageQuery {
    /// The path of a .wim file, or a package ID.
    pub boot_image: String,
    /// Content libraries that may have the package, in the order in which they are asked.
    pub distribution_point: Vec<Utf8PathBuf>,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    pub profile: Option<Utf8PathBuf>,
    /// The folder for temporary files; the system's, when absent.
    pub temporary_folder: Option<Utf8PathBuf>,
}

/// A boot image. What it does not tell is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootImageFacts {
    /// The file that was read.
    pub path: String,
    /// The package, when it was asked for as one.
    pub package_id: Option<String>,
    /// The version of the package in the library.
    pub source_version: Option<u32>,
    /// The name of the image.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The processor it is for: `x86`, `x64` or `arm64`.
    pub architecture: String,
    /// The version of Windows PE, such as `10.0.26100.1`.
    pub os_version: Option<String>,
    /// Its language, such as `en-US`.
    pub language: Option<String>,
    /// The version of the Configuration Manager client in it; absent when a site never made it its own.
    pub client_version: Option<String>,
    /// The scratch space of Windows PE in MB, where it was set.
    pub scratch_space: Option<u32>,
    /// The length of the file in bytes.
    pub length: u64,
    /// Bytes of all files in it.
    pub image_length: u64,
    /// How it is compressed: `None`, `Xpress` or `Lzx`.
    pub compression: String,
    /// The firmware that a medium of it starts with: `BIOS`, `UEFI`.
    pub firmware: Vec<String>,
    /// Every kind of boot file, and where the image has it.
    pub boot_files: Vec<BootImageFile>,
    /// The folders with boot files of one signer each that are there.
    pub loader_folders: Vec<String>,
    /// The drivers.
    pub drivers: Vec<BootImageDriver>,
    /// The optional components of Windows PE.
    pub optional_components: Vec<BootImageComponent>,
    /// Packages of Windows that are updates.
    pub updates: Vec<String>,
    /// What is to be known about it.
    pub warnings: Vec<String>,
}

/// A kind of boot file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootImageFile {
    /// Its path on a medium, or what it is.
    pub name: String,
    /// The firmware that needs it: `BIOS`, `UEFI` or `Both`.
    pub firmware: String,
    /// Whether a medium does not start without it.
    pub required: bool,
    /// Whether the image has it, or it can be made.
    pub is_there: bool,
    /// Its paths in the image; none for what is not there, or is made.
    pub inside: Vec<String>,
}

/// An optional component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootImageComponent {
    /// Its name without `-Package`, such as `WinPE-WMI`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The languages that are installed for it.
    pub languages: Vec<String>,
}

/// The most bytes that are taken out of an image to look at them.
const MOST_TEMPORARY: u64 = 48 << 20;

/// Says what a boot image is.
pub(crate) fn facts(query: &BootImageQuery, host: &Host, context: &Context) -> Result<BootImageFacts> {
    let profile = &profile::load(query.profile.as_deref(), host)?;
    let library = load_library(host)?;
    let located = locate(query)?;
    let path = &located.path;
    let (wim, info) = open_wim(&library, path)?;
    let image = the_image(path, &info)?;
    let architecture = architecture(path, image.architecture, None)?;
    let look = Look { wim: &wim, image: image.index, machine: machine(architecture), profile, context };
    let looked = look.inside(query)?;
    let found = find::boot_files(&wim, image.index, look.machine, false, profile)?;
    let boot_files: Vec<BootImageFile> = found.rows.iter().map(|row| boot_file(row, profile, look.machine)).collect();
    let (optional_components, updates) = look.packages()?;
    let firmware = firmware(&boot_files, look.machine);
    let mut warnings = looked.warnings;
    warnings.extend(warning(&firmware, look.machine));
    Ok(BootImageFacts {
        path: path.to_string(),
        package_id: located.package,
        source_version: located.version,
        name: image.name.clone(),
        description: image.description.clone(),
        architecture: architecture.to_string(),
        os_version: os_version(image),
        language: image.default_language.clone(),
        client_version: looked.client_version,
        scratch_space: looked.scratch_space,
        length: std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
        image_length: image.total_bytes,
        compression: compression(info.compression).to_owned(),
        firmware,
        boot_files,
        loader_folders: look.loader_folders()?,
        drivers: looked.drivers,
        optional_components,
        updates,
        warnings,
    })
}

/// The version of Windows PE as text.
pub(super) fn os_version(image: &ImageInfo) -> Option<String> {
    image.version.map(|(major, minor, build, revision)| format!("{major}.{minor}.{build}.{revision}"))
}

fn compression(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "None",
        Compression::Xpress => "Xpress",
        Compression::Lzx => "Lzx",
        Compression::Lzms => "Lzms",
    }
}

/// A boot image that was found. Its bytes are not hashed: that would take longer than all the rest.
struct Located {
    path: Utf8PathBuf,
    package: Option<String>,
    version: Option<u32>,
}

fn locate(query: &BootImageQuery) -> Result<Located> {
    if is_wim_path(&query.boot_image) {
        return Ok(Located { path: Utf8PathBuf::from(&query.boot_image), package: None, version: None });
    }
    let id = &query.boot_image;
    if query.distribution_point.is_empty() {
        let message = format!("To look at package {id}, a content library is needed (-DistributionPoint).");
        return Err(Error::new(ErrorKind::DefinitionIncomplete, Stage::Input, message).target("distributionPoint"));
    }
    let (set, unopened) = LibrarySet::open_each(&query.distribution_point);
    let mut failures: Vec<Error> = unopened.into_iter().map(content_errors::error).collect();
    for library in set.libraries() {
        let found = library.package(id).and_then(|content| {
            let files = content.contents.iter().flat_map(|tree| tree.files.iter().map(move |file| (tree, file)));
            let mut files = files.filter(|(_, file)| file.path.to_ascii_lowercase().ends_with(".wim"));
            let path = files.next().map(|(tree, file)| library.check_file(&content.place(tree, file), file));
            Ok((path.transpose()?, content.version))
        });
        match found {
            Ok((Some(path), version)) => return Ok(Located { path, package: Some(id.clone()), version }),
            Ok((None, _)) => {
                let message = format!("Package {id} in library '{}' holds no .wim file.", library.name());
                failures.push(Error::new(ErrorKind::ContentMissing, Stage::Content, message).target(library.name()));
            }
            Err(e) => failures.push(content_errors::error(e)),
        }
    }
    Err(content_errors::all_failed(id, failures))
}

fn boot_file(row: &BootFileRow, profile: &MediaProfile, machine: Machine) -> BootImageFile {
    let firmware = match row.firmware {
        Firmware::Bios => "BIOS",
        Firmware::Uefi => "UEFI",
        Firmware::Both => "Both",
    };
    let stores = [&profile.boot_files.bios_bcd, &profile.boot_files.uefi_bcd];
    let can_be_made = stores.iter().any(|store| store.medium_for(machine).as_deref() == Some(row.name.as_str()));
    BootImageFile {
        name: row.name.clone(),
        firmware: firmware.to_owned(),
        required: row.required,
        is_there: !row.inside.is_empty() || can_be_made,
        inside: row.inside.clone(),
    }
}

/// The firmware of which every required file is there.
fn firmware(files: &[BootImageFile], machine: Machine) -> Vec<String> {
    let possible = if machine == Machine::Arm64 { &["UEFI"][..] } else { &["BIOS", "UEFI"] };
    let starts = |name: &&str| {
        files.iter().filter(|f| f.firmware == **name || f.firmware == "Both").all(|f| f.is_there || !f.required)
    };
    possible.iter().filter(|name| starts(name)).map(|name| (*name).to_owned()).collect()
}

fn warning(firmware: &[String], machine: Machine) -> Option<String> {
    let lacking = match (firmware, machine) {
        ([], _) => "Required boot files are missing for every firmware",
        ([one], Machine::X86 | Machine::X64) if one == "BIOS" => "Required boot files for UEFI are missing",
        ([one], Machine::X86 | Machine::X64) if one == "UEFI" => "Required boot files for BIOS are missing",
        _ => return None,
    };
    Some(format!("{lacking}: no medium can be made of it. See its boot files."))
}

/// What the files of the image say.
struct Looked {
    client_version: Option<String>,
    scratch_space: Option<u32>,
    drivers: Vec<BootImageDriver>,
    warnings: Vec<String>,
}

struct Look<'a> {
    wim: &'a Wim,
    image: u32,
    machine: Machine,
    profile: &'a MediaProfile,
    context: &'a Context,
}

impl Look<'_> {
    fn places(&self) -> &BootImageProfile {
        &self.profile.boot_image
    }

    /// Takes the few files out that have to be read, in one go, and reads them.
    fn inside(&self, query: &BootImageQuery) -> Result<Looked> {
        let client = self.first_of(&self.places().client_programs_for(self.machine))?;
        let hive = self.first_of(std::slice::from_ref(&self.places().system_hive))?;
        let drivers = self.drivers()?;
        let mut warnings = Vec::new();
        let (mut wanted, mut room) = (Vec::new(), MOST_TEMPORARY);
        for entry in client.iter().chain(&hive).chain(&drivers) {
            match room.checked_sub(entry.size) {
                Some(left) => {
                    room = left;
                    wanted.push(entry.path.as_str());
                }
                None => warnings.push(format!("'{}' is not looked at: it has {} bytes.", entry.path, entry.size)),
            }
        }
        let parent = query.temporary_folder.clone().unwrap_or_else(tsm_platform::temporary_folder);
        let folder = Staging::create(&parent).map_err(|e| {
            let message = format!("The temporary folder '{parent}' cannot be used.");
            Error::new(ErrorKind::StagingUnusable, Stage::Plan, message).target(parent.as_str()).source(e)
        })?;
        let extracted = self.wim.extract_files(self.image, &wanted, folder.path(), &mut |_, _| self.context.flow());
        self.context.check()?;
        let extracted = extracted.map_err(|e| wim_fault(self.wim.path(), e))?;
        let files: BTreeMap<&str, Utf8PathBuf> = wanted.into_iter().zip(extracted).collect();
        let bytes = |entry: &WimEntry| files.get(entry.path.as_str()).map(|file| self.read(file)).transpose();
        let client_version = match &client {
            Some(entry) => bytes(entry)?.and_then(|bytes| file_version::read(&bytes)).map(|numbers| version(&numbers)),
            None => None,
        };
        let scratch_space = match &hive {
            Some(entry) => bytes(entry)?.and_then(|bytes| self.scratch_space(&bytes, &mut warnings)),
            None => None,
        };
        let mut found = Vec::new();
        for entry in &drivers {
            found.extend(bytes(entry)?.map(|bytes| drivers::driver(&entry.path, &bytes)));
        }
        Ok(Looked { client_version, scratch_space, drivers: found, warnings })
    }

    fn read(&self, file: &Utf8Path) -> Result<Vec<u8>> {
        std::fs::read(file).map_err(|e| {
            let message = format!("A file that was taken out of '{}' cannot be read.", self.wim.path());
            fault(ErrorKind::StagingUnusable, file, message).source(e)
        })
    }

    /// The first of these files that is in the image.
    fn first_of(&self, places: &[String]) -> Result<Option<WimEntry>> {
        for place in places {
            let entry = self.wim.entry(self.image, place).map_err(|e| wim_fault(self.wim.path(), e))?;
            if let Some(entry) = entry.filter(|entry| !entry.is_dir && !entry.data_missing) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn entries(&self, folder: &str, deep: bool) -> Result<Vec<WimEntry>> {
        let entries = self.wim.entries(self.image, folder, deep).map_err(|e| wim_fault(self.wim.path(), e))?;
        Ok(entries.unwrap_or_default())
    }

    /// The setup information files of the drivers.
    fn drivers(&self) -> Result<Vec<WimEntry>> {
        let mut entries = self.entries(&self.places().driver_folder, true)?;
        let depth = self.places().driver_folder.split('/').count();
        entries.retain(|entry| {
            let is_inf = entry.path.to_ascii_lowercase().ends_with(".inf");
            is_inf && !entry.is_dir && !entry.data_missing && entry.path.split('/').count() == depth + 2
        });
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    /// The scratch space in the hive of the system. A hive that cannot be read is a warning: a medium starts without.
    fn scratch_space(&self, bytes: &[u8], warnings: &mut Vec<String>) -> Option<u32> {
        let path: Vec<&str> = self.places().scratch_space_key.split('\\').collect();
        let read = || {
            let hive = Hive::open(bytes)?;
            let Some(key) = hive.key(&path)? else { return Ok(None) };
            let value = key.value(&self.places().scratch_space_value)?;
            value.map(|value| value.data().map(|data| data.into_owned())).transpose()
        };
        let data = read().unwrap_or_else(|e: tsm_formats::registry::HiveError| {
            warnings.push(format!("The scratch space is not known: '{}': {e}.", self.places().system_hive));
            None
        })?;
        data.first_chunk().map(|number| u32::from_le_bytes(*number))
    }

    fn loader_folders(&self) -> Result<Vec<String>> {
        let mut there = Vec::new();
        for folder in &self.places().loader_folders {
            let entry = self.wim.entry(self.image, folder).map_err(|e| wim_fault(self.wim.path(), e))?;
            there.extend(entry.filter(|entry| entry.is_dir).map(|entry| entry.path));
        }
        Ok(there)
    }

    /// Optional components and updates, by the names of their manifests.
    fn packages(&self) -> Result<(Vec<BootImageComponent>, Vec<String>)> {
        let mut components: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        let mut updates = Vec::new();
        for entry in self.entries(&self.places().package_folder, false)? {
            let file = entry.path.rsplit('/').next().unwrap_or_default();
            let Some(package) = file.strip_suffix(".mum").or_else(|| file.strip_suffix(".MUM")) else { continue };
            let [name, _, _, language, version] = package.split('~').collect::<Vec<_>>()[..] else { continue };
            if name.starts_with(&self.places().component_prefix) {
                let name = name.trim_end_matches("-Package").to_owned();
                let languages = components.entry((name, version.to_owned())).or_default();
                languages.extend((!language.is_empty()).then(|| language.to_owned()));
            } else if name.starts_with("Package_for_") {
                updates.push(format!("{name} {version}"));
            }
        }
        let component = |((name, version), mut languages): ((String, String), Vec<String>)| {
            languages.sort();
            BootImageComponent { name, version, languages }
        };
        updates.sort();
        Ok((components.into_iter().map(component).collect(), updates))
    }
}

/// Numbers with dots, the first two as Configuration Manager writes its own: `5.00.9128.1007`.
fn version(numbers: &[u16; 4]) -> String {
    let [major, minor, build, revision] = numbers;
    format!("{major}.{minor:02}.{build}.{revision:04}")
}
