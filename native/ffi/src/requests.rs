//! Requests: JSON in, a short answer or work for a job out.
//!
//! Field names are camelCase; a field or an operation that is not known is refused, never ignored.

use crate::errors::{ErrorObject, Failure, table};
use crate::secrets;
use crate::selftest::SelfTest;
use crate::work::{BundleRead, CertificateRead, Task, Work};
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tsm_media::{
    ApplyScriptRequest, BootImageQuery, ContentLimits, Definition, Error, ErrorKind, Host, MediaTest, NewCertificate,
    ReferenceQuery, Secrets, Stage, TargetFirmware,
};

/// The ids of the secrets that a request may use.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SecretIds {
    media_password: Option<u64>,
    certificate_password: Option<u64>,
    distribution_point_certificate_password: Option<u64>,
}

impl SecretIds {
    /// The secrets themselves.
    pub(crate) fn resolve(&self) -> Result<Secrets, Failure> {
        let get = |id: Option<u64>| id.map(secrets::get).transpose();
        Ok(Secrets {
            media_password: get(self.media_password)?,
            certificate_password: get(self.certificate_password)?,
            distribution_point_certificate_password: get(self.distribution_point_certificate_password)?,
        })
    }
}

/// What the caller's computer provides.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HostRequest {
    #[serde(default)]
    wim_library: Vec<Utf8PathBuf>,
    /// A file with the floors of security version numbers, in place of the built-in ones.
    security_versions: Option<Utf8PathBuf>,
}

