//! For benchmarks only, and no part of what this crate promises: the product's own writing and verification of a disc
//! image, without what a medium needs around it; and the making of a whole medium without its verification.

use crate::blueprint::{Blueprint, Item, KnownHash, PackageFile, Source};
use crate::build::{self, Made};
use crate::definition::Definition;
use crate::disc::Disc;
use crate::frame::{self, KnownFrame};
use crate::manifest::Manifest;
use crate::partial::Partial;
use crate::report::Outcome;
use crate::supply::{Keeping, Supply};
use crate::verify::{self, Expected, ExpectedImage};
use crate::volumes::{self, Frame, Parcel, Rank};
use crate::{
    Check, Error, ErrorKind, FileRecord, Host, Result, Secrets, Stage, content_errors, publish, source_checks,
};
use camino::Utf8Path;
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;
use tsm_content::{Giver, Library};
use tsm_formats::filetime;
use tsm_job::Context;
use tsm_platform::ExclusiveFile;
use tsm_site::{Package, PackageKind};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The length of the image in bytes.
    pub length: u64,
    /// SHA-256 of the image.
    pub sha256: String,
    /// The frame, which is what is not the data of a file: its ranges and their SHA-256.
    pub frame: (Vec<(u64, u64)>, String),
    /// Every file.
    pub files: Vec<FileRecord>,
}

/// Writes a disc image to `target` that holds one package of a content library under `SMS/PKG/<package>`.
pub fn write(library: &Utf8Path, package: &str, target: &Utf8Path, context: &Context) -> Result<Written> {
    let library = Library::open(library).map_err(content_errors::error)?;
    let items = items(&library, package)?;
    let disc = Disc { label: "Bench", items: &items, folders: &[], boot_entries: &[], boot_image: None };
    let fault = |message: String| Error::new(ErrorKind::BuildFailed, Stage::Build, message).target(target.as_str());
    let mut partial = ExclusiveFile::create(target)
        .map_err(|e| fault(format!("'{target}' cannot be made.")).source(e))?
        .map_err(|busy| fault(format!("'{target}' is busy.")).source(busy))?;
    let image = build::write_image(&disc, &Made::default(), Timestamp::now(), &mut partial, context)?;
    partial.keep();
    let files = image.files.iter().map(FileRecord::from).collect();
    let KnownFrame { place, sha256 } = image.hashes.frame;
    let frame = (place.ranges().iter().map(|range| (range.start, range.end)).collect(), sha256.to_string());
    Ok(Written { length: image.length, sha256: image.hashes.sha256.to_string(), frame, files })
}

/// Makes the medium of a definition and puts it in its place, but reads nothing back: what a build does before it verifies.
pub fn make(definition: &Definition, secrets: &Secrets, context: &Context) -> Result<()> {
    let host = Host::default();
    let supply = Supply::new(definition, secrets, Keeping::Kept);
    let blueprint = Blueprint::make(definition, secrets, &host, &supply, context)?;
    let built = build::build(&blueprint, secrets, Partial::open(definition)?, context)?;
    let manifest = Manifest::of(&blueprint, &built, Vec::new());
    publish::publish(&definition.target(), built.partial, &manifest).map(|_| ())
}

/// Every file of a package, as a file of the medium.
fn items(library: &Library, package: &str) -> Result<Vec<Item>> {
    let package = Arc::new(library.package(package).map_err(content_errors::error)?);
    let library = Arc::new(Giver::folder(Arc::new(library.clone())));
    let trees = package.contents.iter().enumerate();
    let files = trees.flat_map(|(content, tree)| (0..).zip(&tree.files).map(move |(file, of)| (content, file, of)));
    let item = |(content, file, of): (usize, usize, &tsm_content::ContentFile)| Item {
        path: format!("SMS/PKG/{}/{}", package.package_id, of.path),
        size: Some(of.size),
        hash: Some(KnownHash::Sha256(of.sha256)),
        modified: filetime::to_timestamp(of.modified_filetime).map_or(0, Timestamp::as_second),
        source: Source::Content(PackageFile { library: library.clone(), package: package.clone(), content, file }),
    };
    Ok(files.map(item).collect())
}

/// Reads an image back as a build does before it publishes a medium; all checks, those among them that only a task
/// sequence medium can pass.
pub fn read_back(image: &Utf8Path, written: Written, context: &Context) -> Result<Vec<Check>> {
    let place = frame::Frame::of(written.frame.0.iter().map(|&(begin, end)| begin..end).collect());
    let expected = Expected {
        image: Some(ExpectedImage {
            length: written.length,
            sha256: written.sha256,
            frame: written.frame.1.parse().ok().map(|sha256| KnownFrame { place, sha256 }),
        }),
        files: Some(written.files),
        ..Expected::default()
    };
    let host = Host::default();
    Ok(verify::verify(image, &expected, None, &Secrets::default(), (&host.profile, &host), context)?.checks)
}

/// Asks distribution points for packages in version 1, as the test of a definition does: version, records, and each file
/// that it is there in its length.
///
/// # Errors
/// The first thing that a distribution point lacks.
pub fn presence(urls: &[String], packages: &[String], context: &Context) -> Result<()> {
    let definition = json!({
        "schemaVersion": 1, "kind": "Bootable", "path": "bench.iso", "siteFacts": "facts.json", "noCache": true,
        "distributionPoint": urls
    });
    let definition = Definition::parse(&definition.to_string(), None)?;
    let package = |id: &String| Package {
        package_id: id.clone(),
        kind: PackageKind::Package,
        name: id.clone(),
        source_version: 1,
        architecture: None,
        contents: Vec::new(),
    };
    let packages: Vec<Package> = packages.iter().map(package).collect();
    let secrets = Secrets::default();
    let supply = Supply::new(&definition, &secrets, Keeping::Looked);
    let (sources, _) = supply.open(context)?;
    let asked = source_checks::ask(sources, &packages.iter().collect::<Vec<_>>(), "", context)?;
    match asked.iter().find(|(check, _)| check.outcome != Outcome::Passed) {
        None => Ok(()),
        Some((check, _)) => Err(Error::new(ErrorKind::ContentMissing, Stage::Preflight, check.evidence.clone())),
    }
}

/// Distributes `count` contents over discs of `capacity` bytes, and says how many discs that takes. The sizes are those of a
/// large site: most contents are small, some have gigabytes.
pub fn split(count: u32, capacity: u64) -> Result<usize> {
    let parcel = |number: u32| {
        // 2^16 to 2^31 bytes, spread by the golden ratio so that neighbours differ.
        let lot = u64::from(number.wrapping_mul(0x9E37_79B9));
        let bytes = (1u64 << (16 + (lot >> 16) % 15)) + (lot & 0xFFFF);
        let rank = match number % 64 {
            0 => Rank::First,
            odd if odd % 2 == 1 => Rank::Middle,
            _ => Rank::Last,
        };
        let file = |part: u64| (format!("SMS/PKG/P{number:07}/setup/part{part}.cab"), bytes / 4);
        Parcel { name: String::new(), rank, files: (0..4).map(file).collect(), folders: Vec::new() }
    };
    let parcels: Vec<Parcel> = (0..count).map(parcel).collect();
    let folder = || tsm_optical::Entry::dir("SMS/PKG", 0);
    let boot = vec![tsm_optical::Entry::file("sources/boot.wim", 300 << 20, 0), folder()];
    let frame = Frame { first: boot, boot: Vec::new(), later: vec![folder()] };
    Ok(volumes::split(&frame, &parcels, capacity)?.len())
}
