//! The firmware's verdict equals ours: boot loaders signed by one authority, the other, both, none, nested, or altered since,
//! on firmware that trusts one, the other or both, or that forbids one; and Debian's shim with Microsoft's keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use camino::Utf8Path;
use common::{keep, or_skip, skipped};
use tsm_firmware::{BootError, Firmware, Machine, Medium, Tools, grub, secure_boot};
use tsm_formats::pe::SignedProgram;
use tsm_formats::profile::{Authority, Generation, SecureBootProfile};
use tsm_formats::secure_boot::{Start, verdict};
use tsm_sample_site::Signers;

/// Many times what a start takes on an idle machine.
const LIMIT: Duration = Duration::from_secs(240);

/// A stick with one boot program, made by mtools.
fn stick(folder: &Path, program: &[u8]) -> Option<PathBuf> {
    let (image, file) = (folder.join("stick.img"), folder.join("loader.efi"));
    let _ = std::fs::remove_file(&image);
    std::fs::write(&file, program).unwrap();
    let (image, file) = (image.display().to_string(), file.display().to_string());
    for arguments in [
        ["mformat", "-i", &image, "-C", "-F", "-T", "131072", "::"].as_slice(),
        &["mmd", "-i", &image, "::/EFI", "::/EFI/BOOT"],
        &["mcopy", "-i", &image, &file, "::/EFI/BOOT/BOOTX64.EFI"],
    ] {
        match Command::new(arguments[0]).args(&arguments[1..]).output() {
            Ok(output) => assert!(output.status.success(), "{arguments:?}: {output:?}"),
            Err(_) => {
                skipped(&"mtools are not installed");
                return None;
            }
        }
    }
    Some(image.into())
}

/// Whether the firmware starts the program: it says `words` on the serial port, or the firmware passes it over.
fn starts(name: &str, stick: &Path, settings: &Path, words: &str) -> Option<bool> {
    let (tools, keep) = (Tools::default(), keep());
    let machine = Machine {
        tools: &tools,
        name,
        firmware: Firmware::Uefi,
        medium: Some(Medium::Stick(stick)),
        secure_boot: Some(settings),
        second_drive: None,
        until: words,
        time_limit: LIMIT,
        keep: &keep,
    };
    match machine.run() {
        Ok(_) => Some(true),
        Err(BootError::NothingBootable { .. }) => Some(false),
        Err(error) => or_skip::<()>(Err(error)).map(|()| false),
    }
}

fn empty_settings() -> PathBuf {
    Tools::default().ovmf.into_iter().map(|(_, settings)| settings).find(|path| path.is_file()).unwrap_or_default()
}

#[test]
#[ignore = "long: 28 starts"]
fn the_verdict_of_the_firmware_is_ours_in_every_cell() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let Some(programs) = or_skip(grub::programs("iso9660", "fat")) else { return };
    let signers = match Signers::make(&root.join("authorities")) {
        Ok(signers) => signers,
        Err(error) => return skipped(&format!("{error:#}")),
    };
    let (one, two) = (&signers.of_2011, &signers.of_2023);
    let (by_one, by_two) = match (one.sign(&programs.uefi), two.sign(&programs.uefi)) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(error), _) | (_, Err(error)) => return skipped(&format!("{error:#}")),
    };
    let mut altered = by_one.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    let loaders = [
        ("none", programs.uefi.clone()),
        ("one", by_one.clone()),
        ("two", by_two.clone()),
        ("one-two", two.sign(&by_one).unwrap()),
        ("two-one", one.sign(&by_two).unwrap()),
        ("altered", altered),
        ("nested", nested(root, &signers, &programs.uefi)),
    ];
    let (first, second) = (one.certificate(), two.certificate());
    let (first, second) = (first.as_std_path(), second.as_std_path());
    let databases: [(&str, &[&Path], &[&Path]); 4] = [
        ("trusts-one", &[first], &[]),
        ("trusts-two", &[second], &[]),
        ("trusts-both", &[first, second], &[]),
        ("forbids-one", &[first, second], &[first]),
    ];
    let profile: serde_json::Value = serde_json::from_str(&signers.profile().unwrap()).unwrap();
    let profile: SecureBootProfile = serde_json::from_value(profile["secureBoot"].clone()).unwrap();
    let (mut cells, mut wrong) = (0, Vec::new());
    for (database, trusted, forbidden) in databases {
        let settings = folder.path().join(format!("{database}.fd"));
        if or_skip(secure_boot::settings(&empty_settings(), trusted, forbidden, &settings)).is_none() {
            return;
        }
        for (loader, bytes) in &loaders {
            let Some(stick) = stick(folder.path(), bytes) else { return };
            let name = format!("secure-boot-{database}-{loader}");
            let Some(theirs) = starts(&name, &stick, &settings, tsm_firmware::probe::READY) else { return };
            let program = SignedProgram::read(bytes).unwrap();
            let of = |a: &Authority, list: &[&Path]| {
                let file = if a.generation == Generation::Of2011 { first } else { second };
                list.contains(&file)
            };
            let ours = verdict(&program, &profile, |a| of(a, trusted), |a| of(a, forbidden)) == Start::Starts;
            eprintln!("{database:<12} {loader:<8} firmware: {theirs:<5} ours: {ours}");
            cells += 1;
            if theirs != ours {
                wrong.push(name);
            }
        }
    }
    eprintln!("{cells} cells");
    assert_eq!((cells, wrong), (28, Vec::<String>::new()));
}

