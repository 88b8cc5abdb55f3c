//! Files of a prestaged medium that lie where the operating system has files already.

use super::{Rule, Subject};
use crate::ErrorKind;
use crate::os_image::Taken;
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.image-paths",
    title: "The files of the medium lie where the operating system has none",
    symptom: Some("The computer starts with a boot file of another version, or not at all."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(blueprint) = subject.blueprint.filter(|b| b.extras.os_image.is_some()) else { return Vec::new() };
    vec![verdict(&blueprint.taken)]
}

fn verdict(taken: &Taken) -> Check {
    let Taken { same, kept, replaced, .. } = taken;
    if kept.is_empty() && replaced.is_empty() {
        return RULE.passed(match same.len() {
            0 => "Nothing is in the way.".to_owned(),
            count => format!("{count} files are there already, with the same bytes."),
        });
    }
    let mut evidence = Vec::new();
    if !kept.is_empty() {
        evidence.push(format!("The image has other files at {}, which stay.", list(kept)));
    }
    if !replaced.is_empty() {
        evidence.push(format!("Files of the image give way at {}.", list(replaced)));
    }
    let remedy =
        "Look whether the image needs these files: those of the medium take their place with -ReplaceImageFile.";
    RULE.warning(evidence.join(" "), remedy).number(ErrorKind::ImagePathTaken)
}

fn list(paths: &[String]) -> String {
    let shown: Vec<String> = paths.iter().take(10).map(|path| format!("'{path}'")).collect();
    let more = paths.len() - shown.len();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn files_that_stay_or_give_way_are_named() {
        let path = |text: &str| vec![text.to_owned()];
        assert_eq!(verdict(&Taken { same: path("bootmgr"), ..Taken::default() }).outcome, Passed);
        let kept = verdict(&Taken { kept: path("bootmgr"), ..Taken::default() });
        assert_eq!((kept.outcome, kept.error_id.as_deref()), (Warning, Some("TSM1540")));
        assert!(kept.evidence.contains("'bootmgr', which stay"));
        let replaced = verdict(&Taken { replaced: vec!["x".to_owned(); 12], ..Taken::default() });
        assert!(replaced.evidence.contains("give way") && replaced.evidence.contains("and 2 more"));
    }
}
