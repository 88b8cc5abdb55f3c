//! Fetching files into a cache: several at once, each hash once, gone on with where it broke off, from the next source
//! where one fails.

use crate::cache::{Cache, Partial, partial::Added};
use crate::error::{ContentError, ContentErrorKind, Place};
use crate::parallel;
use crate::source::ContentSource;
use crate::tree::ContentFile;
use camino::Utf8PathBuf;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tsm_formats::Sha256Hash;
use tsm_job::{Activity, Context, Unit};

/// How often one source is asked to go on with a file without a single byte coming.
const TRIES_WITHOUT_PROGRESS: u32 = 3;
/// How often one source is asked to go on with a file at all.
const MOST_TRIES: u32 = 1000;

/// A file that is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Where it belongs: package, content and path. The source is filled in by whoever is asked.
    pub place: Place,
    /// Its hash and length.
    pub file: ContentFile,
}

/// A file that is here.
#[derive(Debug)]
pub struct Fetched {
    /// The hash of its bytes.
    pub sha256: Sha256Hash,
    /// Its length, in bytes.
    pub size: u64,
    /// Where its bytes are.
    pub path: Utf8PathBuf,
    /// The source that gave it last; `None` when it was in the cache already.
    pub source: Option<String>,
    /// Why other sources did not.
    pub failures: Vec<ContentError>,
}

/// Fetches files.
#[derive(Debug, Clone)]
pub struct Fetcher {
    /// The sources, most preferred first.
    pub sources: Vec<Arc<dyn ContentSource>>,
    /// Where files are kept.
    pub cache: Cache,
    /// How many files are fetched at once.
    pub threads: usize,
}

/// What the threads of one fetch share.
struct Shared<'a> {
    context: &'a Context,
    activity: Mutex<Activity>,
    /// Sources that are at fault as a whole are not asked for the next file.
    given_up: Mutex<HashMap<usize, (ContentErrorKind, String)>>,
}

/// Checks that a source has the bytes of all these files, each hash once, without reading them.
///
/// # Errors
/// The fault of the first file that is not as recorded; a cancellation.
pub fn check_all(
    source: &dyn ContentSource,
    wanted: &[Wanted],
    threads: usize,
    context: &Context,
) -> Result<(), ContentError> {
    let seen: HashMap<Sha256Hash, &Wanted> = wanted.iter().map(|one| (one.file.sha256, one)).collect();
    let mut unique: Vec<&Wanted> = seen.into_values().collect();
    unique.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    parallel::each(threads, &unique, |one| {
        let place = Place { library: source.name().to_owned(), ..one.place.clone() };
        context.check().map_err(|_| crate::point::cancelled(&place))?;
        source.check(&place, &one.file)
    })
    .map(|_| ())
}

impl Fetcher {
    /// Sees to it that every file is in the cache, or lies in a library that is a folder. Files with the same hash are one.
    /// The results are in no particular order.
    ///
    /// # Errors
    /// The fault of a file that no source could give, with the reason of each; a fault of the cache; a cancellation.
    pub fn fetch(&self, wanted: &[Wanted], context: &Context) -> Result<Vec<Fetched>, ContentError> {
        let mut seen: HashMap<Sha256Hash, &Wanted> = HashMap::with_capacity(wanted.len());
        for one in wanted {
            seen.entry(one.file.sha256).or_insert(one);
        }
        let mut unique: Vec<&Wanted> = seen.into_values().collect();
        // Large files first, so that no thread is left with one at the end.
        unique.sort_by(|a, b| b.file.size.cmp(&a.file.size).then(a.file.path.cmp(&b.file.path)));
        let total = unique.iter().map(|w| w.file.size).sum();
        let shared = Shared {
            context,
            activity: Mutex::new(context.activity("Fetching content", Unit::Bytes, total)),
            given_up: Mutex::default(),
        };
        parallel::each(self.threads, &unique, |one| self.one(one, &shared))
    }

