//! The operating system image of a prestaged medium: where its bytes are, which of its images is meant, and which of its
//! files lie where files of the medium go.

mod taken;
mod tree;

pub(crate) use taken::Taken;
pub use tree::TreeRecord;
pub(crate) use tree::{Skip, record};

use crate::boot_image::{Origin, find_package, load_library, open_file};
use crate::definition::{Definition, is_wim_path};
use crate::supply::Supply;
use crate::{Error, ErrorKind, Host, Result, Stage, site};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_site::{Architecture, PackageKind, SiteFacts};
use tsm_wim::{Compression, ImageInfo, Library, Wim, WimError, WimErrorKind, WimInfo};

/// What it is called in messages.
pub(crate) const WHAT: &str = "operating system image";

/// An operating system image that a medium can be made from.
pub(crate) struct OsImage {
    // Dropped first: the WIM may lie in a temporary folder that goes away with its origin, and Windows removes no open file.
    /// The open WIM, until its data is copied: its tables and the tree of its image are read once.
    opened: Mutex<Option<Wim>>,
    /// Where it came from.
    pub origin: Origin,
    /// Where its bytes are.
    pub path: Utf8PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// Bytes of all its files, as they are when the image is applied.
    pub unpacked: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hash,
    /// Number of the image in the WIM.
    pub index: u32,
    /// Its name there.
    pub name: String,
    /// The processor it is for, where it says so.
    pub architecture: Option<Architecture>,
    /// The version of Windows, where it says so.
    pub os_version: Option<String>,
    /// Why libraries that were asked before were passed over, and what is odd in the records of this one.
    pub remarks: Vec<String>,
    library: Arc<Library>,
}

impl OsImage {
    /// Opens the image that the definition names; `None` when it names none. Sources that `supply` distrusts are
    /// passed over.
    pub fn find(
        definition: &Definition,
        facts: &SiteFacts,
        host: &Host,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Option<Self>> {
        let Some(named) = &definition.operating_system_image else { return Ok(None) };
        let library = load_library(host)?;
        if is_wim_path(named) || !crate::is_package_id(named) {
            let path = Utf8Path::new(named);
            // Before it is read: a WIM of many gigabytes takes its time.
            let found = look_into(&library, path, definition)?;
            let located = open_file(path, WHAT, ErrorKind::OsImageUnreadable, context)?;
            return Ok(Some(Self { origin: located.origin, size: located.size, sha256: located.sha256, ..found }));
        }
        let package = site::package(facts, named, PackageKind::OperatingSystemImage)?;
        let (image, passed_over) = find_package(package, supply, context, |located| {
            let found = look_into(&library, &located.path, definition)?;
            let remarks = located.oddities.iter().map(|o| format!("{}.", crate::text::sentence(o))).collect();
            Ok(Self { origin: located.origin, size: located.size, sha256: located.sha256, remarks, ..found })
        })?;
        let passed_over = passed_over.iter().map(|e| format!("Passed over: {}", e.with_causes()));
        Ok(Some(Self { remarks: passed_over.chain(image.remarks).collect(), ..image }))
    }

    /// What it takes at most as the only image of a WIM: no more than the file, which may hold others, and no more than its
    /// files, with what a WIM records of each.
    pub fn most_bytes(&self) -> u64 {
        const RECORDS: u64 = 64 << 20;
        self.size.min(self.unpacked.saturating_add(RECORDS))
    }

    /// Looks at the open WIM.
    fn look<T>(&self, look: impl FnOnce(&Wim) -> std::result::Result<T, WimError>) -> Result<T> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = match &*opened {
            Some(wim) => look(wim),
            None => Wim::open(&self.library, &self.path).and_then(|wim| look(opened.insert(wim))),
        };
        looked.map_err(|e| fault_of(&self.path, e))
    }

    /// The WIM, for who goes on with it alone. Its tree takes memory as long as it is open.
    pub fn take(&self) -> Result<Wim> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner).take();
        opened.map_or_else(|| Wim::open(&self.library, &self.path).map_err(|e| fault_of(&self.path, e)), Ok)
    }

    /// Reads all of an image that was given as a file: nothing else would tell that it is damaged. The bytes of a package
    /// are compared with the library's records instead.
    pub fn check_whole(&self, context: &Context) -> Result<()> {
        if !matches!(self.origin, Origin::File) {
            return Ok(());
        }
        let mut activity = context.activity("Checking operating system image", Unit::Bytes, self.size);
        let verified = self.look(|wim| {
            wim.verify(&mut |done, all| {
                // Bytes of files, which are more than those of the WIM.
                let part = u128::from(done) * u128::from(self.size) / u128::from(all.max(1));
                activity.set_done(u64::try_from(part).unwrap_or(self.size));
                context.flow()
            })
        });
        context.check()?;
        verified
    }
}

