//! Nothing stays behind: after all is freed the tables are empty. Alone in its process, so that it can count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "boundary/caller.rs"]
#[allow(dead_code)]
mod caller;

use serde_json::json;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// One test at a time: the tables belong to the process.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn jobs_secrets_and_buffers_are_all_given_back() {
    let _alone = ALONE.lock();
    let secret = caller::put("x");
    for behaviour in ["report", "fail", "panic"] {
        let request =
            json!({ "op": "selftest", "behaviour": behaviour, "steps": 9, "secrets": { "mediaPassword": secret } });
        caller::run(&request);
    }
    assert_eq!(tsm_native::tsm_secret_drop(secret), 0);
    let count = caller::call(&json!({ "op": "selftest", "behaviour": "count" })).1.unwrap();
    assert_eq!(count, json!({ "jobs": 0, "secrets": 0, "buffers": 0 }));
}

#[test]
fn a_job_that_was_left_behind_ends_by_itself() {
    let _alone = ALONE.lock();
    let job = caller::start(&json!({ "op": "selftest", "behaviour": "deaf", "delayMilliseconds": 300 })).unwrap();
    assert_eq!(caller::poll(job, 100).0, 1);
    assert_eq!(tsm_native::tsm_job_free(job, 0), 1);
    let end = Instant::now() + Duration::from_secs(20);
    // Threads are listed by name where the system tells; elsewhere it is enough that nothing went wrong.
    let is_there = || thread_names().iter().any(|name| name == &format!("tsm-job-{job}"));
    assert_eq!(is_there(), cfg!(target_os = "linux"));
    while is_there() {
        assert!(Instant::now() < end, "the thread stays");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn thread_names() -> Vec<String> {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks.filter_map(Result::ok).map(|task| name(task).trim().to_owned()).collect()
}
