//! The boot image: where its bytes are, and where in it every file lies that a medium boots from.
//!
//! Nothing is extracted here. libwim reads the tables of the WIM; the files are taken out when the medium is built.

mod drivers;
mod facts;
mod find;
mod form;
mod locate;
mod stores;

pub use drivers::BootImageDriver;
pub(crate) use facts::facts;
pub use facts::{BootImageComponent, BootImageFacts, BootImageFile, BootImageQuery};
pub(crate) use find::BootFileFound;
pub(crate) use locate::{Origin, altered, boot_file, check_version, file as open_file, hash, package as find_package};

use crate::definition::{Definition, is_wim_path};
use crate::supply::Supply;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use tsm_formats::pe::Machine;
use tsm_formats::{MediaProfile, Sha256Hash};
use tsm_job::Context;
use tsm_site::{Architecture, SiteFacts};
use tsm_wim::{ImageInfo, Library, Wim, WimError, WimErrorKind, WimInfo};

/// What it is called in messages.
const WHAT: &str = "boot image";

/// A boot image that a medium can be made from.
pub(crate) struct BootImage {
    // Dropped first: the WIM may lie in a temporary folder that goes away with its origin, and Windows removes no open file.
    /// The open WIM.
    pub wim: Wim,
    /// Where it came from.
    pub origin: Origin,
    /// Where its bytes are.
    pub path: Utf8PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hash,
    /// When it was last written, seconds since 1970.
    pub modified: i64,
    /// The processor it is for.
    pub architecture: Architecture,
    /// The version of Windows PE.
    pub os_version: Option<String>,
    /// The files that go on the medium.
    pub files: Vec<BootFileFound>,
    /// The El Torito image for BIOS; ARM64 has none.
    pub bios_boot: Option<BootFileFound>,
    /// The El Torito image for UEFI.
    pub uefi_boot: Option<BootFileFound>,
    /// Required files that were not found, each as an error.
    pub missing: Vec<Error>,
    /// Other files that were not found.
    pub absent: Vec<String>,
    /// Boot configurations that the image lacks and that were made: path on the medium, bytes.
    pub made_stores: Vec<(String, Vec<u8>)>,
    /// Why libraries that were asked before were passed over.
    pub passed_over: Vec<Error>,
    /// What is odd in the library's records but does no harm.
    pub oddities: Vec<String>,
}

impl BootImage {
    /// What is to be known about where it came from: libraries that failed, records that are odd.
    pub fn remarks(&self) -> Vec<String> {
        let passed_over = self.passed_over.iter().map(|e| format!("Passed over: {}", e.with_causes()));
        passed_over.chain(self.oddities.iter().map(|o| format!("{}.", crate::text::sentence(o)))).collect()
    }

    /// Reads the whole of a boot image that was given as a file: nothing else would tell that it is damaged where no boot file is,
    /// and computers would find out. The bytes of a package are compared with the library's records instead.
    pub fn check_whole(&self, context: &Context) -> Result<()> {
        if !matches!(self.origin, Origin::File) {
            return Ok(());
        }
        let mut activity = context.activity("Checking boot image", tsm_job::Unit::Bytes, self.size);
        let verified = self.wim.verify(&mut |done, all| {
            // Bytes of files, which are more than those of the WIM.
            let part = u128::from(done) * u128::from(self.size) / u128::from(all.max(1));
            activity.set_done(u64::try_from(part).unwrap_or(self.size));
            context.flow()
        });
        context.check()?;
        verified.map_err(|e| {
            let message = format!("The boot image '{}' is damaged.", self.path);
            fault(ErrorKind::BootImageDamaged, &self.path, message).source(e)
        })
    }

    /// The error for a boot image given as a file that could not be read as planned: when it is not the file any more that
    /// was planned with, that is the cause; `error`, else.
    pub fn changed(&self, error: Error, context: &Context) -> Result<Error> {
        match locate::file(&self.path, WHAT, ErrorKind::BootImageUnreadable, context) {
            Ok(now) if now.sha256 == self.sha256 => Ok(error),
            Err(e) if e.kind() == ErrorKind::Cancelled => Err(e),
            _ => {
                let message = format!("The boot image '{}' was changed while the medium was made.", self.path);
                Ok(fault(ErrorKind::SourceChanged, &self.path, message).source(error))
            }
        }
    }

