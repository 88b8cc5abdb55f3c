//! Task sequences: the rules of references one by one, every odd form, and what is refused.

use proptest::prelude::*;

use super::*;

/// A step with variables: `(name, property, value)`.
fn step(kind: &str, name: &str, attributes: &str, variables: &[(&str, &str, &str)]) -> String {
    let variables: String = variables
        .iter()
        .map(|(name, property, value)| format!("<variable name=\"{name}\" property=\"{property}\">{value}</variable>"))
        .collect();
    let element = if kind == "SubTasksequence" { "subtasksequence" } else { "step" };
    format!(
        "<{element} type=\"SMS_TaskSequence_{kind}\" name=\"{name}\" description=\"\" {attributes} runIn=\"WinPE\">\
         <action>x.exe</action><defaultVarList>{variables}</defaultVarList></{element}>"
    )
}

fn sequence(listed: &str, steps: &str) -> TaskSequence {
    TaskSequence::parse(&text(listed, steps)).unwrap()
}

fn text(listed: &str, steps: &str) -> String {
    format!("<sequence version=\"3.10\"><referenceList>{listed}</referenceList>{steps}</sequence>")
}

fn package(name: &str, attributes: &str, id: &str) -> String {
    step("RunCommandLineAction", name, attributes, &[("PackageID", "PackageID", id)])
}

/// Resolves a task sequence PS100020 with boot image PS100005, beside others.
fn resolved(root: &TaskSequence, others: &[(&str, &TaskSequence)]) -> Resolution {
    let all: Vec<(&str, &TaskSequence)> = [("PS100020", root)].into_iter().chain(others.iter().copied()).collect();
    let entry = |id: &str| {
        let (package_id, sequence) = all.iter().find(|(other, _)| other.eq_ignore_ascii_case(id)).copied()?;
        Some(Entry { package_id, boot_image: Some("PS100005"), sequence: Some(sequence) })
    };
    resolve(&entry("PS100020").unwrap(), &entry)
}

fn needed(resolution: &Resolution) -> Vec<&str> {
    resolution.references.iter().filter(|r| r.needed == Needed::Yes).map(|r| r.id.as_str()).collect()
}

#[test]
fn the_small_example_of_the_documentation() {
    let text = r#"<?xml version="1.0" encoding="utf-16"?>
    <sequence version="3.10">
      <referenceList>
        <reference package="PS100011"/>
        <reference package="PS100012" program="Install"/>
        <reference application="ScopeId_11111111-2222-3333-4444-555555555555/Application_aaaaaaaa"/>
      </referenceList>
      <group name="Install" description="">
        <condition><operator type="not"><expression type="SMS_TaskSequence_VariableConditionExpression">
          <variable name="Operator">equals</variable><variable name="ImagePackageID" property="ImagePackageID">PS1FFFFF</variable>
        </expression></operator></condition>
        <step type="SMS_TaskSequence_ApplyOperatingSystemAction" name="Apply" description="" runIn="WinPE">
          <action>OSDApplyOS.exe /image:PS100011,%OSDImageIndex%</action>
          <defaultVarList><variable name="OSDImageIndex" property="ImageIndex">3</variable>
            <variable name="ImagePackageID" property="ImagePackageID" hidden="true">PS100011</variable></defaultVarList>
        </step>
        <step type="SMS_TaskSequence_ApplyDriverPackageAction" name="Old drivers" disable="true" runIn="WinPE">
          <action>osddriverclient.exe /install:PS100099</action>
          <defaultVarList><variable name="OSDApplyDriverDriverPackageID" property="DriverPackageID">PS100099</variable></defaultVarList>
        </step>
      </group>
    </sequence>"#;
    let sequence = TaskSequence::parse(text).unwrap();
    assert_eq!((sequence.version.as_str(), sequence.steps.len(), sequence.listed.len()), ("3.10", 2, 3));
    let found = resolved(&sequence, &[]);
    assert_eq!(needed(&found), ["PS100005", "PS100011", "PS100012", &sequence.listed[2].to_string()]);
    let image = &found.references[1];
    assert_eq!(
        (image.kind, image.image_index.as_deref(), image.step.as_deref()),
        (ContentKind::OperatingSystemImage, Some("3"), Some("Install / Apply"))
    );
    let drivers = found.references.iter().find(|r| r.id == "PS100099").unwrap();
    assert_eq!((drivers.kind, drivers.enabled, drivers.needed), (ContentKind::DriverPackage, false, Needed::Disabled));
}

