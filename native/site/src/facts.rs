//! The facts themselves.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the facts format that this program writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// What a site says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SiteFacts {
    /// The version of this format: 1.
    pub schema_version: u32,
    /// When the facts were taken from the site.
    #[schemars(with = "String")]
    pub retrieved: Timestamp,
    /// The site code, three characters.
    pub site_code: String,
    /// The name of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
    /// The place of the site in its hierarchy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_type: Option<SiteType>,
    /// The ports of the management points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Ports>,
    /// The bit mask `IISSSLState` of the site: 63 and 31 are HTTPS only, 1248 is the default of new sites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iis_ssl_state: Option<u32>,
    /// Which certificate a client takes when several match: `true` = the one that is valid longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_first_certificate: Option<bool>,
    /// The trusted root key of the site, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_root_key: Option<String>,
    /// The certificate with which the site signs its policies: DER, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_signing_certificate: Option<String>,
    /// The root certificates that the site trusts: DER, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub root_ca_certificates: Vec<String>,
    /// The organisation name that the task sequence shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// The time zone of the site, in the form that its record has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Clients prefer the management points of their boundary group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer_boundary_group_management_points: Option<bool>,
    /// The records for computers that the site does not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_computers: Vec<UnknownComputer>,
    /// The management points of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub management_points: Vec<ManagementPoint>,
    /// The distribution points of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distribution_points: Vec<DistributionPoint>,
    /// The packages of the site, as far as media need them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    /// The policies with the client settings of the site (`GetClientConfigPolicies`), for media that carry a task sequence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_policies: Vec<String>,
    /// The assignments of these policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_policy_assignments: Vec<String>,
    /// The task sequences of the site, as far as media need them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub task_sequences: Vec<TaskSequence>,
    /// The applications of the site, as far as media need them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<Application>,
    /// The deployments of task sequences, where the site tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<Deployment>,
    /// Where single facts came from, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// What a further source said otherwise; never written. See [`SiteFacts::with`].
    #[serde(skip)]
    pub conflicts: Vec<Conflict>,
}

/// A fact that two sources know differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The name of the fact, as in an [`Origin`].
    pub fact: String,
    /// What the facts have.
    pub kept: String,
    /// What the other source says. Secrets and long values are not told.
    pub other: String,
    /// The other source.
    pub source: String,
}

/// The place of a site in its hierarchy (class `SMS_Site`, property `Type`: 4, 2, 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SiteType {
    /// The site above all primary sites; it has no clients and no management point of its own.
    CentralAdministrationSite,
    /// A site with clients.
    Primary,
    /// A site below a primary one.
    Secondary,
}

/// The ports of the management points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ports {
    /// The port for HTTP.
    pub http: u16,
    /// The port for HTTPS.
    pub https: u16,
}

/// A processor architecture, in the words of Configuration Manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// 32-bit.
    X86,
    /// 64-bit.
    X64,
    /// 64-bit ARM.
    Arm64,
}

impl Architecture {
    /// The word, such as `x64`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "x86",
            Self::X64 => "x64",
            Self::Arm64 => "arm64",
        }
    }
}

impl std::fmt::Display for Architecture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The record for unknown computers of one architecture (class `SMS_R_UnknownSystem`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnknownComputer {
    /// The architecture of the hardware.
    pub architecture: Architecture,
    /// Its `SMSUniqueIdentifier`: a GUID in lower case, without braces.
    pub id: String,
}

/// A management point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagementPoint {
    /// Its address, `http://server` or `https://server`, with a port where it is not the default.
    pub url: String,
    /// It is a cloud management gateway.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cloud: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A distribution point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DistributionPoint {
    /// Its full name in the network.
    pub name: String,
    /// The folders or shares of its content library, primary drive first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<String>,
}

/// What a package holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PackageKind {
    /// A boot image.
    BootImage,
    /// An operating system image.
    OperatingSystemImage,
    /// A classic package.
    Package,
    /// A driver package.
    DriverPackage,
    /// An application.
    Application,
    /// An operating system upgrade package.
    OperatingSystemUpgradePackage,
}

/// A package of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Package {
    /// The package ID, eight characters.
    pub package_id: String,
    /// What it holds.
    pub kind: PackageKind,
    /// Its name.
    pub name: String,
    /// The version of its source.
    pub source_version: u32,
    /// The architecture, for boot images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Architecture>,
    /// Its contents, where the site tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Content>,
}

