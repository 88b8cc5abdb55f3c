//! Task sequences from every source: facts, export files of every odd form, texts; and files that are made to harm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::{Utf8Path, Utf8PathBuf};
use kit::tools::{self, need};
use kit::{Folder, program};
use tsm_job::Context;
use tsm_media::{Error, ErrorKind, ReferenceQuery, TaskSequenceReferences, task_sequence_references};
use tsm_sample_site::export::{ExportForm, write_entries, write_export};
use tsm_sample_site::task_sequence::{sequence, step};
use tsm_site::{PackageKind, SiteFacts};

/// Facts of a site that knows everything about its task sequence, and one word in another script.
fn facts() -> SiteFacts {
    let package = |id: &str, kind: &str, name: &str| serde_json::json!({ "packageId": id, "kind": kind, "name": name, "sourceVersion": 3 });
    let application = "ScopeId_AAAA/Application_bbbb";
    let reference = |kind: &str, id: &str| serde_json::json!({ "kind": kind, "id": id });
    let steps = [
        step(
            "ApplyOperatingSystemAction",
            "Apply ]]> & go",
            &[("ImagePackageID", "ImagePackageID", "PS100020"), ("OSDImageIndex", "ImageIndex", "2")],
        ),
        step(
            "InstallSoftwareAction",
            "Gr\u{f6}\u{df}e",
            &[("PackageID", "PackageID", "PS100011"), ("_SMSSWDProgramName", "ProgramName", "Setup")],
        ),
        step("InstallApplicationAction", "Office", &[("ApplicationName", "ApplicationName", application)]),
        step("ConnectNetworkFolderAction", "Share", &[("SMSConnectNetworkFolderPassword", "Password", "hunter2")]),
    ];
    let list = [
        (PackageKind::OperatingSystemImage, "PS100020"),
        (PackageKind::Package, "PS100011"),
        (PackageKind::Application, application),
    ];
    let list = list.map(|(kind, id)| tsm_site::Reference { kind, id: id.to_owned(), name: None });
    SiteFacts::from_value(
        serde_json::json!({
            "schemaVersion": 1, "retrieved": "2026-11-01T08:00:00Z", "siteCode": "PS1",
            "packages": [
                package("PS100005", "BootImage", "Boot image"),
                package("PS100020", "OperatingSystemImage", "Windows 11"),
                package("PS100011", "Package", "Pr\u{fc}fung"),
            ],
            "applications": [{ "id": application, "name": "Office", "version": 7,
                "deploymentTypes": [{ "name": "MSI", "contents": ["Content_1.1"] }] }],
            "taskSequences": [{
                "packageId": "PS100030", "name": "Install \u{201E}all\u{201C}", "bootImage": "PS100005",
                "references": [reference("OperatingSystemImage", "PS100020"), reference("Package", "PS100011"),
                    reference("Application", application)],
                "sequence": sequence(&list, &steps),
            }],
        }),
        "facts",
    )
    .unwrap()
}

fn written(folder: &Folder, facts: &SiteFacts) -> Utf8PathBuf {
    let path = folder.join("facts.json");
    std::fs::write(&path, serde_json::to_string(facts).unwrap()).unwrap();
    path
}

fn asked(path: &Utf8Path) -> ReferenceQuery {
    ReferenceQuery { path: path.to_owned(), ..ReferenceQuery::default() }
}

fn references(query: &ReferenceQuery) -> Result<TaskSequenceReferences, Error> {
    task_sequence_references(query, &Context::silent())
}

fn refused(path: &Utf8Path) -> Error {
    references(&asked(path)).unwrap_err()
}

