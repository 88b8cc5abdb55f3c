//! The cache of content, and what can befall it: two programs at once, a full disk, damage, a newer version, no rights; and
//! the commands that fill, show and clean it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::disk::SmallDisk;
use kit::{BOOT_IMAGE, Desk, in_short, listing, program, site, site_with, words};
use tsm_job::Context;
use tsm_media::{ContentRecord, Error, Outcome};
use tsm_sample_site::{Behaviour, DistributionPoint, Site, SiteOptions};

fn serve(site: &Site) -> DistributionPoint {
    DistributionPoint::start(site, Behaviour::default()).unwrap()
}

/// A desk whose content comes from a server, with a package beside the boot image.
fn desk(site: &Site, server: &DistributionPoint) -> Desk {
    let mut desk = Desk::new(site);
    desk.definition.distribution_point = vec![server.url()];
    desk.definition.cache_path = Some(desk.path("cache").into_string());
    desk.definition.prestart_command = Some("cmd /c exit 0".to_owned());
    desk.definition.prestart_package = Some("PS100012".to_owned());
    desk
}

fn save(desk: &Desk) -> Result<Vec<ContentRecord>, Error> {
    tsm_media::save_content(&desk.definition, &desk.secrets, &kit::host(), &Context::silent())
}

/// The definition of a desk as a file.
fn definition_file(desk: &Desk, name: &str) -> Utf8PathBuf {
    let path = desk.path(name);
    std::fs::write(&path, desk.definition.to_json().unwrap()).unwrap();
    path
}

/// Bytes of files that a server gave.
fn sent(server: &DistributionPoint) -> u64 {
    server
        .seen()
        .iter()
        .filter(|seen| seen.target.contains("FileLib") && seen.method == "GET")
        .map(|seen| seen.sent)
        .sum()
}

/// Bytes of the files that the medium of a desk needs, each hash once.
fn needed(site: &Site) -> u64 {
    let packages = [BOOT_IMAGE, "PS100012"].map(|id| site.package(id).unwrap());
    let files = packages.into_iter().flat_map(|package| &package.contents).flat_map(|content| &content.files);
    let unique: std::collections::BTreeMap<&str, u64> = files.map(|file| (file.hash.as_str(), file.size)).collect();
    unique.values().sum()
}

/// An error with this number, which names the cache and says what to do; the test of the definition says the same.
fn assert_told(desk: &Desk, code: &str) {
    let error = save(desk).unwrap_err();
    assert_eq!(error.kind().code(), code, "{}", words(&error));
    let cache = desk.definition.cache_path.as_deref().unwrap();
    assert!(words(&error).contains(cache) && !error.recommended_action().is_empty(), "{}", words(&error));
    let error = desk.create().unwrap_err();
    assert_eq!(error.kind().code(), code, "{}", words(&error));
    assert!(!desk.iso().exists() && listing(&desk.path("temporary")).is_empty());
    let report = desk.preflight();
    let told = report.failures().any(|check| check.error_id.as_deref() == Some(code) && check.id == "definition.cache");
    assert!(told, "{}", in_short(&report));
}

#[test]
fn two_programs_at_once_share_the_work() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    let path = definition_file(&desk, "definition.json");
    let running = [(); 2].map(|()| program::start(&["content", "save", path.as_str(), "--json"]));
    for child in running {
        let run = program::end(child);
        assert_eq!(run.code, 0, "{run:?}");
        let records: serde_json::Value = serde_json::from_str(&run.output).unwrap();
        assert!(records.as_array().unwrap().iter().all(|record| record["complete"] == true), "{records}");
    }
    assert_eq!(sent(&server), needed(site), "each byte came once");
    assert!(listing(&desk.path("cache/partial")).is_empty());
}