impl HostRequest {
    fn into_host(self) -> Result<Host, Failure> {
        let host = Host { wim_library: self.wim_library, ..Host::default() };
        match self.security_versions {
            Some(file) => Ok(host.with_security_versions(&file)?),
            None => Ok(host),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFields {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaRequest {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParseRequest {
    text: String,
    path: Option<Utf8PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckRequest {
    definition: Value,
    #[serde(default)]
    secrets: Option<SecretIds>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DefinitionRequest {
    definition: Value,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateRequest {
    definition: Value,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
    plan_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MediaRequest {
    path: Utf8PathBuf,
    manifest_path: Option<Utf8PathBuf>,
    media_profile: Option<Utf8PathBuf>,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BootImageRequest {
    boot_image: String,
    #[serde(default)]
    distribution_point: Vec<Utf8PathBuf>,
    media_profile: Option<Utf8PathBuf>,
    temporary_folder: Option<Utf8PathBuf>,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReferenceRequest {
    path: Utf8PathBuf,
    task_sequence: Option<String>,
    site_facts: Option<Utf8PathBuf>,
    #[serde(default)]
    stand_alone: bool,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApplyScriptFields {
    path: Utf8PathBuf,
    destination: Utf8PathBuf,
    #[serde(default)]
    firmware: Vec<TargetFirmware>,
    disk: Option<u32>,
    efi_size: Option<u32>,
    #[serde(default)]
    replace: bool,
    media_profile: Option<Utf8PathBuf>,
    temporary_folder: Option<Utf8PathBuf>,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewCertificateRequest {
    certificate: NewCertificate,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReadCertificateRequest {
    path: String,
    #[serde(default)]
    for_media: bool,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExportContentRequest {
    definition: Value,
    path: Utf8PathBuf,
    #[serde(default)]
    secrets: Option<SecretIds>,
    #[serde(default)]
    host: Option<HostRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportContentRequest {
    path: Utf8PathBuf,
    destination: Option<Utf8PathBuf>,
    media_path: Utf8PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListContentRequest {
    cache_path: Option<Utf8PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClearContentRequest {
    cache_path: Option<Utf8PathBuf>,
    older_than_seconds: Option<u64>,
    maximum_bytes: Option<u64>,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    only_say: bool,
}

/// Answers a short request.
pub(crate) fn call(bytes: &[u8]) -> Result<Value, Failure> {
    let (op, fields) = open(bytes)?;
    match op.as_str() {
        "version" => {
            read::<NoFields>(&op, fields)?;
            Ok(json!({
                "abi": crate::ABI_VERSION,
                "version": env!("CARGO_PKG_VERSION"),
                "product": "TaskSequenceMedia",
            }))
        }
        "errors" => {
            read::<NoFields>(&op, fields)?;
            Ok(json!({ "errors": table() }))
        }
        "schema" => {
            let name = read::<SchemaRequest>(&op, fields)?.name;
            let schema = tsm_media::schema(&name).ok_or_else(|| {
                Failure::bad_request(format!("There is no schema '{name}', only definition, facts and manifest."))
            })?;
            Ok(json!({ "schema": schema }))
        }
        "parseDefinition" => {
            let request = read::<ParseRequest>(&op, fields)?;
            let definition = Definition::parse(&request.text, request.path.as_deref())?;
            Ok(json!({ "definition": definition }))
        }
        "checkDefinition" => check(read(&op, fields)?),
        "selftest" => read::<SelfTest>(&op, fields)?.call(),
        _ => Err(unknown(&op, "version, errors, schema, parseDefinition, checkDefinition, selftest")),
    }
}

/// Reads a request for a job. Secrets are looked up now, so the caller may drop them as soon as the job has started.
pub(crate) fn job(bytes: &[u8]) -> Result<Work, Failure> {
    let (op, fields) = open(bytes)?;
    match op.as_str() {
        "testDefinition" | "resolve" | "saveContent" => {
            let request = read::<DefinitionRequest>(&op, fields)?;
            let definition = definition(&request.definition)?;
            let task = match op.as_str() {
                "resolve" => Task::Resolve(definition),
                "saveContent" => Task::SaveContent(definition),
                _ => Task::TestDefinition(definition),
            };
            work(task, request.secrets, request.host)
        }
        "create" => {
            let request = read::<CreateRequest>(&op, fields)?;
            let task = Task::Create(definition(&request.definition)?, request.plan_id);
            work(task, request.secrets, request.host)
        }
        "getBootImage" => {
            let request = read::<BootImageRequest>(&op, fields)?;
            let query = BootImageQuery {
                boot_image: request.boot_image,
                distribution_point: request.distribution_point,
                profile: request.media_profile,
                temporary_folder: request.temporary_folder,
            };
            work(Task::GetBootImage(query), request.secrets, request.host)
        }
        "taskSequenceReferences" => {
            let request = read::<ReferenceRequest>(&op, fields)?;
            let query = ReferenceQuery {
                path: request.path,
                task_sequence: request.task_sequence,
                site_facts: request.site_facts,
                stand_alone: request.stand_alone,
            };
            work(Task::References(query), request.secrets, request.host)
        }
        "exportApplyScript" => {
            let request = read::<ApplyScriptFields>(&op, fields)?;
            let asked = ApplyScriptRequest {
                path: request.path,
                folder: request.destination,
                firmware: request.firmware,
                disk: request.disk,
                efi_size: request.efi_size,
                replace: request.replace,
                profile: request.media_profile,
                temporary_folder: request.temporary_folder,
            };
            work(Task::ExportApplyScript(asked), request.secrets, request.host)
        }
        "testMedia" | "getMedia" | "profileEvidence" | "getBootConfiguration" | "bootLoaders" => {
            let request = read::<MediaRequest>(&op, fields)?;
            let media =
                MediaTest { path: request.path, manifest: request.manifest_path, profile: request.media_profile };
            let task = match op.as_str() {
                "getMedia" => Task::GetMedia(media),
                "profileEvidence" => Task::ProfileEvidence(media),
                "getBootConfiguration" => Task::GetBootConfiguration(media),
                "bootLoaders" => Task::BootLoaders(media),
                _ => Task::TestMedia(media),
            };
            work(task, request.secrets, request.host)
        }
        "exportContent" => {
            let request = read::<ExportContentRequest>(&op, fields)?;
            let task = Task::ExportContent(definition(&request.definition)?, request.path);
            work(task, request.secrets, request.host)
        }
        "importContent" => {
            let ImportContentRequest { path, destination, media_path } = read(&op, fields)?;
            work(Task::ImportContent(BundleRead { path, destination, media_path }), None, None)
        }
        "listContent" => {
            let request = read::<ListContentRequest>(&op, fields)?;
            work(Task::ListContent(request.cache_path), None, None)
        }
        "clearContent" => {
            let request = read::<ClearContentRequest>(&op, fields)?;
            let limits = ContentLimits {
                older_than_seconds: request.older_than_seconds,
                maximum_bytes: request.maximum_bytes,
                packages: request.packages,
            };
            work(Task::ClearContent(request.cache_path, limits, request.only_say), None, None)
        }
        "newCertificate" => {
            let request = read::<NewCertificateRequest>(&op, fields)?;
            work(Task::NewCertificate(request.certificate), request.secrets, request.host)
        }
        "readCertificate" => {
            let request = read::<ReadCertificateRequest>(&op, fields)?;
            let read = CertificateRead { path: request.path, for_media: request.for_media };
            work(Task::ReadCertificate(read), request.secrets, request.host)
        }
        "selftest" => {
            let mut request = read::<SelfTest>(&op, fields)?;
            let secrets = request.secrets.take();
            work(Task::SelfTest(request), secrets, None)
        }
        _ => Err(unknown(
            &op,
            "testDefinition, resolve, create, testMedia, getMedia, profileEvidence, saveContent, listContent, clearContent, \
             exportContent, importContent, \
             newCertificate, readCertificate, getBootImage, taskSequenceReferences, getBootConfiguration, exportApplyScript, selftest",
        )),
    }
}

/// Every fault of a definition that can be seen without reading anything.
fn check(request: CheckRequest) -> Result<Value, Failure> {
    let definition = definition(&request.definition)?;
    let secrets = request.secrets.unwrap_or_default().resolve()?;
    let mut errors: Vec<ErrorObject> = tsm_media::check_definition(&definition).iter().map(ErrorObject::from).collect();
    if secrets.media_password.is_some_and(|password| password.expose().is_empty()) {
        let message = "The media password is empty.";
        let error = Error::new(ErrorKind::PasswordEmpty, Stage::Input, message).target("mediaPassword");
        errors.push(ErrorObject::from(&error));
    }
    Ok(json!({ "errors": errors }))
}

/// Takes the envelope off a request: the operation and the other fields.
fn open(bytes: &[u8]) -> Result<(String, Map<String, Value>), Failure> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| Failure::bad_request(format!("The request is not UTF-8 at byte {}.", e.valid_up_to())))?;
    let mut fields: Map<String, Value> = serde_json::from_str(text)
        .map_err(|e| Failure::bad_request(format!("The request is not a JSON object: {}.", place(&e))))?;
    match fields.shift_remove("op") {
        Some(Value::String(op)) => Ok((op, fields)),
        _ => Err(Failure::bad_request("The request has no text field 'op'.")),
    }
}

/// The fields of an operation.
fn read<T: DeserializeOwned>(op: &str, fields: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|e| Failure::bad_request(format!("The request '{op}' cannot be used: {e}.")))
}

/// A definition within a request. The reader of definition files is used, because its errors name the nearest field.
fn definition(value: &Value) -> Result<Definition, Failure> {
    Ok(Definition::parse(&value.to_string(), None)?)
}

fn work(task: Task, secrets: Option<SecretIds>, host: Option<HostRequest>) -> Result<Work, Failure> {
    Ok(Work::new(task, secrets.unwrap_or_default().resolve()?, host.unwrap_or_default().into_host()?))
}

fn unknown(op: &str, known: &str) -> Failure {
    Failure::bad_request(format!("There is no operation '{op}' here, only {known}."))
}

/// What is wrong and where, without quoting the request: it is not ours to repeat.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "its syntax is wrong",
        _ => "it has another type",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}
