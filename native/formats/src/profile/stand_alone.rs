//! Media that carry everything, on one disc or on several: where content lies, when they may be used, how discs of a set
//! are told apart.

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

#[cfg(test)]
mod tests {
    use super::StandAloneProfile;

    #[test]
    fn directories_name_package_and_content() {
        let profile = StandAloneProfile::default();
        assert_eq!(profile.application_directory("SMS/PKG", "PS100014", "Content_1.1"), "SMS/PKG/Content_1.1");
        assert_eq!(profile.content_directory("SMS/PKG", "PS100015", "a"), "SMS/PKG/PS100015/a");
    }
}