/// Step, kind, ID, version and whether it is known.
type Row = (Option<String>, &'static str, String, Option<u32>, bool);

fn rows(found: &TaskSequenceReferences) -> Vec<Row> {
    found.references.iter().map(|r| (r.step.clone(), r.kind, r.id.clone(), r.source_version, r.is_known)).collect()
}

#[test]
fn facts_tell_every_reference_with_its_step() {
    let folder = Folder::new();
    let found = references(&asked(&written(&folder, &facts()))).unwrap();
    assert_eq!((found.package_id.as_str(), found.step_count, found.checks.len()), ("PS100030", Some(4), 0));
    let application = "ScopeId_AAAA/Application_bbbb".to_owned();
    let step = |name: &str| Some(name.to_owned());
    assert_eq!(
        rows(&found),
        [
            (None, "BootImage", "PS100005".into(), Some(3), true),
            (step("Apply ]]> & go"), "OperatingSystemImage", "PS100020".into(), Some(3), true),
            (step("Gr\u{f6}\u{df}e"), "Package", "PS100011".into(), Some(3), true),
            (step("Office"), "Application", application, Some(7), true),
        ]
    );
    assert_eq!(found.references[1].image_index.as_deref(), Some("2"));
    assert_eq!(found.references[2].program.as_deref(), Some("Setup"));
    assert_eq!(found.references[3].contents, ["Content_1.1"]);
    let secrets: Vec<_> = found.secrets.iter().map(|s| (s.step.as_deref(), s.variable.as_str())).collect();
    assert_eq!(secrets, [(Some("Share"), "SMSConnectNetworkFolderPassword")]);
    assert!(!serde_json::to_string(&found).unwrap().contains("hunter2"));
}

#[test]
fn an_export_of_every_form_tells_the_same_as_the_facts() {
    let folder = Folder::new();
    let facts = facts();
    let path = written(&folder, &facts);
    let whole = references(&asked(&path)).unwrap();
    let utf16 = |text: &str| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_bom = |text: &str| format!("\u{FEFF}{text}").into_bytes();
    let odd: Vec<(&str, ExportForm)> = vec![
        ("as the console writes it", ExportForm::default()),
        ("deflated", ExportForm { deflated: true, ..ExportForm::default() }),
        ("with byte order mark", ExportForm { encode: Some(with_bom), ..ExportForm::default() }),
        ("UTF-16", ExportForm { encode: Some(utf16), ..ExportForm::default() }),
        ("Western Windows", ExportForm { encode: Some(western), ..ExportForm::default() }),
        (
            "foreign entries",
            ExportForm {
                more: vec![
                    (
                        "SMS_Program/PS100011_Gr\u{f6}\u{df}e/object.xml".into(),
                        b"<INSTANCE CLASSNAME=\"SMS_Program\"/>".to_vec(),
                    ),
                    ("something/else.bin".into(), vec![0; 1000]),
                    ("folder/".into(), Vec::new()),
                ],
                ..ExportForm::default()
            },
        ),
    ];
    for (name, form) in odd {
        let zip = folder.join("export.zip");
        write_export(&facts, "PS100030", &zip, &form).unwrap();
        let found = references(&ReferenceQuery { site_facts: Some(path.clone()), ..asked(&zip) }).unwrap();
        assert_eq!(
            (&found.references, &found.checks, &found.name),
            (&whole.references, &whole.checks, &whole.name),
            "{name}"
        );
        // Alone it knows what it brought along, and says where the rest is.
        let alone = references(&asked(&zip)).unwrap();
        assert_eq!(
            (alone.name.as_str(), alone.boot_image.as_deref()),
            (whole.name.as_str(), Some("PS100005")),
            "{name}"
        );
        let known: Vec<bool> = alone.references.iter().map(|r| r.is_known).collect();
        assert_eq!(known, [false, true, true, false], "{name}");
        assert!(alone.references[3].remedy.unwrap().contains("facts of the site"), "{name}");
        assert!(alone.origin.ends_with("export.zip"));
    }
}

/// As one-byte text of Western Windows.
fn western(text: &str) -> Vec<u8> {
    let byte = |character| match character {
        '\u{201E}' => 0x84,
        '\u{201C}' => 0x93,
        other => u8::try_from(u32::from(other)).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn names_in_the_code_page_of_dos_do_no_harm() {
    let folder = Folder::new();
    let zip = folder.join("export.zip");
    let form = ExportForm { more: vec![("SMS_Package/Gr__e.xml".into(), b"x".to_vec())], ..ExportForm::default() };
    write_export(&facts(), "PS100030", &zip, &form).unwrap();
    let mut bytes = std::fs::read(&zip).unwrap();
    replace(&mut bytes, b"Gr__e.xml", b"Gr\x94\xE1e.xml");
    std::fs::write(&zip, &bytes).unwrap();
    assert_eq!(references(&asked(&zip)).unwrap().references.len(), 4);
}

/// Replaces every occurrence by bytes of the same length.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(place, _)| place).collect();
    assert!(!places.is_empty());
    places.iter().for_each(|place| bytes[*place..*place + to.len()].copy_from_slice(to));
}

#[test]
fn a_text_alone_tells_what_its_steps_need() {
    let folder = Folder::new();
    let facts = facts();
    let text = facts.task_sequences[0].sequence.clone().unwrap();
    let path = folder.join("Install Windows.xml");
    for bytes in [
        text.clone().into_bytes(),
        format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n{text}").into_bytes(),
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let found = references(&asked(&path)).unwrap();
        assert_eq!((found.package_id.as_str(), found.name.as_str()), ("", "Install Windows"));
        assert_eq!(found.references.iter().filter(|r| r.is_needed).count(), 3);
        let beside = ReferenceQuery { site_facts: Some(written(&folder, &facts)), ..asked(&path) };
        assert!(references(&beside).unwrap().references.iter().all(|r| r.is_known));
    }
}

#[test]
fn stand_alone_rules_are_asked_for() {
    let folder = Folder::new();
    let mut facts = facts();
    let steps = [step("AutoApplyAction", "Auto Apply Drivers", &[])];
    facts.task_sequences[0].sequence = Some(sequence(&[], &steps));
    let query = ReferenceQuery { stand_alone: true, ..asked(&written(&folder, &facts)) };
    let numbers: Vec<_> = references(&query).unwrap().checks.iter().filter_map(|c| c.error_id.clone()).collect();
    assert_eq!(numbers, ["TSM1134", "TSM1133"]);
}

#[test]
fn a_wrong_choice_says_what_there_is() {
    let folder = Folder::new();
    let mut facts = facts();
    let mut again = facts.task_sequences[0].clone();
    again.package_id = "PS100031".into();
    facts.task_sequences.push(again);
    let path = written(&folder, &facts);
    let error = refused(&path);
    assert_eq!(error.kind(), ErrorKind::TaskSequenceAmbiguous);
    assert!(error.message().contains("PS100030") && error.message().contains("PS100031"), "{error}");
    let of = |name: &str| references(&ReferenceQuery { task_sequence: Some(name.into()), ..asked(&path) });
    assert_eq!(of("ps100031").unwrap().package_id, "PS100031");
    assert_eq!(of(&facts.task_sequences[0].name).unwrap_err().kind(), ErrorKind::TaskSequenceAmbiguous);
    assert_eq!(of("Other").unwrap_err().kind(), ErrorKind::TaskSequenceUnknown);
}

#[test]
fn files_of_other_kinds_are_refused_by_name() {
    let folder = Folder::new();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        refused(&path)
    };
    assert_eq!(refused(&folder.join("none.zip")).kind(), ErrorKind::TaskSequenceUnreadable);
    assert_eq!(file("empty", b"").kind(), ErrorKind::TaskSequenceUnreadable);
    assert_eq!(file("text", b"hello").kind(), ErrorKind::TaskSequenceUnreadable);
    assert_eq!(file("page.xml", b"<html></html>").kind(), ErrorKind::TaskSequenceUnreadable);
    let mdt =
        b"<sequence version=\"3.00\" name=\"Deploy\" description=\"\"><group name=\"a\" expand=\"true\"/></sequence>";
    let error = file("mdt.xml", mdt);
    assert_eq!(error.kind(), ErrorKind::TaskSequenceOfToolkit);
    assert!(error.message().contains("Microsoft Deployment Toolkit"), "{error}");
    assert_eq!(file("cut.zip", b"PK\x03\x04 and nothing more").kind(), ErrorKind::ExportUnreadable);
    let zip = folder.join("other.zip");
    write_entries(&zip, &ExportForm::default(), &[("readme.txt".into(), b"hello".to_vec())]).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::ExportUnreadable);
}

