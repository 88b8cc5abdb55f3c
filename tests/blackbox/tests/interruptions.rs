//! Work that is killed, cancelled, or done twice at the same time never costs the old medium, and leaves nothing behind
//! that stays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod kit;

use camino::Utf8Path;
use kit::observer::{cancelled_at, once_at};
use kit::{Desk, OLD_MEDIUM, failed, in_short, listing, sha256_of, words};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;
use tsm_media::{ErrorKind, MediaTest};

/// The names in a folder.
fn names(folder: &Utf8Path) -> Vec<String> {
    listing(folder).into_keys().collect()
}

/// What is at a desk while and after nothing but the old medium is there.
const ONLY_THE_OLD_MEDIUM: [&str; 2] = ["boot.iso", "boot.iso.manifest.json"];

fn assert_old_medium(case: &str, desk: &Desk) {
    assert_eq!(names(&desk.path("out")), ONLY_THE_OLD_MEDIUM, "{case}: something was left beside the medium");
    assert_eq!(std::fs::read(desk.iso()).unwrap(), OLD_MEDIUM, "{case}");
    assert_eq!(std::fs::read_to_string(desk.manifest()).unwrap(), "the manifest of last week", "{case}");
    assert_eq!(names(&desk.path("temporary")), [""; 0], "{case}: something was left in the temporary folder");
}

fn assert_new_medium(case: &str, desk: &Desk) {
    assert_eq!(names(&desk.path("out")), ONLY_THE_OLD_MEDIUM, "{case}: something was left beside the medium");
    let report = desk.test().unwrap();
    assert!(failed(&report).is_empty(), "{case}: {}", in_short(&report));
    assert_eq!(desk.manifest_value()["image"]["sha256"], sha256_of(&desk.iso()), "{case}");
}

#[cfg(unix)]
mod processes {
    use super::*;
    use kit::program;
    use std::process::Child;
    use std::sync::LazyLock;
    use std::time::Instant;
    use tsm_sample_site::{Site, SiteOptions};

    /// Large enough that a build has a middle.
    const LARGE: u64 = 256 << 20;

    static LARGE_SITE: LazyLock<Option<Site>> =
        LazyLock::new(|| kit::lasting_site(&SiteOptions { large_boot_image: Some(LARGE), ..SiteOptions::default() }));

    macro_rules! large_site {
        () => {
            match &*LARGE_SITE {
                Some(site) => site,
                None => return,
            }
        };
    }

    /// Starts a build of a desk's definition as a process.
    fn start(desk: &Desk) -> Child {
        let definition = desk.path("log/definition.json");
        std::fs::write(&definition, desk.definition.to_json().unwrap()).unwrap();
        program::start(&["new", definition.as_str()])
    }

