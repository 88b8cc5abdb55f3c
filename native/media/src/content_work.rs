//! Work with content ahead of a build: filling the cache, saying what is in it, cleaning it.

use crate::boot_image::check_version;
use crate::content_sources::{cache_path, default_cache_path};
use crate::definition::{Definition, is_package_id, is_wim_path};
use crate::supply::{Keeping, Supply};
use crate::{Error, ErrorKind, Result, Secrets, Stage, content_errors, input, profile, site, stand_alone};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Serialize;
use std::time::{Duration, SystemTime};
use tsm_content::{Cache, CachedPackage, Limits};
use tsm_formats::MediaProfile;
use tsm_job::Context;
use tsm_site::{Package, PackageKind, SiteFacts};

/// A package in the cache, or in a library that is a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentRecord {
    /// The package ID.
    pub package_id: String,
    /// Its name, where it is known.
    pub name: Option<String>,
    /// The version of its source, where it is known.
    pub source_version: Option<u32>,
    /// How many different files it has.
    pub files: u64,
    /// Their length, in bytes.
    pub bytes: u64,
    /// How many of them are here.
    pub files_here: u64,
    /// Their length, in bytes.
    pub bytes_here: u64,
    /// All of them are here.
    pub complete: bool,
    /// Where they are: the folder of the cache, or the library that needs none.
    pub path: String,
    /// The sources that gave something now; empty for what was here already.
    pub sources: Vec<String>,
    /// When one of the files was last used (RFC 3339, UTC).
    pub last_used: Option<String>,
}

/// What is to be removed from a cache. Without any limit: everything.
#[derive(Debug, Clone, Default)]
pub struct ContentLimits {
    /// Files that were not used for so many seconds.
    pub older_than_seconds: Option<u64>,
    /// The files used least recently, until the rest has at most so many bytes.
    pub maximum_bytes: Option<u64>,
    /// The files of these packages that no other package has.
    pub packages: Vec<String>,
}

/// What was removed from a cache, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentSweep {
    /// The folder of the cache.
    pub path: String,
    /// Files that are removed.
    pub files: u64,
    /// Their length, in bytes.
    pub bytes: u64,
    /// Files that stay.
    pub files_left: u64,
    /// Their length, in bytes.
    pub bytes_left: u64,
    /// Files that should have gone, but somebody uses them.
    pub busy: u64,
}

/// Fetches all content of distribution points that a medium needs into the cache, a record a package. What lies in a
/// folder stays where it is.
pub fn save_content(
    definition: &Definition,
    secrets: &Secrets,
    host: &crate::Host,
    context: &Context,
) -> Result<Vec<ContentRecord>> {
    let now = Timestamp::now();
    let profile = profile::of(definition, host)?;
    if let Some(fault) = input::faults(definition, None, &profile, now).into_iter().next() {
        return Err(fault);
    }
    if let Some(fault) = input::client_certificate(definition, Some(secrets)) {
        return Err(fault);
    }
    if definition.no_cache {
        let message = "The definition says that nothing is to be kept (noCache).";
        return Err(Error::new(ErrorKind::DefinitionMalformed, Stage::Input, message)
            .target("noCache")
            .action("Take noCache out of the definition to fill the cache."));
    }
    let facts = site::load(definition, now)?;
    let definition = &*stand_alone::with_boot_image(definition, &facts)?;
    let packages = all_packages(definition, &facts, &profile)?;
    let supply = Supply::new(definition, secrets, Keeping::Kept);
    packages.into_iter().map(|package| save(definition, package, &supply, context)).collect()
}

/// The packages whose content a medium needs, those of its task sequence among them.
pub(crate) fn all_packages<'a>(
    definition: &Definition,
    facts: &'a SiteFacts,
    profile: &MediaProfile,
) -> Result<Vec<&'a Package>> {
    let mut packages = packages(definition, facts)?;
    for needed in stand_alone::packages(definition, facts, profile)? {
        if !packages.iter().any(|package| package.package_id == needed.package_id) {
            packages.push(needed);
        }
    }
    Ok(packages)
}

