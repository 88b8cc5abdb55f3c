//! What a job does: one call of `tsm_media`, its result turned into an output event.

use crate::errors::Failure;
use crate::events::Queue;
use crate::selftest::SelfTest;
use camino::Utf8PathBuf;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tsm_job::Context;
use tsm_media::{
    ApplyScriptRequest, BootImageQuery, ContentLimits, Definition, Host, MediaTest, NewCertificate, ReferenceQuery,
    Secrets,
};

/// What is asked of a job.
#[derive(Debug)]
pub(crate) enum Task {
    TestDefinition(Definition),
    Resolve(Definition),
    /// With the identity of the plan that is expected, if one is.
    Create(Definition, Option<String>),
    TestMedia(MediaTest),
    GetMedia(MediaTest),
    ProfileEvidence(MediaTest),
    SaveContent(Definition),
    /// To a folder or file.
    ExportContent(Definition, Utf8PathBuf),
    ImportContent(BundleRead),
    /// In the cache that is named, or the user's own.
    ListContent(Option<Utf8PathBuf>),
    /// From the cache that is named, or the user's own; with `true`, only said.
    ClearContent(Option<Utf8PathBuf>, ContentLimits, bool),
    NewCertificate(NewCertificate),
    ReadCertificate(CertificateRead),
    GetBootConfiguration(MediaTest),
    GetBootImage(BootImageQuery),
    /// What a task sequence refers to.
    References(ReferenceQuery),
    ExportApplyScript(ApplyScriptRequest),
    /// The boot loaders of a program, a folder, a boot image or a disc image.
    BootLoaders(MediaTest),
    SelfTest(SelfTest),
}

/// A certificate that is to be read.
#[derive(Debug)]
pub(crate) struct CertificateRead {
    /// A PKCS #12 file, or a place in a store of Windows.
    pub path: String,
    /// One that media cannot use is an error.
    pub for_media: bool,
}

/// A bundle that is to be read.
#[derive(Debug)]
pub(crate) struct BundleRead {
    /// The bundle.
    pub path: Utf8PathBuf,
    /// The folder for the files of a bundle that is one file.
    pub destination: Option<Utf8PathBuf>,
    /// Where its medium is to be made.
    pub media_path: Utf8PathBuf,
}

/// A task with what it needs.
#[derive(Debug)]
pub(crate) struct Work {
    task: Task,
    secrets: Secrets,
    host: Host,
}

