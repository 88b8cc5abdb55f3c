//! A caller of the C functions: hands in bytes, takes out JSON, frees what it was given.

use serde_json::Value;
use std::ptr::null_mut;
use std::time::{Duration, Instant};
use tsm_native::{tsm_buf_free, tsm_call, tsm_job_free, tsm_job_poll, tsm_job_start, tsm_secret_put};

/// The places for a result, filled with rubbish to see that the library empties them first.
struct Place {
    pointer: *mut u8,
    length: usize,
}

impl Place {
    fn new() -> Self {
        Self { pointer: 8 as *mut u8, length: 77 }
    }

    fn take(self) -> Option<Vec<u8>> {
        if self.pointer.is_null() {
            assert_eq!(self.length, 0);
            return None;
        }
        // SAFETY: the library gave both, and nobody freed them.
        let bytes = unsafe { std::slice::from_raw_parts(self.pointer, self.length) }.to_vec();
        tsm_buf_free(self.pointer, self.length);
        Some(bytes)
    }

    fn json(self) -> Option<Value> {
        self.take().map(|bytes| serde_json::from_slice(&bytes).expect("results are JSON"))
    }
}

/// Calls with raw bytes.
pub fn call_bytes(request: &[u8]) -> (i32, Option<Value>) {
    let mut place = Place::new();
    // SAFETY: all pointers are valid for the call.
    let code = unsafe { tsm_call(request.as_ptr(), request.len(), &mut place.pointer, &mut place.length) };
    (code, place.json())
}

pub fn call(request: &Value) -> (i32, Option<Value>) {
    call_bytes(request.to_string().as_bytes())
}

/// Starts a job; `Err` is the code and the error object.
pub fn start(request: &Value) -> Result<u64, (i32, Value)> {
    let bytes = request.to_string().into_bytes();
    let mut place = Place::new();
    let mut job = 77;
    // SAFETY: all pointers are valid for the call.
    let code = unsafe { tsm_job_start(bytes.as_ptr(), bytes.len(), &mut job, &mut place.pointer, &mut place.length) };
    let out = place.json();
    if code == 0 {
        assert!(out.is_none() && job != 0);
        return Ok(job);
    }
    assert_eq!(job, 0);
    Err((code, out.expect("a refused job has an error object")))
}

/// Polls once: the code, what came, and how many bytes it had.
pub fn poll(job: u64, timeout: u32) -> (i32, Option<Value>, usize) {
    let mut place = Place::new();
    // SAFETY: all pointers are valid for the call.
    let code = unsafe { tsm_job_poll(job, timeout, &mut place.pointer, &mut place.length) };
    let bytes = place.take();
    let length = bytes.as_ref().map_or(0, Vec::len);
    (code, bytes.map(|b| serde_json::from_slice(&b).expect("results are JSON")), length)
}

/// All events of a job, with the number of batches and the longest one. The job is freed.
pub struct Story {
    pub events: Vec<Value>,
    pub batches: usize,
    pub longest: usize,
}

impl Story {
    pub fn types(&self) -> Vec<&str> {
        self.events.iter().map(|event| event["type"].as_str().unwrap()).collect()
    }

    pub fn of_type(&self, name: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["type"] == name).collect()
    }

    pub fn last(&self) -> &Value {
        self.events.last().expect("every job ends with an event")
    }
}

pub fn follow(job: u64) -> Story {
    let end = Instant::now() + Duration::from_secs(60);
    let mut story = Story { events: Vec::new(), batches: 0, longest: 0 };
    loop {
        assert!(Instant::now() < end, "the job never ended");
        match poll(job, 100) {
            (0, Some(Value::Array(batch)), length) => {
                story.events.extend(batch);
                story.batches += 1;
                story.longest = story.longest.max(length);
            }
            (1, None, _) => {}
            (2, None, _) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(tsm_job_free(job, 10_000), 0);
    story
}

pub fn run(request: &Value) -> Story {
    follow(start(request).unwrap())
}

/// Puts a secret; `Err` is the code.
pub fn put_units(units: &[u16]) -> Result<u64, i32> {
    let mut id = 77;
    // SAFETY: all pointers are valid for the call.
    let code = unsafe { tsm_secret_put(units.as_ptr(), units.len(), &mut id) };
    if code == 0 {
        assert_ne!(id, 0);
        return Ok(id);
    }
    assert_eq!(id, 0);
    Err(code)
}

pub fn put(text: &str) -> u64 {
    put_units(&text.encode_utf16().collect::<Vec<_>>()).unwrap()
}

/// A pointer that is NULL.
pub fn null<T>() -> *mut T {
    null_mut()
}