#[test]
fn a_disabled_group_disables_what_is_in_it_and_the_list_has_the_last_word() {
    let steps = format!(
        "<group name=\"Off\" disable=\"TRUE\"><group name=\"In\">{}{}</group></group>{}",
        package("A", "", "PS100001"),
        package("B", "", "PS100002"),
        package("C", "disable=\"false\"", "PS100003"),
    );
    let found = resolved(&sequence("<reference package=\"PS100002\"/><reference package=\"PS100003\"/>", &steps), &[]);
    assert_eq!(needed(&found), ["PS100005", "PS100002", "PS100003"]);
    assert_eq!(found.references[1].step.as_deref(), Some("Off / In / A"));
    assert_eq!(found.references.iter().filter(|r| r.enabled).count(), 2);
    assert!(found.findings.is_empty(), "{:?}", found.findings);
}

#[test]
fn every_step_of_the_table_names_its_content() {
    use ContentKind::*;
    let app = "ScopeId_1/Application_2";
    for (kind, variable, property, id, wanted) in [
        ("ApplyOperatingSystemAction", "ImagePackageID", "ImagePackageID", "PS100001", OperatingSystemImage),
        (
            "ApplyOperatingSystemAction",
            "InstallPackageID",
            "InstallPackageID",
            "PS100001",
            OperatingSystemUpgradePackage,
        ),
        ("ApplyOperatingSystemAction", "ConfigFilePackage", "ConfigFilePackage", "PS100001", Package),
        ("ApplyDataImageAction", "ImagePackageID", "ImagePackageID", "PS100001", OperatingSystemImage),
        (
            "UpgradeOperatingSystemAction",
            "OSDUpgradeInstallPackageID",
            "InstallPackageID",
            "PS100001",
            OperatingSystemUpgradePackage,
        ),
        ("UpgradeOperatingSystemAction", "OSDUpgradeDriverPackageID", "DriverPackageID", "PS100001", DriverPackage),
        ("ApplyDriverPackageAction", "OSDApplyDriverDriverPackageID", "DriverPackageID", "PS100001", DriverPackage),
        ("SetupWindowsAndSMSAction", "_SMSClientPackageID", "ClientPackageID", "PS100001", Package),
        ("RunCommandLineAction", "PackageID", "PackageID", "PS100001", Package),
        ("RunPowerShellScriptAction", "OSDRunPowerShellScriptPackageID", "PackageID", "PS100001", Package),
        ("InstallSoftwareAction", "PackageID", "PackageID", "PS100001", Package),
        ("InstallApplicationAction", "ApplicationName", "ApplicationName", app, Application),
        ("CaptureUserStateAction", "_OSDMigrateUsmtPackageID", "UsmtPackageID", "PS100001", Package),
        ("RestoreUserStateAction", "_OSDMigrateUsmtRestorePackageID", "UsmtRestorePackageID", "PS100001", Package),
        ("InstallDeployToolsAction", "SysprepPackageID", "SysprepPackageID", "PS100001", Package),
        ("DownloadPackageContentAction", "OSDDownloadDownloadPackages", "DownloadPackages", "PS100001", Package),
        ("SubTasksequence", "OSDSubTasksequencePackageID", "TsPackageID", "PS100001", TaskSequence),
        ("SomethingNewAction", "Whatever", "NewPackageID", "PS100001", Package),
    ] {
        let read = sequence("", &step(kind, "S", "", &[(variable, property, id)]));
        let uses: Vec<_> = read.steps[0].uses.iter().map(|u| (u.kind, u.id.as_str(), u.form)).collect();
        assert_eq!(uses, [(wanted, id, IdForm::Id)], "{kind}");
    }
    let mdt = step("X", "S", "", &[("BDDPackageID", "PackageID", "PS100001")])
        .replace("SMS_TaskSequence_X", "BDD_UsePackage");
    assert_eq!((sequence("", &mdt).steps[0].kind, sequence("", &mdt).steps[0].uses.len()), (StepKind::Mdt, 1));
}