    /// Opens the boot image that the definition names. Sources that `supply` distrusts are passed over.
    pub fn open(
        definition: &Definition,
        facts: &SiteFacts,
        profile: &MediaProfile,
        host: &Host,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Self> {
        let library = load_library(host)?;
        if is_wim_path(&definition.boot_image) {
            let path = Utf8Path::new(&definition.boot_image);
            let (wim, info) = open_wim(&library, path)?;
            let located = locate::file(path, WHAT, ErrorKind::BootImageUnreadable, context)?;
            return Self::look_into(located, wim, &info, None, definition, profile);
        }
        let package = crate::site::boot_image(facts, &definition.boot_image)?;
        let (image, passed_over) = locate::package(package, supply, context, |located| {
            let (wim, info) = open_wim(&library, &located.path)?;
            Self::look_into(located, wim, &info, package.architecture, definition, profile)
        })?;
        Ok(Self { passed_over, ..image })
    }

    fn look_into(
        located: locate::Located,
        wim: Wim,
        info: &WimInfo,
        known: Option<Architecture>,
        definition: &Definition,
        profile: &MediaProfile,
    ) -> Result<Self> {
        let path = located.path;
        let image = the_image(&path, info)?;
        let architecture = architecture(&path, image.architecture, known)?;
        let machine = machine(architecture);
        let mut found = find::boot_files(&wim, image.index, machine, definition.no_prompt, profile)?;
        let made_stores = stores::make(&wim, image.index, &mut found, located.modified, machine, profile)?;
        Ok(Self {
            origin: located.origin,
            size: located.size,
            sha256: located.sha256,
            modified: located.modified,
            architecture,
            os_version: facts::os_version(image),
            files: found.files,
            bios_boot: found.bios_boot,
            uefi_boot: found.uefi_boot,
            missing: found.missing,
            absent: found.absent,
            made_stores,
            passed_over: Vec::new(),
            oddities: located.oddities,
            wim,
            path,
        })
    }
}

pub(crate) fn load_library(host: &Host) -> Result<Arc<Library>> {
    Library::load(&host.wim_library).map_err(|e| {
        let message = "libwim, which reads and writes WIM files, cannot be loaded.";
        Error::new(ErrorKind::WimLibraryMissing, Stage::Plan, message).source(e)
    })
}

/// The only image of a boot image.
fn the_image<'a>(path: &Utf8Path, info: &'a WimInfo) -> Result<&'a ImageInfo> {
    match info.images.as_slice() {
        [image] => Ok(image),
        images => {
            let message = format!("The boot image '{path}' holds {} images, not one.", images.len());
            Err(fault(ErrorKind::BootImageCount, path, message))
        }
    }
}

/// Opens a WIM that the boot manager can start from, with errors that tell why another one cannot be used.
fn open_wim(library: &Arc<Library>, path: &Utf8Path) -> Result<(Wim, WimInfo)> {
    let opened = Wim::open(library, path).and_then(|wim| {
        let info = wim.info()?;
        Ok((wim, info))
    });
    let (wim, info) = opened.map_err(|e| wim_fault(path, e))?;
    form::check(path, &info)?;
    Ok((wim, info))
}

pub(crate) fn wim_fault(path: &Utf8Path, error: WimError) -> Error {
    if error.kind() == WimErrorKind::WriteFailed {
        let kind = if crate::build::is_full(&error) { ErrorKind::StagingSpace } else { ErrorKind::StagingUnusable };
        let message = format!("Files of the boot image '{path}' cannot be written to the temporary folder.");
        return fault(kind, path, message).source(error);
    }
    let (kind, what) = match error.kind() {
        WimErrorKind::NotAWim => (ErrorKind::BootImageNotWim, "is not a WIM file"),
        WimErrorKind::SplitPart => (ErrorKind::BootImageSplit, "is one part of a WIM that was split"),
        WimErrorKind::Encrypted => (ErrorKind::BootImageEncrypted, "is encrypted"),
        WimErrorKind::UnsupportedCompression | WimErrorKind::UnsupportedVersion => {
            (ErrorKind::BootImageCompression, "has a form that is not known")
        }
        _ => (ErrorKind::BootImageUnreadable, "cannot be read"),
    };
    fault(kind, path, format!("The boot image '{path}' {what}.")).source(error)
}

pub(crate) fn fault(kind: ErrorKind, path: &Utf8Path, message: String) -> Error {
    Error::new(kind, Stage::Plan, message).target(path.as_str())
}

/// What the WIM says goes before what the site says.
fn architecture(
    path: &Utf8Path,
    of_wim: Option<tsm_wim::Architecture>,
    of_site: Option<Architecture>,
) -> Result<Architecture> {
    use tsm_wim::Architecture as Of;
    match (of_wim, of_site) {
        (Some(Of::X86), _) => Ok(Architecture::X86),
        (Some(Of::X64), _) => Ok(Architecture::X64),
        (Some(Of::Arm64), _) => Ok(Architecture::Arm64),
        (None, Some(known)) => Ok(known),
        (Some(other), _) => {
            let message = format!("The boot image '{path}' is for {other:?}, which no medium starts on.");
            Err(fault(ErrorKind::BootImageArchitecture, path, message))
        }
        (None, None) => {
            let message = format!("The boot image '{path}' does not say which processor it is for.");
            Err(fault(ErrorKind::BootImageArchitecture, path, message))
        }
    }
}

/// The processor in the words of program files.
pub(crate) fn machine(architecture: Architecture) -> Machine {
    match architecture {
        Architecture::X86 => Machine::X86,
        Architecture::X64 => Machine::X64,
        Architecture::Arm64 => Machine::Arm64,
    }
}
