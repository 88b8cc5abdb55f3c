//! A caller of `tsm_native.dll`: finds its nine functions by name, hands in JSON, takes out JSON, frees what it was given.

use camino::Utf8Path;
use libloading::Library;
use serde_json::Value;
use std::ptr::null_mut;
use std::time::{Duration, Instant};

type AbiVersion = extern "C" fn() -> u32;
type Call = unsafe extern "C" fn(*const u8, usize, *mut *mut u8, *mut usize) -> i32;
type Start = unsafe extern "C" fn(*const u8, usize, *mut u64, *mut *mut u8, *mut usize) -> i32;
type Poll = unsafe extern "C" fn(u64, u32, *mut *mut u8, *mut usize) -> i32;
type Cancel = extern "C" fn(u64) -> i32;
type Free = extern "C" fn(u64, u32) -> i32;
type SecretPut = unsafe extern "C" fn(*const u16, usize, *mut u64) -> i32;
type BufferFree = extern "C" fn(*mut u8, usize);

/// The library and its functions.
pub struct Native {
    abi_version: AbiVersion,
    call: Call,
    start: Start,
    poll: Poll,
    cancel: Cancel,
    free: Free,
    secret_put: SecretPut,
    secret_drop: Cancel,
    buffer_free: BufferFree,
    _library: Library,
}

impl Native {
    /// Loads the library; a missing function ends the test with its name.
    pub fn load(file: &Utf8Path) -> Self {
        // SAFETY: the library's start-up code is that of Rust's standard library; the types above are those of
        // `tsm-ffi`, and the library outlives the functions, because they are fields of one value.
        unsafe {
            let library = Library::new(file.as_str()).unwrap();
            Self {
                abi_version: *library.get(b"tsm_abi_version").unwrap(),
                call: *library.get(b"tsm_call").unwrap(),
                start: *library.get(b"tsm_job_start").unwrap(),
                poll: *library.get(b"tsm_job_poll").unwrap(),
                cancel: *library.get(b"tsm_job_cancel").unwrap(),
                free: *library.get(b"tsm_job_free").unwrap(),
                secret_put: *library.get(b"tsm_secret_put").unwrap(),
                secret_drop: *library.get(b"tsm_secret_drop").unwrap(),
                buffer_free: *library.get(b"tsm_buf_free").unwrap(),
                _library: library,
            }
        }
    }

    pub fn abi_version(&self) -> u32 {
        (self.abi_version)()
    }

    pub fn call(&self, request: &Value) -> (i32, Option<Value>) {
        let bytes = request.to_string().into_bytes();
        let (mut out, mut length) = (null_mut(), 0);
        // SAFETY: all pointers are valid for the call.
        let code = unsafe { (self.call)(bytes.as_ptr(), bytes.len(), &mut out, &mut length) };
        (code, self.take(out, length))
    }

    /// Starts a job; `Err` is the code and the error object.
    pub fn start(&self, request: &Value) -> Result<u64, (i32, Option<Value>)> {
        let bytes = request.to_string().into_bytes();
        let (mut job, mut out, mut length) = (0, null_mut(), 0);
        // SAFETY: all pointers are valid for the call.
        let code = unsafe { (self.start)(bytes.as_ptr(), bytes.len(), &mut job, &mut out, &mut length) };
        let answer = self.take(out, length);
        if code == 0 { Ok(job) } else { Err((code, answer)) }
    }

    pub fn poll(&self, job: u64, milliseconds: u32) -> (i32, Option<Value>) {
        let (mut out, mut length) = (null_mut(), 0);
        // SAFETY: both pointers are valid for the call.
        let code = unsafe { (self.poll)(job, milliseconds, &mut out, &mut length) };
        (code, self.take(out, length))
    }

    pub fn cancel(&self, job: u64) -> i32 {
        (self.cancel)(job)
    }

    pub fn free(&self, job: u64, milliseconds: u32) -> i32 {
        (self.free)(job, milliseconds)
    }

    /// All events of a job, which is freed then.
    pub fn follow(&self, job: u64) -> Vec<Value> {
        let end = Instant::now() + Duration::from_secs(600);
        let mut events = Vec::new();
        loop {
            assert!(Instant::now() < end, "the job never ended");
            match self.poll(job, 100) {
                (0, Some(Value::Array(batch))) => events.extend(batch),
                (1, None) => {}
                (2, None) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(self.free(job, 10_000), 0);
        events
    }

    pub fn run(&self, request: &Value) -> Vec<Value> {
        self.follow(self.start(request).unwrap())
    }

    /// Puts a secret; `Err` is the code.
    pub fn secret_put(&self, text: &str) -> Result<u64, i32> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut id = 0;
        // SAFETY: all pointers are valid for the call.
        let code = unsafe { (self.secret_put)(units.as_ptr(), units.len(), &mut id) };
        if code == 0 { Ok(id) } else { Err(code) }
    }

    pub fn secret_drop(&self, id: u64) -> i32 {
        (self.secret_drop)(id)
    }

    fn take(&self, out: *mut u8, length: usize) -> Option<Value> {
        if out.is_null() {
            return None;
        }
        // SAFETY: the library gave both, and nobody freed them.
        let value = serde_json::from_slice(unsafe { std::slice::from_raw_parts(out, length) }).unwrap();
        (self.buffer_free)(out, length);
        Some(value)
    }
}
