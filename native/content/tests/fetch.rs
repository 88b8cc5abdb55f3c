//! Fetching: each hash once, gone on with where it broke off, composed from several servers, safe against two at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use common::{Folder, PACKAGE, context, copy, fetcher, files, from_folder, site, source};
use std::collections::HashSet;
use std::sync::Arc;
use tsm_content::{Cache, ContentErrorKind as Kind, ContentSource, Limits, PackageRecord, Wanted};
use tsm_net::NetErrorKind as Net;
use tsm_sample_site::{Behaviour, DistributionPoint as Server, Fault, Seen, Trouble, What};

fn serve(behaviour: Behaviour) -> Server {
    Server::start(site(), behaviour).unwrap()
}

/// The boot image: one large file.
fn large() -> Vec<Wanted> {
    files(&from_folder(site(), "PS100005"))
}

fn bodies(seen: &[Seen]) -> Vec<&Seen> {
    seen.iter().filter(|s| s.method == "GET" && s.target.contains("FileLib")).collect()
}

fn sent(server: &Server) -> u64 {
    bodies(&server.seen()).iter().map(|s| s.sent).sum()
}

#[test]
fn each_hash_is_fetched_once_and_a_second_time_not_at_all() {
    let (server, folder) = (serve(Behaviour::default()), Folder::new());
    let mut wanted = files(&from_folder(site(), PACKAGE));
    wanted.extend(files(&from_folder(site(), "PS100012")));
    let unique: HashSet<_> = wanted.iter().map(|w| w.file.sha256).collect();
    assert!(unique.len() < wanted.len(), "the sample site has files with equal bytes");
    let fetcher = fetcher(vec![source(&server.url())], folder.path());
    let fetched = fetcher.fetch(&wanted, &context()).unwrap();
    assert_eq!((fetched.len(), bodies(&server.seen()).len()), (unique.len(), unique.len()));
    server.forget();
    let again = fetcher.fetch(&wanted, &context()).unwrap();
    assert!(again.iter().all(|f| f.source.is_none()) && server.seen().is_empty());
}

/// The program is killed while a file comes: what is left goes on where it stopped, at whatever byte that was.
#[test]
fn what_an_earlier_run_left_is_gone_on_with_at_every_place() {
    let wanted = large();
    let (hash, size) = (wanted[0].file.sha256, wanted[0].file.size);
    let whole = std::fs::read(site().boot_wim("PS100005").unwrap()).unwrap();
    for left in [0, 1, size / 3, size / 2, size - 1, size] {
        let (server, folder) = (serve(Behaviour::default()), Folder::new());
        let fetcher = fetcher(vec![source(&server.url())], folder.path());
        let partial = folder.path().join("partial").join(hash.to_string());
        std::fs::write(partial, &whole[..usize::try_from(left).unwrap()]).unwrap();
        fetcher.fetch(&wanted, &context()).unwrap();
        // A whole file that never got its name is hashed and needs nothing more.
        assert_eq!(sent(&server), size - left, "{left} bytes were left");
    }
}

#[test]
fn bytes_of_an_earlier_run_that_do_not_fit_are_thrown_away() {
    let wanted = large();
    let (server, folder) = (serve(Behaviour::default()), Folder::new());
    let fetcher = fetcher(vec![source(&server.url())], folder.path());
    std::fs::write(folder.path().join("partial").join(wanted[0].file.sha256.to_string()), vec![7; 1000]).unwrap();
    fetcher.fetch(&wanted, &context()).unwrap();
    assert_eq!(sent(&server), 2 * wanted[0].file.size - 1000, "the rest, and then all of it");
}

/// Broken off at ten places, no byte that came is asked for again.
#[test]
fn a_file_that_is_cut_ten_times_comes_without_a_byte_twice() {
    let wanted = large();
    let size = wanted[0].file.size;
    let mut behaviour = Behaviour::default();
    for part in 1..=10 {
        behaviour = behaviour.trouble(Trouble::new(What::Cut(size / 40 * part % (size / 12) + 1), "FileLib").times(1));
    }
    let (server, folder) = (serve(behaviour), Folder::new());
    fetcher(vec![source(&server.url())], folder.path()).fetch(&wanted, &context()).unwrap();
    assert_eq!(bodies(&server.seen()).len(), 11);
    // Bytes that were under way when a connection was cut may be lost; they were never verified.
    let starts: Vec<u64> = bodies(&server.seen()).iter().map(|s| start(s)).collect();
    assert!(starts.windows(2).all(|w| w[0] <= w[1]), "{starts:?}");
}

fn start(seen: &Seen) -> u64 {
    let range = seen.range.as_deref().unwrap_or("bytes=0-");
    range.trim_start_matches("bytes=").split('-').next().unwrap().parse().unwrap()
}

