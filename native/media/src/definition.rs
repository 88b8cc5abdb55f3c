//! The definition: what an admin wants. Small, serialisable, without secrets.

use crate::options::{
    BootLoaderChoice, CertificateEncryption, ImageCompression, LogVariableValue, MediaSize, TargetArchitecture,
    TargetSecureBoot, UserDeviceAffinity, VariablesEncryption,
};
use crate::secret::SecretReference;
use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the definition format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// The field with the password of the client certificate, and what it is in words.
pub(crate) const CLIENT_PASSWORD: (&str, &str) =
    ("distributionPointCertificatePassword", "password of the client certificate");

/// What a medium is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    /// Starts a computer and gets everything from the site.
    Bootable,
    /// Captures the Windows that it is started in.
    Capture,
    /// Carries its task sequence with everything that it needs, and asks no site.
    StandAlone,
    /// An operating system image with what starts the computer beside it, to be applied to a disk in a factory or a depot.
    Prestaged,
}

/// What the medium is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MediaType {
    /// A disc image (.iso).
    CdDvd,
    /// A folder with the files of the medium, to be copied to a stick or served by a network.
    Folder,
}

/// How the medium finds its management point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MediaMode {
    /// It asks a management point which one serves its place in the network.
    Dynamic,
    /// It always uses the management point that it names.
    SiteBased,
}

/// A task sequence variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value; may be empty.
    pub value: String,
}

/// Where the site facts are: a file, several files, or the facts themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FactsSource {
    /// The path of a facts file, or of an export file (zip).
    Path(Utf8PathBufText),
    /// The paths of several: what one does not know, the next one tells.
    Paths(Vec<Utf8PathBufText>),
    /// The facts.
    Inline(serde_json::Map<String, serde_json::Value>),
}

impl FactsSource {
    /// The files that they are in.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        match self {
            Self::Path(path) => std::slice::from_ref(path),
            Self::Paths(paths) => paths,
            Self::Inline(_) => &[],
        }
    }

    fn paths_mut(&mut self) -> &mut [String] {
        match self {
            Self::Path(path) => std::slice::from_mut(path),
            Self::Paths(paths) => paths,
            Self::Inline(_) => &mut [],
        }
    }
}

/// A path, as text. (A type of its own so that the schema says what it is.)
pub type Utf8PathBufText = String;

