//! The test of a medium finds every alteration and says what was altered.
//!
//! One medium is made. Every test takes a copy of it with its manifest, alters some bytes, and looks at what the test of
//! the medium says. Bytes are found by what they are (a descriptor's tag, the content of a file), never by asking the
//! writer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::tools::{self, need};
use kit::{Desk, Folder, PASSWORD, check, failed, in_short, password, test_medium, words};
use std::sync::LazyLock;
use tsm_media::{ErrorKind, MediaTest, Outcome, Secrets, TestReport};
use tsm_optical::{Image, Tree};

/// The medium that all tests start from, with a password.
static MEDIUM: LazyLock<Option<Desk>> = LazyLock::new(|| {
    let desk = Desk::lasting(kit::shared_site()?);
    desk.create().unwrap();
    Some(desk)
});

macro_rules! medium {
    () => {
        match &*MEDIUM {
            Some(desk) => desk,
            None => return,
        }
    };
}

const BLOCK: usize = 2048;

/// A copy of a medium with its manifest.
struct Copy {
    folder: Folder,
    bytes: Vec<u8>,
}

impl Copy {
    fn of(desk: &Desk) -> Self {
        let folder = Folder::new();
        std::fs::copy(desk.manifest(), folder.join("boot.iso.manifest.json")).unwrap();
        Self { folder, bytes: std::fs::read(desk.iso()).unwrap() }
    }

    fn path(&self) -> Utf8PathBuf {
        self.folder.join("boot.iso")
    }

    fn remove_manifest(&self) {
        std::fs::remove_file(self.folder.join("boot.iso.manifest.json")).unwrap();
    }

    fn write(&self) {
        std::fs::write(self.path(), &self.bytes).unwrap();
    }

    /// Tests the copy as it is now.
    fn test(&self) -> TestReport {
        self.write();
        test_medium(&self.path(), &password(PASSWORD)).unwrap_or_else(|e| panic!("{}", words(&e)))
    }

    /// Where the bytes of a file lie.
    fn file(&self, path: &str) -> std::ops::Range<usize> {
        let mut image = Image::open(std::io::Cursor::new(&self.bytes)).unwrap();
        let files = image.files(Tree::Udf).unwrap();
        let file = files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("no {path}"));
        let [extent] = file.extents.as_slice() else { panic!("{path} is in pieces") };
        let begin = usize::try_from(extent.offset).unwrap();
        begin..begin + usize::try_from(file.size).unwrap()
    }

    fn flip(&mut self, at: usize) {
        self.bytes[at] ^= 0x01;
    }

    /// The block of the boot catalogue (El Torito 1.0, 2.0: the boot record names it at byte 0x47).
    fn boot_catalogue(&self) -> usize {
        let record = 17 * BLOCK;
        assert_eq!(&self.bytes[record + 7..record + 30], b"EL TORITO SPECIFICATION");
        u32::from_le_bytes(self.bytes[record + 0x47..record + 0x4B].try_into().unwrap()) as usize * BLOCK
    }

    /// Where the UDF descriptors with this tag begin (ECMA-167, 3/7.2): tag, version 2, and the sum over the tag.
    fn udf_tags(&self, tag: u16) -> Vec<usize> {
        let is_tag = |block: &[u8]| {
            let sum: u32 = block[..16].iter().enumerate().filter(|(i, _)| *i != 4).map(|(_, b)| u32::from(*b)).sum();
            block[..2] == tag.to_le_bytes() && block[2..4] == [2, 0] && block[4] == (sum % 256) as u8
        };
        let blocks = self.bytes.chunks(BLOCK).enumerate();
        blocks.filter(|(_, block)| is_tag(block)).map(|(number, _)| number * BLOCK).collect()
    }
}

/// The checks that failed, but for that of the image as a whole, which sees everything.
fn named(report: &TestReport) -> Vec<&str> {
    assert_eq!(report.outcome, Outcome::Failed, "nothing was found");
    assert_eq!(check(report, "medium.image").outcome, Outcome::Failed, "{}", in_short(report));
    failed(report).into_iter().filter(|id| *id != "medium.image").collect()
}

