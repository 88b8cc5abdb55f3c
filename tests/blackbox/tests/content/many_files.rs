//! Many files take little memory, and ten times as many take ten times as long. It takes minutes, so it runs only when asked for:
//! `cargo test --release -p tsm-blackbox --test content many_files -- --ignored --nocapture --test-threads=1`.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, reason = "figures are shown")]

use crate::kit::Folder;
use crate::kit::tools::need;
use crate::taking::{HARD, fetcher, wanted};
use std::sync::Arc;
use std::time::Instant;
use tsm_content::{ContentSource, DistributionPoint};
use tsm_job::{Cancel, Context};
use tsm_net::{Client, Patience, Standard, Trust};
use tsm_sample_site::foreign::Nginx;
use tsm_sample_site::{Site, Tree};

/// The most that retrieval may need, in KiB: what the whole program may, but what it holds anyhow.
const MOST_KIB: u64 = 100 << 10;

/// A figure that Linux keeps of this process (proc(5)), in KiB.
fn status(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

/// A distribution point that is waited for as long as a build waits: here the machine itself may be slow.
fn patient_point(url: &str) -> Arc<dyn ContentSource> {
    let (patience, cancel) = (Patience::default(), Cancel::new());
    let standard = Standard::new(&Trust::system(), None, &patience, &cancel).unwrap();
    let client = Client::new(Arc::new(standard), patience, cancel, false);
    Arc::new(DistributionPoint::new(url, client, 4).unwrap())
}

/// What retrieval took.
struct Took {
    /// The growth of this process at its peak, in KiB.
    kib: u64,
    seconds: f64,
}

/// Makes a package of so many files of `length` bytes each, gets it from nginx into an empty cache, and measures that.
fn retrieve(files: u32, length: usize) -> Took {
    let place = Folder::new();
    let mut tree = Tree::new(1_700_000_000);
    for number in 0..files {
        tree.file(&format!("{:03}/{number:06}.dat", number / 1000), number.to_le_bytes().repeat(length / 4));
    }
    let site = Site::of_tree(&place.join("site"), HARD, tree).unwrap();
    let nginx = Nginx::start(&site.libraries()).unwrap();
    // The peak counts from here.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, begun, context) = (status("VmRSS"), Instant::now(), Context::silent());
    let source = patient_point(nginx.url());
    let content = source.package(HARD, &context).unwrap();
    let fetched = fetcher(&[source], &place.join("cache")).fetch(&wanted(&content), &context).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let kib = status("VmHWM").saturating_sub(before);
    eprintln!("{files} files of {length} bytes: {kib} KiB more at the peak, {seconds:.1} s");
    assert_eq!(fetched.len(), files as usize);
    Took { kib, seconds }
}

#[test]
#[ignore = "takes minutes"]
fn thirty_thousand_files_take_little_memory() {
    need!("nginx");
    let took = retrieve(30_000, 4096);
    assert!(took.kib < MOST_KIB, "{} KiB", took.kib);
}

#[test]
#[ignore = "takes minutes"]
fn ten_times_as_many_files_take_ten_times_as_long() {
    need!("nginx");
    let (few, many) = (retrieve(10_000, 64), retrieve(100_000, 64));
    let ratio = many.seconds / few.seconds;
    eprintln!("100,000 files take {ratio:.1} times as long as 10,000");
    assert!(many.kib < MOST_KIB, "{} KiB", many.kib);
    // Half as much again for what a file system with more entries costs.
    assert!(ratio < 15.0, "{ratio}");
}
