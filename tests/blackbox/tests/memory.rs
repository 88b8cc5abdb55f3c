//! Memory: a medium with a large boot image is streamed, never held; a large task sequence is held once; an operating
//! system of many files is not held either, and lies nowhere but in its image and on the medium.
//!
//! Those that write gigabytes run only when asked for:
//! `cargo test --release -p tsm-blackbox --test memory -- --ignored --nocapture`. `TSM_MEMORY_TEST_GIB` says how large the
//! boot image is (1, when it is not set), and `TSM_MEMORY_TEST_FILES` how many files the operating system has (200,000; its
//! image of 6 GB takes 13 GB of disk, in the folder that `TMPDIR` names). The peak is the `VmHWM` that Linux keeps for the process (proc(5)).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8Path;
use kit::program;
use kit::tools::{self, need};
use kit::{BOOT_IMAGE, Desk, Folder};
use std::io::Read as _;
use std::time::{Duration, Instant};
use tsm_media::Kind;
use tsm_sample_site::export::{ExportForm, write_export};
use tsm_sample_site::task_sequence::{group, sequence, step};
use tsm_sample_site::{SiteOptions, TASK_SEQUENCE};
use tsm_site::{PackageKind, Reference, SiteFacts, TaskSequence};

/// The most that may be in memory at any moment: 128 MiB, in KiB.
const MOST_KIB: u64 = 128 << 10;

/// The same for a prestaged medium: libwim holds the tree of an operating system while it lists it.
const MOST_KIB_OF_SYSTEM: u64 = 256 << 10;

/// The most that may lie on the disk beside the medium under construction.
const MOST_BESIDE: u64 = 100 << 20;

/// Runs `tsmedia` to its end; gives its peak in KiB.
fn peak_of(arguments: &[&str]) -> (program::Run, u64, Duration) {
    peak_while(arguments, &mut || {})
}

/// The same, and looks around meanwhile.
fn peak_while(arguments: &[&str], look: &mut dyn FnMut()) -> (program::Run, u64, Duration) {
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
        look();
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

/// Bytes that the files below a folder take on the disk, as they are now; what goes away meanwhile has none.
fn disk_bytes(folder: &Utf8Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let of = |entry: camino::Utf8DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => disk_bytes(entry.path()),
        Ok(meta) => meta.blocks() * 512,
        Err(_) => 0,
    };
    entries.map(of).sum()
}

/// Writes an operating system of so many small files and one that makes it 6 GB; captured without compression, as only
/// the number of bytes counts here.
fn large_system(desk: &Desk, files: u64) -> camino::Utf8PathBuf {
    const BYTES: u64 = 6_000_000_000;
    let (tree, image) = (desk.path("system"), desk.path("system.wim"));
    for number in 0..files {
        let folder = tree.join(format!("Windows/WinSxS/amd64_component_{:04}", number / 100));
        if number % 100 == 0 {
            std::fs::create_dir_all(&folder).unwrap();
        }
        let name = folder.join(format!("microsoft-windows-component-{number:06}.manifest"));
        std::fs::write(name, number.to_le_bytes().repeat(16)).unwrap();
    }
    let large = std::fs::File::create(tree.join("Windows/installer.bin")).unwrap();
    large.set_len(BYTES - files * 128).unwrap();
    tools::text("wimlib-imagex", &["capture", tree.as_str(), image.as_str(), "System", "--compress=none", "--no-acls"]);
    std::fs::remove_dir_all(tree).unwrap();
    image
}

#[test]
#[ignore = "writes 13 GB"]
fn a_prestaged_medium_of_a_large_operating_system_takes_little_memory_and_no_disk_but_its_own() {
    need!("wimlib-imagex");
    let files: u64 = std::env::var("TSM_MEMORY_TEST_FILES").ok().and_then(|t| t.parse().ok()).unwrap_or(200_000);
    let Some((_guard, site)) = kit::site_with(&SiteOptions::default()) else { return };
    let mut desk = Desk::new(&site);
    let image = large_system(&desk, files);
    let of_definition = &mut desk.definition;
    of_definition.kind = Kind::Prestaged;
    of_definition.media_type = None;
    of_definition.path = of_definition.path.replace("boot.iso", "factory.wim");
    of_definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    of_definition.operating_system_image = Some(image.to_string());
    let definition = desk.path("definition.json");
    std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();

    // The medium itself is `out/factory.wim.partial/image.wim`, and then `out/factory.wim`; all else is beside it.
    let (out, temporary, log) = (desk.path("out"), desk.path("temporary"), desk.path("log"));
    let mut beside = 0;
    let (run, peak, time) = peak_while(&["new", definition.as_str(), "--quiet"], &mut || {
        let medium = disk_bytes(&out.join("factory.wim.partial")) + length_on_disk(&desk.iso());
        let all = disk_bytes(&out) + disk_bytes(&temporary) + disk_bytes(&log);
        beside = beside.max(all.saturating_sub(medium));
    });
    eprintln!("new with {files} files: peak {peak} KiB, {beside} bytes beside the medium, {time:.1?}");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(peak > 0 && peak < MOST_KIB_OF_SYSTEM, "making the medium took {peak} KiB");
    assert!(beside < MOST_BESIDE, "{beside} bytes lay beside the medium");
    let (length, source) = (std::fs::metadata(desk.iso()).unwrap().len(), std::fs::metadata(&image).unwrap().len());
    assert!(length > source && length < source + (64 << 20), "{length} bytes of {source}");

    for arguments in [["test", desk.iso().as_str()], ["show", desk.iso().as_str()]] {
        let (run, peak, time) = peak_of(&arguments);
        eprintln!("{} of {files} files: peak {peak} KiB, {time:.1?}", arguments[0]);
        assert!(run.code <= 1, "{run:?}");
        assert!(peak > 0 && peak < MOST_KIB_OF_SYSTEM, "{arguments:?} took {peak} KiB");
    }
}

fn length_on_disk(file: &Utf8Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).map_or(0, |meta| meta.blocks() * 512)
}