impl Work {
    pub(crate) fn new(task: Task, secrets: Secrets, host: Host) -> Self {
        Self { task, secrets, host }
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Does the work; outputs go to the queue, the result of the `completed` event is returned.
    pub(crate) fn run(self, context: &Context, queue: &Queue) -> Result<Value, Failure> {
        const REPORT: &str = "TaskSequenceMedia.TestReport";
        const MEDIA: &str = "TaskSequenceMedia.Media";
        const CONTENT: &str = "TaskSequenceMedia.Content";
        const BUNDLE: &str = "TaskSequenceMedia.Bundle";
        const CERTIFICATE: &str = "TaskSequenceMedia.Certificate";
        let Self { task, secrets, host } = self;
        match task {
            Task::TestDefinition(definition) => {
                emit(queue, REPORT, &tsm_media::test_definition(&definition, &secrets, &host, context)?)
            }
            Task::Resolve(definition) => {
                emit(queue, "TaskSequenceMedia.Plan", &tsm_media::resolve(&definition, &secrets, &host, context)?)
            }
            Task::Create(definition, plan) => {
                for medium in tsm_media::create_all(&definition, plan.as_deref(), &secrets, &host, context)? {
                    emit(queue, MEDIA, &medium)?;
                }
                Ok(json!({}))
            }
            Task::TestMedia(media) => emit(queue, REPORT, &tsm_media::test_media(&media, &secrets, &host, context)?),
            // A program, a folder or a boot image is no medium, but has boot loaders to tell of.
            Task::GetMedia(media) if tsm_media::has_only_boot_loaders(&media.path, &host) => {
                loaders(queue, &media, &host)
            }
            Task::GetMedia(media) => emit(queue, MEDIA, &tsm_media::get_media(&media, &secrets, &host, context)?),
            Task::BootLoaders(media) => loaders(queue, &media, &host),
            Task::ProfileEvidence(media) => {
                let records = tsm_media::profile_evidence(&media, &secrets, &host)?;
                emit_all(queue, "TaskSequenceMedia.Evidence", &records)
            }
            Task::SaveContent(definition) => {
                emit_all(queue, CONTENT, &tsm_media::save_content(&definition, &secrets, &host, context)?)
            }
            Task::ExportContent(definition, target) => {
                emit(queue, BUNDLE, &tsm_media::export_content(&definition, &target, &secrets, &host, context)?)
            }
            Task::ImportContent(BundleRead { path, destination, media_path }) => {
                emit(queue, BUNDLE, &tsm_media::import_content(&path, destination.as_deref(), &media_path, context)?)
            }
            Task::ListContent(cache) => emit_all(queue, CONTENT, &tsm_media::list_content(cache.as_deref())?),
            Task::ClearContent(cache, limits, only_say) => {
                let swept = tsm_media::clear_content(cache.as_deref(), &limits, only_say, context)?;
                emit(queue, "TaskSequenceMedia.ContentSweep", &swept)
            }
            Task::NewCertificate(request) => emit(queue, CERTIFICATE, &tsm_media::new_certificate(&request, &secrets)?),
            Task::ReadCertificate(CertificateRead { path, for_media }) => {
                emit(queue, CERTIFICATE, &tsm_media::read_certificate(&path, for_media, &secrets)?)
            }
            Task::GetBootConfiguration(media) => {
                for configuration in tsm_media::get_boot_configuration(&media, &secrets, &host)? {
                    emit(queue, "TaskSequenceMedia.BootConfiguration", &configuration)?;
                }
                Ok(json!({}))
            }
            Task::GetBootImage(query) => {
                emit(queue, "TaskSequenceMedia.BootImageFacts", &tsm_media::get_boot_image(&query, &host, context)?)
            }
            Task::References(query) => {
                let found = tsm_media::task_sequence_references(&query, context)?;
                emit(queue, "TaskSequenceMedia.TaskSequenceReferences", &found)
            }
            Task::ExportApplyScript(request) => {
                let script = tsm_media::export_apply_script(&request, &host, context)?;
                emit(queue, "TaskSequenceMedia.ApplyScript", &script)
            }
            Task::SelfTest(test) => test.run(&secrets, context, queue),
        }
    }
}

fn loaders(queue: &Queue, media: &MediaTest, host: &Host) -> Result<Value, Failure> {
    emit_all(queue, "TaskSequenceMedia.BootLoader", &tsm_media::boot_loaders(media, host)?)
}

/// Gives values out, an event each.
fn emit_all(queue: &Queue, type_name: &'static str, values: &[impl Serialize]) -> Result<Value, Failure> {
    for value in values {
        emit(queue, type_name, value)?;
    }
    Ok(json!({}))
}

/// Gives a value out as an event.
pub(crate) fn emit(queue: &Queue, type_name: &'static str, value: &impl Serialize) -> Result<Value, Failure> {
    let value =
        serde_json::to_value(value).map_err(|e| Failure::bad_request(format!("The result has no JSON form: {e}.")))?;
    queue.output(type_name, pascal_case(value));
    Ok(json!({}))
}

/// Field names as PowerShell writes them. Names are ours, never a user's text, with one exception: site facts that stand
/// in a definition are a document of their own and stay as they are, so that they can be sent back.
pub(crate) fn pascal_case(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(pascal_case).collect()),
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(key, value)| {
                    let value = if key == "siteFacts" { value } else { pascal_case(value) };
                    (upper_first(&key), value)
                })
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

fn upper_first(key: &str) -> String {
    let mut characters = key.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_names_become_pascal_case_at_every_depth_and_values_stay() {
        let value = json!({ "planId": "planId", "entries": [{ "sha256": null, "path": "a/b" }] });
        let expected = json!({ "PlanId": "planId", "Entries": [{ "Sha256": null, "Path": "a/b" }] });
        assert_eq!(pascal_case(value), expected);
    }

    #[test]
    fn site_facts_within_a_definition_stay_a_facts_document() {
        let value = json!({ "definition": { "siteFacts": { "siteCode": "PS1" } } });
        assert_eq!(pascal_case(value), json!({ "Definition": { "SiteFacts": { "siteCode": "PS1" } } }));
    }
}
