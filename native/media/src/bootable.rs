//! Bootable media: what goes into the plan of one. Adding a kind of medium adds a file like this, and a line to the list
//! in `media_kind.rs`.

use crate::blueprint::{BootEntry, Item, KnownHash, Source};
use crate::boot_image::{BootFileFound, BootImage};
use crate::definition::{Definition, Kind, MediaType};
use crate::media_kind::{Form, Ingredients, MediaKind};
use crate::{Error, ErrorKind, Result, Stage};
use tsm_formats::bootstrap_ini::TsmBootstrapIni;
use tsm_formats::profile::VariablesProfile;
use tsm_formats::{MediaProfile, media_label};
use tsm_optical::Platform;

/// The kind.
pub(crate) const KIND: MediaKind = MediaKind {
    kind: Kind::Bootable,
    name: "bootable media",
    required: &["bootImage", "mediaMode"],
    word: |words| &words.bootable,
    launch_mode,
    form,
    items,
    boot_entries,
};

/// A disc, unless a folder is asked for.
pub(crate) fn form(definition: &Definition) -> Form {
    match definition.media_type {
        None | Some(MediaType::CdDvd) => Form::Disc,
        Some(MediaType::Folder) => Form::Folder,
    }
}

/// What is started from a folder lies on a stick, or comes over the network.
pub(crate) fn launch_mode<'p>(definition: &Definition, profile: &'p VariablesProfile) -> &'p str {
    match form(definition) {
        Form::Disc => &profile.launch_mode_disc,
        Form::Folder | Form::Wim => &profile.launch_mode_folder,
    }
}

/// The files of a bootable medium: boot files, boot image, label, and the two files that make it a task sequence medium.
pub(crate) fn items(from: &Ingredients<'_>) -> Result<Vec<Item>> {
    let Ingredients { profile, boot_image, label, .. } = *from;
    let layout = &profile.layout;
    let mut items = boot_items(from);
    // Files that are made here get the time of the boot image: equal input gives equal bytes.
    let modified = boot_image.modified;
    let text = media_label::to_bytes(label, profile).map_err(|e| {
        let message = format!("The media label cannot be used: {e}.");
        Error::new(ErrorKind::LabelInvalid, Stage::Plan, message).target("mediaLabel").source(e)
    })?;
    items.push(Item::made(&layout.media_label_file, text, modified));
    items.extend(config_items(from)?);
    Ok(items)
}

/// What a computer starts: boot files, boot configurations and the boot image.
pub(crate) fn boot_items(from: &Ingredients<'_>) -> Vec<Item> {
    let Ingredients { profile, boot_image, .. } = *from;
    let mut items: Vec<Item> = boot_image.files.iter().map(boot_file).collect();
    let made = boot_image.made_stores.iter();
    items.extend(made.map(|(path, bytes)| Item::made(path, bytes.clone(), boot_image.modified)));
    items.push(Item {
        path: profile.layout.boot_image.clone(),
        size: Some(boot_image.size),
        hash: Some(KnownHash::Sha256(boot_image.sha256)),
        modified: boot_image.modified,
        source: Source::BootImage,
    });
    items
}

/// The two files that make a medium one of a task sequence: TsmBootstrap.ini, and the variables.
pub(crate) fn config_items(from: &Ingredients<'_>) -> Result<Vec<Item>> {
    let Ingredients { definition, secrets, profile, .. } = *from;
    let (layout, modified) = (&profile.layout, from.boot_image.modified);
    let ini = TsmBootstrapIni {
        media_type: (definition.kind.rules().word)(&profile.media_types).to_owned(),
        password_required: secrets.media_password.is_some(),
        unattended: definition.allow_unattended,
    };
    let ini = ini
        .to_bytes(profile)
        .map_err(|e| Error::new(ErrorKind::Internal, Stage::Plan, "TsmBootstrap.ini cannot be written.").source(e))?;
    let variables = Item { path: layout.variables_path(), size: None, hash: None, modified, source: Source::Variables };
    Ok(vec![Item::made(layout.bootstrap_ini_path(), ini, modified), variables])
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