    /// Sees to one file.
    fn one(&self, wanted: &Wanted, shared: &Shared<'_>) -> Result<Fetched, ContentError> {
        let file = &wanted.file;
        let here = |path, source, failures| Fetched { sha256: file.sha256, size: file.size, path, source, failures };
        let mut failures = Vec::new();
        // A folder first: what lies there need not be fetched at all.
        for folder in self.sources.iter().filter(|s| s.is_folder()) {
            let place = Place { library: folder.name().to_owned(), ..wanted.place.clone() };
            match folder.path_of(&place, file) {
                Ok(path) => {
                    shared.advance(file.size);
                    return Ok(here(path, Some(folder.name().to_owned()), failures));
                }
                Err(error) => failures.push(error),
            }
        }
        if let Some(path) = self.cache.verified(&file.sha256, file.size, shared.context)? {
            shared.advance(file.size);
            return Ok(here(path, None, failures));
        }
        let held = self.cache.hold(&file.sha256, shared.context)?;
        // Whoever held it may have fetched it.
        if let Some(path) = self.cache.verified(&file.sha256, file.size, shared.context)? {
            shared.advance(file.size);
            return Ok(here(path, None, failures));
        }
        let mut partial = Partial::open(&self.cache, held, file, shared.context)?;
        if let Some(path) = partial.enter_if_whole()? {
            shared.advance(file.size);
            return Ok(here(path, None, failures));
        }
        for (number, source) in self.sources.iter().enumerate() {
            if source.is_folder() {
                continue;
            }
            let place = Place { library: source.name().to_owned(), ..wanted.place.clone() };
            if let Some((kind, why)) = shared.given_up(number) {
                failures.push(ContentError::new(kind, place, format!("given up before: {why}")));
                continue;
            }
            match from_source(source.as_ref(), &place, file, &mut partial, shared) {
                Ok(path) => return Ok(here(path, Some(source.name().to_owned()), failures)),
                Err(error) if is_ours(error.kind()) => return Err(error),
                Err(error) => {
                    shared.context.verbose(format!("{error}. The next source is asked."));
                    if is_of_server(error.kind()) {
                        shared.give_up(number, &error);
                    }
                    failures.push(error);
                }
            }
        }
        Err(all_failed(wanted, failures))
    }
}

impl Shared<'_> {
    fn advance(&self, bytes: u64) {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner).advance(bytes);
    }

    /// Why a source is not asked any more, if it is not: what it would be again for every other file.
    fn given_up(&self, source: usize) -> Option<(ContentErrorKind, String)> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).get(&source).cloned()
    }

    /// The first reason stays: which file met it first is a matter of chance.
    fn give_up(&self, source: usize, why: &ContentError) {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.entry(source).or_insert_with(|| (why.kind(), why.message().to_owned()));
    }
}

/// Fetches a file from one source, which may break off and go on several times.
fn from_source(
    source: &dyn ContentSource,
    place: &Place,
    file: &ContentFile,
    partial: &mut Partial<'_>,
    shared: &Shared<'_>,
) -> Result<Utf8PathBuf, ContentError> {
    let mut without_progress = 0;
    let (mut last, mut mark) = (None, None);
    shared.advance(partial.length());
    for _ in 0..MOST_TRIES {
        // What an earlier run or another source left has no mark: its hash tells.
        let opened = source.open(place, file, partial.length(), mark.as_deref())?;
        mark.clone_from(&opened.mark);
        let error = match partial.add(place, opened, &mut |bytes| shared.advance(bytes), shared.context)? {
            Added::Whole(path) => return Ok(path),
            Added::Anew => continue,
            Added::Cut { error, progress } => {
                without_progress = if progress { 0 } else { without_progress + 1 };
                error
            }
        };
        // Whoever is slow is not waited for again: the next source may be quicker.
        let is_cut = error.kind() == ContentErrorKind::Net(tsm_net::NetErrorKind::Cut);
        last = Some(error);
        if !is_cut || without_progress >= TRIES_WITHOUT_PROGRESS {
            break;
        }
    }
    Err(last
        .unwrap_or_else(|| ContentError::new(ContentErrorKind::Read, place.clone(), "it breaks off again and again")))
}

/// A fault on our side: another source would not mend it.
fn is_ours(kind: ContentErrorKind) -> bool {
    use ContentErrorKind::{Cache, CacheSpace, CacheVersion, Cancelled};
    matches!(kind, Cache | CacheSpace | CacheVersion | Cancelled)
}

fn is_of_server(kind: ContentErrorKind) -> bool {
    matches!(kind, ContentErrorKind::Net(net) if net.is_of_server())
}

/// One error for a file that no source could give.
fn all_failed(wanted: &Wanted, mut failures: Vec<ContentError>) -> ContentError {
    match failures.len() {
        0 => {
            let message = "there is no source to ask";
            ContentError::new(ContentErrorKind::FileMissing, wanted.place.clone(), message)
        }
        1 => failures.remove(0),
        _ => {
            let kind = failures[0].kind();
            let reasons: Vec<String> = failures.iter().enumerate().map(|(i, e)| format!("({}) {e}", i + 1)).collect();
            let message = format!("no source could give the file: {}", reasons.join("; "));
            ContentError::new(kind, wanted.place.clone(), message)
        }
    }
}
