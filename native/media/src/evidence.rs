//! A medium held against the media profile: every value that is assumed, and what this medium shows.
//!
//! No sample of real media is public. One medium that the wizard made, read here, settles most of what is only inferred.

use crate::inspect::Inspection;
use crate::{ErrorKind, Host, Result, Secrets};
use camino::Utf8Path;
use serde::Serialize;
use serde_json::Value;
use tsm_formats::MediaProfile;
use tsm_formats::bootstrap_ini::ReadBootstrapIni;
use tsm_formats::profile::Evidence;
use tsm_formats::variables::{VariablesForm, names};
use tsm_optical::Platform;

/// How a value of the profile fares against a medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The medium shows what is assumed.
    Same,
    /// The medium shows something else.
    Different,
    /// The medium does not show it, or it cannot be told from it.
    Unseen,
}

/// One value of the profile, or something that the profile does not know at all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceRecord {
    /// The name of the value, such as `variables.order`; of a thing that the profile does not know, `unknown.` and its kind.
    pub key: String,
    /// What is assumed; absent for what the profile does not know.
    pub assumed: Option<String>,
    /// What the medium shows; absent when it shows nothing. Never the value of a secret.
    pub found: Option<String>,
    /// How the two compare.
    pub verdict: Verdict,
    /// How well the assumption was known.
    pub evidence: Option<Evidence>,
    /// What would settle it.
    pub settled_by: Option<String>,
}

/// Compares a medium with the profile.
pub(crate) fn compare(
    path: &Utf8Path,
    secrets: &Secrets,
    profile: &MediaProfile,
    host: &Host,
) -> Result<Vec<EvidenceRecord>> {
    let mut inspection = Inspection::open(path, secrets, profile, host)?;
    if let Err(e) = &inspection.bootstrap
        && e.kind() == ErrorKind::NotTaskSequenceMedium
    {
        return Err(crate::api::repeat(e));
    }
    if let Err(e) = &inspection.variables {
        return Err(crate::api::repeat(e));
    }
    let mut seen = Seen { found: Vec::new(), unknown: Vec::new() };
    seen.layout(&inspection, profile);
    seen.boot(&mut inspection, profile);
    if let Ok(read) = &inspection.bootstrap {
        seen.bootstrap(read, profile);
    }
    let form = inspection.variables_form(secrets, profile)?;
    seen.variables(&inspection, &form, profile);
    seen.bytes(&mut inspection, profile);
    Ok(seen.report(profile))
}