/// What one medium shall be. Every field is the parameter of `New-TaskSequenceMediaDefinition` of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Definition {
    /// The version of this format: 1.
    pub schema_version: u32,
    /// What the medium is for.
    pub kind: Kind,
    /// The file or folder to make. In a definition file a relative path starts at the folder of that file.
    pub path: String,
    /// What the medium is written to; a disc image, when absent, for kinds that leave the choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// The name that the disc shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_label: Option<String>,
    /// The medium has a file autorun.inf, which Windows offers to start; virus scanners often block it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include_autorun: bool,
    /// How the medium finds its management point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_mode: Option<MediaMode>,
    /// The site code; when given, the facts must be of this site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_code: Option<String>,
    /// The site facts: a path, or the facts.
    pub site_facts: FactsSource,
    /// The oldest that the facts may be, in days; any age, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_facts_maximum_age: Option<u32>,
    /// The task sequence that computers will run, by its package ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_sequence: Option<String>,
    /// Applications to carry beside it: their IDs, or names that only one has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub application: Vec<String>,
    /// Applications that these need are carried too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include_application_dependency: bool,
    /// Packages to carry beside it, by their package IDs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub package: Vec<String>,
    /// Driver packages to carry beside it, by their package IDs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub driver_package: Vec<String>,
    /// How much a disc holds: a medium that does not fit is made as several. A word (`Dvd5`), or bytes; without limit, when
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_size: Option<MediaSize>,
    /// Operating system images too long for a stick are carried in parts, wherever the medium is made; else only where the
    /// volume of the target cannot hold them whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub split_image: bool,
    /// From when on the medium may be used; at any time, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub media_start_date: Option<Timestamp>,
    /// Until when the medium may be used; for ever, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub media_expiration_date: Option<Timestamp>,
    /// The boot image: a package ID, or the path of a .wim file. Stand-alone media take that of their task sequence, when
    /// absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub boot_image: String,
    /// The operating system image: a package ID, or the path of a .wim file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_image: Option<String>,
    /// The number of the image in that file, from 1; needed when it holds several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_image_index: Option<u32>,
    /// Files of the operating system image that lie where files of the medium go give way to them; else they stay.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replace_image_file: bool,
    /// The WIM gets a table of hashes that tells where it is damaged (integrity table).
    #[serde(default, skip_serializing_if = "is_default")]
    pub image_integrity: bool,
    /// How hard the files beside those of the operating system are compressed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub image_compression: ImageCompression,
    /// The medium starts without waiting for a key: for virtual machines, which cannot press one in time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_prompt: bool,
    /// The computers that are to start from the medium; only checks look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_architecture: Option<TargetArchitecture>,
    /// Content libraries (folders or shares), other media and shares with a folder a package, the source folder of one package
    /// (`PS100012=FOLDER`), and distribution points (`http://server`, `https://server`, or the full name of a
    /// server), in the order in which they are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distribution_point: Vec<String>,
    /// Management points, most preferred first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub management_point: Vec<String>,
    /// Where the password of the medium can be found: `env:NAME`, `file:PATH` or `secret:VAULT/NAME`. Never the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_password: Option<String>,
    /// Without a password nothing is made.
    #[serde(default, skip_serializing_if = "is_default")]
    pub require_password: bool,
    /// It is meant that there is no password: no warning about that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_password: bool,
    /// The cipher of the variables file; that of the media profile (AES-128), when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables_encryption: Option<VariablesEncryption>,
    /// Task sequence variables, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variable: Vec<Variable>,
    /// Names of variables whose values no log shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive_variable: Vec<String>,
    /// Which values of variables the log shows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub log_variable_value: LogVariableValue,
    /// The command line that runs in Windows PE before the task sequence is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prestart_command: Option<String>,
    /// The files that the prestart command needs: a package ID, or the path of a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prestart_package: Option<String>,
    /// Who made the medium: at most 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// The version of the medium, in the words of its maker: at most 32 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What the medium is for: at most 127 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The medium asks nothing when it starts (but for its password).
    #[serde(default, skip_serializing_if = "is_default")]
    pub allow_unattended: bool,
    /// Computers that the site does not know may use the medium.
    #[serde(default, skip_serializing_if = "is_default")]
    pub allow_unknown_machine: bool,
    /// How the medium makes the person at the computer its primary user.
    #[serde(default, skip_serializing_if = "is_default")]
    pub user_device_affinity: UserDeviceAffinity,
    /// The certificate of a PKI that the medium gets: the path of a PKCS #12 file (.pfx, .p12), or
    /// `cert:CurrentUser/My/THUMBPRINT` for a store of Windows; a fresh self-signed one, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_path: Option<String>,
    /// Where the password of the PKCS #12 file can be found, as `mediaPassword`. Never the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_password: Option<String>,
    /// How the certificate file in the variables is encrypted; as the media profile says (`Classic`), when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_encryption: Option<CertificateEncryption>,
    /// When the media certificate begins to be valid; now, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub certificate_start_time: Option<Timestamp>,
    /// When the media certificate ends; one year after its start, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub certificate_expire_time: Option<Timestamp>,
    /// The time that the disc bears, in seconds since 1970 (UTC); the time of the build, when absent. With it, equal input
    /// gives equal bytes everywhere but in the variables file, whose certificate is always fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<i64>,
    /// The folder of a console or site server, from which the programs come that start the medium in a running Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_path: Option<String>,
    /// What a capture medium does: a policy file, a task sequence, or a capture medium that the console made (image or folder).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_policy_path: Option<String>,
    /// Which of the boot loaders in the boot image the medium starts with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub boot_loader: BootLoaderChoice,
    /// What the computers trust that the medium is for; only checks look at it. Not known, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_secure_boot: Option<TargetSecureBoot>,
    /// The medium is made although checks of the definition failed, as far as it can be made at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_test_failure: bool,
    /// A JSON file with values of the media profile that shall differ from the built-in ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_profile: Option<String>,
    /// The folder in which content of distribution points is kept for the next medium; one of the user's, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_path: Option<String>,
    /// Nothing is kept: content goes from the distribution point into the medium.
    #[serde(default, skip_serializing_if = "is_default")]
    pub no_cache: bool,
    /// How many files are asked for at once, 1 to 64; 4, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle_limit: Option<u32>,
    /// Certificates to trust beside those of the system: files (PEM or DER), or thumbprints of servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_certificate: Vec<String>,
    /// Who to be for distribution points that want a client certificate: the path of a PKCS #12 file (.pfx, .p12), or
    /// `cert:CurrentUser/My/THUMBPRINT` for a store of Windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_point_certificate_path: Option<String>,
    /// Where the password of that file can be found, as `mediaPassword`. Never the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_point_certificate_password: Option<String>,
    /// The folder for temporary files; the system's, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_folder: Option<String>,
    /// The log file; `CreateTSMedia.log` in the system's temporary folder, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_path: Option<String>,
}

