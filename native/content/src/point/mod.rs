//! A distribution point, asked over HTTP or HTTPS (`docs/formats.md`, "Distribution point").
//!
//! The records of the library are asked for first, and bytes by their hash, because that is one address for each file that
//! exists. Where a server does not give them so, the forms follow that clients of the product use.

mod address;
mod listing;
mod propfind;

use crate::error::{ContentError, ContentErrorKind, Place};
use crate::gate::Gate;
use crate::library::{DEEPEST_FOLDER, check_name, current_contents, lower_case_oddity};
use crate::parallel;
use crate::source::{ContentSource, Opened};
use crate::tree::{ContentFile, ContentTree, PackageContent};
use listing::{Entry, ListingError};
use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use tsm_formats::content_library::{ContentIni, FileIni, PackageIni};
use tsm_job::Context;
use tsm_net::{Answer, Client, Method, NetError, NetErrorKind, Request, Url};

/// The longest list of one folder, in bytes.
const LONGEST_LIST: u64 = 256 << 20;
/// The longest answer to PROPFIND, which is held in memory, in bytes.
const LONGEST_MULTISTATUS: u64 = 64 << 20;

/// A distribution point.
#[derive(Debug)]
pub struct DistributionPoint {
    name: String,
    candidates: Vec<Url>,
    client: Client,
    threads: usize,
    gate: Arc<Gate>,
    learned: Mutex<Learned>,
}

/// What was learned about a distribution point while it was asked.
#[derive(Debug, Clone, Copy, Default)]
struct Learned {
    /// Which of the candidates it is.
    root: usize,
    /// It gave an answer at that root.
    is_settled: bool,
    /// Lists come from PROPFIND, as pages do not.
    propfind: bool,
    /// How many of the forms of address for bytes are known not to be served.
    form: usize,
}

impl DistributionPoint {
    /// Whether a text names a server rather than a folder: a URL, or a name that is no folder here.
    pub fn is_named_by(text: &str) -> bool {
        text.contains("://") || (address::is_server_name(text) && !std::path::Path::new(text).exists())
    }

    /// Checks that a text which names a server names one that content can come from. Nobody is asked.
    ///
    /// # Errors
    /// [`ContentErrorKind::SourceInvalid`], [`ContentErrorKind::SourceUnsupported`].
    pub fn check_name(text: &str) -> Result<(), ContentError> {
        address::candidates(text).map(|_| ())
    }

    /// The distribution point that a text names. Nobody is asked yet. At most `threads` requests are made at once.
    ///
    /// # Errors
    /// [`ContentErrorKind::SourceInvalid`], [`ContentErrorKind::SourceUnsupported`].
    pub fn new(text: &str, client: Client, threads: usize) -> Result<Self, ContentError> {
        let candidates = address::candidates(text)?;
        let threads = threads.max(1);
        let (name, gate) = (text.to_owned(), Arc::new(Gate::new(threads)));
        Ok(Self { name, candidates, client, threads, gate, learned: Mutex::default() })
    }

    /// The same, whose records, lists and checks share a gate with other distribution points: as many are asked for at once
    /// as it lets through.
    #[must_use]
    pub fn behind(mut self, gate: &Arc<Gate>) -> Self {
        self.gate = gate.clone();
        self
    }

    /// The address that it answers at; the most preferred one until it has answered.
    pub fn root(&self) -> Option<&Url> {
        self.candidates.get(self.learned().root)
    }

