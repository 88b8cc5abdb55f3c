//! A file while it is fetched: bytes are added and hashed, and it enters the cache only with the hash it must have.

use super::{Cache, Held, contended};
use crate::error::{ContentError, ContentErrorKind, Place};
use crate::hashing::{self, CHUNK};
use crate::source::Opened;
use crate::tree::ContentFile;
use camino::Utf8PathBuf;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use tsm_job::Context;
use tsm_net::{NetError, NetErrorKind};

/// Files from this length on are flushed before they get their name. Shorter ones are not waited for: there are tens of
/// thousands of them, and each is hashed again before it is relied upon.
const FLUSHED_FROM: u64 = 1 << 20;

/// A file that is being fetched, held against others.
pub(crate) struct Partial<'a> {
    cache: &'a Cache,
    _held: Held,
    wanted: &'a ContentFile,
    path: Utf8PathBuf,
    file: File,
    hasher: Sha256,
    length: u64,
    /// Some of the bytes come from an earlier run or another source.
    is_mixed: bool,
}

/// How adding bytes ended.
pub(crate) enum Added {
    /// All bytes are there; this is the file's place in the cache.
    Whole(Utf8PathBuf),
    /// The source broke off. What came is kept; `progress` tells whether anything came.
    Cut { error: ContentError, progress: bool },
    /// Bytes of an earlier run do not fit to those that came: it begins anew.
    Anew,
}

impl<'a> Partial<'a> {
    /// Opens what an earlier run left of a file, or begins it.
    pub fn open(
        cache: &'a Cache,
        held: Held,
        wanted: &'a ContentFile,
        context: &Context,
    ) -> Result<Self, ContentError> {
        let path = cache.root().join("partial").join(wanted.sha256.to_string());
        let open = || OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let file = open().map_err(|e| cache.fault(&path, "cannot be opened", e))?;
        let mut partial =
            Self { cache, _held: held, wanted, path, file, hasher: Sha256::new(), length: 0, is_mixed: false };
        let left = partial.file.metadata().map_err(|e| partial.fault(e))?.len();
        if left == 0 || left > wanted.size {
            partial.begin_anew()?;
        } else if hashing::feed(&mut partial.hasher, &mut partial.file, context).map_err(|e| partial.fault(e))? {
            partial.length = left;
            partial.is_mixed = true;
        } else {
            return Err(crate::point::cancelled(&cache.place()));
        }
        Ok(partial)
    }

    /// Gives the file its name when an earlier run got all of it, but ended before it was named. When the bytes are others,
    /// it begins anew.
    pub fn enter_if_whole(&mut self) -> Result<Option<Utf8PathBuf>, ContentError> {
        if self.length == 0 || self.length != self.wanted.size {
            return Ok(None);
        }
        if hashing::finish(self.hasher.clone()) == self.wanted.sha256 {
            return self.enter().map(Some);
        }
        self.begin_anew().map(|()| None)
    }

    /// Where the next byte goes, which is also how many are here.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Forgets all bytes.
    pub fn begin_anew(&mut self) -> Result<(), ContentError> {
        self.hasher = Sha256::new();
        (self.length, self.is_mixed) = (0, false);
        let mut begin = || {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0)).map(|_| ())
        };
        begin().map_err(|e| self.fault(e))
    }

    /// Adds what a source yields; `advance` is told how many bytes came.
    pub fn add(
        &mut self,
        place: &Place,
        mut opened: Opened,
        advance: &mut dyn FnMut(u64),
        context: &Context,
    ) -> Result<Added, ContentError> {
        if opened.from != self.length {
            self.begin_anew()?;
        }
        let begun = self.length;
        let mut buffer = vec![0; CHUNK];
        loop {
            context.check().map_err(|_| crate::point::cancelled(place))?;
            let count = match opened.body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return self.cut(place, e, begun),
            };
            if self.length + count as u64 > self.wanted.size {
                let message = format!("more than the {} bytes come that are recorded", self.wanted.size);
                self.begin_anew()?;
                return Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message));
            }
            self.file.write_all(&buffer[..count]).map_err(|e| self.fault(e))?;
            self.hasher.update(&buffer[..count]);
            self.length += count as u64;
            advance(count as u64);
        }
        self.end(place)
    }

    /// The source broke off: what came stays for the next try.
    fn cut(&mut self, place: &Place, error: io::Error, begun: u64) -> Result<Added, ContentError> {
        let progress = self.length > begun;
        self.is_mixed = self.length > 0;
        let (kind, message) = match NetError::inside(&error) {
            Some(net) if net.kind() == NetErrorKind::Cancelled => return Err(crate::point::cancelled(place)),
            Some(net) => (ContentErrorKind::Net(net.kind()), net.to_string()),
            None => (ContentErrorKind::Read, "the file cannot be read to its end".to_owned()),
        };
        let error = ContentError::new(kind, place.clone(), message).source(error);
        Ok(Added::Cut { error, progress })
    }

    /// The source came to its end: the bytes are the right ones, or not.
    fn end(&mut self, place: &Place) -> Result<Added, ContentError> {
        if self.length != self.wanted.size {
            let message = format!("{} bytes came, {} are recorded", self.length, self.wanted.size);
            self.begin_anew()?;
            return Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message));
        }
        let found = hashing::finish(self.hasher.clone());
        if found == self.wanted.sha256 {
            return self.enter().map(Added::Whole);
        }
        if self.is_mixed {
            // Perhaps the fault is not in what this source gave.
            self.begin_anew()?;
            return Ok(Added::Anew);
        }
        self.begin_anew()?;
        let message = format!("the bytes have the SHA-256 {found}, recorded is {}", self.wanted.sha256);
        Err(ContentError::new(ContentErrorKind::FileAltered, place.clone(), message))
    }

    /// Gives the file its name in the cache.
    fn enter(&mut self) -> Result<Utf8PathBuf, ContentError> {
        let to = self.cache.path_of(&self.wanted.sha256);
        let enter = || {
            if self.length >= FLUSHED_FROM {
                self.file.sync_all()?;
            }
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            contended::patiently(|| std::fs::rename(&self.path, &to))
        };
        enter().map_err(|e| self.cache.fault(&to, "cannot be written", e))?;
        Ok(to)
    }

    fn fault(&self, error: io::Error) -> ContentError {
        self.cache.fault(&self.path, "cannot be written", error)
    }
}
