//! Whole media from every kind of source: the same files, and nothing got twice by a build that was broken off.

use crate::kit::observer::{Report, Watch};
use crate::kit::tools::need;
use crate::kit::{BOOT_IMAGE, Desk, listing, site, site_with, words};
use std::collections::BTreeMap;
use tsm_job::{Cancel, Context};
use tsm_media::Outcome;
use tsm_sample_site::foreign::{Apache, Nginx};
use tsm_sample_site::{Behaviour, DistributionPoint, Site, SiteOptions};

/// A desk whose content comes from these servers, into a cache of its own.
fn desk(site: &Site, urls: &[&str]) -> Desk {
    let mut desk = Desk::new(site);
    desk.definition.epoch = Some(1_700_000_000);
    if !urls.is_empty() {
        desk.definition.distribution_point = urls.iter().map(|&url| url.to_owned()).collect();
        desk.definition.cache_path = Some(desk.path("cache").into_string());
    }
    desk
}

/// Every file of the medium with its hash, but for the one that is fresh each time.
fn files(desk: &Desk) -> BTreeMap<String, String> {
    let manifest = desk.manifest_value();
    let text = |file: &serde_json::Value, key: &str| file[key].as_str().unwrap().to_owned();
    let files = manifest["files"].as_array().unwrap().iter();
    files
        .map(|file| (text(file, "path"), text(file, "sha256")))
        .filter(|(path, _)| !path.ends_with("Variables.dat"))
        .collect()
}

#[test]
fn media_from_the_folder_our_point_nginx_and_apache_are_the_same() {
    need!("nginx", "apache2");
    let site = site!();
    let ours = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let nginx = Nginx::start(&site.libraries()).unwrap();
    let apache = Apache::start(site).unwrap();
    let from_folder = desk(site, &[]);
    from_folder.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let wanted = files(&from_folder);
    assert!(wanted.len() > 5, "{wanted:?}");
    for url in [&ours.url(), nginx.url(), apache.url()] {
        let desk = desk(site, &[url]);
        let medium = desk.create().unwrap_or_else(|e| panic!("{url}: {}", words(&e)));
        assert_eq!(medium.verification, Some(Outcome::Passed), "{url}");
        assert_eq!(files(&desk), wanted, "{url}");
    }
}

#[test]
fn a_build_that_is_broken_off_at_ten_points_gets_nothing_twice() {
    const SIZE: u64 = 24 << 20;
    let options = SiteOptions { large_boot_image: Some(SIZE), ..SiteOptions::default() };
    let Some((_place, site)) = site_with(&options) else { return };
    let server = DistributionPoint::start(&site, Behaviour::default()).unwrap();
    let desk = desk(&site, &[&server.url()]);
    let hash = &site.package(BOOT_IMAGE).unwrap().contents[0].files[0].hash;
    let mut points: Vec<u64> = (1..=10).map(|n| (n * 0x9E37_79B9_u64) % SIZE).collect();
    points.sort_unstable();
    let partial = desk.path("cache/partial").join(hash);
    for end in points {
        let had = std::fs::metadata(&partial).map_or(0, |meta| meta.len());
        server.forget();
        let error = desk.create_with(&until(end)).unwrap_err();
        assert_eq!(error.kind(), tsm_media::ErrorKind::Cancelled, "{}", words(&error));
        assert!(!desk.iso().exists() && listing(&desk.path("out")).is_empty());
        check_ranges(&server, hash, had);
    }
    let had = std::fs::metadata(&partial).unwrap().len();
    assert!(had > SIZE / 2, "{had}");
    server.forget();
    assert_eq!(desk.create().unwrap().verification, Some(Outcome::Passed));
    check_ranges(&server, hash, had);
    server.forget();
    desk.create().unwrap();
    assert!(server.seen().iter().all(|seen| !seen.target.ends_with(hash.as_str()) || seen.method == "HEAD"));
}

/// What was there already is not asked for again.
fn check_ranges(server: &DistributionPoint, hash: &str, had: u64) {
    let seen = server.seen();
    let first = seen.iter().find(|seen| seen.target.ends_with(hash) && seen.method == "GET");
    if let (Some(first), 1..) = (first, had) {
        assert_eq!(first.range, Some(format!("bytes={had}-")));
    }
}

/// A context that stops the work when so many bytes are here.
fn until(bytes: u64) -> Context {
    let cancel = Cancel::new();
    let flag = cancel.clone();
    let (_, context) = Watch::new(cancel, move |report| {
        if let Report::Progress(record) = report
            && record.activity == "Fetching content"
            && record.done >= bytes
        {
            flag.cancel();
        }
    });
    context
}
