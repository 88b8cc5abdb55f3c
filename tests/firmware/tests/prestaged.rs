//! A prestaged medium on a disk: applied by wimlib to an NTFS volume of a GPT disk, started by firmware, and read by GRUB's
//! driver for NTFS. The hashes from the serial port are those of the manifest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::process::Command;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use common::{keep, or_skip, skipped};
use tsm_firmware::{Case, Firmware, Medium, Probe, grub};
use tsm_job::Context;
use tsm_media::{Definition, Host, Manifest, Secrets};
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE};

const SECTOR: u64 = 512;
/// Where the volumes begin, and how long they are, in sectors: the EFI system partition, the volume of Windows, and room
/// for the second table of the disk.
const ESP: (u64, u64) = (2048, 72 * 2048);
const WINDOWS: (u64, u64) = (ESP.0 + ESP.1, 48 * 2048);
const DISK: u64 = WINDOWS.0 + WINDOWS.1 + 2048;
const TIME_LIMIT: Duration = Duration::from_secs(180);

/// Runs a tool; `false`, and a loud word, when it is not installed.
fn run(tool: &str, arguments: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    match Command::new(tool).args(arguments).env("PATH", format!("{path}:/usr/sbin:/sbin")).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(_) => {
            skipped(&format!("{tool} is not installed"));
            false
        }
    }
}

/// A prestaged medium of a sample site at `path`.
fn make(site: &Site, path: &Utf8Path) -> Manifest {
    let folder = path.parent().unwrap();
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "Prestaged", "path": path, "mediaMode": "SiteBased", "siteFacts": site.facts_path(),
        "bootImage": "PS100005", "taskSequence": TASK_SEQUENCE, "operatingSystemImage": "PS100020",
        "distributionPoint": site.libraries(), "managementPoint": ["http://mp1.contoso.test"],
        "package": ["PS100013"], "temporaryFolder": folder, "logPath": folder.join("CreateTSMedia.log")
    });
    let definition = Definition::parse(&definition.to_string(), None).unwrap();
    let medium = tsm_media::create(&definition, None, &Secrets::default(), &Host::default(), &Context::silent())
        .unwrap_or_else(|e| panic!("{e}: {:?}", e.causes()));
    serde_json::from_str(&std::fs::read_to_string(medium.manifest_path.unwrap()).unwrap()).unwrap()
}

/// Copies an image of a volume to its place on the disk.
fn put(volume: &Utf8Path, disk: &Utf8Path, sector: u64) {
    let mut bytes = Vec::new();
    std::fs::File::open(volume).unwrap().read_to_end(&mut bytes).unwrap();
    let mut disk = std::fs::OpenOptions::new().write(true).open(disk).unwrap();
    disk.seek(SeekFrom::Start(sector * SECTOR)).unwrap();
    disk.write_all(&bytes).unwrap();
}

fn empty(path: &Utf8Path, sectors: u64) {
    std::fs::File::create(path).unwrap().set_len(sectors * SECTOR).unwrap();
}

/// A GPT disk with the medium on its second volume, as a factory makes it, and GRUB in the place of the boot manager.
fn disk(wim: &Utf8Path, program: &[u8], folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let [disk, esp, windows, grub] = ["disk.img", "esp.img", "windows.img", "grub.efi"].map(|name| folder.join(name));
    std::fs::write(&grub, program).unwrap();
    empty(&windows, WINDOWS.1);
    empty(&disk, DISK);
    let (first, second) = (format!("1:{}:+{}", ESP.0, ESP.1 - 1), format!("2:{}:+{}", WINDOWS.0, WINDOWS.1 - 1));
    let (start, sectors) = (WINDOWS.0.to_string(), ESP.1.to_string());
    let there = run("mkntfs", &["-q", "-Q", "-F", "-s", "512", "-p", &start, "-H", "16", "-S", "63", windows.as_str()])
        && run("wimlib-imagex", &["apply", wim.as_str(), "1", windows.as_str()])
        && run("mformat", &["-i", esp.as_str(), "-C", "-F", "-T", &sectors, "::"])
        && run("mmd", &["-i", esp.as_str(), "::/EFI", "::/EFI/BOOT"])
        && run("mcopy", &["-i", esp.as_str(), grub.as_str(), "::/EFI/BOOT/BOOTX64.EFI"])
        && run("sgdisk", &["-o", "-n", &first, "-t", "1:ef00", "-n", &second, "-t", "2:0700", disk.as_str()]);
    if !there {
        return None;
    }
    put(&esp, &disk, ESP.0);
    put(&windows, &disk, WINDOWS.0);
    Some(disk)
}

#[test]
fn uefi_starts_the_disk_and_every_file_of_the_medium_is_on_it() {
    let Some(programs) = or_skip(grub::programs("iso9660", "part_gpt ntfs")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let Some(site) = common::site(&root.join("site"), SiteOptions::default()) else { return };
    let wim = root.join("factory.wim");
    let manifest = make(&site, &wim);
    let Some(disk) = disk(&wim, &programs.uefi, root) else { return };
    let asked = |path: &str| path == "sources/boot.wim" || path.starts_with("SMS/");
    let probes: Vec<Probe> =
        manifest.files.iter().filter(|f| asked(&f.path)).map(|f| Probe::file(&f.path, f.size, &f.sha256)).collect();
    assert!(probes.len() >= 6, "{probes:?}");
    let (keep, medium) = (keep(), Medium::Stick(disk.as_std_path()));
    let case =
        Case { name: "prestaged-uefi", firmware: Firmware::Uefi, medium, probes, time_limit: TIME_LIMIT, keep: &keep };
    let Some(report) = or_skip(case.run()) else { return };
    assert_eq!((report.faults(), report.file_system.as_deref()), (Vec::new(), Some("ntfs")), "{}", report.serial);
}
