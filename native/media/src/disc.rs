//! What a disc image is made from: the part of a plan that the writer needs.

use crate::blueprint::{BootEntry, Item};
use crate::boot_image::BootImage;
use crate::{Error, ErrorKind, Result, Stage};
use tsm_optical::{BootSource, Entry, ImageOptions, Layout};

/// The files of a disc, what the firmware starts from, and the label.
#[derive(Clone, Copy)]
pub(crate) struct Disc<'a> {
    /// The label.
    pub label: &'a str,
    /// The files.
    pub items: &'a [Item],
    /// Folders that have nothing in them.
    pub folders: &'a [String],
    /// The El Torito boot images, in the order of the boot catalogue.
    pub boot_entries: &'a [BootEntry],
    /// The boot image, when files come from it.
    pub boot_image: Option<&'a BootImage>,
}

/// Room that a plan keeps for the variables file, whose length is known only when its certificate is made.
pub(crate) const VARIABLES_ROOM: u64 = 64 << 10;

impl<'a> Disc<'a> {
    /// The layout, with the true length of the variables file where it is known.
    pub fn layout(&self, variables: Option<u64>, created: i64, unique: u64) -> Result<Layout> {
        let size = |item: &Item| item.size.or(variables).unwrap_or(VARIABLES_ROOM);
        let files = self.items.iter().map(|i| Entry::file(&i.path, size(i), i.modified));
        let folders = self.folders.iter().map(|path| Entry::dir(path, created));
        let entries = files.chain(folders).collect();
        let boot = self.boot(variables);
        let options = ImageOptions {
            label: self.label.to_owned(),
            application: concat!("TASKSEQUENCEMEDIA ", env!("CARGO_PKG_VERSION")).to_owned(),
            epoch: created,
            unique,
            ..ImageOptions::default()
        };
        Layout::new(entries, boot, &options).map_err(|e| {
            let message = format!("The files do not fit on a disc image: {e}.");
            Error::new(ErrorKind::LayoutInvalid, Stage::Plan, message).source(e)
        })
    }

    /// What the firmware starts, as the layout sees it.
    pub fn boot(&self, variables: Option<u64>) -> Vec<tsm_optical::BootImage> {
        let size = |item: &Item| item.size.or(variables).unwrap_or(VARIABLES_ROOM);
        let boot = self.boot_entries.iter().map(|entry| tsm_optical::BootImage {
            platform: entry.platform,
            source: match entry.is_file {
                true => BootSource::Entry(entry.item.path.clone()),
                false => BootSource::Hidden { size: size(&entry.item) },
            },
            boot_info_table: entry.info_table,
        });
        boot.collect()
    }

    /// The files of the disc, and the boot images that are none.
    pub fn all_items(&self) -> impl Iterator<Item = &'a Item> + use<'a> {
        self.items.iter().chain(self.boot_entries.iter().filter(|e| !e.is_file).map(|e| &e.item))
    }

    /// Whether the disc holds other bytes of this item than its source: a boot information table is written into it.
    pub fn is_altered(&self, item: &Item) -> bool {
        self.boot_entries.iter().any(|e| e.info_table && e.item.path == item.path)
    }
}