#[test]
fn lists_of_applications_and_packages_are_taken_apart_with_their_names() {
    let (one, two) = ("ScopeId_1/Application_a", "ScopeId_1/Application_b");
    let variables = [
        ("ApplicationName", "ApplicationName", &*format!("{one}, {two}")),
        ("OSDApp", "AppInfo", "1"),
        ("OSDApp1DisplayName", "AppInfo1DisplayName", "Second"),
        ("OSDApp0Name", "AppInfo0Name", one),
        ("OSDApp0DisplayName", "AppInfo0DisplayName", "First &amp; best"),
        ("OSDApp1Name", "AppInfo1Name", two),
    ];
    let read = sequence("", &step("InstallApplicationAction", "Apps", "", &variables));
    let uses: Vec<_> = read.steps[0].uses.iter().map(|u| (u.id.as_str(), u.name.as_deref())).collect();
    assert_eq!(uses, [(one, Some("First & best")), (two, Some("Second"))]);

    let variables = [
        ("OSDDownloadDownloadPackages", "DownloadPackages", "PS100001,PS100002"),
        ("OSDPackage0PackageId", "PackageInfo0PackageId", "PS100001"),
        ("OSDPackage0Name", "PackageInfo0Name", "Drivers"),
        ("OSDPackage0PkgType", "PackageInfo0PkgType", "3"),
    ];
    let read = sequence("", &step("DownloadPackageContentAction", "Get", "", &variables));
    let uses: Vec<_> = read.steps[0].uses.iter().map(|u| (u.id.as_str(), u.kind)).collect();
    assert_eq!(uses, [("PS100001", ContentKind::DriverPackage), ("PS100002", ContentKind::Package)]);
}

#[test]
fn children_are_followed_with_the_path_of_the_step_that_runs_them() {
    let run = |name: &str, attributes: &str, id: &str| {
        step(
            "SubTasksequence",
            name,
            attributes,
            &[
                ("OSDSubTasksequencePackageID", "TsPackageID", id),
                ("OSDSubTasksequenceTsReferencePackages", "TsReferencePackages", "PS1000AA"),
            ],
        )
    };
    let grandchild = sequence("", &package("Deep", "", "PS100003"));
    let child = sequence("", &format!("{}{}", package("Inside", "", "PS100002"), run("Deeper", "", "ps100022")));
    let listed = "<reference package=\"PS100021\" program=\"*\"/><reference package=\"PS100022\"/>\
                  <reference package=\"PS100002\"/><reference package=\"PS100003\"/>";
    let steps = format!("<group name=\"G\">{}</group>{}", run("Apps", "", "PS100021"), run("Again", "", "PS100021"));
    let found = resolved(&sequence(listed, &steps), &[("PS100021", &child), ("PS100022", &grandchild)]);
    assert_eq!(needed(&found), ["PS100005", "PS100002", "PS100003"]);
    let deep = found.references.iter().find(|r| r.id == "PS100003").unwrap();
    assert_eq!((deep.step.as_deref(), deep.task_sequence.as_str()), (Some("G / Apps / Deeper / Deep"), "PS100022"));
    assert!(
        found.references.iter().filter(|r| r.kind == ContentKind::TaskSequence).all(|r| r.needed == Needed::NoContent)
    );
    assert!(found.findings.is_empty(), "{:?}", found.findings);

    // A child that runs only in a disabled step does not count, and one that is not there is told.
    let off = sequence("", &run("Apps", "disable=\"true\"", "PS100021"));
    assert_eq!(needed(&resolved(&off, &[("PS100021", &child), ("PS100022", &grandchild)])), ["PS100005"]);
    let missing = resolved(&sequence(listed, &run("Apps", "", "PS100021")), &[]);
    assert_eq!(missing.findings, [Finding::ChildUnknown { step: "Apps".into(), id: "PS100021".into() }]);
    assert_eq!(needed(&missing), ["PS100005", "PS100022", "PS100002", "PS100003"]);
}

#[test]
fn a_cycle_of_children_is_found_and_ends() {
    let run = |id: &str| step("SubTasksequence", "Run", "", &[("OSDSubTasksequencePackageID", "TsPackageID", id)]);
    let (root, child) = (sequence("", &run("PS100021")), sequence("", &run("ps100020")));
    let found = resolved(&root, &[("PS100021", &child)]);
    let through = ["PS100020", "PS100021", "PS100020"].map(String::from).to_vec();
    assert!(found.findings.contains(&Finding::Cycle { step: "Run / Run".into(), through }), "{:?}", found.findings);
    let own = sequence("", &run("PS100020"));
    assert!(matches!(&resolved(&own, &[]).findings[0], Finding::Cycle { through, .. } if through.len() == 2));
}

