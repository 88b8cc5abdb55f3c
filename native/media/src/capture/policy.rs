//! The policy of a capture medium: from a policy file, or from a capture medium that the console made.

use crate::blueprint::{Item, Source};
use crate::carrier::Carrier;
use crate::definition::{Definition, Kind};
use crate::inspect::find;
use crate::{Error, ErrorKind, Host, Result, Stage};
use camino::Utf8Path;
use std::io::Read;
use tsm_formats::MediaProfile;
use tsm_formats::envelope::MAGIC;
use tsm_formats::policy::{MediaPolicy, PolicyError, PolicyTaskSequence};
use tsm_formats::text;
use tsm_formats::variables::{MediaVariables, names};
use zeroize::Zeroizing;

/// No policy is larger; a larger file is not read.
const MOST_BYTES: u64 = 64 << 20;
/// What stands for the ID and the name of the deployment where a bare task sequence is given.
const NAME: &str = "Capture";

/// The policy that a capture medium gets.
pub(crate) struct CapturePolicy {
    policy: MediaPolicy,
}

impl CapturePolicy {
    /// Reads the policy that the definition names; `None` for another kind of medium.
    pub fn find(definition: &Definition, profile: &MediaProfile) -> Result<Option<Self>> {
        if definition.kind != Kind::Capture {
            return Ok(None);
        }
        let Some(path) = definition.capture_policy_path.as_deref().filter(|path| !path.is_empty()) else {
            let message = "The task sequence that captures is public nowhere, so that it cannot be made here.";
            return Err(Error::new(ErrorKind::CapturePolicyMissing, Stage::Plan, message).target("capturePolicyPath"));
        };
        let path = Utf8Path::new(path);
        let policy = read(path, profile)?;
        if policy.task_sequences().is_empty() {
            let message = format!("The policy of '{path}' holds no task sequence.");
            return Err(fault(ErrorKind::CapturePolicyEmpty, path, message));
        }
        Ok(Some(Self { policy }))
    }

    /// The names of its task sequences.
    pub fn names(&self) -> Vec<String> {
        self.policy.task_sequences().iter().map(|sequence| sequence.name.clone()).collect()
    }

    /// Policy.xml as a file of the medium. Its length does not depend on the key.
    pub fn item(&self, profile: &MediaProfile, modified: i64) -> Result<Item> {
        let size = Some(self.sealed("", profile)?.len() as u64);
        Ok(Item { path: profile.layout.policy_path(), size, hash: None, modified, source: Source::Policy })
    }

    /// The bytes of Policy.xml for a medium with this GUID, which is the key where there is no password.
    pub fn sealed(&self, media_guid: &str, profile: &MediaProfile) -> Result<Vec<u8>> {
        self.policy.to_bytes(media_guid, profile, profile.envelope.algorithm).map_err(|e| {
            let message = format!("The policy cannot be written: {e}.");
            Error::new(ErrorKind::CapturePolicyUnreadable, Stage::Build, message).target("capturePolicyPath").source(e)
        })
    }
}

fn fault(kind: ErrorKind, path: &Utf8Path, message: String) -> Error {
    Error::new(kind, Stage::Plan, message).target(path.as_str())
}

/// A folder or a disc image is a medium; any other file is a policy.
fn read(path: &Utf8Path, profile: &MediaProfile) -> Result<MediaPolicy> {
    if path.is_dir() {
        return of_medium(path, profile);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let opened = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    opened.map_err(|e| {
        fault(ErrorKind::CapturePolicyUnreadable, path, format!("The policy '{path}' cannot be read.")).source(e)
    })?;
    if bytes.starts_with(&MAGIC) {
        // Its key stands in the file of variables beside it, which somebody may have brought along.
        let beside = path.with_file_name(&profile.layout.variables_file);
        return of_files(path, &bytes, std::fs::read(beside).ok().as_deref(), profile);
    }
    match text::decode(&bytes) {
        Ok(text) if text.trim_start().starts_with('<') => of_text(path, &text, profile),
        _ => of_medium(path, profile),
    }
}

/// Plain text: a policy, or a task sequence by itself.
fn of_text(path: &Utf8Path, text: &str, profile: &MediaProfile) -> Result<MediaPolicy> {
    let mut policy = MediaPolicy::new();
    policy.push(text).map_err(|e| unusable(path, e))?;
    if !policy.task_sequences().is_empty() || !text.contains("<sequence") {
        return Ok(policy);
    }
    let sequence = PolicyTaskSequence {
        advertisement_id: String::new(),
        package_id: String::new(),
        name: NAME.to_owned(),
        sequence: Zeroizing::new(text.to_owned()),
    };
    let mut made = MediaPolicy::new();
    made.push_task_sequence(&sequence, &profile.policy).map_err(|e| unusable(path, e))?;
    Ok(made)
}

/// The policy of a medium: a disc image, or a folder.
fn of_medium(path: &Utf8Path, profile: &MediaProfile) -> Result<MediaPolicy> {
    let no_policy = |what: &str| {
        let message = format!("'{path}' is neither a policy nor a medium that carries one: {what}");
        fault(ErrorKind::CapturePolicyUnreadable, path, message)
    };
    let (mut carrier, files, _) =
        Carrier::open(path, profile, &Host::default()).map_err(|e| no_policy(e.message()).source(e))?;
    let mut bytes = |place: &str| -> Option<Vec<u8>> {
        let file = find(&files, place).filter(|file| file.size <= MOST_BYTES)?;
        let mut bytes = Vec::new();
        carrier.read(file).and_then(|mut reader| reader.read_to_end(&mut bytes)).ok()?;
        Some(bytes)
    };
    let place = profile.layout.policy_path();
    let policy = bytes(&place).ok_or_else(|| no_policy(&format!("there is no '{place}'.")))?;
    let variables = bytes(&profile.layout.variables_path());
    of_files(path, &policy, variables.as_deref(), profile)
}

/// Policy.xml, with the variables file that holds its key.
fn of_files(path: &Utf8Path, policy: &[u8], variables: Option<&[u8]>, profile: &MediaProfile) -> Result<MediaPolicy> {
    let default = profile.envelope.default_password.as_str();
    let variables = variables.and_then(|bytes| MediaVariables::from_bytes(bytes, default).ok());
    open(policy, variables.as_ref(), profile).map_err(|e| unusable(path, e))
}

/// Opens Policy.xml with the media GUID, which is the key where there is no password, or as Variables.dat opens.
fn open(
    policy: &[u8],
    variables: Option<&MediaVariables>,
    profile: &MediaProfile,
) -> std::result::Result<MediaPolicy, PolicyError> {
    let guid = variables.and_then(|variables| variables.get(names::MEDIA_GUID));
    let default = profile.envelope.default_password.as_str();
    let opened = MediaPolicy::from_bytes(policy, guid.unwrap_or(default));
    match opened {
        Err(error) if guid.is_some() => MediaPolicy::from_bytes(policy, default).map_err(|_| error),
        opened => opened,
    }
}

/// The names of the task sequences in the Policy.xml of a medium with these variables.
pub(crate) fn task_sequences(
    policy: &[u8],
    variables: Option<&MediaVariables>,
    profile: &MediaProfile,
) -> std::result::Result<Vec<String>, PolicyError> {
    Ok(open(policy, variables, profile)?.task_sequences().iter().map(|sequence| sequence.name.clone()).collect())
}

fn unusable(path: &Utf8Path, error: PolicyError) -> Error {
    let message = format!("The policy of '{path}' cannot be used: {error}.");
    fault(ErrorKind::CapturePolicyUnreadable, path, message).source(error)
}