#[test]
fn the_medium_as_it_was_made_passes_every_check() {
    let copy = Copy::of(medium!());
    let report = copy.test();
    assert_eq!(report.outcome, Outcome::Passed, "{}", in_short(&report));
    let media = report.media.as_ref().unwrap();
    assert_eq!(media.sha256.as_deref(), Some(kit::sha256(&copy.bytes).as_str()));
    for id in ["trees", "structure", "label", "boot.bios", "boot.uefi", "boot-image", "loader", "files", "image"] {
        check(&report, &format!("medium.{id}"));
    }
    for id in ["bootstrap", "variables", "certificate", "manifest"] {
        check(&report, &format!("medium.{id}"));
    }
}

#[test]
fn one_wrong_bit_in_any_file_is_found_and_the_file_is_named() {
    let desk = medium!();
    let manifest = desk.manifest_value();
    for record in manifest["files"].as_array().unwrap() {
        let path = record["path"].as_str().unwrap();
        let mut copy = Copy::of(desk);
        let place = copy.file(path);
        copy.flip((place.start + place.end) / 2);
        let report = copy.test();
        assert!(named(&report).contains(&"medium.files"), "{path}: {}", in_short(&report));
        let evidence = &check(&report, "medium.files").evidence;
        assert!(evidence.contains(&format!("'{path}'")), "{path}: {evidence}");
        assert_eq!(evidence.matches('\'').count(), 2, "other files are named too: {evidence}");
    }
}

#[test]
fn an_altered_boot_image_of_the_catalogue_is_named_with_its_firmware() {
    let desk = medium!();
    for (path, id) in [("boot/etfsboot.com", "medium.boot.bios"), ("EFI/Microsoft/Boot/efisys.bin", "medium.boot.uefi")]
    {
        let mut copy = Copy::of(desk);
        let place = copy.file(path);
        copy.flip(place.end - 1);
        let report = copy.test();
        assert!(named(&report).contains(&id), "{path}: {}", in_short(&report));
        assert!(check(&report, id).client_symptom.is_some(), "{path}");
    }
}

#[test]
fn an_altered_boot_catalogue_is_named() {
    let desk = medium!();
    let first = Copy::of(desk).boot_catalogue();
    // El Torito 1.0, 2.1 and 2.2: validation entry with check sum, default entry, section header, section entry.
    for (case, at) in [
        ("the check sum of the validation entry", 0x1C),
        ("the key bytes of the validation entry", 0x1E),
        ("the platform of the validation entry", 0x01),
        ("the boot indicator of BIOS", 0x20),
        ("the emulation of BIOS", 0x21),
        ("the block of BIOS", 0x28),
        ("the platform of the section", 0x41),
        ("the boot indicator of UEFI", 0x60),
        ("the block of UEFI", 0x68),
    ] {
        let mut copy = Copy::of(desk);
        copy.flip(first + at);
        let report = copy.test();
        let named = named(&report);
        let boot = named.iter().any(|id| id.starts_with("medium.boot.") || *id == "medium.structure");
        assert!(boot, "{case}: {}", in_short(&report));
    }
    let mut copy = Copy::of(desk);
    copy.bytes[first + 0x40..first + 0x60].fill(0);
    let report = copy.test();
    assert!(named(&report).contains(&"medium.boot.uefi"), "no section header: {}", in_short(&report));
    let mut copy = Copy::of(desk);
    copy.bytes[first..first + BLOCK].fill(0);
    let report = copy.test();
    let named = named(&report);
    assert!(named.contains(&"medium.boot.bios") && named.contains(&"medium.boot.uefi"), "{}", in_short(&report));
}

#[test]
fn altered_udf_descriptors_are_named() {
    let desk = medium!();
    for (name, tag) in [
        ("primary volume descriptor", 1),
        ("anchor", 2),
        ("implementation use volume descriptor", 4),
        ("partition descriptor", 5),
        ("logical volume descriptor", 6),
        ("logical volume integrity descriptor", 9),
        ("file set descriptor", 256),
        ("file entry", 261),
    ] {
        let places = Copy::of(desk).udf_tags(tag);
        assert!(!places.is_empty(), "the medium has no {name}");
        // The first one and the last one: descriptors have copies.
        for place in [places[0], *places.last().unwrap()] {
            for at in [0, 4, 20] {
                let mut copy = Copy::of(desk);
                copy.flip(place + at);
                copy.write();
                match test_medium(&copy.path(), &password(PASSWORD)) {
                    Err(error) => assert_eq!(error.kind(), ErrorKind::MediumUnreadable, "{}", words(&error)),
                    Ok(report) => {
                        let case = format!("byte {at} of the {name} at block {}", place / BLOCK);
                        assert!(!named(&report).is_empty(), "{case}: {}", in_short(&report));
                    }
                }
            }
        }
    }
}