/// The packages that a definition names.
pub(crate) fn packages<'a>(definition: &Definition, facts: &'a SiteFacts) -> Result<Vec<&'a Package>> {
    let mut packages = Vec::new();
    if !is_wim_path(&definition.boot_image) {
        packages.push(site::boot_image(facts, &definition.boot_image)?);
    }
    if let Some(id) = definition.operating_system_image.as_deref().filter(|id| is_package_id(id)) {
        packages.push(site::package(facts, id, PackageKind::OperatingSystemImage)?);
    }
    if let Some(id) = definition.prestart_package.as_deref().filter(|id| is_package_id(id)) {
        packages.push(site::package(facts, id, PackageKind::Package)?);
    }
    for (id, kind) in crate::extras::wanted(definition, facts)? {
        let package = site::package(facts, &id, kind)?;
        if !packages.iter().any(|known| known.package_id == package.package_id) {
            packages.push(package);
        }
    }
    Ok(packages)
}

/// Fetches one package from the first source that has it in the right version.
fn save(definition: &Definition, package: &Package, supply: &Supply<'_>, context: &Context) -> Result<ContentRecord> {
    let (sources, mut failures) = supply.open(context)?;
    for number in 0..sources.names().count() {
        context.check()?;
        let fetched = sources.package(number, &package.package_id, context).and_then(|content| {
            check_version(&content, package)?;
            let brought = sources.fetch(number, &content, package, |_| true, |_| true, context)?;
            Ok((content, brought))
        });
        match fetched {
            Ok((content, brought)) => return record(definition, package, &content, &brought.sources),
            Err(e) if content_errors::is_ours(&e) => return Err(e),
            Err(e) => {
                context.verbose(format!("{} The next library is asked.", e.message()));
                failures.push(e);
            }
        }
    }
    Err(content_errors::all_failed(&package.package_id, failures))
}

/// What is said of a package that was saved.
fn record(
    definition: &Definition,
    package: &Package,
    content: &tsm_content::PackageContent,
    sources: &[String],
) -> Result<ContentRecord> {
    let of = tsm_content::PackageRecord::of(content, Some(&package.name), Some(package.source_version));
    let (files, bytes) = (of.files.len() as u64, of.files.values().sum());
    let in_folder = !tsm_content::DistributionPoint::is_named_by(&content.library);
    let path = if in_folder { content.library.clone() } else { cache_path(definition)?.into_string() };
    Ok(ContentRecord {
        package_id: of.package_id,
        name: of.name,
        source_version: of.version,
        files,
        bytes,
        files_here: files,
        bytes_here: bytes,
        complete: true,
        path,
        sources: sources.to_vec(),
        last_used: None,
    })
}

/// What the cache holds, a record a package. `cache` is its folder; the user's own, when absent.
pub fn list_content(cache: Option<&Utf8Path>) -> Result<Vec<ContentRecord>> {
    let root = root(cache)?;
    let Some(cache) = Cache::existing(&root).map_err(content_errors::error)? else { return Ok(Vec::new()) };
    let packages = cache.packages().map_err(content_errors::error)?;
    Ok(packages.into_iter().map(|package| of_cached(&root, package)).collect())
}

fn of_cached(root: &Utf8Path, package: CachedPackage) -> ContentRecord {
    let time = |time: SystemTime| Timestamp::try_from(time).map(|t| t.to_string()).ok();
    ContentRecord {
        files: package.record.files.len() as u64,
        bytes: package.record.files.values().sum(),
        files_here: package.files_here,
        bytes_here: package.bytes_here,
        complete: package.is_complete(),
        path: root.to_string(),
        sources: Vec::new(),
        last_used: package.last_used.and_then(time),
        package_id: package.record.package_id,
        name: package.record.name,
        source_version: package.record.version,
    }
}

/// Cleans the cache, or only says what would be removed. `cache` is its folder; the user's own, when absent.
pub fn clear_content(
    cache: Option<&Utf8Path>,
    limits: &ContentLimits,
    only_say: bool,
    context: &Context,
) -> Result<ContentSweep> {
    let root = root(cache)?;
    let swept = match Cache::existing(&root).map_err(content_errors::error)? {
        None => tsm_content::Swept::default(),
        Some(cache) => {
            let limits = Limits {
                older_than: limits.older_than_seconds.map(Duration::from_secs),
                maximum_bytes: limits.maximum_bytes,
                packages: limits.packages.clone(),
            };
            cache.sweep(&limits, only_say, context).map_err(content_errors::error)?
        }
    };
    Ok(ContentSweep {
        path: root.into_string(),
        files: swept.files,
        bytes: swept.bytes,
        files_left: swept.files_left,
        bytes_left: swept.bytes_left,
        busy: swept.busy,
    })
}

fn root(asked: Option<&Utf8Path>) -> Result<Utf8PathBuf> {
    asked.map(|path| Ok(path.to_owned())).unwrap_or_else(default_cache_path)
}
