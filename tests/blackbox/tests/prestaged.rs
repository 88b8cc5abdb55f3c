//! Prestaged media: one WIM with an operating system and what starts a computer, told of by wimlib-imagex and 7-Zip.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::disk::SmallDisk;
use kit::tools::{self, need};
use kit::{Desk, PASSWORD, check, failed, in_short, listing, password, sha256_of, site, words};
use std::collections::BTreeMap;
use std::sync::Arc;
use tsm_formats::MediaProfile;
use tsm_formats::variables::MediaVariables;
use tsm_media::{ErrorKind, ImageCompression, Kind, MediaMode, Outcome, Verdict};
use tsm_sample_site::{OTHER_TASK_SEQUENCE, Site, TASK_SEQUENCE};

const OS_IMAGE: &str = "PS100020";

/// The file of the operating system image in the library.
fn os_wim(site: &Site) -> Utf8PathBuf {
    let package = site.package(OS_IMAGE).unwrap();
    site.file_of_hash(&package.contents[0].files[0].hash).unwrap()
}

/// A desk with the definition of a prestaged medium.
fn prestaged(site: &Site) -> Desk {
    let mut desk = Desk::new(site);
    let definition = &mut desk.definition;
    definition.kind = Kind::Prestaged;
    definition.media_type = None;
    definition.path = definition.path.replace("boot.iso", "factory.wim");
    definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    definition.operating_system_image = Some(OS_IMAGE.to_owned());
    desk
}

/// The same with something at the path of the medium already.
fn with_old_medium(site: &Site) -> Desk {
    let desk = prestaged(site);
    std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
    std::fs::write(desk.manifest(), "the manifest of last week").unwrap();
    desk
}

fn imagex(arguments: &[&str]) -> String {
    tools::text("wimlib-imagex", arguments)
}

/// The files of an image, applied by wimlib-imagex.
fn applied(wim: &Utf8Path, image: &str, to: &Utf8Path) -> BTreeMap<String, String> {
    imagex(&["apply", wim.as_str(), image, to.as_str()]);
    listing(to)
}

fn refused(case: &str, desk: &Desk, kind: ErrorKind, named: &[&str]) {
    let before = desk.state();
    let error = desk.create().expect_err(case);
    let said = words(&error);
    assert_eq!(error.kind(), kind, "{case}: {said}");
    for name in named {
        assert!(said.contains(name), "{case}: '{name}' is not named: {said}");
    }
    assert_eq!(desk.state(), before, "{case}: something was changed");
    let report = desk.preflight();
    let code = kind.code();
    assert!(
        report.failures().any(|c| c.error_id.as_deref() == Some(code) || kind == ErrorKind::ReportFailed),
        "{case}: the preflight does not say {code}: {}",
        in_short(&report)
    );
}

