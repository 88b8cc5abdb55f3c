//! The files of a disc image, as its writer asks for them.

use super::ahead::{self, Ahead};
use super::image::Placed;
use super::sources::{Sources, check};
use crate::blueprint::Item;
use crate::disc::Disc;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::thread::Scope;
use tsm_formats::Sha256Hash;
use tsm_optical::{ContentSource, Item as Wanted, Layout};

/// The sources of one disc image.
pub(super) struct ImageSources<'a> {
    sources: Sources<'a>,
    layout: &'a Layout,
    by_path: &'a HashMap<&'a str, &'a Item>,
    /// Small files, read before the writer asks for them.
    ahead: Ahead<'a>,
    /// The hashes of boot images that are no files: on the image nobody can tell them from the rest of it.
    hidden: HashMap<&'a str, Sha256Hash>,
}

impl<'a> ImageSources<'a> {
    /// Starts to read ahead, in threads of `scope`.
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        sources: Sources<'a>,
        (layout, placed, by_path): (&'a Layout, &[Placed<'a>], &'a HashMap<&'a str, &'a Item>),
    ) -> Self
    where
        'a: 'scope,
    {
        let in_order = placed.iter().map(|file| file.item);
        let ahead = Ahead::start(scope, in_order.filter(|item| is_ahead(sources.disc, item)).collect());
        Self { sources, layout, by_path, ahead, hidden: HashMap::new() }
    }

    /// The hashes of the boot images that are no files, by their paths.
    pub fn into_hidden(self) -> HashMap<&'a str, Sha256Hash> {
        self.hidden
    }

    /// The bytes of a boot image that is no file, or is on the disc not as it is in its source. It has a few megabytes.
    fn boot_image(&mut self, item: &'a Item, wanted: &Wanted<'_>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.sources.bytes(item)?.read_to_end(&mut bytes)?;
        check(self.sources.disc, item, hash(&bytes)).map_err(io::Error::other)?;
        // Here already, as the hash must be that of the bytes on the medium.
        self.layout.add_boot_info_table(wanted, &mut bytes);
        if matches!(wanted, Wanted::HiddenBoot(_)) {
            self.hidden.insert(&item.path, hash(&bytes));
        }
        Ok(bytes)
    }
}

impl ContentSource for ImageSources<'_> {
    fn open(&mut self, wanted: &Wanted<'_>) -> io::Result<Box<dyn Read + '_>> {
        let disc = self.sources.disc;
        let item = match wanted {
            Wanted::File(path) => self.by_path.get(path).copied(),
            Wanted::HiddenBoot(index) => disc.boot_entries.get(*index).map(|entry| &entry.item),
        };
        let item = item.ok_or_else(|| io::Error::other("the file is not in the plan"))?;
        if matches!(wanted, Wanted::HiddenBoot(_)) || disc.is_altered(item) {
            return Ok(Box::new(Cursor::new(self.boot_image(item, wanted)?)));
        }
        if is_ahead(disc, item) {
            return Ok(Box::new(self.ahead.next(&item.path)?));
        }
        self.sources.bytes(item)
    }
}

fn hash(bytes: &[u8]) -> Sha256Hash {
    Sha256Hash::from(<[u8; 32]>::from(Sha256::digest(bytes)))
}

/// Whether the file is read ahead: those that the firmware starts lie before all others.
fn is_ahead(disc: &Disc<'_>, item: &Item) -> bool {
    ahead::is_small(item) && !disc.boot_entries.iter().any(|entry| entry.item.path == item.path)
}