#[test]
fn children_that_run_each_other_twice_cost_no_power_of_two() {
    let id = |number: usize| format!("PS2{number:05X}");
    let run = |id: &str| step("SubTasksequence", "R", "", &[("OSDSubTasksequencePackageID", "TsPackageID", id)]);
    let all: Vec<(String, TaskSequence)> = (0..60).map(|n| (id(n), sequence("", &run(&id(n + 1)).repeat(2)))).collect();
    let others: Vec<(&str, &TaskSequence)> = all.iter().map(|(id, sequence)| (id.as_str(), sequence)).collect();
    let found = resolved(&sequence("", &run(&id(0))), &others);
    assert!(found.references.len() < 200, "{}", found.references.len());
}

/// Steps that are not known count with every variable that can only be a package.
#[test]
fn a_package_is_found_by_the_end_of_the_name_of_its_variable_or_property() {
    let ids = |name: &str, property: &str, value: &str| -> Vec<String> {
        let read = sequence("", &step("SomethingNewAction", "S", "", &[(name, property, value)]));
        read.steps[0].uses.iter().map(|of| of.id.clone()).collect()
    };
    for (name, property) in
        [("X", "ToolsPackageID"), ("ToolsPackageId", ""), ("X", "ToolsPackage"), ("toolspackage", "X")]
    {
        assert_eq!(ids(name, property, "PS100001"), ["PS100001"], "{name} {property}");
    }
    // What ends in Package may be anything else as well; what ends in PackageID is told when it is none.
    assert!(ids("UsePackage", "UsePackage", "true").is_empty());
    assert_eq!(ids("X", "ToolsPackageID", "tools"), ["tools"]);
    assert!(ids("PackageID_Text", "Text", "PS100001").is_empty());
}

#[test]
fn a_group_that_goes_on_lets_its_steps_fail() {
    let read = sequence(
        "",
        &format!(
            "<group name=\"G\" continueOnError=\"true\"><group name=\"H\">{}</group></group>{}",
            package("A", "", "PS100001"),
            package("B", "", "PS100001")
        ),
    );
    assert_eq!(read.steps.iter().map(|step| step.continue_on_error).collect::<Vec<_>>(), [true, false]);
}

fn run(name: &str, attributes: &str, id: &str) -> String {
    step("SubTasksequence", name, attributes, &[("OSDSubTasksequencePackageID", "TsPackageID", id)])
}

#[test]
fn the_steps_that_run_are_those_of_the_children_in_their_places() {
    let grandchild = sequence("", &package("Deep", "", "PS100003"));
    let child = sequence("", &format!("{}{}", package("Inside", "", "PS100002"), run("Deeper", "", "ps100022")));
    let root = sequence(
        "",
        &[
            package("First", "", "PS100001"),
            run("Off", "disable=\"true\"", "PS100022"),
            run("Child", "continueOnError=\"true\"", "PS100021"),
            package("Quiet", "disable=\"true\"", "PS100001"),
            run("Lost", "", "PS100029"),
            run("Again", "", "PS100021"),
            run("Self", "", "PS100020"),
            package("Last", "", "PS100001"),
        ]
        .concat(),
    );
    let all = [("PS100020", &root), ("PS100021", &child), ("PS100022", &grandchild)];
    let entry = |id: &str| {
        let (package_id, sequence) = all.iter().find(|(other, _)| other.eq_ignore_ascii_case(id)).copied()?;
        Some(Entry { package_id, boot_image: None, sequence: Some(sequence) })
    };
    let found = running_steps(&entry("PS100020").unwrap(), &entry);
    let told: Vec<(String, bool)> = found.steps.iter().map(|s| (s.path(), s.continue_on_error)).collect();
    let told: Vec<(&str, bool)> = told.iter().map(|(path, goes_on)| (path.as_str(), *goes_on)).collect();
    assert_eq!(
        told,
        [
            ("First", false),
            ("Child", true),
            ("Child / Inside", true),
            ("Child / Deeper", true),
            ("Child / Deeper / Deep", true),
            ("Lost", false),
            ("Again", false),
            ("Self", false),
            ("Last", false),
        ]
    );
    assert_eq!(found.unknown_child.as_deref(), Some("Lost"));
}

