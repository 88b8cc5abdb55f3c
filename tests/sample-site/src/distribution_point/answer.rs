//! Which answer a request gets.
use std::fs::File;
use std::sync::atomic::Ordering;
use std::time::UNIX_EPOCH;

use camino::Utf8Path;
use serde_json::json;

use super::listing::{Page, html, http_date, multistatus, multistatus_of_file};
use super::reply::Reply;
use super::request::{Request, encode};
use super::shelf::{Address, Form, Thing, understand};
use super::switches::{Running, Switch, What};
use super::{Shared, Shown};

/// Where it tells how many requests were answered at once.
const COUNTS: &str = "/most-at-once";

impl Shared {
    /// The answer, and the trouble that it has on its way.
    pub(super) fn answer(&self, request: &Request, running: &Running, shown: &Shown) -> (Reply, Option<What>) {
        if running.behaviour.has(Switch::Counts) && request.target == COUNTS {
            let told = json!({ "mostAtOnce": self.most_busy.swap(0, Ordering::SeqCst) });
            return (Reply::new(200, "application/json", told.to_string().into_bytes()), None);
        }
        let Some((path, query)) = request.names() else { return (Reply::refusal(400, 0), None) };
        let inside = query.iter().flatten().map(String::as_str);
        let decoded = format!("/{}", path.iter().map(String::as_str).chain(inside).collect::<Vec<_>>().join("/"));
        let trouble = running.trouble(&decoded);
        let mut reply = match &trouble {
            Some(What::Status(status, below)) => Reply::refusal(*status, self.told(*below, running)),
            Some(What::Redirect(to)) => {
                let mut reply = Reply::refusal(302, 0);
                reply.headers.push(("Location", format!("{to}{}", encode(&decoded))));
                reply
            }
            _ => self.reply(request, running, shown, (&path, query.as_deref()), trouble.as_ref()),
        };
        reply.is_head = request.method == "HEAD";
        (reply, trouble)
    }

    /// The sub-status, where pages say it.
    fn told(&self, below: u16, running: &Running) -> u16 {
        if running.behaviour.has(Switch::ShortErrors) { 0 } else { below }
    }

    fn reply(
        &self,
        request: &Request,
        running: &Running,
        shown: &Shown,
        (path, query): (&[String], Option<&[String]>),
        trouble: Option<&What>,
    ) -> Reply {
        let refuse = |status, below| Reply::refusal(status, self.told(below, running));
        let address = understand(path, query);
        let no_cert = address.as_ref().is_some_and(|address| address.no_cert);
        if let Some((status, below)) = self.refused(running, *shown, no_cert) {
            return refuse(status, below);
        }
        let Some(address) = address else { return refuse(404, 0) };
        let is_propfind = request.method == "PROPFIND";
        if !(is_propfind && !running.behaviour.has(Switch::NoPropfind) || ["GET", "HEAD"].contains(&&*request.method)) {
            return refuse(405, 0);
        }
        if is_switched_off(&address, running) {
            return refuse(404, 0);
        }
        match self.shelf.look(&address) {
            Thing::Nothing => refuse(404, 0),
            Thing::Bytes(bytes) => Reply::new(200, "application/octet-stream", bytes),
            Thing::File(path) if is_propfind => match std::fs::metadata(&path) {
                Ok(meta) => xml(multistatus_of_file(&shown_path(&address, request), meta.len())),
                Err(_) => refuse(404, 0),
            },
            Thing::File(path) => self.file(&path, request, running, trouble).unwrap_or_else(|_| refuse(500, 0)),
            Thing::Folder(entries) if is_propfind => {
                let listed = if request.header("depth") == Some("0") { &[] } else { entries.as_slice() };
                xml(multistatus(&shown_path(&address, request), listed))
            }
            Thing::Folder(_) if running.behaviour.has(Switch::NoListing) => refuse(403, 14),
            Thing::Folder(_) if request.method == "HEAD" => Reply::new(200, "text/html", Vec::new()),
            Thing::Folder(entries) => {
                let page = Page {
                    host: request.header("host").unwrap_or("localhost"),
                    path: &shown_path(&address, request),
                    is_top: address.form == Form::DataLib,
                };
                let mut reply = Reply::new(200, "text/html; charset=utf-8", html(&page, &entries, &running.behaviour));
                reply.chunked = running.behaviour.has(Switch::Chunked);
                reply
            }
        }
    }

    /// Whether a caller is turned away, and with which status.
    fn refused(&self, running: &Running, shown: Shown, no_cert: bool) -> Option<(u16, u16)> {
        let has = |switch| running.behaviour.has(switch);
        if has(Switch::Windows) {
            return Some((401, 2));
        }
        match (self.tls.is_some() && has(Switch::Certificate), no_cert, shown) {
            (false, _, _) | (true, false, Shown::Good) => None,
            (true, true, _) => (!has(Switch::AnonymousNoCert)).then_some((401, 2)),
            (true, false, Shown::Nothing) => Some((403, 7)),
            (true, false, Shown::Bad) => Some((403, 16)),
        }
    }

    /// A file, or the part of it that is asked for. A range counts only for the file that the client began with.
    fn file(
        &self,
        path: &Utf8Path,
        request: &Request,
        running: &Running,
        trouble: Option<&What>,
    ) -> std::io::Result<Reply> {
        let file = File::open(path)?;
        let meta = file.metadata()?;
        let length = meta.len();
        let time = meta.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let new = trouble == Some(&What::NewTag);
        let count = if new { self.tags.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        let tag = format!("\"{time:x}:{length:x}:{count:x}\"");
        let date = http_date(i64::try_from(time).unwrap_or_default());
        let unchanged = request.header("if-range").is_none_or(|value| value == tag || value == date);
        let range = request.range().filter(|_| unchanged && !running.behaviour.has(Switch::NoRanges));
        let mut reply = match range {
            Some((first, last)) if first < length => {
                Reply::part(file, first, last.unwrap_or(u64::MAX).min(length - 1), length)?
            }
            Some(_) => {
                let mut reply = Reply::refusal(416, 0);
                reply.headers.push(("Content-Range", format!("bytes */{length}")));
                reply
            }
            None => Reply::whole(file, length),
        };
        if !running.behaviour.has(Switch::NoRanges) {
            reply.headers.push(("Accept-Ranges", "bytes".to_owned()));
        }
        if !running.behaviour.has(Switch::NoTags) {
            reply.headers.extend([("ETag", tag), ("Last-Modified", date)]);
        }
        Ok(reply)
    }
}

/// What a switch or request filtering keeps back.
fn is_switched_off(address: &Address<'_>, running: &Running) -> bool {
    let has = |switch| running.behaviour.has(switch);
    match address.form {
        Form::PkgLib => has(Switch::NoPkgLib),
        Form::FileLib => has(Switch::NoFileLib),
        Form::Query => has(Switch::NoQueryForm),
        Form::Direct => has(Switch::Filter) && address.names.iter().any(|name| is_filtered(name)),
        Form::DataLib | Form::Signature => false,
    }
}

fn is_filtered(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".config") || name == "bin"
}

/// The decoded path of what is listed. Below DataLib it is always the top of it.
fn shown_path(address: &Address<'_>, request: &Request) -> String {
    let names = request.names().map(|(path, _)| path).unwrap_or_default();
    let application = names.first().map_or("", String::as_str);
    let shown = if address.form == Form::DataLib { &address.names[..1] } else { &address.names[..] };
    format!("/{application}/{}", shown.join("/"))
}

fn xml(bytes: Vec<u8>) -> Reply {
    Reply::new(207, "text/xml; charset=utf-8", bytes)
}
