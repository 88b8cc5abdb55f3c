//! Jobs: their stories, their ends, and what callers do to them.

use crate::caller::{follow, poll, run, start};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tsm_native::{tsm_job_cancel, tsm_job_free};

fn selftest(behaviour: &str) -> Value {
    json!({ "op": "selftest", "behaviour": behaviour })
}

#[test]
fn a_job_reports_progress_log_lines_and_outputs_in_order() {
    let story = run(&json!({ "op": "selftest", "behaviour": "report", "steps": 3, "text": "é" }));
    let levels: Vec<&str> = story.of_type("log").iter().map(|e| e["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["debug", "verbose", "information", "warning"]);
    assert_eq!(story.of_type("log")[3]["code"], "TSM1901");
    let outputs = story.of_type("output");
    assert_eq!(outputs.len(), 3);
    assert_eq!(outputs[2]["typeName"], "TaskSequenceMedia.SelfTest");
    assert_eq!(outputs[2]["value"], json!({ "Index": 2, "Text": "é", "SecretLength": null }));
    let progress = story.of_type("progress");
    assert_eq!(
        (&progress[0]["done"], &progress[0]["total"], &progress[0]["unit"]),
        (&json!(0), &json!(3), &json!("items"))
    );
    assert_eq!((&progress.last().unwrap()["done"], &progress.last().unwrap()["completed"]), (&json!(3), &json!(true)));
    assert_eq!(story.last()["type"], "completed");
    assert_eq!(story.last()["result"]["steps"], 3);
}

#[test]
fn a_fast_loop_gives_few_progress_records() {
    let story = run(&json!({ "op": "selftest", "behaviour": "report", "steps": 20_000 }));
    assert_eq!(story.of_type("output").len(), 20_000);
    let seconds = story.last()["result"]["milliseconds"].as_f64().unwrap() / 1000.0;
    let most = 3.0 + seconds * 5.0;
    assert!(story.of_type("progress").len() as f64 <= most, "{} in {seconds} s", story.of_type("progress").len());
}

#[test]
fn errors_of_a_job_that_goes_on_come_before_its_end() {
    let story = run(&json!({ "op": "selftest", "behaviour": "errors", "steps": 2, "code": "TSM1206" }));
    assert_eq!(story.types(), ["error", "error", "completed"]);
    assert_eq!(story.events[1]["error"]["target"], "step 1");
}

#[test]
fn a_failed_job_says_why() {
    let story = run(&json!({ "op": "selftest", "behaviour": "fail", "code": "TSM1802" }));
    assert_eq!(story.types(), ["failed"]);
    let error = &story.events[0]["error"];
    assert_eq!(
        (&error["code"], &error["category"], &error["retryable"]),
        (&json!("TSM1802"), &json!("ResourceBusy"), &json!(true))
    );
}

#[test]
fn a_panic_of_a_worker_is_a_failed_job() {
    let story = run(&selftest("panic"));
    assert_eq!(story.types(), ["failed"]);
    let error = &story.events[0]["error"];
    assert_eq!(error["code"], "TSM1903");
    assert!(error["message"].as_str().unwrap().contains("self-test panic"));
    assert!(!error["detail"].as_str().unwrap().is_empty());
}

#[test]
fn a_job_that_hangs_ends_soon_after_it_is_cancelled() {
    let job = start(&selftest("hang")).unwrap();
    assert_eq!(poll(job, 50).0, 1);
    let begun = Instant::now();
    assert_eq!(tsm_job_cancel(job), 0);
    assert_eq!(tsm_job_cancel(job), 0, "twice is fine");
    let story = follow(job);
    assert_eq!(story.types(), ["cancelled"]);
    assert_eq!(story.last()["error"]["code"], "TSM1603");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn after_its_end_a_job_answers_done_until_it_is_freed_and_then_is_unknown() {
    let job = start(&selftest("echo")).unwrap();
    while poll(job, 1000).0 != 2 {}
    assert_eq!(poll(job, 0).0, 2);
    assert_eq!(tsm_job_cancel(job), 0, "too late, but no fault");
    assert_eq!(tsm_job_free(job, 1000), 0);
    assert_eq!(tsm_job_free(job, 1000), -3);
    assert_eq!(tsm_job_cancel(job), -3);
    let (code, error, _) = poll(job, 0);
    assert_eq!((code, &error.unwrap()["code"]), (-3, &json!("TSM1904")));
}

#[test]
fn ids_that_never_were_are_unknown() {
    for id in [0, u64::MAX, 1 << 40] {
        assert_eq!((tsm_job_cancel(id), tsm_job_free(id, 10), poll(id, 10).0), (-3, -3, -3));
    }
}

#[test]
fn freeing_a_busy_job_waits_only_as_long_as_it_is_told() {
    let job = start(&json!({ "op": "selftest", "behaviour": "deaf", "delayMilliseconds": 3000 })).unwrap();
    let begun = Instant::now();
    assert_eq!(tsm_job_free(job, 200), 1, "left behind");
    let waited = begun.elapsed();
    assert!((Duration::from_millis(190)..Duration::from_secs(2)).contains(&waited), "{waited:?}");
    assert_eq!(tsm_job_free(job, 0), -3);
}

#[test]
fn freeing_a_job_ends_a_poll_that_waits_for_it() {
    let job = start(&selftest("hang")).unwrap();
    let poller = std::thread::spawn(move || poll(job, 30_000).0);
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    assert_eq!(tsm_job_free(job, 2000), 0);
    let code = poller.join().unwrap();
    assert!(code == -3 || code == 0, "gone, or the last events: {code}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn freeing_a_job_that_nobody_reads_does_not_wait_for_a_reader() {
    let job = start(&json!({ "op": "selftest", "behaviour": "report", "steps": 1_000_000, "size": 10_000 })).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(tsm_job_free(job, 5000), 0);
}

#[test]
fn two_jobs_at_once_keep_apart() {
    let request = |text: &str| json!({ "op": "selftest", "behaviour": "report", "steps": 50, "delayMilliseconds": 2, "text": text });
    let (one, two) = (start(&request("one")).unwrap(), start(&request("two")).unwrap());
    assert_ne!(one, two);
    let second = std::thread::spawn(move || follow(two));
    for (story, text) in [(follow(one), "one"), (second.join().unwrap(), "two")] {
        let outputs = story.of_type("output");
        assert_eq!(outputs.len(), 50);
        assert!(outputs.iter().all(|output| output["value"]["Text"] == text));
    }
}

#[test]
fn a_big_output_comes_in_batches_that_windows_powershell_can_parse() {
    let story = run(&json!({ "op": "selftest", "behaviour": "bigValue", "steps": 10_000, "size": 100 }));
    assert!(story.batches > 3, "{}", story.batches);
    assert!(story.longest <= 256 << 10, "{}", story.longest);
    let items: usize = story.of_type("part").iter().map(|part| part["items"].as_array().unwrap().len()).sum();
    assert_eq!(items, 10_000);
    assert_eq!(story.of_type("part")[0]["field"], "Items");
    assert_eq!(story.of_type("output")[0]["value"]["Items"], json!([]));
}

#[test]
fn many_outputs_come_in_many_batches() {
    let story = run(&json!({ "op": "selftest", "behaviour": "report", "steps": 200, "size": 10_000 }));
    assert_eq!(story.of_type("output").len(), 200);
    assert!(story.batches >= 8 && story.longest <= 256 << 10, "{} {}", story.batches, story.longest);
}
