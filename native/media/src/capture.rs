//! Capture media: started in a running Windows, they capture it into an image. The layout is that of stand-alone media
//! (`docs/capture.md`); what they do stands in a policy that the definition names, as its text is public nowhere.

mod policy;

pub(crate) use policy::{CapturePolicy, task_sequences};

use crate::blueprint::Item;
use crate::bootable;
use crate::definition::Kind;
use crate::media_kind::{Ingredients, MediaKind};
use crate::{Error, ErrorKind, Result, Stage};
use tsm_formats::media_label;

/// The kind.
pub(crate) const KIND: MediaKind = MediaKind {
    kind: Kind::Capture,
    name: "capture media",
    required: &["bootImage"],
    word: |words| &words.capture,
    launch_mode: bootable::launch_mode,
    form: bootable::form,
    items,
    boot_entries: bootable::boot_entries,
};

/// What a capture medium starts from, its label and its config files; the policy and the programs are found elsewhere.
fn items(from: &Ingredients<'_>) -> Result<Vec<Item>> {
    let mut items = bootable::boot_items(from);
    let text = media_label::to_bytes(from.label, from.profile).map_err(|e| {
        let message = format!("The media label cannot be used: {e}.");
        Error::new(ErrorKind::LabelInvalid, Stage::Plan, message).target("mediaLabel").source(e)
    })?;
    items.push(Item::made(&from.profile.layout.media_label_file, text, from.boot_image.modified));
    items.extend(bootable::config_items(from)?);
    Ok(items)
}
