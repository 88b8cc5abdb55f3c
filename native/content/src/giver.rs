//! What gives the bytes of a package once its records are known: the library in which they lie, the cache to which they
//! were fetched, or the source itself, as a stream.

use crate::cache::Cache;
use crate::error::{ContentError, Place};
use crate::resuming::Resuming;
use crate::source::ContentSource;
use crate::tree::ContentFile;
use crate::verified::{VerifiedReader, check_hash};
use camino::Utf8PathBuf;
use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use tsm_formats::Sha256Hash;

/// The bytes of a file, checked while they are read.
pub type ContentReader = VerifiedReader<Box<dyn Read + Send>>;

/// What gives the bytes of a package.
#[derive(Clone)]
pub struct Giver {
    name: String,
    from: From,
}

#[derive(Clone)]
enum From {
    Folder(Arc<dyn ContentSource>),
    /// With what keeps the folder of the cache alive, when it is a temporary one.
    Cache(Cache, Option<Arc<dyn Any + Send + Sync>>),
    /// The sources, most preferred first.
    Stream(Vec<Arc<dyn ContentSource>>),
}

impl Giver {
    /// A source that is a folder gives its files where they lie.
    pub fn folder(source: Arc<dyn ContentSource>) -> Self {
        Self { name: source.name().to_owned(), from: From::Folder(source) }
    }

    /// A cache gives what was fetched to it from the source `name`. `keep` lives as long as this does.
    pub fn cache(name: &str, cache: Cache, keep: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { name: name.to_owned(), from: From::Cache(cache, keep) }
    }

    /// The sources give their bytes as they are needed; the first one gave the records.
    pub fn stream(sources: Vec<Arc<dyn ContentSource>>) -> Self {
        let name = sources.first().map(|s| s.name().to_owned()).unwrap_or_default();
        Self { name, from: From::Stream(sources) }
    }

    /// The source, as the admin named it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the bytes come from a server when they are needed, and lie nowhere on this computer.
    pub fn is_stream(&self) -> bool {
        matches!(self.from, From::Stream(_))
    }

    /// Whether the bytes lie in a temporary folder, which goes away with the last user of them.
    pub fn is_temporary(&self) -> bool {
        matches!(self.from, From::Cache(_, Some(_)))
    }

    /// Opens the bytes of a file; they are checked while they are read.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    pub fn open_file(&self, place: &Place, file: &ContentFile) -> Result<ContentReader, ContentError> {
        let (body, place): (Box<dyn Read + Send>, Place) = match &self.from {
            From::Folder(source) => (source.open(place, file, 0, None)?.body, place.clone()),
            From::Cache(cache, _) => {
                let path = cache.check_file(place, file)?;
                let opened = File::open(&path).map_err(|e| cache.fault(&path, "cannot be read", e))?;
                (Box::new(opened), Place { library: cache.root().to_string(), ..place.clone() })
            }
            From::Stream(sources) => (Box::new(Resuming::open(sources, place, file)?), place.clone()),
        };
        Ok(VerifiedReader::new(body, file.size, file.sha256, place))
    }

    /// Compares the hash of bytes that [`open_file`](Self::open_file) gave, for who counted it himself.
    ///
    /// # Errors
    /// As the reader would have said: the bytes are not the recorded ones.
    pub fn check_hash(&self, found: Sha256Hash, place: &Place, file: &ContentFile) -> Result<(), ContentError> {
        let place = match &self.from {
            From::Cache(cache, _) => Place { library: cache.root().to_string(), ..place.clone() },
            From::Folder(_) | From::Stream(_) => place.clone(),
        };
        check_hash(found, file.sha256, &place)
    }

    /// Where the bytes of a file lie on this computer; `None` when they come as a stream.
    ///
    /// # Errors
    /// [`ContentError`], with the place of the fault.
    pub fn path_of(&self, place: &Place, file: &ContentFile) -> Result<Option<Utf8PathBuf>, ContentError> {
        match &self.from {
            From::Folder(source) => source.path_of(place, file).map(Some),
            From::Cache(cache, _) => cache.check_file(place, file).map(Some),
            From::Stream(_) => Ok(None),
        }
    }

    /// Removes a file that turned out to be damaged from the cache, so that it is fetched again. Elsewhere nothing is
    /// removed.
    pub fn discard(&self, file: &ContentFile) {
        if let From::Cache(cache, _) = &self.from {
            // What cannot be removed now is found damaged again, and told then.
            let _ = cache.remove(&file.sha256);
        }
    }
}

impl fmt::Debug for Giver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = match &self.from {
            From::Folder(_) => "folder",
            From::Cache(..) => "cache",
            From::Stream(_) => "stream",
        };
        f.debug_struct("Giver").field("name", &self.name).field("from", &from).finish()
    }
}
