//! Prestaged media: what the WIM says of itself, and where it says what the client may want to know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A prestaged medium. The names of properties are paths in the XML data of the WIM, below `IMAGE`, with `/`; an empty name
/// leaves the value out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrestagedProfile {
    /// The property with the comment.
    pub comment_property: String,
    /// The property with who made the medium.
    pub created_by_property: String,
    /// The property with the version.
    pub version_property: String,
    /// The variable with the distribution points; empty when the medium does not name them.
    pub distribution_point_variable: String,
    /// What stands between two distribution points there.
    pub distribution_point_separator: String,
}

impl Default for PrestagedProfile {
    fn default() -> Self {
        Self {
            comment_property: "DESCRIPTION".into(),
            created_by_property: "TASKSEQUENCEMEDIA/CREATEDBY".into(),
            version_property: "TASKSEQUENCEMEDIA/VERSION".into(),
            distribution_point_variable: String::new(),
            distribution_point_separator: "*".into(),
        }
    }
}
