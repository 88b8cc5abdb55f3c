//! What lies at the path of the medium: the wizard deletes it before it has a new one; here it stays until then.

use super::{Rule, Subject};
use crate::report::Check;
use crate::volume_set;
use camino::{Utf8Path, Utf8PathBuf};
use tsm_formats::MediaProfile;

pub(super) const RULE: Rule = Rule {
    id: "definition.existing-medium",
    title: "A medium that is there stays until the new one is verified",
    symptom: None,
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let target = subject.definition.target();
    if let Some(set) = subject.blueprint.and_then(|blueprint| blueprint.set.as_ref()) {
        return of_set(&target, u32::try_from(set.volumes.len()).unwrap_or(u32::MAX), subject.profile);
    }
    let mut said = Vec::new();
    if target.exists() {
        said.push(format!("'{target}' is there and is replaced only by a medium that was read back."));
    }
    let discs = volume_set::surplus(&target, 0, subject.profile);
    if !discs.is_empty() {
        said.push(format!("Discs of a set beside it stay, as the new medium has other names: {}.", names(discs)));
    }
    if said.is_empty() { Vec::new() } else { vec![RULE.passed(said.join(" "))] }
}

fn names(discs: Vec<Utf8PathBuf>) -> String {
    let quoted: Vec<String> = discs.iter().filter_map(|disc| disc.file_name()).map(|n| format!("'{n}'")).collect();
    quoted.join(", ")
}

/// The discs that are there, and those of a larger set that have no place in the new one.
fn of_set(target: &Utf8Path, count: u32, profile: &MediaProfile) -> Vec<Check> {
    let there = (1..=count).map(|number| volume_set::path_of(target, number, profile)).filter(|disc| disc.exists());
    let (there, surplus) = (there.collect::<Vec<_>>(), volume_set::surplus(target, count, profile));
    let mut said = Vec::new();
    if target.exists() {
        said.push(format!("'{target}' stays, as the discs have other names."));
    }
    if !there.is_empty() {
        said.push(format!("There and replaced only by discs that were read back: {}.", names(there)));
    }
    if !surplus.is_empty() {
        said.push(format!("Of an older, larger set, and removed with it: {}.", names(surplus)));
    }
    if said.is_empty() { Vec::new() } else { vec![RULE.passed(said.join(" "))] }
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::Passed;

    /// Of a set: `tests/blackbox/tests/volume_set.rs`.
    #[test]
    fn it_is_told_when_there_is_one() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        assert_eq!(outcomes(&RULE, |c| c.definition.path = path), [Passed]);
    }
}
