//! The sources of content that a definition names, opened in their order, and how content comes from them to this computer.

use crate::build::staging_folder;
use crate::definition::Definition;
use crate::staging::Staging;
use crate::supply::Keeping;
use crate::{Error, ErrorKind, Result, Secrets, Stage, content_errors, network};
use camino::{Utf8Path, Utf8PathBuf};
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tsm_content::{
    Cache, ContentErrorKind, ContentFile, ContentSource, DistributionPoint, Fetched, Fetcher, Gate, Giver, LibrarySet,
    PackageContent, PackageRecord, Place, PlainFolder, Wanted,
};
use tsm_job::Context;
use tsm_site::Package;

/// How many files are asked for at once, when the definition does not say.
const THREADS: u32 = 4;
/// The folder of the cache within the user's folder for such things.
const CACHE_FOLDER: &str = "TaskSequenceMedia";

/// Files that were brought to this computer.
pub(crate) struct Brought {
    /// What gives them.
    pub giver: Giver,
    /// The servers that gave something; none when everything was here.
    pub sources: Vec<String>,
}

/// The sources of a definition.
pub(crate) struct ContentSources {
    sources: Vec<Arc<dyn ContentSource>>,
    threads: usize,
    keeping: Keeping,
    /// Where the cache is, or would be; `None` when the definition wants none.
    cache: Option<Utf8PathBuf>,
    /// Where temporary files go.
    staging: Utf8PathBuf,
    /// What somebody who only looks has seen of packages, by their IDs, so that nobody is asked for it twice.
    seen: Mutex<HashMap<String, Seen>>,
}

/// A package that a source has, as was seen. It is kept of the most preferred source alone: that is the one whose package
/// goes into the plan, so that no more is in memory than the plan needs.
struct Seen {
    source: usize,
    content: Arc<PackageContent>,
    /// All its files are there in their lengths.
    is_whole: bool,
}

impl ContentSources {
    /// Opens every source that can be opened; the others are told by their errors, in order. Servers are not asked yet.
    pub fn open(
        definition: &Definition,
        secrets: &Secrets,
        keeping: Keeping,
        context: &Context,
    ) -> Result<(Self, Vec<Error>)> {
        let threads = definition.throttle_limit.unwrap_or(THREADS) as usize;
        let mut opened = Self {
            sources: Vec::new(),
            threads,
            keeping,
            cache: if definition.no_cache { None } else { Some(cache_path(definition)?) },
            staging: staging_folder(definition),
            seen: Mutex::default(),
        };
        let gate = Arc::new(Gate::new(threads));
        let (mut failures, mut folders) = (Vec::new(), Vec::new());
        let mut client = None;
        for text in &definition.distribution_point {
            if let Some(plain) = PlainFolder::named_by(text, threads) {
                opened.add_folders(&mut folders, &mut failures);
                opened.sources.push(Arc::new(plain));
                continue;
            }
            if !DistributionPoint::is_named_by(text) {
                folders.push(Utf8PathBuf::from(text));
                continue;
            }
            opened.add_folders(&mut folders, &mut failures);
            if client.is_none() {
                client = Some(network::client(definition, secrets, context)?);
            }
            let Some(client) = &client else { continue };
            match DistributionPoint::new(text, client.clone(), threads) {
                Ok(point) => opened.sources.push(Arc::new(point.behind(&gate))),
                Err(e) => failures.push(content_errors::error(e)),
            }
        }
        opened.add_folders(&mut folders, &mut failures);
        Ok((opened, failures))
    }

    /// Adds the libraries of folders that stand beside each other: one may be a further drive of the one before it.
    fn add_folders(&mut self, folders: &mut Vec<Utf8PathBuf>, failures: &mut Vec<Error>) {
        let (set, unopened) = LibrarySet::open_each(folders);
        self.sources.extend(set.libraries().iter().map(|l| Arc::new(l.clone()) as Arc<dyn ContentSource>));
        failures.extend(unopened.into_iter().map(content_errors::error));
        folders.clear();
    }