#[test]
fn the_operating_system_is_that_of_its_image_and_the_medium_lies_beside_it() {
    let site = site!();
    need!("wimlib-imagex", "7z");
    let mut desk = prestaged(site);
    desk.secrets = password(PASSWORD);
    desk.definition.allow_unattended = true;
    desk.definition.comment = Some("Hall 3".into());
    desk.definition.created_by = Some("Desk 7".into());
    desk.definition.version = Some("7.1".into());
    desk.definition.image_integrity = true;
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let wim = desk.iso();
    assert_eq!((medium.kind, medium.verification), (Some(Kind::Prestaged), Some(Outcome::Passed)));
    assert_eq!(medium.label, "Windows 11 Enterprise");
    assert_eq!(medium.sha256.as_deref(), Some(sha256_of(&wim).as_str()));

    imagex(&["verify", wim.as_str()]);
    let info = imagex(&["info", wim.as_str(), "1"]);
    for line in [
        "Name:                   Windows 11 Enterprise",
        "Description:            Hall 3",
        "Architecture:           x86_64",
    ] {
        assert!(info.contains(line), "{info}");
    }
    let whole = imagex(&["info", wim.as_str()]);
    for line in ["Image Count:    1", "Compression:    XPRESS", "Part Number:    1/1", "Integrity info"] {
        assert!(whole.contains(line), "{whole}");
    }
    let xml = desk.path("xml");
    imagex(&["info", wim.as_str(), "--extract-xml", xml.as_str()]);
    let xml = std::fs::read(xml).unwrap();
    let xml: String =
        String::from_utf16(&xml.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect::<Vec<_>>()).unwrap();
    assert!(xml.contains("<CREATEDBY>Desk 7</CREATEDBY>") && xml.contains("<VERSION>7.1</VERSION>"), "{xml}");

    let system = applied(&os_wim(site), "1", &desk.path("system"));
    let mut found = applied(&wim, "1", &desk.path("disk"));
    let manifest = desk.manifest_value();
    let mut stage = BTreeMap::new();
    for file in manifest["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap().to_owned();
        stage.insert(path.clone(), file["sha256"].as_str().unwrap().to_owned());
        assert_eq!(found.remove(&path).as_ref(), stage.get(&path), "{path}");
    }
    let plan = desk.plan().unwrap();
    let planned: Vec<&str> = plan.entries.iter().map(|e| e.path.as_str()).collect();
    assert!(planned.iter().all(|path| stage.contains_key(*path)) && planned.len() == stage.len(), "{planned:?}");
    for needed in ["sources/boot.wim", "EFI/Microsoft/Boot/BCD", "SMS/data/Variables.dat", "SMS/data/TsmBootstrap.ini"]
    {
        assert!(stage.contains_key(needed), "{needed}: {stage:?}");
    }
    assert!(!stage.contains_key("SMS/data/Policy.xml"));
    found.retain(|path, _| !path.ends_with('/') || system.contains_key(path));
    assert_eq!(found, system, "the files of the operating system");

    let listed = tools::text("7z", &["l", wim.as_str()]);
    let dir = imagex(&["dir", wim.as_str(), "1"]);
    for path in &planned {
        assert!(dir.lines().any(|line| line == format!("/{path}")), "{path}: {dir}");
        assert!(listed.contains(path), "{path}: {listed}");
    }
    assert_eq!(manifest["operatingSystem"]["sha256"], sha256_of(&os_wim(site)).as_str());
    assert_eq!(manifest["taskSequence"]["packageId"], TASK_SEQUENCE);
    assert_eq!(manifest["distributionPoints"].as_array().unwrap().len(), 2);
    assert_eq!(manifest["image"]["sha256"], sha256_of(&wim).as_str());
}

#[test]
fn its_variables_and_boot_configuration_are_those_of_a_hard_disk() {
    let site = site!();
    need!("wimlib-imagex", "hivexml");
    let mut desk = prestaged(site);
    desk.definition.media_mode = Some(MediaMode::Dynamic);
    desk.definition.management_point.push("http://mp2.contoso.test".to_owned());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let (wim, to) = (desk.iso(), desk.path("taken"));
    for path in ["/SMS/data/Variables.dat", "/SMS/data/TsmBootstrap.ini", "/EFI/Microsoft/Boot/BCD"] {
        imagex(&["extract", wim.as_str(), "1", path, &format!("--dest-dir={to}"), "--no-acls"]);
    }
    let sealed = std::fs::read(to.join("Variables.dat")).unwrap();
    let variables = MediaVariables::from_bytes(&sealed, &MediaProfile::default().envelope.default_password).unwrap();
    assert_eq!(variables.get("_SMSTSMediaType"), Some("OEMMedia"));
    assert_eq!(variables.get("_SMSTSLaunchMode"), Some("HD"));
    assert_eq!(variables.get("SMSTSLocationMPs"), Some("http://mp1.contoso.test*http://mp2.contoso.test"));
    assert!(std::fs::read_to_string(to.join("TsmBootstrap.ini")).unwrap().contains("MediaType=OEMMedia"));
    let bcd = tools::text("hivexml", &[to.join("BCD").as_str()]);
    assert!(bcd.contains("9dea862c-5cdd-4e70-acc1-f32b344d4795"), "{bcd}");
}

