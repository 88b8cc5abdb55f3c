//! The boot images of a layout: checked, ordered, and later placed.

use super::{BootImage, BootSource, LayoutError, Platform, Tree};
use crate::consts::{BOOT_SECTOR, CATALOG_ENTRY, SECTOR};

/// Sectors kept free for the boot catalogue, between the UDF recognition sequence and the volume descriptors of UDF.
pub(crate) const CATALOG_SECTORS: u32 = 8;
/// Largest image whose sectors of 512 bytes a catalogue entry can count.
const COUNTABLE: u64 = BOOT_SECTOR * 0xFFFF;
/// Least bytes that a boot information table needs: it ends at 64.
const TABLE_END: u64 = 64;

/// One boot image as it will be in the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct BootItem {
    pub(crate) platform: Platform,
    /// Its place in the list of the caller.
    pub(crate) index: usize,
    /// The file of the tree, or none if it is hidden.
    pub(crate) node: Option<u32>,
    pub(crate) size: u64,
    pub(crate) boot_info_table: bool,
    /// First block.
    pub(crate) block: u32,
}

impl BootItem {
    /// The sector count of the catalogue entry (El Torito 1.0, figure 3; UEFI specification 13.3.2.1).
    pub(crate) fn load_sectors(&self) -> u16 {
        if self.platform == Platform::Bios && self.boot_info_table {
            return 4;
        }
        u16::try_from(self.size.div_ceil(BOOT_SECTOR)).unwrap_or(1)
    }
}

/// All boot images, in the order of the catalogue.
#[derive(Debug, Clone, Default)]
pub(crate) struct BootPlan {
    pub(crate) items: Vec<BootItem>,
}

impl BootPlan {
    pub(crate) fn new(images: Vec<BootImage>, tree: &Tree) -> Result<Self, LayoutError> {
        let count = images.len();
        let mut items = images
            .into_iter()
            .enumerate()
            .map(|(index, image)| item(index, image, tree))
            .collect::<Result<Vec<_>, _>>()?;
        items.sort_by_key(|item| item.platform);
        let plan = Self { items };
        if plan.catalog_entries() * CATALOG_ENTRY > (CATALOG_SECTORS * SECTOR) as usize {
            return Err(LayoutError::TooManyBootImages { count });
        }
        Ok(plan)
    }

    /// Runs of images for one platform behind the initial entry: the sections of the catalogue.
    pub(crate) fn sections(&self) -> impl Iterator<Item = &[BootItem]> {
        self.items.get(1..).unwrap_or_default().chunk_by(|a, b| a.platform == b.platform)
    }

    /// Validation entry, entries and section headers.
    fn catalog_entries(&self) -> usize {
        1 + self.items.len() + self.sections().count()
    }
}

fn item(index: usize, image: BootImage, tree: &Tree) -> Result<BootItem, LayoutError> {
    let (node, size) = match image.source {
        BootSource::Hidden { size } => (None, size),
        BootSource::Entry(path) => match tree.find(&path).filter(|node| !tree.node(*node).is_dir()) {
            Some(node) => (Some(node), tree.node(node).size),
            None => return Err(LayoutError::BootImageMissing { path }),
        },
    };
    if size == 0 {
        return Err(LayoutError::BootImageEmpty { index });
    }
    if size > COUNTABLE && (image.platform == Platform::Bios || image.boot_info_table) {
        return Err(LayoutError::BootImageTooLarge { index, size, max: COUNTABLE });
    }
    if image.boot_info_table && size < TABLE_END {
        return Err(LayoutError::BootImageTooSmall { index, size });
    }
    Ok(BootItem { platform: image.platform, index, node, size, boot_info_table: image.boot_info_table, block: 0 })
}
