//! Makes the seeds of the fuzz target anew: export files of every form, and the same entries as text.
//!
//! `cargo run --manifest-path native/site/fuzz/Cargo.toml --example seeds`

use std::io::{Cursor, Read};

use camino::Utf8Path;
use jiff::Timestamp;
use tsm_sample_site::export::{ExportForm, write_export};
use tsm_sample_site::task_sequence::{group, sequence, step};
use tsm_site::{Package, PackageKind, Reference, SiteFacts, TaskSequence};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seeds = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/export");
    std::fs::create_dir_all(&seeds)?;
    let utf16 = |text: &str| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let forms = [
        ("stored", ExportForm::default()),
        ("deflated", ExportForm { deflated: true, ..ExportForm::default() }),
        ("utf16", ExportForm { deflated: true, encode: Some(utf16), ..ExportForm::default() }),
    ];
    for (name, form) in forms {
        let path = seeds.join(name);
        write_export(&facts(), "PS100030", &path, &form)?;
        if name == "stored" {
            std::fs::write(seeds.join(format!("{name}-entries")), entries(&std::fs::read(&path)?)?)?;
        }
    }
    Ok(())
}

/// The entries of a zip file, as the target takes them.
fn entries(zip: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip))?;
    let mut text = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        if index > 0 {
            text.extend(b"\n----\n");
        }
        text.extend(entry.name()?.as_bytes());
        text.push(b'\n');
        entry.read_to_end(&mut text)?;
    }
    Ok(text)
}

fn facts() -> SiteFacts {
    let mut facts = SiteFacts::of_site("PS1", Timestamp::UNIX_EPOCH);
    let reference = |kind, id: &str| Reference { kind, id: id.to_owned(), name: None };
    let list = vec![
        reference(PackageKind::OperatingSystemImage, "PS100020"),
        reference(PackageKind::Package, "PS100011"),
        reference(PackageKind::Application, "ScopeId_1/Application_2"),
    ];
    let image = [("ImagePackageID", "ImagePackageID", "PS100020")];
    let steps = [group("Install \u{E9}", "", &[step("ApplyOperatingSystemAction", "Apply ]]> it", &image)])];
    let package = |kind, id: &str| Package {
        kind,
        package_id: id.to_owned(),
        name: "Gr\u{F6}\u{DF}e".to_owned(),
        source_version: 3,
        architecture: None,
        contents: Vec::new(),
    };
    facts.packages =
        vec![package(PackageKind::OperatingSystemImage, "PS100020"), package(PackageKind::Package, "PS100011")];
    facts.task_sequences.push(TaskSequence {
        package_id: "PS100030".to_owned(),
        name: "Install".to_owned(),
        boot_image: Some("PS100005".to_owned()),
        sequence: Some(sequence(&list, &steps)),
        references: list,
        policies: Vec::new(),
        policy_assignments: Vec::new(),
    });
    facts
}
