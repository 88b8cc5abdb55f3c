//! The boot loader of the plan is whole, and signed by the authority that was asked for.

use super::{Rule, Subject};
use crate::options::BootLoaderChoice;
use crate::report::Check;
use crate::secure_boot::{UPDATE_OF_2023, of_blueprint, years};
use crate::{Error, ErrorKind};
use tsm_formats::profile::Generation;

pub(super) const RULE: Rule = Rule {
    id: "definition.boot-loader",
    title: "The boot loader is whole and signed by the authority that is asked for",
    symptom: Some("The firmware refuses the medium: \"Secure Boot violation\", or it passes it over without a word."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint else { return Vec::new() };
    let loader = match of_blueprint(blueprint) {
        Ok(Some(loader)) => loader,
        Ok(None) => return Vec::new(),
        Err(e) => return vec![unreadable(subject, &e)],
    };
    if loader.is_damaged() {
        let evidence = format!("'{}' is {}.", loader.path, loader.signed_by());
        return vec![RULE.failed(
            ErrorKind::BootLoaderAltered,
            evidence,
            "Take the boot image from a source that you trust; find out who altered it.",
        )];
    }
    let wanted = match subject.definition.boot_loader {
        BootLoaderChoice::WindowsProductionPCA2011 => Some(Generation::Of2011),
        BootLoaderChoice::WindowsUEFICA2023 => Some(Generation::Of2023),
        BootLoaderChoice::FromBootImage | BootLoaderChoice::Both => None,
    };
    let svn = loader.svn.as_ref().map_or_else(String::new, |svn| format!(" Security version number {svn}."));
    match wanted {
        Some(wanted) if !loader.generations.contains(&wanted) => {
            let evidence = format!(
                "The authority of {} is asked for; '{}' is {} (authority of {}).",
                wanted.year(),
                loader.path,
                loader.signed_by(),
                years(&loader.generations)
            );
            let remedy = match wanted {
                Generation::Of2023 => format!("Service the boot image with {UPDATE_OF_2023}."),
                Generation::Of2011 => {
                    "Ask for the boot loader of 2023, or take a boot image of an older update.".to_owned()
                }
            };
            vec![RULE.failed(ErrorKind::BootLoaderSigner, evidence, &remedy)]
        }
        _ => vec![RULE.passed(format!("'{}' is {}.{svn}", loader.path, loader.signed_by()))],
    }
}

/// A loader that cannot be looked at is no obstacle where nobody asked who signed it.
fn unreadable(subject: &Subject<'_>, error: &Error) -> Check {
    match subject.definition.boot_loader {
        BootLoaderChoice::FromBootImage => {
            RULE.warning(error.with_causes(), error.recommended_action()).number(error.kind())
        }
        _ => RULE.failed(error.kind(), error.with_causes(), error.recommended_action()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;

    /// With a blueprint: `tests/blackbox/tests/secure_boot.rs`.
    #[test]
    fn without_a_plan_it_says_nothing() {
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
