//! Where the bytes of the image come from, each file hashed as it passes.

use crate::blueprint::{Blueprint, Item, Source};
use crate::boot_image::Origin;
use camino::Utf8PathBuf;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Cursor, Read};
use tsm_content::{Place, VerifiedReader};
use tsm_formats::Sha256Hash;
use tsm_optical::{ContentSource, Layout};

/// The sources of one build.
pub(super) struct Sources<'a> {
    blueprint: &'a Blueprint,
    layout: &'a Layout,
    by_path: HashMap<&'a str, &'a Item>,
    staged: &'a HashMap<String, Utf8PathBuf>,
    variables: &'a [u8],
    hashes: HashMap<String, Sha256Hash>,
}

impl<'a> Sources<'a> {
    pub fn new(
        blueprint: &'a Blueprint,
        layout: &'a Layout,
        staged: &'a HashMap<String, Utf8PathBuf>,
        variables: &'a [u8],
    ) -> Self {
        let by_path = blueprint.items.iter().map(|item| (item.path.as_str(), item)).collect();
        Self { blueprint, layout, by_path, staged, variables, hashes: HashMap::new() }
    }

    /// The hash of every file that was read to its end.
    pub fn into_hashes(self) -> HashMap<String, Sha256Hash> {
        self.hashes
    }

    fn bytes(&self, item: &'a Item) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match &item.source {
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Source::Variables => Box::new(Cursor::new(self.variables)),
            Source::InBootImage(inside) => {
                let path = self.staged.get(inside).ok_or_else(|| io::Error::other("the file was not taken out"))?;
                Box::new(File::open(path)?)
            }
            Source::BootImage => self.boot_image()?,
        })
    }

    fn boot_image(&self) -> io::Result<Box<dyn Read + 'a>> {
        let image = &self.blueprint.boot_image;
        match &image.origin {
            Origin::Package { library, place, file, .. } => {
                let reader = library.open_file(place, file).map_err(io::Error::other)?;
                Ok(Box::new(reader))
            }
            Origin::File => {
                let place = Place { library: image.path.to_string(), ..Place::default() };
                Ok(Box::new(VerifiedReader::new(File::open(&image.path)?, image.size, image.sha256, place)))
            }
        }
    }
}

impl ContentSource for Sources<'_> {
    fn open(&mut self, wanted: &tsm_optical::Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        let item = match wanted {
            tsm_optical::Item::File(path) => self.by_path.get(path).copied(),
            tsm_optical::Item::HiddenBoot(index) => self.blueprint.boot_entries.get(*index).map(|e| &e.item),
        };
        let item = item.ok_or_else(|| io::Error::other("the file is not in the plan"))?;
        let mut inner = self.bytes(item)?;
        if self.blueprint.is_altered(item) {
            // The hash must be that of the bytes on the medium.
            let mut image = Vec::new();
            inner.read_to_end(&mut image)?;
            self.layout.add_boot_info_table(wanted, &mut image);
            inner = Box::new(Cursor::new(image));
        }
        Ok(Box::new(HashingReader { inner, hasher: Sha256::new(), path: &item.path, hashes: &mut self.hashes }))
    }
}

/// Hashes what passes, and notes the hash at the end.
struct HashingReader<'a> {
    inner: Box<dyn Read + 'a>,
    hasher: Sha256,
    path: &'a str,
    hashes: &'a mut HashMap<String, Sha256Hash>,
}

impl Read for HashingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() {
            let hash = Sha256Hash::from(<[u8; 32]>::from(self.hasher.clone().finalize()));
            self.hashes.insert(self.path.to_owned(), hash);
        }
        Ok(count)
    }
}