    /// Waits until the partial file has some bytes.
    fn wait_for_middle(desk: &Desk, child: &mut Child, bytes: u64) {
        let partial = format!("{}.partial", desk.definition.path);
        let begun = Instant::now();
        while std::fs::metadata(&partial).map_or(0, |m| m.len()) < bytes {
            assert!(begun.elapsed() < Duration::from_secs(120), "the build did not come to its middle");
            assert_eq!(child.try_wait().unwrap(), None, "the build ended before it could be stopped");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn signal(child: &Child, name: &str) {
        assert!(kit::tools::output("kill", &[name, &child.id().to_string()]).status.success());
    }

    #[test]
    fn a_killed_build_leaves_the_old_medium_and_the_next_one_sweeps_up() {
        let desk = Desk::with_old_medium(large_site!());
        let mut child = start(&desk);
        wait_for_middle(&desk, &mut child, LARGE / 8);
        signal(&child, "-KILL");
        assert_eq!(program::end(child).code, -1);
        assert_eq!(std::fs::read(desk.iso()).unwrap(), OLD_MEDIUM);
        let partial = desk.path("out/boot.iso.partial");
        assert!(partial.exists(), "the build was not in its middle");

        let medium = desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert!(medium.length > LARGE);
        assert_new_medium("the build after the killed one", &desk);
        assert_eq!(names(&desk.path("temporary")), [""; 0], "what the killed build left is still there");
    }

    /// One build after the other is killed, at whatever moment it has come to; the old medium stays.
    #[test]
    fn builds_killed_at_any_moment_leave_the_old_medium() {
        let desk = Desk::with_old_medium(large_site!());
        program::kill_builds(&desk, &[0, 10, 30, 60, 100, 200, 400]);
        desk.create().unwrap_or_else(|e| panic!("{}", words(&e)));
        assert_new_medium("the build after the killed ones", &desk);
    }

    /// Ctrl+C, and what a service manager sends: the program ends within a second, cleanly. A computer that is busy with
    /// other things gets five tries.
    #[test]
    fn an_interrupted_build_ends_within_a_second_and_leaves_nothing() {
        let site = large_site!();
        for (name, bytes) in [("-INT", 1), ("-INT", LARGE / 2), ("-INT", LARGE), ("-TERM", LARGE / 4)] {
            let mut times = Vec::new();
            while times.iter().all(|t| *t >= Duration::from_secs(1)) {
                let desk = Desk::with_old_medium(site);
                let mut child = start(&desk);
                wait_for_middle(&desk, &mut child, bytes);
                let stopped = Instant::now();
                signal(&child, name);
                let run = program::end(child);
                times.push(stopped.elapsed());
                assert_eq!(run.code, 130, "{name} after {bytes} bytes: {run:?}");
                assert!(run.errors.contains("TSM1603"), "{run:?}");
                assert_old_medium(&format!("{name} after {bytes} bytes"), &desk);
                assert!(times.len() < 5 || times.iter().any(|t| *t < Duration::from_secs(1)), "{name}: {times:?}");
            }
            eprintln!("{name} after {bytes} bytes: ended after {times:?}");
        }
    }

    /// Two processes at once: one makes the medium, the other is told that somebody does.
    #[test]
    fn of_two_processes_one_makes_the_medium_and_the_other_is_told() {
        let desk = Desk::with_old_medium(large_site!());
        let mut first = start(&desk);
        wait_for_middle(&desk, &mut first, 1);
        let second = program::end(start(&desk));
        assert!(second.code == 3 && second.errors.contains("TSM1802"), "{second:?}");
        assert!(second.errors.contains("boot.iso"), "{second:?}");
        let first = program::end(first);
        assert_eq!(first.code, 0, "{first:?}");
        assert_new_medium("the first one", &desk);
    }
}

#[test]
fn a_build_that_is_cancelled_at_any_report_leaves_nothing() {
    let site = kit::site!();
    let desk = Desk::with_old_medium(site);
    let (context, count) = cancelled_at(usize::MAX);
    desk.create_with(&context).unwrap();
    let reports = count.load(Ordering::SeqCst);
    assert!(reports > 40, "a build makes only {reports} reports");

    let mut late = 0;
    let moments = (1..=12).chain((13..reports).step_by(reports / 20 + 1)).chain(reports - 6..=reports);
    for moment in moments {
        let desk = Desk::with_old_medium(site);
        let (context, _) = cancelled_at(moment);
        let case = format!("cancelled at report {moment} of {reports}");
        match desk.create_with(&context) {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{case}: {}", words(&error));
                assert_old_medium(&case, &desk);
            }
            // The medium had taken its place already.
            Ok(_) => {
                late += 1;
                assert_new_medium(&case, &desk);
            }
        }
    }
    assert!(late <= 6, "{late} builds did not stop");
}

#[test]
fn tests_and_plans_that_are_cancelled_say_so() {
    let site = kit::site!();
    let desk = Desk::new(site);
    desk.create().unwrap();
    let before = desk.state();
    for moment in [1, 3, 6] {
        let (context, _) = cancelled_at(moment);
        let test = MediaTest { path: desk.iso(), ..MediaTest::default() };
        let error = tsm_media::test_media(&test, &desk.secrets, &kit::host(), &context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "medium, report {moment}: {}", words(&error));
        let (context, _) = cancelled_at(1);
        let error = tsm_media::test_definition(&desk.definition, &desk.secrets, &kit::host(), &context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "definition: {}", words(&error));
    }
    assert_eq!(desk.state(), before);
}

/// A build that waits in its middle holds its path; a second one is refused and does not harm it.
#[test]
fn a_second_build_of_the_same_path_is_refused_and_the_first_one_goes_on() {
    let site = kit::site!();
    let desk = Desk::with_old_medium(site);
    let (at_middle, middle) = mpsc::channel();
    let (go_on, wait) = mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    let context = once_at("Writing disc image", move || {
        at_middle.send(()).unwrap();
        wait.lock().unwrap().recv().unwrap();
    });
    std::thread::scope(|scope| {
        let first = scope.spawn(|| desk.create_with(&context));
        middle.recv().unwrap();
        let error = desk.create().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TargetBusy, "{}", words(&error));
        assert!(words(&error).contains("boot.iso"), "{}", words(&error));
        go_on.send(()).unwrap();
        first.join().unwrap().unwrap_or_else(|e| panic!("{}", words(&e)));
    });
    assert_new_medium("the first one", &desk);
}

/// Many at once, again and again: whoever looks at the path always sees a whole medium, and at the end one is there.
#[test]
fn many_builds_of_one_path_never_show_a_broken_medium() {
    let site = kit::site!();
    let desk = Desk::new(site);
    let whole = desk.create().unwrap().length;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                let length = std::fs::metadata(desk.iso()).map_or(0, |m| m.len());
                // The variables differ by a few bytes from medium to medium.
                assert!(length.abs_diff(whole) <= 1 << 16, "the medium has {length} bytes, {whole} are right");
                std::thread::sleep(Duration::from_micros(200));
            }
        });
        let builders: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut made = 0;
                    for _ in 0..6 {
                        match desk.create() {
                            Ok(_) => made += 1,
                            Err(error) => assert_eq!(error.kind(), ErrorKind::TargetBusy, "{}", words(&error)),
                        }
                    }
                    made
                })
            })
            .collect();
        let ended: Vec<_> = builders.into_iter().map(|builder| builder.join()).collect();
        // Whatever came of them: otherwise the watcher never ends.
        done.store(true, Ordering::SeqCst);
        watcher.join().unwrap();
        let made: u32 = ended.into_iter().map(|made| made.unwrap()).sum();
        assert!(made >= 1);
    });
    assert_new_medium("the last one", &desk);
    assert_eq!(names(&desk.path("temporary")), [""; 0]);
}

/// A medium for another path is nobody's business.
#[test]
fn builds_of_different_paths_do_not_trouble_each_other() {
    let site = kit::site!();
    let desks = [Desk::new(site), Desk::new(site), Desk::new(site)];
    std::thread::scope(|scope| {
        for desk in &desks {
            scope.spawn(|| desk.create().unwrap_or_else(|e| panic!("{}", words(&e))));
        }
    });
    for desk in &desks {
        assert_new_medium("one of three", desk);
    }
}
