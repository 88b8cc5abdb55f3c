//! What is known about the types of steps: where they name content, and which of their variables hide secrets.

use std::ops::Range;

use super::{IdForm, Step, StepUse};

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// A boot image.
    BootImage,
    /// An operating system image, or another image file.
    OperatingSystemImage,
    /// An operating system upgrade package.
    OperatingSystemUpgradePackage,
    /// A driver package.
    DriverPackage,
    /// A classic package.
    Package,
    /// An application.
    Application,
    /// A child task sequence, which has no content.
    TaskSequence,
}

/// What a step does, as far as that matters for media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Applies an operating system from an image or an upgrade package.
    ApplyOperatingSystem,
    /// Upgrades the operating system that runs.
    UpgradeOperatingSystem,
    /// Applies an image with data.
    ApplyDataImage,
    /// Applies a driver package.
    ApplyDriverPackage,
    /// Asks a management point which drivers fit.
    AutoApplyDrivers,
    /// Sets up Windows and the client.
    SetupWindows,
    /// Installs a program of a package.
    InstallPackage,
    /// Installs applications.
    InstallApplication,
    /// Installs software updates.
    InstallUpdates,
    /// Downloads packages.
    DownloadPackages,
    /// Runs a child task sequence.
    ChildTaskSequence,
    /// Sets a variable.
    SetVariable,
    /// Another step of Configuration Manager.
    Other,
    /// A step of the Microsoft Deployment Toolkit inside a task sequence of Configuration Manager.
    Mdt,
    /// A step that this program does not know.
    Unknown,
}

const PREFIX: &str = "SMS_TaskSequence_";

/// Steps that need nothing of their own kind here.
const OTHERS: &[&str] = &[
    "ApplyNetworkSettingsAction",
    "ApplyWindowsSettingsAction",
    "CaptureNetworkSettingsAction",
    "CaptureSystemImageAction",
    "CaptureUserStateAction",
    "CaptureWindowsSettingsAction",
    "ConnectNetworkFolderAction",
    "ConvertDiskAction",
    "DisableBitLockerAction",
    "EnableBitLockerAction",
    "InstallDeployToolsAction",
    "JoinDomainWorkgroupAction",
    "OfflineEnableBitLockerAction",
    "PartitionDiskAction",
    "PrepareOSAction",
    "PrepareSMSClientAction",
    "PrestartCheckAction",
    "RebootAction",
    "ReleaseStateStoreAction",
    "RequestStateStoreAction",
    "RestoreUserStateAction",
    "RunCommandLineAction",
    "RunPowerShellScriptAction",
    "SetDynamicVariablesAction",
];

impl StepKind {
    /// The kind of a step by its attribute `type`.
    #[must_use]
    pub fn of(type_name: &str) -> Self {
        let Some(name) = type_name.strip_prefix(PREFIX) else {
            return if type_name.starts_with("BDD_") { Self::Mdt } else { Self::Unknown };
        };
        match name {
            "ApplyOperatingSystemAction" => Self::ApplyOperatingSystem,
            "UpgradeOperatingSystemAction" => Self::UpgradeOperatingSystem,
            "ApplyDataImageAction" => Self::ApplyDataImage,
            "ApplyDriverPackageAction" => Self::ApplyDriverPackage,
            "AutoApplyAction" => Self::AutoApplyDrivers,
            "SetupWindowsAndSMSAction" => Self::SetupWindows,
            "InstallSoftwareAction" => Self::InstallPackage,
            "InstallApplicationAction" => Self::InstallApplication,
            "InstallUpdateAction" => Self::InstallUpdates,
            "DownloadPackageContentAction" => Self::DownloadPackages,
            "SubTasksequence" => Self::ChildTaskSequence,
            "SetVariableAction" => Self::SetVariable,
            other if OTHERS.contains(&other) => Self::Other,
            _ => Self::Unknown,
        }
    }
}

/// What the value of a variable means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A package ID.
    Package(ContentKind),
    /// A package ID, if it has the form of one: the name of the variable does not tell more.
    PackageIfId(ContentKind),
    /// Package IDs, with commas between.
    Packages,
    /// Model names of applications, with commas between.
    Applications,
    /// The program of the package of the step.
    Program,
    /// Number of an image or edition.
    ImageIndex,
    /// Base name of variables that name what is installed.
    BaseVariable,
    /// Name of the variable that the step sets.
    SetName,
    /// Whether the value that it sets is hidden.
    SetIsHidden,
    /// Value that it sets: only whether there is one.
    SetValue,
    /// Shown name, package type or ID of one of several, by its number.
    Item(ItemPart, usize),
    /// A secret: only whether there is one.
    Secret,
}