#[test]
fn content_is_composed_from_servers_that_are_each_broken_in_part() {
    let (_folder, broken) = copy();
    let injected = broken.inject(Fault::FileBitFlipped, PACKAGE).unwrap();
    let (first, second) = (Server::start(&broken, Behaviour::default()).unwrap(), serve(Behaviour::default()));
    let cache = Folder::new();
    let fetcher = fetcher(vec![source(&first.url()), source(&second.url())], cache.path());
    let fetched = fetcher.fetch(&files(&from_folder(site(), PACKAGE)), &context()).unwrap();
    let (whole, mended): (Vec<_>, Vec<_>) = fetched.iter().partition(|f| f.failures.is_empty());
    assert!(whole.iter().all(|f| f.source.as_deref() == Some(&first.url())));
    assert_eq!(mended.len(), 1, "{mended:?}");
    assert_eq!(mended[0].source.as_deref(), Some(second.url().as_str()));
    assert_eq!(mended[0].failures[0].kind(), Kind::FileAltered);
    assert!(mended[0].failures[0].to_string().contains(&first.url()), "{}", mended[0].failures[0]);
    assert!(injected.file.is_some());
}

#[test]
fn a_server_that_is_down_is_not_asked_for_every_file() {
    let (down, up) = (serve(Trouble::new(What::Status(503, 0), "").into()), serve(Behaviour::default()));
    let cache = Folder::new();
    let mut fetcher = fetcher(vec![source(&down.url()), source(&up.url())], cache.path());
    fetcher.threads = 1;
    fetcher.fetch(&files(&from_folder(site(), PACKAGE)), &context()).unwrap();
    assert!(down.seen().len() <= 9, "{} requests", down.seen().len());
}

#[test]
fn two_that_fetch_the_same_at_once_share_the_work() {
    let (server, folder) = (serve(Behaviour::default()), Folder::new());
    let wanted = large();
    let one = fetcher(vec![source(&server.url())], folder.path());
    let other = fetcher(vec![source(&server.url())], folder.path());
    std::thread::scope(|scope| {
        for fetcher in [&one, &other] {
            scope.spawn(|| fetcher.fetch(&wanted, &context()).unwrap());
        }
    });
    assert_eq!(sent(&server), wanted[0].file.size);
}

#[test]
fn what_lies_in_a_folder_is_not_copied() {
    let folder = Folder::new();
    let libraries = tsm_content::LibrarySet::open(&site().libraries()).unwrap();
    let library: Arc<dyn ContentSource> = Arc::new(libraries.libraries()[0].clone());
    let fetched = fetcher(vec![library], folder.path()).fetch(&large(), &context()).unwrap();
    assert!(fetched[0].path.as_str().contains("FileLib"), "{}", fetched[0].path);
}

#[test]
fn a_file_that_nobody_has_is_told_with_every_place_that_was_asked() {
    let (_folder, broken) = copy();
    broken.inject(Fault::FileMissing, PACKAGE).unwrap();
    let servers = [(); 2].map(|()| Server::start(&broken, Behaviour::default()).unwrap());
    let cache = Folder::new();
    // Without the forms that name a file by its path there is only the hash.
    let mut wanted = files(&from_folder(site(), PACKAGE));
    wanted.iter_mut().for_each(|w| w.place.content = None);
    let sources = servers.iter().map(|s| source(&s.url())).collect();
    let error = fetcher(sources, cache.path()).fetch(&wanted, &context()).unwrap_err();
    assert_eq!(error.kind(), Kind::FileMissing, "{error}");
    assert!(servers.iter().all(|s| error.to_string().contains(&s.url())), "{error}");
    assert_ne!(error.kind(), Kind::Net(Net::NotFound));
}

#[test]
fn a_cache_is_cleaned_by_package_by_size_and_altogether() {
    let (server, folder) = (serve(Behaviour::default()), Folder::new());
    let cache = Cache::open(folder.path()).unwrap();
    let fetcher = fetcher(vec![source(&server.url())], folder.path());
    for package in [PACKAGE, "PS100012"] {
        let content = from_folder(site(), package);
        fetcher.fetch(&files(&content), &context()).unwrap();
        cache.remember(&PackageRecord::of(&content, Some("x"), None)).unwrap();
    }
    assert!(cache.packages().unwrap().iter().all(tsm_content::CachedPackage::is_complete));
    let of = |limits: Limits| cache.sweep(&limits, true, &context()).unwrap();
    let all = of(Limits::default());
    assert!(all.files > 0 && all.files_left == 0);
    assert_eq!(of(Limits { older_than: Some(std::time::Duration::from_secs(60)), ..Limits::default() }).files, 0);
    let half = of(Limits { maximum_bytes: Some(all.bytes / 2), ..Limits::default() });
    assert!(half.bytes_left <= all.bytes / 2 && half.files_left > 0);
    // Files that both packages have stay when one goes.
    let one = Limits { packages: vec![PACKAGE.to_lowercase()], ..Limits::default() };
    cache.sweep(&one, false, &context()).unwrap();
    let left = cache.packages().unwrap();
    assert!(left.len() == 1 && left[0].is_complete(), "{left:?}");
    cache.sweep(&Limits::default(), false, &context()).unwrap();
    assert_eq!(of(Limits::default()).files_left + cache.packages().unwrap().len() as u64, 0);
}