    /// The sources, as the admin named them, most preferred first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|s| s.name())
    }

    /// Whether any source is a server.
    pub fn has_server(&self) -> bool {
        self.sources.iter().any(|source| !source.is_folder())
    }

    /// How many files are asked for at once.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// What a source records of a package.
    pub fn package(&self, source: usize, id: &str, context: &Context) -> Result<Arc<PackageContent>> {
        if let Some(seen) = self.seen().get(id).filter(|seen| seen.source == source) {
            return Ok(seen.content.clone());
        }
        let asked = self.sources.get(source).ok_or_else(no_such_source)?;
        asked.package(id, context).map(Arc::new).map_err(content_errors::error)
    }

    /// Checks that a source has the bytes of those files of a package that `wanted` picks, without reading them.
    pub fn check(
        &self,
        source: usize,
        content: &Arc<PackageContent>,
        wanted: impl Fn(&ContentFile) -> bool,
        context: &Context,
    ) -> Result<()> {
        let is_known = |seen: &Seen| seen.is_whole && Arc::ptr_eq(&seen.content, content);
        if self.seen().get(&content.package_id).is_some_and(is_known) {
            return Ok(());
        }
        let asked = self.sources.get(source).ok_or_else(no_such_source)?;
        let files = wanted_files(content, wanted);
        tsm_content::check_all(asked.as_ref(), &files, self.threads, context).map_err(content_errors::error)?;
        self.remember(source, content, files.len());
        Ok(())
    }

    /// Remembers a package of which `checked` files were seen. What is fetched may turn out damaged, and is asked for again.
    fn remember(&self, source: usize, content: &Arc<PackageContent>, checked: usize) {
        let mut seen = self.seen();
        let is_better = seen.get(&content.package_id).is_none_or(|known| known.source >= source);
        if self.keeping == Keeping::Looked && is_better {
            let files: usize = content.contents.iter().map(|tree| tree.files.len()).sum();
            let new = Seen { source, content: content.clone(), is_whole: checked == files };
            seen.insert(content.package_id.clone(), new);
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that the files of a package which `wanted` picks are on this computer: in a folder they are where they
    /// lie, from elsewhere they are fetched into the cache, or into a temporary folder when nothing is to be kept. Who only
    /// looks takes them from the cache when it has them all, and leaves it as it is. The source that described the package
    /// is asked first, then the others that `trusted` names.
    pub fn bring(
        &self,
        source: usize,
        content: &PackageContent,
        package: &Package,
        wanted: impl Fn(&ContentFile) -> bool,
        trusted: impl Fn(&str) -> bool,
        context: &Context,
    ) -> Result<Giver> {
        self.fetch(source, content, package, wanted, trusted, context).map(|brought| brought.giver)
    }

    /// As [`Self::bring`]; also says which sources gave something.
    pub fn fetch(
        &self,
        source: usize,
        content: &PackageContent,
        package: &Package,
        wanted: impl Fn(&ContentFile) -> bool,
        trusted: impl Fn(&str) -> bool,
        context: &Context,
    ) -> Result<Brought> {
        let first = self.sources.get(source).ok_or_else(no_such_source)?;
        if first.is_folder() {
            return Ok(Brought { giver: Giver::folder(first.clone()), sources: Vec::new() });
        }
        let files: Vec<Wanted> = wanted_files(content, wanted);
        if self.keeping == Keeping::Looked
            && let Some(cache) = self.cache_with(&files, context)?
        {
            return Ok(Brought { giver: Giver::cache(first.name(), cache, None), sources: Vec::new() });
        }
        let sources = self.from(source, first, trusted);
        let (cache, keep) = self.room(files.iter().map(|wanted| wanted.file.size).sum())?;
        let fetcher = Fetcher { sources, cache: cache.clone(), threads: self.threads };
        let fetched = fetcher.fetch(&files, context).map_err(content_errors::error)?;
        report(&fetched, context);
        let record = PackageRecord::of(content, Some(&package.name), Some(package.source_version));
        cache.remember(&record).map_err(content_errors::error)?;
        let mut gave: Vec<String> = fetched.into_iter().filter_map(|file| file.source).collect();
        gave.sort();
        gave.dedup();
        Ok(Brought { giver: Giver::cache(first.name(), cache, keep), sources: gave })
    }

    /// What gives all files of a package: as [`Self::bring`], but when nothing is to be kept, or somebody only looks, they come
    /// from the sources as they are needed, and never lie on this computer.
    pub fn give(
        &self,
        source: usize,
        content: &Arc<PackageContent>,
        package: &Package,
        trusted: impl Fn(&str) -> bool,
        context: &Context,
    ) -> Result<Giver> {
        let first = self.sources.get(source).ok_or_else(no_such_source)?;
        let is_folder = first.is_folder();
        let is_fetched = !is_folder && self.cache.is_some() && self.keeping == Keeping::Kept;
        if !is_fetched {
            // What is fetched is seen on its way; what is not has to be there in its length.
            self.check(source, content, |_| true, context)?;
        }
        if !is_folder && !is_fetched {
            return Ok(Giver::stream(self.from(source, first, trusted)));
        }
        self.bring(source, content, package, |_| true, trusted, context)
    }

    /// A source, and the servers behind it that are trusted. Folders are left out: what they lack is told by themselves, in
    /// their turn.
    fn from(
        &self,
        source: usize,
        first: &Arc<dyn ContentSource>,
        trusted: impl Fn(&str) -> bool,
    ) -> Vec<Arc<dyn ContentSource>> {
        let others = self.sources.iter().enumerate().filter(|(n, s)| *n != source && trusted(s.name()));
        let others = others.map(|(_, s)| s).filter(|s| !s.is_folder());
        std::iter::once(first).chain(others).cloned().collect()
    }

    /// The cache, when it has all these files whole. What is wrong with the cache itself is told by its own check.
    fn cache_with(&self, files: &[Wanted], context: &Context) -> Result<Option<Cache>> {
        let Some(path) = &self.cache else { return Ok(None) };
        let Ok(Some(cache)) = Cache::existing(path) else { return Ok(None) };
        for wanted in files {
            match cache.holds(&wanted.file.sha256, wanted.file.size, context) {
                Ok(true) => {}
                Err(e) if e.kind() == ContentErrorKind::Cancelled => return Err(content_errors::error(e)),
                _ => return Ok(None),
            }
        }
        Ok(Some(cache))
    }

    /// Where fetched files of so many bytes go: the cache, or a temporary folder that goes away with the last user. The
    /// temporary folder is asked for its room first: an image of gigabytes that does not fit is not even begun.
    fn room(&self, needed: u64) -> Result<(Cache, Option<Arc<dyn Any + Send + Sync>>)> {
        if let (Some(path), Keeping::Kept) = (&self.cache, self.keeping) {
            return Ok((Cache::open(path).map_err(content_errors::error)?, None));
        }
        crate::preflight::staging_room(&self.staging, needed)?;
        let staging = Staging::create(&self.staging).map_err(|e| {
            let message = format!("The temporary folder '{}' cannot be used.", self.staging);
            Error::new(ErrorKind::StagingUnusable, Stage::Content, message).target(self.staging.as_str()).source(e)
        })?;
        let cache = Cache::open(&staging.path().join("content")).map_err(content_errors::error)?;
        Ok((cache, Some(Arc::new(staging))))
    }
}

/// Tells where each file came from, and once for each source and reason why it did not come from there.
fn report(fetched: &[Fetched], context: &Context) {
    let mut told = HashSet::new();
    for file in fetched {
        let from = file.source.as_deref().unwrap_or("the cache");
        context.verbose(format!("{} ({} bytes) came from {from}.", file.sha256, file.size));
        for failure in &file.failures {
            let kind = content_errors::kind(failure);
            if told.insert((failure.place().library.clone(), kind)) {
                let message = format!("Passed over: {failure}.");
                context.warning(kind.code(), message);
            }
        }
    }
}

/// The files of a package that are wanted, each with its place.
fn wanted_files(content: &PackageContent, wanted: impl Fn(&ContentFile) -> bool) -> Vec<Wanted> {
    let mut files = Vec::new();
    for tree in &content.contents {
        for file in tree.files.iter().filter(|f| wanted(f)) {
            let place = Place { library: String::new(), ..content.place(tree, file) };
            files.push(Wanted { place, file: file.clone() });
        }
    }
    files
}

/// Where the cache of a definition is: as asked, else in the user's folder for such things.
pub(crate) fn cache_path(definition: &Definition) -> Result<Utf8PathBuf> {
    match &definition.cache_path {
        Some(path) => Ok(Utf8Path::new(path).to_owned()),
        None => default_cache_path(),
    }
}

/// Where the cache of this user is.
pub(crate) fn default_cache_path() -> Result<Utf8PathBuf> {
    let own = tsm_platform::user_cache_folder().map(|folder| folder.join(CACHE_FOLDER).join("Content"));
    own.ok_or_else(|| {
        let message = "This user has no folder for a cache.";
        Error::new(ErrorKind::CacheUnusable, Stage::Content, message)
            .target("cachePath")
            .action("Give the folder of the cache (cachePath), or keep nothing (noCache).")
    })
}

fn no_such_source() -> Error {
    Error::new(ErrorKind::Internal, Stage::Content, "A source was asked for that is not there.")
}
