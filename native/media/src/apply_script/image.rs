//! A prestaged medium, as far as the script needs to know it: its boot files, and what its boot configuration is called inside.

use super::{ApplyHash, ApplyScriptRequest, TargetFirmware};
use crate::staging::Staging;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::MediaProfile;
use tsm_formats::bcd::{Place, Store, elements};
use tsm_formats::pe::Machine;
use tsm_job::Context;
use tsm_wim::{Library, Wim, WimEntry, WimError};

/// The image of a prestaged medium; recipes of others apply the first one as well.
const IMAGE: u32 = 1;
/// A boot configuration has some ten thousand bytes.
const MOST_STORE_BYTES: u64 = 4 << 20;

/// What the script changes in a boot configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The entry that is started.
    pub id: String,
    /// The options of its RAM disk.
    pub options: String,
    /// The boot image, with `\` in front and between.
    pub ram_disk: String,
    /// The base of the RAM disk, relative to the volume, with `\`.
    pub sdi: String,
}

/// A prestaged medium.
pub(super) struct PrestagedImage {
    /// Its file.
    pub path: Utf8PathBuf,
    /// The processor of its boot image.
    pub architecture: String,
    /// The name of the UEFI loader in `EFI/boot`.
    pub loader: String,
    /// The boot image on the volume, with `\`.
    pub boot_wim: String,
    /// SHA-1 of the boot image.
    pub boot_sha1: String,
    /// The two config files, with `\`.
    pub config: [String; 2],
    /// The boot configuration for UEFI on its volume, with `\`.
    pub uefi_store: String,
    /// For UEFI; absent when the image does not start with it.
    pub uefi: Option<Entry>,
    /// For BIOS; absent when the image does not start with it.
    pub bios: Option<Entry>,
    /// Files that a computer starts from.
    pub hashes: Vec<ApplyHash>,
    /// What is to be known about it.
    pub warnings: Vec<String>,
}

fn unusable(path: &Utf8Path, message: String) -> Error {
    Error::new(ErrorKind::ApplyImageUnusable, Stage::Verify, message).target(path.as_str())
}

fn with_backslashes(path: &str) -> String {
    path.trim_start_matches(['/', '\\']).replace('/', "\\")
}

/// UEFI loaders by the names that firmware looks for (UEFI specification, 3.5.1.1).
const LOADERS: [(&str, Machine, &str); 3] = [
    ("bootx64.efi", Machine::X64, "x64"),
    ("bootia32.efi", Machine::X86, "x86"),
    ("bootaa64.efi", Machine::Arm64, "arm64"),
];

impl PrestagedImage {
    /// Looks into the medium.
    pub fn open(request: &ApplyScriptRequest, profile: &MediaProfile, host: &Host, context: &Context) -> Result<Self> {
        let path = &request.path;
        let library = Library::load(&host.wim_library).map_err(|e| {
            let message = "libwim, which reads prestaged media, cannot be loaded.";
            Error::new(ErrorKind::WimLibraryMissing, Stage::Verify, message).source(e)
        })?;
        let fault = |e: WimError| unusable(path, format!("The prestaged medium '{path}' cannot be read.")).source(e);
        let wim = Wim::open(&library, path).map_err(fault)?;
        let images = wim.info().map_err(fault)?.images.len();
        let look = Look { wim: &wim, path, profile, request, context };
        let layout = &profile.layout;
        let boot_wim = look.needed(&layout.boot_image)?;
        let config = [layout.bootstrap_ini_path(), layout.variables_path()];
        let mut found = vec![boot_wim.clone()];
        for file in &config {
            found.push(look.needed(file)?);
        }
        let (loader, architecture) = look.loader(&mut found)?;
        let stores = [&profile.boot_files.uefi_bcd.medium, &profile.boot_files.bios_bcd.medium];
        let uefi = if loader.is_some() { look.store(stores[0], &mut found)? } else { None };
        let manager = look.file(&profile.boot_files.bios_boot_manager.medium)?;
        let bios = if manager.is_some() { look.store(stores[1], &mut found)? } else { None };
        let mut warnings = Vec::new();
        if images > 1 {
            warnings.push(format!("The medium has {images} images; the first one is applied."));
        }
        if look.folder("Windows")?.is_none() {
            warnings.push("There is no folder 'Windows' in the image: it holds no operating system.".to_owned());
        }
        let hash = |entry: &WimEntry| {
            let sha1 = crate::text::hex(&entry.sha1?);
            Some(ApplyHash { path: format!("\\{}", with_backslashes(&entry.path)), sha1 })
        };
        Ok(Self {
            path: path.clone(),
            architecture,
            loader: loader.unwrap_or_default(),
            boot_sha1: boot_wim.sha1.map(|sha1| crate::text::hex(&sha1)).unwrap_or_default(),
            boot_wim: with_backslashes(&layout.boot_image),
            config: config.map(|file| with_backslashes(&file)),
            uefi_store: with_backslashes(stores[0]),
            uefi,
            bios,
            hashes: found.iter().filter_map(hash).collect(),
            warnings,
        })
    }

