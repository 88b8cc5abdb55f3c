//! What callers can ask for.

use crate::{Definition, Error, ErrorKind, Medium, Plan, Result, Secrets, Stage, TestReport};
use camino::Utf8PathBuf;
use tsm_job::Context;

/// What the caller's computer provides.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Places where libwim may be, tried in order before the system's.
    pub wim_library: Vec<Utf8PathBuf>,
}

/// A medium to test.
#[derive(Debug, Clone, Default)]
pub struct MediaTest {
    /// The file.
    pub path: Utf8PathBuf,
    /// Its manifest; when absent, the one beside it, if there is one.
    pub manifest: Option<Utf8PathBuf>,
}

/// Checks what can be checked of a definition without reading anything: every fault, most telling first.
pub fn check_definition(definition: &Definition) -> Vec<Error> {
    let _ = definition;
    Vec::new()
}

/// Checks whether a definition can be built. Nothing is written. Failed checks are in the report; an error means that
/// the test itself could not be made.
pub fn test_definition(_: &Definition, _: &Secrets, _: &Host, _: &Context) -> Result<TestReport> {
    Err(pending())
}

/// Makes the plan of a definition. Nothing is written.
pub fn resolve(_: &Definition, _: &Secrets, _: &Host, _: &Context) -> Result<Plan> {
    Err(pending())
}

/// Builds, verifies and publishes the medium. With `expected_plan`, only if the plan is still that one.
pub fn create(_: &Definition, _: Option<&str>, _: &Secrets, _: &Host, _: &Context) -> Result<Medium> {
    Err(pending())
}

/// Reads a medium back and checks it.
pub fn test_media(_: &MediaTest, _: &Secrets, _: &Host, _: &Context) -> Result<TestReport> {
    Err(pending())
}

/// Says what a medium is.
pub fn get_media(_: &MediaTest, _: &Secrets, _: &Host, _: &Context) -> Result<Medium> {
    Err(pending())
}

/// The JSON schema of a format: `definition`, `facts` or `manifest`.
pub fn schema(name: &str) -> Option<serde_json::Value> {
    match name {
        "definition" => Some(schemars::schema_for!(Definition).to_value()),
        "facts" => Some(tsm_site::schema()),
        _ => None,
    }
}

fn pending() -> Error {
    Error::new(ErrorKind::Internal, Stage::Plan, "Not there yet.")
}
