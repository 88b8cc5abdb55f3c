//! Files of 4 GiB and more: a disc image holds them, a stick with FAT32 does not.

use super::{Rule, Subject};
use crate::blueprint::Item;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.large-file",
    title: "The files fit on a stick with FAT32, should the medium be copied to one",
    symptom: None,
    look,
};

/// The longest file of FAT32 (Microsoft's FAT specification, "File size").
const MOST_OF_FAT32: u64 = u32::MAX as u64;

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    let large = |item: &&Item| item.size.is_some_and(|size| size > MOST_OF_FAT32);
    let large: Vec<String> = blueprint.items.iter().filter(large).map(|i| format!("'{}'", i.path)).collect();
    if large.is_empty() {
        return vec![RULE.passed("No file has 4 GiB or more.")];
    }
    let evidence = format!("{} of 4 GiB or more: fine here, but not on a stick with FAT32.", large.join(", "));
    vec![RULE.warning(
        evidence,
        "Copy the medium to NTFS only, or make the file smaller. splitImage carries operating system images in parts.",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/options.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
