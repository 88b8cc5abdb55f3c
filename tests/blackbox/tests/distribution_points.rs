//! Media from distribution points: the same medium as from a library in a folder, whatever happens on the way.
#![cfg(unix)] // servers of others are started
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use kit::{BOOT_IMAGE, Desk, copy_of, in_short, listing, site, words};
use std::collections::BTreeMap;
use std::time::SystemTime;
use tsm_media::{Outcome, Secret};
use tsm_sample_site::foreign::{ClientCertificates, Nginx};
use tsm_sample_site::{
    Authority, Behaviour, DistributionPoint, Fault, Flaw, Seen, Site, Switch, TASK_SEQUENCE, Trouble, What,
};

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

/// A desk that trusts an authority, and shows the certificate of another one, or none.
fn desk_with_certificate(site: &Site, url: &str, servers: &Authority, clients: Option<&Authority>) -> Desk {
    let mut desk = desk(site, &[]);
    desk.definition.distribution_point = vec![url.to_owned()];
    std::fs::write(desk.path("root.pem"), servers.pem()).unwrap();
    desk.definition.trusted_certificate = vec![desk.path("root.pem").into_string()];
    if let Some(clients) = clients {
        std::fs::write(desk.path("client.pfx"), clients.client().unwrap().pkcs12(SESAME).unwrap()).unwrap();
        desk.definition.distribution_point_certificate_path = Some(desk.path("client.pfx").into_string());
        desk.secrets.distribution_point_certificate_password = Some(Secret::new(SESAME.to_owned()));
    }
    desk
}

/// The password of client certificates; no text may show it.
const SESAME: &str = "open-sesame-4711";

#[test]
fn a_client_certificate_is_shown_to_a_point_that_wants_one() {
    let site = site!();
    let (servers, clients, others) =
        (Authority::new("Servers").unwrap(), Authority::new("Clients").unwrap(), Authority::new("Others").unwrap());
    let own = servers.server(Flaw::None).unwrap();
    let wants = Behaviour::with(&[Switch::Certificate]);
    let server = DistributionPoint::start_tls(site, wants, &own, &clients).unwrap();
    let desk_with = |clients| desk_with_certificate(site, &server.url(), &servers, clients);
    let without = desk_with(None).create().unwrap_err();
    assert_eq!(without.kind().code(), "TSM1218", "{}", words(&without));
    assert!(words(&without).contains("-DistributionPointCertificatePath"), "{}", words(&without));
    let refused = desk_with(Some(&others)).create().unwrap_err();
    assert_eq!(refused.kind().code(), "TSM1219", "{}", words(&refused));
    server.forget();
    let good = desk_with(Some(&clients));
    let report = good.preflight();
    assert!(report.failures().next().is_none(), "{}", in_short(&report));
    assert_eq!(good.create().unwrap_or_else(|e| panic!("{}", words(&e))).verification, Some(Outcome::Passed));
    assert!(server.seen().iter().all(|seen| seen.certificate));
    let told = std::fs::read_to_string(good.path("log/CreateTSMedia.log")).unwrap();
    assert!(!told.contains(SESAME) && !good.manifest_value().to_string().contains(SESAME));
}

#[test]
fn nginx_takes_the_client_certificate_and_nobody_without_one() {
    kit::tools::need!("nginx");
    let site = site!();
    let authority = Authority::new("Sample authority").unwrap();
    let server = authority.server(Flaw::None).unwrap();
    let nginx = Nginx::start_tls(&site.libraries(), &server, &authority, ClientCertificates::Needed).unwrap();
    let good = desk_with_certificate(site, nginx.url(), &authority, Some(&authority));
    assert_eq!(good.create().unwrap_or_else(|e| panic!("{}", words(&e))).verification, Some(Outcome::Passed));
    let without = desk_with_certificate(site, nginx.url(), &authority, None).create().unwrap_err();
    assert_eq!(without.kind().code(), "TSM1218", "{}", words(&without));
}

#[test]
fn a_client_certificate_that_cannot_be_used_is_told_by_its_file() {
    let site = site!();
    let authority = Authority::new("Sample authority").unwrap();
    let server = serve(site, Behaviour::default());
    let fails = |change: &dyn Fn(&mut Desk), code: &str| {
        let mut desk = desk_with_certificate(site, &server.url(), &authority, Some(&authority));
        change(&mut desk);
        let error = desk.create().unwrap_err();
        assert_eq!(error.kind().code(), code, "{}", words(&error));
        assert!(words(&error).contains("client.pfx") && !words(&error).contains(SESAME), "{}", words(&error));
        let report = desk.preflight();
        let codes: Vec<_> = report.failures().filter_map(|check| check.error_id.as_deref()).collect();
        assert!(codes.contains(&code), "{codes:?}");
    };
    let wrong = |desk: &mut Desk| desk.secrets.distribution_point_certificate_password = Some(Secret::new("x".into()));
    fails(&wrong, "TSM1306");
    fails(&|desk| std::fs::remove_file(desk.path("client.pfx")).unwrap(), "TSM1304");
    fails(&|desk| std::fs::write(desk.path("client.pfx"), "no certificate").unwrap(), "TSM1306");
    assert!(server.seen().is_empty());
}

/// A desk with a package beside the boot image.
fn desk_with_package(site: &Site, servers: &[&DistributionPoint], package: &str) -> Desk {
    let mut desk = desk(site, servers);
    desk.definition.prestart_command = Some("cmd /c exit 0".to_owned());
    desk.definition.prestart_package = Some(package.to_owned());
    desk
}

