//! Capture media: what they hold beyond what they start from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Capture media: started in the Windows that is to be captured. No list of their files is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CaptureProfile {
    /// The variables in Variables.dat, of those that media of a site have.
    pub variables: Vec<String>,
    /// Programs and libraries of each processor, beside those of `windowsStart.files`; what begins with a processor and `/`
    /// is there for that one only.
    pub files: Vec<String>,
    /// Those of all programs that no processor's directory can be without.
    pub required_files: Vec<String>,
}

impl Default for CaptureProfile {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            variables: words(&[
                "_SMSMediaGuid",
                "_SMSTSSiteCode",
                "_SMSTSBootMediaPackageID",
                "_SMSTSBootMediaSourceVersion",
                "_SMSTSLaunchMode",
                "_SMSTSMediaType",
            ]),
            files: words(&["OsdCaptureCD.exe", "OsdCore.dll", "x64/vcruntime140_1.dll"]),
            required_files: words(&["TSMBAutorun.exe", "OsdCaptureCD.exe"]),
        }
    }
}