/// What the WIM says; where it came from, its caller knows.
fn look_into(library: &Arc<Library>, path: &Utf8Path, definition: &Definition) -> Result<OsImage> {
    let opened = Wim::open(library, path).and_then(|wim| Ok((wim.info()?, wim)));
    let (info, wim) = opened.map_err(|e| fault_of(path, e))?;
    check_form(path, &info)?;
    let image = choose(path, &info, definition.operating_system_image_index)?;
    Ok(OsImage {
        origin: Origin::File,
        path: path.to_owned(),
        size: 0,
        unpacked: image.total_bytes,
        sha256: Sha256Hash::from([0; 32]),
        index: image.index,
        name: image.name.clone(),
        architecture: image.architecture.and_then(architecture),
        os_version: image.version.map(|(major, minor, build, patch)| format!("{major}.{minor}.{build}.{patch}")),
        remarks: Vec::new(),
        library: library.clone(),
        opened: Mutex::new(Some(wim)),
    })
}

fn architecture(of_wim: tsm_wim::Architecture) -> Option<Architecture> {
    match of_wim {
        tsm_wim::Architecture::X86 => Some(Architecture::X86),
        tsm_wim::Architecture::X64 => Some(Architecture::X64),
        tsm_wim::Architecture::Arm64 => Some(Architecture::Arm64),
        _ => None,
    }
}

/// Forms of a WIM whose data cannot be copied as it is into one that Microsoft's tools apply.
fn check_form(path: &Utf8Path, info: &WimInfo) -> Result<()> {
    if info.total_parts > 1 {
        return Err(fault(ErrorKind::OsImageSplit, path, "is one part of a WIM that was split"));
    }
    if info.solid || info.compression == Compression::Lzms {
        return Err(fault(ErrorKind::OsImageSolid, path, "is compressed as .esd files are"));
    }
    if info.pipable {
        return Err(fault(ErrorKind::OsImagePipable, path, "is a pipable WIM, which Microsoft's tools cannot read"));
    }
    Ok(())
}

/// The image that is meant: the only one, or the one that is named.
fn choose<'a>(path: &Utf8Path, info: &'a WimInfo, named: Option<u32>) -> Result<&'a ImageInfo> {
    let list = || info.images.iter().map(|i| format!("{} = '{}'", i.index, i.name)).collect::<Vec<_>>().join(", ");
    match (named, info.images.as_slice()) {
        (None, [image]) => Ok(image),
        (None, []) => Err(fault(ErrorKind::OsImageIndexUnknown, path, "holds no image")),
        (None, images) => {
            let what = format!("holds {} images, and none is named: {}", images.len(), list());
            Err(fault(ErrorKind::OsImageIndexNeeded, path, &what))
        }
        (Some(index), images) => images.iter().find(|image| image.index == index).ok_or_else(|| {
            let what = format!("has no image {index}; there are: {}", list());
            fault(ErrorKind::OsImageIndexUnknown, path, &what)
        }),
    }
}

pub(crate) fn fault_of(path: &Utf8Path, error: WimError) -> Error {
    let (kind, what) = match error.kind() {
        WimErrorKind::NotAWim => (ErrorKind::OsImageNotWim, "is not a WIM file"),
        WimErrorKind::SplitPart => (ErrorKind::OsImageSplit, "is one part of a WIM that was split"),
        WimErrorKind::Solid => (ErrorKind::OsImageSolid, "is compressed as .esd files are"),
        WimErrorKind::Pipable => (ErrorKind::OsImagePipable, "is a pipable WIM, which Microsoft's tools cannot read"),
        WimErrorKind::Encrypted => (ErrorKind::OsImageEncrypted, "is encrypted"),
        WimErrorKind::Damaged | WimErrorKind::Truncated => (ErrorKind::OsImageDamaged, "is damaged"),
        _ => (ErrorKind::OsImageUnreadable, "cannot be read"),
    };
    fault(kind, path, what).source(error)
}

fn fault(kind: ErrorKind, path: &Utf8Path, what: &str) -> Error {
    Error::new(kind, Stage::Plan, format!("The operating system image '{path}' {what}.")).target(path.as_str())
}
