//! Memory: a medium with a large boot image is streamed, never held.
//!
//! These tests write gigabytes, so they run only when asked for:
//! `cargo test --release -p tsm-blackbox --test memory -- --ignored --nocapture`. `TSM_MEMORY_TEST_GIB` says how large the
//! boot image is (1, when it is not set). The peak is the `VmHWM` that Linux keeps for the process (proc(5)).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use kit::program;
use kit::{BOOT_IMAGE, Desk};
use std::time::{Duration, Instant};
use tsm_sample_site::SiteOptions;

/// The most that may be in memory at any moment: 128 MiB, in KiB.
const MOST_KIB: u64 = 128 << 10;

/// Runs `tsmedia` to its end; gives its peak in KiB.
fn peak_of(arguments: &[&str]) -> (program::Run, u64, Duration) {
    let begun = Instant::now();
    let mut child = program::start(arguments);
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // The kernel keeps the maximum; what could be missed is only the growth in the last milliseconds.
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(3));
    }
    (program::end(child), peak, begun.elapsed())
}

#[test]
#[ignore = "writes gigabytes"]
fn a_medium_with_a_large_boot_image_is_made_and_tested_in_little_memory() {
    let gib: u64 = std::env::var("TSM_MEMORY_TEST_GIB").ok().and_then(|t| t.parse().ok()).unwrap_or(1);
    let options = SiteOptions { large_boot_image: Some(gib << 30), ..SiteOptions::default() };
    let Some((_guard, site)) = kit::site_with(&options) else { return };
    let desk = Desk::new(&site);
    let definition = desk.path("definition.json");
    std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();

    let (run, peak, time) = peak_of(&["new", definition.as_str(), "--quiet"]);
    eprintln!("new with a boot image of {gib} GiB: peak {peak} KiB, {time:.1?}");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(peak > 0 && peak < MOST_KIB, "making the medium took {peak} KiB");
    let length = std::fs::metadata(desk.iso()).unwrap().len();
    assert!(length > gib << 30, "the medium has {length} bytes, the boot image of {BOOT_IMAGE} alone has more");

    for arguments in [["test", desk.iso().as_str()], ["test", definition.as_str()], ["show", desk.iso().as_str()]] {
        let (run, peak, time) = peak_of(&arguments);
        eprintln!("{} of {gib} GiB: peak {peak} KiB, {time:.1?}", arguments[0]);
        // No password is a warning.
        assert!(run.code <= 1, "{run:?}");
        assert!(peak > 0 && peak < MOST_KIB, "{arguments:?} took {peak} KiB");
    }
}
