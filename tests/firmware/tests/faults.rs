//! What can go wrong with a start, each told apart: something is not installed, nothing to start from, a hang, a computer
//! that goes off, wrong bytes on the medium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Disc, FILES, keep, or_skip};
use tsm_firmware::{BootError, Case, Firmware, Machine, Medium, Tools, grub};
use tsm_optical::{BootImage, BootSource, ContentSource, ImageOptions, Item, Layout, Platform};
use tsm_sample_site::sector::boot_sector;

/// Many times what a start takes on an idle machine.
const LIMIT: Duration = Duration::from_secs(180);

/// A disc without files whose boot image for BIOS is `code`; without code it starts nothing.
fn disc(folder: &Path, code: Option<Vec<u8>>) -> PathBuf {
    struct Code(Vec<u8>);
    impl ContentSource for Code {
        fn open(&mut self, _: &Item<'_>) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(Cursor::new(&self.0)))
        }
    }
    let source = |code: &Vec<u8>| BootSource::Hidden { size: code.len() as u64 };
    let image = |code| BootImage { platform: Platform::Bios, source: source(code), boot_info_table: false };
    let layout = Layout::new(Vec::new(), code.iter().map(image).collect(), &ImageOptions::default()).unwrap();
    let mut bytes = Vec::new();
    layout.write(&mut bytes, &mut Code(code.unwrap_or_default()), &mut |_| ControlFlow::Continue(())).unwrap();
    let path = folder.join("disc, with a comma.iso");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Starts a disc that will not come to an end.
fn start(tools: &Tools, name: &str, firmware: Firmware, code: Option<Vec<u8>>, time_limit: Duration) -> BootError {
    let folder = tempfile::tempdir().unwrap();
    let path = disc(folder.path(), code);
    let medium = Some(Medium::Disc(&path));
    let keep = keep();
    let machine = Machine {
        tools,
        name,
        firmware,
        medium,
        secure_boot: None,
        second_drive: None,
        until: "never said",
        time_limit,
        keep: &keep,
    };
    machine.run().unwrap_err()
}

/// The same, with what is installed; `None` where it is not.
fn failed_start(name: &str, firmware: Firmware, code: Option<Vec<u8>>, time_limit: Duration) -> Option<BootError> {
    let error = start(&Tools::default(), name, firmware, code, time_limit);
    if error.is_missing_tool() {
        or_skip::<()>(Err(error))?;
        return None;
    }
    Some(error)
}

/// Of every failed start there is a log and a picture.
fn assert_kept(error: &BootError) {
    let kept = error.kept().unwrap();
    assert!(kept.serial_log.is_file(), "{error}");
    let picture = std::fs::read(kept.screenshot.as_ref().unwrap()).unwrap();
    assert!(picture.starts_with(b"\x89PNG") || picture.starts_with(b"P6"), "{error}");
    assert!(error.to_string().contains(&kept.serial_log.display().to_string()), "{error}");
}

#[test]
fn a_missing_emulator_is_named() {
    // Any file that is there does for the firmware.
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let tools = Tools { qemu: "no-such-qemu".into(), seabios: vec![here], ..Tools::default() };
    let error = start(&tools, "no-qemu", Firmware::Bios, None, LIMIT);
    assert!(matches!(error, BootError::ProgramMissing { .. }) && error.is_missing_tool(), "{error}");
    assert!(error.to_string().contains("no-such-qemu") && error.to_string().contains("qemu-system-x86"), "{error}");
}

#[test]
fn missing_firmware_is_named_with_the_places() {
    let tools = Tools { seabios: vec!["/no/bios.bin".into()], ovmf: Vec::new(), ..Tools::default() };
    let error = start(&tools, "no-firmware", Firmware::Bios, None, LIMIT);
    assert!(matches!(error, BootError::FirmwareMissing { firmware: "BIOS", .. }), "{error}");
    assert!(error.to_string().contains("/no/bios.bin"), "{error}");
    let error = start(&tools, "no-firmware", Firmware::Uefi, None, LIMIT);
    assert!(matches!(error, BootError::FirmwareMissing { firmware: "UEFI", .. }), "{error}");
}

#[test]
fn bios_finds_nothing_to_start() {
    let Some(error) = failed_start("nothing-bios", Firmware::Bios, None, LIMIT) else { return };
    assert!(matches!(error, BootError::NothingBootable { .. }), "{error}");
    assert_kept(&error);
}

#[test]
fn uefi_finds_nothing_to_start() {
    let Some(error) = failed_start("nothing-uefi", Firmware::Uefi, None, LIMIT) else { return };
    assert!(matches!(error, BootError::NothingBootable { .. }), "{error}");
    assert_kept(&error);
}

/// The stand-in of the sample site says what it is and halts: the picture shows it.
#[test]
fn a_program_that_hangs_is_stopped_at_the_limit() {
    let code = boot_sector(2048, "this one hangs");
    let Some(error) = failed_start("hang", Firmware::Bios, Some(code), Duration::from_secs(6)) else { return };
    assert!(matches!(error, BootError::Hang { .. }), "{error}");
    assert_kept(&error);
}

#[test]
fn a_computer_that_goes_off_is_noticed_at_once() {
    // lidt [0x7e00], which is zeros; int 3: no handler for that, none for the fault, none for the double fault.
    let mut code = vec![0x0f, 0x01, 0x1e, 0x00, 0x7e, 0xcd, 0x03];
    code.resize(2048, 0);
    let Some(error) = failed_start("off", Firmware::Bios, Some(code), LIMIT) else { return };
    assert!(matches!(error, BootError::WentOff { .. }), "{error}");
}

#[test]
fn grub_refuses_an_unknown_file_system() {
    match grub::programs("iso9660", "no_such_file_system") {
        Err(error) if error.is_missing_tool() => drop(or_skip::<()>(Err(error))),
        other => assert!(other.unwrap_err().to_string().contains("no_such_file_system")),
    }
}

/// One bit of the boot image is wrong on the medium, and a file is asked for that is not there: GRUB's answers show both.
#[test]
fn wrong_bytes_on_the_medium_are_found() {
    let Some(made) = Disc::make(None) else { return };
    let mut bytes = std::fs::read(&made.iso).unwrap();
    let wim = std::fs::read(&made.boot_wim).unwrap();
    let at = bytes.windows(2048).position(|window| window == &wim[..2048]).unwrap();
    bytes[at + wim.len() - 1] ^= 1;
    std::fs::write(&made.iso, bytes).unwrap();
    let mut probes = FILES.map(|path| made.probe(path)).to_vec();
    probes.push(tsm_firmware::Probe::file("SMS/data/no such file", 1, "00"));
    let keep = keep();
    let medium = Medium::Disc(made.iso.as_std_path());
    let case = Case { name: "wrong-bytes", firmware: Firmware::Bios, medium, probes, time_limit: LIMIT, keep: &keep };
    let Some(report) = or_skip(case.run()) else { return };
    let faults = report.faults();
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults[0].starts_with("'sources/boot.wim': SHA-256 "), "{faults:#?}");
    assert!(faults[1].starts_with("'SMS/data/no such file': 1 bytes expected"), "{faults:#?}");
}
