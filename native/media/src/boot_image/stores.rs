//! Boot configurations for a boot image that has no templates of them.

use super::find::Found;
use super::wim_fault;
use crate::{Error, ErrorKind, Result, Stage};
use jiff::Timestamp;
use tsm_formats::pe::Machine;
use tsm_formats::{MediaProfile, bcd, filetime};
use tsm_wim::Wim;

/// Makes the boot configurations that were not found: path on the medium, bytes. They bear the time of the boot image. When the
/// image has no Windows loader that they could start, `found` gets one more missing file.
pub(super) fn make(
    wim: &Wim,
    image: u32,
    found: &mut Found,
    modified: i64,
    machine: Machine,
    profile: &MediaProfile,
) -> Result<Vec<(String, Vec<u8>)>> {
    let written = Timestamp::from_second(modified).ok().and_then(filetime::from_timestamp).unwrap_or_default();
    let boot_image = with_backslashes(&profile.layout.boot_image);
    let sdi = with_backslashes(&profile.boot_files.boot_sdi.medium_for(machine).unwrap_or_default());
    let mut made = Vec::new();
    for store in std::mem::take(&mut found.absent_stores) {
        let Some(loader) = windows_loader(wim, image, store.uefi, profile)? else {
            found.missing.push(no_loader(wim, store.uefi, profile));
            continue;
        };
        let bytes = bcd::media_store(store.uefi, &with_backslashes(&loader), &boot_image, &sdi).to_bytes(written);
        let bytes = bytes.map_err(|e| {
            let message = format!("The boot configuration '{}' cannot be made.", store.medium);
            Error::new(ErrorKind::Internal, Stage::Plan, message).target(store.medium.clone()).source(e)
        })?;
        made.push((store.medium, bytes));
    }
    Ok(made)
}

/// The path of the Windows loader in the image, from the first place that has it.
fn windows_loader(wim: &Wim, image: u32, uefi: bool, profile: &MediaProfile) -> Result<Option<String>> {
    for place in places(uefi, profile) {
        let entry = wim.entry(image, &place).map_err(|e| wim_fault(wim.path(), e))?;
        if entry.is_some_and(|entry| !entry.is_dir) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn places(uefi: bool, profile: &MediaProfile) -> impl Iterator<Item = String> {
    let ending = if uefi { "efi" } else { "exe" };
    profile.boot_image.windows_loaders.iter().map(move |place| format!("{place}.{ending}"))
}

fn no_loader(wim: &Wim, uefi: bool, profile: &MediaProfile) -> Error {
    let looked = places(uefi, profile).collect::<Vec<_>>().join(", ");
    let firmware = if uefi { "UEFI" } else { "BIOS" };
    let message = format!(
        "The boot image '{}' has neither a boot configuration for {firmware} nor a Windows loader that one could start; \
         looked for it in {looked}.",
        wim.path()
    );
    Error::new(ErrorKind::BootFileMissing, Stage::Plan, message).target("winload")
}

fn with_backslashes(path: &str) -> String {
    format!("\\{}", path.trim_start_matches('/').replace('/', "\\"))
}
