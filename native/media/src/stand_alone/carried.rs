//! The content that a medium carries: found in content libraries, with its place on the medium.

use super::needed::NeededPackage;
use crate::blueprint::{Item, Source};
use crate::image_split::{self, SplitImage, SplitRule};
use crate::package_content::{self, FoundPackage};
use crate::supply::Supply;
use crate::volumes::Rank;
use crate::{Error, ErrorKind, Result, Stage};
use std::sync::{Arc, Mutex, PoisonError};
use tsm_formats::MediaProfile;
use tsm_job::{Context, Unit};
use tsm_site::PackageKind;

/// A package whose content is on a medium.
pub(crate) struct Carried {
    /// The package, and where its bytes come from.
    pub found: FoundPackage,
    /// The contents that are on the medium by their numbers, each with its directory there.
    places: Vec<(usize, String)>,
    /// Images among its files that are carried in parts.
    pub split: Vec<Arc<SplitImage>>,
}

/// How many packages are brought from servers at once. How many files are asked for is decided by `throttleLimit`, whatever
/// package they are of; so packages of few files do not wait for each other.
const MOST_AT_ONCE: usize = 4;

/// Finds the packages that are needed.
pub(super) fn find(
    profile: &MediaProfile,
    needed: &[NeededPackage<'_>],
    rule: Option<&SplitRule>,
    supply: &Supply<'_>,
    context: &Context,
) -> Result<Vec<Carried>> {
    let activity = Mutex::new(context.activity("Finding content", Unit::Items, needed.len() as u64));
    let sources = supply.open(context)?.0;
    // Requests to servers wait for a place of their own; what is asked of folders would not.
    let at_once = if sources.has_server() { sources.threads().min(MOST_AT_ONCE) } else { 1 };
    tsm_content::each_at_once(at_once, needed, |needed| {
        context.check()?;
        let rule = rule.filter(|_| needed.package.kind == PackageKind::OperatingSystemImage);
        let (found, split) = package_content::find_with(needed.package, supply, context, |found, bring| match rule {
            Some(rule) => image_split::find(found, rule, bring, context),
            None => Ok(Vec::new()),
        })?;
        let places = places(profile, needed, &found)?;
        activity.lock().unwrap_or_else(PoisonError::into_inner).advance(1);
        Ok(Carried { found, places, split })
    })
}

/// Which contents go where.
fn places(profile: &MediaProfile, needed: &NeededPackage<'_>, found: &FoundPackage) -> Result<Vec<(usize, String)>> {
    let (directory, id) = (&profile.layout.package_directory, found.package.package_id.as_str());
    let contents = found.content.contents.iter().enumerate();
    if found.package.kind != PackageKind::Application {
        let single = found.content.contents.len() == 1;
        let place = |content: &str| match single {
            true => format!("{directory}/{id}"),
            false => profile.stand_alone.content_directory(directory, id, content),
        };
        return Ok(contents.map(|(number, tree)| (number, place(&tree.content_id))).collect());
    }
    // Content IDs of applications end in their version, which facts may leave out.
    let is = |wanted: &str, id: &str| {
        id.eq_ignore_ascii_case(wanted)
            || id.rsplit_once('.').is_some_and(|(stem, _)| stem.eq_ignore_ascii_case(wanted))
    };
    let mut places = Vec::new();
    for wanted in &needed.contents {
        let Some((number, tree)) = contents.clone().find(|(_, tree)| is(wanted, &tree.content_id)) else {
            let message =
                format!("Library '{}' lacks content {wanted} of application package {id}.", found.library.name());
            return Err(Error::new(ErrorKind::ContentMissing, Stage::Content, message).target(id));
        };
        places.push((number, profile.stand_alone.application_directory(directory, id, &tree.content_id)));
    }
    Ok(places)
}

impl Carried {
    /// When it goes on a disc.
    pub fn rank(&self) -> Rank {
        match self.found.package.kind {
            PackageKind::OperatingSystemImage | PackageKind::OperatingSystemUpgradePackage => Rank::First,
            PackageKind::Application => Rank::Last,
            _ => Rank::Middle,
        }
    }

    /// Its kind, in the words of plans.
    pub fn object_type(&self) -> String {
        format!("{:?}", self.found.package.kind)
    }

    /// Its length in bytes on the medium.
    pub fn bytes(&self) -> u64 {
        self.items().iter().filter_map(|item| item.size).sum()
    }

    /// Its files, as files of the medium. Parts stand in the place of an image that is split.
    pub fn items(&self) -> Vec<Item> {
        let whole = self.places.iter().flat_map(|(number, place)| self.found.items_of(*number, place));
        let mut items = Vec::new();
        for item in whole {
            let split = match &item.source {
                Source::Content(file) => self.split.iter().find(|image| image.is(file)),
                _ => None,
            };
            match split {
                Some(image) => items.extend(image_split::items(image, &item)),
                None => items.push(item),
            }
        }
        items
    }

    /// Its empty folders; a content without anything is one itself.
    pub fn folders(&self) -> Vec<String> {
        self.places.iter().flat_map(|(number, place)| self.found.empty_folders_of(*number, place)).collect()
    }
}
