//! Prestaged media: the files of an operating system image, and beside them what a computer starts from, in one image of
//! a WIM. A factory or a depot applies it to a disk; the first start finds its task sequence at a management point.

use crate::Result;
use crate::blueprint::Item;
use crate::bootable::{boot_items, config_items};
use crate::definition::Kind;
use crate::media_kind::{Form, Ingredients, MediaKind};

/// The kind.
pub(crate) const KIND: MediaKind = MediaKind {
    kind: Kind::Prestaged,
    name: "prestaged media",
    required: &["bootImage", "mediaMode", "taskSequence", "operatingSystemImage"],
    word: |words| &words.prestaged,
    launch_mode: |_, profile| &profile.launch_mode_hard_disk,
    form: |_| Form::Wim,
    items,
    // No firmware starts a WIM: the disk to which it is applied has boot files of its own.
    boot_entries: |_, _| Vec::new(),
};

/// What is put beside the files of the operating system: boot files, boot image, and the two files that make it a task
/// sequence medium. The task sequence is not among them.
fn items(from: &Ingredients<'_>) -> Result<Vec<Item>> {
    let mut items = boot_items(from);
    items.extend(config_items(from)?);
    Ok(items)
}