/// An export file can have fifty thousand task sequences, and each may run the next.
#[test]
fn children_inside_each_other_without_end_are_told_and_not_followed() {
    let id = |number: usize| format!("PS2{number:05X}");
    let all: std::collections::HashMap<String, TaskSequence> =
        (0..50_000).map(|n| (id(n), sequence("", &run("R", "", &id(n + 1))))).collect();
    let entry = |id: &str| {
        let (package_id, sequence) = all.get_key_value(id)?;
        Some(Entry { package_id, boot_image: None, sequence: Some(sequence) })
    };
    let root = entry(&id(0)).unwrap();
    let found = resolve(&root, &entry);
    assert!(
        found.findings.iter().any(|finding| matches!(finding, Finding::TooDeep { .. })),
        "{}",
        found.findings.len()
    );
    assert!(found.references.len() < 200);
    let running = running_steps(&root, &entry);
    assert!(running.steps.len() < 200 && running.unknown_child.is_some());
}

#[test]
fn placeholders_variables_dynamic_lists_and_stale_programs_are_told() {
    let steps = [
        package("Imported", "", "00000000"),
        package("Late", "", "%Package%"),
        package("Odd", "", "hello"),
        package("Quiet", "disable=\"true\"", "00000000"),
        step("InstallApplicationAction", "Dynamic", "", &[("BaseVariableName", "BaseVariableName", "APP")]),
        step(
            "InstallSoftwareAction",
            "Old",
            "",
            &[("PackageID", "PackageID", "PS100001"), ("_SMSSWDProgramName", "ProgramName", "Setup 2")],
        ),
        step("Novelty", "New", "", &[]),
        package("Forgotten", "", "PS100007"),
    ]
    .concat();
    let listed = "<reference package=\"PS100001\" program=\"Setup 1\"/><reference package=\"00000000\"/>\
                  <reference package=\"PS100009\"/>";
    let found = resolved(&sequence(listed, &steps), &[]);
    let text = |text: &str| text.to_owned();
    let mut wanted = vec![
        Finding::Placeholder { step: text("Imported") },
        Finding::ByVariable { step: text("Late"), variable: text("%Package%") },
        Finding::NotAnId { step: text("Odd"), text: text("hello") },
        Finding::DynamicList { step: text("Dynamic"), variable: text("APP") },
        Finding::UnknownStep { step: text("New"), type_name: text("SMS_TaskSequence_Novelty") },
        Finding::NotUsed { id: text("PS100009") },
        Finding::OtherProgram {
            step: text("Old"),
            id: text("PS100001"),
            listed: text("Setup 1"),
            program: text("Setup 2"),
        },
        Finding::NotListed { step: text("Forgotten"), id: text("PS100007") },
    ];
    for finding in &found.findings {
        wanted.retain(|other| other != finding);
    }
    assert!(wanted.is_empty() && found.findings.len() == 8, "{wanted:?} {:?}", found.findings);
    assert_eq!(needed(&found), ["PS100005", "PS100001", "PS100007", "PS100009"]);
    assert_eq!(found.references.iter().filter(|r| r.needed == Needed::Unclear).count(), 4);
}

#[test]
fn without_a_boot_image_that_is_told() {
    let root = sequence("", "");
    let entry = Entry { package_id: "PS100020", boot_image: None, sequence: Some(&root) };
    assert_eq!(resolve(&entry, &|_| None).findings, [Finding::NoBootImage]);
    let unread = Entry { package_id: "PS100020", boot_image: Some("PS100005"), sequence: None };
    assert_eq!(resolve(&unread, &|_| None).references.len(), 1);
}

