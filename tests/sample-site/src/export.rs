//! Export files of task sequences, in the form that the console writes: an Open Packaging Convention zip with stored
//! entries, objects in CIM-XML, the task sequence in a CDATA section.

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use std::fs::File;
use std::io::Write as _;
use tsm_site::{Package, PackageKind, SiteFacts, TaskSequence};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::task_sequence::escaped;

const BOM: &str = "\u{FEFF}";

/// How an export file differs from the usual one.
#[derive(Debug, Clone, Default)]
pub struct ExportForm {
    /// Entries are deflated.
    pub deflated: bool,
    /// Further entries, as they are: name and bytes.
    pub more: Vec<(String, Vec<u8>)>,
    /// The bytes of every `object.xml`, made from its text.
    pub encode: Option<fn(&str) -> Vec<u8>>,
}

/// Writes a task sequence of the facts with the packages that it refers to.
///
/// # Errors
/// No such task sequence, or what the file system says.
pub fn write_export(facts: &SiteFacts, package_id: &str, path: &Utf8Path, form: &ExportForm) -> Result<()> {
    let sequence = facts.task_sequence(package_id).with_context(|| format!("no task sequence {package_id}"))?;
    let packages: Vec<&Package> = sequence.references.iter().filter_map(|r| facts.package(&r.id)).collect();
    write_entries(path, form, &entries(facts, sequence, &packages, form))
}

/// Writes a zip file of these entries and nothing else.
///
/// # Errors
/// What the file system says.
pub fn write_entries(path: &Utf8Path, form: &ExportForm, entries: &[(String, Vec<u8>)]) -> Result<()> {
    let method = if form.deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let mut zip = ZipWriter::new(File::create(path).with_context(|| format!("cannot write {path}"))?);
    for (name, bytes) in entries.iter().chain(&form.more) {
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method))?;
        zip.write_all(bytes)?;
    }
    zip.finish()?;
    Ok(())
}

fn entries(
    facts: &SiteFacts,
    sequence: &TaskSequence,
    packages: &[&Package],
    form: &ExportForm,
) -> Vec<(String, Vec<u8>)> {
    let object = |text: String| form.encode.map_or_else(|| text.clone().into_bytes(), |encode| encode(&text));
    let with_bom = |text: String| format!("{BOM}{text}").into_bytes();
    let folder = format!("SMS_TaskSequencePackage/{}", sequence.package_id);
    let mut list = Vec::new();
    for package in packages {
        let class = class(package.kind);
        let number = package_type(package.kind).to_string();
        let version = package.source_version.to_string();
        let properties = [
            ("PackageID", package.package_id.as_str()),
            ("Name", package.name.as_str()),
            ("PackageType", number.as_str()),
            ("SourceVersion", version.as_str()),
        ];
        let text = instance(class, &facts.site_code, &properties, "");
        list.push((format!("{class}/{}/object.xml", package.package_id), object(text)));
    }
    let properties = [
        ("PackageID", sequence.package_id.as_str()),
        ("Name", sequence.name.as_str()),
        ("PackageType", "4"),
        ("BootImageID", sequence.boot_image.as_deref().unwrap_or_default()),
    ];
    let steps = sequence.sequence.as_deref().unwrap_or_default().replace("]]>", "]]]]><![CDATA[>");
    let steps = format!(
        "  <PROPERTY NAME=\"Sequence\" TYPE=\"string\">\r\n    <VALUE><![CDATA[{steps}\r\n]]></VALUE>\r\n  </PROPERTY>\r\n"
    );
    let text = instance("SMS_TaskSequencePackage", &facts.site_code, &properties, &steps);
    list.push((format!("{folder}/object.xml"), object(text)));
    list.push((format!("{folder}/ReferencesInfo.xml"), with_bom(references(facts, sequence, packages))));
    list.push((format!("{folder}/AppReferencesInfo.xml"), with_bom(applications(facts, sequence))));
    list.push(("SMS_TaskSequencePackage/USERSTATE_MIGRATION_PACKAGE.xml".into(), with_bom("<string></string>".into())));
    list.push(("Manifest.xml".into(), with_bom(manifest(sequence, packages))));
    list.push(("_rels/.rels".into(), with_bom("<Relationships/>".into())));
    list.push(("[Content_Types].xml".into(), with_bom("<Types/>".into())));
    list
}

