//! What the script for a depot does: it is run by the `cmd.exe` of wine, with stand-ins for all programs that would touch
//! disks. Only there: on a real Windows a stand-in that is not found would be the program itself.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::{artefact, definition_file, must_make, run, scratch, site};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Programs of Windows PE that have a stand-in.
const PROGRAMS: [&str; 10] =
    ["diskpart", "dism", "wimlib-imagex", "bcdboot", "bcdedit", "bootsect", "certutil", "reg", "where", "wpeutil"];
const BOTH: &str = "  Volume 1     W   Windows      NTFS   Partition     20 GB  Healthy\r\n  Volume 2     S   System       \
                    FAT32  Partition    260 MB  Healthy\r\n";

/// A depot with a script, an image beside it, and what the script finds at its computer.
struct Depot {
    folder: Utf8PathBuf,
    sha256: String,
    boot_sha1: String,
}

/// What a run of the script left behind.
#[derive(Debug)]
struct Run {
    code: i32,
    output: String,
    /// The calls of other programs, in their order.
    calls: Vec<String>,
}

impl Depot {
    fn new(folder: &Utf8Path, program: &Utf8Path, site: &tsm_sample_site::Site) -> Self {
        let definition = json!({
            "schemaVersion": 1, "kind": "Prestaged", "path": "factory.wim", "mediaMode": "SiteBased",
            "siteFacts": site.facts_path(), "bootImage": "PS100005", "taskSequence": "PS100030",
            "operatingSystemImage": "PS100020", "distributionPoint": site.libraries(),
            "managementPoint": ["http://mp1.contoso.test"], "temporaryFolder": ".", "logPath": "CreateTSMedia.log"
        });
        let image = folder.join("factory.wim");
        must_make(program, definition_file(folder, &definition).as_str(), image.as_str());
        let made = run(program, &["apply-script", image.as_str(), folder.as_str(), "--json"]);
        assert_eq!(made.code, 0, "{made:?}");
        let made = made.json();
        let boot = made["hashes"].as_array().unwrap().iter().find(|h| h["path"] == r"\sources\boot.wim").unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let depot = Self { folder: folder.to_owned(), sha256: text(&made["sha256"]), boot_sha1: text(&boot["sha1"]) };
        std::fs::create_dir(depot.programs()).unwrap();
        for name in PROGRAMS {
            let to = depot.programs().join(format!("{name}.exe"));
            std::fs::copy(env!("CARGO_BIN_EXE_stand-in"), to).unwrap();
        }
        depot
    }

    fn programs(&self) -> Utf8PathBuf {
        self.folder.join("programs")
    }

    /// Writes what a stand-in answers, or how it behaves.
    fn say(&self, name: &str, text: &str) {
        std::fs::write(self.programs().join(name), text).unwrap();
    }

