//! What is measured of the product: each in a process of its own, so that its time and memory can be told from others.

use crate::{Fault, Result, record};
use camino::Utf8Path;
use std::fs;
use std::sync::Arc;
use tsm_content::{Cache, ContentSource, DistributionPoint, Fetcher, PackageContent, Wanted};
use tsm_job::{Cancel, Context};
use tsm_media::{
    Check, Definition, Host, MediaTest, Outcome, ReferenceQuery, Secret, Secrets, bench, task_sequence_references,
    test_media,
};
use tsm_net::{Client, Patience, Standard, Trust};

/// The password of the certificate that media are made with. It protects nothing: the key goes with the data.
pub const CERTIFICATE_PASSWORD: &str = "bench";

/// How many files are asked for at once: what a build does when nothing else is asked.
const THREADS: usize = 4;

/// Writes a disc image of a package.
pub fn write(library: &Utf8Path, package: &str, image: &Utf8Path, record: &Utf8Path) -> Result<()> {
    let written = bench::write(library, package, image, &Context::silent())
        .map_err(Fault::because(format!("'{image}' was not written")))?;
    let cannot = || format!("'{record}' cannot be written");
    fs::write(record, record::write(&written)).map_err(Fault::because(cannot()))
}

/// Bytes of a DVD with two layers.
const DISC: u64 = 8_543_666_176;

/// Distributes contents over discs.
pub fn split(count: u32) -> Result<()> {
    match bench::split(count, DISC).map_err(Fault::because("the contents cannot be distributed"))? {
        0 => Err(Fault::new("there is no disc")),
        _ => Ok(()),
    }
}

/// Reads it back. That the two checks of the bytes fail would be a fault of the benchmark, not a slow run.
pub fn read_back(image: &Utf8Path, record: &Utf8Path) -> Result<()> {
    let cannot = || format!("'{record}' cannot be read");
    let text = fs::read_to_string(record).map_err(Fault::because(cannot()))?;
    let written = record::read(&text).ok_or_else(|| Fault::new(cannot()))?;
    let checks = bench::read_back(image, written, &Context::silent())
        .map_err(Fault::because(format!("'{image}' cannot be verified")))?;
    passed(&checks, &["medium.image", "medium.files", "medium.structure"])
}

fn passed(checks: &[Check], wanted: &[&str]) -> Result<()> {
    for wanted in wanted {
        match checks.iter().find(|check| check.id == *wanted) {
            Some(check) if check.outcome == Outcome::Passed => {}
            Some(check) => return Err(Fault::new(format!("{}: {}", check.id, check.evidence))),
            None => return Err(Fault::new(format!("there is no check {wanted}"))),
        }
    }
    Ok(())
}

/// Makes the medium of a definition, up to where it would be verified.
pub fn make(definition: &Utf8Path) -> Result<()> {
    let cannot = || format!("the medium of '{definition}' cannot be made");
    let text = fs::read_to_string(definition).map_err(Fault::because(cannot()))?;
    let parsed = Definition::parse(&text, None).map_err(Fault::because(cannot()))?;
    bench::make(&parsed, &secrets(), &Context::silent()).map_err(Fault::because(cannot()))
}

/// The password of the certificate that media are made with.
pub fn secrets() -> Secrets {
    let password = Secret::new(CERTIFICATE_PASSWORD.to_owned());
    Secrets { certificate_password: Some(password), ..Secrets::default() }
}

/// Tests a medium as a build does before it is published. That its bytes do not pass would be a fault of the benchmark.
pub fn test(medium: &Utf8Path) -> Result<()> {
    let test = MediaTest { path: medium.to_owned(), ..MediaTest::default() };
    let report = test_media(&test, &Secrets::default(), &Host::default(), &Context::silent())
        .map_err(Fault::because(format!("'{medium}' cannot be tested")))?;
    let of_form = match medium.extension() {
        Some("wim") => ["medium.data", "medium.operating-system"],
        _ => ["medium.image", "medium.structure"],
    };
    passed(&report.checks, &of_form)?;
    passed(&report.checks, &["medium.files"])
}

/// Gets a package from a distribution point into a cache: its records, then its files, each hashed as it comes.
pub fn fetch(url: &str, package: &str, cache: &Utf8Path) -> Result<()> {
    let cannot = || format!("'{package}' cannot be got from {url}");
    let context = Context::silent();
    let point: Arc<dyn ContentSource> = Arc::new(point(url, THREADS)?);
    let content = point.package(package, &context).map_err(Fault::because(cannot()))?;
    let cache = Cache::open(cache).map_err(Fault::because(cannot()))?;
    let fetcher = Fetcher { sources: vec![point], cache, threads: THREADS };
    let fetched = fetcher.fetch(&wanted(&content), &context).map_err(Fault::because(cannot()))?;
    match fetched.len() {
        0 => Err(Fault::new(format!("'{package}' holds no file"))),
        _ => Ok(()),
    }
}

/// Reads a task sequence, as for a medium.
pub fn task_sequence(file: &Utf8Path) -> Result<()> {
    let query = ReferenceQuery { path: file.to_owned(), ..ReferenceQuery::default() };
    let found = task_sequence_references(&query, &Context::silent())
        .map_err(Fault::because(format!("'{file}' cannot be read")))?;
    match found.references.len() {
        0 => Err(Fault::new(format!("'{file}' refers to nothing"))),
        _ => Ok(()),
    }
}

/// Every file of a package.
fn wanted(content: &PackageContent) -> Vec<Wanted> {
    let files = content.contents.iter().flat_map(|tree| tree.files.iter().map(move |file| (tree, file)));
    files.map(|(tree, file)| Wanted { place: content.place(tree, file), file: file.clone() }).collect()
}

/// Asks every distribution point what it has of every package, as the test of a definition does.
pub fn presence(packages: &Utf8Path, urls: &[String]) -> Result<()> {
    let list = fs::read_to_string(packages).map_err(Fault::because(format!("'{packages}' cannot be read")))?;
    let packages: Vec<String> = list.lines().map(str::to_owned).collect();
    bench::presence(urls, &packages, &Context::silent()).map_err(Fault::because("a distribution point lacks something"))
}

fn point(url: &str, threads: usize) -> Result<DistributionPoint> {
    let (patience, cancel) = (Patience::default(), Cancel::new());
    let standard = Standard::new(&Trust::system(), None, &patience, &cancel)
        .map_err(Fault::because("the network client cannot be made"))?;
    let client = Client::new(Arc::new(standard), patience, cancel, false);
    DistributionPoint::new(url, client, threads).map_err(Fault::because(format!("'{url}' is no distribution point")))
}