/// Part of one of several things that a step names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemPart {
    /// Package ID or model name.
    Id,
    /// Shown name.
    Name,
    /// Number of the package type.
    Type,
}

/// What a variable of a step means; `None` when media need not know it. `name` is the task sequence variable, `property`
/// that of the provider.
pub(super) fn meaning(kind: StepKind, name: &str, property: &str) -> Option<Meaning> {
    use ContentKind::{DriverPackage, OperatingSystemImage, OperatingSystemUpgradePackage, Package, TaskSequence};
    let found = match (kind, name) {
        (StepKind::ApplyOperatingSystem | StepKind::ApplyDataImage, "ImagePackageID") => {
            Meaning::Package(OperatingSystemImage)
        }
        (StepKind::ApplyOperatingSystem, "InstallPackageID") => Meaning::Package(OperatingSystemUpgradePackage),
        (StepKind::ApplyOperatingSystem, "ConfigFilePackage") => Meaning::Package(Package),
        (StepKind::ApplyOperatingSystem, "OSDImageIndex" | "OSDInstallEditionIndex")
        | (StepKind::ApplyDataImage, "OSDDataImageIndex")
        | (StepKind::UpgradeOperatingSystem, "OSDUpgradeInstallEditionIndex") => Meaning::ImageIndex,
        (StepKind::UpgradeOperatingSystem, "OSDUpgradeInstallPackageID") => {
            Meaning::Package(OperatingSystemUpgradePackage)
        }
        (StepKind::UpgradeOperatingSystem, "OSDUpgradeDriverPackageID")
        | (StepKind::ApplyDriverPackage, "OSDApplyDriverDriverPackageID") => Meaning::Package(DriverPackage),
        (StepKind::ChildTaskSequence, "OSDSubTasksequencePackageID") => Meaning::Package(TaskSequence),
        // What a child needs comes from the child itself.
        (StepKind::ChildTaskSequence, _) => return None,
        (StepKind::InstallPackage, "_SMSSWDProgramName") => Meaning::Program,
        (StepKind::InstallPackage | StepKind::InstallApplication, "BaseVariableName") => Meaning::BaseVariable,
        (StepKind::InstallApplication, "ApplicationName") => Meaning::Applications,
        (StepKind::InstallApplication, _) if item(name, "OSDApp").is_some() => return item(name, "OSDApp"),
        (StepKind::DownloadPackages, "OSDDownloadDownloadPackages") => Meaning::Packages,
        (StepKind::DownloadPackages, _) if item(name, "OSDPackage").is_some() => return item(name, "OSDPackage"),
        (StepKind::SetVariable, "VariableName") => Meaning::SetName,
        (StepKind::SetVariable, "DoNotShowVariableValue") => Meaning::SetIsHidden,
        (StepKind::SetVariable, "VariableValue") => Meaning::SetValue,
        _ if CHOICES.contains(&name) => return None,
        _ if is_secret(name) || is_secret(property) => Meaning::Secret,
        _ if [name, property].iter().any(|of| ends_with_ignoring_case(of, "PackageID")) => Meaning::Package(Package),
        _ if [name, property].iter().any(|of| ends_with_ignoring_case(of, "Package")) => Meaning::PackageIfId(Package),
        _ => return None,
    };
    Some(found)
}

fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    text.len() >= end.len() && text.as_bytes()[text.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

/// `OSDApp3Name`, `OSDApp3DisplayName`, `OSDPackage0PackageId`, `OSDPackage0Name`, `OSDPackage0PkgType`.
fn item(name: &str, prefix: &str) -> Option<Meaning> {
    let rest = name.strip_prefix(prefix)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest[..digits].parse().ok()?;
    let part = match (prefix, &rest[digits..]) {
        ("OSDApp", "Name") => ItemPart::Id,
        ("OSDApp", "DisplayName") => ItemPart::Name,
        ("OSDPackage", "PackageId") => ItemPart::Id,
        ("OSDPackage", "Name") => ItemPart::Name,
        ("OSDPackage", "PkgType") => ItemPart::Type,
        _ => return None,
    };
    Some(Meaning::Item(part, number))
}

/// Variables whose names end like those of secrets, but that hold a choice.
const CHOICES: [&str; 4] =
    ["OSDRandomAdminPassword", "RandomAdminPassword", "OSDBitLockerCreateRecoveryPassword", "CreateRecoveryPassword"];

/// Whether a variable of this name holds a secret: passwords, PINs and product keys.
pub(super) fn is_secret(name: &str) -> bool {
    let ends = ["Password", "Pwd", "ProductKey", "BitLockerPIN"];
    ends.iter().any(|end| ends_with_ignoring_case(name, end)) && !CHOICES.contains(&name)
}

/// The kind of content by the number of a package type.
pub(super) fn of_package_type(number: &str) -> Option<ContentKind> {
    Some(match number.trim() {
        "0" => ContentKind::Package,
        "3" => ContentKind::DriverPackage,
        "4" => ContentKind::TaskSequence,
        "8" | "512" => ContentKind::Application,
        "257" => ContentKind::OperatingSystemImage,
        "258" => ContentKind::BootImage,
        "259" => ContentKind::OperatingSystemUpgradePackage,
        _ => return None,
    })
}

/// Collects what the variables of a step say.
#[derive(Debug, Default)]
pub(super) struct Values {
    packages: Vec<(ContentKind, String)>,
    applications: Vec<String>,
    program: Option<String>,
    items: Vec<Item>,
    set_is_hidden: bool,
    /// Where the value stands that it sets.
    sets_a_value: Option<Range<u64>>,
    /// Where its secrets stand.
    secrets: Vec<Range<u64>>,
}

#[derive(Debug)]
struct Item {
    number: usize,
    id: Option<String>,
    name: Option<String>,
    kind: Option<ContentKind>,
}

impl Values {
    /// Takes the value of a variable, and where it stands.
    pub(super) fn take(&mut self, step: &mut Step, name: &str, meaning: Meaning, value: &str, place: Range<u64>) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let list = || value.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
        match meaning {
            Meaning::Package(kind) => self.packages.push((kind, value.to_owned())),
            Meaning::PackageIfId(kind) => {
                if matches!(IdForm::of_package(value), IdForm::Id | IdForm::Placeholder) {
                    self.packages.push((kind, value.to_owned()));
                }
            }
            Meaning::Packages => self.packages.extend(list().map(|id| (ContentKind::Package, id))),
            Meaning::Applications => self.applications.extend(list()),
            Meaning::Program => self.program = Some(value.to_owned()),
            Meaning::ImageIndex => step.image_index = Some(value.to_owned()),
            Meaning::BaseVariable => step.base_variable = Some(value.to_owned()),
            Meaning::SetName => step.sets = Some(value.to_owned()),
            Meaning::SetIsHidden => self.set_is_hidden = value.eq_ignore_ascii_case("true"),
            Meaning::SetValue => self.sets_a_value = Some(place),
            Meaning::Item(part, number) => self.item(part, number, value),
            Meaning::Secret => {
                step.secrets.push(name.to_owned());
                self.secrets.push(place);
            }
        }
    }

    fn item(&mut self, part: ItemPart, number: usize, value: &str) {
        let place = self.items.iter().position(|item| item.number == number).unwrap_or_else(|| {
            self.items.push(Item { number, id: None, name: None, kind: None });
            self.items.len() - 1
        });
        let Some(item) = self.items.get_mut(place) else { return };
        match part {
            ItemPart::Id => item.id = Some(value.to_owned()),
            ItemPart::Name => item.name = Some(value.to_owned()),
            ItemPart::Type => item.kind = of_package_type(value),
        }
    }

    /// Puts what was collected into the step, each thing once. Says where its secrets stand.
    pub(super) fn finish(self, step: &mut Step) -> Vec<Range<u64>> {
        let Self { packages, applications, program, items, set_is_hidden, sets_a_value, mut secrets } = self;
        let is_application = step.kind == StepKind::InstallApplication;
        for (kind, id) in packages {
            let named = items.iter().find(|item| item.id.as_deref() == Some(id.as_str()));
            let kind = named.and_then(|item| item.kind).unwrap_or(kind);
            let name = named.and_then(|item| item.name.clone());
            add(step, kind, id, program.clone(), name);
        }
        for id in applications {
            let name = items.iter().find(|i| i.id.as_deref() == Some(id.as_str())).and_then(|i| i.name.clone());
            add(step, ContentKind::Application, id, None, name);
        }
        for Item { id, name, kind, .. } in items {
            let default = if is_application { ContentKind::Application } else { ContentKind::Package };
            if let Some(id) = id {
                add(step, kind.unwrap_or(default), id, None, name);
            }
        }
        let hidden = sets_a_value.filter(|_| set_is_hidden || step.sets.as_deref().is_some_and(is_secret));
        if let Some(place) = hidden {
            step.secrets.extend(step.sets.clone());
            secrets.push(place);
            secrets.sort_by_key(|place| place.start);
        }
        secrets
    }
}

fn add(step: &mut Step, kind: ContentKind, id: String, program: Option<String>, name: Option<String>) {
    if step.uses.iter().any(|of| of.id.eq_ignore_ascii_case(&id)) {
        return;
    }
    let form = match kind {
        ContentKind::Application => IdForm::of_application(&id),
        _ => IdForm::of_package(&id),
    };
    step.uses.push(StepUse { kind, id, form, program, name });
}
