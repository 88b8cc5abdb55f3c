//! Memory: a medium with a large boot image is streamed, never held; a large task sequence is held once.
//!
//! Those that write gigabytes run only when asked for:
//! `cargo test --release -p tsm-blackbox --test memory -- --ignored --nocapture`. `TSM_MEMORY_TEST_GIB` says how large the
//! boot image is (1, when it is not set). The peak is the `VmHWM` that Linux keeps for the process (proc(5)).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use kit::program;
use kit::{BOOT_IMAGE, Desk, Folder};
use std::io::Read as _;
use std::time::{Duration, Instant};
use tsm_sample_site::SiteOptions;
use tsm_sample_site::export::{ExportForm, write_export};
use tsm_sample_site::task_sequence::{group, sequence, step};
use tsm_site::{PackageKind, Reference, SiteFacts, TaskSequence};

/// The most that may be in memory at any moment: 128 MiB, in KiB.
const MOST_KIB: u64 = 128 << 10;

/// Runs `tsmedia` to its end; gives its peak in KiB.
fn peak_of(arguments: &[&str]) -> (program::Run, u64, Duration) {
    let begun = Instant::now();
    let mut child = program::start(arguments);
    // What is read at once keeps the program from waiting for a reader.
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
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
    let time = begun.elapsed();
    let run = program::Run { output: reader.join().unwrap().unwrap(), ..program::end(child) };
    (run, peak, time)
}

/// The most that a task sequence of 40 MB may take: 200 MB, in KiB.
const MOST_KIB_OF_SEQUENCE: u64 = 200_000_000 >> 10;

/// Facts with a task sequence of 40 MB, whose steps name a package of its own each, by a program. Half of the packages are
/// listed, so that there is much to tell.
fn large() -> SiteFacts {
    const STEPS: usize = 100_000;
    let id = |number: usize| format!("PS1{number:05X}");
    let variables = |id: &str| {
        [("PackageID", "PackageID", id), ("_SMSSWDProgramName", "ProgramName", "Install")]
            .map(|(a, b, c)| (a, b, c.to_owned()))
    };
    let steps: Vec<String> = (0..STEPS)
        .map(|number| {
            let variables = variables(&id(number));
            let variables: Vec<_> = variables.iter().map(|(a, b, c)| (*a, *b, c.as_str())).collect();
            step("InstallSoftwareAction", &format!("Install package {number}"), &variables)
        })
        .collect();
    let groups: Vec<String> =
        steps.chunks(500).enumerate().map(|(n, steps)| group(&format!("Group {n}"), "", steps)).collect();
    let list: Vec<Reference> =
        (0..STEPS / 2).map(|n| Reference { kind: PackageKind::Package, id: id(n), name: None }).collect();
    let text = sequence(&list, &groups);
    assert!((40_000_000..50_000_000).contains(&text.len()), "{} bytes", text.len());
    let mut facts = SiteFacts::of_site("PS1", "2026-11-01T08:00:00Z".parse().unwrap());
    facts.task_sequences.push(TaskSequence {
        package_id: "PS1F0030".to_owned(),
        name: "Large".to_owned(),
        boot_image: Some("PS1F0005".to_owned()),
        references: Vec::new(),
        sequence: Some(text),
        policies: Vec::new(),
        policy_assignments: Vec::new(),
    });
    facts
}

#[test]
fn a_task_sequence_of_forty_megabytes_takes_less_than_two_hundred() {
    let folder = Folder::new();
    let facts = large();
    let [xml, json, zip] = ["large.xml", "large.json", "large.zip"].map(|name| folder.join(name));
    std::fs::write(&xml, facts.task_sequences[0].sequence.as_deref().unwrap()).unwrap();
    std::fs::write(&json, serde_json::to_vec(&facts).unwrap()).unwrap();
    write_export(&facts, "PS1F0030", &zip, &ExportForm { deflated: true, ..ExportForm::default() }).unwrap();
    drop(facts);
    for path in [xml, zip, json] {
        let (run, peak, time) = peak_of(&["references", path.as_str()]);
        eprintln!("references of {path}: peak {peak} KiB, {time:.1?}");
        assert_eq!(run.code, 1, "{}", run.errors);
        assert!(run.output.contains("Group 199 / Install package 99999"), "{} bytes", run.output.len());
        assert!(peak > 0 && peak < MOST_KIB_OF_SEQUENCE, "{path} took {peak} KiB");
    }
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
