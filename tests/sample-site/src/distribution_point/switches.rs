//! What a distribution point does otherwise than it should: switches for all of its answers, troubles for some.
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Error, Result, bail};
use clap::ValueEnum;

/// A habit of the whole distribution point. Without any, it answers anonymous callers in every form that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Switch {
    /// Callers need Windows authentication: 401 with `Negotiate` and `NTLM`, which nobody here can pass.
    Windows,
    /// Callers need a client certificate of the right authority: 403.7 without one, 403.16 with another. Over HTTPS only;
    /// below `NOCERT_` it is Windows authentication instead.
    Certificate,
    /// Over HTTPS, callers are asked for no client certificate, and anybody is answered below `NOCERT_` too.
    AnonymousNoCert,
    /// Listings write the tag of folders as `&lt;dir&gt;`; without it the last semicolon is missing, as was seen.
    Semicolon,
    /// Links in listings are written with `\`.
    Backslash,
    /// Listings write dates as in Germany, and sizes with points.
    GermanDates,
    /// Listings write the application and the content ID in another case.
    OtherCase,
    /// Each listing has one more link, to another host.
    ForeignLink,
    /// The listing of a content's root, and that of all contents, is followed by 50 MB more.
    HugeListing,
    /// Listings are sent without a length, in pieces.
    Chunked,
    /// Folders are not listed: 403.14.
    NoListing,
    /// PROPFIND is answered with 405.
    NoPropfind,
    /// `PkgLib` is 404.
    NoPkgLib,
    /// `FileLib` is 404.
    NoFileLib,
    /// The form with `sccm?` is 404.
    NoQueryForm,
    /// Request filtering: `.config` files and the folder `bin` are 404 in the direct form.
    Filter,
    /// Ranges are not honoured: always the whole file.
    NoRanges,
    /// No `ETag` and no `Last-Modified` are sent.
    NoTags,
    /// Pages of errors do not say the sub-status.
    ShortErrors,
    /// No habit of any server: `GET /most-at-once` tells how many requests were answered at once since it was last asked, as
    /// `{"mostAtOnce": 3}`.
    Counts,
}

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// This status, with a sub-status or 0: `503` or `403.7`.
    Status(u16, u16),
    /// The connection is cut after so many bytes of the body: `cut=1000`.
    Cut(u64),
    /// After so many bytes of the body nothing more comes: `stall=1000`.
    Stall(u64),
    /// The answer begins late, by so many milliseconds: `slow-start=2000`.
    SlowStart(Duration),
    /// One byte a second: `trickle`.
    Trickle,
    /// `Content-Length` is off by so many bytes, up or down; the body is as ever: `length=-10`.
    Length(i64),
    /// One bit in the middle of the body is another: `altered`.
    Altered,
    /// A body without length or end: `endless`.
    Endless,
    /// A body of so many bytes, honestly told, whatever the file has: `long=10737418240`.
    Long(u64),
    /// The body ends with the connection, and no length is told: `no-length`.
    NoLength,
    /// To the same path at this address: `redirect=http://127.0.0.2:80`.
    Redirect(String),
    /// `ETag` is another than before: `new-tag`.
    NewTag,
}

/// A trouble, and which requests have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happens.
    pub what: What,
    /// Requests whose decoded path has this text in it, in any case; empty for all.
    pub on: String,
    /// How many such requests; `None` for all.
    pub times: Option<u32>,
}

impl Trouble {
    /// On every request whose decoded path has `on` in it.
    #[must_use]
    pub fn new(what: What, on: &str) -> Self {
        Self { what, on: on.to_owned(), times: None }
    }

    /// Only so many times.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }
}

impl FromStr for Trouble {
    type Err = Error;