/// A medium is made while another program empties the cache again and again: it is made, or said what is missing.
#[test]
fn a_cache_that_is_cleaned_meanwhile_harms_no_medium() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    save(&desk).unwrap();
    let cache = desk.path("cache");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                tsm_media::clear_content(Some(&cache), &tsm_media::ContentLimits::default(), false, &Context::silent())
                    .unwrap();
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        });
        let made = desk.create();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        match made {
            Ok(medium) => assert_eq!(medium.verification, Some(Outcome::Passed)),
            Err(error) => {
                assert!(words(&error).contains("cache"), "{}", words(&error));
                assert!(!desk.iso().exists());
            }
        }
    });
    assert_eq!(desk.create().unwrap_or_else(|e| panic!("{}", words(&e))).verification, Some(Outcome::Passed));
}

#[test]
fn a_full_disk_is_told_and_what_has_come_is_kept() {
    let options = SiteOptions { large_boot_image: Some(2 << 20), ..SiteOptions::default() };
    let Some((_place, site)) = site_with(&options) else { return };
    let site = &site;
    let Some(disk) = SmallDisk::new(needed(site).div_ceil(1024) + 512) else { return };
    let server = serve(site);
    let mut desk = desk(site, &server);
    desk.definition.cache_path = Some(disk.join("cache").into_string());
    let half = needed(site) / 2;
    std::fs::write(disk.join("of somebody else"), vec![1; usize::try_from(half).unwrap()]).unwrap();
    assert_told(&desk, "TSM1231");
    let kept: u64 = listing(&disk.join("cache"))
        .keys()
        .filter(|path| !path.ends_with('/'))
        .map(|path| std::fs::metadata(disk.join("cache").join(path)).map_or(0, |meta| meta.len()))
        .sum();
    assert!(kept > half / 4, "{kept}");
    // With room it goes on where it was.
    std::fs::remove_file(disk.join("of somebody else")).unwrap();
    server.forget();
    save(&desk).unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(sent(&server) < needed(site), "{} of {}", sent(&server), needed(site));
    assert_eq!(desk.create().unwrap().verification, Some(Outcome::Passed));
}

#[test]
fn a_disk_that_may_not_be_written_is_told() {
    let site = site!();
    let Some(disk) = SmallDisk::new(1024) else { return };
    let server = serve(site);
    let mut desk = desk(site, &server);
    desk.definition.cache_path = Some(disk.join("cache").into_string());
    disk.make_read_only();
    // Another source would not mend it.
    let second = serve(site);
    desk.definition.distribution_point.push(second.url());
    save(&desk).unwrap_err();
    assert!(second.seen().is_empty());
    assert_told(&desk, "TSM1230");
    assert_eq!(sent(&server) / needed(site).max(1), 0);
}

#[test]
fn a_cache_of_a_newer_version_is_refused_and_left_alone() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    save(&desk).unwrap();
    std::fs::write(desk.path("cache/tsmedia-cache.json"), r#"{"format": 99, "more": true}"#).unwrap();
    let before = listing(&desk.path("cache"));
    assert_told(&desk, "TSM1232");
    for error in [
        tsm_media::list_content(Some(&desk.path("cache"))).unwrap_err(),
        tsm_media::clear_content(Some(&desk.path("cache")), &Default::default(), false, &Context::silent())
            .unwrap_err(),
    ] {
        assert_eq!(error.kind().code(), "TSM1232", "{error}");
    }
    assert_eq!(listing(&desk.path("cache")), before);
}