/// Without a manifest nobody knows the bytes of the files; the structures of the disc are checked all the same.
#[test]
fn without_a_manifest_structures_and_config_files_are_still_checked() {
    let desk = medium!();
    let copy = Copy::of(desk);
    copy.remove_manifest();
    let report = copy.test();
    assert_eq!(report.outcome, Outcome::Warning, "{}", in_short(&report));
    assert_eq!(check(&report, "medium.manifest").outcome, Outcome::Warning);

    type Alteration = fn(&mut Copy);
    let tampered: [(&str, Alteration); 4] = [
        ("medium.structure", |c| {
            let place = c.udf_tags(261)[3];
            c.flip(place + 20);
        }),
        ("medium.boot-image", |c| {
            let place = c.file("sources/boot.wim").start;
            c.flip(place);
        }),
        ("medium.loader", |c| {
            let place = c.file("EFI/boot/bootx64.efi").start;
            c.flip(place);
        }),
        ("medium.variables", |c| {
            let place = c.file("SMS/data/Variables.dat");
            c.bytes[place.start + 100..place.start + 400].fill(0);
        }),
    ];
    for (id, alter) in tampered {
        let mut copy = Copy::of(desk);
        copy.remove_manifest();
        alter(&mut copy);
        let report = copy.test();
        assert!(failed(&report).contains(&id), "{id}: {}", in_short(&report));
    }
}

#[test]
fn what_firmware_and_wizard_would_show_is_told() {
    let desk = medium!();
    let mut copy = Copy::of(desk);
    let place = copy.file("SMS/data/TsmBootstrap.ini");
    copy.bytes[place].fill(b'x');
    let report = copy.test();
    let found = check(&report, "medium.bootstrap");
    assert!(found.outcome == Outcome::Failed && found.client_symptom.is_some(), "{found:#?}");
    let mut copy = Copy::of(desk);
    let place = copy.file("SMS/data/Variables.dat");
    copy.bytes[place].fill(b'x');
    let report = copy.test();
    let found = check(&report, "medium.variables");
    assert!(found.outcome == Outcome::Failed && found.client_symptom.is_some(), "{found:#?}");
}

/// A download that broke off, at whatever place.
#[test]
fn a_truncated_medium_is_told() {
    let desk = medium!();
    let length = Copy::of(desk).bytes.len();
    let places = [0, 1, BLOCK, 16 * BLOCK, 17 * BLOCK, 33 * BLOCK, 256 * BLOCK, 257 * BLOCK, 300 * BLOCK];
    for keep in places.into_iter().chain([length / 2, length - BLOCK, length - 1]) {
        let mut copy = Copy::of(desk);
        copy.bytes.truncate(keep);
        copy.write();
        match test_medium(&copy.path(), &password(PASSWORD)) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::MediumUnreadable, "{keep} bytes: {}", words(&error)),
            Ok(report) => {
                assert!(!failed(&report).is_empty(), "{keep} of {length} bytes pass: {}", in_short(&report));
                let evidence = &check(&report, "medium.image").evidence;
                assert!(evidence.contains(&keep.to_string()) && evidence.contains(&length.to_string()), "{evidence}");
            }
        }
    }
}

#[test]
fn bytes_behind_the_end_of_the_medium_are_told() {
    let mut copy = Copy::of(medium!());
    copy.bytes.extend_from_slice(&[0; 4096]);
    let report = copy.test();
    assert_eq!(check(&report, "medium.image").outcome, Outcome::Failed, "{}", in_short(&report));
}