    /// `WHAT[=VALUE][@PART OF PATH][*TIMES]`, such as `cut=1000@FileLib*3` or `503`.
    fn from_str(text: &str) -> Result<Self> {
        let (rest, times) = match text.rsplit_once('*') {
            Some((rest, times)) => (rest, Some(times.parse().context("behind '*' stands how many times")?)),
            None => (text, None),
        };
        let (rest, on) = rest.split_once('@').unwrap_or((rest, ""));
        let (word, value) = rest.split_once('=').unwrap_or((rest, ""));
        let number = || value.parse::<u64>().with_context(|| format!("'{word}' wants a number: {word}=1000"));
        let what = match word {
            "cut" => What::Cut(number()?),
            "stall" => What::Stall(number()?),
            "slow-start" => What::SlowStart(Duration::from_millis(number()?)),
            "trickle" => What::Trickle,
            "length" => What::Length(value.parse().context("'length' wants a difference: length=-10")?),
            "altered" => What::Altered,
            "endless" => What::Endless,
            "long" => What::Long(number()?),
            "no-length" => What::NoLength,
            "redirect" if !value.is_empty() => What::Redirect(value.to_owned()),
            "new-tag" => What::NewTag,
            _ => status(word)?,
        };
        Ok(Self { what, on: on.to_owned(), times })
    }
}

fn status(word: &str) -> Result<What> {
    let (status, below) = word.split_once('.').unwrap_or((word, "0"));
    match (status.parse(), below.parse()) {
        (Ok(status @ 400..600), Ok(below)) => Ok(What::Status(status, below)),
        _ => bail!("unknown trouble '{word}'"),
    }
}

/// Everything that a distribution point does otherwise.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// Its habits.
    pub switches: BTreeSet<Switch>,
    /// Its troubles; the first that fits a request happens.
    pub troubles: Vec<Trouble>,
    /// Where [`Switch::ForeignLink`] leads: `http://host:port`.
    pub foreign: Option<String>,
}

impl Behaviour {
    /// With these habits.
    #[must_use]
    pub fn with(switches: &[Switch]) -> Self {
        Self { switches: switches.iter().copied().collect(), ..Self::default() }
    }

    /// With one trouble more.
    #[must_use]
    pub fn trouble(mut self, trouble: Trouble) -> Self {
        self.troubles.push(trouble);
        self
    }

    pub(super) fn has(&self, switch: Switch) -> bool {
        self.switches.contains(&switch)
    }
}

impl From<Trouble> for Behaviour {
    fn from(trouble: Trouble) -> Self {
        Self::default().trouble(trouble)
    }
}

/// A behaviour in use: troubles are counted.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) behaviour: Behaviour,
    left: Vec<AtomicU32>,
}

impl Running {
    pub(super) fn new(behaviour: Behaviour) -> Self {
        let left = behaviour.troubles.iter().map(|trouble| AtomicU32::new(trouble.times.unwrap_or(u32::MAX))).collect();
        Self { behaviour, left }
    }

    /// The trouble of a request for this decoded path, if it has one.
    pub(super) fn trouble(&self, path: &str) -> Option<What> {
        let path = path.to_lowercase();
        let fits = |trouble: &Trouble| path.contains(&trouble.on.to_lowercase());
        let mut all = self.behaviour.troubles.iter().zip(&self.left);
        all.find(|(trouble, left)| fits(trouble) && take(left)).map(|(trouble, _)| trouble.what.clone())
    }
}

/// Takes one of those that are left; `u32::MAX` is without end.
fn take(left: &AtomicU32) -> bool {
    let less = |left| match left {
        0 => None,
        u32::MAX => Some(u32::MAX),
        left => Some(left - 1),
    };
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn troubles_are_read_from_text() {
        let read = |text: &str| text.parse::<Trouble>().unwrap();
        assert_eq!(read("503"), Trouble::new(What::Status(503, 0), ""));
        assert_eq!(read("403.16@PkgLib"), Trouble::new(What::Status(403, 16), "PkgLib"));
        assert_eq!(read("cut=1000@FileLib*3"), Trouble::new(What::Cut(1000), "FileLib").times(3));
        assert_eq!(read("length=-5"), Trouble::new(What::Length(-5), ""));
        assert_eq!(read("redirect=http://a.test:1"), Trouble::new(What::Redirect("http://a.test:1".into()), ""));
        for bad in ["", "cut", "cut=x", "200", "nonsense", "redirect", "503*x"] {
            assert!(bad.parse::<Trouble>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_trouble_happens_as_often_as_told_and_where_told() {
        let running = Running::new(Trouble::new(What::Trickle, "filelib").times(2).into());
        assert_eq!(running.trouble("/x/PkgLib/y"), None);
        for expected in [Some(What::Trickle), Some(What::Trickle), None] {
            assert_eq!(running.trouble("/x/FileLib/y"), expected);
        }
    }
}
