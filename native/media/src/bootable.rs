//! Bootable media: what goes into the plan of one. Adding a kind of medium adds a file like this.

use crate::blueprint::{BootEntry, Item, KnownHash, Source};
use crate::boot_image::{BootFileFound, BootImage};
use crate::definition::Definition;
use crate::{Error, ErrorKind, Result, Secrets, Stage};
use tsm_formats::bootstrap_ini::TsmBootstrapIni;
use tsm_formats::{MediaProfile, media_label};
use tsm_optical::Platform;

/// The files of a bootable medium: boot files, boot image, label, and the two files that make it a task sequence medium.
pub(crate) fn items(
    definition: &Definition,
    secrets: &Secrets,
    profile: &MediaProfile,
    boot_image: &BootImage,
    label: &str,
) -> Result<Vec<Item>> {
    let layout = &profile.layout;
    let mut items: Vec<Item> = boot_image.files.iter().map(boot_file).collect();
    let made = boot_image.made_stores.iter();
    items.extend(made.map(|(path, bytes)| Item::made(path, bytes.clone(), boot_image.modified)));
    items.push(Item {
        path: layout.boot_image.clone(),
        size: Some(boot_image.size),
        hash: Some(KnownHash::Sha256(boot_image.sha256)),
        modified: boot_image.modified,
        source: Source::BootImage,
    });
    // Files that are made here get the time of the boot image: equal input gives equal bytes.
    let modified = boot_image.modified;
    let text = media_label::to_bytes(label, profile).map_err(|e| {
        let message = format!("The media label cannot be used: {e}.");
        Error::new(ErrorKind::LabelInvalid, Stage::Plan, message).target("mediaLabel").source(e)
    })?;
    items.push(Item::made(&layout.media_label_file, text, modified));
    let ini = TsmBootstrapIni {
        media_type: profile.media_types.bootable.clone(),
        password_required: secrets.media_password.is_some(),
        unattended: definition.allow_unattended,
    };
    let ini = ini
        .to_bytes(profile)
        .map_err(|e| Error::new(ErrorKind::Internal, Stage::Plan, "TsmBootstrap.ini cannot be written.").source(e))?;
    items.push(Item::made(layout.bootstrap_ini_path(), ini, modified));
    items.push(Item { path: layout.variables_path(), size: None, hash: None, modified, source: Source::Variables });
    Ok(items)
}

/// What the firmware starts, in the order of the boot catalogue: BIOS first, as its entry is the default one.
/// The media profile says whether the boot images are files of the medium too.
pub(crate) fn boot_entries(profile: &MediaProfile, boot_image: &BootImage) -> Vec<BootEntry> {
    let named = |platform, name: &str, found: &BootFileFound| {
        let is_file = !found.medium.is_empty();
        let path = if is_file { found.medium.clone() } else { format!("[BOOT]/{name}") };
        let info_table = platform == Platform::Bios && profile.boot_files.bios_boot_info_table;
        BootEntry { platform, item: Item { path, ..boot_file(found) }, is_file, info_table }
    };
    let bios = boot_image.bios_boot.iter().map(|f| named(Platform::Bios, "bios", f));
    let uefi = boot_image.uefi_boot.iter().map(|f| named(Platform::Uefi, "uefi", f));
    bios.chain(uefi).collect()
}

fn boot_file(found: &BootFileFound) -> Item {
    Item {
        path: found.medium.clone(),
        size: Some(found.size),
        hash: found.sha1.map(KnownHash::Sha1),
        modified: found.modified,
        source: Source::InBootImage(found.inside.clone()),
    }
}
