//! `tsmedia references`: what a task sequence needs, step by step.

use crate::arguments::Voice;
use crate::print::{self, printable};
use crate::{exit, run};
use std::io::{self, Write};
use tsm_media::{
    Outcome, ReferenceQuery, Result, TaskSequenceReference, TaskSequenceReferences, task_sequence_references,
};

/// Runs the command and returns the exit code: what is needed and cannot be had is a warning here.
pub fn run(query: &ReferenceQuery, voice: Voice) -> Result<u8> {
    let found = task_sequence_references(query, &run::context(voice)?)?;
    run::say(voice, &found, references);
    Ok(if found.checks.is_empty() { exit::GOOD } else { exit::of_outcome(Outcome::Warning, exit::GOOD) })
}

fn references(out: &mut dyn Write, found: &TaskSequenceReferences) -> io::Result<()> {
    let name = printable(&found.name);
    let steps = found.step_count.map_or("steps not known".to_owned(), |count| format!("{count} steps"));
    writeln!(out, "{} {name} ({steps}), from the {}", found.package_id, printable(&found.origin))?;
    found.references.iter().try_for_each(|reference| line(out, reference))?;
    for secret in &found.secrets {
        let step = secret.step.as_deref().unwrap_or("the whole task sequence");
        writeln!(out, "secret  {} in {}", printable(&secret.variable), printable(step))?;
    }
    let width = found.checks.iter().map(|check| check.id.chars().count()).max().unwrap_or(0);
    found.checks.iter().try_for_each(|check| print::check(out, check, width))?;
    let needed = found.references.iter().filter(|reference| reference.is_needed).count();
    let missing = found.references.iter().filter(|reference| reference.is_needed && !reference.is_known).count();
    writeln!(out, "{needed} needed, {missing} of them not known")
}

fn line(out: &mut dyn Write, reference: &TaskSequenceReference) -> io::Result<()> {
    let state = match (reference.is_needed, reference.is_known) {
        (true, true) => "needed",
        (true, false) => "UNKNOWN",
        (false, _) => "not",
    };
    let step = reference.step.as_deref().unwrap_or(match reference.source {
        "BootImage" => "(boot image)",
        _ => "(listed only)",
    });
    let disabled = if reference.is_enabled { "" } else { " [disabled]" };
    let name = reference.name.as_deref().map(|name| format!(" '{}'", printable(name))).unwrap_or_default();
    let detail = match (&reference.program, &reference.image_index) {
        (Some(program), _) => format!(", program {}", printable(program)),
        (None, Some(index)) => format!(", image {}", printable(index)),
        (None, None) => String::new(),
    };
    let (kind, id) = (reference.kind, printable(&reference.id));
    writeln!(out, "{state:<7} {kind} {id}{name}{detail}: {}{disabled}", printable(step))
}