/// Whether a value need not be written, as its absence says the same.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The names of the fields, as written in JSON; used to name the nearest one for a field that is not known.
pub const FIELDS: &[&str] = &[
    "schemaVersion",
    "kind",
    "path",
    "mediaType",
    "mediaLabel",
    "includeAutorun",
    "mediaMode",
    "siteCode",
    "siteFacts",
    "siteFactsMaximumAge",
    "taskSequence",
    "application",
    "includeApplicationDependency",
    "package",
    "driverPackage",
    "mediaSize",
    "splitImage",
    "mediaStartDate",
    "mediaExpirationDate",
    "bootImage",
    "operatingSystemImage",
    "operatingSystemImageIndex",
    "replaceImageFile",
    "imageIntegrity",
    "imageCompression",
    "noPrompt",
    "targetArchitecture",
    "distributionPoint",
    "managementPoint",
    "mediaPassword",
    "requirePassword",
    "noPassword",
    "variablesEncryption",
    "variable",
    "sensitiveVariable",
    "logVariableValue",
    "prestartCommand",
    "prestartPackage",
    "createdBy",
    "version",
    "comment",
    "allowUnattended",
    "allowUnknownMachine",
    "userDeviceAffinity",
    "certificatePath",
    "certificatePassword",
    "certificateEncryption",
    "certificateStartTime",
    "certificateExpireTime",
    "epoch",
    "consolePath",
    "capturePolicyPath",
    "bootLoader",
    "targetSecureBoot",
    "ignoreTestFailure",
    "mediaProfile",
    "cachePath",
    "noCache",
    "throttleLimit",
    "trustedCertificate",
    "distributionPointCertificatePath",
    "distributionPointCertificatePassword",
    "temporaryFolder",
    "logPath",
];