    /// A computer on which all goes well, whose volumes are there and hold the applied image.
    fn prepare(&self, firmware: &str) {
        for drive in ["W", "S"] {
            let _ = std::fs::remove_dir_all(self.folder.join(drive));
            std::fs::create_dir(self.folder.join(drive)).unwrap();
        }
        for file in [
            "sources/boot.wim",
            "SMS/data/TsmBootstrap.ini",
            "SMS/data/Variables.dat",
            "boot/boot.sdi",
            "EFI/boot/bootx64.efi",
            "EFI/Microsoft/Boot/BCD",
        ] {
            let path = self.folder.join("W").join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        let _ = std::fs::remove_file(self.programs().join("log"));
        self.say("fail", "");
        self.say("diskpart.txt", BOTH);
        self.say("reg.txt", &format!("\r\nHKEY\r\n    PEFirmwareType    REG_DWORD    {firmware}\r\n\r\n"));
        self.say("certutil-SHA256.txt", &format!("SHA256 hash of image:\r\n{}\r\nCertUtil: done.\r\n", self.sha256));
        self.say("certutil-SHA1.txt", &format!("SHA1 hash of file:\r\n{}\r\nCertUtil: done.\r\n", self.boot_sha1));
    }

    /// Gives the folders of the volumes their letters, or takes them away: wine knows drives as links in its folder
    /// `dosdevices`, which programs of Linux can make. Such a program is not waited for.
    fn letters(&self, there: bool) {
        for drive in ["W", "S"] {
            let link = format!("{}/dosdevices/{}:", unix_path(&prefix()), drive.to_lowercase());
            let place = unix_path(&self.folder.join(drive));
            let started = match there {
                true => Command::new(r"Z:\bin\ln").args(["-sfn", &place, &link]).spawn(),
                false => Command::new(r"Z:\bin\rm").args(["-f", &link]).spawn(),
            };
            started.unwrap();
            let root = Utf8PathBuf::from(format!(r"{drive}:\"));
            let until = Instant::now() + Duration::from_secs(20);
            while root.exists() != there {
                assert!(Instant::now() < until, "drive {drive}: is {} there", if there { "not" } else { "still" });
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Runs the script with arguments and what somebody types.
    fn run(&self, arguments: &[&str], typed: &str) -> Run {
        let mut child = Command::new("cmd.exe")
            .args(["/c", self.folder.join("apply.cmd").as_str()])
            .args(arguments)
            .env("PATH", format!(r"{};C:\windows\system32;C:\windows", self.programs()))
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(format!("{typed}\r\n").as_bytes());
        let output = child.wait_with_output().unwrap();
        let calls = std::fs::read_to_string(self.programs().join("log")).unwrap_or_default();
        Run {
            code: output.status.code().unwrap_or(-1),
            output: String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }
}

/// The folder of this wine.
fn prefix() -> Utf8PathBuf {
    let named = std::env::var("WINECONFIGDIR").expect("wine says where it is");
    Utf8PathBuf::from(named.trim_start_matches(r"\??\"))
}

/// A path as Linux has it.
fn unix_path(path: &Utf8Path) -> String {
    let (drive, rest) = path.as_str().split_at(2);
    let rest = rest.replace('\\', "/");
    match drive.to_uppercase().as_str() {
        "Z:" => rest,
        "C:" => format!("{}/drive_c{rest}", unix_path(&prefix())),
        other => panic!("a path on drive {other}"),
    }
}

const DONE: (i32, &str) = (0, "DONE. Remove this medium");
const UEFI: &str = "0x2";
const BIOS: &str = "0x1";

#[test]
fn each_step_is_done_and_the_first_that_fails_stops_the_script() {
    if !kit::is_wine() {
        return eprintln!("SKIPPED: this is no wine, and programs that erase disks may be called on a real Windows");
    }
    let (program, site, (_guard, folder)) = (artefact!("tsmedia.exe"), site!(), scratch());
    let depot = Depot::new(&folder, &program, site);
    to_volumes_that_are_there(&depot);
    to_a_disk_that_is_erased(&depot);
    faults_before_anything_is_written(&depot);
    faults_of_the_steps(&depot);
    depot.letters(false);
}

fn to_volumes_that_are_there(depot: &Depot) {
    depot.prepare(UEFI);
    depot.letters(true);
    let run = depot.run(&["", "keep"], "");
    assert!((run.code, run.output.contains(DONE.1)) == (DONE.0, true), "{run:#?}");
    let image = depot.folder.join("factory.wim");
    let (entry, options) = ("{7619dcc9-fafe-11d9-b411-000476eba25f}", "{7619dcc8-fafe-11d9-b411-000476eba25f}");
    let store = r"bcdedit|/store|S:\EFI\Microsoft\Boot\BCD|/set";
    let ram_disk = format!(r"ramdisk=[W:]\sources\boot.wim,{options}");
    let wanted = [
        format!("dism|/Apply-Image|/ImageFile:{image}|/Index:1|/ApplyDir:W:\\"),
        r"bcdboot|W:\Windows|/s|S:|/f|UEFI".to_owned(),
        format!("{store}|{options}|ramdisksdidevice|partition=W:"),
        format!("{store}|{entry}|device|{ram_disk}"),
        format!("{store}|{entry}|osdevice|{ram_disk}"),
        format!("{store}|{{bootmgr}}|device|partition=S:"),
    ];
    let of_steps = |call: &&String| ["dism|", "bcd"].iter().any(|name| call.starts_with(name));
    let found: Vec<&String> = run.calls.iter().filter(of_steps).collect();
    assert_eq!(found, wanted.iter().collect::<Vec<_>>(), "{run:#?}");
    assert!(run.calls.iter().all(|call| !call.contains("clean")), "{run:#?}");
    for (file, bytes) in [
        ("EFI/boot/bootx64.efi", "EFI/boot/bootx64.efi"),
        ("EFI/Microsoft/Boot/bootmgfw.efi", "EFI/boot/bootx64.efi"),
        ("EFI/Microsoft/Boot/BCD", "EFI/Microsoft/Boot/BCD"),
    ] {
        assert_eq!(std::fs::read_to_string(depot.folder.join("S").join(file)).unwrap(), bytes);
    }
    // With BIOS the store stays as it is.
    depot.prepare(BIOS);
    let run = depot.run(&["", "keep"], "");
    assert!((run.code, run.output.contains(DONE.1)) == (DONE.0, true), "{run:#?}");
    assert_eq!(run.calls.last().unwrap(), "bootsect|/nt60|W:|/mbr|/force");
    assert!(run.calls.iter().all(|call| !call.starts_with("bcd")), "{run:#?}");
    // Where there is no dism, wimlib is taken; where there is no bootsect, diskpart has done it.
    depot.prepare(BIOS);
    depot.say("fail", "where 1\nwhere 3");
    let run = depot.run(&["", "keep"], "");
    assert!(run.code == 0 && run.calls.contains(&format!("wimlib-imagex|apply|{image}|1|W:\\")), "{run:#?}");
    assert!(run.calls.iter().all(|call| !call.starts_with("bootsect")), "{run:#?}");
    // Without certutil that is said, and the firmware need not be told of the disk.
    depot.prepare(UEFI);
    depot.say("certutil-SHA256.txt", "");
    depot.say("certutil-SHA1.txt", "");
    depot.say("fail", "bcdboot 1");
    let run = depot.run(&["", "keep"], "");
    assert!((run.code, run.output.contains(DONE.1)) == (DONE.0, true), "{run:#?}");
    assert!(run.output.contains("NOT CHECKED") && run.output.contains("NOTE: the firmware was not told"), "{run:#?}");
}

/// The letters are there as soon as diskpart has given them, as at a real computer.
fn to_a_disk_that_is_erased(depot: &Depot) {
    for (firmware, arguments, typed, recipe) in [
        (UEFI, ["", "1", "/yes"], "", "select disk 1|rem A disk for UEFI"),
        (BIOS, ["", "0", ""], "ERASE", "select disk 0|rem A disk for BIOS"),
    ] {
        depot.prepare(firmware);
        depot.letters(false);
        depot.say("wait", "diskpart 2");
        let run = std::thread::scope(|scope| {
            scope.spawn(|| {
                let log = depot.programs().join("log");
                while std::fs::read_to_string(&log).unwrap_or_default().matches("diskpart|").count() < 2 {
                    std::thread::sleep(Duration::from_millis(10));
                    if depot.programs().join("ended").exists() {
                        return;
                    }
                }
                depot.letters(true);
                std::fs::remove_file(depot.programs().join("wait")).unwrap();
            });
            let run = depot.run(&arguments, typed);
            depot.say("ended", "");
            run
        });
        std::fs::remove_file(depot.programs().join("ended")).unwrap();
        assert!((run.code, run.output.contains(DONE.1)) == (DONE.0, true), "{run:#?}");
        let scripts: Vec<&String> = run.calls.iter().filter(|call| call.starts_with("diskpart|")).collect();
        assert!(scripts[0].ends_with("|list disk") && scripts[2].ends_with("|list volume"), "{run:#?}");
        assert!(scripts[1].contains(recipe) && scripts[1].contains("|clean|convert"), "{run:#?}");
        assert_eq!(scripts[1].contains("|create partition efi size=260|"), firmware == UEFI, "{run:#?}");
        assert!(scripts[1].contains("|format quick fs=ntfs label=\"Windows\"|"), "{run:#?}");
    }
}

/// The script says why, and no disk was touched.
fn faults_before_anything_is_written(depot: &Depot) {
    type Row = (&'static str, [&'static str; 2], &'static str, fn(&Depot), &'static str);
    let gone = |depot: &Depot| std::fs::rename(depot.folder.join("disk-bios.txt"), depot.folder.join("x")).unwrap();
    let rows: [Row; 6] = [
        ("no image", ["none.wim", "1"], "", |_| (), "There is no image"),
        (
            "another image",
            ["", "1"],
            "",
            |d| d.say("certutil-SHA256.txt", "x\r\nABCD\r\n"),
            "has the SHA-256 ABCD, not",
        ),
        ("no Windows PE", ["", "1"], "", |d| d.say("reg.txt", ""), "This is not Windows PE"),
        ("not the word", ["", "1"], "yes", |d| d.letters(false), "Nothing was done."),
        ("letters in use", ["", "1"], "ERASE", |d| d.letters(true), "The drive letter W: is in use."),
        ("another firmware", ["", "1"], "ERASE", gone, "does not start with bios"),
    ];
    for (case, arguments, typed, alter, why) in rows {
        depot.prepare(if case == "another firmware" { BIOS } else { UEFI });
        depot.letters(false);
        alter(depot);
        let run = depot.run(&arguments, typed);
        assert!(run.code == 1 && run.output.contains("FAILED: ") && run.output.contains(why), "{case}: {run:#?}");
        let touched = |call: &String| call.contains("|clean|") || call.starts_with("dism|") || call.starts_with("bcd");
        assert!(!run.calls.iter().any(touched), "{case}: {run:#?}");
    }
    std::fs::rename(depot.folder.join("x"), depot.folder.join("disk-bios.txt")).unwrap();
}

/// Each step that fails is the last one.
fn faults_of_the_steps(depot: &Depot) {
    type Row = (&'static str, &'static str, fn(&Depot), &'static str, &'static str);
    let rows: [Row; 15] = [
        (
            UEFI,
            "",
            |d| d.say("diskpart.txt", "  Volume 1     W   Windows      RAW    Partition"),
            "not formatted with NTFS",
            "diskpart|",
        ),
        (
            UEFI,
            "",
            |d| d.say("diskpart.txt", BOTH.split("  Volume 2").next().unwrap()),
            "Volume S: is not there",
            "diskpart|",
        ),
        (UEFI, "where 1\nwhere 2", |_| (), "Neither dism nor wimlib-imagex", "where|"),
        (UEFI, "dism 1", |_| (), "dism could not apply the image", "dism|"),
        (UEFI, "where 1\nwimlib-imagex 1", |_| (), "wimlib could not apply", "wimlib-imagex|"),
        (UEFI, "", |d| lose(d, "sources/boot.wim"), r"W:\sources\boot.wim is missing", "dism|"),
        (UEFI, "", |d| lose(d, "SMS/data/Variables.dat"), r"W:\SMS\data\Variables.dat is missing", "dism|"),
        (UEFI, "", |d| lose(d, "boot/boot.sdi"), r"W:\boot\boot.sdi is missing", "dism|"),
        (UEFI, "", |d| d.say("certutil-SHA1.txt", "x\r\nABCD\r\n"), "has other bytes than in the image", "certutil|"),
        (UEFI, "", |d| lose(d, "EFI/boot/bootx64.efi"), "The boot manager could not be copied", "bcdboot|"),
        (UEFI, "bcdedit 1", |_| (), "The boot configuration could not be changed", "bcdedit|"),
        (UEFI, "bcdedit 2", |_| (), "The boot configuration could not be changed", "bcdedit|"),
        (UEFI, "bcdedit 3", |_| (), "The boot configuration could not be changed", "bcdedit|"),
        (UEFI, "bcdedit 4", |_| (), "The boot configuration could not be changed", "bcdedit|"),
        (BIOS, "bootsect 1", |_| (), "The boot record could not be written", "bootsect|"),
    ];
    for (firmware, fail, alter, why, last) in rows {
        depot.prepare(firmware);
        depot.letters(true);
        depot.say("fail", fail);
        alter(depot);
        let run = depot.run(&["", "keep"], "");
        assert!(run.code == 1 && run.output.contains("FAILED: ") && run.output.contains(why), "{why}: {run:#?}");
        assert!(run.calls.last().unwrap().starts_with(last), "{why}: {run:#?}");
        if let Some(number) = fail.strip_prefix("bcdedit ") {
            let calls = run.calls.iter().filter(|call| call.starts_with("bcdedit|")).count();
            assert_eq!(calls.to_string(), number, "{run:#?}");
        }
    }
    // diskpart fails at the disk itself.
    depot.prepare(UEFI);
    depot.letters(false);
    depot.say("fail", "diskpart 2");
    let run = depot.run(&["", "3", "/yes"], "");
    assert!(run.code == 1 && run.output.contains("FAILED: diskpart could not prepare disk 3."), "{run:#?}");
    assert!(run.calls.last().unwrap().starts_with("diskpart|select disk 3|"), "{run:#?}");
}

fn lose(depot: &Depot, file: &str) {
    std::fs::remove_file(depot.folder.join("W").join(file)).unwrap();
}