/// Everything at a desk with its bytes, and when it was last written.
fn state(desk: &Desk) -> BTreeMap<String, (String, Option<SystemTime>)> {
    let time = |path: &str| std::fs::metadata(desk.path(path)).and_then(|meta| meta.modified()).ok();
    // The temporary folder may be used, and is empty again.
    let of = |path: &str| if path == "temporary/" { None } else { time(path) };
    desk.state().into_iter().map(|(path, hash)| (path.clone(), (hash, of(&path)))).collect()
}

#[test]
fn a_plan_and_a_test_write_nothing() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let desk = desk_with_package(site, &[&server], "PS100012");
    let before = state(&desk);
    let planned = desk.plan().unwrap_or_else(|e| panic!("{}", words(&e)));
    // Bytes came of the boot image alone, whose tables have to be read; what else is needed is there in its length.
    let bytes = bytes_of_files(&server.seen());
    assert_eq!(bytes, site.package(BOOT_IMAGE).unwrap().contents[0].files[0].size);
    assert!(desk.preflight().failures().next().is_none());
    assert_eq!(state(&desk), before, "no cache was there, and none is made");
    // A cache that is there gives what it has, and stays as it is.
    desk.create().unwrap();
    std::fs::remove_file(desk.iso()).unwrap();
    let before = state(&desk);
    server.forget();
    assert_eq!(desk.plan().unwrap().plan_id, planned.plan_id);
    assert!(desk.preflight().failures().next().is_none());
    assert_eq!(bytes_of_files(&server.seen()), 0);
    assert_eq!(state(&desk), before);
    // So does one that is damaged.
    for (path, _) in before.iter().filter(|(path, _)| path.starts_with("cache/files/") && !path.ends_with('/')) {
        std::fs::write(desk.path(path), "damaged").unwrap();
    }
    let before = state(&desk);
    assert_eq!(desk.plan().unwrap().plan_id, planned.plan_id);
    assert!(desk.preflight().failures().next().is_none());
    assert_eq!(state(&desk), before);
}

/// Every record, list and file is asked for once at each distribution point, however many checks want to know.
#[test]
fn a_test_asks_for_nothing_twice() {
    let site = site!();
    let (first, second) = (serve(site, Behaviour::default()), serve(site, Behaviour::default()));
    let mut desk = desk_with_package(site, &[&first, &second], "PS100012");
    desk.definition.throttle_limit = Some(3);
    let report = desk.preflight();
    assert!(report.failures().next().is_none(), "{}", in_short(&report));
    for server in [&first, &second] {
        let mut asked: Vec<_> = server.seen().into_iter().map(|seen| (seen.method, seen.target)).collect();
        let heads = asked.iter().filter(|(method, _)| method == "HEAD").count();
        let files: usize = [BOOT_IMAGE, "PS100012"]
            .iter()
            .flat_map(|id| &site.package(id).unwrap().contents)
            .map(|content| content.files.len())
            .sum();
        assert!(heads > 1 && heads <= files, "{heads} of {files}");
        assert!(server.most_at_once() <= 3);
        asked.sort();
        let all = asked.len();
        asked.dedup();
        assert_eq!(asked.len(), all, "{asked:?}");
    }
}

/// What cannot be asked at all is asked once, and the other is asked for everything.
#[test]
fn a_test_waits_for_a_server_that_is_not_there_once() {
    let site = site!();
    let (refusing, good) = (serve(site, "503".parse::<Trouble>().unwrap().into()), serve(site, Behaviour::default()));
    let desk = desk_with_package(site, &[&refusing, &good], "PS100012");
    let report = desk.preflight();
    let told = report.checks.iter().filter(|check| check.id == "definition.sources").collect::<Vec<_>>();
    let evidence = &told.iter().find(|check| check.outcome == Outcome::Warning).unwrap().evidence;
    assert!(evidence.contains("asked for nothing else"), "{evidence}");
    assert!(told.iter().any(|check| check.outcome == Outcome::Passed), "{}", in_short(&report));
}

/// A task sequence is a package without content: nobody is asked for it.
#[test]
fn a_task_sequence_is_asked_for_nowhere() {
    let site = site!();
    let server = serve(site, Behaviour::default());
    let mut desk = desk_with_package(site, &[&server], "PS100012");
    desk.create().unwrap();
    tsm_media::save_content(&desk.definition, &desk.secrets, &kit::host(), &tsm_job::Context::silent()).unwrap();
    assert!(desk.preflight().failures().next().is_none());
    let seen = server.seen();
    assert!(!seen.is_empty() && seen.iter().all(|seen| !seen.target.contains(TASK_SEQUENCE)));
    server.forget();
    desk.definition.prestart_package = Some(TASK_SEQUENCE.to_owned());
    let error = desk.create().unwrap_err();
    assert!(["TSM1106", "TSM1109"].contains(&error.kind().code()), "{}", words(&error));
    assert!(server.seen().iter().all(|seen| !seen.target.contains(TASK_SEQUENCE)));
}

#[test]
fn as_many_files_are_asked_for_at_once_as_the_limit_says() {
    let site = site!();
    // Long enough that everything which may be asked for at once is.
    let server = serve(site, "slow-start=60@FileLib".parse::<Trouble>().unwrap().into());
    for limit in [1, 3, 9] {
        let mut desk = desk_with_package(site, &[&server], "PS100011");
        desk.definition.throttle_limit = Some(limit);
        server.forget();
        let saved = tsm_media::save_content(&desk.definition, &desk.secrets, &kit::host(), &tsm_job::Context::silent());
        assert_eq!(saved.unwrap_or_else(|e| panic!("{}", words(&e))).len(), 2);
        assert_eq!(server.most_at_once(), u64::from(limit));
    }
}