#[test]
fn secrets_are_named_and_their_values_are_not_kept() {
    let steps = [
        step(
            "ConnectNetworkFolderAction",
            "Connect",
            "",
            &[("SMSConnectNetworkFolderPassword", "Password", "hunter2")],
        ),
        step(
            "ApplyWindowsSettingsAction",
            "Settings",
            "",
            &[("OSDProductKey", "ProductKey", "AAAAA"), ("OSDRandomAdminPassword", "RandomAdminPassword", "true")],
        ),
        step(
            "EnableBitLockerAction",
            "Encrypt",
            "",
            &[
                ("OSDBitLockerCreateRecoveryPassword", "BdeRecoveryPassword", "AD"),
                ("OSDBitLockerPIN", "BdePin", "1234"),
            ],
        ),
        step("JoinDomainWorkgroupAction", "Join", "", &[("OSDJoinPassword", "Password", "")]),
        step(
            "SetVariableAction",
            "Set",
            "",
            &[
                ("DoNotShowVariableValue", "DoNotShowVariableValue", "true"),
                ("VariableName", "VariableName", "Token"),
                ("VariableValue", "VariableValue", "hunter2"),
            ],
        ),
        step(
            "SetVariableAction",
            "Open",
            "",
            &[
                ("DoNotShowVariableValue", "DoNotShowVariableValue", "false"),
                ("VariableName", "VariableName", "Greeting"),
                ("VariableValue", "VariableValue", "hello"),
            ],
        ),
    ]
    .concat();
    let text = text("", &steps).replace(
        "<referenceList>",
        "<globalVarList><variable name=\"MyPassword\" property=\"x\">hunter2</variable></globalVarList><referenceList>",
    );
    let read = TaskSequence::parse(&text).unwrap();
    let secrets: Vec<&str> = read.steps.iter().flat_map(|step| &step.secrets).map(String::as_str).collect();
    assert_eq!(secrets, ["SMSConnectNetworkFolderPassword", "OSDProductKey", "OSDBitLockerPIN", "Token"]);
    assert_eq!(
        (read.secrets.as_slice(), read.steps[5].sets.as_deref()),
        (&["MyPassword".to_owned()][..], Some("Greeting"))
    );
    assert!(!format!("{read:?}").contains("hunter2"));
}

/// Whatever stands between, and in whatever order the variables of a step are.
#[test]
fn the_places_of_secrets_are_known() {
    let hidden = [
        ("VariableValue", "VariableValue", "<![CDATA[x]]>y&amp;"),
        ("VariableName", "VariableName", "Token"),
        ("DoNotShowVariableValue", "DoNotShowVariableValue", "true"),
        ("OSDJoinPassword", "Password", "later"),
    ];
    let shown = [("VariableName", "VariableName", "Greeting"), ("VariableValue", "VariableValue", "hello")];
    let steps = [
        step("SetVariableAction", "Set \u{e4}", "", &hidden),
        step("SetVariableAction", "Open", "", &shown),
        step("JoinDomainWorkgroupAction", "Join", "", &[("OSDJoinPassword", "Password", "")]),
    ];
    let plain = text("", &steps.concat());
    for before in ["", "\u{FEFF}", "<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n"] {
        let text = format!("{before}{plain}");
        let read = TaskSequence::parse(&text).unwrap();
        let parts: Vec<&str> = read.open_parts(&text).map(|part| std::str::from_utf8(part).unwrap()).collect();
        assert_eq!(parts.len(), 3, "{parts:?}");
        assert!(parts[0].ends_with("property=\"VariableValue\">") && parts[1].starts_with("</variable>"), "{parts:?}");
        assert!(parts[1].ends_with("property=\"Password\">") && parts[2].starts_with("</variable>"), "{parts:?}");
        let secrets = ["<![CDATA[x]]>y&amp;", "later"];
        let joined = [parts[0], secrets[0], parts[1], secrets[1], parts[2]].concat();
        assert_eq!(joined, text.trim_start_matches('\u{FEFF}'));
    }
    let none = TaskSequence::parse(&text("", "")).unwrap();
    assert_eq!(none.open_parts("abc").collect::<Vec<_>>(), [b"abc"]);
}

#[test]
fn a_condition_on_the_kind_of_media_is_seen_for_the_step_and_for_all_in_its_group() {
    let condition = |variable: &str| {
        format!(
            "<condition><operator type=\"and\"><expression type=\"x\"><variable name=\"Value\">_SMSTSMediaType</variable>\
             <variable name=\"Variable\">{variable}</variable></expression></operator></condition>"
        )
    };
    let with =
        |variable: &str| package("a", "", "PS100001").replace("<action>", &format!("{}<action>", condition(variable)));
    let group = format!("<group name=\"g\">{}{}</group>", condition("_smstsmediatype"), package("b", "", "PS100001"));
    let steps = [with("_SMSTSMediaType"), with("Other"), group, package("c", "", "PS100001")].concat();
    let asks: Vec<bool> = sequence("", &steps).steps.iter().map(|step| step.asks_media_type).collect();
    assert_eq!(asks, [true, false, true, false]);
}

