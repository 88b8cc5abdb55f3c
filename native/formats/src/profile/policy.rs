//! Policy.xml: how the policies of a medium are joined in one text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Policy.xml of media that carry their task sequence. Readers look for a few elements at any depth; how the rest looks is
/// not known (`docs/task-sequences.md`, "Policy.xml").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicyProfile {
    /// First line of the plain text; without an encoding, which some readers refuse.
    pub xml_declaration: String,
    /// The element around the policies.
    pub root_element: String,
    /// The assignments of the policies stand behind them.
    pub with_assignments: bool,
    /// The class of a policy with a task sequence, where the policy is made and does not come from a site.
    pub task_sequence_class: String,
    /// The `type` attribute of a property that holds text, in such a policy.
    pub text_type: String,
}

impl Default for PolicyProfile {
    fn default() -> Self {
        Self {
            xml_declaration: "<?xml version=\"1.0\"?>".into(),
            root_element: "PolicyXML".into(),
            with_assignments: true,
            task_sequence_class: "CCM_TaskSequence".into(),
            text_type: "8".into(),
        }
    }
}
