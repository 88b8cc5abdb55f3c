//! Several distribution points, asked in their order; the next one gives what the first cannot, and it is told which file
//! came from where.

use crate::kit::{Folder, site};
use crate::taking::{HARD, folder, made, point, take, take_into};
use tsm_content::ContentErrorKind as Kind;
use tsm_job::Context;
use tsm_sample_site::{Behaviour, DistributionPoint, Trouble, What};

#[test]
fn a_package_is_composed_from_both() {
    let site = site!();
    let file = "Common/shared.dll";
    let hash = &site.package(HARD).unwrap().contents[0].files.iter().find(|f| f.path == file).unwrap().hash;
    let second = DistributionPoint::start(site, Behaviour::default()).unwrap();
    for what in [What::Status(404, 0), What::Altered, What::Cut(0), What::Length(3), What::Status(500, 0)] {
        // In no form of address does the first one give the file.
        let troubles = [hash.as_str(), "Common/shared.dll"].map(|on| Trouble::new(what.clone(), on));
        let mut behaviour = Behaviour { troubles: troubles.into(), ..Behaviour::default() };
        // But its record.
        behaviour.troubles.insert(0, Trouble::new(What::NewTag, "shared.dll.INI"));
        let first = DistributionPoint::start(site, behaviour).unwrap();
        second.forget();
        let sources = [point(&first.url()), point(&second.url())];
        let taken = take(&sources, HARD).unwrap_or_else(|e| panic!("{what:?}: {e}"));
        assert_eq!(taken.contents, made(site.package(HARD).unwrap()));
        let from_second: Vec<String> = taken
            .fetched
            .iter()
            .filter(|f| f.source.as_deref() == Some(&*second.url()))
            .map(|f| f.sha256.to_string())
            .collect();
        assert_eq!(from_second, std::slice::from_ref(hash), "{what:?}");
        let failed = taken.fetched.iter().find(|f| f.sha256.to_string() == *hash).unwrap();
        assert!(failed.failures.iter().any(|e| e.place().library == first.url()), "{what:?}: {:?}", failed.failures);
        assert!(second.seen().iter().all(|seen| seen.target.contains(hash.as_str())), "{:?}", second.seen());
    }
}

#[test]
fn a_slow_one_is_left_for_the_next() {
    let site = site!();
    let first = DistributionPoint::start(site, Trouble::new(What::Trickle, "FileLib").into()).unwrap();
    let second = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let taken = take(&[point(&first.url()), point(&second.url())], HARD).unwrap();
    assert_eq!(taken.contents, made(site.package(HARD).unwrap()));
    let failures = taken.fetched.iter().flat_map(|f| &f.failures);
    assert!(failures.clone().count() > 0 && failures.clone().all(|e| e.place().library == first.url()));
}

#[test]
fn when_all_fail_each_is_named_with_its_reason() {
    let site = site!();
    let [first, second] = [What::Status(404, 0), What::Altered].map(|what| {
        let troubles = ["FileLib", "sccm", "/Twins/"].map(|on| Trouble::new(what.clone(), on));
        let mut behaviour = Behaviour { troubles: troubles.into(), ..Behaviour::default() };
        behaviour.troubles.insert(0, Trouble::new(What::NewTag, ".INI"));
        DistributionPoint::start(site, behaviour).unwrap()
    });
    let error = take(&[point(&first.url()), point(&second.url())], HARD).unwrap_err();
    let text = error.to_string();
    for part in [first.url(), second.url(), HARD.to_owned()] {
        assert!(text.contains(part.as_str()), "{part} is missing in: {text}");
    }
    assert!(matches!(error.kind(), Kind::FileMissing | Kind::FileAltered), "{text}");
}

/// A cache gives everything the second time; what was damaged in it is got again.
#[test]
fn a_second_run_downloads_nothing_but_what_was_damaged() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let cache = Folder::new();
    let run = || {
        server.forget();
        let taken = take_into(cache.path(), &[point(&server.url())], HARD, &Context::silent()).unwrap();
        assert_eq!(taken.contents, made(site.package(HARD).unwrap()));
        server.seen().iter().filter(|seen| seen.target.contains("FileLib")).count()
    };
    assert!(run() > 10);
    assert_eq!(run(), 0);
    let hash = &site.package(HARD).unwrap().contents[0].files.iter().find(|f| f.size == 3000).unwrap().hash;
    let path = cache.join("files").join(&hash[..4]).join(hash);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[1000] ^= 0x40;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(run(), 1);
    assert_eq!(run(), 0);
}

#[test]
fn what_lies_in_a_folder_is_not_copied_to_the_cache() {
    let site = site!();
    let server = DistributionPoint::start(site, Behaviour::default()).unwrap();
    let cache = Folder::new();
    let sources = [folder(site), point(&server.url())];
    take_into(cache.path(), &sources, HARD, &Context::silent()).unwrap();
    assert!(server.seen().is_empty());
    let files = crate::kit::listing(&cache.join("files"));
    assert!(files.keys().all(|path| path.ends_with('/')), "{files:?}");
}