/// What a medium shows, by the names of the profile.
struct Seen {
    found: Vec<(&'static str, String)>,
    unknown: Vec<(&'static str, String)>,
}

impl Seen {
    fn add(&mut self, key: &'static str, value: impl Into<String>) {
        self.found.push((key, value.into()));
    }

    /// Files, by the spelling of their paths.
    fn layout(&mut self, inspection: &Inspection, profile: &MediaProfile) {
        let layout = &profile.layout;
        let spelled = |path: &str| inspection.file(path).map(|f| f.path.clone());
        if let Some(path) = spelled(&layout.variables_path()) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            self.add("layout.configDirectory", folder);
            self.add("layout.variablesFile", name);
        }
        if let Some(path) = spelled(&layout.bootstrap_ini_path()) {
            self.add("layout.bootstrapIniFile", path.rsplit('/').next().unwrap_or(&path));
        }
        if let Some(path) = spelled(&layout.boot_image) {
            self.add("layout.bootImage", path);
        }
        if let Some(path) = spelled(&layout.media_label_file) {
            self.add("layout.mediaLabelFile", path);
        }
        self.windows_start(inspection, profile);
        let known = known_paths(profile);
        let foreign = inspection.files.iter().filter(|f| !f.is_dir && !known.iter().any(|k| covers(k, &f.path)));
        self.unknown.extend(foreign.map(|f| ("unknown.file", f.path.clone())));
        let missing = profile.boot_files.files();
        let missing = missing.iter().filter(|b| b.required && !b.medium.contains(['*', '{']));
        for file in missing.filter(|b| !b.medium.is_empty() && inspection.file(&b.medium).is_none()) {
            self.unknown.push(("missing.file", file.medium.clone()));
        }
    }

    /// The programs that start the medium in a running Windows.
    fn windows_start(&mut self, inspection: &Inspection, profile: &MediaProfile) {
        let start = &profile.windows_start;
        let below = format!("{}/", start.directory).to_lowercase();
        let files = inspection.files.iter().filter(|f| !f.is_dir && f.path.to_lowercase().starts_with(&below));
        let inside: Vec<&str> = files.filter_map(|f| f.path.get(below.len()..)).collect();
        if let Some(first) = inspection.files.iter().find(|f| f.path.to_lowercase().starts_with(&below)) {
            self.add("windowsStart.directory", first.path.get(..below.len() - 1).unwrap_or_default());
        }
        let known = |inside: &str| {
            let (folder, name) = inside.split_once('/').unwrap_or(("", inside));
            start.architectures.iter().any(|a| a.eq_ignore_ascii_case(folder))
                && start.files.iter().any(|f| f.eq_ignore_ascii_case(name))
        };
        let foreign = inside.iter().filter(|inside| !known(inside));
        self.unknown.extend(foreign.map(|inside| ("unknown.file", format!("{}/{inside}", start.directory))));
        for (key, name) in
            [("windowsStart.launchFile", &start.launch_file), ("windowsStart.autorunFile", &start.autorun_file)]
        {
            if let Some(file) = inspection.file(name) {
                self.add(key, file.path.clone());
            }
        }
    }

    /// The boot catalogue.
    fn boot(&mut self, inspection: &mut Inspection, profile: &MediaProfile) {
        let label = inspection.label();
        if label == profile.label.default_label {
            self.add("label.defaultLabel", label);
        }
        let Some(disc) = inspection.carrier.disc() else { return };
        let entries = disc.boot_entries();
        if let Some(bios) = entries.iter().find(|e| e.platform == Some(Platform::Bios)) {
            self.add("bootFiles.biosLoadSectors", bios.load_sectors.to_string());
        }
        for entry in entries.iter().filter(|e| e.platform.is_none() || e.media_type != 0) {
            let text = format!("platform {:#04x}, media type {}", entry.platform_id, entry.media_type);
            self.unknown.push(("unknown.bootEntry", text));
        }
        let revision = disc.udf_revision();
        if revision != Some(0x0102) {
            let text = revision.map_or_else(|| "no UDF".to_owned(), |r| format!("UDF revision {r:#06x}"));
            self.unknown.push(("unknown.fileSystem", text));
        }
    }

    /// TsmBootstrap.ini: keys that are there, and keys that nobody knows.
    fn bootstrap(&mut self, read: &ReadBootstrapIni, profile: &MediaProfile) {
        let words = &profile.bootstrap_ini;
        self.add("bootstrapIni.section", &words.section);
        self.add("bootstrapIni.mediaTypeKey", &words.media_type_key);
        for (key, name) in [
            ("bootstrapIni.passwordRequiredKey", &words.password_required_key),
            ("bootstrapIni.unattendedKey", &words.unattended_key),
        ] {
            let missing = read.missing_keys.iter().any(|m| m.eq_ignore_ascii_case(name));
            self.add(key, if missing { "(missing)" } else { name });
        }
        let kinds = &profile.media_types;
        for (key, word) in [
            ("mediaTypes.bootable", &kinds.bootable),
            ("mediaTypes.standAlone", &kinds.stand_alone),
            ("mediaTypes.prestaged", &kinds.prestaged),
        ] {
            if read.ini.media_type.eq_ignore_ascii_case(word) {
                self.add(key, &read.ini.media_type);
            }
        }
        if ![&kinds.bootable, &kinds.stand_alone, &kinds.prestaged].contains(&&read.ini.media_type) {
            self.unknown.push(("unknown.mediaType", read.ini.media_type.clone()));
        }
        let keys = read.unknown_keys.iter();
        self.unknown.extend(keys.map(|k| ("unknown.iniKey", format!("[{}] {}={}", k.section, k.key, k.value))));
    }

    /// Variables.dat: its form, and the names in it.
    fn variables(&mut self, inspection: &Inspection, form: &VariablesForm, profile: &MediaProfile) {
        let settings = &profile.variables;
        self.add("envelope.algorithm", word(&form.algorithm));
        self.add("envelope.leftoverBytes", form.leftover_bytes.to_string());
        self.add("variables.xmlDeclaration", &form.xml_declaration);
        self.add("variables.rootElement", &form.root_element);
        self.add("variables.version", form.version.clone().unwrap_or_else(|| "(none)".to_owned()));
        let remainder = form.plain_length % settings.plain_length_modulus.max(1);
        self.add("variables.plainLengthRemainder", remainder.to_string());
        if !form.ends_with_line_end_and_nul {
            self.unknown.push(("unknown.variablesEnd", "the text does not end with CR LF and one NUL".to_owned()));
        }
        self.order(form, profile);
        let Ok(variables) = &inspection.variables else { return };
        if let Some(guid) = variables.get(names::MEDIA_GUID) {
            let same = settings.guid_spelling.spell(guid) == guid;
            let text = word(&settings.guid_spelling);
            self.add("variables.guidSpelling", if same { text } else { guid_form(guid).to_owned() });
        }
        if let Some(mode) = variables.get(names::LAUNCH_MODE) {
            let folder = inspection.carrier.image_length().is_none();
            self.add(if folder { "variables.launchModeFolder" } else { "variables.launchModeDisc" }, mode);
        }
        if inspection.certificate(profile).is_ok() {
            self.add("certificate.pfxPasswordLength", profile.certificate.pfx_password_length.to_string());
        } else if variables.get(names::MEDIA_PFX).is_some_and(|p| !p.is_empty()) {
            self.add("certificate.pfxPasswordLength", "(does not open)");
        }
    }

    /// The order of the medium's own variables, and those that the profile does not know.
    fn order(&mut self, form: &VariablesForm, profile: &MediaProfile) {
        let own = |name: &str| {
            name.to_ascii_lowercase().starts_with("_sms") || name.eq_ignore_ascii_case(names::MANAGEMENT_POINT)
        };
        let order = &profile.variables.order;
        let here: Vec<&String> = form.names.iter().filter(|n| order.contains(n)).collect();
        let assumed: Vec<&String> = order.iter().filter(|n| form.names.contains(n)).collect();
        let list = |names: &[&String]| names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
        if here == assumed {
            self.add("variables.order", Value::from(order.clone()).to_string());
        } else {
            self.add("variables.order", list(&here));
        }
        let (prestart, metadata) = (&profile.prestart, &profile.metadata);
        let optional = [
            &prestart.command_variable,
            &prestart.package_variable,
            &metadata.created_by_variable,
            &metadata.version_variable,
            &metadata.comment_variable,
        ];
        let foreign = form.names.iter().filter(|n| own(n) && !order.contains(n) && !optional.contains(n));
        self.unknown.extend(foreign.map(|n| ("unknown.variable", n.clone())));
    }

    /// What only the bytes of the small files show.
    fn bytes(&mut self, inspection: &mut Inspection, profile: &MediaProfile) {
        let start = &profile.windows_start;
        for (key, name, assumed, text) in [
            ("windowsStart.launchText", &start.launch_file, start.launch_bytes(), &start.launch_text),
            ("windowsStart.autorunText", &start.autorun_file, start.autorun_bytes(), &start.autorun_text),
        ] {
            if let Some(bytes) = inspection.small_file(name) {
                let same = bytes == assumed;
                self.add(key, if same { text.clone() } else { String::from_utf8_lossy(&bytes).into_owned() });
            }
        }
        let Some(bytes) = inspection.small_file(&profile.layout.media_label_file) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let prefix = &profile.label.file_prefix;
        let found = text.get(..prefix.len()).unwrap_or(&text);
        self.add("label.filePrefix", found);
        let end: String = text.chars().rev().take_while(|c| matches!(c, '\r' | '\n')).collect();
        self.add("label.fileLineEnd", end.chars().rev().collect::<String>());
    }

    /// One record a value of the profile, and one for everything that it does not know.
    fn report(self, profile: &MediaProfile) -> Vec<EvidenceRecord> {
        let mut records: Vec<EvidenceRecord> = profile
            .evidence()
            .into_iter()
            .map(|item| {
                let assumed = plain(&item.value);
                let found = self.found.iter().find(|(key, _)| *key == item.key).map(|(_, value)| value.clone());
                let verdict = match &found {
                    None => Verdict::Unseen,
                    Some(found) if *found == assumed => Verdict::Same,
                    Some(_) => Verdict::Different,
                };
                EvidenceRecord {
                    key: item.key.to_owned(),
                    assumed: Some(assumed),
                    found,
                    verdict,
                    evidence: Some(item.evidence),
                    settled_by: Some(item.settled_by.to_owned()),
                }
            })
            .collect();
        records.extend(self.unknown.into_iter().map(|(key, found)| EvidenceRecord {
            key: key.to_owned(),
            assumed: None,
            found: Some(found),
            verdict: Verdict::Different,
            evidence: None,
            settled_by: None,
        }));
        records
    }
}

/// A value of the profile as text: what stands between the quotes of a JSON string, JSON else.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A choice, in the word of the profile.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).map(|v| plain(&v)).unwrap_or_default()
}

