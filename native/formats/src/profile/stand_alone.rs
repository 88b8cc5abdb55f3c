//! Media that carry everything, on one disc or on several: where content lies, when they may be used, how discs of a set
//! are told apart, and how images are split.

use crate::Sha256Hash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Media that carry everything. In the directories `{directory}` stands for the directory of packages, `{package}` for a
/// package ID and `{content}` for a content ID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StandAloneProfile {
    /// `_SMSTSStandAloneMedia`; empty when it is not written.
    pub mark: String,
    /// Directory of a content of an application.
    pub application_directory: String,
    /// Directory of each content of a package that has several.
    pub content_directory: String,
    /// The variable for the time from which the medium may be used; empty when it is not written.
    pub start_variable: String,
    /// The variable for the time until which it may be used; empty when it is not written.
    pub expiration_variable: String,
}

impl Default for StandAloneProfile {
    fn default() -> Self {
        Self {
            mark: "true".into(),
            application_directory: "{directory}/{content}".into(),
            content_directory: "{directory}/{package}/{content}".into(),
            start_variable: "_SMSTSMediaStartDate".into(),
            expiration_variable: "_SMSTSMediaExpirationDate".into(),
        }
    }
}

impl StandAloneProfile {
    /// Directory of a content of an application.
    #[must_use]
    pub fn application_directory(&self, directory: &str, package: &str, content: &str) -> String {
        fill_in(&self.application_directory, directory, package, content)
    }

    /// Directory of a content of a package that has several.
    #[must_use]
    pub fn content_directory(&self, directory: &str, package: &str, content: &str) -> String {
        fill_in(&self.content_directory, directory, package, content)
    }
}

fn fill_in(template: &str, directory: &str, package: &str, content: &str) -> String {
    template.replace("{directory}", directory).replace("{package}", package).replace("{content}", content)
}

/// Media on several discs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VolumeSetProfile {
    /// What stands between the name of the file and the number of its volume.
    pub number_separator: String,
    /// The file that says which volume of which set this is.
    pub identity_file: String,
}

impl Default for VolumeSetProfile {
    fn default() -> Self {
        Self { number_separator: "-".into(), identity_file: "SMS/data/VolumeSet.ini".into() }
    }
}

/// Operating system images that are carried in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ImageSplitProfile {
    /// The longest image that is not split, in bytes.
    pub longest_whole: u64,
    /// The longest part, in bytes.
    pub longest_part: u64,
    /// Name of a part: `{sha256}` stands for the hash of the whole image in upper-case digits, `{number}` for the number of the
    /// part in three digits, from 000.
    pub part_name: String,
}

impl Default for ImageSplitProfile {
    fn default() -> Self {
        // The longest file of FAT32; and room below it.
        Self { longest_whole: u32::MAX.into(), longest_part: 4000 << 20, part_name: "{sha256}{number}.swm".into() }
    }
}

impl ImageSplitProfile {
    /// Name of a part of an image with the hash `sha256`; the first part has the index 0.
    #[must_use]
    pub fn part_name(&self, sha256: &Sha256Hash, index: usize) -> String {
        self.part_name.replace("{sha256}", &sha256.to_string()).replace("{number}", &format!("{index:03}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{ImageSplitProfile, StandAloneProfile};

    #[test]
    fn directories_name_package_and_content() {
        let profile = StandAloneProfile::default();
        assert_eq!(profile.application_directory("SMS/PKG", "PS100014", "Content_1.1"), "SMS/PKG/Content_1.1");
        assert_eq!(profile.content_directory("SMS/PKG", "PS100015", "a"), "SMS/PKG/PS100015/a");
    }
    #[test]
    fn parts_are_numbered_from_nought_behind_the_hash() {
        let name = ImageSplitProfile::default().part_name(&[0xab; 32].into(), 11);
        assert_eq!(name, format!("{}011.swm", "AB".repeat(32)));
    }
}
