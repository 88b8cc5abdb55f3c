//! Firmware starts what we write, and GRUB's drivers read it: the hashes from the serial port are those of the manifest.
//!
//! The long cases are ignored: `cargo test -p tsm-firmware -- --include-ignored --nocapture`. Serial logs are kept in
//! `target/firmware`, and a picture of the screen when a start failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use common::{BOOT_WIM, Disc, FILES, keep, or_skip, skipped};
use tsm_firmware::{Case, Firmware, Medium, Probe, grub};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// Many times what a start takes on an idle machine.
const SHORT: Duration = Duration::from_secs(180);
const LONG: Duration = Duration::from_secs(1200);

/// The usual disc of about 10 MB, shared by the short cases.
static USUAL: LazyLock<Option<Disc>> = LazyLock::new(|| Disc::make(None));

#[test]
fn bios_starts_the_disc_and_iso_9660_has_every_byte() {
    let Some(disc) = &*USUAL else { return };
    let probes = FILES.map(|path| disc.probe(path)).to_vec();
    let Some(report) = disc.start("disc-bios", Firmware::Bios, probes, SHORT) else { return };
    assert_eq!(report.file_system.as_deref(), Some("iso9660"));
}

#[test]
fn uefi_starts_the_disc_and_udf_has_every_byte() {
    let Some(disc) = &*USUAL else { return };
    let probes = FILES.map(|path| disc.probe(path)).to_vec();
    let Some(report) = disc.start("disc-uefi", Firmware::Uefi, probes, SHORT) else { return };
    assert_eq!(report.file_system.as_deref(), Some("udf"));
}

/// All three files to the last byte.
fn one_gib(name: &str, firmware: Firmware, file_system: &str) {
    let Some(disc) = Disc::make(Some(GIB)) else { return };
    let probes = FILES.map(|path| disc.probe(path)).to_vec();
    let Some(report) = disc.start(name, firmware, probes, LONG) else { return };
    assert_eq!(report.file_system.as_deref(), Some(file_system));
}

#[test]
#[ignore = "long: a disc of 1 GB"]
fn bios_reads_a_disc_of_1_gb() {
    one_gib("disc-1-gb-bios", Firmware::Bios, "iso9660");
}

#[test]
#[ignore = "long: a disc of 1 GB"]
fn uefi_reads_a_disc_of_1_gb() {
    one_gib("disc-1-gb-uefi", Firmware::Uefi, "udf");
}

/// The boot image is larger than 4 GiB. Hashing all of it would take minutes, so of it are compared: its length, its first
/// and last bytes, and 4 MiB around each place where a file system begins a new extent (UDF: 1 GiB less a block; ISO 9660:
/// 4 GiB less a block) or 32 bits of a byte offset end. The file says in each MiB where it is. The small files are compared
/// whole.
fn beyond_4_gib(name: &str, firmware: Firmware, file_system: &str) {
    const LARGE: u64 = 4 * GIB + 512 * MIB;
    let Some(disc) = Disc::make(Some(LARGE)) else { return };
    let size = disc.probe(BOOT_WIM).size;
    assert!(size > LARGE);
    let mut probes: Vec<Probe> = FILES.iter().filter(|path| **path != BOOT_WIM).map(|path| disc.probe(path)).collect();
    probes.push(disc.part(0, MIB));
    probes.extend([1, 2, 3, 4].map(|count| disc.part(count * GIB - 2 * MIB, 4 * MIB)));
    probes.push(disc.part(size - 8 * MIB, 8 * MIB));
    let Some(report) = disc.start(name, firmware, probes, LONG) else { return };
    assert_eq!(report.file_system.as_deref(), Some(file_system));
}

#[test]
#[ignore = "long: a disc of more than 4 GiB"]
fn bios_reads_a_file_beyond_4_gib() {
    beyond_4_gib("disc-5-gb-bios", Firmware::Bios, "iso9660");
}

#[test]
#[ignore = "long: a disc of more than 4 GiB"]
fn uefi_reads_a_file_beyond_4_gib() {
    beyond_4_gib("disc-5-gb-uefi", Firmware::Uefi, "udf");
}

/// The harness itself with another kind of medium: a stick that mtools made, read by GRUB's FAT driver.
#[test]
#[ignore = "long: not of the product, shows that the harness can start sticks"]
fn uefi_starts_a_stick() {
    let Some(programs) = or_skip(grub::programs("iso9660", "fat")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (stick, program, file) = (path("stick.img"), path("grub.efi"), path("file"));
    std::fs::write(&program, &programs.uefi).unwrap();
    std::fs::write(&file, vec![42; 100_000]).unwrap();
    for arguments in [
        ["mformat", "-i", &stick, "-C", "-F", "-T", "131072", "::"].as_slice(),
        &["mmd", "-i", &stick, "::/EFI", "::/EFI/BOOT", "::/SMS"],
        &["mcopy", "-i", &stick, &program, "::/EFI/BOOT/BOOTX64.EFI"],
        &["mcopy", "-i", &stick, &file, "::/SMS/file"],
    ] {
        match Command::new(arguments[0]).args(&arguments[1..]).output() {
            Ok(output) => assert!(output.status.success(), "{arguments:?}: {output:?}"),
            Err(_) => return skipped(&"mtools are not installed"),
        }
    }
    let probes = vec![Probe::part("SMS/file", file.as_ref(), 0, u64::MAX).unwrap()];
    let (keep, medium) = (keep(), Medium::Stick(stick.as_ref()));
    let case = Case { name: "stick-uefi", firmware: Firmware::Uefi, medium, probes, time_limit: SHORT, keep: &keep };
    let Some(report) = or_skip(case.run()) else { return };
    assert_eq!((report.faults(), report.file_system.as_deref()), (Vec::new(), Some("fat")), "{}", report.serial);
}
