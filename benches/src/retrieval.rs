//! Content over HTTP: from nginx on the loopback address into a cache, every file hashed; beside curl, which gets the same
//! addresses, and openssl, which hashes what curl wrote.

use crate::data::{self, PACKAGE};
use crate::measure::{Measure, Program};
use crate::result::{Benchmark, Contender, Goal, Ratio};
use crate::room::remove;
use crate::size::{Shape, SizeName};
use crate::{Fault, Result, machine, say};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

/// Whether server and peer are installed.
pub fn is_possible() -> bool {
    cfg!(unix) && (machine::has("nginx") || Utf8Path::new("/usr/sbin/nginx").exists()) && machine::has("curl")
}

/// A server that does as little as possible, and what it was asked.
#[cfg(unix)]
pub struct Server(tsm_sample_site::foreign::Nginx);

#[cfg(unix)]
impl Server {
    /// Serves a library.
    pub fn start(library: &Utf8Path) -> Result<Self> {
        let started = tsm_sample_site::foreign::Nginx::start(&[library.to_owned()]);
        started.map(Self).map_err(|e| Fault::new(format!("{e:#}")))
    }

    /// Its address.
    pub fn url(&self) -> &str {
        self.0.url()
    }

    /// Every address that was asked for since the server started, once, with the method.
    pub fn asked(&self) -> Result<BTreeSet<(String, String)>> {
        let log = self.0.log().map_err(|e| Fault::new(format!("{e:#}")))?;
        let both = log.iter().filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), format!("{}{}", self.url(), words.next()?)))
        });
        Ok(both.collect())
    }
}

/// Without a server of others there is nothing to measure.
#[cfg(not(unix))]
pub struct Server;

#[cfg(not(unix))]
impl Server {
    pub fn start(_: &Utf8Path) -> Result<Self> {
        Err(Fault::new("nginx is not started here"))
    }

    pub fn url(&self) -> &str {
        ""
    }

    pub fn asked(&self) -> Result<BTreeSet<(String, String)>> {
        Ok(BTreeSet::new())
    }
}

/// What curl is told to do.
pub struct Curl {
    instructions: Utf8PathBuf,
    copy: Utf8PathBuf,
    /// The files that are no records.
    files: Vec<String>,
}

impl Curl {
    /// The same requests as ours made.
    pub fn new(folder: &Utf8Path, asked: &BTreeSet<(String, String)>) -> Result<Self> {
        let (mut text, mut files) = (String::new(), Vec::new());
        for (number, (method, url)) in asked.iter().enumerate() {
            let name = format!("f{number:06}");
            let head = if method == "HEAD" { "head\n" } else { "" };
            // Each with options of its own.
            let next = if number == 0 { "" } else { "next\n" };
            let _ = write!(text, "{next}url = \"{url}\"\noutput = \"{name}\"\nsilent\nfail\n{head}");
            if url.contains("/FileLib/") {
                files.push(name);
            }
        }
        let curl = Self { instructions: folder.join("curl.txt"), copy: folder.join("copy"), files };
        fs::write(&curl.instructions, text).map_err(Fault::because("curl cannot be told what to do"))?;
        Ok(curl)
    }

    /// Gets everything.
    pub fn get(&self) -> Result<Measure> {
        fs::create_dir_all(&self.copy).map_err(Fault::because(format!("'{}' cannot be made", self.copy)))?;
        let arguments = ["--parallel", "--config", self.instructions.as_str()];
        Program::new("curl", arguments).within(&self.copy).measure()
    }

    /// Hashes the files that were got.
    fn hash(&self) -> Result<Measure> {
        let files = self.files.iter().map(String::as_str);
        Program::new("openssl", ["dgst", "-sha256"].into_iter().chain(files)).within(&self.copy).measure()
    }

    /// Removes what was got.
    pub fn clear(&self) -> Result<()> {
        remove(&self.copy)
    }
}

/// Gets a package, `runs` rounds.
pub fn run(shape: Shape, id: &str, folder: &Utf8Path, runs: u32) -> Result<Benchmark> {
    let what = format!("{} files, {} MB", shape.files, shape.bytes / 1_000_000);
    say(format!("\nContent over HTTP: {what}: making the data"));
    let data = data::make(folder, shape)?;
    let server = Server::start(&data.library)?;
    let ours = Ours::new(server.url(), folder)?;
    // Once beforehand, which tells what is asked for.
    ours.get()?;
    let curl = Curl::new(folder, &server.asked()?)?;
    let mut fetch = Contender::ours("records and files into a cache, every file hashed");
    let mut alone = Contender::new("curl --parallel alone (hashes nothing)");
    let mut both = Contender::new("curl --parallel, openssl dgst");
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        fetch.runs.push(ours.get()?);
        let got = curl.get()?;
        both.runs.push(Measure::chain(&[got, curl.hash()?]));
        alone.runs.push(got);
        curl.clear()?;
    }
    for leftover in [&data.tree, &data.library] {
        remove(leftover)?;
    }
    let seconds = fetch.seconds();
    let ratios = vec![
        Ratio::of("ours / (curl, openssl dgst)", &seconds, &both.seconds(), Some(Goal::AtMost(1.0))),
        Ratio::of("ours / curl", &seconds, &alone.seconds(), None),
    ];
    Ok(Benchmark {
        id: format!("retrieval-{id}"),
        title: format!("Content over HTTP: {what}"),
        contenders: vec![fetch, both, alone],
        ratios,
    })
}

/// How many times as long ten times as many files may take.
const LINEAR: f64 = 12.0;

/// Gets a package, and one with ten times as many files of 4 KiB: time must grow as their number does.
pub fn growth(size: SizeName, folder: &Utf8Path, runs: u32) -> Result<Benchmark> {
    let [few, many] = size.retrieved().map(Shape::small);
    let title = format!("Content over HTTP: {} files beside {}", many.files, few.files);
    let fetch = |shape: Shape| -> Result<Vec<Measure>> {
        say(format!("\n{title}: {} files", shape.files));
        let data = data::make(folder, shape)?;
        let server = Server::start(&data.library)?;
        let ours = Ours::new(server.url(), folder)?;
        let measured = (0..runs).map(|_| ours.get()).collect::<Result<Vec<_>>>()?;
        for leftover in [&data.tree, &data.library] {
            remove(leftover)?;
        }
        Ok(measured)
    };
    let mut ours = Contender::ours(&format!("{} files into a cache, every file hashed", many.files));
    let mut less = Contender::new(&format!("{} files", few.files));
    (less.runs, ours.runs) = (fetch(few)?, fetch(many)?);
    let ratio = Ratio::of("time for ten times as many", &ours.seconds(), &less.seconds(), Some(Goal::AtMost(LINEAR)));
    Ok(Benchmark { id: "retrieval-growth".to_owned(), title, contenders: vec![ours, less], ratios: vec![ratio] })
}

/// Our own program that gets the package.
struct Ours<'a> {
    program: String,
    url: &'a str,
    cache: Utf8PathBuf,
}

impl<'a> Ours<'a> {
    fn new(url: &'a str, folder: &Utf8Path) -> Result<Self> {
        let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
        Ok(Self { program: program.to_string_lossy().into_owned(), url, cache: folder.join("cache") })
    }

    fn get(&self) -> Result<Measure> {
        let arguments = ["fetch", self.url, PACKAGE, self.cache.as_str()];
        let measure = Program::new(&self.program, arguments).measure()?;
        remove(&self.cache)?;
        Ok(measure)
    }
}