impl Definition {
    /// Reads a definition from JSON text. `origin` names the text in errors, and its folder is where relative paths of
    /// the definition start; without it they are left as they are.
    pub fn parse(text: &str, origin: Option<&Utf8Path>) -> Result<Self> {
        let place = origin.map_or_else(|| "the definition".to_owned(), |p| format!("'{p}'"));
        check_fields(text, &place)?;
        let mut definition: Self = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
            let message =
                format!("{place}, line {}, column {}: {}.", e.line(), e.column(), crate::json::plain_message(&e));
            Error::new(ErrorKind::DefinitionMalformed, Stage::Input, message).target(place.clone()).source(e)
        })?;
        if definition.schema_version != SCHEMA_VERSION {
            let message = format!(
                "{place} has schema version {}; this program knows version {SCHEMA_VERSION}.",
                definition.schema_version
            );
            return Err(Error::new(ErrorKind::DefinitionVersion, Stage::Input, message).target("schemaVersion"));
        }
        if let Some(reference) = &definition.media_password {
            SecretReference::parse(reference)?;
        }
        if let Some(reference) = &definition.certificate_password {
            SecretReference::parse_of(reference, "certificatePassword", "certificate password")?;
        }
        if let Some(reference) = &definition.distribution_point_certificate_password {
            SecretReference::parse_of(reference, CLIENT_PASSWORD.0, CLIENT_PASSWORD.1)?;
        }
        if let Some(folder) = origin.and_then(Utf8Path::parent) {
            definition.rebase(folder);
        }
        Ok(definition)
    }

    /// Reads a definition file.
    pub fn load(path: &Utf8Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| {
            let message = format!("The definition '{path}' cannot be read.");
            Error::new(ErrorKind::PathInvalid, Stage::Input, message).target(path.as_str()).source(e)
        })?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let message = format!("The definition '{path}' is not UTF-8 text.");
            Error::new(ErrorKind::DefinitionMalformed, Stage::Input, message)
                .target(path.as_str())
                .action("Save the file as UTF-8. Windows PowerShell 5.1 writes UTF-16 unless told otherwise.")
                .source(e)
        })?;
        let absolute = camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned());
        Self::parse(&text, Some(&absolute))
    }

    /// The definition as JSON text, ready for a file.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|e| {
            Error::new(ErrorKind::Internal, Stage::Input, "The definition cannot be written as JSON.").source(e)
        })
    }

    /// Lets relative paths start at `folder`.
    fn rebase(&mut self, folder: &Utf8Path) {
        let rebase = |path: &mut String| *path = folder.join(&*path).into_string();
        rebase(&mut self.path);
        self.site_facts.paths_mut().iter_mut().for_each(rebase);
        if is_wim_path(&self.boot_image) {
            rebase(&mut self.boot_image);
        }
        self.operating_system_image.iter_mut().filter(|image| !is_package_id(image)).for_each(rebase);
        self.distribution_point.iter_mut().filter(|text| !is_server(text, folder)).for_each(|text| {
            *text = match tsm_content::PlainFolder::one_package(text) {
                Some((id, path)) => format!("{id}={}", folder.join(path)),
                None => folder.join(&*text).into_string(),
            };
        });
        self.cache_path.iter_mut().for_each(rebase);
        self.trusted_certificate.iter_mut().filter(|text| !tsm_net::Trust::is_thumbprint(text)).for_each(rebase);
        self.media_profile.iter_mut().for_each(rebase);
        self.console_path.iter_mut().for_each(rebase);
        self.capture_policy_path.iter_mut().for_each(rebase);
        self.prestart_package.iter_mut().filter(|package| !is_package_id(package)).for_each(rebase);
        self.temporary_folder.iter_mut().for_each(rebase);
        self.log_path.iter_mut().for_each(rebase);
        let certificates = [&mut self.certificate_path, &mut self.distribution_point_certificate_path];
        let files = certificates.into_iter().flatten().filter(|path| !crate::certificate::is_in_store(path));
        files.for_each(rebase);
        let passwords = [
            &mut self.media_password,
            &mut self.certificate_password,
            &mut self.distribution_point_certificate_password,
        ];
        for reference in passwords.into_iter().flatten() {
            if let Some(path) = reference.strip_prefix("file:") {
                *reference = format!("file:{}", folder.join(path));
            }
        }
    }

    /// What the medium is written to.
    pub(crate) fn form(&self) -> crate::media_kind::Form {
        (self.kind.rules().form)(self)
    }

    /// The target as a path.
    pub fn target(&self) -> Utf8PathBuf {
        Utf8PathBuf::from(&self.path)
    }
}

/// Whether a text names a distribution point rather than a folder, seen from `folder`.
fn is_server(text: &str, folder: &Utf8Path) -> bool {
    tsm_content::DistributionPoint::is_named_by(text) && !folder.join(text).exists()
}

/// Whether the boot image is given as a file rather than as a package ID.
pub fn is_wim_path(boot_image: &str) -> bool {
    boot_image.contains(['/', '\\']) || boot_image.to_ascii_lowercase().ends_with(".wim")
}

