//! Images in parts: their names were seen on one real medium, but what the digits in them are was not.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.split-image",
    title: "The client is known to find the operating system image",
    symptom: Some("Apply Operating System fails: the image is not found."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    let images: Vec<String> = blueprint
        .carried()
        .flat_map(|carried| &carried.split)
        .map(|image| {
            let (path, package) = image.place();
            let first = image.names.first().map_or("", String::as_str);
            format!("'{path}' of package {package} in {} parts, the first one '{first}'", image.names.len())
        })
        .collect();
    if images.is_empty() {
        return match subject.definition.split_image {
            true => vec![RULE.passed("No image is long enough to be split.")],
            false => Vec::new(),
        };
    }
    let evidence = format!(
        "The medium carries {}. Of what the digits in the name of a part are a hash is proven nowhere.",
        images.join("; ")
    );
    let remedy = "Try the medium on one computer. docs/lab-check.md says how a real medium settles the names.";
    vec![RULE.warning(evidence, remedy).number(ErrorKind::SplitNameUnproven)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/split_image.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(look(&RULE, |c| c.definition.split_image = true).is_empty());
    }
}
