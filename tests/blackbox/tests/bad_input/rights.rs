//! Rights: what one user may do and another may not. Tests run as root in containers, whom nothing is denied; so the
//! program runs as a user without rights.

use crate::kit::program;
use crate::kit::tools::{self, need};
use crate::kit::{BOOT_IMAGE, Desk, OLD_MEDIUM, copy_of, site};
use camino::Utf8Path;
use std::process::Command;
use tsm_sample_site::Fault;

/// The user and group that own nothing, by number.
const NOBODY: &str = "65534";

fn chmod(path: &Utf8Path, mode: &str) {
    tools::text("chmod", &[mode, path.as_str()]);
}

/// Runs `tsmedia` as nobody; `None` where that is not possible.
fn as_nobody(arguments: &[&str]) -> Option<program::Run> {
    let mut command = Command::new("setpriv");
    let tsmedia = program::tsmedia();
    let program = tsmedia.get_program();
    let identity = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"];
    let try_it = Command::new("setpriv").args(identity).arg(program).arg("--version").output().ok()?;
    if !try_it.status.success() {
        eprintln!("SKIPPED: the program cannot be run as nobody: {}", String::from_utf8_lossy(&try_it.stderr).trim());
        return None;
    }
    let output = command.args(identity).arg(program).args(arguments).output().unwrap();
    Some(program::Run {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The definition of a desk as a file that everybody may read, in a folder that everybody may enter.
fn definition_file(desk: &Desk) -> camino::Utf8PathBuf {
    let path = desk.path("definition.json");
    std::fs::write(&path, desk.definition.to_json().unwrap()).unwrap();
    chmod(path.parent().unwrap(), "0755");
    for folder in ["temporary", "log"] {
        chmod(&desk.path(folder), "0777");
    }
    path
}

fn open_site(site: &tsm_sample_site::Site) {
    chmod(site.root().parent().unwrap(), "0755");
}

#[test]
fn a_target_folder_that_may_not_be_written_to_is_named_and_the_old_medium_stays() {
    need!("setpriv", "chmod");
    let (_guard, copy) = copy_of(site!());
    open_site(&copy);
    let desk = Desk::with_old_medium(&copy);
    chmod(&desk.path("out"), "0555");
    let definition = definition_file(&desk);
    let before = desk.state();
    let Some(test) = as_nobody(&["test", definition.as_str()]) else { return };
    assert!(test.code == 2 && test.output.contains("FAILED  definition.target"), "{test:?}");
    assert!(test.output.contains(desk.path("out").as_str()), "{test:?}");
    let Some(new) = as_nobody(&["new", definition.as_str()]) else { return };
    assert!(new.code == 2 && new.errors.contains("TSM1402") && new.errors.contains("/out"), "{new:?}");
    assert_eq!(desk.state(), before);
    assert_eq!(std::fs::read(desk.iso()).unwrap(), OLD_MEDIUM);
}

#[test]
fn a_temporary_folder_that_may_not_be_written_to_is_named() {
    need!("setpriv", "chmod");
    let (_guard, copy) = copy_of(site!());
    open_site(&copy);
    let desk = Desk::with_old_medium(&copy);
    let definition = definition_file(&desk);
    chmod(&desk.path("out"), "0777");
    chmod(&desk.path("temporary"), "0555");
    let Some(new) = as_nobody(&["new", definition.as_str()]) else { return };
    assert!(new.code == 2 && new.errors.contains("TSM1406") && new.errors.contains("/temporary"), "{new:?}");
}

/// A right that is missing is told as that, not as content that is missing.
#[test]
fn content_that_may_not_be_read_is_told_as_a_matter_of_rights() {
    need!("setpriv", "chmod");
    let (_guard, copy) = copy_of(site!());
    open_site(&copy);
    copy.inject(Fault::AccessDenied, BOOT_IMAGE).unwrap();
    let desk = Desk::with_old_medium(&copy);
    chmod(&desk.path("out"), "0777");
    let definition = definition_file(&desk);
    let before = desk.state();
    let Some(new) = as_nobody(&["new", definition.as_str()]) else { return };
    assert!(new.code == 2 && new.errors.contains("TSM1201"), "{new:?}");
    for name in ["you may not read", BOOT_IMAGE, copy.libraries()[0].as_str()] {
        assert!(new.errors.contains(name), "'{name}': {new:?}");
    }
    assert_eq!(desk.state(), before);
}

/// Nothing of the walk needs a privileged user.
#[test]
fn a_user_without_rights_makes_a_medium() {
    need!("setpriv", "chmod");
    let (_guard, copy) = copy_of(site!());
    open_site(&copy);
    let desk = Desk::new(&copy);
    chmod(&desk.path("out"), "0777");
    let definition = definition_file(&desk);
    let Some(new) = as_nobody(&["new", definition.as_str()]) else { return };
    assert_eq!(new.code, 0, "{new:?}");
}
