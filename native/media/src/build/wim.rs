//! A prestaged medium: one image of the operating system's WIM, written anew with the files of the medium in it. The data of
//! the operating system is copied as it is compressed, and lies nowhere in between.

use super::{Made, WrittenFile, is_full, target_fault, write_fault};
use crate::blueprint::{Blueprint, Item, KnownHash, Source};
use crate::boot_image::Origin;
use crate::options::ImageCompression;
use crate::os_image::{self, OsImage};
use crate::{Error, ErrorKind, Result, Stage, content_errors};
use camino::{Utf8Path, Utf8PathBuf};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_wim::{Addition, ExportOptions, Exported, WimError, WimErrorKind};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// A WIM that was written, but not verified.
pub(super) struct WrittenWim {
    /// Its length in bytes.
    pub length: u64,
    /// The files of the medium, in the order of the plan.
    pub files: Vec<WrittenFile>,
}

/// Writes the WIM of a blueprint to `target`. `folder` is for what lies nowhere as a file yet.
pub(super) fn write(
    blueprint: &Blueprint,
    made: &Made,
    folder: &Utf8Path,
    target: &Utf8Path,
    context: &Context,
) -> Result<WrittenWim> {
    let image = blueprint.extras.os_image.as_ref().ok_or_else(|| {
        Error::new(ErrorKind::Internal, Stage::Build, "A prestaged medium without an operating system image.")
    })?;
    let places = on_disk(blueprint, made, folder, context)?;
    let options = options(blueprint, image, &places, folder)?;
    // Beside the writing: most of the bytes are in the memory of the system then.
    let (exported, files) = beside(
        |stop| hash_files(blueprint, &places, stop, context),
        || export(blueprint, image, target, &options, context),
    )?;
    let flushed = File::options().write(true).open(target).and_then(|file| {
        tsm_platform::flush_file(&file)?;
        file.metadata()
    });
    let length = flushed.map_err(|e| write_fault(target, 0, e))?.len();
    compare(&exported, target, &files)?;
    Ok(WrittenWim { length, files })
}

/// Does the work while another thread hashes, which is told to stop when the work fails. The fault of the work is the one
/// to tell: what it could not read, the other one could not either.
fn beside<H: Send, T>(
    hash: impl FnOnce(&AtomicBool) -> Result<H> + Send,
    work: impl FnOnce() -> Result<T>,
) -> Result<(T, H)> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let hashing = scope.spawn(|| hash(&stop));
        let done = work();
        stop.store(done.is_err(), Ordering::Relaxed);
        let panicked = |_| Err(Error::new(ErrorKind::Internal, Stage::Build, "The thread that hashes ended."));
        let hashed = hashing.join().unwrap_or_else(panicked);
        Ok((done?, hashed?))
    })
}

/// Does the work while the operating system image is hashed, and holds its hash against what is known of it. To hash it takes
/// longest of all, so it begins first.
pub(super) fn beside_hashing<T>(image: &OsImage, context: &Context, work: impl FnOnce() -> Result<T>) -> Result<T> {
    beside(|stop| hash_image(image, stop, context), work).map(|(done, ())| done)
}

/// Where the bytes of each file lie on this computer, in the order of the plan. What is made here is written to `folder`.
fn on_disk(blueprint: &Blueprint, made: &Made, folder: &Utf8Path, context: &Context) -> Result<Vec<Utf8PathBuf>> {
    let mut places = Vec::with_capacity(blueprint.items.len());
    for (number, item) in blueprint.items.iter().enumerate() {
        context.check()?;
        let own = || folder.join(format!("made-{number}"));
        places.push(match &item.source {
            Source::BootImage => blueprint.boot_image.path.clone(),
            Source::File(path) => path.clone(),
            Source::InBootImage(inside) => made.staged.get(inside).cloned().ok_or_else(|| not_there(item))?,
            Source::Bytes(bytes) => save(&own(), bytes.as_slice(), item)?,
            Source::Variables => save(&own(), made.variables.as_slice(), item)?,
            Source::Policy => save(&own(), made.policy.as_slice(), item)?,
            // Only stand-alone media have parts.
            Source::Part(_) => return Err(not_there(item)),
            Source::Content(file) => {
                let found = file.package.contents.get(file.content);
                let found = found.and_then(|tree| Some((tree, tree.files.get(file.file)?)));
                let (tree, of) = found.ok_or_else(|| not_there(item))?;
                let place = file.package.place(tree, of);
                let path = file.library.path_of(&place, of).map_err(content_errors::error)?;
                match path {
                    Some(path) => path,
                    None => {
                        let reader = file.library.open_file(&place, of).map_err(content_errors::error)?;
                        save(&own(), reader, item)?
                    }
                }
            }
        });
    }
    Ok(places)
}

