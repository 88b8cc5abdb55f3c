//! Operating system images that a medium carries in parts: a stick with FAT32 holds no file of 4 GiB. The parts are known when
//! the plan is made, and their bytes go from the image into the medium without lying anywhere between.

use crate::blueprint::{Item, PackageFile, Source};
use crate::boot_image::hash;
use crate::definition::Definition;
use crate::media_kind::Form;
use crate::package_content::{Bring, FoundPackage};
use crate::{Error, ErrorKind, MediaSize, Result, Stage, content_errors, folder_target, os_image};
use std::sync::Arc;
use tsm_content::{ContentFile, ContentTree, Giver, PackageContent, Place};
use tsm_formats::profile::ImageSplitProfile;
use tsm_formats::{MediaProfile, Sha256Hash};
use tsm_job::Context;
use tsm_wim::{PartReader, Split, WimErrorKind};

/// Which images are split, and how.
#[derive(Debug, Clone)]
pub(crate) struct SplitRule {
    /// The longest image that stays whole, in bytes.
    longest_whole: u64,
    /// The longest part, in bytes.
    longest_part: u64,
    /// The names of the parts.
    names: ImageSplitProfile,
}

impl SplitRule {
    /// The rule for a medium: when its target cannot hold long files, or when it is asked for; `None` when nothing is to be
    /// split. A part fits on a disc of a set.
    pub fn of(definition: &Definition, profile: &MediaProfile) -> Option<Self> {
        let disc = definition.media_size.and_then(MediaSize::bytes).filter(|_| definition.form() == Form::Disc);
        Self::with(folder_target::limit(definition), disc, definition.split_image, &profile.image_split)
    }

    fn with(limit: Option<u64>, disc: Option<u64>, asked: bool, names: &ImageSplitProfile) -> Option<Self> {
        let of_disc = disc.map_or(u64::MAX, |bytes| bytes - bytes / BESIDE);
        let (names, most) = (names.clone(), limit.unwrap_or(u64::MAX).min(of_disc));
        (limit.is_some() || asked).then(|| Self {
            longest_whole: names.longest_whole.min(most),
            longest_part: names.longest_part.min(most),
            names,
        })
    }
}

/// Of a disc, one byte in so many is left for what is on it beside a part of an image.
const BESIDE: u64 = 32;

/// An image that is carried in parts.
pub(crate) struct SplitImage {
    split: Split,
    /// What gives the image on this computer.
    giver: Giver,
    package: Arc<PackageContent>,
    /// Number of the content in the package, and of the file in the content.
    number: (usize, usize),
    /// The file name of each part.
    pub names: Vec<String>,
}

/// One part of an image.
#[derive(Clone)]
pub(crate) struct SplitPart {
    /// The image.
    pub image: Arc<SplitImage>,
    /// Which part, from 0.
    pub index: usize,
}

/// Finds the images of a package that the rule wants in parts.
pub(crate) fn find(
    found: &FoundPackage,
    rule: &SplitRule,
    bring: Bring<'_>,
    context: &Context,
) -> Result<Vec<Arc<SplitImage>>> {
    let mut images = Vec::new();
    for (content, tree) in found.content.contents.iter().enumerate() {
        for (number, file) in tree.files.iter().enumerate() {
            let is_wim = file.path.to_ascii_lowercase().ends_with(".wim");
            if is_wim && file.size > rule.longest_whole {
                images.push(Arc::new(open(found, (content, number), (tree, file), rule, bring, context)?));
            }
        }
    }
    Ok(images)
}

fn open(
    found: &FoundPackage,
    number: (usize, usize),
    (tree, file): (&ContentTree, &ContentFile),
    rule: &SplitRule,
    bring: Bring<'_>,
    context: &Context,
) -> Result<SplitImage> {
    // A library in a folder and the cache have it; what would come as a stream has to be fetched to be looked into.
    let giver = if found.library.is_stream() { bring(file)? } else { (*found.library).clone() };
    let place = found.content.place(tree, file);
    let path = giver.path_of(&place, file).map_err(content_errors::error)?.ok_or_else(|| {
        Error::new(ErrorKind::Internal, Stage::Content, "The image was not brought to this computer.")
    })?;
    let split = match Split::plan(&path, rule.longest_part) {
        Ok(split) => split,
        Err(error) => {
            // Damage of this library, which another may not have, or an image that nobody can split?
            read_whole(&giver, &place, file, context)?;
            let what = format!("'{}' of package {}", file.path, found.package.package_id);
            return Err(match error.kind() {
                WimErrorKind::PartTooSmall => {
                    let message = format!("{what} cannot be carried in parts: {error}.");
                    Error::new(ErrorKind::SplitPieceTooLong, Stage::Plan, message).source(error)
                }
                _ => os_image::fault_of(path.as_path(), error),
            }
            .target(what));
        }
    };
    let names = (0..split.lengths().len()).map(|index| rule.names.part_name(&file.sha256, index)).collect();
    Ok(SplitImage { split, giver, package: found.content.clone(), number, names })
}

