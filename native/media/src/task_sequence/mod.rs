//! Task sequences: found in the facts of a site, in an export file or alone; what they need, and what is odd about them.

mod findings;
mod sources;
mod stand_alone;

use crate::checks::fact_conflicts;
use crate::report::{Check, Outcome};
use crate::{Error, ErrorKind, Result, Stage};
use camino::Utf8PathBuf;
use serde::Serialize;
use std::collections::HashMap;
use tsm_formats::task_sequence::{
    ContentKind, Entry, Needed, Reference, ReferenceSource, Resolution, TaskSequence, TaskSequenceError, resolve,
    running_steps,
};
use tsm_job::Context;
use tsm_site::{PackageKind, SiteFacts};

pub(crate) use findings::of_medium as findings_of_medium;
pub(crate) use stand_alone::checks as stand_alone_checks;

/// Which task sequence is asked about, and where it is.
#[derive(Debug, Clone, Default)]
pub struct ReferenceQuery {
    /// A facts file, an export file (zip), or the text of a task sequence (XML).
    pub path: Utf8PathBuf,
    /// Its package ID or its name; needed where there are several.
    pub task_sequence: Option<String>,
    /// A facts file that says what the site knows, beside an export file or a text.
    pub site_facts: Option<Utf8PathBuf>,
    /// Check also whether stand-alone media can run it.
    pub stand_alone: bool,
}

/// What a task sequence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSequenceReferences {
    /// Its package ID; empty for a text that stands alone.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// Its boot image.
    pub boot_image: Option<String>,
    /// How many steps it has, its children not counted; absent when the steps are not known.
    pub step_count: Option<usize>,
    /// Where it was read from.
    pub origin: String,
    /// What it refers to: the boot image, then step by step, then what is only listed.
    pub references: Vec<TaskSequenceReference>,
    /// What is odd about it.
    pub checks: Vec<Check>,
    /// The variables that hold secrets; their values are never kept.
    pub secrets: Vec<TaskSequenceSecret>,
}

/// Something that a task sequence refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSequenceReference {
    /// Package ID of the task sequence that has the step.
    pub task_sequence: String,
    /// The step, with the groups around it: `Install / Applications / Install Office`; absent for the boot image and for
    /// what is only in the list of references.
    pub step: Option<String>,
    /// What it is: a kind of package, `Application` or `TaskSequence`.
    pub kind: &'static str,
    /// Package ID, or model name of an application.
    pub id: String,
    /// Its name, where it is known.
    pub name: Option<String>,
    /// The program of a package.
    pub program: Option<String>,
    /// The image in its file, or the edition, that the step takes.
    pub image_index: Option<String>,
    /// The step runs: neither it nor a group around it is disabled.
    pub is_enabled: bool,
    /// A medium with this task sequence has to bring it.
    pub is_needed: bool,
    /// Where it was found: `BootImage`, `Step` or `List`.
    pub source: &'static str,
    /// The site facts know it.
    pub is_known: bool,
    /// The version of its source, where it is known.
    pub source_version: Option<u32>,
    /// Its contents, where the facts tell them.
    pub contents: Vec<String>,
    /// What to do, when it is needed and not known.
    pub remedy: Option<&'static str>,
}

/// A variable that holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSequenceSecret {
    /// The step; absent for variables of the whole task sequence.
    pub step: Option<String>,
    /// Its name.
    pub variable: String,
}

/// What a task sequence refers to, and what is odd about it.
///
/// # Errors
/// The file cannot be read, is none of the three forms, or has no such task sequence, or several.
pub fn task_sequence_references(query: &ReferenceQuery, context: &Context) -> Result<TaskSequenceReferences> {
    let mut found = sources::find(query)?;
    context.check()?;
    let mut sequences = Sequences::taken_from(&mut found.facts)?;
    let text = found.text.take();
    let is_text = text.is_some();
    sequences.0.extend(text.map(|text| (found.package_id.to_uppercase(), text)));
    context.check()?;
    let resolved = Resolved::of(&found.facts, &sequences, &found.package_id)?;
    let of_stand_alone = query.stand_alone.then(|| {
        let running = running_steps(&resolved.entry(), &catalogue(&found.facts, &sequences));
        stand_alone::checks(resolved.entry(), &running, found.facts.site_type)
    });
    let (step_count, secrets) = (resolved.sequence.map(|sequence| sequence.steps.len()), secrets(&resolved));
    let package_id = resolved.package_id.to_owned();
    let boot_image = resolved.boot_image.map(str::to_owned);
    let name = found.name.unwrap_or_else(|| resolved.name.to_owned());
    let mut resolution = resolved.resolution;
    // Every step of a large task sequence can have its check and its reference, and the steps themselves are told by now.
    drop(sequences);
    let known = findings::Known {
        package_id: &package_id,
        boot_image: boot_image.as_deref(),
        has_steps: step_count.is_some(),
        has_site: found.has_site,
    };
    let mut checks = findings::checks(&known, &mut resolution, &found.facts);
    checks.extend(of_stand_alone.into_iter().flatten());
    checks.extend(fact_conflicts(&found.facts));
    checks.retain(|check| check.outcome != Outcome::Passed);
    // A text alone never tells its boot image; elsewhere one word about it is enough.
    let mut told = is_text;
    let is_boot_image = |check: &Check| check.error_id.as_deref() == Some(ErrorKind::BootImageMissing.code());
    checks.retain(|check| !is_boot_image(check) || !std::mem::replace(&mut told, true));
    let package_id = if is_text { String::new() } else { package_id };
    let references = resolution.references.into_iter().map(|r| record(r, &found.facts, found.has_site)).collect();
    Ok(TaskSequenceReferences {
        package_id,
        name,
        boot_image,
        step_count,
        origin: found.origin,
        references,
        checks,
        secrets,
    })
}

