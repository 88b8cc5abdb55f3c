//! Where the bytes of a boot image, or of another WIM, are: in the first library that has them whole, or in a file.

use super::fault;
use crate::content_sources::ContentSources;
use crate::supply::Supply;
use crate::{Error, ErrorKind, Result, Stage, content_errors};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::io::Read;
use tsm_content::{ContentFile, ContentTree, Giver, PackageContent, Place};
use tsm_formats::Sha256Hash;
use tsm_job::{Context, Unit};
use tsm_site::Package;

/// Where a WIM came from.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a build")]
pub(crate) enum Origin {
    /// A file that the definition names.
    File,
    /// A package of the site.
    Package {
        /// The package ID.
        id: String,
        /// Its name.
        name: String,
        /// The version of its source.
        version: u32,
        /// The library that gave it.
        library: Giver,
        /// Where in the library.
        place: Place,
        /// The file, as the library records it.
        file: ContentFile,
    },
}

/// A WIM that was found.
pub(crate) struct Located {
    pub origin: Origin,
    pub path: Utf8PathBuf,
    pub size: u64,
    pub sha256: Sha256Hash,
    pub modified: i64,
    /// What is odd in the library's records but does no harm.
    pub oddities: Vec<String>,
}

/// A WIM given as a file; `what` it is. Nothing records its hash, so it is read once to know it.
pub(crate) fn file(path: &Utf8Path, what: &str, kind: ErrorKind, context: &Context) -> Result<Located> {
    let unreadable = |e: std::io::Error| fault(kind, path, format!("The {what} '{path}' cannot be read.")).source(e);
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let meta = file.metadata().map_err(unreadable)?;
    let sha256 = hash(&mut file, meta.len(), &format!("Reading {what}"), context)?.map_err(unreadable)?;
    let modified = meta.modified().ok().and_then(|t| jiff::Timestamp::try_from(t).ok()).map_or(0, |t| t.as_second());
    let oddities = Vec::new();
    Ok(Located { origin: Origin::File, path: path.to_owned(), size: meta.len(), sha256, modified, oddities })
}

/// Reads to the end. The outer error is a cancellation.
pub(crate) fn hash(
    reader: &mut dyn Read,
    size: u64,
    activity: &str,
    context: &Context,
) -> Result<std::io::Result<Sha256Hash>> {
    let mut activity = context.activity(activity, Unit::Bytes, size);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        context.check()?;
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(Ok(Sha256Hash::from(<[u8; 32]>::from(hasher.finalize())))),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                activity.advance(count as u64);
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Ok(Err(e)),
        }
    }
}

/// Asks one source after the other; `open` looks into what was found. A source whose bytes cannot be opened is read whole,
/// to tell damage there from a package that is no boot image. Also gives why sources were passed over.
pub(crate) fn package<T>(
    package: &Package,
    supply: &Supply<'_>,
    context: &Context,
    mut open: impl FnMut(Located) -> Result<T>,
) -> Result<(T, Vec<Error>)> {
    let (sources, mut failures) = supply.open(context)?;
    for (number, name) in sources.names().enumerate() {
        context.check()?;
        if let Some(reason) = supply.distrust_of(name) {
            failures.push(Error::new(reason.kind(), Stage::Content, reason.message()).target(name));
            continue;
        }
        let located = match in_source(sources, number, package, supply, context) {
            Ok(located) => located,
            Err(failure) if content_errors::is_ours(&failure) => return Err(failure),
            Err(failure) => {
                context.verbose(format!("{} The next library is asked.", failure.message()));
                failures.push(failure);
                continue;
            }
        };
        let origin = located.origin.clone();
        match open(located) {
            Ok(opened) => return Ok((opened, failures)),
            Err(error) => match altered(&origin, context)? {
                Some(damage) => failures.push(damage),
                None => return Err(error),
            },
        }
    }
    Err(content_errors::all_failed(&package.package_id, failures))
}

