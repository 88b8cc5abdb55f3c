//! A stream that goes on where it broke off, from the same source or the next.

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::source::ContentSource;
use crate::tree::ContentFile;
use std::io::{self, Read};
use std::sync::Arc;
use tsm_net::{NetError, NetErrorKind};

/// How often the same source is asked to go on without a byte coming.
const TRIES: u32 = 3;

/// The bytes of a file from the first source that gives them. What several sources gave is still one file: whoever reads
/// it has to hash it.
pub(crate) struct Resuming {
    sources: Vec<Arc<dyn ContentSource>>,
    /// The source that is being read.
    current: usize,
    place: Place,
    file: ContentFile,
    at: u64,
    tries: u32,
    /// The mark of the version that the current source gives.
    mark: Option<String>,
    body: Box<dyn Read + Send>,
}

impl Resuming {
    pub fn open(sources: &[Arc<dyn ContentSource>], place: &Place, file: &ContentFile) -> Result<Self, ContentError> {
        let mut resuming = Self {
            sources: sources.to_vec(),
            current: 0,
            place: place.clone(),
            file: file.clone(),
            at: 0,
            tries: 0,
            mark: None,
            body: Box::new(io::empty()),
        };
        resuming.open_from_here(None)?;
        Ok(resuming)
    }

    /// Opens the current source at the byte that is needed next, or the first one after it that can be opened.
    fn open_from_here(&mut self, mut failed: Option<ContentError>) -> Result<(), ContentError> {
        while let Some(source) = self.sources.get(self.current) {
            let place = Place { library: source.name().to_owned(), ..self.place.clone() };
            match source.open(&place, &self.file, self.at, self.mark.as_deref()) {
                Ok(opened) if opened.from <= self.at => {
                    (self.body, self.mark) = (opened.body, opened.mark);
                    match io::copy(&mut self.body.by_ref().take(self.at - opened.from), &mut io::sink()) {
                        Ok(_) => return Ok(()),
                        Err(e) => failed = failed.or_else(|| Some(broken(&place, e))),
                    }
                }
                Ok(_) => {
                    let message = "the server begins behind the byte that was asked for";
                    failed = failed.or_else(|| Some(ContentError::new(ContentErrorKind::Answer, place, message)));
                }
                Err(e) if e.kind() == ContentErrorKind::Cancelled => return Err(e),
                Err(e) => failed = failed.or(Some(e)),
            }
            self.next();
        }
        let nobody = || ContentError::new(ContentErrorKind::FileMissing, self.place.clone(), "no source has the file");
        Err(failed.unwrap_or_else(nobody))
    }

    /// Leaves the current source for the one behind it.
    fn next(&mut self) {
        self.current += 1;
        (self.tries, self.mark) = (0, None);
    }

    fn go_on(&mut self, error: io::Error) -> io::Result<()> {
        let place = Place {
            library: self.sources.get(self.current).map(|s| s.name().to_owned()).unwrap_or_default(),
            ..self.place.clone()
        };
        let failed = broken(&place, error);
        let is_cut = failed.kind() == ContentErrorKind::Net(NetErrorKind::Cut);
        if failed.kind() == ContentErrorKind::Cancelled {
            return Err(io::Error::other(failed));
        }
        self.tries += 1;
        if !is_cut || self.tries > TRIES {
            self.next();
        }
        self.open_from_here(Some(failed)).map_err(io::Error::other)
    }
}

impl Read for Resuming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.body.read(buffer) {
                Ok(count) => {
                    self.at += count as u64;
                    if count > 0 {
                        self.tries = 0;
                    }
                    return Ok(count);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => self.go_on(e)?,
            }
        }
    }
}

/// A fault of a body, as one of this crate.
fn broken(place: &Place, error: io::Error) -> ContentError {
    let (kind, message) = match NetError::inside(&error) {
        Some(net) if net.kind() == NetErrorKind::Cancelled => return crate::point::cancelled(place),
        Some(net) => (ContentErrorKind::Net(net.kind()), net.to_string()),
        None => (ContentErrorKind::Read, "the file cannot be read to its end".to_owned()),
    };
    ContentError::new(kind, place.clone(), message).source(error)
}
