//! Where the bytes of the files of a medium come from, and whether they are the recorded ones.

use super::Made;
use crate::blueprint::{Item, PackageFile, Source};
use crate::boot_image::{BootImage, Origin};
use crate::disc::Disc;
use std::fs::File;
use std::io::{self, Cursor, Read};
use tsm_content::{ContentError, Place, VerifiedReader};
use tsm_formats::Sha256Hash;

/// The sources of one medium.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    /// The files.
    pub disc: &'a Disc<'a>,
    /// What was made for this medium.
    pub made: &'a Made,
}

impl<'a> Sources<'a> {
    /// The bytes of a file of the plan. Where a length was recorded, they have it. Their hash is left to who reads them, who
    /// counts it anyway: see [`check`].
    pub fn bytes(self, item: &'a Item) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match &item.source {
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Source::Policy => Box::new(Cursor::new(self.made.policy.as_slice())),
            Source::Variables => Box::new(Cursor::new(self.made.variables.as_slice())),
            Source::InBootImage(inside) => {
                let missing = || io::Error::other("the file was not taken out");
                Box::new(File::open(self.made.staged.get(inside).ok_or_else(missing)?)?)
            }
            Source::Content(file) => content(file)?,
            Source::Part(part) => Box::new(part.open()?),
            Source::File(path) => Box::new(File::open(path)?),
            Source::BootImage => {
                boot_image(self.disc.boot_image.ok_or_else(|| io::Error::other("the disc has no boot image"))?)?
            }
        })
    }
}

/// The content of a package.
pub(super) fn content(at: &PackageFile) -> io::Result<Box<dyn Read>> {
    let (tree, file) = at.record().ok_or_else(|| io::Error::other("the file is not in the package"))?;
    let reader = at.library.open_file(&at.package.place(tree, file), file).map_err(io::Error::other)?;
    Ok(Box::new(reader.without_hash()))
}

fn boot_image(image: &BootImage) -> io::Result<Box<dyn Read>> {
    Ok(match &image.origin {
        Origin::Package { library, place, file, .. } => {
            Box::new(library.open_file(place, file).map_err(io::Error::other)?.without_hash())
        }
        Origin::File => {
            let file = File::open(&image.path)?;
            Box::new(VerifiedReader::new(file, image.size, image.sha256, place_of(image)).without_hash())
        }
    })
}

fn place_of(image: &BootImage) -> Place {
    Place { library: image.path.to_string(), ..Place::default() }
}

/// Compares the hash of the bytes that an item had with the record of its source, where there is one.
pub(super) fn check(disc: &Disc<'_>, item: &Item, found: Sha256Hash) -> Result<(), ContentError> {
    match (&item.source, disc.boot_image) {
        (Source::Content(at), _) => match at.record() {
            Some((tree, file)) => at.library.check_hash(found, &at.package.place(tree, file), file),
            None => Ok(()),
        },
        (Source::BootImage, Some(image)) => match &image.origin {
            Origin::Package { library, place, file, .. } => library.check_hash(found, place, file),
            Origin::File => tsm_content::check_hash(found, image.sha256, &place_of(image)),
        },
        _ => Ok(()),
    }
}