/// A content of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Content {
    /// The content ID.
    pub content_id: String,
    /// The hash of the whole content that the site records, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// A task sequence (class `SMS_TaskSequencePackage`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskSequence {
    /// Its package ID, eight characters.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// The package ID of its boot image (`BootImageID`); absent for a task sequence that names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_image: Option<String>,
    /// What its steps need (`References`, and the boot image is not among them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Its steps: the text of the property `Sequence` (XML). Can hold passwords, unlike an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// Its policies for stand-alone media (`GetTsPoliciesSaMedia`), as the site gives them. They can hold passwords.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// The assignments of these policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_assignments: Vec<String>,
}

impl std::fmt::Debug for TaskSequence {
    /// Without its steps, which can hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { package_id, name, boot_image, references, .. } = self;
        let mut text = f.debug_struct("TaskSequence");
        text.field("package_id", package_id).field("name", name).field("boot_image", boot_image);
        text.field("references", references).finish_non_exhaustive()
    }
}

/// Something that a task sequence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub kind: PackageKind,
    /// Its package ID; for an application its ID in the list `applications`.
    pub id: String,
    /// Its name, where the source of the facts tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Application {
    /// Its model name: `ScopeId_<GUID>/Application_<GUID>`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its revision.
    pub version: u32,
    /// How it is installed, in the order in which clients try it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployment_types: Vec<DeploymentType>,
}

/// A way to install an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentType {
    /// Its name.
    pub name: String,
    /// The package that holds its content in content libraries; absent for one without content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// The content IDs (`Content_<GUID>`); absent for one without content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// The IDs of applications that have to be installed before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
}

/// A deployment of a task sequence to a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deployment {
    /// The package ID of the task sequence.
    pub task_sequence: String,
    /// The collection, by its ID.
    pub collection: String,
    /// To whom it is made available ("Make available to the following").
    pub availability: Availability,
    /// Whether computers run it without being asked.
    pub purpose: Purpose,
    /// When it begins to be available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub available_from: Option<Timestamp>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Timestamp>,
}

/// To whom a deployment is made available, in the words of the deployment settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Availability {
    /// "Only Configuration Manager Clients".
    Clients,
    /// "Configuration Manager clients, media and PXE".
    ClientsMediaAndPxe,
    /// "Only media and PXE".
    MediaAndPxe,
    /// "Only media and PXE (hidden)".
    MediaAndPxeHidden,
}

impl Availability {
    /// Whether a medium can find the task sequence.
    pub fn is_for_media(self) -> bool {
        self != Self::Clients
    }
}

/// Whether computers run a deployment without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Purpose {
    /// The person at the computer chooses it.
    Available,
    /// It runs by itself.
    Required,
}

/// Where a fact came from, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// The name of the fact, as in this file: `publicRootKey`.
    pub fact: String,
    /// Where it came from: "mobileclient.tcf of the site server".
    pub source: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub retrieved: Option<Timestamp>,
}

impl SiteFacts {
    /// Facts that know nothing yet but whose they are.
    pub fn of_site(site_code: &str, retrieved: Timestamp) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            retrieved,
            site_code: site_code.to_owned(),
            site_name: None,
            site_type: None,
            ports: None,
            iis_ssl_state: None,
            use_first_certificate: None,
            public_root_key: None,
            site_signing_certificate: None,
            root_ca_certificates: Vec::new(),
            organization_name: None,
            time_zone: None,
            prefer_boundary_group_management_points: None,
            unknown_computers: Vec::new(),
            management_points: Vec::new(),
            distribution_points: Vec::new(),
            packages: Vec::new(),
            client_policies: Vec::new(),
            client_policy_assignments: Vec::new(),
            task_sequences: Vec::new(),
            applications: Vec::new(),
            deployments: Vec::new(),
            origins: Vec::new(),
            conflicts: Vec::new(),
        }
    }

    /// The package of this ID; IDs are compared without regard to case.
    pub fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|p| p.package_id.eq_ignore_ascii_case(id))
    }

    /// The task sequence of this ID; IDs are compared without regard to case.
    pub fn task_sequence(&self, id: &str) -> Option<&TaskSequence> {
        self.task_sequences.iter().find(|t| t.package_id.eq_ignore_ascii_case(id))
    }

    /// The application of this ID, or, where only one has it, of this name.
    pub fn application(&self, id_or_name: &str) -> Option<&Application> {
        let by_id = self.applications.iter().find(|a| a.id.eq_ignore_ascii_case(id_or_name));
        let mut by_name = self.applications.iter().filter(|a| a.name.eq_ignore_ascii_case(id_or_name));
        by_id.or_else(|| by_name.next().filter(|_| by_name.next().is_none()))
    }

    /// Where a fact came from, for messages: "from mobileclient.tcf, 2026-11-01".
    pub fn origin(&self, fact: &str) -> Option<&Origin> {
        self.origins.iter().find(|o| o.fact == fact)
    }
}