fn instance(class: &str, site: &str, properties: &[(&str, &str)], more: &str) -> String {
    let mut text = format!("<INSTANCE CLASSNAME=\"{class}\">\r\n");
    let namespace = format!("root\\sms\\site_{site}");
    for (name, value) in [("__NAMESPACE", namespace.as_str())].iter().chain(properties) {
        text.push_str(&format!(
            "  <PROPERTY NAME=\"{name}\" TYPE=\"string\">\r\n    <QUALIFIER NAME=\"CIMTYPE\" TYPE=\"string\">\r\n      \
             <VALUE>string</VALUE>\r\n    </QUALIFIER>\r\n    <VALUE>{}</VALUE>\r\n  </PROPERTY>\r\n",
            escaped(value)
        ));
    }
    text.push_str(more);
    text.push_str("</INSTANCE>");
    text
}

fn packed(instances: &[String]) -> String {
    let strings: String = instances.iter().map(|text| format!("  <string>{}</string>\r\n", escaped(text))).collect();
    format!("<ArrayOfString>\r\n{strings}</ArrayOfString>")
}

fn references(facts: &SiteFacts, sequence: &TaskSequence, packages: &[&Package]) -> String {
    let of = |package: &&Package| {
        let number = package_type(package.kind).to_string();
        let properties = [
            ("PackageID", sequence.package_id.as_str()),
            ("ReferenceName", package.name.as_str()),
            ("ReferencePackageID", package.package_id.as_str()),
            ("ReferencePackageType", number.as_str()),
        ];
        instance("SMS_TaskSequenceReferencesInfo", &facts.site_code, &properties, "")
    };
    packed(&packages.iter().map(of).collect::<Vec<_>>())
}

fn applications(facts: &SiteFacts, sequence: &TaskSequence) -> String {
    let of = |id: &str| {
        let properties = [("PackageID", sequence.package_id.as_str()), ("RefAppModelName", id)];
        instance("SMS_TaskSequenceAppReferencesInfo", &facts.site_code, &properties, "")
    };
    let applications = sequence.references.iter().filter(|r| r.kind == PackageKind::Application);
    packed(&applications.map(|r| of(&r.id)).collect::<Vec<_>>())
}

fn manifest(sequence: &TaskSequence, packages: &[&Package]) -> String {
    let object =
        |class: &str, id: &str| format!("    <Object Path=\"{class}.PackageID='{id}'\" Type=\"{class}\" />\r\n");
    let mut objects: String = packages.iter().map(|p| object(class(p.kind), &p.package_id)).collect();
    objects.push_str(&object("SMS_TaskSequencePackage", &sequence.package_id));
    format!(
        "<LibraryDocument>\r\n  <Contents />\r\n  <EntryObjects>\r\n{objects}  </EntryObjects>\r\n</LibraryDocument>"
    )
}

const fn class(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::BootImage => "SMS_BootImagePackage",
        PackageKind::OperatingSystemImage => "SMS_ImagePackage",
        PackageKind::Package => "SMS_Package",
        PackageKind::DriverPackage => "SMS_DriverPackage",
        PackageKind::Application => "SMS_ContentPackage",
        PackageKind::OperatingSystemUpgradePackage => "SMS_OperatingSystemInstallPackage",
    }
}

const fn package_type(kind: PackageKind) -> u32 {
    match kind {
        PackageKind::Package => 0,
        PackageKind::DriverPackage => 3,
        PackageKind::Application => 8,
        PackageKind::OperatingSystemImage => 257,
        PackageKind::BootImage => 258,
        PackageKind::OperatingSystemUpgradePackage => 259,
    }
}
