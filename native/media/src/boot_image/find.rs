//! The boot files of a medium, found in a boot image by the search order of the media profile.

use super::wim_fault;
use crate::{Error, ErrorKind, Result, Stage};
use tsm_formats::MediaProfile;
use tsm_formats::pe::Machine;
use tsm_formats::profile::{BootFile, Firmware};
use tsm_wim::{Wim, WimEntry};

/// A boot file in a boot image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BootFileFound {
    /// Its path on the medium; empty for a boot image that is not a file there.
    pub medium: String,
    /// Its path in the boot image.
    pub inside: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-1 of its bytes, as the WIM records it; empty files have none.
    pub sha1: Option<[u8; 20]>,
    /// When it was last written, seconds since 1970.
    pub modified: i64,
}

/// One kind of boot file: whether the image has it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BootFileRow {
    /// Its path on the medium, or what it is.
    pub name: String,
    /// Which firmware needs it.
    pub firmware: Firmware,
    /// Whether a medium for this firmware does not start without it.
    pub required: bool,
    /// Where the image has it; empty when nowhere.
    pub inside: Vec<String>,
}

/// What was found and what was not.
pub(super) struct Found {
    pub rows: Vec<BootFileRow>,
    pub files: Vec<BootFileFound>,
    /// Boot configurations that the image lacks; they can be made.
    pub absent_stores: Vec<AbsentStore>,
    pub bios_boot: Option<BootFileFound>,
    pub uefi_boot: Option<BootFileFound>,
    pub missing: Vec<Error>,
    pub absent: Vec<String>,
}

/// A boot configuration that the image has no template for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AbsentStore {
    /// Its path on the medium.
    pub medium: String,
    /// For UEFI, not for BIOS.
    pub uefi: bool,
}

/// Looks for every boot file of the profile. With `no_prompt`, for those that start without waiting for a key.
pub(super) fn boot_files(
    wim: &Wim,
    image: u32,
    machine: Machine,
    no_prompt: bool,
    profile: &MediaProfile,
) -> Result<Found> {
    let boot = &profile.boot_files;
    let mut search = Search { wim, image, machine, profile, rows: Vec::new(), missing: Vec::new(), absent: Vec::new() };
    let mut files: Vec<BootFileFound> = Vec::new();
    let mut absent_stores = Vec::new();
    for wanted in boot.files() {
        let is_store = std::ptr::eq(wanted, &boot.bios_bcd) || std::ptr::eq(wanted, &boot.uefi_bcd);
        if is_store && wanted.applies_to(machine) && search.look(wanted)?.is_empty() {
            let medium = medium_path(wanted, machine);
            search.row(wanted, &medium, &[]);
            absent_stores.push(AbsentStore { medium, uefi: wanted.firmware == Firmware::Uefi });
            continue;
        }
        // It is there only to ask for a key.
        if no_prompt && std::ptr::eq(wanted, &boot.bootfix) {
            continue;
        }
        for found in search.find(wanted, &medium_path(wanted, machine))? {
            // Two rows may lead to one file on the medium; the first one wins.
            if !files.iter().any(|f| f.medium.eq_ignore_ascii_case(&found.medium)) {
                files.push(found);
            }
        }
    }
    let bios_boot = search.find(&boot.bios_boot_image, "El Torito boot image for BIOS")?.pop();
    let uefi_boot = match no_prompt {
        false => search.find(&boot.uefi_boot_image, "El Torito boot image for UEFI")?.pop(),
        true => search.find(&boot.uefi_boot_image_no_prompt, "El Torito boot image for UEFI without prompt")?.pop(),
    };
    let Search { rows, missing, absent, .. } = search;
    Ok(Found { rows, files, absent_stores, bios_boot, uefi_boot, missing, absent })
}

fn medium_path(wanted: &BootFile, machine: Machine) -> String {
    wanted.medium_for(machine).unwrap_or_default()
}

struct Search<'a> {
    wim: &'a Wim,
    image: u32,
    machine: Machine,
    rows: Vec<BootFileRow>,
    profile: &'a MediaProfile,
    missing: Vec<Error>,
    absent: Vec<String>,
}

