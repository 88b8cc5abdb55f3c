//! A medium on several discs: which file is on which, and how a disc says that it is one of a set.
//!
//! How the client recognises the next disc is public nowhere. Each disc therefore says it in a file of the media profile
//! (`volumeSet.identityFile`), which this program reads back and a client may pass over; the warning TSM1422 says so with
//! every set.

mod check;

pub(crate) use check::{check, first_of, identity_of};

use crate::blueprint::{Blueprint, Item};
use crate::definition::Definition;
use crate::disc::VARIABLES_ROOM;
use crate::inspect::Inspection;
use crate::media_kind::Form;
use crate::volumes::{self, Frame, Parcel, Share};
use crate::{Error, ErrorKind, Host, Result, Secrets, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tsm_formats::MediaProfile;
use tsm_optical::Entry;

/// The discs of a medium, two or more.
pub(crate) struct VolumeSet {
    /// What all discs of the set have in common: it follows from the plan.
    pub id: String,
    /// The discs.
    pub volumes: Vec<SetVolume>,
}

/// A disc of a set.
pub(crate) struct SetVolume {
    /// Its files.
    pub items: Vec<Item>,
    /// Its empty folders.
    pub folders: Vec<String>,
    /// The length of its image in bytes, at most.
    pub bytes: u64,
}

/// Which disc of which set a disc is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VolumeIdentity {
    /// What all discs of the set have in common.
    pub set_id: String,
    /// Its number, from 1.
    pub number: u32,
    /// How many discs there are.
    pub count: u32,
}

/// No identity file is longer.
const IDENTITY_ROOM: u64 = 128;
/// Its only section.
const SECTION: &str = "[VolumeSet]";

impl VolumeIdentity {
    /// The identity as it stands in its file.
    fn to_bytes(&self) -> Vec<u8> {
        format!("{SECTION}\r\nSetId={}\r\nNumber={}\r\nCount={}\r\n", self.set_id, self.number, self.count).into_bytes()
    }

    /// The identity in a file; `None` when there is none in it.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let value = |key: &str| text.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
        let identity = Self {
            set_id: value("SetId")?.to_owned(),
            number: value("Number")?.parse().ok()?,
            count: value("Count")?.parse().ok()?,
        };
        let sound = text.trim_start().starts_with(SECTION) && (1..=identity.count).contains(&identity.number);
        sound.then_some(identity)
    }
}

impl VolumeSet {
    /// Distributes the files of a medium over discs; `None` when one is enough, or no size was given.
    pub fn of(blueprint: &Blueprint) -> Result<Option<Self>> {
        let capacity = blueprint.definition.media_size.and_then(crate::MediaSize::bytes);
        let Some(capacity) = capacity.filter(|_| blueprint.definition.form() == Form::Disc) else { return Ok(None) };
        let contents: Vec<Content> = blueprint.carried().map(Content::of).collect();
        let parcels: Vec<Parcel> = contents.iter().map(|content| content.parcel.clone()).collect();
        let parts = Parts::of(blueprint, &contents);
        let split = volumes::split(&parts.frame(blueprint), &parcels, capacity)?;
        if split.len() == 1 {
            return Ok(None);
        }
        let id = blueprint.plan_id.get(..32).unwrap_or_default().to_owned();
        let count = u32::try_from(split.len()).unwrap_or(u32::MAX);
        let volume = |(volume, number): (volumes::Volume, u32)| {
            let identity = VolumeIdentity { set_id: id.clone(), number, count };
            let (items, folders) = parts.volume(blueprint, &contents, &volume, &identity);
            SetVolume { items, folders, bytes: volume.bytes }
        };
        let volumes = split.into_iter().zip(1u32..).map(volume).collect();
        Ok(Some(Self { id, volumes }))
    }
}

/// A content with its files.
struct Content {
    parcel: Parcel,
    items: Vec<Item>,
}

impl Content {
    fn of(carried: &crate::stand_alone::Carried) -> Self {
        let items = carried.items();
        let parcel = Parcel {
            name: format!("package {}", carried.found.package.package_id),
            rank: carried.rank(),
            files: items.iter().map(|item| (item.path.clone(), item.size.unwrap_or(0))).collect(),
            folders: carried.folders(),
        };
        Self { parcel, items }
    }
}

/// What is on the discs beside the contents.
struct Parts {
    /// The files of the first disc.
    first: Vec<Item>,
    /// Its empty folders.
    folders: Vec<String>,
    /// The label, which is on every disc.
    label: Option<Item>,
    /// When files that are made here were written.
    modified: i64,
}

impl Parts {
    fn of(blueprint: &Blueprint, contents: &[Content]) -> Self {
        let of_contents = contents.iter().flat_map(|content| content.items.iter().map(|item| item.path.as_str()));
        let carried: HashSet<&str> = of_contents.collect();
        let below = contents.iter().flat_map(|content| content.parcel.folders.iter().map(String::as_str));
        let carried_folders: HashSet<&str> = below.collect();
        let label = &blueprint.profile.layout.media_label_file;
        Self {
            first: blueprint.items.iter().filter(|item| !carried.contains(item.path.as_str())).cloned().collect(),
            folders: blueprint.folders.iter().filter(|f| !carried_folders.contains(f.as_str())).cloned().collect(),
            label: blueprint.items.iter().find(|item| item.path == *label).cloned(),
            modified: blueprint.boot_image.modified,
        }
    }

