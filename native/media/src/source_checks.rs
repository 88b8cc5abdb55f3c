//! Preflight of the sources: each is asked for each package that the medium needs, in the version of the site, and the
//! cache is looked at. A source that lacks something is told by name even when another one has it.

use crate::boot_image::{boot_file, check_version};
use crate::content_sources::{ContentSources, cache_path};
use crate::definition::Definition;
use crate::report::{Check, Outcome};
use crate::supply::Supply;
use crate::{Error, ErrorKind, Result, Stage, content_errors, content_work, text};
use camino::Utf8PathBuf;
use tsm_content::{Cache, DistributionPoint};
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_site::{Package, SiteFacts};

const ID: &str = "definition.sources";
const TITLE: &str = "The source has the content, in the version of the site";
const CACHE_ID: &str = "definition.cache";
const CACHE_TITLE: &str = "The cache can be used and has room";

/// One check a source, and one of the cache when a server is among them. An error means that the work was cancelled.
pub(crate) fn all(
    definition: &Definition,
    facts: &SiteFacts,
    profile: &MediaProfile,
    supply: &Supply<'_>,
    context: &Context,
) -> Result<Vec<Check>> {
    // What is wrong with a task sequence is told by its own check, and no reason to ask nobody.
    let packages = content_work::all_packages(definition, facts, profile);
    let Ok(packages) = packages.or_else(|_| content_work::packages(definition, facts)) else { return Ok(Vec::new()) };
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let (sources, unopened) = match supply.open(context) {
        Ok(opened) => opened,
        Err(e) => return Ok(vec![Check::from_error(ID, TITLE, &e)]),
    };
    let mut checks: Vec<Check> = unopened.iter().map(|e| warning(e.target_object().unwrap_or_default(), e)).collect();
    let asked = ask(sources, &packages, &definition.boot_image, context)?;
    let needed = asked.iter().map(|(_, bytes)| *bytes).max().unwrap_or_default();
    checks.extend(asked.into_iter().map(|(check, _)| check));
    if !definition.no_cache && definition.distribution_point.iter().any(|d| DistributionPoint::is_named_by(d)) {
        checks.push(cache(definition, needed));
    }
    Ok(checks)
}

/// What lacks is a warning here: whether any source has it is the check of the content itself.
fn warning(source: &str, error: &Error) -> Check {
    let mut check = Check::from_error(ID, TITLE, error).target(source);
    check.outcome = Outcome::Warning;
    check
}

/// Asks every source for every package, all sources at the same time; a check a source, with the bytes that it has.
pub(crate) fn ask(
    sources: &ContentSources,
    packages: &[&Package],
    boot_image: &str,
    context: &Context,
) -> Result<Vec<(Check, u64)>> {
    let all: Vec<(usize, &str)> = sources.names().enumerate().collect();
    tsm_content::each_at_once(all.len(), &all, |&(number, name)| {
        let looks = looks(sources, number, packages, boot_image, context)?;
        Ok(judge(name, packages.len(), looks))
    })
}

/// What a source has of a package, in words, and how many bytes that is.
type Look = Result<(String, u64)>;

/// Asks one source for every package. The first is asked for alone: it tells whether the source can be asked at all, and
/// when it cannot, the others are left out.
fn looks(
    sources: &ContentSources,
    number: usize,
    packages: &[&Package],
    boot_image: &str,
    context: &Context,
) -> Result<Vec<Look>> {
    let look = |package: &&Package| -> Result<Look> {
        context.check()?;
        match look(sources, number, package, boot_image, context) {
            Err(e) if e.kind() == ErrorKind::Cancelled => Err(e),
            other => Ok(other),
        }
    };
    let Some((first, others)) = packages.split_first() else { return Ok(Vec::new()) };
    let mut looks = vec![look(first)?];
    if !matches!(&looks[..], [Err(e)] if content_errors::is_of_server(e)) {
        looks.extend(tsm_content::each_at_once(sources.threads(), others, look)?);
    }
    Ok(looks)
}