fn not_there(item: &Item) -> Error {
    let message = format!("The source of '{}' is not there.", item.path);
    Error::new(ErrorKind::Internal, Stage::Build, message).target(item.path.clone())
}

/// Writes a file of the temporary folder, with the time that it shall have on the medium.
fn save(path: &Utf8Path, mut bytes: impl Read, item: &Item) -> Result<Utf8PathBuf> {
    let saved = File::create(path).and_then(|mut file| {
        io::copy(&mut bytes, &mut file)?;
        let since_1970 = Duration::from_secs(u64::try_from(item.modified).unwrap_or(0));
        file.set_modified(SystemTime::UNIX_EPOCH + since_1970)
    });
    saved.map(|()| path.to_owned()).map_err(|e| {
        let kind = if is_full(&e) { ErrorKind::StagingSpace } else { ErrorKind::StagingUnusable };
        let message = format!("'{}' cannot be written to the temporary folder.", item.path);
        Error::new(kind, Stage::Build, message).target(path.as_str()).source(e)
    })
}

fn options(blueprint: &Blueprint, image: &OsImage, places: &[Utf8PathBuf], folder: &Utf8Path) -> Result<ExportOptions> {
    let (definition, profile) = (&blueprint.definition, &blueprint.profile.prestaged);
    let there = |item: &&(&Item, &Utf8PathBuf)| !blueprint.taken.same.contains(&item.0.path);
    let pairs: Vec<(&Item, &Utf8PathBuf)> = blueprint.items.iter().zip(places).collect();
    let addition =
        |(item, place): &(&Item, &Utf8PathBuf)| Addition { source: (*place).clone(), path: item.path.clone() };
    let mut additions: Vec<Addition> = pairs.iter().filter(there).map(addition).collect();
    if !blueprint.folders.is_empty() {
        let empty = folder.join("empty");
        std::fs::create_dir_all(&empty).map_err(|e| {
            let message = format!("The temporary folder '{folder}' cannot be used.");
            Error::new(ErrorKind::StagingUnusable, Stage::Build, message).target(folder.as_str()).source(e)
        })?;
        additions.extend(blueprint.folders.iter().map(|path| Addition { source: empty.clone(), path: path.clone() }));
    }
    let about = [
        (&profile.comment_property, &definition.comment),
        (&profile.created_by_property, &definition.created_by),
        (&profile.version_property, &definition.version),
    ];
    let properties = about.into_iter().filter(|(name, _)| !name.is_empty());
    let properties = properties.filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
    let (level, tree_level) = match definition.image_compression {
        // The tree has a small part of the bytes, but one thread alone packs it: with libwim's own choice that would take a
        // fifth of the time of the whole.
        ImageCompression::Normal => (0, 20),
        ImageCompression::Fast => (10, 10),
        ImageCompression::Maximum => (100, 100),
    };
    Ok(ExportOptions {
        image: image.index,
        name: blueprint.label.clone(),
        properties,
        additions,
        replace: definition.replace_image_file,
        integrity: definition.image_integrity,
        level,
        tree_level,
    })
}

fn export(
    blueprint: &Blueprint,
    image: &OsImage,
    target: &Utf8Path,
    options: &ExportOptions,
    context: &Context,
) -> Result<Exported> {
    let wim = image.take()?;
    let mut activity = context.activity("Writing image", Unit::Bytes, image.size);
    let exported = wim.export(target, options, &mut |done, all| {
        // Bytes of files, which are more than those of the WIM.
        let part = u128::from(done) * u128::from(image.size) / u128::from(all.max(1));
        activity.set_done(u64::try_from(part).unwrap_or(image.size));
        context.flow()
    });
    drop(activity);
    context.check()?;
    exported.map_err(|e| export_fault(blueprint, image, target, e))
}

/// What libwim says, by the file that it is about.
fn export_fault(blueprint: &Blueprint, image: &OsImage, target: &Utf8Path, error: WimError) -> Error {
    // Of data that is copied, libwim does not say from where to where.
    let of_source = matches!(error.kind(), WimErrorKind::Damaged | WimErrorKind::Truncated);
    match error.path() {
        Some(path) if of_source || path == image.path => os_image::fault_of(&image.path, error),
        Some(path) if path != target && error.path_in_image().is_some() => {
            let inside = error.path_in_image().unwrap_or_default();
            let item = blueprint.items.iter().find(|item| item.path == inside);
            let message = match item {
                Some(item) => format!("The source of '{}' ('{path}') cannot be read.", item.path),
                None => format!("'{inside}' cannot be put into the image."),
            };
            Error::new(ErrorKind::BuildFailed, Stage::Content, message).target(inside.to_owned()).source(error)
        }
        _ => {
            let kind = target_fault(&error);
            let message = format!("The medium '{target}' cannot be written.");
            Error::new(kind, Stage::Build, message).target(target.as_str()).source(error)
        }
    }
}