/// The task sequences of a site whose steps are known, read once each.
pub(crate) struct Sequences(HashMap<String, TaskSequence>);

impl Sequences {
    /// Reads the text of every task sequence of the facts, and takes it out of them: it can be large.
    pub(crate) fn taken_from(facts: &mut SiteFacts) -> Result<Self> {
        let with_text = facts.task_sequences.iter_mut().filter_map(|t| Some((t.sequence.take()?, t)));
        let read = with_text.map(|(text, of)| {
            let sequence = TaskSequence::parse(&text).map_err(|error| unreadable(&of.package_id, error))?;
            Ok((of.package_id.to_uppercase(), sequence))
        });
        read.collect::<Result<_>>().map(Self)
    }

    fn get(&self, package_id: &str) -> Option<&TaskSequence> {
        self.0.get(&package_id.to_uppercase())
    }
}

/// Why a text cannot be read, as an error of this crate.
fn unreadable(target: &str, error: TaskSequenceError) -> Error {
    let kind = match error {
        TaskSequenceError::Mdt { .. } => ErrorKind::TaskSequenceOfToolkit,
        TaskSequenceError::DocumentType(_)
        | TaskSequenceError::Entity(_)
        | TaskSequenceError::TooLong { .. }
        | TaskSequenceError::TooMany { .. } => ErrorKind::TaskSequenceUnsafe,
        _ => ErrorKind::TaskSequenceUnreadable,
    };
    let message = format!("The task sequence {target} cannot be used: {error}.");
    Error::new(kind, Stage::Site, message).target(target).source(error)
}

/// A task sequence with everything that it needs.
pub(crate) struct Resolved<'a> {
    /// Its package ID.
    pub package_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its boot image.
    pub boot_image: Option<&'a str>,
    /// Its steps; absent when the facts have only its references.
    pub sequence: Option<&'a TaskSequence>,
    /// What it refers to.
    pub resolution: Resolution,
}

impl<'a> Resolved<'a> {
    /// Resolves a task sequence that the facts have.
    pub(crate) fn of(facts: &'a SiteFacts, sequences: &'a Sequences, package_id: &str) -> Result<Self> {
        let of = one(facts, package_id)?;
        let sequence = sequences.get(&of.package_id);
        let root = Entry { package_id: &of.package_id, boot_image: of.boot_image.as_deref(), sequence };
        let mut resolution = resolve(&root, &catalogue(facts, sequences));
        if sequence.is_none() {
            resolution.references.extend(of.references.iter().map(|reference| of_list(&of.package_id, reference)));
        }
        let resolved = Self {
            package_id: &of.package_id,
            name: &of.name,
            boot_image: of.boot_image.as_deref(),
            sequence,
            resolution,
        };
        Ok(resolved.with_kinds(of, facts))
    }

    /// What is known of it.
    fn entry(&self) -> Entry<'a> {
        Entry { package_id: self.package_id, boot_image: self.boot_image, sequence: self.sequence }
    }

    /// What a step or the list does not say of the kind, the site knows.
    fn with_kinds(mut self, of: &tsm_site::TaskSequence, facts: &SiteFacts) -> Self {
        let of_list: HashMap<String, &tsm_site::Reference> =
            of.references.iter().rev().map(|r| (r.id.to_uppercase(), r)).collect();
        for reference in &mut self.resolution.references {
            let listed = of_list.get(&reference.id.to_uppercase()).copied();
            let known = facts.package(&reference.id).map(|p| p.kind).or(listed.map(|r| r.kind));
            let is_child = facts.task_sequence(&reference.id).is_some();
            if let Some(kind) = known {
                reference.kind = kind_of(kind);
            } else if is_child && reference.source == ReferenceSource::List {
                reference.kind = ContentKind::TaskSequence;
                reference.needed = Needed::NoContent;
            }
            if reference.name.is_none() {
                reference.name = listed.and_then(|r| r.name.clone());
            }
        }
        self
    }
}

/// Finds a task sequence of the facts by its package ID.
fn catalogue<'a>(facts: &'a SiteFacts, sequences: &'a Sequences) -> impl Fn(&str) -> Option<Entry<'a>> + 'a {
    |id| {
        let of = facts.task_sequence(id)?;
        let (package_id, boot_image) = (of.package_id.as_str(), of.boot_image.as_deref());
        Some(Entry { package_id, boot_image, sequence: sequences.get(package_id) })
    }
}