#[test]
fn bombs_are_refused_whatever_they_are_wrapped_in() {
    let folder = Folder::new();
    let bomb = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let path = folder.join("bomb.xml");
    std::fs::write(&path, format!("{bomb}<sequence>&b;</sequence>")).unwrap();
    assert_eq!(refused(&path).kind(), ErrorKind::TaskSequenceUnsafe);

    // The same inside the object of an export, and inside its task sequence.
    let zip = folder.join("bomb.zip");
    let in_object: fn(&str) -> Vec<u8> = |text| format!("<!DOCTYPE s [<!ENTITY a \"aaaa\">]>{text}").into_bytes();
    write_export(&facts(), "PS100030", &zip, &ExportForm { encode: Some(in_object), ..ExportForm::default() }).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::ExportUnsafe);
    let mut facts = facts();
    facts.task_sequences[0].sequence = Some(format!("{bomb}<sequence>&b;</sequence>"));
    write_export(&facts, "PS100030", &zip, &ExportForm::default()).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::TaskSequenceUnsafe);

    // A hundred megabytes of nothing, which deflate to a hundred thousand bytes.
    let zeros = vec![0; 100 << 20];
    let more = vec![("SMS_Package/PS100099/object.xml".to_owned(), zeros)];
    write_export(&facts, "PS100030", &zip, &ExportForm { deflated: true, more, ..ExportForm::default() }).unwrap();
    assert!(zip.metadata().unwrap().len() < 1 << 20);
    let error = refused(&zip);
    assert_eq!(error.kind(), ErrorKind::ExportUnsafe);
    assert!(error.message().contains("PS100099"), "{error}");
}

