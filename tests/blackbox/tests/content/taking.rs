//! Taking a package from a source as a build does: records first, then every file into a cache or from the folder, and all
//! bytes read and hashed.

use crate::kit::{Folder, sha256};
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use tsm_content::{
    Cache, ContentError, ContentSource, DistributionPoint, Fetched, Fetcher, Giver, LibrarySet, PackageContent, Place,
    Wanted,
};
use tsm_job::{Cancel, Context};
use tsm_net::{Client, Identity, Patience, Standard, Trust};
use tsm_sample_site::{MadePackage, Site};

/// The package with folders, an empty folder, an empty file, twins, and names of all kinds.
pub const HARD: &str = "PS100011";

/// A file, and everything about it that has to arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub sha256: String,
    pub size: u64,
    pub attributes: u32,
    /// Seconds since 1970.
    pub modified: i64,
}

/// A content: files by path, and folders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Staged {
    pub id: String,
    pub files: BTreeMap<String, Leaf>,
    pub folders: Vec<String>,
}

/// What the generator says it made of a package: the truth.
pub fn made(package: &MadePackage) -> Vec<Staged> {
    let staged = |content: &tsm_sample_site::MadeContent| {
        let leaf = |f: &tsm_sample_site::MadeFile| Leaf {
            sha256: f.hash.clone(),
            size: f.size,
            attributes: f.attributes,
            modified: f.modified,
        };
        let mut folders = content.folders.clone();
        folders.sort();
        let files = content.files.iter().map(|file| (file.path.clone(), leaf(file))).collect();
        Staged { id: content.id.clone(), files, folders }
    };
    package.contents.iter().map(staged).collect()
}

/// What came of taking a package.
#[derive(Debug)]
pub struct Taken {
    pub contents: Vec<Staged>,
    /// What is odd but does no harm.
    pub oddities: Vec<String>,
    pub fetched: Vec<Fetched>,
    pub version: Option<u32>,
}

/// Short enough for tests: a server here answers at once or never.
pub fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(4),
        read: Duration::from_secs(3),
        slowest: 1024,
        retries: 2,
        pause: Duration::from_millis(10),
    }
}

pub fn client(trust: &Trust, identity: Option<&Identity>, cancel: &Cancel) -> Client {
    let standard = Standard::new(trust, identity, &patience(), cancel).unwrap();
    Client::new(Arc::new(standard), patience(), cancel.clone(), identity.is_some())
}

/// A distribution point at this address, anonymous.
pub fn point(url: &str) -> Arc<dyn ContentSource> {
    point_with(url, &Trust::system(), None)
}

pub fn point_with(url: &str, trust: &Trust, identity: Option<&Identity>) -> Arc<dyn ContentSource> {
    Arc::new(DistributionPoint::new(url, client(trust, identity, &Cancel::new()), 4).unwrap())
}

/// The library of a site as the folders that it is.
pub fn folder(site: &Site) -> Arc<dyn ContentSource> {
    Arc::new(LibrarySet::open(&site.libraries()).unwrap().libraries()[0].clone())
}

/// All files of a package.
pub fn wanted(content: &PackageContent) -> Vec<Wanted> {
    let trees = content.contents.iter();
    let all = trees.flat_map(|tree| tree.files.iter().map(move |file| (content.place(tree, file), file)));
    all.map(|(place, file)| Wanted { place, file: file.clone() }).collect()
}

pub fn fetcher(sources: &[Arc<dyn ContentSource>], cache: &Utf8Path) -> Fetcher {
    Fetcher { sources: sources.to_vec(), cache: Cache::open(cache).unwrap(), threads: 4 }
}

/// Takes a package from the first source that knows it, with the bytes of whichever source gives them, into a cache of
/// its own.
pub fn take(sources: &[Arc<dyn ContentSource>], package: &str) -> Result<Taken, ContentError> {
    let cache = Folder::new();
    take_into(cache.path(), sources, package, &Context::silent())
}

pub fn take_into(
    cache: &Utf8Path,
    sources: &[Arc<dyn ContentSource>],
    package: &str,
    context: &Context,
) -> Result<Taken, ContentError> {
    let content = sources[0].package(package, context)?;
    let fetched = fetcher(sources, cache).fetch(&wanted(&content), context)?;
    let giver = match sources[0].is_folder() {
        true => Giver::folder(sources[0].clone()),
        false => Giver::cache(sources[0].name(), Cache::open(cache).unwrap(), None),
    };
    let contents = read(&giver, &content)?;
    Ok(Taken { contents, oddities: content.oddities, fetched, version: content.version })
}

/// Takes a package as a stream, without a cache.
#[cfg(unix)] // as the servers that it is taken from
pub fn stream(sources: &[Arc<dyn ContentSource>], package: &str) -> Result<Vec<Staged>, ContentError> {
    let content = sources[0].package(package, &Context::silent())?;
    read(&Giver::stream(sources.to_vec()), &content)
}

/// Reads every byte.
fn read(giver: &Giver, content: &PackageContent) -> Result<Vec<Staged>, ContentError> {
    let mut contents = Vec::new();
    for tree in &content.contents {
        let mut staged = Staged { id: tree.content_id.clone(), folders: tree.folders.clone(), ..Staged::default() };
        for file in &tree.files {
            let bytes = read_file(giver, &content.place(tree, file), file)?;
            let modified = tsm_formats::filetime::to_timestamp(file.modified_filetime).unwrap().as_second();
            let leaf = Leaf { sha256: sha256(&bytes), size: bytes.len() as u64, attributes: file.attributes, modified };
            staged.files.insert(file.path.clone(), leaf);
        }
        contents.push(staged);
    }
    Ok(contents)
}

fn read_file(giver: &Giver, place: &Place, file: &tsm_content::ContentFile) -> Result<Vec<u8>, ContentError> {
    let mut bytes = Vec::new();
    match giver.open_file(place, file)?.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(*error.into_inner().unwrap().downcast::<ContentError>().unwrap()),
    }
}

/// Everything that an error says, its causes too.
pub fn words(error: &ContentError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        text.push_str(&format!(": {below}"));
        cause = below.source();
    }
    text
}
