//! Firmware starts what we write, and GRUB's drivers read it: the hashes from the serial port are those of the manifest.
//!
//! The long cases are ignored: `cargo test -p tsm-firmware -- --include-ignored --nocapture`. Serial logs are kept in
//! `target/firmware`, and a picture of the screen when a start failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{BOOT_WIM, Disc, FILES, keep, or_skip, skipped};
use tsm_firmware::{Case, Firmware, Medium, Probe, grub};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// Many times what a start takes on an idle machine.
const SHORT: Duration = Duration::from_secs(180);
const LONG: Duration = Duration::from_secs(1200);

/// Starts a disc on both firmwares. GRUB for BIOS has no driver but that of ISO 9660, GRUB for UEFI none but that of UDF.
fn starts_everywhere(disc: &Disc, name: &str, probes: &[Probe], time_limit: Duration) {
    for (firmware, ending, file_system) in [(Firmware::Bios, "bios", "iso9660"), (Firmware::Uefi, "uefi", "udf")] {
        let name = format!("{name}-{ending}");
        let Some(report) = disc.start(&name, firmware, probes.to_vec(), time_limit) else { continue };
        assert_eq!(report.file_system.as_deref(), Some(file_system), "{name}");
    }
}

#[test]
fn bios_and_uefi_start_the_disc_and_read_every_byte() {
    let Some(disc) = Disc::make(None) else { return };
    starts_everywhere(&disc, "disc", &FILES.map(|path| disc.probe(path)), SHORT);
}

#[test]
#[ignore = "long: a disc of 1 GB, read to the last byte"]
fn bios_and_uefi_read_a_disc_of_1_gb() {
    let Some(disc) = Disc::make(Some(GIB)) else { return };
    starts_everywhere(&disc, "disc-1-gb", &FILES.map(|path| disc.probe(path)), LONG);
}

/// The boot image is larger than 4 GiB. Hashing all of it would take minutes, so of it are compared: its length, its first
/// MiB, its last 8 MiB, and 4 MiB around each place where a file system begins a new extent (UDF: each GiB less a block;
/// ISO 9660: 4 GiB less a block). The file says in each MiB where it is. The small files are compared whole.
#[test]
#[ignore = "long: a disc of more than 4 GiB"]
fn bios_and_uefi_read_a_file_beyond_4_gib() {
    const LARGE: u64 = 4 * GIB + 512 * MIB;
    let Some(disc) = Disc::make(Some(LARGE)) else { return };
    let size = disc.probe(BOOT_WIM).size;
    assert!(size > LARGE);
    let mut probes: Vec<Probe> = FILES.iter().filter(|path| **path != BOOT_WIM).map(|path| disc.probe(path)).collect();
    probes.push(disc.part(0, MIB));
    probes.extend([1, 2, 3, 4].map(|count| disc.part(count * GIB - 2 * MIB, 4 * MIB)));
    probes.push(disc.part(size - 8 * MIB, 8 * MIB));
    starts_everywhere(&disc, "disc-5-gb", &probes, LONG);
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