impl Search<'_> {
    /// All files of one row of the profile, from the first place that has any. `name` stands in messages.
    fn find(&mut self, wanted: &BootFile, name: &str) -> Result<Vec<BootFileFound>> {
        if !wanted.applies_to(self.machine) {
            return Ok(Vec::new());
        }
        let found = self.look(wanted)?;
        self.row(wanted, name, &found);
        if !found.is_empty() {
            return Ok(found);
        }
        let places = wanted.sources_for(self.machine);
        let looked = places.join(", ");
        if wanted.required {
            let message = format!(
                "The boot image '{}' lacks the file for '{name}' of the medium, which {} needs; looked for it in {looked}.",
                self.wim.path(),
                firmware_name(wanted.firmware)
            );
            let kind = if self.is_of_2023(wanted) { ErrorKind::BootLoaderMissing } else { ErrorKind::BootFileMissing };
            self.missing.push(Error::new(kind, Stage::Plan, message).target(name));
        } else {
            self.absent.push(format!("{name} (looked for in {looked})"));
        }
        Ok(Vec::new())
    }

    /// The files of one row, from the first place that has any.
    fn look(&self, wanted: &BootFile) -> Result<Vec<BootFileFound>> {
        let medium = medium_path(wanted, self.machine);
        for place in wanted.sources_for(self.machine) {
            let mut found = Vec::new();
            for (language, place) in self.languages(&place)? {
                let medium = medium.replace(LANGUAGE, &language);
                found.extend(self.at(&place)?.into_iter().map(|entry| taken(&medium, &place, entry)));
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn row(&mut self, wanted: &BootFile, name: &str, found: &[BootFileFound]) {
        self.rows.push(BootFileRow {
            name: name.to_owned(),
            firmware: wanted.firmware,
            required: wanted.required,
            inside: found.iter().map(|file| file.inside.clone()).collect(),
        });
    }

    /// A place once for each language whose folder is there; as it is, where it does not depend on the language.
    fn languages(&self, place: &str) -> Result<Vec<(String, String)>> {
        let Some((folder, _)) = place.split_once(LANGUAGE) else {
            return Ok(vec![(String::new(), place.to_owned())]);
        };
        let fault = |e| wim_fault(self.wim.path(), e);
        let entries = self.wim.entries(self.image, folder.trim_end_matches('/'), false).map_err(fault)?;
        let mut languages: Vec<String> = entries
            .unwrap_or_default()
            .iter()
            .filter(|entry| entry.is_dir)
            .map(|entry| file_name(&entry.path).to_owned())
            .collect();
        languages.sort();
        Ok(languages.into_iter().map(|language| (language.clone(), place.replace(LANGUAGE, &language))).collect())
    }

    /// Only an update brings it.
    fn is_of_2023(&self, wanted: &BootFile) -> bool {
        let of_2023 = &self.profile.boot_files_2023;
        let boot_images = [&of_2023.uefi_boot_image, &of_2023.uefi_boot_image_no_prompt];
        [&of_2023.root_uefi_boot_manager, &of_2023.uefi_loader, &of_2023.uefi_fonts].contains(&wanted)
            || boot_images.contains(&wanted)
    }

    /// The files at a path whose last part may hold one `*`.
    fn at(&self, place: &str) -> Result<Vec<WimEntry>> {
        let fault = |e| wim_fault(self.wim.path(), e);
        if !place.contains('*') {
            let entry = self.wim.entry(self.image, place).map_err(fault)?;
            return Ok(entry.into_iter().filter(is_plain_file).collect());
        }
        let (folder, pattern) = place.rsplit_once('/').unwrap_or(("", place));
        let entries = self.wim.entries(self.image, folder, false).map_err(fault)?.unwrap_or_default();
        let mut found: Vec<WimEntry> =
            entries.into_iter().filter(|e| is_plain_file(e) && matches(pattern, file_name(&e.path))).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

/// Stands for the folder of a language.
const LANGUAGE: &str = "{lang}";

fn firmware_name(firmware: Firmware) -> &'static str {
    match firmware {
        Firmware::Bios => "BIOS",
        Firmware::Uefi => "UEFI",
        Firmware::Both => "every computer",
    }
}

fn is_plain_file(entry: &WimEntry) -> bool {
    !entry.is_dir && !entry.is_reparse_point && !entry.data_missing
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    match pattern.split_once('*') {
        None => pattern == name,
        Some((front, back)) => {
            name.len() >= front.len() + back.len() && name.starts_with(front) && name.ends_with(back)
        }
    }
}

/// What the `*` of a pattern stands for in a path that fits it.
fn starred<'a>(pattern: &str, path: &'a str) -> &'a str {
    let (front, back) = file_name(pattern).split_once('*').unwrap_or_default();
    let name = file_name(path);
    name.get(front.len()..name.len().saturating_sub(back.len())).unwrap_or(name)
}

/// A `*` in the path on the medium is the whole name when it stands alone, else what the `*` of `place` stands for.
fn taken(medium: &str, place: &str, entry: WimEntry) -> BootFileFound {
    let (folder, last) = medium.rsplit_once('/').map_or(("", medium), |(folder, last)| (folder, last));
    let medium = match last.split_once('*') {
        Some(("", "")) => format!("{folder}/{}", file_name(&entry.path)),
        Some((front, back)) => format!("{folder}/{front}{}{back}", starred(place, &entry.path)),
        None => medium.to_owned(),
    };
    BootFileFound { medium, size: entry.size, sha1: entry.sha1, modified: entry.modified, inside: entry.path }
}

#[cfg(test)]
mod tests {
    use super::{matches, starred};

    #[test]
    fn a_star_stands_for_any_characters() {
        assert!(matches("*.ttf", "Segmono_boot.TTF"));
        assert!(matches("a*c", "ac") && matches("a*c", "abbc"));
        assert_eq!(starred("FONTS_EX/*_EX.ttf", "Windows/Boot/FONTS_EX/segoe_slboot_EX.ttf"), "segoe_slboot");
        assert!(!matches("a*a", "a") && !matches("*.ttf", "x.tt") && !matches("bcd", "bcd2"));
    }
}