#[test]
fn what_is_no_image_is_refused() {
    let folder = Folder::new();
    let noise: Vec<u8> = (0..1_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (case, bytes) in [("empty", &[][..]), ("text", b"This is no image.\r\n"), ("noise", &noise)] {
        let path = folder.join("x.iso");
        std::fs::write(&path, bytes).unwrap();
        let error = test_medium(&path, &Secrets::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MediumUnreadable, "{case}: {}", words(&error));
        assert!(words(&error).contains(path.as_str()), "{case}: {}", words(&error));
    }
    for path in [folder.join("no-such.iso"), folder.path().to_owned()] {
        let error = test_medium(&path, &Secrets::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MediumUnreadable, "{}", words(&error));
        assert!(words(&error).contains(path.as_str()), "{}", words(&error));
    }
}

/// Discs of other programs can be read, but are no task sequence media.
#[test]
fn a_foreign_disc_is_no_task_sequence_medium() {
    need!("genisoimage", "xorriso");
    let folder = Folder::new();
    std::fs::create_dir(folder.join("tree")).unwrap();
    std::fs::write(folder.join("tree/readme.txt"), "hello").unwrap();
    let (tree, plain, udf, rock) =
        (folder.join("tree"), folder.join("plain.iso"), folder.join("udf.iso"), folder.join("rock.iso"));
    tools::text("genisoimage", &["-quiet", "-J", "-o", plain.as_str(), tree.as_str()]);
    tools::text("genisoimage", &["-quiet", "-udf", "-J", "-o", udf.as_str(), tree.as_str()]);
    tools::text("xorriso", &["-as", "mkisofs", "-quiet", "-o", rock.as_str(), tree.as_str()]);
    for path in [plain, udf, rock] {
        let test = MediaTest { path: path.clone(), ..MediaTest::default() };
        let error = tsm_media::get_media(&test, &Secrets::default(), &kit::host(), &tsm_job::Context::silent());
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotTaskSequenceMedium, "{path}: {}", words(&error));
        let report = test_medium(&path, &Secrets::default()).unwrap();
        let found = check(&report, "medium.bootstrap");
        assert_eq!(found.error_id.as_deref(), Some("TSM1703"), "{path}: {found:#?}");
        assert!(found.evidence.contains("TsmBootstrap.ini"), "{path}: {found:#?}");
    }
}

#[test]
fn a_wrong_password_is_told_and_no_password_is_a_warning() {
    let desk = medium!();
    let report = test_medium(&desk.iso(), &password("wrong")).unwrap();
    let found = check(&report, "medium.variables");
    assert_eq!((found.outcome, found.error_id.as_deref()), (Outcome::Failed, Some("TSM1704")), "{found:#?}");
    assert_eq!(failed(&report), ["medium.variables"], "{}", in_short(&report));

    let report = test_medium(&desk.iso(), &Secrets::default()).unwrap();
    let found = check(&report, "medium.variables");
    assert_eq!(found.outcome, Outcome::Warning, "{found:#?}");
    assert_eq!(report.outcome, Outcome::Warning, "{}", in_short(&report));

    let test = MediaTest { path: desk.iso(), ..MediaTest::default() };
    let context = tsm_job::Context::silent();
    let error = tsm_media::get_media(&test, &password("wrong"), &kit::host(), &context).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PasswordWrong, "{}", words(&error));
    assert!(!words(&error).contains("'wrong'"), "{}", words(&error));
    let medium = tsm_media::get_media(&test, &Secrets::default(), &kit::host(), &context).unwrap();
    assert!(medium.is_password_protected && medium.site_code.is_none() && medium.certificate.is_none());
    let medium = tsm_media::get_media(&test, &password(PASSWORD), &kit::host(), &context).unwrap();
    assert_eq!(medium.site_code.as_deref(), Some("PS1"));
}

/// A password for other media does not lock a medium that has none.
#[test]
fn a_password_does_not_matter_for_a_medium_without_one() {
    let desk = Desk::new(kit::site!());
    desk.create().unwrap();
    for secrets in [Secrets::default(), password("for another medium")] {
        let report = test_medium(&desk.iso(), &secrets).unwrap();
        assert_eq!(report.outcome, Outcome::Passed, "{}", in_short(&report));
    }
}

#[test]
fn the_manifest_of_another_medium_is_told() {
    let desk = medium!();
    let other = Desk::with_password(kit::site!());
    other.create().unwrap();
    let copy = Copy::of(desk);
    copy.write();
    let test = MediaTest { path: copy.path(), manifest: Some(other.manifest()), ..MediaTest::default() };
    let report = tsm_media::test_media(&test, &password(PASSWORD), &kit::host(), &tsm_job::Context::silent()).unwrap();
    let failed = failed(&report);
    assert!(failed.contains(&"medium.image") && failed.contains(&"medium.certificate"), "{}", in_short(&report));
    let evidence = &check(&report, "medium.files").evidence;
    assert!(evidence.contains("'SMS/data/Variables.dat'"), "{evidence}");
}