#[test]
fn entries_that_lead_out_or_lie_over_each_other_or_are_encrypted_are_refused() {
    let folder = Folder::new();
    let zip = folder.join("export.zip");
    for name in ["../../evil.txt", "a/../../b", "..\\..\\evil.txt", "C:/Windows/evil.txt", "//server/share/x"] {
        let form = ExportForm { more: vec![(name.to_owned(), b"x".to_vec())], ..ExportForm::default() };
        write_export(&facts(), "PS100030", &zip, &form).unwrap();
        let error = refused(&zip);
        assert_eq!(error.kind(), ErrorKind::ExportUnsafe, "{name} {error}");
        assert!(error.message().contains("leads out"), "{error}");
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().count() == 1, "nothing was unpacked");

    // The directory of the file has an entry of its own for the same bytes, again and again.
    let twice = ["SMS_Package/A/a.xml", "SMS_Package/B/b.xml"].map(|name| (name.to_owned(), vec![b'x'; 64]));
    write_entries(&zip, &ExportForm::default(), &twice).unwrap();
    let mut bytes = std::fs::read(&zip).unwrap();
    let second = places(&bytes, b"PK\x01\x02")[1];
    bytes[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    std::fs::write(&zip, &bytes).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::ExportUnsafe);

    write_export(&facts(), "PS100030", &zip, &ExportForm::default()).unwrap();
    let mut bytes = std::fs::read(&zip).unwrap();
    places(&bytes, b"PK\x01\x02").iter().for_each(|place| bytes[place + 8] |= 1);
    std::fs::write(&zip, &bytes).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::ExportUnreadable);
}

fn places(bytes: &[u8], mark: &[u8]) -> Vec<usize> {
    bytes.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark).map(|(place, _)| place).collect()
}

#[test]
fn a_damaged_export_is_an_error_and_no_panic() {
    let folder = Folder::new();
    let zip = folder.join("export.zip");
    write_export(&facts(), "PS100030", &zip, &ExportForm { deflated: true, ..ExportForm::default() }).unwrap();
    let whole = std::fs::read(&zip).unwrap();
    for cut in (0..whole.len()).step_by(97) {
        std::fs::write(&zip, &whole[..cut]).unwrap();
        assert!(references(&asked(&zip)).is_err(), "{cut}");
        let mut altered = whole.clone();
        altered[cut] ^= 0x55;
        std::fs::write(&zip, &altered).unwrap();
        let _ = references(&asked(&zip));
    }
}

