//! Boot configuration stores, read by programs that others wrote: hivexml and hivexsh (hivex), reged (chntpw).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8PathBuf;
use kit::Folder;
use kit::tools::{self, need};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::process::{Command, Stdio};
use tsm_formats::bcd::{Store, media_store};
use tsm_formats::registry::{Hive, Key, Value, ValueKind};

/// A time of the year 2023, as FILETIME.
const WRITTEN: u64 = 133_444_736_000_000_000;

fn loader(uefi: bool) -> &'static str {
    if uefi { r"\windows\system32\boot\winload.efi" } else { r"\windows\system32\boot\winload.exe" }
}

/// The store that a medium gets when its boot image has none.
fn store(folder: &Folder, uefi: bool) -> Utf8PathBuf {
    let store = media_store(uefi, loader(uefi), r"\sources\boot.wim", r"\boot\boot.sdi");
    let path = folder.join(if uefi { "uefi" } else { "bios" });
    std::fs::write(&path, store.to_bytes(WRITTEN).unwrap()).unwrap();
    path
}

/// The rows of the table in `docs/boot.md` for one firmware: object, element, type, value.
fn table(uefi: bool) -> Vec<[String; 4]> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/boot.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("### The store that is made").nth(1).unwrap().split("\n### ").next().unwrap();
    let (mine, other) = if uefi { ("UEFI: ", "BIOS: ") } else { ("BIOS: ", "UEFI: ") };
    let rows = section.lines().filter(|line| line.starts_with("| {")).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [object, element, kind, value] = cells[..] else { panic!("{line}") };
        [object, element, kind, value].map(str::to_owned)
    });
    let mut rows: Vec<[String; 4]> = rows.filter(|row| !row[3].starts_with(other)).collect();
    for row in &mut rows {
        row[3] = row[3].trim_start_matches(mine).to_owned();
    }
    rows
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|c| DIGITS.iter().position(|d| *d == c)).collect::<Vec<_>>();
    let group = |four: &[usize]| {
        let number = four.iter().fold(0, |n, digit| n << 6 | digit) << (6 * (4 - four.len()));
        number.to_be_bytes()[5..][..four.len() * 6 / 8].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

/// Bytes as the table writes them.
fn in_table(bytes: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match hex(&Sha256::digest(bytes)).as_str() {
        "c27683ed90bd01f4da30e933b71458ce31ae0d729e5707438a34e6841baa2024" => "device 1".to_owned(),
        "b077c75ac4f4cb1b16b358b931b92c76acf28ae26ff71d533c5686fdfa64e1b0" => "device 2".to_owned(),
        _ => hex(bytes),
    }
}

/// The rows that hivexml shows of a store.
fn shown_by_hivexml(path: &Utf8PathBuf) -> Vec<[String; 4]> {
    let text = tools::text("hivexml", &[path.as_str()]);
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let mut rows = Vec::new();
    for value in document.descendants().filter(|node| node.has_tag_name("value")) {
        let names: Vec<&str> = value.ancestors().filter_map(|node| node.attribute("name")).collect();
        let [element, object, ..] = match value.attribute("key").unwrap() {
            // value < Description < object; value < element < Elements < object
            "Type" => ["Type", names[1]],
            "Element" => [names[0], names[2]],
            other => {
                assert_eq!((other, value.attribute("value")), ("KeyName", Some("BCD00000000")));
                continue;
            }
        };
        let kind = value.attribute("type").unwrap();
        // The NUL at the end of a list is shown as one more, empty text.
        let strings = || {
            let strings = value.children().filter(|node| node.has_tag_name("string")).filter_map(|node| node.text());
            strings.collect::<Vec<_>>().join(" ")
        };
        let shown = match kind {
            "string" => value.attribute("value").unwrap().to_owned(),
            "string-list" => strings(),
            // hivexml writes the number in decimal.
            "dword" | "int32" => format!("{:08x}", value.attribute("value").unwrap().parse::<u32>().unwrap()),
            "binary" => in_table(&from_base64(value.attribute("value").unwrap())),
            other => panic!("{other}"),
        };
        let kind = if kind == "int32" { "dword" } else { kind };
        rows.push([object, element, kind, &shown].map(str::to_owned));
    }
    rows
}

#[test]
fn hivexml_shows_the_table_of_the_documents() {
    need!("hivexml");
    let folder = Folder::new();
    for uefi in [false, true] {
        let (mut shown, mut table) = (shown_by_hivexml(&store(&folder, uefi)), table(uefi));
        assert!(table.len() > 30, "{table:#?}");
        shown.sort();
        table.sort();
        assert_eq!(shown, table);
    }
}

/// What a program says that reads commands from its input.
fn told(tool: &str, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(tool);
    let path = std::env::var("PATH").unwrap_or_default();
    command.args(arguments).env("PATH", format!("{path}:/usr/sbin:/sbin"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{tool}: {}\n{text}", output.status);
    text
}

#[test]
fn hivexsh_walks_through_the_store() {
    need!("hivexsh");
    let folder = Folder::new();
    let path = store(&folder, true);
    let commands = "ls\ncd \\Objects\nls\ncd {7619DCC9-FAFE-11D9-B411-000476EBA25F}\\Elements\\12000002\nlsval\n";
    let text = told("hivexsh", &[path.as_str()], commands);
    for wanted in ["Description", "Objects", "{9dea862c-5cdd-4e70-acc1-f32b344d4795}", r"\\boot\\winload.efi"] {
        assert!(text.contains(wanted), "no '{wanted}' in {text}");
    }
}

#[test]
fn reged_reads_the_store_and_finds_no_fault() {
    need!("reged");
    let folder = Folder::new();
    let path = store(&folder, false);
    let out = folder.join("out.reg");
    told("reged", &["-x", path.as_str(), "HKEY_LOCAL_MACHINE", "\\", out.as_str()], "");
    let text = String::from_utf8_lossy(&std::fs::read(&out).unwrap()).replace("\r\n", "\n");
    assert!(text.contains(r"\Objects\{7619dcc9-fafe-11d9-b411-000476eba25f}\Elements\12000002]"), "{text}");
    assert!(text.contains(r#""Element"="\\windows\\system32\\boot\\winload.exe""#), "{text}");
    let commands = "cd Objects\\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\\Elements\nls\ncat 23000003\\Element\nq\n";
    let text = told("reged", &["-e", path.as_str()], commands);
    assert!(text.contains("24000001") && text.contains("{7619dcc9-fafe-11d9-b411-000476eba25f}"), "{text}");
    assert!(!text.contains("WARN") && !text.contains("ERROR"), "{text}");
}

/// Other writers: that of the sample site, and hivex, which changes our own hive.
#[test]
fn stores_by_other_writers_are_read() {
    let theirs = Store::from_bytes(&tsm_sample_site::bcd::store(true)).unwrap();
    let ours = media_store(true, loader(true), r"\sources\boot.wim", r"\boot\boot.sdi");
    for object in &theirs.objects {
        let same = ours.object(&object.id).unwrap();
        assert_eq!(object.kind, same.kind);
        for element in &object.elements {
            assert_eq!(Some(&element.value), same.element(element.id), "{} {:08x}", object.id, element.id);
        }
    }
    need!("hivexsh");
    let folder = Folder::new();
    let path = store(&folder, true);
    let commands = "cd \\Objects\nadd {11111111-2222-3333-4444-555555555555}\ncd {11111111-2222-3333-4444-555555555555}\n\
                    add Description\ncd Description\nsetval 1\nType\ndword:0x10200003\ncommit\n";
    told("hivexsh", &["-w", path.as_str()], commands);
    let changed = Store::from_bytes(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(changed.objects.len(), ours.objects.len() + 1);
    assert_eq!(changed.object("{11111111-2222-3333-4444-555555555555}").unwrap().kind, 0x1020_0003);
}

/// A hive with everything that stores do not have: names of two-byte characters, long data, hundreds of keys.
#[test]
fn hivexml_reads_every_hive_that_the_writer_makes() {
    need!("hivexml");
    let mut many = Key::new("Many");
    for number in 0..400 {
        many.keys.push(Key::new(format!("key {number:03} \u{e4}")).with_value(Value::dword("n", number)));
    }
    let root = Key::new("root")
        .with_key(many)
        .with_key(Key::new("\u{416}").with_value(Value::binary("long", vec![0x5a; 20_000])))
        .with_value(Value { name: "none".into(), kind: ValueKind::None, data: Vec::new() });
    let folder = Folder::new();
    let path = folder.join("hive");
    let bytes = root.to_hive(WRITTEN).unwrap();
    std::fs::write(&path, &bytes).unwrap();
    let text = tools::text("hivexml", &[path.as_str()]);
    assert_eq!(text.matches("type=\"int32\"").count(), 400, "{text}");
    assert!(text.contains("name=\"key 399 \u{e4}\"") && text.contains("name=\"\u{416}\""), "{text}");
    assert!(Hive::open(&bytes).unwrap().tree().is_ok());
}