/// The check of a source that was asked for `count` packages, and how many bytes it has of them.
fn judge(name: &str, count: usize, looks: Vec<Look>) -> (Check, u64) {
    let is_left = looks.len() < count;
    let (mut found, mut lacking, mut size) = (Vec::new(), Vec::new(), 0);
    for look in looks {
        match look {
            Ok((words, bytes)) => {
                found.push(words);
                size += bytes;
            }
            Err(e) => lacking.push(e),
        }
    }
    let Some((first, others)) = lacking.split_first() else {
        return (Check::passed(ID, TITLE, format!("'{name}': {}.", found.join("; "))).target(name), size);
    };
    let mut check = warning(name, first);
    for other in others {
        check.evidence.push_str(&format!(" {}", other.with_causes()));
    }
    if is_left {
        check.evidence.push_str(" It was asked for nothing else.");
    }
    if !found.is_empty() {
        check.evidence.push_str(&format!(" It has {}.", found.join("; ")));
    }
    (check, size)
}

/// Looks for one package in one source: its records, its version, and that its bytes are there. Of the boot image only the
/// image itself is needed.
fn look(sources: &ContentSources, number: usize, package: &Package, boot_image: &str, context: &Context) -> Look {
    let content = sources.package(number, &package.package_id, context)?;
    check_version(&content, package)?;
    let of_boot_image = package.package_id.eq_ignore_ascii_case(boot_image);
    let only = if of_boot_image { boot_file(&content).map(|(_, file)| file.sha256) } else { None };
    sources.check(number, &content, |file| only.is_none_or(|hash| hash == file.sha256), context)?;
    let files: usize = content.contents.iter().map(|tree| tree.files.len()).sum();
    let version = content.version.unwrap_or(package.source_version);
    let size = content.size();
    Ok((format!("{} version {version}, {files} files, {}", package.package_id, text::bytes(size)), size))
}

/// Whether the cache can be used, and whether what is needed fits.
fn cache(definition: &Definition, needed: u64) -> Check {
    match look_at_cache(definition, needed) {
        Ok(evidence) => Check::passed(CACHE_ID, CACHE_TITLE, evidence),
        Err(e) => Check::from_error(CACHE_ID, CACHE_TITLE, &e),
    }
}

fn look_at_cache(definition: &Definition, needed: u64) -> Result<String> {
    let path = cache_path(definition)?;
    let cache = Cache::existing(&path).map_err(content_errors::error)?;
    let folder = existing(path.clone());
    let fault = |kind, message: String| Error::new(kind, Stage::Preflight, message).target(path.as_str());
    if !tsm_platform::folder_is_writable(&folder).unwrap_or(false) {
        return Err(fault(ErrorKind::CacheUnusable, format!("You may not write to the cache '{folder}'.")));
    }
    let here: u64 = match &cache {
        Some(cache) => cache.packages().map_err(content_errors::error)?.iter().map(|p| p.bytes_here).sum(),
        None => 0,
    };
    let free = tsm_platform::free_space(&folder).ok();
    // What is here already need not be fetched; more than that cannot be known before the records are read.
    if let Some(free) = free
        && free.saturating_add(here) < needed
    {
        let (free, needed) = (text::bytes(free), text::bytes(needed));
        return Err(fault(
            ErrorKind::CacheSpace,
            format!("The cache '{path}' has {free} free, {needed} may be needed."),
        ));
    }
    let free = free.map_or_else(String::new, |free| format!(", {} free", text::bytes(free)));
    Ok(format!("'{path}': {} kept{free}.", text::bytes(here)))
}

/// The folder, or the nearest one above it that is there.
fn existing(mut path: Utf8PathBuf) -> Utf8PathBuf {
    while !path.is_dir() && path.pop() {}
    if path.as_str().is_empty() { Utf8PathBuf::from(".") } else { path }
}