/// Facts that say something else than an export file beside them: told, and the facts file counts.
#[test]
fn what_facts_and_export_file_say_differently_is_told() {
    let folder = Folder::new();
    let zip = folder.join("export.zip");
    write_export(&facts(), "PS100030", &zip, &ExportForm::default()).unwrap();
    let mut other = facts();
    other.packages[1].source_version = 4;
    other.task_sequences[0].boot_image = Some("PS100006".to_owned());
    let beside = |facts: &SiteFacts| ReferenceQuery { site_facts: Some(written(&folder, facts)), ..asked(&zip) };
    let found = references(&beside(&other)).unwrap();
    let told: Vec<(&str, Option<&str>)> = found
        .checks
        .iter()
        .filter(|c| c.error_id.as_deref() == Some("TSM1039"))
        .map(|c| (c.id.as_str(), c.target.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("definition.fact-sources", Some("taskSequences.PS100030")),
            ("definition.fact-sources", Some("packages.PS100020"))
        ]
    );
    assert_eq!(found.boot_image.as_deref(), Some("PS100006"));
    let version = found.checks.iter().find(|c| c.target.as_deref() == Some("packages.PS100020")).unwrap();
    assert!(version.evidence.contains("version 4") && version.evidence.contains("export.zip"), "{}", version.evidence);
    // Of two sites nothing belongs together.
    other.site_code = "PS2".to_owned();
    let error = references(&beside(&other)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SiteCodeMismatch, "{error}");
    let run = program::run(&["references", zip.as_str(), "--site-facts", beside(&other).site_facts.unwrap().as_str()]);
    assert!(run.code > 1 && run.errors.contains("TSM1107"), "{run:?}");
}

/// More than the product itself can hold is refused, whatever it is wrapped in.
#[test]
fn a_task_sequence_above_the_limit_is_refused() {
    let folder = Folder::new();
    let mut facts = facts();
    // A comment, which nobody looks at character by character.
    let text = sequence(&[], &[format!("<!--{}-->", "x".repeat(64 << 20))]);
    let path = folder.join("long.xml");
    std::fs::write(&path, &text).unwrap();
    let error = refused(&path);
    assert_eq!(error.kind(), ErrorKind::TaskSequenceUnsafe);
    assert!(error.message().contains("longer than"), "{error}");
    facts.task_sequences[0].sequence = Some(text);
    let zip = folder.join("long.zip");
    write_export(&facts, "PS100030", &zip, &ExportForm { deflated: true, ..ExportForm::default() }).unwrap();
    assert_eq!(refused(&zip).kind(), ErrorKind::TaskSequenceUnsafe);
}

/// A program that is not ours writes zip files in every way that it knows.
#[test]
fn export_files_that_python_packs_are_read() {
    need!("python3");
    let folder = Folder::new();
    let (plain, packed) = (folder.join("plain.zip"), folder.join("packed.zip"));
    write_export(&facts(), "PS100030", &plain, &ExportForm::default()).unwrap();
    let whole = references(&asked(&plain)).unwrap();
    for (form, is_read) in [
        ("stored", true),
        ("deflated", true),
        ("zip64", true),
        ("streamed", true),
        ("comment", true),
        ("backslash", true),
        ("upper", true),
        ("bzip2", false),
        ("lzma", false),
        ("twice", false),
        ("behind", true),
    ] {
        tools::text("python3", &["-c", PACK, plain.as_str(), packed.as_str(), form]);
        match references(&asked(&packed)) {
            Ok(found) => {
                assert!(is_read, "{form}");
                assert_eq!((&found.references, &found.checks), (&whole.references, &whole.checks), "{form}");
            }
            Err(error) => {
                assert!(!is_read, "{form}: {error}");
                assert!(
                    matches!(error.kind(), ErrorKind::ExportUnreadable | ErrorKind::ExportUnsafe),
                    "{form}: {error}"
                );
            }
        }
    }
}

/// Packs the entries of one zip file into another.
const PACK: &str = r#"
import sys, zipfile, io
source, target, form = sys.argv[1:]
method = {"deflated": 8, "streamed": 8, "bzip2": 12, "lzma": 14}.get(form, 0)
class Pipe(io.RawIOBase):
    def __init__(self, file): self.file = file
    def writable(self): return True
    def write(self, data): return self.file.write(data)
with zipfile.ZipFile(source) as old, open(target, "wb") as file:
    with zipfile.ZipFile(Pipe(file) if form == "streamed" else file, "w", method) as new:
        for entry in old.infolist():
            name = entry.filename
            if form == "upper": name = name.upper()
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            if form == "backslash": info.filename = name.replace("/", chr(92))
            with new.open(info, "w", force_zip64=form == "zip64") as out: out.write(old.read(entry))
        if form == "twice": new.writestr(old.infolist()[0].filename, b"x")
        if form == "comment": new.comment = b"made by somebody" * 100
    if form == "behind": file.write(bytes(100))
