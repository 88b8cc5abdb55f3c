//! A disc image: every file is hashed as it goes by on its way to the image, side by side with the image.

use super::image_sources::ImageSources;
use super::sources::{Sources, check};
use super::{Made, WrittenFile, chance, sink, translate, write_fault, written_files};
use crate::Result;
use crate::blueprint::Item;
use crate::disc::Disc;
use crate::frame::{Frame, KnownFrame};
use crate::image_hashes::Piece;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io;
use std::thread;
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_optical::{Layout, WriteError};
use tsm_platform::ExclusiveFile;

/// The hashes of a disc image as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageHashes {
    /// SHA-256 of the whole image.
    pub sha256: Sha256Hash,
    /// Its frame: what is not the data of a file.
    pub frame: KnownFrame,
}

/// A disc image that was written, but not verified.
pub(crate) struct WrittenImage {
    /// Its length in bytes.
    pub length: u64,
    /// Its hashes.
    pub hashes: ImageHashes,
    /// The files, in the order of the plan.
    pub files: Vec<WrittenFile>,
    /// The El Torito boot images, in the order of the boot catalogue.
    pub boot_images: Vec<WrittenFile>,
}

/// A file and its place on the image.
pub(super) struct Placed<'a> {
    /// The file.
    pub item: &'a Item,
    /// Its first byte.
    begin: u64,
    /// Its length in bytes.
    len: u64,
}

/// Writes a disc image into `partial`.
pub(crate) fn write_image(
    disc: &Disc<'_>,
    made: &Made,
    created: Timestamp,
    partial: &mut ExclusiveFile,
    context: &Context,
) -> Result<WrittenImage> {
    let unique = made.unique.unwrap_or_else(chance);
    let variables = made.variables.len() as u64;
    let layout = disc.layout(Some(variables), created.as_second(), unique)?;
    let target = partial.path().to_owned();
    let file = partial.file().map_err(|e| write_fault(&target, 0, e))?;
    let by_path: HashMap<&str, &Item> = disc.items.iter().map(|item| (item.path.as_str(), item)).collect();
    let placed = placed(&by_path, &layout);
    let place = Frame::around(placed.iter().map(|file| (file.begin, file.len)), layout.total_size());
    let mut hashes = HashMap::with_capacity(placed.len());
    let mut each = |number: usize, hash| take_hash(disc, placed[number].item, hash, &mut hashes);
    let mut activity = context.activity("Writing disc image", Unit::Bytes, layout.total_size());
    let (written, hidden) = thread::scope(|scope| {
        let mut sources = ImageSources::start(scope, Sources { disc, made }, (&layout, &placed, &by_path));
        let written = files_without_bytes(&placed).try_for_each(|(number, hash)| each(number, hash)).and_then(|()| {
            sink::write_hashed(file, pieces(&placed), each, |sink| {
                layout.write_buffers(sink, &mut sources, &mut |done| {
                    activity.set_done(done);
                    context.flow()
                })
            })
        });
        (written, sources.into_hidden())
    });
    drop(activity);
    let written = written.map_err(|e| translate(&target, e))?;
    tsm_platform::flush_file(file).map_err(|e| write_fault(&target, written.length, e))?;
    hashes.extend(hidden);
    let files = written_files(disc.items.iter(), &hashes, variables)?;
    let boot_images = written_files(disc.boot_entries.iter().map(|e| &e.item), &hashes, variables)?;
    let frame = KnownFrame { place, sha256: written.frame };
    let hashes = ImageHashes { sha256: written.sha256, frame };
    Ok(WrittenImage { length: written.length, hashes, files, boot_images })
}

/// The files, in the order in which the writer asks for them.
fn placed<'a>(by_path: &HashMap<&'a str, &'a Item>, layout: &Layout) -> Vec<Placed<'a>> {
    let placed = |(path, begin, len): (String, u64, u64)| {
        let item = by_path.get(path.as_str()).copied()?;
        Some(Placed { item, begin, len })
    };
    layout.files().filter_map(placed).collect()
}

/// Where the bytes of files lie, in the order of the image. The firmware's files lie before all others.
fn pieces(placed: &[Placed<'_>]) -> impl Iterator<Item = Piece> + Send + use<> {
    let with_bytes = placed.iter().enumerate().filter(|(_, file)| file.len > 0);
    let mut pieces: Vec<_> = with_bytes.map(|(number, file)| (file.begin, file.len, number)).collect();
    pieces.sort_unstable();
    pieces.into_iter().map(|(begin, len, number)| Piece::whole(number, begin, len))
}

/// Files that lie nowhere, and the hash of nothing.
fn files_without_bytes(placed: &[Placed<'_>]) -> impl Iterator<Item = (usize, Sha256Hash)> {
    let nothing = Sha256Hash::from(<[u8; 32]>::from(Sha256::digest([])));
    placed.iter().enumerate().filter(|(_, file)| file.len == 0).map(move |(number, _)| (number, nothing))
}

/// Takes the hash of a file, unless its source has other bytes than recorded.
fn take_hash<'a>(
    disc: &Disc<'_>,
    item: &'a Item,
    hash: Sha256Hash,
    hashes: &mut HashMap<&'a str, Sha256Hash>,
) -> Result<(), WriteError> {
    // What is altered on purpose was compared when it was read.
    if !disc.is_altered(item) {
        let altered = |e| WriteError::Source { path: item.path.clone(), source: io::Error::other(e) };
        check(disc, item, hash).map_err(altered)?;
    }
    hashes.insert(&item.path, hash);
    Ok(())
}