/// Whether a text has the form of a package ID: eight letters or digits. A folder of such a name is given as `./NAME`.
pub fn is_package_id(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Names by which the product's own commands and older scripts call fields.
const ALIASES: &[(&str, &str)] = &[
    ("password", "mediaPassword"),
    ("label", "mediaLabel"),
    ("prestartCommandLine", "prestartCommand"),
    ("preExecCommandLine", "prestartCommand"),
    ("commandPackage", "prestartPackage"),
    ("stagingFolder", "temporaryFolder"),
    ("operatingSystemImagePackage", "operatingSystemImage"),
    ("imageIndex", "operatingSystemImageIndex"),
];

/// Refuses fields that are not known, naming the nearest one that is.
fn check_fields(text: &str, place: &str) -> Result<()> {
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return Ok(()); // the real reader says what is wrong
    };
    let Some(unknown) = object.keys().find(|k| !FIELDS.contains(&k.as_str())) else { return Ok(()) };
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(unknown)).map(|(_, field)| *field);
    let nearest = alias.or_else(|| crate::json::nearest(unknown, FIELDS.iter().copied()));
    let hint = nearest.map_or_else(String::new, |n| format!(" Did you mean '{n}'?"));
    let message = format!("{place} has the field '{unknown}', which no definition has.{hint}");
    Err(Error::new(ErrorKind::DefinitionFieldUnknown, Stage::Input, message).target(unknown.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> serde_json::Value {
        serde_json::json!({
            "schemaVersion": 1, "kind": "Bootable", "path": "out/boot.iso", "mediaType": "CdDvd", "mediaMode": "SiteBased",
            "siteFacts": "facts.json", "bootImage": "PS100005", "distributionPoint": ["SCCMContentLib"],
            "managementPoint": ["http://mp1.contoso.test"]
        })
    }

    /// A path in the folder of `/media/recipes/boot.json`, with the separator of this system before it.
    fn in_folder(path: &str) -> String {
        Utf8Path::new("/media/recipes").join(path).into_string()
    }

    #[test]
    fn a_definition_survives_the_way_through_json() {
        let definition = Definition::parse(&minimal().to_string(), None).unwrap();
        let again = Definition::parse(&definition.to_json().unwrap(), None).unwrap();
        assert_eq!(definition, again);
    }

    #[test]
    fn relative_paths_start_at_the_folder_of_the_file_but_package_ids_stay() {
        let origin = Utf8Path::new("/media/recipes/boot.json");
        let definition = Definition::parse(&minimal().to_string(), Some(origin)).unwrap();
        assert_eq!(definition.path, in_folder("out/boot.iso"));
        assert_eq!(definition.boot_image, "PS100005");
        assert_eq!(definition.distribution_point, [in_folder("SCCMContentLib")]);
    }

    #[test]
    fn servers_and_thumbprints_are_no_paths() {
        let mut json = minimal();
        let thumbprint = "AB".repeat(20);
        json["distributionPoint"] =
            serde_json::json!(["http://dp1:8080", "dp1.contoso.test", "DP1", "./dp1.contoso.test", "PS100012=tools"]);
        json["trustedCertificate"] = serde_json::json!(["root.cer", thumbprint]);
        let definition = Definition::parse(&json.to_string(), Some(Utf8Path::new("/media/recipes/boot.json"))).unwrap();
        assert_eq!(definition.distribution_point[..3], ["http://dp1:8080", "dp1.contoso.test", "DP1"]);
        assert_eq!(definition.distribution_point[3], in_folder("./dp1.contoso.test"));
        assert_eq!(definition.distribution_point[4], format!("PS100012={}", in_folder("tools")));
        assert_eq!(definition.trusted_certificate, [in_folder("root.cer"), thumbprint]);
    }

    #[test]
    fn malformed_json_is_named_with_line_and_column() {
        let error = Definition::parse("{\n  \"kind\": Bootable\n}", None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DefinitionMalformed);
        assert!(error.message().contains("line 2, column"), "{}", error.message());
    }

    #[test]
    fn an_unknown_field_is_named_with_the_nearest_known_one() {
        let mut json = minimal();
        json["mediaLable"] = "x".into();
        let error = Definition::parse(&json.to_string(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DefinitionFieldUnknown);
        assert!(error.message().contains("'mediaLable'") && error.message().contains("'mediaLabel'"), "{error}");
    }

    #[test]
    fn the_list_of_fields_is_the_list_of_the_schema() {
        let schema = serde_json::to_value(schemars::schema_for!(Definition)).unwrap();
        let mut names: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let mut listed: Vec<String> = FIELDS.iter().map(|f| (*f).to_owned()).collect();
        names.sort();
        listed.sort();
        assert_eq!(names, listed);
    }

    #[test]
    fn a_password_in_a_definition_is_refused() {
        let mut json = minimal();
        json["mediaPassword"] = "Pa55word".into();
        let error = Definition::parse(&json.to_string(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SecretReferenceInvalid);
    }
}