/// The WIM in one source, with the version that the site means.
fn in_source(
    sources: &ContentSources,
    number: usize,
    package: &Package,
    supply: &Supply<'_>,
    context: &Context,
) -> Result<Located> {
    let content = sources.package(number, &package.package_id, context)?;
    check_version(&content, package)?;
    let (tree, file) = boot_file(&content).ok_or_else(|| {
        let message = format!("Package {} in library '{}' holds no .wim file.", package.package_id, content.library);
        Error::new(ErrorKind::ContentMissing, Stage::Content, message).target(&content.library)
    })?;
    let place = content.place(tree, file);
    // libwim opens files only, so the bytes have to be on this computer.
    let library = sources.bring(number, &content, package, |f| f == file, |name| supply.trusts(name), context)?;
    let path = library.path_of(&place, file).map_err(content_errors::error)?.ok_or_else(|| {
        Error::new(ErrorKind::Internal, Stage::Content, "The image was not brought to this computer.")
    })?;
    let modified = tsm_formats::filetime::to_timestamp(file.modified_filetime).map_or(0, |t| t.as_second());
    let origin = Origin::Package {
        id: package.package_id.clone(),
        name: package.name.clone(),
        version: package.source_version,
        library,
        place,
        file: file.clone(),
    };
    let (size, sha256, oddities) = (file.size, file.sha256, content.oddities.clone());
    Ok(Located { origin, path, size, sha256, modified, oddities })
}

/// The file of an image package that is the image.
pub(crate) fn boot_file(content: &PackageContent) -> Option<(&ContentTree, &ContentFile)> {
    let files = content.contents.iter().flat_map(|tree| tree.files.iter().map(move |file| (tree, file)));
    files.into_iter().find(|(_, file)| file.path.to_ascii_lowercase().ends_with(".wim"))
}

/// The library must have what the site means, not what it had yesterday.
pub(crate) fn check_version(content: &PackageContent, package: &Package) -> Result<()> {
    let id = &package.package_id;
    let stale = |message: String| Err(Error::new(ErrorKind::ContentVersion, Stage::Content, message).target(id));
    if content.version.is_some_and(|v| v != package.source_version) {
        return stale(format!(
            "Library '{}' has version {} of package {id}, the site has version {}.",
            content.library,
            content.version.unwrap_or_default(),
            package.source_version
        ));
    }
    if !content.has_records {
        return check_plain(content, package);
    }
    for known in &package.contents {
        let Some(tree) = content.contents.iter().find(|t| t.content_id.eq_ignore_ascii_case(&known.content_id)) else {
            return stale(format!(
                "Library '{}' lacks content {} of package {id}, which the site has.",
                content.library, known.content_id
            ));
        };
        if let (Some(hash), Some(of_site)) = (tree.hash, known.hash.as_deref())
            && !hash.to_string().eq_ignore_ascii_case(of_site)
        {
            return stale(format!(
                "Content {} of package {id} has the hash {hash} in library '{}', the site records {of_site}.",
                known.content_id, content.library
            ));
        }
    }
    Ok(())
}

/// Of plain files only the hash over all of them tells what they are, where the site knows it.
fn check_plain(content: &PackageContent, package: &Package) -> Result<()> {
    let id = &package.package_id;
    let fault = |message: String| Err(Error::new(ErrorKind::ContentVersion, Stage::Content, message).target(id));
    match (package.contents.as_slice(), content.contents.as_slice()) {
        ([], _) => Ok(()),
        ([known], [tree]) => match (tree.hash, known.hash.as_deref()) {
            (Some(found), Some(of_site)) if !found.to_string().eq_ignore_ascii_case(of_site) => fault(format!(
                "The files of package {id} in '{}' have the content hash {found}, the site records {of_site}: they are another \
                 version, or were altered.",
                content.library
            )),
            _ => Ok(()),
        },
        _ => fault(format!(
            "Package {id} has {} contents; '{}' holds plain files, which do not say to which of them they belong.",
            package.contents.len(),
            content.library
        )),
    }
}

/// Reads the bytes of a library's WIM and says what is wrong with them, if anything is. A damaged copy in the cache
/// is removed.
pub(crate) fn altered(origin: &Origin, context: &Context) -> Result<Option<Error>> {
    let Origin::Package { id, library, place, file, .. } = origin else { return Ok(None) };
    let mut reader = match library.open_file(place, file) {
        Ok(reader) => reader,
        Err(e) => return Ok(Some(content_errors::error(e))),
    };
    let read = hash(&mut reader, file.size, "Checking image in the library", context)?;
    if read.is_err() {
        library.discard(file);
    }
    Ok(read.err().map(|io| match content_errors::inside(&io) {
        Some(fault) => {
            let message = format!("{}.", crate::text::sentence(&fault.to_string()));
            Error::new(content_errors::kind(fault), Stage::Content, message).target(library.name()).source(io)
        }
        None => {
            let message = format!("Package {id} in library '{}' cannot be read to its end.", library.name());
            Error::new(ErrorKind::LibraryUnreadable, Stage::Content, message).target(library.name()).source(io)
        }
    }))
}
