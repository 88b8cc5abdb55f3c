//! The task sequences of a stand-alone medium: their policies, which the site gives, and what their steps refer to.

use crate::definition::Definition;
use crate::report::Check;
use crate::task_sequence::{findings_of_medium, stand_alone_checks};
use crate::{Error, ErrorKind, Result, Stage, site};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use tsm_formats::MediaProfile;
use tsm_formats::policy::{MediaPolicy, PolicyError, PolicyTaskSequence, SecretError};
use tsm_formats::task_sequence::{
    Entry, Finding, IdForm, Resolution, RunningSteps, TaskSequence, resolve, running_steps,
};
use tsm_site::SiteFacts;

/// A task sequence on a medium.
struct CarriedSequence {
    /// Its package ID, as far as the policy has one.
    package_id: String,
    /// Its name.
    name: String,
    /// Its steps.
    sequence: TaskSequence,
}

/// The task sequences of a medium.
pub(crate) struct Sequences {
    /// The policies.
    pub policy: MediaPolicy,
    /// What they refer to.
    pub resolution: Resolution,
    /// What a stand-alone medium can and cannot do of the one that is asked for.
    pub checks: Vec<Check>,
    /// A hash over the policies without the secrets of their task sequences, in hexadecimal digits: it is part of the
    /// identity of a plan, and a hash over a short secret tells the secret.
    pub outline: String,
}

impl Sequences {
    /// Reads the policies that the site facts hold of the task sequence of a definition.
    pub fn read(definition: &Definition, facts: &SiteFacts, profile: &MediaProfile) -> Result<Self> {
        let wanted = site::task_sequence(facts, definition.task_sequence.as_deref().unwrap_or_default())?;
        let id = wanted.package_id.as_str();
        if wanted.policies.is_empty() {
            let message = format!(
                "The site facts hold no policies of task sequence {id} ('{}'): a medium that carries it cannot be made.",
                wanted.name
            );
            return Err(Error::new(ErrorKind::PolicyMissing, Stage::Site, message).target(id));
        }
        let join = |own: &[String], client: &[String]| own.iter().chain(client).cloned().collect::<Vec<_>>();
        let policies = join(&wanted.policies, &facts.client_policies);
        let assignments = join(&wanted.policy_assignments, &facts.client_policy_assignments);
        let policy =
            MediaPolicy::of_site(&policies, &assignments, profile).map_err(|e| unreadable(id, &e).source(e))?;
        let (mut sequences, mut outline) = (Vec::new(), Outline::of(&policy));
        for found in policy.task_sequences() {
            let carried = read(id, &found)?;
            outline.add(&carried.sequence, &found.sequence);
            sequences.push(carried);
        }
        // The one that is asked for first; a policy that names no package is that of the only one.
        sequences.sort_by_key(|s| {
            let is_other = IdForm::of_package(&s.package_id) == IdForm::Id;
            (!s.package_id.eq_ignore_ascii_case(id), is_other)
        });
        if sequences.is_empty() {
            let message = format!("The policies of task sequence {id} hold no task sequence.");
            return Err(Error::new(ErrorKind::PolicyUnreadable, Stage::Site, message).target(id));
        }
        check_is_meant(id, &sequences)?;
        check_names(&sequences)?;
        let sequence = sequences.first().map(|first| &first.sequence);
        let root = Entry { package_id: id, boot_image: wanted.boot_image.as_deref(), sequence };
        let (resolution, running) = look_into(&root, &sequences);
        check_cycles(id, &resolution)?;
        let mut checks = stand_alone_checks(root, &running, facts.site_type);
        checks.extend(findings_of_medium(&resolution));
        Ok(Self { policy, resolution, checks, outline: outline.finish() })
    }
}

/// A hash over everything in policies but secrets. Each part has its length before it, so that nothing can move between two.
struct Outline(Sha256);

impl Outline {
    /// Over what stands around the task sequences.
    fn of(policy: &MediaPolicy) -> Self {
        let mut outline = Self(Sha256::new());
        policy.around_task_sequences().iter().for_each(|around| outline.part(around.as_bytes()));
        outline
    }

    /// Over a task sequence too, whose text this is.
    fn add(&mut self, sequence: &TaskSequence, text: &str) {
        sequence.open_parts(text).for_each(|part| self.part(part));
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> String {
        crate::text::hex(&self.0.finalize())
    }
}

fn read(id: &str, found: &PolicyTaskSequence) -> Result<CarriedSequence> {
    let sequence = TaskSequence::parse(&found.sequence).map_err(|e| {
        let message = format!("The task sequence '{}' in the policies of {id} cannot be used: {e}.", found.name);
        Error::new(ErrorKind::PolicyUnreadable, Stage::Site, message).target(id).source(e)
    })?;
    Ok(CarriedSequence { package_id: found.package_id.clone(), name: found.name.clone(), sequence })
}

fn unreadable(id: &str, why: &PolicyError) -> Error {
    let message = format!("The policies of task sequence {id} cannot be used: {why}.");
    let kind = match why {
        PolicyError::Secret { source: SecretError::UnknownAlgorithm(_), .. } => ErrorKind::PolicyAlgorithmUnknown,
        _ => ErrorKind::PolicyUnreadable,
    };
    Error::new(kind, Stage::Site, message).target(id)
}

/// Policies may name no package, or a stand-in for one; another package is another task sequence.
fn check_is_meant(id: &str, sequences: &[CarriedSequence]) -> Result<()> {
    let other =
        |s: &CarriedSequence| IdForm::of_package(&s.package_id) == IdForm::Id && !s.package_id.eq_ignore_ascii_case(id);
    match sequences.first().filter(|first| other(first)) {
        None => Ok(()),
        Some(first) => {
            let message = format!(
                "The policies that the site facts hold of task sequence {id} are those of {} ('{}').",
                first.package_id, first.name
            );
            Err(Error::new(ErrorKind::PolicyMissing, Stage::Site, message).target(id))
        }
    }
}

/// Whoever starts the medium chooses by name.
fn check_names(sequences: &[CarriedSequence]) -> Result<()> {
    let mut seen = HashSet::new();
    match sequences.iter().find(|s| !s.name.is_empty() && !seen.insert(s.name.to_lowercase())) {
        None => Ok(()),
        Some(twice) => {
            let message = format!("Two task sequences of the medium have the name '{}'.", twice.name);
            Err(Error::new(ErrorKind::TaskSequenceNameTwice, Stage::Site, message).target(twice.name.clone()))
        }
    }
}

/// What the steps refer to, and the steps that run.
fn look_into<'a>(root: &Entry<'a>, sequences: &'a [CarriedSequence]) -> (Resolution, RunningSteps<'a>) {
    let catalogue = |wanted: &str| {
        let found = sequences.iter().find(|s| s.package_id.eq_ignore_ascii_case(wanted))?;
        Some(Entry { package_id: &found.package_id, boot_image: None, sequence: Some(&found.sequence) })
    };
    (resolve(root, &catalogue), running_steps(root, &catalogue))
}

fn check_cycles(id: &str, resolution: &Resolution) -> Result<()> {
    let cycle = resolution.findings.iter().find_map(|finding| match finding {
        Finding::Cycle { step, through } => Some((step, through)),
        _ => None,
    });
    match cycle {
        None => Ok(()),
        Some((step, through)) => {
            let message =
                format!("The step '{step}' runs a task sequence that is running already: {}.", through.join(" > "));
            Err(Error::new(ErrorKind::ChildCycle, Stage::Site, message).target(id))
        }
    }
}