    /// The same as its layout sees it.
    fn frame(&self, blueprint: &Blueprint) -> Frame {
        let profile = &blueprint.profile;
        let identity = &profile.volume_set.identity_file;
        let entry = |item: &Item| Entry::file(&item.path, item.size.unwrap_or(VARIABLES_ROOM), item.modified);
        let every = || {
            let identity = (!identity.is_empty()).then(|| Entry::file(identity, IDENTITY_ROOM, self.modified));
            identity.into_iter().chain([Entry::dir(&profile.layout.package_directory, self.modified)])
        };
        let folders = self.folders.iter().map(|folder| Entry::dir(folder, self.modified));
        Frame {
            first: self.first.iter().map(entry).chain(folders).chain(every()).collect(),
            boot: blueprint.disc().boot(None),
            later: self.label.iter().map(entry).chain(every()).collect(),
        }
    }

    /// The files and empty folders of a disc.
    fn volume(
        &self,
        blueprint: &Blueprint,
        contents: &[Content],
        volume: &volumes::Volume,
        identity: &VolumeIdentity,
    ) -> (Vec<Item>, Vec<String>) {
        let is_first = identity.number == 1;
        let (mut items, mut folders) = match is_first {
            true => (self.first.clone(), self.folders.clone()),
            false => (self.label.iter().cloned().collect(), Vec::new()),
        };
        let file = &blueprint.profile.volume_set.identity_file;
        if !file.is_empty() {
            items.push(Item::made(file, identity.to_bytes(), self.modified));
        }
        for (number, share) in &volume.contents {
            let Some(content) = contents.get(*number) else { continue };
            let chosen = content.items.iter().enumerate().filter(|(index, _)| share.has_file(*index));
            items.extend(chosen.map(|(_, item)| item.clone()));
            if Share::has_folders(share) {
                folders.extend(content.parcel.folders.iter().cloned());
            }
        }
        if !items.iter().any(|item| item.path.starts_with(&blueprint.profile.layout.package_directory)) {
            folders.push(blueprint.profile.layout.package_directory.clone());
        }
        (items, folders)
    }
}

/// The file of a disc of a set: the number stands behind the name.
pub(crate) fn path_of(target: &Utf8Path, number: u32, profile: &MediaProfile) -> Utf8PathBuf {
    let stem = target.file_stem().unwrap_or_default();
    let extension = target.extension().map_or_else(String::new, |extension| format!(".{extension}"));
    target.with_file_name(format!("{stem}{}{number}{extension}", profile.volume_set.number_separator))
}

/// Which disc of a set this file is, by its name; `None` when it is named otherwise.
pub(crate) fn number_of(target: &Utf8Path, place: &Utf8Path, profile: &MediaProfile) -> Option<u32> {
    let (_, number) = place.file_stem()?.rsplit_once(&profile.volume_set.number_separator)?;
    let number = number.parse().ok()?;
    (path_of(target, number, profile) == place).then_some(number)
}

/// The discs of an older, larger set at the same place: those behind the last one of a set of so many, that say themselves
/// that they are such discs.
pub(crate) fn surplus(target: &Utf8Path, count: u32, profile: &MediaProfile) -> Vec<Utf8PathBuf> {
    let says_so = |place: &Utf8Path, number: u32| {
        let disc = Inspection::open(place, &Secrets::default(), profile, &Host::default()).ok();
        let identity = place.is_file().then_some(disc).flatten().and_then(|mut disc| identity_of(&mut disc, profile));
        identity.is_some_and(|identity| identity.number == number)
    };
    let behind = (count.saturating_add(1)..u32::MAX).map(|number| (number, path_of(target, number, profile)));
    behind.take_while(|(number, place)| says_so(place, *number)).map(|(_, place)| place).collect()
}

/// A definition of which the target is a disc of the set.
pub(crate) fn definition_of(definition: &Definition, number: u32, profile: &MediaProfile) -> Definition {
    let path = path_of(&definition.target(), number, profile).into_string();
    Definition { path, ..definition.clone() }
}

/// The error of a disc that cannot be put in its place.
pub(crate) fn cannot_publish(target: &Utf8Path, error: std::io::Error) -> Error {
    let message = format!("'{target}' cannot be replaced; all discs of the set are as they were.");
    Error::new(ErrorKind::PublishFailed, Stage::Publish, message).target(target.as_str()).source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_survives_the_way_through_its_file() {
        let identity = VolumeIdentity { set_id: "AB".repeat(16), number: 2, count: 3 };
        assert!(identity.to_bytes().len() as u64 <= IDENTITY_ROOM);
        assert_eq!(VolumeIdentity::from_bytes(&identity.to_bytes()), Some(identity));
        for bad in [
            "",
            "[VolumeSet]\r\nSetId=A\r\nNumber=4\r\nCount=3",
            "SetId=A\r\nNumber=1\r\nCount=3",
            "[VolumeSet]\r\nNumber=1",
        ] {
            assert_eq!(VolumeIdentity::from_bytes(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn each_disc_has_its_number_behind_its_name() {
        let profile = MediaProfile::default();
        let second = path_of(Utf8Path::new("/out/my.media.iso"), 2, &profile);
        assert_eq!(second, "/out/my.media-2.iso");
    }
}
