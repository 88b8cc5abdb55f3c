//! Where the bytes of a medium come from, each file hashed as it passes.

use super::Made;
use super::ahead::{self, Ahead};
use crate::blueprint::{Item, PackageFile, Source};
use crate::boot_image::Origin;
use crate::disc::Disc;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::thread::Scope;
use tsm_content::{Place, VerifiedReader};
use tsm_formats::Sha256Hash;
use tsm_optical::{ContentSource, Layout};

/// The sources of one medium.
pub(super) struct Sources<'a> {
    disc: &'a Disc<'a>,
    /// Where everything is on the disc; absent for a folder.
    layout: Option<&'a Layout>,
    by_path: HashMap<&'a str, &'a Item>,
    made: &'a Made,
    /// Small files that were read ahead; absent for a folder.
    ahead: Option<Ahead<'a>>,
    hashes: HashMap<&'a str, Sha256Hash>,
}

/// The bytes of a file, and their hash if the reader checks itself that it is that.
type Opened<'a> = (Box<dyn Read + 'a>, Option<Sha256Hash>);

impl<'a> Sources<'a> {
    /// The sources of a disc image, whose small files are read ahead by a thread of `scope`.
    pub fn of_disc<'scope>(
        scope: &'scope Scope<'scope, '_>,
        disc: &'a Disc<'a>,
        layout: &'a Layout,
        made: &'a Made,
    ) -> Self
    where
        'a: 'scope,
    {
        let plain = Self::of_folder(disc, made);
        let in_order = layout.files().filter_map(|(path, _, _)| plain.by_path.get(path.as_str()).copied());
        let ahead = Ahead::start(scope, in_order.filter(|item| is_ahead(disc, item)).collect());
        Self { layout: Some(layout), ahead: Some(ahead), ..plain }
    }

    /// The sources of a folder.
    pub fn of_folder(disc: &'a Disc<'a>, made: &'a Made) -> Self {
        let by_path: HashMap<&str, &Item> = disc.items.iter().map(|item| (item.path.as_str(), item)).collect();
        let hashes = HashMap::with_capacity(disc.items.len());
        Self { disc, layout: None, by_path, made, ahead: None, hashes }
    }

    /// The hash of every file that was read to its end, by its path.
    pub fn into_hashes(self) -> HashMap<&'a str, Sha256Hash> {
        self.hashes
    }

    /// The bytes of a file of the plan.
    pub fn open_item(&mut self, item: &'a Item) -> io::Result<Box<dyn Read + '_>> {
        let (inner, known) = self.bytes(item)?;
        let hash = known.map_or_else(|| Hash::Counted(Sha256::new()), Hash::Known);
        Ok(Box::new(HashingReader { inner, hash, path: &item.path, hashes: &mut self.hashes }))
    }

    fn bytes(&self, item: &'a Item) -> io::Result<Opened<'a>> {
        Ok(match &item.source {
            Source::Bytes(bytes) => (Box::new(Cursor::new(bytes.as_slice())), None),
            Source::Policy => (Box::new(Cursor::new(self.made.policy.as_slice())), None),
            Source::Variables => (Box::new(Cursor::new(self.made.variables.as_slice())), None),
            Source::InBootImage(inside) => {
                let missing = || io::Error::other("the file was not taken out");
                (Box::new(File::open(self.made.staged.get(inside).ok_or_else(missing)?)?), None)
            }
            Source::Content(file) => content(file)?,
            Source::Part(part) => (Box::new(part.open()?), None),
            Source::File(path) => (Box::new(File::open(path)?), None),
            Source::BootImage => self.boot_image()?,
        })
    }

    fn boot_image(&self) -> io::Result<Opened<'a>> {
        let image = self.disc.boot_image.ok_or_else(|| io::Error::other("the disc has no boot image"))?;
        let reader = match &image.origin {
            Origin::Package { library, place, file, .. } => library.open_file(place, file).map_err(io::Error::other)?,
            Origin::File => {
                let place = Place { library: image.path.to_string(), ..Place::default() };
                let file: Box<dyn Read + Send> = Box::new(File::open(&image.path)?);
                VerifiedReader::new(file, image.size, image.sha256, place)
            }
        };
        Ok((Box::new(reader), Some(image.sha256)))
    }
}

/// Whether the file is read ahead: those that the firmware starts lie before all others.
fn is_ahead(disc: &Disc<'_>, item: &Item) -> bool {
    ahead::is_small(item) && !disc.boot_entries.iter().any(|entry| entry.item.path == item.path)
}

/// The content of a package, checked while it is read.
pub(super) fn content(at: &PackageFile) -> io::Result<Opened<'static>> {
    let found = at.package.contents.get(at.content).and_then(|tree| Some((tree, tree.files.get(at.file)?)));
    let (tree, file) = found.ok_or_else(|| io::Error::other("the file is not in the package"))?;
    let reader = at.library.open_file(&at.package.place(tree, file), file).map_err(io::Error::other)?;
    Ok((Box::new(reader), Some(file.sha256)))
}

impl ContentSource for Sources<'_> {
    fn open(&mut self, wanted: &tsm_optical::Item<'_>) -> io::Result<Box<dyn Read + '_>> {
        let item = match wanted {
            tsm_optical::Item::File(path) => self.by_path.get(path).copied(),
            tsm_optical::Item::HiddenBoot(index) => self.disc.boot_entries.get(*index).map(|e| &e.item),
        };
        let item = item.ok_or_else(|| io::Error::other("the file is not in the plan"))?;
        if self.ahead.is_some() && is_ahead(self.disc, item) {
            let nobody = || io::Error::other("nobody reads ahead");
            let (bytes, hash) = self.ahead.as_mut().ok_or_else(nobody)?.next(&item.path)?;
            self.hashes.insert(&item.path, hash);
            return Ok(Box::new(bytes));
        }
        let altering = self.layout.filter(|_| self.disc.is_altered(item));
        let Some(layout) = altering else { return self.open_item(item) };
        // The hash must be that of the bytes on the medium.
        let mut image = Vec::new();
        self.bytes(item)?.0.read_to_end(&mut image)?;
        layout.add_boot_info_table(wanted, &mut image);
        let (inner, hash) = (Box::new(Cursor::new(image)), Hash::Counted(Sha256::new()));
        Ok(Box::new(HashingReader { inner, hash, path: &item.path, hashes: &mut self.hashes }))
    }
}

/// The hash of a file that is being read.
enum Hash {
    /// Counted here.
    Counted(Sha256),
    /// Checked by the reader below: whoever comes to its end has bytes of this hash. No byte is hashed twice.
    Known(Sha256Hash),
}

/// Hashes what passes, and notes the hash at the end.
struct HashingReader<'r, 'a> {
    inner: Box<dyn Read + 'a>,
    hash: Hash,
    path: &'a str,
    hashes: &'r mut HashMap<&'a str, Sha256Hash>,
}

impl Read for HashingReader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Hash::Counted(hasher) = &mut self.hash {
            hasher.update(&buffer[..count]);
        }
        if count == 0 && !buffer.is_empty() {
            let hash = match &self.hash {
                Hash::Counted(hasher) => Sha256Hash::from(<[u8; 32]>::from(hasher.clone().finalize())),
                Hash::Known(hash) => *hash,
            };
            self.hashes.insert(self.path, hash);
        }
        Ok(count)
    }
}