#[test]
fn a_test_of_the_medium_finds_what_was_altered_with_and_without_a_manifest() {
    let site = site!();
    need!("wimlib-imagex");
    let desk = prestaged(site);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let report = desk.test().unwrap();
    assert_eq!(report.outcome, Outcome::Passed, "{}", in_short(&report));
    for id in
        ["medium.wim", "medium.data", "medium.files", "medium.operating-system", "medium.image", "medium.boot-set"]
    {
        assert_eq!(check(&report, id).outcome, Outcome::Passed, "{id}");
    }
    let told = report.media.unwrap();
    assert_eq!((told.kind, told.label.as_str()), (Some(Kind::Prestaged), "Windows 11 Enterprise"));
    let system = told.operating_system.unwrap();
    let info = imagex(&["info", desk.iso().as_str(), "1"]);
    let line = |name: &str| info.lines().find_map(|l| l.strip_prefix(name)).map(|l| l.trim().to_owned());
    assert_eq!(Some(system.name), line("Name:"));
    assert_eq!(system.edition, line("Edition ID:"), "{info}");
    assert_eq!(system.languages.join(" "), line("Languages:").unwrap_or_default(), "{info}");
    assert_eq!(Some(system.applied_bytes.to_string()), line("Total Bytes:").map(|l| l.replace(" bytes", "")));
    assert_eq!(system.architecture.as_deref(), Some("x64"));

    // The same without a manifest, as media of the wizard are.
    let alone = desk.path("alone.wim");
    std::fs::copy(desk.iso(), &alone).unwrap();
    let report = kit::test_medium(&alone, &desk.secrets).unwrap();
    assert_eq!(report.outcome, Outcome::Warning, "{}", in_short(&report));
    assert!(failed(&report).is_empty());
    let test = tsm_media::MediaTest { path: alone.clone(), ..Default::default() };
    let evidence = tsm_media::profile_evidence(&test, &desk.secrets, &kit::host()).unwrap();
    let word = evidence.iter().find(|r| r.key == "mediaTypes.prestaged").unwrap();
    assert_eq!((word.found.as_deref(), word.verdict), (Some("OEMMedia"), Verdict::Same));
    assert!(!tsm_media::has_only_boot_loaders(&alone, &kit::host()));

    // A file of the operating system is taken away; another one of the medium gets other bytes.
    let (one, other) = (desk.path("notepad"), desk.path("ini"));
    std::fs::write(&other, "[TSMEDIA]\r\nMediaType=OEMMedia\r\n").unwrap();
    std::fs::write(&one, "").unwrap();
    for (command, wanted) in [
        ("delete /Windows/System32/notepad.exe".to_owned(), "medium.operating-system"),
        (format!("add {one} /Windows/new.txt"), "medium.operating-system"),
        (format!("add {other} /SMS/data/TsmBootstrap.ini"), "medium.files"),
        ("delete /sources/boot.wim".to_owned(), "medium.files"),
    ] {
        std::fs::copy(&alone, desk.iso()).unwrap();
        imagex(&["update", desk.iso().as_str(), "1", &format!("--command={command}")]);
        let report = desk.test().unwrap();
        assert!(failed(&report).contains(&wanted), "{command}: {}", in_short(&report));
    }
    // One bit in the data.
    let mut bytes = std::fs::read(&alone).unwrap();
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    std::fs::write(desk.iso(), bytes).unwrap();
    let report = desk.test().unwrap();
    assert!(
        failed(&report).contains(&"medium.data") && failed(&report).contains(&"medium.image"),
        "{}",
        in_short(&report)
    );
}

/// The boot image is a WIM within the WIM; it is looked into all the same, with no manifest too.
#[test]
fn boot_files_of_another_boot_image_are_told() {
    let site = site!();
    need!("wimlib-imagex");
    let desk = prestaged(site);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let (other, alone, text) = (desk.path("other.efi"), desk.path("alone.wim"), desk.path("text"));
    let mut loader = std::fs::read(extracted(&desk, "/EFI/boot/bootx64.efi")).unwrap();
    loader.push(0);
    std::fs::write(&other, loader).unwrap();
    std::fs::write(&text, "no WIM").unwrap();
    let boot_image = site.boot_wim("PS100007").unwrap();
    let mixed = ErrorKind::BootLoaderMixed;
    for (put, outcome, kind, named) in [
        (format!("{other} /EFI/boot/bootx64.efi"), Outcome::Warning, mixed, "EFI/boot/bootx64.efi"),
        (format!("{boot_image} /sources/boot.wim"), Outcome::Warning, mixed, "EFI/boot/bootx64.efi"),
        (format!("{text} /sources/boot.wim"), Outcome::Failed, ErrorKind::BootImageNotWim, "sources/boot.wim"),
    ] {
        std::fs::copy(desk.iso(), &alone).unwrap();
        imagex(&["update", alone.as_str(), "1", &format!("--command=add {put}")]);
        let report = kit::test_medium(&alone, &desk.secrets).unwrap();
        let told = check(&report, "medium.boot-set");
        assert_eq!(
            (told.outcome, told.error_id.as_deref()),
            (outcome, Some(kind.code())),
            "{put}: {}",
            in_short(&report)
        );
        assert!(told.evidence.contains(named), "{put}: {}", told.evidence);
    }
}