/// The hashes of all files of the medium, each held against what was known of it.
fn hash_files(
    blueprint: &Blueprint,
    places: &[Utf8PathBuf],
    stop: &AtomicBool,
    context: &Context,
) -> Result<Vec<WrittenFile>> {
    let mut files = Vec::with_capacity(places.len());
    for (item, place) in blueprint.items.iter().zip(places) {
        files.push(hash_file(item, place, stop, context)?);
    }
    Ok(files)
}

/// Holds the operating system image against the records of the library, or against what it was when the plan was made.
fn hash_image(image: &OsImage, stop: &AtomicBool, context: &Context) -> Result<()> {
    let mut reader = File::open(&image.path).map_err(|e| unreadable(&image.path, e))?;
    let mut sha256 = Sha256::new();
    read(&mut reader, &image.path, stop, context, |bytes| sha256.update(bytes))?;
    let found = Sha256Hash::from(<[u8; 32]>::from(sha256.finalize()));
    if found == image.sha256 {
        return Ok(());
    }
    Err(match &image.origin {
        Origin::File => {
            let message = format!("The operating system image '{}' was changed while the medium was made.", image.path);
            Error::new(ErrorKind::SourceChanged, Stage::Build, message).target(image.path.as_str())
        }
        Origin::Package { library, id, .. } => {
            let message = format!(
                "The operating system image {id} in library '{}' has other bytes than recorded.",
                library.name()
            );
            Error::new(ErrorKind::ContentFileAltered, Stage::Content, message).target(image.path.as_str())
        }
    })
}

fn hash_file(item: &Item, place: &Utf8Path, stop: &AtomicBool, context: &Context) -> Result<WrittenFile> {
    let mut reader = File::open(place).map_err(|e| unreadable(place, e))?;
    let (mut sha256, mut sha1, mut size) = (Sha256::new(), Sha1::new(), 0);
    read(&mut reader, place, stop, context, |bytes| {
        sha256.update(bytes);
        sha1.update(bytes);
        size += bytes.len() as u64;
    })?;
    let sha256 = Sha256Hash::from(<[u8; 32]>::from(sha256.finalize()));
    let sha1: [u8; 20] = sha1.finalize().into();
    let same = match item.hash {
        Some(KnownHash::Sha256(known)) => known == sha256,
        Some(KnownHash::Sha1(known)) => known == sha1,
        None => true,
    };
    if same && item.size.is_none_or(|planned| planned == size) {
        return Ok(WrittenFile { path: item.path.clone(), size, sha256, sha1: Some(sha1) });
    }
    let (kind, what) = match &item.source {
        Source::Content(file) => (ErrorKind::ContentFileAltered, format!("in library '{}'", file.library.name())),
        _ => (ErrorKind::SourceChanged, format!("('{place}')")),
    };
    let message = format!("The source of '{}' {what} has other bytes than planned.", item.path);
    Err(Error::new(kind, Stage::Content, message).target(item.path.clone()))
}

fn unreadable(path: &Utf8Path, error: io::Error) -> Error {
    let message = format!("'{path}' cannot be read.");
    Error::new(ErrorKind::BuildFailed, Stage::Content, message).target(path.as_str()).source(error)
}

/// Reads to the end, unless the work is to stop.
fn read(
    reader: &mut File,
    path: &Utf8Path,
    stop: &AtomicBool,
    context: &Context,
    mut take: impl FnMut(&[u8]),
) -> Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        context.check()?;
        if stop.load(Ordering::Relaxed) {
            return Err(tsm_job::Cancelled.into());
        }
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(buffer.get(..count).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(unreadable(path, e)),
        }
    }
}

/// The bytes that went in have to be those that were hashed: libwim read the files by itself.
fn compare(exported: &Exported, target: &Utf8Path, files: &[WrittenFile]) -> Result<()> {
    for file in files {
        let entry = exported.entry(&file.path).map_err(|e| {
            let message = format!("What is in the medium '{target}' is not known.");
            Error::new(ErrorKind::BuildFailed, Stage::Build, message).target(target.as_str()).source(e)
        })?;
        let same = entry.is_some_and(|e| e.size == file.size && (file.size == 0 || e.sha1 == file.sha1));
        if !same {
            let message = format!("The source of '{}' was changed while the medium was made.", file.path);
            return Err(Error::new(ErrorKind::SourceChanged, Stage::Build, message).target(file.path.clone()));
        }
    }
    Ok(())
}