#[test]
fn a_damaged_manifest_is_told_and_does_not_stop_the_test() {
    let desk = medium!();
    let manifest = std::fs::read_to_string(desk.manifest()).unwrap();
    let version = manifest.replace("\"schemaVersion\": 1", "\"schemaVersion\": 9");
    for (case, text, named) in [
        ("cut off", &manifest[..200], "line"),
        ("another version", &version, "version 9"),
        ("empty", "", "line 1"),
        ("no manifest at all", "{}", "line 1"),
    ] {
        let copy = Copy::of(desk);
        std::fs::write(copy.folder.join("boot.iso.manifest.json"), text).unwrap();
        let report = copy.test();
        assert_eq!(failed(&report), ["medium.manifest"], "{case}: {}", in_short(&report));
        let found = check(&report, "medium.manifest");
        assert_eq!(found.error_id.as_deref(), Some("TSM1706"), "{case}");
        assert!(found.evidence.contains(named), "{case}: {}", found.evidence);
    }
    let copy = Copy::of(desk);
    copy.write();
    let test = MediaTest { path: copy.path(), manifest: Some(copy.folder.join("no.json")), ..MediaTest::default() };
    let report = tsm_media::test_media(&test, &password(PASSWORD), &kit::host(), &tsm_job::Context::silent()).unwrap();
    assert_eq!(failed(&report), ["medium.manifest"], "{}", in_short(&report));
}

/// One byte flipped in the manifest, wherever it says something about the bytes of the medium.
#[test]
fn a_manifest_that_was_altered_does_not_match_its_medium() {
    let desk = medium!();
    let manifest = desk.manifest_value();
    for (pointer, id) in [
        ("/image/sha256", "medium.image"),
        ("/image/size", "medium.image"),
        ("/files/3/sha256", "medium.files"),
        ("/files/3/size", "medium.files"),
        ("/files/3/path", "medium.files"),
        ("/bootImages/1/sha256", "medium.boot.uefi"),
        ("/label", "medium.label"),
        ("/certificate/thumbprint", "medium.certificate"),
        ("/variableNames/0", "medium.variables"),
    ] {
        let mut altered = manifest.clone();
        let value = altered.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer} in the manifest"));
        *value = match &*value {
            serde_json::Value::Number(n) => (n.as_u64().unwrap() + 1).into(),
            text if text.as_str().unwrap().starts_with('0') => format!("1{}", &text.as_str().unwrap()[1..]).into(),
            text => format!("0{}", &text.as_str().unwrap()[1..]).into(),
        };
        let copy = Copy::of(desk);
        std::fs::write(copy.folder.join("boot.iso.manifest.json"), altered.to_string()).unwrap();
        let report = copy.test();
        assert_eq!(failed(&report), [id], "{pointer}: {}", in_short(&report));
    }
}

/// A file that somebody added after the medium was made.
#[test]
fn a_file_that_is_not_recorded_is_named() {
    need!("xorriso");
    let desk = medium!();
    let copy = Copy::of(desk);
    let extra = copy.folder.join("extra.exe");
    std::fs::write(&extra, "MZ").unwrap();
    let iso = desk.iso();
    let target = copy.path();
    let discs = ["-indev", iso.as_str(), "-outdev", target.as_str(), "-boot_image", "any", "replay"];
    tools::text("xorriso", &[&discs[..], &["-map", extra.as_str(), "/extra.exe", "-commit"]].concat());
    let report = test_medium(&copy.path(), &password(PASSWORD)).unwrap();
    let evidence = &check(&report, "medium.files").evidence;
    assert!(evidence.contains("extra.exe") && evidence.contains("not recorded"), "{evidence}");
}

