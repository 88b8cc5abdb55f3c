//! The text of the site's task sequences, in the form of the console's editor.

use std::fmt::Write as _;

use tsm_site::{PackageKind, Reference};

/// A step with its variables: task sequence variable, property, value.
#[must_use]
pub fn step(kind: &str, name: &str, variables: &[(&str, &str, &str)]) -> String {
    let element = if kind == "SubTasksequence" { "subtasksequence" } else { "step" };
    let run_in = if kind == "SubTasksequence" { "" } else { " runIn=\"WinPEandFullOS\"" };
    let mut text = format!(
        "<{element} type=\"SMS_TaskSequence_{kind}\" name=\"{}\" description=\"\"{run_in} successCodeList=\"0 3010\" \
         retryCount=\"0\" runFromNet=\"false\"><action>smsswd.exe /run:</action><defaultVarList>",
        escaped(name)
    );
    for (variable, property, value) in variables {
        // Writing to a String cannot fail.
        let _ = write!(text, "<variable name=\"{variable}\" property=\"{property}\">{}</variable>", escaped(value));
    }
    let _ = write!(text, "</defaultVarList></{element}>");
    text
}

/// A group around steps.
#[must_use]
pub fn group(name: &str, attributes: &str, steps: &[String]) -> String {
    format!("<group name=\"{}\" description=\"\"{attributes}>{}</group>", escaped(name), steps.concat())
}

/// A task sequence with its list of references.
#[must_use]
pub fn sequence(references: &[Reference], steps: &[String]) -> String {
    let mut list = String::new();
    for reference in references {
        let attribute = if reference.kind == PackageKind::Application { "application" } else { "package" };
        let _ = write!(list, "<reference {attribute}=\"{}\"/>", escaped(&reference.id));
    }
    format!("<sequence version=\"3.10\"><referenceList>{list}</referenceList>{}</sequence>", steps.concat())
}

/// Installs the operating system of the site with what belongs to it.
pub(crate) fn install(references: &[Reference]) -> String {
    let application = references.iter().find(|reference| reference.kind == PackageKind::Application);
    let mut applications = Vec::new();
    if let Some(application) = application {
        applications.push(step(
            "InstallApplicationAction",
            "Install Office",
            &[
                ("ApplicationName", "ApplicationName", &application.id),
                ("OSDApp0DisplayName", "AppInfo0DisplayName", "Office"),
                ("OSDApp0Name", "AppInfo0Name", &application.id),
            ],
        ));
    }
    let old = step("RunCommandLineAction", "Run the old setup", &[("PackageID", "PackageID", "PS100011")]);
    sequence(
        references,
        &[group(
            "Install",
            "",
            &[
                step("PartitionDiskAction", "Partition Disk", &[]),
                step(
                    "ApplyOperatingSystemAction",
                    "Apply Operating System",
                    &[("OSDImageIndex", "ImageIndex", "1"), ("ImagePackageID", "ImagePackageID", "PS100020")],
                ),
                step("ApplyWindowsSettingsAction", "Apply Windows Settings", &[("OSDProductKey", "ProductKey", "")]),
                step(
                    "ApplyDriverPackageAction",
                    "Apply Drivers",
                    &[("OSDApplyDriverDriverPackageID", "DriverPackageID", "PS100015")],
                ),
                step(
                    "SetupWindowsAndSMSAction",
                    "Setup Windows and ConfigMgr",
                    &[("_SMSClientPackageID", "ClientPackageID", "PS100013")],
                ),
                group("Applications", "", &applications),
                group("Old", " disable=\"true\"", &[old]),
            ],
        )],
    )
}

/// Wipes a disk and installs nothing.
pub(crate) fn wipe() -> String {
    sequence(&[], &[step("PartitionDiskAction", "Wipe", &[])])
}

/// Text as XML has it, in elements and attributes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