    /// The firmware to serve: what is asked for, or all that the medium starts with.
    pub fn firmware(&self, asked: &[TargetFirmware]) -> Result<Vec<TargetFirmware>> {
        let starts = |firmware: &TargetFirmware| match firmware {
            TargetFirmware::Uefi => self.uefi.is_some(),
            TargetFirmware::Bios => self.bios.is_some(),
        };
        let all = [TargetFirmware::Uefi, TargetFirmware::Bios];
        let wanted: Vec<TargetFirmware> = match asked {
            [] => all.into_iter().filter(starts).collect(),
            asked => all.into_iter().filter(|firmware| asked.contains(firmware)).collect(),
        };
        let missing = wanted.iter().find(|firmware| !starts(firmware)).map(|firmware| firmware.name());
        let missing = if wanted.is_empty() { Some("any firmware") } else { missing };
        match missing {
            None => Ok(wanted),
            Some(missing) => {
                let message = format!(
                    "The prestaged medium '{}' lacks the boot files for {missing}: loader or boot manager, boot configuration, boot.sdi.",
                    self.path
                );
                Err(Error::new(ErrorKind::ApplyBootFilesMissing, Stage::Verify, message).target(self.path.as_str()))
            }
        }
    }
}

struct Look<'a> {
    wim: &'a Wim,
    path: &'a Utf8Path,
    profile: &'a MediaProfile,
    request: &'a ApplyScriptRequest,
    context: &'a Context,
}

