//! Media from distribution points: the same medium as from a library in a folder, whatever happens on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use kit::{BOOT_IMAGE, Desk, copy_of, in_short, listing, site, words};
use tsm_media::Outcome;
use tsm_sample_site::{Authority, Behaviour, DistributionPoint, Fault, Flaw, Seen, Site, Switch, Trouble, What};

/// A desk whose content comes from servers, with a cache of its own.
fn desk(site: &Site, servers: &[&DistributionPoint]) -> Desk {
    let mut desk = Desk::new(site);
    desk.definition.distribution_point = servers.iter().map(|s| s.url()).collect();
    desk.definition.cache_path = Some(desk.path("cache").into_string());
    desk.definition.epoch = Some(1_700_000_000);
    desk
}

fn serve(site: &Site, behaviour: Behaviour) -> DistributionPoint {
    DistributionPoint::start(site, behaviour).unwrap()
}

/// The hashes of all files of the medium but the one that is always fresh.
fn files(desk: &Desk) -> Vec<(String, String)> {
    let manifest = desk.manifest_value();
    let files = manifest["files"].as_array().unwrap().iter();
    let pair =
        |f: &serde_json::Value| (f["path"].as_str().unwrap().to_owned(), f["sha256"].as_str().unwrap().to_owned());
    files.map(pair).filter(|(path, _)| !path.ends_with("Variables.dat")).collect()
}

fn bytes_of_files(seen: &[Seen]) -> u64 {
    seen.iter().filter(|s| s.target.contains("FileLib")).map(|s| s.sent).sum()
}

#[test]
fn a_medium_from_a_distribution_point_is_the_one_from_the_folder() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let (from_folder, from_server) = (Desk::new(site), desk(site, &[&server]));
    from_folder.create().unwrap();
    let medium = from_server.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(medium.verification, Some(Outcome::Passed));
    assert!(medium.warnings.is_empty(), "{:?}", medium.warnings);
    assert_eq!(files(&from_folder), files(&from_server));
    assert_eq!(from_server.manifest_value()["packages"][0]["source"], server.url());
}

#[test]
fn a_second_medium_asks_for_no_byte_again() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let desk = desk(site, &[&server]);
    desk.create().unwrap();
    let size = site.package(BOOT_IMAGE).unwrap().contents[0].files[0].size;
    assert_eq!(bytes_of_files(&server.seen()), size);
    server.forget();
    desk.create().unwrap();
    assert_eq!(bytes_of_files(&server.seen()), 0);
}

#[test]
fn a_damaged_file_of_the_cache_is_fetched_again() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let desk = desk(site, &[&server]);
    desk.create().unwrap();
    let file = listing(&desk.path("cache")).into_keys().find(|name| name.starts_with("files/") && !name.ends_with('/'));
    let path = desk.path("cache").join(file.unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    server.forget();
    assert_eq!(desk.create().unwrap().verification, Some(Outcome::Passed));
    assert!(bytes_of_files(&server.seen()) > 0);
}

#[test]
fn without_a_cache_nothing_is_left_behind() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let mut desk = desk(site, &[&server]);
    (desk.definition.cache_path, desk.definition.no_cache) = (None, true);
    desk.create().unwrap();
    assert!(listing(&desk.path("temporary")).is_empty());
}

/// A package beside the boot image: small files, folders, names of all kinds.
#[test]
fn the_content_of_a_package_comes_from_a_server_through_the_cache_or_straight() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let with_package = |mut desk: Desk| {
        desk.definition.prestart_command = Some("cmd /c exit 0".to_owned());
        desk.definition.prestart_package = Some("PS100012".to_owned());
        desk
    };
    let (from_folder, cached, mut straight) =
        (with_package(Desk::new(site)), with_package(desk(site, &[&server])), with_package(desk(site, &[&server])));
    (straight.definition.cache_path, straight.definition.no_cache) = (None, true);
    for desk in [&from_folder, &cached, &straight] {
        desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    }
    assert_eq!(files(&from_folder), files(&cached));
    assert_eq!(files(&from_folder), files(&straight));
    assert!(listing(&straight.path("temporary")).is_empty());
}

#[test]
fn the_next_one_is_asked_when_the_first_fails() {
    let site = site!();
    let good = serve(site, Behaviour::default());
    for trouble in [
        "503",
        "401",
        "404@PkgLib",
        "altered@FileLib",
        "length=-10@FileLib",
        "redirect=http://127.0.0.2:9",
        "cut=0@FileLib",
    ] {
        let bad = serve(site, trouble.parse::<Trouble>().unwrap().into());
        let desk = desk(site, &[&bad, &good]);
        let medium = desk.create().unwrap_or_else(|e| panic!("{trouble}: {}", words(&e)));
        assert_eq!(medium.verification, Some(Outcome::Passed), "{trouble}");
    }
}

#[test]
fn a_server_with_an_old_version_is_passed_over_and_named() {
    let site = site!();
    let (_folder, old) = copy_of(site);
    old.inject(Fault::OldVersion, BOOT_IMAGE).unwrap();
    let (stale, good) = (serve(&old, Behaviour::default()), serve(site, Behaviour::default()));
    let both = desk(site, &[&stale, &good]);
    let medium = both.create().unwrap();
    assert!(medium.warnings.iter().any(|w| w.contains(&stale.url()) && w.contains("version")), "{:?}", medium.warnings);
    let alone = desk(site, &[&stale]).create().unwrap_err();
    assert_eq!(alone.kind().code(), "TSM1208", "{alone}");
}

#[test]
fn every_place_that_was_asked_is_named_with_its_reason() {
    let site = site!();
    let bad = serve(site, Trouble::new(What::Status(503, 0), "").into());
    let refuses = serve(site, Behaviour::with(&[Switch::Windows]));
    let desk = desk(site, &[&bad, &refuses]);
    let error = desk.create().unwrap_err();
    for text in [bad.url(), refuses.url(), BOOT_IMAGE.to_owned(), "Negotiate".to_owned(), "503".to_owned()] {
        assert!(words(&error).contains(&text), "{text}: {}", words(&error));
    }
    assert!(!desk.iso().exists());
}

#[test]
fn a_server_is_trusted_by_the_certificate_that_is_named() {
    let site = site!();
    let (servers, clients) = (Authority::new("Servers").unwrap(), Authority::new("Clients").unwrap());
    let server =
        DistributionPoint::start_tls(site, Behaviour::default(), &servers.server(Flaw::None).unwrap(), &clients)
            .unwrap();
    let mut desk = desk(site, &[&server]);
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind().code(), "TSM1213", "{error}");
    std::fs::write(desk.path("root.pem"), servers.pem()).unwrap();
    desk.definition.trusted_certificate = vec![desk.path("root.pem").into_string()];
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
}

#[test]
fn the_preflight_tells_of_servers_and_makes_no_medium() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let desk = desk(site, &[&server]);
    let report = desk.preflight();
    assert!(report.failures().next().is_none(), "{}", in_short(&report));
    assert!(!desk.iso().exists());
}
