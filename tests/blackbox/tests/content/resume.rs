//! What broke off is gone on with, and no byte that was verified comes twice.

use crate::kit::observer::{Report, Watch};
use crate::kit::{Folder, site};
use crate::taking::{HARD, made, point, take_into};
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tsm_content::ContentErrorKind as Kind;
use tsm_job::{Cancel, Context};
use tsm_sample_site::{Behaviour, Data, DistributionPoint, Seen, Site, Tree, Trouble, What};

/// The requests for the bytes of this hash.
fn of_hash(server: &DistributionPoint, hash: &str) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| seen.target.ends_with(hash)).collect()
}

#[test]
fn a_cut_at_the_edges_of_a_file_costs_no_byte() {
    let site = site!();
    let file = site.package(HARD).unwrap().contents[0].files.iter().find(|f| f.path == "Common/shared.dll").unwrap();
    for at in [0, 1, file.size - 1, file.size] {
        let server = DistributionPoint::start(site, Trouble::new(What::Cut(at), &file.hash).times(1).into()).unwrap();
        let cache = Folder::new();
        let taken = take_into(cache.path(), &[point(&server.url())], HARD, &Context::silent()).unwrap();
        assert_eq!(taken.contents, made(site.package(HARD).unwrap()), "cut at {at}");
        let seen = of_hash(&server, &file.hash);
        let sent: u64 = seen.iter().map(|seen| seen.sent).sum();
        assert_eq!(sent, file.size, "cut at {at}: {seen:?}");
        if (1..file.size).contains(&at) {
            assert_eq!(seen[1].range, Some(format!("bytes={at}-")), "{seen:?}");
            assert!(seen[1].if_range.is_some(), "the rest of the same version or a new beginning: {seen:?}");
        }
    }
}

/// What a run finds in its cache: whole files, and the lengths of those that were begun.
#[derive(Debug, Default)]
struct Left {
    whole: Vec<String>,
    begun: BTreeMap<String, u64>,
}

fn left(cache: &Utf8Path) -> Left {
    let mut left = Left::default();
    let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    for path in crate::kit::listing(cache).into_keys() {
        if path.starts_with("files/") && !path.ends_with('/') {
            left.whole.push(name(&path));
        } else if path.starts_with("partial/") && !path.ends_with('/') {
            left.begun.insert(name(&path), std::fs::metadata(cache.join(&path)).unwrap().len());
        }
    }
    left.begun.retain(|_, length| *length > 0);
    left
}

/// A package of files from nothing to 3 MB, 30 MB in all.
fn large_site(place: &Folder) -> Site {
    let mut tree = Tree::new(1_700_000_000);
    let mut state = 88_172_645_463_325_252_u64;
    for number in 0..20_usize {
        let bytes = (0..number * 160_000).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        });
        tree.file_with(&format!("{number}.bin"), Data::Bytes(bytes.collect()), 0x20);
    }
    Site::of_tree(&place.join("site"), HARD, tree).unwrap()
}

/// A context that stops the work when so many bytes are there.
fn until(bytes: u64) -> Context {
    let cancel = Cancel::new();
    let flag = cancel.clone();
    let most = AtomicU64::new(0);
    let (_, context) = Watch::new(cancel, move |report| {
        if let Report::Progress(record) = report
            && most.fetch_max(record.done, Ordering::SeqCst).max(record.done) >= bytes
        {
            flag.cancel();
        }
    });
    context
}

#[test]
fn broken_off_at_ten_points_and_gone_on_with() {
    let place = Folder::new();
    let site = large_site(&place);
    let server = DistributionPoint::start(&site, Behaviour::default()).unwrap();
    let cache = place.join("cache");
    let total: u64 = site.package(HARD).unwrap().contents[0].files.iter().map(|f| f.size).sum();
    let mut points: Vec<u64> = (1..=10).map(|n| (n * 0x9E37_79B9_u64) % total).collect();
    points.sort_unstable();
    let mut gained = BTreeMap::new();
    for point_of_end in points {
        let before = left(&cache_or_none(&cache));
        server.forget();
        let ended = take_into(&cache, &[point(&server.url())], HARD, &until(point_of_end));
        assert_eq!(ended.unwrap_err().kind(), Kind::Cancelled, "at {point_of_end}");
        nothing_twice(&server, &before);
        add_up(&server, &left(&cache), &site, &mut gained);
    }
    let before = left(&cache);
    assert!(before.whole.len() > 5, "{before:?}");
    server.forget();
    let taken = take_into(&cache, &[point(&server.url())], HARD, &Context::silent()).unwrap();
    nothing_twice(&server, &before);
    add_up(&server, &left(&cache), &site, &mut gained);
    assert_eq!(taken.contents, made(site.package(HARD).unwrap()));
    // All runs together got every byte once, by the log of the server.
    for file in site.package(HARD).unwrap().contents[0].files.iter().filter(|file| file.size > 0) {
        assert_eq!(gained.get(&file.hash), Some(&file.size), "{}", file.path);
    }
}

/// Adds what a run got of each file and kept: from the byte where the server began, to where the file ends now.
fn add_up(server: &DistributionPoint, after: &Left, site: &Site, gained: &mut BTreeMap<String, u64>) {
    for file in &site.package(HARD).unwrap().contents[0].files {
        let seen = of_hash(server, &file.hash);
        let whole = after.whole.contains(&file.hash).then_some(file.size);
        let (Some(seen), Some(end)) = (seen.first(), whole.or_else(|| after.begun.get(&file.hash).copied())) else {
            continue;
        };
        let range = seen.range.as_deref().unwrap_or("bytes=0-");
        let begin: u64 = range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap();
        *gained.entry(file.hash.clone()).or_default() += end - begin;
    }
}

fn cache_or_none(cache: &Utf8Path) -> camino::Utf8PathBuf {
    std::fs::create_dir_all(cache).unwrap();
    cache.to_owned()
}

/// What was whole is not asked for; what was begun is asked for from where it ended.
fn nothing_twice(server: &DistributionPoint, before: &Left) {
    for hash in &before.whole {
        assert!(of_hash(server, hash).is_empty(), "{hash} is asked for again");
    }
    for (hash, length) in &before.begun {
        if let Some(seen) = of_hash(server, hash).first() {
            assert_eq!(seen.range, Some(format!("bytes={length}-")), "{hash}: {seen:?}");
        }
    }
}
