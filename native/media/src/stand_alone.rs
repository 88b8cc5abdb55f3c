//! Stand-alone media: a whole deployment on discs, with its task sequence. Nothing else is asked when it runs.

mod carried;
mod needed;
mod sequence;

pub(crate) use carried::Carried;
pub(crate) use sequence::Sequences;

use crate::blueprint::{Item, Source};
use crate::definition::{Definition, Kind};
use crate::image_split::SplitRule;
use crate::media_kind::MediaKind;
use crate::supply::Supply;
use crate::{Error, ErrorKind, Result, Stage, bootable, site};
use std::borrow::Cow;
use tsm_formats::MediaProfile;
use tsm_formats::envelope::Algorithm;
use tsm_job::Context;
use tsm_site::{Package, PackageKind, SiteFacts};

/// The kind.
pub(crate) const KIND: MediaKind = MediaKind {
    kind: Kind::StandAlone,
    name: "stand-alone media",
    required: &["taskSequence"],
    word: |words| &words.stand_alone,
    launch_mode: bootable::launch_mode,
    form: bootable::form,
    // The policies and the content follow from what was found of the task sequence ([`StandAlone`]).
    items: bootable::items,
    boot_entries: bootable::boot_entries,
};

/// What a stand-alone medium carries beyond what it starts from.
pub(crate) struct StandAlone {
    /// The task sequences with their policies.
    pub sequences: Sequences,
    /// The content.
    pub content: Vec<Carried>,
    /// The length of the file with the policies.
    policy_bytes: u64,
}

impl StandAlone {
    /// Finds everything that the task sequence of a definition needs; `None` for media of other kinds.
    pub fn find(
        definition: &Definition,
        facts: &SiteFacts,
        profile: &MediaProfile,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<Option<Self>> {
        if definition.kind != Kind::StandAlone {
            return Ok(None);
        }
        let sequences = Sequences::read(definition, facts, profile)?;
        let needed = needed::packages(definition, facts, &sequences)?;
        let rule = SplitRule::of(definition, profile);
        let content = carried::find(profile, &needed, rule.as_ref(), supply, context)?;
        // The length depends on neither the password nor the cipher: AES has one block length.
        let sealed = sequences.policy.to_bytes("", profile, Algorithm::Aes128).map_err(|e| {
            Error::new(ErrorKind::Internal, Stage::Plan, format!("Policy.xml cannot be written: {e}.")).source(e)
        })?;
        Ok(Some(Self { sequences, content, policy_bytes: sealed.len() as u64 }))
    }

    /// The files: the policies, and the content.
    pub fn items(&self, profile: &MediaProfile, modified: i64) -> Vec<Item> {
        let policy = Item {
            path: profile.layout.policy_path(),
            size: Some(self.policy_bytes),
            hash: None,
            modified,
            source: Source::Policy,
        };
        std::iter::once(policy).chain(self.content.iter().flat_map(Carried::items)).collect()
    }

    /// The empty folders of the content.
    pub fn folders(&self) -> impl Iterator<Item = String> + '_ {
        self.content.iter().flat_map(Carried::folders)
    }
}

/// The definition with the boot image of its task sequence, where it names none itself.
pub(crate) fn with_boot_image<'a>(definition: &'a Definition, facts: &SiteFacts) -> Result<Cow<'a, Definition>> {
    if definition.kind != Kind::StandAlone || !definition.boot_image.is_empty() {
        return Ok(Cow::Borrowed(definition));
    }
    let sequence = site::task_sequence(facts, definition.task_sequence.as_deref().unwrap_or_default())?;
    let Some(boot_image) = &sequence.boot_image else {
        let message = format!(
            "The task sequence {} ('{}') has no boot image: no medium can start it.",
            sequence.package_id, sequence.name
        );
        return Err(Error::new(ErrorKind::BootImageMissing, Stage::Site, message).target(sequence.package_id.clone()));
    };
    let error = site::boot_image(facts, boot_image).err();
    // Facts without any boot image do not know the site: what they lack is told elsewhere.
    let knows_some = facts.packages.iter().any(|package| package.kind == PackageKind::BootImage);
    if let Some(error) = error.filter(|_| knows_some) {
        let message = format!(
            "The task sequence {} ('{}') starts from a boot image that is none of this site: {}",
            sequence.package_id,
            sequence.name,
            error.message()
        );
        return Err(Error::new(ErrorKind::BootImageForeign, Stage::Site, message).target(boot_image.clone()));
    }
    Ok(Cow::Owned(Definition { boot_image: boot_image.clone(), ..definition.clone() }))
}

/// The packages that a stand-alone medium needs, without looking for them; none for media of other kinds.
pub(crate) fn packages<'a>(
    definition: &Definition,
    facts: &'a SiteFacts,
    profile: &MediaProfile,
) -> Result<Vec<&'a Package>> {
    if definition.kind != Kind::StandAlone {
        return Ok(Vec::new());
    }
    let sequences = Sequences::read(definition, facts, profile)?;
    Ok(needed::packages(definition, facts, &sequences)?.into_iter().map(|needed| needed.package).collect())
}