fn guid_form(guid: &str) -> &'static str {
    match (guid.starts_with('{'), guid.chars().any(|c| c.is_ascii_lowercase())) {
        (true, false) => "bracedUpper",
        (true, true) => "bracedLower",
        (false, false) => "bareUpper",
        (false, true) => "bareLower",
    }
}

/// The paths that the profile knows, with `*` for a name, `{lang}` for the folder of a language, and a `/` at the end for
/// everything below.
pub(crate) fn known_paths(profile: &MediaProfile) -> Vec<String> {
    use tsm_formats::pe::Machine;
    let layout = &profile.layout;
    let mut known = vec![
        layout.variables_path(),
        layout.bootstrap_ini_path(),
        layout.policy_path(),
        layout.boot_image.clone(),
        layout.media_label_file.clone(),
        format!("{}/", layout.package_directory),
        // What lies there is looked at more closely elsewhere.
        format!("{}/", profile.windows_start.directory),
        profile.windows_start.launch_file.clone(),
        profile.windows_start.autorun_file.clone(),
    ];
    let boot = &profile.boot_files;
    let images = [&boot.bios_boot_image, &boot.uefi_boot_image, &boot.uefi_boot_image_no_prompt];
    for file in boot.files().into_iter().chain(images) {
        let machines = [Machine::X86, Machine::X64, Machine::Arm64];
        known.extend(machines.iter().filter_map(|m| file.medium_for(*m)).filter(|p| !p.is_empty()));
    }
    known
}

pub(crate) fn covers(known: &str, path: &str) -> bool {
    let (known, path) = (known.to_lowercase(), path.to_lowercase());
    if known.ends_with('/') {
        return path.starts_with(&known);
    }
    let (mut known, mut path) = (known.split('/'), path.split('/'));
    loop {
        match (known.next(), path.next()) {
            (None, None) => return true,
            // Any name: of a file, of a language.
            (Some("*" | "{lang}"), Some(_)) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_pattern_covers_the_paths_that_it_means() {
        assert!(covers("boot/fonts/*", "BOOT/Fonts/x.ttf") && covers("boot/{lang}/a.mui", "boot/en-US/A.mui"));
        assert!(covers("SMS/PKG/", "sms/pkg/P/a/b.txt") && covers("bootmgr", "bootmgr"));
        for (known, path) in [
            ("boot/fonts/*", "boot/fonts/a/b"),
            ("boot/fonts/*", "boot/fonts"),
            ("boot/{lang}/a.mui", "boot/en-US/b.mui"),
            ("bootmgr", "bootmgr.efi"),
        ] {
            assert!(!covers(known, path), "{known} {path}");
        }
    }
}