/// The one task sequence of a package ID or a name.
pub(crate) fn one<'a>(facts: &'a SiteFacts, id_or_name: &str) -> Result<&'a tsm_site::TaskSequence> {
    let fault = |kind, message: String| Err(Error::new(kind, Stage::Site, message).target(id_or_name));
    if let Some(found) = facts.task_sequence(id_or_name) {
        return Ok(found);
    }
    let named: Vec<_> = facts.task_sequences.iter().filter(|t| t.name.eq_ignore_ascii_case(id_or_name)).collect();
    let ids =
        |list: &[&tsm_site::TaskSequence]| list.iter().map(|t| t.package_id.as_str()).collect::<Vec<_>>().join(", ");
    match named.as_slice() {
        [one] => Ok(one),
        [] => {
            let all: Vec<_> = facts.task_sequences.iter().take(20).collect();
            let known = if all.is_empty() { "none".to_owned() } else { ids(&all) };
            let message =
                format!("The facts of site {} know no task sequence '{id_or_name}'; there: {known}.", facts.site_code);
            fault(ErrorKind::TaskSequenceUnknown, message)
        }
        several => {
            let message = format!("{} task sequences have the name '{id_or_name}': {}.", several.len(), ids(several));
            fault(ErrorKind::TaskSequenceAmbiguous, message)
        }
    }
}

fn of_list(package_id: &str, reference: &tsm_site::Reference) -> Reference {
    Reference {
        task_sequence: package_id.to_owned(),
        step: None,
        kind: kind_of(reference.kind),
        id: reference.id.clone(),
        name: reference.name.clone(),
        program: None,
        image_index: None,
        enabled: true,
        needed: Needed::Yes,
        source: ReferenceSource::List,
    }
}

fn kind_of(kind: PackageKind) -> ContentKind {
    match kind {
        PackageKind::BootImage => ContentKind::BootImage,
        PackageKind::OperatingSystemImage => ContentKind::OperatingSystemImage,
        PackageKind::Package => ContentKind::Package,
        PackageKind::DriverPackage => ContentKind::DriverPackage,
        PackageKind::Application => ContentKind::Application,
        PackageKind::OperatingSystemUpgradePackage => ContentKind::OperatingSystemUpgradePackage,
    }
}

fn record(reference: Reference, facts: &SiteFacts, has_site: bool) -> TaskSequenceReference {
    let package = facts.package(&reference.id);
    let application = facts.application(&reference.id).filter(|_| reference.kind == ContentKind::Application);
    let child = facts.task_sequence(&reference.id).filter(|_| reference.kind == ContentKind::TaskSequence);
    let is_known = package.is_some() || application.is_some() || child.is_some();
    let is_needed = reference.needed == Needed::Yes;
    let of_package = package.iter().flat_map(|p| p.contents.iter().map(|content| content.content_id.clone()));
    let types = application.iter().flat_map(|a| &a.deployment_types);
    let contents = of_package.chain(types.flat_map(|t| t.contents.iter().cloned())).collect();
    let name = package.map(|p| &p.name).or(application.map(|a| &a.name)).or(child.map(|t| &t.name));
    TaskSequenceReference {
        name: name.cloned().or(reference.name),
        task_sequence: reference.task_sequence,
        step: reference.step,
        kind: word(reference.kind),
        id: reference.id,
        program: reference.program,
        image_index: reference.image_index,
        is_enabled: reference.enabled,
        is_needed,
        source: match reference.source {
            ReferenceSource::BootImage => "BootImage",
            ReferenceSource::Step => "Step",
            ReferenceSource::List => "List",
        },
        is_known,
        source_version: package.map(|p| p.source_version).or(application.map(|a| a.version)),
        contents,
        remedy: (is_needed && !is_known).then(|| findings::where_to_get(reference.kind, has_site)),
    }
}

/// The word for a kind, as facts have it.
pub(crate) fn word(kind: ContentKind) -> &'static str {
    match kind {
        ContentKind::BootImage => "BootImage",
        ContentKind::OperatingSystemImage => "OperatingSystemImage",
        ContentKind::OperatingSystemUpgradePackage => "OperatingSystemUpgradePackage",
        ContentKind::DriverPackage => "DriverPackage",
        ContentKind::Package => "Package",
        ContentKind::Application => "Application",
        ContentKind::TaskSequence => "TaskSequence",
    }
}

fn secrets(resolved: &Resolved<'_>) -> Vec<TaskSequenceSecret> {
    let Some(sequence) = resolved.sequence else { return Vec::new() };
    let of_all = sequence.secrets.iter().map(|variable| (None, variable));
    let of_steps = sequence.steps.iter().flat_map(|step| step.secrets.iter().map(|v| (Some(step.path.clone()), v)));
    of_all.chain(of_steps).map(|(step, variable)| TaskSequenceSecret { step, variable: variable.clone() }).collect()
}

#[cfg(test)]
mod tests;