/// The certificate of a medium ends; a test on that day has to say so. It is made to end in a few seconds.
#[test]
fn a_medium_whose_certificate_has_ended_is_told() {
    let mut desk = Desk::new(kit::site!());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let rfc3339 = |seconds: u64| {
        let output = tools::text("date", &["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]);
        output.trim().to_owned()
    };
    need!("date");
    // Long enough for a busy computer to build and verify.
    let seconds = 20;
    desk.definition.certificate_expire_time = Some(rfc3339(now + seconds).parse().unwrap());
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(medium.warnings.iter().any(|w| w.contains("ends in 0 days")), "{:?}", medium.warnings);
    let report = desk.test().unwrap();
    assert_ne!(check(&report, "medium.certificate").outcome, Outcome::Passed, "it ends soon");
    while std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() <= now + seconds {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let report = desk.test().unwrap();
    assert_eq!(failed(&report), ["medium.certificate"], "{}", in_short(&report));
    let found = check(&report, "medium.certificate");
    assert!(found.evidence.contains("expired") && found.client_symptom.is_some(), "{found:#?}");
    let medium = report.media.unwrap();
    assert_eq!(medium.days_remaining, Some(-1), "the days that are left");
}

#[test]
fn a_certificate_that_begins_later_is_a_warning() {
    let mut desk = Desk::new(kit::site!());
    desk.definition.certificate_start_time = Some("2090-01-01T00:00:00Z".parse().unwrap());
    desk.create().unwrap();
    let report = desk.test().unwrap();
    let found = check(&report, "medium.certificate");
    assert!(found.outcome == Outcome::Warning && found.evidence.contains("not valid yet"), "{found:#?}");
}

/// No test of a medium changes it, whatever comes of it.
#[test]
fn a_test_writes_nothing() {
    let mut copy = Copy::of(medium!());
    copy.flip(300 * BLOCK);
    copy.write();
    let before = kit::listing(copy.folder.path());
    test_medium(&copy.path(), &password(PASSWORD)).unwrap();
    test_medium(&copy.path(), &Secrets::default()).unwrap();
    assert_eq!(kit::listing(copy.folder.path()), before);
}

/// Where a byte is altered, by an image's bytes.
#[cfg(unix)]
type Place = fn(&[u8]) -> usize;

#[cfg(unix)]
fn extent_of(image: &[u8], path: &str) -> (usize, usize) {
    let mut image = Image::open(std::io::Cursor::new(image)).unwrap();
    let files = image.files(Tree::Udf).unwrap();
    let extent = files.iter().find(|f| f.path == path).unwrap().extents[0];
    (extent.offset as usize, extent.len as usize)
}

/// The build knows more than the manifest: it compares the files and everything around them, each byte once.
#[cfg(unix)] // Windows lets nobody write to a medium that is being made
#[test]
fn what_changes_between_writing_and_reading_back_is_found_and_nothing_is_published() {
    const INI: &str = "SMS/data/TsmBootstrap.ini";
    let cases: [(&str, Place, &str); 5] = [
        ("a descriptor, where it has no meaning", |_| 16 * BLOCK + 900, "bytes around the files have the SHA-256"),
        ("the last block, where it has no meaning", |image| image.len() - 1, "bytes around the files have the SHA-256"),
        (
            "the end of the boot image",
            |image| end_of(image, "sources/boot.wim") - 1,
            "'sources/boot.wim' has other bytes",
        ),
        (
            "the byte behind a file",
            |image| end_of(image, INI),
            "'SMS/data/TsmBootstrap.ini' ends does not end with zeros",
        ),
        ("a small file", |image| end_of(image, INI) - 1, "TsmBootstrap.ini"),
    ];
    let site = kit::site!();
    for (case, place, words_of_it) in cases {
        let desk = Desk::with_old_medium(site);
        let partial = Utf8PathBuf::from(format!("{}.partial", desk.iso()));
        let context = kit::observer::once_at("Reading the medium back", move || {
            let mut image = std::fs::read(&partial).unwrap();
            let at = place(&image);
            image[at] ^= 1;
            std::fs::write(&partial, image).unwrap();
        });
        let before = desk.state();
        let error = desk.create_with(&context).expect_err(case);
        assert!(words(&error).contains(words_of_it), "{case}: {}", words(&error));
        assert_eq!(desk.state(), before, "{case}: something was altered or left");
    }
}

#[cfg(unix)]
fn end_of(image: &[u8], path: &str) -> usize {
    let (offset, len) = extent_of(image, path);
    offset + len
}
