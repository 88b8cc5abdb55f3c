//! 30,000 files take little memory. It takes minutes, so it runs only when asked for:
//! `cargo test --release -p tsm-blackbox --test content many_files -- --ignored --nocapture`.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, reason = "figures are shown")]

use crate::kit::Folder;
use crate::kit::tools::need;
use crate::taking::{HARD, fetcher, point, wanted};
use std::time::Instant;
use tsm_job::Context;
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

#[test]
#[ignore = "takes minutes"]
fn thirty_thousand_files_take_little_memory() {
    need!("nginx");
    let place = Folder::new();
    let mut tree = Tree::new(1_700_000_000);
    for number in 0..30_000_u32 {
        tree.file(&format!("{:03}/{number:06}.dat", number / 1000), number.to_le_bytes().repeat(1024));
    }
    let site = Site::of_tree(&place.join("site"), HARD, tree).unwrap();
    let nginx = Nginx::start(&site.libraries()).unwrap();
    // The peak counts from here.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, begun, context) = (status("VmRSS"), Instant::now(), Context::silent());
    let source = point(nginx.url());
    let content = source.package(HARD, &context).unwrap();
    let fetched = fetcher(&[source], &place.join("cache")).fetch(&wanted(&content), &context).unwrap();
    let grown = status("VmHWM").saturating_sub(before);
    eprintln!("30,000 files: {grown} KiB more at the peak, {:.1?}", begun.elapsed());
    assert_eq!(fetched.len(), 30_000);
    assert!(grown < MOST_KIB, "{grown} KiB");
}
