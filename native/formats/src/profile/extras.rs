//! What a medium can have beyond its core: a start from a running Windows, a prestart command, words about itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a medium is started in a running Windows. In the texts `{directory}` stands for the directory of the programs and
/// `{program}` for the program to start, both with `\`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WindowsStartProfile {
    /// Directory with one directory of programs for each processor.
    pub directory: String,
    /// The processors, in the words of that directory.
    pub architectures: Vec<String>,
    /// The programs and libraries of each processor; the first one is the program to start.
    pub files: Vec<String>,
    /// Where a console or site server has them, best first, relative to its folder; `{arch}` is the word for the processor.
    pub console_places: Vec<String>,
    /// Where a boot image has some of them.
    pub boot_image_place: String,
    /// The script in the root that starts the program; empty when there is none.
    pub launch_file: String,
    /// Its text.
    pub launch_text: String,
    /// The file that Windows offers to start from, when it is asked for.
    pub autorun_file: String,
    /// Its text.
    pub autorun_text: String,
}

impl Default for WindowsStartProfile {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            directory: "SMS/bin".into(),
            architectures: words(&["i386", "x64"]),
            files: words(&[
                "TSMBAutorun.exe",
                "TsCore.dll",
                "TsRes.dll",
                "CommonUtils.dll",
                "SmsCore.dll",
                "ccmcore.dll",
                "CcmUtilLib.dll",
                "msvcp140.dll",
                "vcruntime140.dll",
            ]),
            console_places: words(&["bin/{arch}", "AdminConsole/bin/{arch}", "{arch}"]),
            boot_image_place: "sms/bin/{arch}".into(),
            launch_file: "LaunchMedia.cmd".into(),
            launch_text: LAUNCH_TEXT.into(),
            autorun_file: "autorun.inf".into(),
            autorun_text: AUTORUN_TEXT.into(),
        }
    }
}

const LAUNCH_TEXT: &str = "@echo off\r\n\
    set program=%~dp0{directory}\\i386\\{program}\r\n\
    if /i not \"%PROCESSOR_ARCHITECTURE%\"==\"x86\" if exist \"%~dp0{directory}\\x64\\{program}\" set program=%~dp0{directory}\\x64\\{program}\r\n\
    if exist \"%program%\" start \"\" \"%program%\"\r\n";

const AUTORUN_TEXT: &str = "[autorun]\r\nopen={directory}\\i386\\{program}\r\nicon={directory}\\i386\\{program},0\r\n";

impl WindowsStartProfile {
    /// The script in the root, as bytes.
    #[must_use]
    pub fn launch_bytes(&self) -> Vec<u8> {
        self.fill_in(&self.launch_text)
    }

    /// The file that Windows offers to start from, as bytes.
    #[must_use]
    pub fn autorun_bytes(&self) -> Vec<u8> {
        self.fill_in(&self.autorun_text)
    }

    /// The directory of one processor on the medium.
    #[must_use]
    pub fn directory_of(&self, architecture: &str) -> String {
        format!("{}/{architecture}", self.directory)
    }

    fn fill_in(&self, text: &str) -> Vec<u8> {
        let program = self.files.first().map_or("", String::as_str);
        text.replace("{directory}", &self.directory.replace('/', "\\")).replace("{program}", program).into_bytes()
    }
}

/// The prestart command: a command line that runs in Windows PE before a task sequence is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrestartProfile {
    /// The variable with the command line; empty when it is not written.
    pub command_variable: String,
    /// The variable with the package ID of its files; empty when it is not written.
    pub package_variable: String,
    /// What stands for the package ID when the files come from a folder.
    pub folder_package_id: String,
}

impl Default for PrestartProfile {
    fn default() -> Self {
        Self {
            command_variable: "_SMSTSCustomHookCommandLine".into(),
            package_variable: "_SMSTSCustomHookSource".into(),
            folder_package_id: "SMS10000".into(),
        }
    }
}

/// What a medium says of itself: who made it, which version it is, what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MetadataProfile {
    /// The variable for who made it; empty when it is not written.
    pub created_by_variable: String,
    /// The variable for its version; empty when it is not written.
    pub version_variable: String,
    /// The variable for what it is for; empty when it is not written.
    pub comment_variable: String,
}

impl Default for MetadataProfile {
    fn default() -> Self {
        Self {
            created_by_variable: "_SMSTSMediaCreatedBy".into(),
            version_variable: "_SMSTSMediaVersion".into(),
            comment_variable: "_SMSTSMediaComment".into(),
        }
    }
}

/// How the person at the computer becomes its primary user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AffinityProfile {
    /// The variable; empty when it is not written.
    pub variable: String,
    /// Its value when an administrator has to approve.
    pub pending_word: String,
    /// Its value when nobody has to.
    pub auto_word: String,
}

impl Default for AffinityProfile {
    fn default() -> Self {
        Self { variable: "SMSTSAssignUsersMode".into(), pending_word: "Pending".into(), auto_word: "Auto".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_name_the_program_by_its_place() {
        let profile = WindowsStartProfile::default();
        let launch = String::from_utf8(profile.launch_bytes()).unwrap();
        assert!(launch.contains("start \"\" \"%program%\"\r\n"), "{launch}");
        assert!(launch.contains("%~dp0SMS\\bin\\x64\\TSMBAutorun.exe") && !launch.contains('{'), "{launch}");
        assert!(launch.is_ascii() && launch.split('\n').all(|line| line.is_empty() || line.ends_with('\r')));
        let autorun = String::from_utf8(profile.autorun_bytes()).unwrap();
        assert!(autorun.starts_with("[autorun]\r\nopen=SMS\\bin\\i386\\TSMBAutorun.exe\r\n"), "{autorun}");
        assert_eq!(profile.directory_of("x64"), "SMS/bin/x64");
    }
}