/// Reads an image to its end, where its hash is compared with the recorded one.
fn read_whole(giver: &Giver, place: &Place, file: &ContentFile, context: &Context) -> Result<Sha256Hash> {
    let mut reader = giver.open_file(place, file).map_err(content_errors::error)?;
    hash(&mut reader, file.size, "Checking operating system image", context)?.map_err(|io| {
        giver.discard(file);
        let kind = content_errors::inside(&io).map_or(ErrorKind::LibraryUnreadable, content_errors::kind);
        let message = format!("'{}' in library '{}': {io}.", file.path, giver.name());
        Error::new(kind, Stage::Content, message).target(giver.name()).source(io)
    })
}

/// The parts of an image, as files of the medium; `whole` is what the image would be there.
pub(crate) fn items(image: &Arc<SplitImage>, whole: &Item) -> Vec<Item> {
    let folder = whole.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let part = |(index, (length, name)): (usize, (u64, &String))| Item {
        path: if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") },
        size: Some(length),
        hash: None,
        modified: whole.modified,
        source: Source::Part(SplitPart { image: image.clone(), index }),
    };
    image.split.lengths().zip(&image.names).enumerate().map(part).collect()
}

/// Reads every image whose parts were written once more, to its end. Parts are read out of the midst of an image, where
/// nothing tells damage; who sees that the image has its recorded hash after that knows what was read.
///
/// # Errors
/// Of the kinds of content errors, with the path of a part.
pub(crate) fn check_whole(items: &[Item], context: &Context) -> Result<()> {
    for item in items {
        if let Source::Part(part) = &item.source
            && part.index == 0
        {
            part.image.check_whole(context).map_err(|error| error.target(item.path.clone()))?;
        }
    }
    Ok(())
}

impl SplitImage {
    /// Whether it is this file.
    pub fn is(&self, file: &PackageFile) -> bool {
        Arc::ptr_eq(&self.package, &file.package) && self.number == (file.content, file.file)
    }

    /// The library that gave it.
    pub fn library(&self) -> &str {
        self.giver.name()
    }

    /// Its path in its package, and the package ID.
    pub fn place(&self) -> (&str, &str) {
        (self.file().map_or("", |(_, file)| file.path.as_str()), &self.package.package_id)
    }

    fn file(&self) -> Option<(&ContentTree, &ContentFile)> {
        let tree = self.package.contents.get(self.number.0)?;
        Some((tree, tree.files.get(self.number.1)?))
    }

    fn check_whole(&self, context: &Context) -> Result<()> {
        let none = || Error::new(ErrorKind::Internal, Stage::Content, "The image is not in its package.");
        let (tree, file) = self.file().ok_or_else(none)?;
        read_whole(&self.giver, &self.package.place(tree, file), file, context).map(drop)
    }
}

impl SplitPart {
    /// Its bytes.
    pub fn open(&self) -> std::io::Result<PartReader> {
        self.image.split.open(self.index)
    }

    /// Where it comes from, in words.
    pub fn describe(&self) -> String {
        let (path, package) = self.image.place();
        let (number, total) = (self.index + 1, self.image.names.len());
        format!("part {number} of {total} of {path}, package {package} in {}", self.image.library())
    }
}

impl std::fmt::Debug for SplitPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SplitPart").field(&self.describe()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_split_on_request_and_where_the_target_cannot_hold_them() {
        const FAT32: u64 = u32::MAX as u64;
        let names = ImageSplitProfile::default();
        assert!(SplitRule::with(None, None, false, &names).is_none());
        for (limit, asked) in [(Some(FAT32), false), (None, true), (Some(FAT32), true)] {
            let rule = SplitRule::with(limit, None, asked, &names).unwrap();
            assert_eq!((rule.longest_whole, rule.longest_part), (FAT32, 4000 << 20));
        }
        // A volume of FAT16 holds no more than that.
        let rule = SplitRule::with(Some(2 << 30), None, false, &names).unwrap();
        assert_eq!((rule.longest_whole, rule.longest_part), (2 << 30, 2 << 30));
        // The discs of 4 GB hold less than the longest part; those of 650 MB hold less than an image that else stays whole.
        for disc in [4_000_000_000, 650_000_000] {
            let rule = SplitRule::with(None, Some(disc), true, &names).unwrap();
            assert!(rule.longest_part < disc && rule.longest_part > disc / 100 * 96, "{rule:?}");
            assert_eq!(rule.longest_whole, rule.longest_part);
            assert!(SplitRule::with(None, Some(disc), false, &names).is_none());
        }
        let large = SplitRule::with(None, Some(25_025_314_816), true, &names).unwrap();
        assert_eq!((large.longest_whole, large.longest_part), (FAT32, 4000 << 20));
    }
}