/// A file of the only image of a medium, taken out by wimlib-imagex.
fn extracted(desk: &Desk, inside: &str) -> Utf8PathBuf {
    let to = desk.path("taken");
    imagex(&["extract", desk.iso().as_str(), "1", inside, &format!("--dest-dir={to}"), "--no-acls"]);
    to.join(inside.rsplit('/').next().unwrap())
}

/// A desk with an operating system image as a file.
fn with_file(site: &Site, path: &Utf8Path) -> Desk {
    let mut desk = with_old_medium(site);
    desk.definition.operating_system_image = Some(path.to_string());
    desk
}

/// A WIM that says of itself that it is encrypted, as .esd files of Microsoft's servers are: by `ESD/ENCRYPTED` in its XML
/// data, which wimlib reads. (What is encrypted in those, and how, no public source says; nothing of it is needed to refuse
/// them.) The header has size with flags, place and size of the XML data at 0x48.
fn encrypt(mut wim: Vec<u8>) -> Vec<u8> {
    let number = |wim: &[u8], at: usize| u64::from_le_bytes(wim[at..at + 8].try_into().unwrap());
    let (size, place) = (number(&wim, 0x60 - 8), usize::try_from(number(&wim, 0x50)).unwrap());
    let text: Vec<u16> = wim[place..place + usize::try_from(size).unwrap()]
        .chunks_exact(2)
        .map(|c| u16::from_le_bytes([c[0], c[1]]))
        .collect();
    let text = String::from_utf16(&text).unwrap().replace("</WIM>", "<ESD><ENCRYPTED/></ESD></WIM>");
    let (place, bytes) = (wim.len() as u64, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let flags = wim[0x4f];
    for (at, value) in [(0x48, bytes.len() as u64), (0x50, place), (0x58, bytes.len() as u64)] {
        wim[at..at + 8].copy_from_slice(&value.to_le_bytes());
    }
    wim[0x4f] = flags;
    wim.extend(bytes);
    wim
}

#[test]
fn operating_system_images_that_cannot_be_used_are_refused() {
    let site = site!();
    need!("wimlib-imagex");
    let folder = kit::Folder::new();
    let (good, make) = (os_wim(site), |name: &str| folder.join(name));
    let two = make("two.wim");
    imagex(&["export", good.as_str(), "1", two.as_str()]);
    imagex(&["append", site.console().as_str(), two.as_str(), "Second"]);
    let solid = make("install.esd");
    imagex(&["export", good.as_str(), "1", solid.as_str(), "--solid"]);
    let pipable = make("pipable.wim");
    imagex(&["export", good.as_str(), "1", pipable.as_str(), "--pipable"]);
    let split = make("install.swm");
    let mut bytes = std::fs::read(&good).unwrap();
    bytes[0x2a] = 2; // the first of two parts ("Windows Imaging File Format", header)
    std::fs::write(&split, bytes).unwrap();
    let damaged = make("damaged.wim");
    let mut bytes = std::fs::read(&good).unwrap();
    let end = bytes.len() / 2;
    bytes[300..end].iter_mut().for_each(|b| *b ^= 0x10);
    std::fs::write(&damaged, bytes).unwrap();
    let encrypted = make("encrypted.wim");
    std::fs::write(&encrypted, encrypt(std::fs::read(&good).unwrap())).unwrap();
    let text = make("text.wim");
    std::fs::write(&text, "This is not a WIM.").unwrap();

    for (case, path, index, kind, named) in [
        (
            "several and none named",
            &two,
            None,
            ErrorKind::OsImageIndexNeeded,
            &["1 = 'Windows 11 Enterprise'", "2 = 'Second'"][..],
        ),
        ("no such image", &two, Some(3), ErrorKind::OsImageIndexUnknown, &["no image 3", "2 = 'Second'"]),
        ("solid", &solid, None, ErrorKind::OsImageSolid, &["install.esd"]),
        ("pipable", &pipable, None, ErrorKind::OsImagePipable, &["pipable.wim"]),
        ("split", &split, None, ErrorKind::OsImageSplit, &["install.swm", "join"]),
        ("encrypted", &encrypted, None, ErrorKind::OsImageEncrypted, &["encrypted.wim"]),
        ("no WIM", &text, None, ErrorKind::OsImageNotWim, &["text.wim"]),
        ("not there", &make("none.wim"), None, ErrorKind::OsImageUnreadable, &["none.wim"]),
        ("damaged", &damaged, None, ErrorKind::OsImageDamaged, &["damaged.wim"]),
    ] {
        let mut desk = with_file(site, path);
        desk.definition.operating_system_image_index = index;
        refused(case, &desk, kind, named);
    }
    let mut desk = with_file(site, &two);
    desk.definition.operating_system_image_index = Some(1);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let site = site!();
    type Row = (&'static str, fn(&mut Desk), ErrorKind, &'static [&'static str]);
    let rows: &[Row] = &[
        ("no task sequence", |d| d.definition.task_sequence = None, ErrorKind::DefinitionIncomplete, &["taskSequence"]),
        (
            "no image",
            |d| d.definition.operating_system_image = None,
            ErrorKind::DefinitionIncomplete,
            &["operatingSystemImage"],
        ),
        (
            "a disc",
            |d| d.definition.media_type = Some(tsm_media::MediaType::CdDvd),
            ErrorKind::FieldOfOtherKind,
            &["mediaType", "bootable media"],
        ),
        (
            "another kind of package",
            |d| d.definition.operating_system_image = Some("PS100005".into()),
            ErrorKind::PackageKind,
            &["PS100005"],
        ),
    ];
    for (case, alter, kind, named) in rows {
        let mut desk = with_old_medium(site);
        alter(&mut desk);
        refused(case, &desk, *kind, named);
    }
    for (case, sequence, boot_image, code) in [
        ("an unknown task sequence", "PS100099", "PS100005", "TSM1119"),
        ("a task sequence with another boot image", OTHER_TASK_SEQUENCE, "PS100005", "TSM1113"),
        ("a boot image for another processor", TASK_SEQUENCE, "PS100007", "TSM1539"),
    ] {
        let mut desk = with_old_medium(site);
        desk.definition.task_sequence = Some(sequence.to_owned());
        desk.definition.boot_image = boot_image.to_owned();
        let report = desk.preflight();
        assert!(report.failures().any(|c| c.error_id.as_deref() == Some(code)), "{case}: {}", in_short(&report));
        refused(case, &desk, ErrorKind::ReportFailed, &[]);
    }
    let mut desk = Desk::new(site);
    desk.definition.task_sequence = Some(TASK_SEQUENCE.to_owned());
    refused("a field of another kind", &desk, ErrorKind::FieldOfOtherKind, &["taskSequence", "prestaged media"]);
}

/// An image that has files where those of the medium go.
fn crowded(site: &Site, folder: &kit::Folder, files: &[&str]) -> Utf8PathBuf {
    let path = folder.join("crowded.wim");
    imagex(&["export", os_wim(site).as_str(), "1", path.as_str()]);
    let own = folder.join("own");
    std::fs::write(&own, "of the operating system").unwrap();
    for file in files {
        imagex(&["update", path.as_str(), "1", &format!("--command=add {own} /{file}")]);
    }
    path
}

#[test]
fn files_in_the_way_stay_unless_they_shall_give_way() {
    let site = site!();
    need!("wimlib-imagex");
    let folder = kit::Folder::new();
    let path = crowded(site, &folder, &["BOOTMGR", "EFI/own.txt"]);
    let mut desk = with_file(site, &path);
    let report = desk.preflight();
    let told = check(&report, "definition.image-paths");
    assert_eq!((told.outcome, told.error_id.as_deref()), (Outcome::Warning, Some("TSM1540")));
    assert!(told.evidence.contains("'bootmgr'"), "{}", told.evidence);
    let of_disk = |desk: &Desk, name: &str| {
        let files = applied(&desk.iso(), "1", &desk.path(name));
        let mut found = files.iter().filter(|(path, _)| path.eq_ignore_ascii_case("bootmgr"));
        let only = found.next().unwrap().1.clone();
        assert!(found.next().is_none() && files.contains_key("EFI/own.txt"), "{files:?}");
        only
    };
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_eq!(of_disk(&desk, "kept"), kit::sha256(b"of the operating system"));
    assert!(failed(&desk.test().unwrap()).is_empty());

    desk.definition.replace_image_file = true;
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert_ne!(of_disk(&desk, "replaced"), kit::sha256(b"of the operating system"));
    assert!(failed(&desk.test().unwrap()).is_empty());

    // A file where a folder is needed, and an image that is a medium already.
    let folder = kit::Folder::new();
    let desk = with_file(site, &crowded(site, &folder, &["sources"]));
    refused("a file where a folder goes", &desk, ErrorKind::ImagePathTaken, &["'sources'"]);
    let folder = kit::Folder::new();
    let desk = with_file(site, &crowded(site, &folder, &["sources/boot.wim"]));
    refused("a medium in a medium", &desk, ErrorKind::OsImageIsMedium, &["sources/boot.wim"]);
}

#[test]
fn options_of_the_image_change_it_and_its_plan() {
    let site = site!();
    need!("wimlib-imagex");
    let base = prestaged(site);
    base.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let (plan, length) = (base.plan().unwrap().plan_id, std::fs::metadata(base.iso()).unwrap().len());
    assert_eq!(base.plan().unwrap().plan_id, plan, "equal input gives an equal plan");
    let mut desk = prestaged(site);
    desk.definition.image_integrity = true;
    desk.definition.image_compression = ImageCompression::Maximum;
    desk.definition.media_label = Some("Factory 2027".into());
    assert_ne!(desk.plan().unwrap().plan_id, plan);
    assert_eq!(desk.create().unwrap().label, "Factory 2027");
    assert!(imagex(&["info", desk.iso().as_str()]).contains("Integrity info"));
    desk.definition.image_integrity = false;
    desk.create().unwrap();
    assert!(std::fs::metadata(desk.iso()).unwrap().len() <= length);
}

#[test]
fn content_for_the_task_sequence_lies_in_the_folders_of_its_packages() {
    let site = site!();
    let mut desk = prestaged(site);
    desk.definition.package = vec!["PS100013".into()];
    desk.definition.driver_package = vec!["PS100015".into()];
    desk.definition.prestart_command = Some("cmd /C start.cmd".into());
    desk.definition.prestart_package = Some("PS100012".into());
    let mut facts = serde_json::to_value(site.facts().unwrap()).unwrap();
    let first = facts["applications"][0]["id"].clone();
    facts["applications"][1]["deploymentTypes"][0]["dependencies"] = serde_json::json!([first]);
    desk.definition.site_facts = tsm_media::FactsSource::Inline(facts.as_object().unwrap().clone());
    desk.definition.application = vec!["Runtime of the application".into()];
    let paths = |desk: &Desk| -> Vec<String> { desk.plan().unwrap().entries.into_iter().map(|e| e.path).collect() };
    let application = &site.package("PS100014").unwrap().contents[0].id;
    let of_application = format!("SMS/PKG/{application}/app.msi");
    assert!(!paths(&desk).contains(&of_application), "the application that is named has no content itself");
    desk.definition.include_application_dependency = true;
    let planned = paths(&desk);
    let driver = &site.package("PS100015").unwrap().contents[7].id;
    for path in [
        of_application,
        format!("SMS/PKG/{driver}/tsm07.inf"),
        "SMS/PKG/PS100013/readme.txt".into(),
        "SMS/PKG/PS100012/readme.txt".into(),
    ] {
        assert!(planned.contains(&path), "{path}: {planned:?}");
    }
    let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(medium.warnings.is_empty(), "{:?}", medium.warnings);
    let packages = desk.manifest_value();
    let packages: Vec<_> =
        packages["packages"].as_array().unwrap().iter().map(|p| p["packageId"].as_str().unwrap()).collect();
    assert_eq!(packages, ["PS100005", OS_IMAGE, "PS100012", "PS100014", "PS100013", "PS100015"]);
    let told = check(&desk.preflight(), "definition.unproven-place").evidence.clone();
    assert!(told.contains("driverPackage (folder SMS/PKG)") && told.contains("distributionPoint (nowhere)"), "{told}");

    desk.definition.application = vec!["No such".into()];
    refused("an unknown application", &desk, ErrorKind::ApplicationUnknown, &["No such", "Runtime of the application"]);
}

/// libwim takes files: without a cache all content from a server lies in the temporary folder for a while. The plan tells how
/// much, and a folder without the room is refused before anything is fetched, or written.
#[cfg(unix)] // servers of others are started
#[test]
fn without_a_cache_the_temporary_folder_is_asked_for_the_room_of_all_content() {
    let site = site!();
    let server = tsm_sample_site::DistributionPoint::start(site, tsm_sample_site::Behaviour::default()).unwrap();
    let with_packages = |distribution_point: Option<String>| {
        let mut desk = with_old_medium(site);
        desk.definition.package = vec!["PS100013".into()];
        desk.definition.driver_package = vec!["PS100015".into()];
        desk.definition.no_cache = distribution_point.is_some();
        desk.definition.distribution_point =
            distribution_point.map_or(desk.definition.distribution_point.clone(), |url| vec![url]);
        desk
    };
    let (from_folder, from_server) = (with_packages(None).plan().unwrap(), with_packages(Some(server.url())));
    let plan = from_server.plan().unwrap();
    let image = |id: &str| site.package(id).unwrap().contents[0].files[0].size;
    let (boot, system) = (image(kit::BOOT_IMAGE), image(OS_IMAGE));
    let packages = plan.entries.iter().filter(|e| e.source.starts_with("package PS10001"));
    let content: u64 = packages.filter_map(|entry| entry.size).sum();
    assert!(content > 10_000, "{content}");
    assert_eq!(plan.staging_bytes, from_folder.staging_bytes + boot + system + content);
    assert_eq!(plan.plan_id, from_folder.plan_id, "where content comes from decides no byte of the medium");

    let on_disk = |bytes: u64, kib: u64| {
        let disk = SmallDisk::new((bytes >> 10) + kib)?;
        let mut desk = with_packages(Some(server.url()));
        desk.definition.temporary_folder = Some(disk.path().to_string());
        server.forget();
        Some((disk, desk))
    };
    let sent = || server.seen().iter().filter(|s| s.target.contains("FileLib")).map(|s| s.sent).sum::<u64>();
    let Some((disk, desk)) = on_disk(0, 64) else { return };
    refused("no room for an image", &desk, ErrorKind::StagingSpace, &[disk.path().as_str(), "more"]);
    assert_eq!(sent(), 0, "something was fetched");
    let Some((disk, desk)) = on_disk(boot + system, 512) else { return };
    refused("no room for boot files and packages", &desk, ErrorKind::StagingSpace, &[disk.path().as_str(), "more"]);
    assert!(listing(disk.path()).is_empty(), "{:?}", listing(disk.path()));
    let Some((disk, desk)) = on_disk(plan.staging_bytes, 512) else { return };
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    assert!(listing(disk.path()).is_empty(), "{:?}", listing(disk.path()));
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// Cancelled at any report and killed at any moment: the old WIM stays, and nothing beside it.
#[test]
fn a_build_that_is_cancelled_at_any_report_leaves_the_old_wim() {
    use std::sync::atomic::Ordering;
    let site = site!();
    let run = |stop: usize| {
        let desk = with_old_medium(site);
        let (context, count) = kit::observer::cancelled_at(stop);
        let before = desk.state();
        let ended = desk.create_with(&context);
        if let Err(error) = &ended {
            assert_eq!(error.kind(), ErrorKind::Cancelled, "report {stop}: {}", words(error));
            assert_eq!(desk.state(), before, "report {stop}");
        }
        (ended.is_ok(), count.load(Ordering::SeqCst))
    };
    let (made, reports) = run(usize::MAX);
    assert!(made && reports > 30, "{reports}");
    let late = (1..=reports).step_by(reports / 16 + 1).filter(|stop| run(*stop).0).count();
    assert!(late <= 2, "{late} builds did not stop");
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_the_old_wim_and_the_next_one_sweeps_up() {
    let site = site!();
    let desk = with_old_medium(site);
    kit::program::kill_builds(&desk, &[0, 20, 50, 100, 200, 400, 800]);
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let names: Vec<String> = listing(&desk.path("out")).into_keys().collect();
    assert_eq!(names, ["factory.wim", "factory.wim.manifest.json"]);
    // Killed before it had locked its folder, a build can leave that, with nothing in it.
    let left = listing(&desk.path("temporary"));
    assert!(left.keys().all(|name| name.ends_with('/')), "{left:?}");
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// Another program takes the room while the WIM is written, and leaves more or less of it.
#[test]
fn a_disk_that_fills_up_at_any_byte_leaves_the_old_wim() {
    let site = site!();
    let needed = prestaged(site).plan().unwrap().target_bytes >> 10;
    for left in [0, 1, 16, 100, 200] {
        let Some(disk) = SmallDisk::new(needed + 4096) else { return };
        let (disk, mut desk) = (Arc::new(disk), with_old_medium(site));
        desk.definition.path = disk.join("factory.wim").into_string();
        std::fs::write(desk.iso(), kit::OLD_MEDIUM).unwrap();
        let filled = disk.clone();
        let context = kit::observer::once_at("Writing image", move || filled.fill_but(left));
        let error = desk.create_with(&context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TargetSpace, "{left} KiB left: {}", words(&error));
        assert!(words(&error).contains(disk.path().as_str()), "{left} KiB left: {}", words(&error));
        std::fs::remove_file(disk.join("filler")).unwrap();
        let names: Vec<String> = listing(disk.path()).into_keys().collect();
        assert_eq!(names, ["factory.wim"], "{left} KiB left: something was left behind");
        assert_eq!(std::fs::read(desk.iso()).unwrap(), kit::OLD_MEDIUM, "{left} KiB left");
    }
}

/// To the program the volume of its target is one with FAT: strace puts the number of that file system (`MSDOS_SUPER_MAGIC` of
/// linux/magic.h) into the answer of `statfs`, as no kernel has to know FAT and no right to mount is needed then. The hole of
/// 4 GiB in the prestart folder takes no room.
#[cfg(target_os = "linux")]
#[test]
fn a_wim_that_fat32_cannot_hold_is_refused_before_anything_is_written() {
    let site = site!();
    need!("strace");
    let mut desk = with_old_medium(site);
    let (tools, definition) = (desk.path("tools"), desk.path("log/definition.json"));
    std::fs::create_dir(&tools).unwrap();
    let large = std::fs::File::create(tools.join("large.bin")).unwrap();
    desk.definition.prestart_command = Some("cmd /C x".into());
    desk.definition.prestart_package = Some(tools.into_string());
    let on_fat = |desk: &Desk| {
        std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
        let folder = desk.path("out");
        let program = kit::program::tsmedia().get_program().to_owned();
        let answer = "inject=statfs:poke_exit=@arg2=444d000000000000";
        let run = std::process::Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-P", folder.as_str(), "-e", "trace=statfs", "-e", answer, "--"])
            .arg(program)
            .args(["new", definition.as_str(), "--quiet"])
            .output()
            .unwrap();
        (run.status.success(), String::from_utf8_lossy(&run.stderr).into_owned())
    };
    large.set_len((4 << 30) + 1).unwrap();
    let before = desk.state();
    let (made, said) = on_fat(&desk);
    assert!(!made && said.contains("TSM1542") && said.contains(desk.path("out").as_str()), "{said}");
    assert_eq!(desk.state(), before, "something was written");
    let elsewhere = desk.preflight();
    let told = check(&elsewhere, "definition.target");
    assert_ne!(told.error_id.as_deref(), Some("TSM1542"), "{}", in_short(&elsewhere));
    // A medium that fits is made on such a volume.
    large.set_len(1000).unwrap();
    let (made, said) = on_fat(&desk);
    assert!(made, "{said}");
    assert!(failed(&desk.test().unwrap()).is_empty());
}

/// Bytes that cannot be compressed.
#[cfg(unix)]
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A file system that takes no more at some byte, which nobody could know before: a limit of the process stands for it.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_at_any_byte_leaves_the_old_wim() {
    let site = site!();
    need!("bash");
    let mut desk = prestaged(site);
    let (tools, definition) = (desk.path("tools"), desk.path("log/definition.json"));
    std::fs::create_dir(&tools).unwrap();
    std::fs::write(tools.join("noise.bin"), noise(4 << 20)).unwrap();
    desk.definition.prestart_command = Some("cmd /C x".into());
    desk.definition.prestart_package = Some(tools.into_string());
    desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
    let whole = std::fs::metadata(desk.iso()).unwrap().len() >> 10;
    std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
    let (before, program) = (desk.state(), kit::program::tsmedia().get_program().to_owned());
    // The temporary folder is in the way first; the last two limits are longer than any file in it.
    for (kib, code) in [(0, "TSM1406"), (64, "TSM1406"), (whole * 9 / 10, "TSM1542"), (whole - 1, "TSM1542")] {
        let run = std::process::Command::new("bash")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"")])
            .arg(&program)
            .args(["new", definition.as_str(), "--quiet"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && said.contains(code), "{kib} KiB: {said}");
        assert_eq!(desk.state(), before, "{kib} KiB: something was left behind: {said}");
    }
}