/// Signed by the first authority, and nested in that by the second one.
fn nested(root: &Utf8Path, signers: &Signers, program: &[u8]) -> Vec<u8> {
    let (plain, once, twice) = (root.join("plain.efi"), root.join("once.efi"), root.join("twice.efi"));
    std::fs::write(&plain, program).unwrap();
    for (authority, from, to, nest) in
        [(&signers.of_2011, &plain, &once, None), (&signers.of_2023, &once, &twice, Some("-nest"))]
    {
        let ((certificate, key), ca) = (authority.signer(), authority.certificate());
        let both = root.join("both.pem");
        let chain = [certificate, ca].map(|path| std::fs::read_to_string(path).unwrap()).concat();
        std::fs::write(&both, chain).unwrap();
        let _ = std::fs::remove_file(to);
        let mut command = Command::new("osslsigncode");
        command.arg("sign").args(nest).args(["-h", "sha256", "-key", key.as_str(), "-certs", both.as_str()]);
        let output = command.args(["-in", from.as_str(), "-out", to.as_str()]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    std::fs::read(twice).unwrap()
}

/// Where Debian's shim lies: installed, or unpacked by `build/prerequisites.sh`.
fn shim() -> Option<Vec<u8>> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/shim/usr/lib/shim/shimx64.efi.signed");
    let found = ["/usr/lib/shim/shimx64.efi.signed", own].iter().find_map(|path| std::fs::read(path).ok());
    if found.is_none() {
        skipped(&"Debian's shim is not there (package shim-signed)");
    }
    found
}

/// Our chains are those that sbverify shows.
#[test]
fn debians_shim_has_two_signatures_and_their_chains_are_those_of_sbverify() {
    let Some(bytes) = shim() else { return };
    let program = SignedProgram::read(&bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shim.efi");
    std::fs::write(&path, &bytes).unwrap();
    let Ok(output) = Command::new("sbverify").arg("--list").arg(&path).output() else {
        return skipped(&"sbverify is not installed (package sbsigntool)");
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let theirs: Vec<Vec<String>> = text
        .split("signature ")
        .skip(1)
        .map(|part| {
            let subject = |line: &str| line.split_once("- subject: ")?.1.rsplit("/CN=").next().map(str::to_owned);
            part.lines().filter_map(subject).collect()
        })
        .filter(|subjects: &Vec<String>| !subjects.is_empty())
        .collect();
    let ours: Vec<Vec<String>> =
        program.signatures.iter().map(|s| s.chain.certificates.iter().map(|c| c.subject.clone()).collect()).collect();
    assert_eq!(ours.len(), 2, "{ours:?}");
    assert_eq!(ours, theirs);
    let profile = SecureBootProfile::default();
    let years: Vec<_> = program
        .signatures
        .iter()
        .map(|s| tsm_formats::secure_boot::authority(s, &profile).map(|f| (f.authority.generation, f.by_name)))
        .collect();
    assert_eq!(years, [Some((Generation::Of2011, false)), Some((Generation::Of2023, false))]);
}

/// Debian's shim on firmware with Microsoft's keys of 2011 starts, and does not when one bit of it is another.
#[test]
#[ignore = "long: two starts"]
fn debians_shim_starts_with_microsofts_keys_as_we_say() {
    let Some(bytes) = shim() else { return };
    let settings = Path::new("/usr/share/OVMF/OVMF_VARS_4M.ms.fd");
    if !settings.is_file() {
        return skipped(&"OVMF's settings with Microsoft's keys are not installed (package ovmf)");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut altered = bytes.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    for (name, bytes, expected) in [("shim", bytes, Start::Starts), ("shim-altered", altered, Start::Refused)] {
        let program = SignedProgram::read(&bytes).unwrap();
        let profile = SecureBootProfile::default();
        let ours = verdict(&program, &profile, |a| a.generation == Generation::Of2011, |_| false);
        assert_eq!(ours, expected, "{name}");
        let Some(stick) = stick(folder.path(), &bytes) else { return };
        // Shim looks for GRUB, which is not there, and says so on the console.
        let Some(theirs) = starts(name, &stick, settings, "Failed to open \\EFI\\BOOT\\") else { return };
        eprintln!("{name}: firmware: {theirs} ours: {ours:?}");
        assert_eq!(theirs, ours == Start::Starts, "{name}");
    }
}