"#;

/// Runs over task sequences of other people, where `TSM_PUBLIC_EXPORTS` names a folder with some: every step is understood
/// or named as unknown, and nothing panics.
#[test]
fn public_exports_are_understood() {
    let Ok(folder) = std::env::var("TSM_PUBLIC_EXPORTS") else {
        eprintln!("SKIPPED: TSM_PUBLIC_EXPORTS names no folder with task sequences (zip, xml)");
        return;
    };
    // An export file can have several task sequences; none stands for the only one.
    let ids = |path: &Utf8Path| match tsm_site::export::read(path).ok() {
        Some(facts) => facts.task_sequences.into_iter().map(|sequence| Some(sequence.package_id)).collect(),
        None => vec![None],
    };
    let (mut read, mut steps, mut refused_as) = (0, 0, std::collections::BTreeMap::<String, usize>::new());
    let mut numbers = std::collections::BTreeMap::<String, usize>::new();
    for entry in Utf8Path::new(&folder).read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        if !matches!(path.extension(), Some("zip" | "xml" | "json")) {
            continue;
        }
        for id in ids(&path) {
            match references(&ReferenceQuery { stand_alone: true, task_sequence: id.clone(), ..asked(&path) }) {
                Ok(found) => {
                    read += 1;
                    steps += found.step_count.unwrap_or(0);
                    let needed = found.references.iter().filter(|r| r.is_needed).count();
                    let (name, all) = (path.file_name().unwrap(), found.references.len());
                    eprintln!("{name} {id:?}: {:?} steps, {all} references, {needed} needed", found.step_count);
                    for check in &found.checks {
                        eprintln!("    {} {}", check.error_id.as_deref().unwrap_or("-"), check.evidence);
                        *numbers.entry(check.error_id.clone().unwrap_or_default()).or_default() += 1;
                    }
                }
                Err(error) => {
                    eprintln!("{}: {} {error}", path.file_name().unwrap(), error.kind().code());
                    *refused_as.entry(error.kind().code().to_owned()).or_default() += 1;
                }
            }
        }
    }
    eprintln!("read {read} with {steps} steps, refused {refused_as:?}, told {numbers:?}");
    assert!(read > 0, "no task sequence in {folder}");
}

/// The program says the same as the library, a line for each reference, and by its exit code whether all is known.
#[test]
fn the_program_lists_what_a_task_sequence_needs() {
    let folder = Folder::new();
    let whole = written(&folder, &facts());
    let run = program::run(&["references", whole.as_str()]);
    assert_eq!(run.code, 0, "{run:?}");
    for line in [
        "(4 steps), from the facts file",
        "needed  BootImage PS100005 'Boot image': (boot image)",
        "needed  OperatingSystemImage PS100020 'Windows 11', image 2: Apply ]]> & go",
        "secret  SMSConnectNetworkFolderPassword in Share",
        "4 needed, 0 of them not known",
    ] {
        assert!(run.output.contains(line), "no '{line}' in {}", run.output);
    }
    assert!(!run.output.contains("hunter2") && !run.errors.contains("hunter2"));

    let json = program::run(&["references", whole.as_str(), "--json"]);
    let found: serde_json::Value = serde_json::from_str(&json.output).unwrap_or_else(|e| panic!("{e}: {json:?}"));
    assert_eq!(found["references"].as_array().unwrap().len(), 4, "{found}");

    // An export file alone knows no applications; with the facts beside it all is known.
    let zip = folder.join("export.zip");
    write_export(&facts(), "PS100030", &zip, &ExportForm::default()).unwrap();
    let alone = program::run(&["references", zip.as_str()]);
    assert!(alone.output.contains("UNKNOWN Application"), "{alone:?}");
    let both = program::run(&["references", zip.as_str(), "--site-facts", whole.as_str()]);
    assert!(both.output.contains("0 of them not known"), "{both:?}");

    let none = program::run(&["references", folder.join("none.xml").as_str()]);
    assert!(none.code > 1 && none.errors.contains("TSM"), "{none:?}");
}