    fn learned(&self) -> Learned {
        *self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, change: impl FnOnce(&mut Learned)) {
        change(&mut self.learned.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn place(&self) -> Place {
        Place { library: self.name.clone(), ..Place::default() }
    }

    /// Asks for an address below the root. Until the server has answered once, its other addresses are tried too.
    fn ask<T>(&self, ask: impl Fn(&Url) -> Result<T, NetError>) -> Result<T, NetError> {
        let begun = self.learned().root;
        let mut certificate = None;
        loop {
            let Learned { root: at, is_settled, .. } = self.learned();
            let Some(root) = self.candidates.get(at) else {
                return Err(NetError::new(NetErrorKind::Protocol, &self.name, "there is no address to ask"));
            };
            let error = match ask(root) {
                Ok(answer) => {
                    self.learn(|l| l.is_settled = true);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let next = address::next(&self.candidates, at, error.kind()).filter(|_| !is_settled);
            let Some(next) = next else {
                // That a certificate was refused tells more than that others without one are refused too.
                let Some(first) = certificate else { return Err(error) };
                self.learn(|l| l.root = begun);
                return Err(first);
            };
            self.learn(|l| l.root = next);
            if matches!(error.kind(), NetErrorKind::CertificateNeeded | NetErrorKind::CertificateRefused) {
                certificate.get_or_insert(error);
            }
        }
    }

    /// Reads a record, which is `missing` when the server does not have it.
    fn record<T, E: std::error::Error + Send + Sync + 'static>(
        &self,
        path: &str,
        place: &Place,
        missing: ContentErrorKind,
        read: impl Fn(BufReader<Box<dyn Read + Send>>) -> Result<T, E>,
    ) -> Result<T, ContentError> {
        let _turn = self.gate.turn();
        let answer = self.ask(|root| self.client.get(&root.join(path))).map_err(|e| match e.kind() {
            NetErrorKind::NotFound => ContentError::new(missing, place.clone(), e.to_string()),
            _ => ContentError::net(place.clone(), e),
        })?;
        read(BufReader::new(answer.body)).map_err(|e| match net_below(&e) {
            // What looks like a damaged record is a connection that did not last.
            Some((kind, message)) => {
                ContentError::new(ContentErrorKind::of_net(kind), place.clone(), message).source(e)
            }
            None => {
                let message = format!("the record '{path}' is damaged");
                ContentError::new(ContentErrorKind::Record, place.clone(), message).source(e)
            }
        })
    }

    fn content(
        &self,
        package: &str,
        id: &str,
        oddities: &mut Vec<String>,
        context: &Context,
    ) -> Result<ContentTree, ContentError> {
        let place = Place { package: Some(package.to_owned()), content: Some(id.to_owned()), ..self.place() };
        let record = format!("Datalib/{id}.INI");
        let ini = self.record(&record, &place, ContentErrorKind::ContentMissing, ContentIni::read)?;
        let (paths, mut folders) = self.walk(id, &place, context)?;
        let mut files = self.file_records(id, paths, &place, oddities, context)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        folders.sort();
        let tree = ContentTree { content_id: id.to_owned(), hash: ini.hash, files, folders };
        oddities.extend(tree.hash_oddity(&place));
        Ok(tree)
    }

    /// The paths of files and folders of a content, breadth first.
    fn walk(&self, id: &str, place: &Place, context: &Context) -> Result<(Vec<String>, Vec<String>), ContentError> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        let mut waiting = VecDeque::from([(String::new(), 0_usize)]);
        while let Some((folder, depth)) = waiting.pop_front() {
            context.check().map_err(|_| cancelled(place))?;
            if depth > DEEPEST_FOLDER {
                let message = format!("'{folder}' is more than {DEEPEST_FOLDER} folders deep");
                return Err(ContentError::new(ContentErrorKind::Unsafe, place.clone(), message));
            }
            let address = if folder.is_empty() { id.to_owned() } else { format!("{id}/{folder}") };
            for entry in self.list(&address, place)? {
                check_name(&entry.name, place)?;
                let path = if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) };
                if entry.is_folder {
                    waiting.push_back((path.clone(), depth + 1));
                    folders.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        Ok((files, folders))
    }

    /// The entries of a folder: from the page that a GET gives, else from PROPFIND.
    fn list(&self, path: &str, place: &Place) -> Result<Vec<Entry>, ContentError> {
        let _turn = self.gate.turn();
        if self.learned().propfind {
            return self.list_by_propfind(path, place);
        }
        let (error, try_other) = match self.list_by_page(path, place) {
            Ok(entries) => return Ok(entries),
            Err(failed) => failed,
        };
        if !try_other {
            return Err(error);
        }
        match self.list_by_propfind(path, place) {
            Ok(entries) => {
                self.learn(|l| l.propfind = true);
                Ok(entries)
            }
            // The first refusal is the telling one: PROPFIND is often switched off.
            Err(_) => Err(error),
        }
    }

    /// The page of a folder. With the error: whether PROPFIND may know better.
    fn list_by_page(&self, path: &str, place: &Place) -> Result<Vec<Entry>, (ContentError, bool)> {
        let asked = self.ask(|root| {
            let url = root.join(path);
            self.client.get(&url).map(|answer| (answer, url))
        });
        let (answer, url) = asked.map_err(|e| {
            use NetErrorKind::{Forbidden, MethodRefused, NotFound};
            let try_other = matches!(e.kind(), NotFound | Forbidden | MethodRefused);
            let missing = e.kind() == NotFound;
            let error = match missing {
                true => ContentError::new(ContentErrorKind::ContentMissing, place.clone(), e.to_string()),
                false => ContentError::net(place.clone(), e),
            };
            (error, try_other)
        })?;
        if answer.media_type != "text/html" {
            let message = format!("'{url}' gives no page that lists the folder but '{}'", answer.media_type);
            return Err((ContentError::new(ContentErrorKind::Answer, place.clone(), message), true));
        }
        let page = BufReader::with_capacity(64 * 1024, limited(answer, LONGEST_LIST));
        listing::read(page, &url).map_err(|e| {
            let try_other = matches!(e, ListingError::Form(_));
            (listing_fault(place, &url, e), try_other)
        })
    }

    fn list_by_propfind(&self, path: &str, place: &Place) -> Result<Vec<Entry>, ContentError> {
        let asked = self.ask(|root| {
            let url = root.join(path);
            let mut request = Request::new(Method::Propfind, url.clone());
            request = request.header("depth", "1").header("content-type", "application/xml");
            request.body = propfind::REQUEST.as_bytes().to_vec();
            self.client.send(&request).map(|answer| (answer, url))
        });
        let (answer, url) = asked.map_err(|e| ContentError::net(place.clone(), e))?;
        let mut text = String::new();
        let read = limited(answer, LONGEST_MULTISTATUS).read_to_string(&mut text);
        read.map_err(|e| listing_fault(place, &url, e.into()))?;
        propfind::read(&text, &url).map_err(|e| listing_fault(place, &url, e))
    }

    /// The records of many files, asked for in parallel.
    fn file_records(
        &self,
        id: &str,
        paths: Vec<String>,
        place: &Place,
        oddities: &mut Vec<String>,
        context: &Context,
    ) -> Result<Vec<ContentFile>, ContentError> {
        let found = parallel::each(self.threads, &paths, |path| {
            context.check().map_err(|_| cancelled(place))?;
            let place = Place { file: Some(path.clone()), ..place.clone() };
            let record = format!("Datalib/{id}/{path}.INI");
            let ini = self.record(&record, &place, ContentErrorKind::Record, FileIni::read)?;
            Ok((ContentFile::from_record(path, &ini), lower_case_oddity(&ini, &place)))
        })?;
        let mut files = Vec::with_capacity(found.len());
        for (file, oddity) in found {
            files.push(file);
            oddities.extend(oddity);
        }
        Ok(files)
    }

    /// The addresses that may give the bytes of a file, in the order in which they are asked.
    fn forms(root: &Url, place: &Place, file: &ContentFile) -> Vec<Url> {
        let hash = file.sha256.to_string();
        let by_hash = root.join("FileLib").join(hash.get(..4).unwrap_or_default()).join(&hash);
        match &place.content {
            Some(content) => {
                let folder = root.join(content);
                vec![by_hash, folder.join("sccm").with_query_path(&format!("/{}", file.path)), folder.join(&file.path)]
            }
            None => vec![by_hash],
        }
    }

    /// Asks for the bytes of a file in one form after the other. With `learn`, a form that is refused as such is not tried
    /// again for the next file; one that only lacks a file is.
    fn bytes(
        &self,
        place: &Place,
        file: &ContentFile,
        learn: bool,
        get: impl Fn(&Url) -> Result<Answer, NetError>,
    ) -> Result<Answer, ContentError> {
        let first = self.learned().form;
        let mut refused = None;
        for form in first.. {
            let asked = self.ask(|root| match Self::forms(root, place, file).get(form) {
                Some(url) => get(url).map(Some),
                None => Ok(None),
            });
            match asked {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => break,
                Err(e) => {
                    use NetErrorKind::{Forbidden, MethodRefused, NotFound};
                    let is_form = matches!(e.kind(), Forbidden | MethodRefused);
                    if !is_form && e.kind() != NotFound {
                        return Err(ContentError::net(place.clone(), e));
                    }
                    if is_form && form == first && learn {
                        self.learn(|l| l.form = l.form.max(form + 1).min(2));
                    }
                    refused.get_or_insert(e);
                }
            }
        }
        Err(match refused {
            Some(e) if e.kind() == NetErrorKind::NotFound => {
                let message = format!("the server does not have file {}: {e}", file.sha256);
                ContentError::new(ContentErrorKind::FileMissing, place.clone(), message)
            }
            Some(e) => ContentError::net(place.clone(), e),
            None => ContentError::new(ContentErrorKind::FileMissing, place.clone(), "the server has no form for it"),
        })
    }
}

impl ContentSource for DistributionPoint {
    fn name(&self) -> &str {
        &self.name
    }

    fn package(&self, package_id: &str, context: &Context) -> Result<PackageContent, ContentError> {
        let place = Place { package: Some(package_id.to_owned()), ..self.place() };
        let record = format!("PkgLib/{package_id}.INI");
        let ini = self.record(&record, &place, ContentErrorKind::PackageUnknown, PackageIni::read)?;
        let (mut oddities, mut contents) = (Vec::new(), Vec::new());
        for id in current_contents(&ini, package_id, &place)? {
            contents.push(self.content(package_id, id, &mut oddities, context)?);
        }
        let package_id = package_id.to_owned();
        Ok(PackageContent {
            library: self.name.clone(),
            package_id,
            version: ini.version,
            has_records: true,
            contents,
            oddities,
        })
    }

    fn check(&self, place: &Place, file: &ContentFile) -> Result<(), ContentError> {
        let _turn = self.gate.turn();
        let answer =
            self.bytes(place, file, false, |url| self.client.send(&Request::new(Method::Head, url.clone())))?;
        check_length(place, file, answer.length)
    }

    fn open(&self, place: &Place, file: &ContentFile, from: u64, mark: Option<&str>) -> Result<Opened, ContentError> {
        let answer = self.bytes(place, file, true, |url| self.client.get_from(url, from, mark))?;
        if answer.from != 0 && answer.from != from {
            let message = format!("byte {from} was asked for, the server begins at byte {}", answer.from);
            return Err(ContentError::new(ContentErrorKind::Answer, place.clone(), message));
        }
        check_length(place, file, answer.length.map(|length| answer.from + length))?;
        Ok(Opened { from: answer.from, mark: answer.etag, body: answer.body })
    }
}

/// What a server promises must be what is recorded: not a byte of anything else is read.
fn check_length(place: &Place, file: &ContentFile, promised: Option<u64>) -> Result<(), ContentError> {
    match promised {
        Some(length) if length != file.size => {
            let message = format!("the server has {length} bytes of the file, {} are recorded", file.size);
            Err(ContentError::new(ContentErrorKind::FileLength, place.clone(), message))
        }
        _ => Ok(()),
    }
}

/// The body of an answer; more than `most` bytes of it are an error.
fn limited(answer: Answer, most: u64) -> impl Read {
    struct Limited(Box<dyn Read + Send>, u64);
    impl Read for Limited {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1 = self.1.checked_sub(count as u64).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "it is longer than the list of any folder")
            })?;
            Ok(count)
        }
    }
    Limited(answer.body, most)
}

fn listing_fault(place: &Place, url: &Url, error: ListingError) -> ContentError {
    let message = format!("'{url}': {error}");
    let kind = match &error {
        ListingError::Foreign(_) => ContentErrorKind::Unsafe,
        ListingError::Form(_) => ContentErrorKind::Answer,
        ListingError::Io(io) => match NetError::inside(io) {
            Some(net) => ContentErrorKind::of_net(net.kind()),
            None => ContentErrorKind::Answer,
        },
    };
    ContentError::new(kind, place.clone(), message).source(error)
}

/// The fault of the network that lies below an error, if one does.
fn net_below(error: &(dyn std::error::Error + 'static)) -> Option<(NetErrorKind, String)> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(net) = cause.downcast_ref::<NetError>() {
            return Some((net.kind(), net.to_string()));
        }
        if let Some(net) = cause.downcast_ref::<io::Error>().and_then(NetError::inside) {
            return Some((net.kind(), net.to_string()));
        }
        next = cause.source();
    }
    None
}

pub(crate) fn cancelled(place: &Place) -> ContentError {
    ContentError::new(ContentErrorKind::Cancelled, place.clone(), "the work was cancelled")
}