#[test]
fn what_is_no_task_sequence_of_this_product_is_refused_with_its_name() {
    let mdt = "<sequence version=\"3.00\" name=\"Deploy\" description=\"x\"><group name=\"a\"/></sequence>";
    let error = TaskSequence::parse(mdt).unwrap_err();
    assert!(
        matches!(error, TaskSequenceError::Mdt { .. }) && error.to_string().contains("Deployment Toolkit"),
        "{error}"
    );
    let error = TaskSequence::parse("<html><body/></html>").unwrap_err();
    assert!(error.to_string().contains("'html'"), "{error}");
    for bad in [
        "",
        " ",
        "text",
        "<sequence>",
        "<sequence></sequenc>",
        "<sequence/><sequence/>",
        "<sequence/>text",
        "<sequence a=\"1\" a=\"2\"/>",
        "<sequence><group name='a></sequence>",
        "<sequence>\u{1}</sequence>",
        "<sequence>&#1;</sequence>",
        "<sequence><group name=\"&#xFFFE;\"/></sequence>",
        "<sequence><![CDATA[x</sequence>",
        "<?xml version=\"1.0\" encoding=\"windows-1252\"?><sequence/>",
    ] {
        assert!(
            matches!(TaskSequence::parse(bad), Err(TaskSequenceError::Xml { .. })),
            "{bad:?} {:?}",
            TaskSequence::parse(bad)
        );
    }
    let latin = b"<sequence><group name=\"\xE4\"/></sequence>";
    assert!(TaskSequence::read(&latin[..], &Limits::default()).is_err());
    assert!(TaskSequence::parse("\u{FEFF}<!-- c --><sequence version='3.10'/> ").is_ok());
}

#[test]
fn entity_bombs_are_refused_before_they_grow() {
    let bomb = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><sequence>&b;</sequence>";
    assert!(matches!(TaskSequence::parse(bomb), Err(TaskSequenceError::DocumentType(_))));
    let outside = "<!DOCTYPE s SYSTEM \"file:///etc/passwd\"><sequence/>";
    assert!(matches!(TaskSequence::parse(outside), Err(TaskSequenceError::DocumentType(_))));
    for entity in ["<sequence>&a;</sequence>", "<sequence><group name=\"&a;\"/></sequence>"] {
        assert!(matches!(TaskSequence::parse(entity), Err(TaskSequenceError::Entity(_))), "{entity}");
    }
}

#[test]
fn size_depth_steps_and_values_have_limits() {
    let small = Limits { bytes: 1000, depth: 8, steps: 3, value: 50 };
    let read = |text: &str| TaskSequence::read(text.as_bytes(), &small);
    let long = format!("<sequence>{}</sequence>", " ".repeat(1000));
    assert!(matches!(read(&long), Err(TaskSequenceError::TooLong { limit: 1000 })));
    let deep = format!("<sequence>{}{}</sequence>", "<group name='g'>".repeat(8), "</group>".repeat(8));
    assert!(matches!(read(&deep), Err(TaskSequenceError::TooMany { limit: 8, .. })));
    let many = format!("<sequence>{}</sequence>", "<step/>".repeat(4));
    assert!(matches!(read(&many), Err(TaskSequenceError::TooMany { what: "steps", .. })));
    let value = text("", &package("a", "", &"x".repeat(51)));
    assert!(matches!(read(&value), Err(TaskSequenceError::TooMany { what: "bytes in a value", .. })));
    // What is not kept may be as long as the whole.
    let kept = text("", &step("RunCommandLineAction", "a", "", &[("CommandLine", "CommandLine", &"x".repeat(300))]));
    assert_eq!(read(&kept).unwrap().steps.len(), 1);
}

proptest! {
    #[test]
    fn any_text_gives_an_answer_and_no_panic(text in "\\PC{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = TaskSequence::parse(&text);
        let _ = TaskSequence::read(&bytes[..], &Limits::default());
    }

    #[test]
    fn any_cut_or_change_gives_an_answer_and_no_panic(cut in 0usize..900, byte: u8) {
        let steps = format!("<group name=\"g\">{}{}</group>", package("a", "", "PS100001"), package("b", "", "%v%"));
        let mut whole = text("<reference package=\"PS100001\"/>", &steps).into_bytes();
        let _ = TaskSequence::read(&whole[..cut.min(whole.len())], &Limits::default());
        let place = cut % whole.len();
        whole[place] = byte;
        if let Ok(read) = TaskSequence::read(&whole[..], &Limits::default()) {
            let _ = resolved(&read, &[]);
        }
    }
}
