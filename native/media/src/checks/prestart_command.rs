//! A prestart command should begin with `cmd /C` ("Prestart commands for task sequence media").

use super::{Rule, Subject};
use crate::report::Check;

pub(super) const RULE: Rule = Rule {
    id: "definition.prestart-command",
    title: "The prestart command ends by itself",
    symptom: Some("The window of the prestart command stays open, and the task sequence does not begin."),
    look,
};

fn look(subject: &Subject<'_>) -> Vec<Check> {
    let Some(command) = &subject.definition.prestart_command else { return Vec::new() };
    if is_cmd(command) {
        return vec![RULE.passed("It begins with cmd /C.")];
    }
    vec![RULE.warning(
        "The prestart command does not begin with cmd /C: what it starts may never close its window.",
        "Write cmd /C in front of the command.",
    )]
}

/// `cmd /c ...`, `cmd.exe /C ...`, also with a path or in quotes.
fn is_cmd(command: &str) -> bool {
    let command = command.trim().to_ascii_lowercase();
    let (program, rest) = match command.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => command.split_once(char::is_whitespace).unwrap_or((&command, "")),
    };
    let name = program.rsplit(['\\', '/']).next().unwrap_or(program);
    matches!(name, "cmd" | "cmd.exe") && rest.split_whitespace().any(|word| word.starts_with("/c"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::outcomes;
    use super::*;
    use crate::report::Outcome::{Passed, Warning};

    #[test]
    fn only_cmd_with_its_switch_ends_for_sure() {
        for (command, wanted) in [
            ("cmd /C start.cmd", Passed),
            ("CMD.EXE /q /c start.cmd", Passed),
            ("\"X:\\Windows\\System32\\cmd.exe\" /c start.cmd", Passed),
            ("cmd start.cmd", Warning),
            ("cscript start.vbs", Warning),
            ("mycmd /c x", Warning),
        ] {
            assert_eq!(
                outcomes(&RULE, |c| c.definition.prestart_command = Some(command.into())),
                [wanted],
                "{command}"
            );
        }
        assert!(outcomes(&RULE, |_| {}).is_empty());
    }
}