#[test]
fn damage_of_every_part_is_told_or_mended() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    save(&desk).unwrap();
    let good = listing(&desk.path("cache/files"));
    // Records of packages only help: one that is damaged is written anew.
    for record in desk.path("cache/packages").read_dir_utf8().unwrap() {
        std::fs::write(record.unwrap().path(), "{").unwrap();
    }
    assert!(tsm_media::list_content(Some(&desk.path("cache"))).unwrap().is_empty());
    save(&desk).unwrap();
    assert_eq!(tsm_media::list_content(Some(&desk.path("cache"))).unwrap().len(), 2);
    // Files with other bytes, with too few, and without any are fetched again; so is one that is gone.
    let files: Vec<&String> = good.keys().filter(|path| !path.ends_with('/')).collect();
    for (number, file) in files.iter().enumerate() {
        let path = desk.path("cache/files").join(file);
        let bytes = std::fs::read(&path).unwrap();
        match number % 4 {
            0 => std::fs::write(&path, bytes.iter().map(|byte| !byte).collect::<Vec<u8>>()).unwrap(),
            1 => std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
            2 => std::fs::write(&path, "").unwrap(),
            _ => std::fs::remove_file(&path).unwrap(),
        }
    }
    save(&desk).unwrap();
    assert_eq!(listing(&desk.path("cache/files")), good);
    // What was begun with other bytes begins anew.
    let (hash, path) = (files[0].rsplit('/').next().unwrap(), desk.path("cache/files").join(files[0]));
    std::fs::remove_file(path).unwrap();
    std::fs::write(desk.path("cache/partial").join(hash), "x").unwrap();
    save(&desk).unwrap();
    assert_eq!(listing(&desk.path("cache/files")), good);
    // The file that says what the folder is.
    std::fs::write(desk.path("cache/tsmedia-cache.json"), "not JSON").unwrap();
    assert_told(&desk, "TSM1230");
}

#[test]
fn a_folder_with_other_things_in_it_is_no_cache() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    std::fs::create_dir(desk.path("cache")).unwrap();
    std::fs::write(desk.path("cache/thesis.docx"), "years of work").unwrap();
    let error = save(&desk).unwrap_err();
    assert_eq!(error.kind().code(), "TSM1230", "{}", words(&error));
    assert!(words(&error).contains("thesis.docx"), "{}", words(&error));
    assert_eq!(listing(&desk.path("cache")).len(), 1);
}

/// `tsmedia content`: filled, shown and cleaned from a terminal.
#[test]
fn the_program_fills_shows_and_cleans_it() {
    let site = site!();
    let server = serve(site);
    let desk = desk(site, &server);
    let (path, cache) = (definition_file(&desk, "definition.json"), desk.path("cache"));
    let json = |arguments: &[&str]| -> serde_json::Value {
        let run = program::run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
        serde_json::from_str(&run.output).unwrap_or_else(|e| panic!("{e}: {run:?}"))
    };
    let list = ["content", "list", "--cache", cache.as_str(), "--json"];
    assert_eq!(json(&list), serde_json::json!([]));
    let saved = json(&["content", "save", path.as_str(), "--json"]);
    assert_eq!(saved[0]["packageId"], BOOT_IMAGE);
    assert_eq!(saved[1]["sources"][0], server.url());
    assert_eq!(json(&["content", "save", path.as_str(), "--json"])[1]["sources"], serde_json::json!([]));
    let listed = json(&list);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(listed[0]["complete"] == true && listed[0]["lastUsed"].is_string(), "{listed}");
    let words = program::run(&["content", "list", "--cache", cache.as_str()]);
    assert!(words.output.contains("PS100012") && words.output.contains(BOOT_IMAGE), "{words:?}");
    let clear = |more: &[&str]| json(&[&["content", "clear", "--cache", cache.as_str(), "--json"], more].concat());
    let all = listing(&cache);
    assert!(clear(&["--dry-run"])["files"].as_u64() > Some(1));
    assert_eq!(clear(&["--older-than", "1"])["files"], 0);
    assert_eq!(listing(&cache), all);
    assert!(clear(&["--package", "PS100012"])["files"].as_u64() > Some(0));
    assert_eq!(json(&list).as_array().unwrap().len(), 1);
    assert_eq!(clear(&["--maximum-size", "0"])["filesLeft"], 0);
    let refused = program::run(&["content", "list", "--cache", desk.path("out").as_str()]);
    assert_eq!(refused.code, 0, "a folder without a cache holds nothing: {refused:?}");
    let unknown = program::run(&["content", "clear", "--cache", cache.as_str(), "--maximum-size", "much"]);
    assert_eq!(unknown.code, 64, "{unknown:?}");
}