impl Look<'_> {
    fn entry(&self, path: &str) -> Result<Option<WimEntry>> {
        self.wim
            .entry(IMAGE, path)
            .map_err(|e| unusable(self.path, format!("The prestaged medium '{}' cannot be read.", self.path)).source(e))
    }

    fn file(&self, path: &str) -> Result<Option<WimEntry>> {
        Ok(self.entry(path)?.filter(|entry| !entry.is_dir && !entry.data_missing))
    }

    fn folder(&self, path: &str) -> Result<Option<WimEntry>> {
        Ok(self.entry(path)?.filter(|entry| entry.is_dir))
    }

    /// A file without which it is no prestaged medium.
    fn needed(&self, path: &str) -> Result<WimEntry> {
        self.file(path)?
            .ok_or_else(|| unusable(self.path, format!("'{}' is no prestaged medium: it has no '{path}'.", self.path)))
    }

    /// The UEFI loader and the processor that it is for. A medium without UEFI is for x86 or x64, which nothing here tells apart.
    fn loader(&self, found: &mut Vec<WimEntry>) -> Result<(Option<String>, String)> {
        for (name, _, architecture) in LOADERS {
            if let Some(entry) = self.file(&format!("EFI/boot/{name}"))? {
                found.push(entry);
                return Ok((Some(name.to_owned()), architecture.to_owned()));
            }
        }
        Ok((None, "x86 or x64".to_owned()))
    }

    /// What a boot configuration starts. `None` when it, or what it starts, is not there.
    fn store(&self, place: &str, found: &mut Vec<WimEntry>) -> Result<Option<Entry>> {
        let Some(file) = self.file(place)? else { return Ok(None) };
        let fault = |what: String| {
            let message = format!("The boot configuration '{place}' of '{}' cannot be used: {what}.", self.path);
            Error::new(ErrorKind::ApplyStoreUnusable, Stage::Verify, message).target(place)
        };
        if file.size > MOST_STORE_BYTES {
            return Err(fault(format!("it has {} bytes", file.size)));
        }
        let store = Store::from_bytes(&self.taken_out(&file.path)?).map_err(|e| fault(e.to_string()).source(e))?;
        let entry = entry(&store, &self.profile.layout.boot_image).map_err(fault)?;
        let Some(sdi) = self.file(&entry.sdi.replace('\\', "/"))? else { return Ok(None) };
        found.push(file);
        if !found.iter().any(|known| known.path == sdi.path) {
            found.push(sdi);
        }
        Ok(Some(entry))
    }

    fn taken_out(&self, inside: &str) -> Result<Vec<u8>> {
        let parent = self.request.temporary_folder.clone().unwrap_or_else(tsm_platform::temporary_folder);
        let unusable_folder = |e: std::io::Error| {
            let message = format!("The temporary folder '{parent}' cannot be used.");
            Error::new(ErrorKind::StagingUnusable, Stage::Verify, message).target(parent.as_str()).source(e)
        };
        let folder = Staging::create(&parent).map_err(unusable_folder)?;
        let extracted = self.wim.extract_files(IMAGE, &[inside], folder.path(), &mut |_, _| self.context.flow());
        self.context.check()?;
        let extracted = extracted.map_err(|e| {
            unusable(self.path, format!("'{inside}' of '{}' cannot be taken out.", self.path)).source(e)
        })?;
        Ok(extracted.first().map(std::fs::read).transpose().map_err(unusable_folder)?.unwrap_or_default())
    }
}

/// The entry that a store starts, which has to be the boot image in a RAM disk.
fn entry(store: &Store, boot_image: &str) -> std::result::Result<Entry, String> {
    let id = store.entries().first().copied().ok_or("it has no entry")?;
    let object = store.object(id).ok_or("its entry is not there")?;
    let device = object.device(elements::APPLICATION_DEVICE).ok_or("its entry has no device")?;
    let (Place::RamDisk { path, .. }, Some(options)) = (&device.place, &device.options) else {
        return Err("its entry starts no RAM disk".to_owned());
    };
    if !with_backslashes(path).eq_ignore_ascii_case(&with_backslashes(boot_image)) {
        return Err(format!("its entry starts '{path}'"));
    }
    let sdi = store.object(options).and_then(|options| options.text(elements::RAMDISK_SDI_PATH));
    let sdi = sdi.ok_or("its RAM disk has no base")?;
    Ok(Entry {
        id: id.to_owned(),
        options: options.clone(),
        ram_disk: format!("\\{}", with_backslashes(path)),
        sdi: with_backslashes(sdi),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsm_formats::bcd::media_store;

    #[test]
    fn a_store_tells_what_is_to_be_changed_in_it() {
        let store = |wim: &str| media_store(true, r"\windows\system32\boot\winload.efi", wim, r"\boot\boot.sdi");
        let found = entry(&store(r"\sources\boot.wim"), "sources/boot.wim").unwrap();
        assert_eq!(found.id, "{7619dcc9-fafe-11d9-b411-000476eba25f}");
        assert_eq!(found.options, "{7619dcc8-fafe-11d9-b411-000476eba25f}");
        assert_eq!((found.ram_disk.as_str(), found.sdi.as_str()), (r"\sources\boot.wim", r"boot\boot.sdi"));
        assert!(entry(&store(r"\other.wim"), "sources/boot.wim").unwrap_err().contains("other.wim"));
        assert!(entry(&Store::default(), "sources/boot.wim").unwrap_err().contains("no entry"));
    }
}
