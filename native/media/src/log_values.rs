//! What `CreateTSMedia.log` tells of a medium so that people can check it: package, prestart command, variables. No secret
//! is told.

use crate::blueprint::Blueprint;
use crate::definition::{Definition, Variable};
use crate::options::{LogVariableValue, UserDeviceAffinity};
use crate::secret_scan::{holds_secret, is_secret_name};

/// The lines for the log.
pub(crate) fn lines(blueprint: &Blueprint) -> Vec<String> {
    let definition = &blueprint.definition;
    let mut lines = Vec::new();
    if let Some(command) = &definition.prestart_command {
        let shown = if holds_secret(command) { "(not shown: it looks as if it held a secret)" } else { command };
        lines.push(format!("Prestart command line: {shown}"));
    }
    if let Some(prestart) = &blueprint.extras.prestart {
        let count = prestart.items.len();
        lines.push(format!("Package of the prestart command: {}, {count} files.", prestart.id));
    }
    for (what, text) in
        [("Created by", &definition.created_by), ("Version", &definition.version), ("Comment", &definition.comment)]
    {
        lines.extend(text.iter().map(|text| format!("{what}: {text}")));
    }
    if definition.user_device_affinity != UserDeviceAffinity::DoNotAllow {
        lines.push(format!("User device affinity: {:?}.", definition.user_device_affinity));
    }
    lines.extend(
        definition.variable.iter().map(|v| format!("Task sequence variable: {} = {}", v.name, shown(v, definition))),
    );
    lines
}

/// The value of a variable, or why it is not shown.
fn shown<'a>(variable: &'a Variable, definition: &Definition) -> &'a str {
    let named = definition.sensitive_variable.iter().any(|name| name.eq_ignore_ascii_case(&variable.name));
    match definition.log_variable_value {
        LogVariableValue::None => "(not shown: values are not logged)",
        LogVariableValue::NonSensitive if named => "(not shown: sensitive)",
        LogVariableValue::NonSensitive if is_secret_name(&variable.name) || holds_secret(&variable.value) => {
            "(not shown: it looks like a secret)"
        }
        LogVariableValue::NonSensitive => &variable.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_unless_they_are_secret() {
        let definition = serde_json::json!({
            "schemaVersion": 1, "kind": "Bootable", "path": "boot.iso", "mediaType": "CdDvd", "mediaMode": "Dynamic",
            "siteFacts": "facts.json", "bootImage": "PS100005", "sensitiveVariable": ["building"],
        });
        let mut definition = Definition::parse(&definition.to_string(), None).unwrap();
        let variable = |name: &str, value: &str| Variable { name: name.into(), value: value.into() };
        let of =
            |definition: &Definition, name: &str, value: &str| shown(&variable(name, value), definition).to_owned();
        assert_eq!(of(&definition, "Zone", "Berlin"), "Berlin");
        assert_eq!(of(&definition, "Building", "7"), "(not shown: sensitive)");
        assert_eq!(of(&definition, "JoinPassword", "x"), "(not shown: it looks like a secret)");
        assert_eq!(of(&definition, "Command", "a /pwd:x"), "(not shown: it looks like a secret)");
        definition.log_variable_value = LogVariableValue::None;
        assert_eq!(of(&definition, "Zone", "Berlin"), "(not shown: values are not logged)");
    }
}
