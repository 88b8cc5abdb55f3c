//! The report of a test: one record a check, and the outcome of all.

use crate::ErrorKind;
use crate::definition::Definition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a check, or a whole report, came out. Ordered: the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// Usable, but somebody should look.
    Warning,
    /// Not usable.
    Failed,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The stable identifier of the check, such as `medium.boot.uefi`.
    pub id: String,
    /// The number of the error that it met, or of the warning that it gives, such as `TSM1701`; absent when it has none.
    pub error_id: Option<String>,
    /// What was checked.
    pub title: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
    /// What the computer that starts from the medium would show, where that is known.
    pub client_symptom: Option<String>,
    /// What to do, when there is something to do.
    pub remedy: Option<String>,
    /// The thing that was checked: a file, a package, a folder.
    pub target: Option<String>,
}

impl Check {
    /// A check that found what it should.
    pub fn passed(id: &str, title: &str, evidence: impl Into<String>) -> Self {
        Self::with(id, title, Outcome::Passed, evidence)
    }

    /// A check that found something to look at.
    pub fn warning(id: &str, title: &str, evidence: impl Into<String>, remedy: &str) -> Self {
        Self { remedy: Some(remedy.to_owned()), ..Self::with(id, title, Outcome::Warning, evidence) }
    }

    /// A check that failed, with the number and the advice of an error kind.
    pub fn failed(id: &str, title: &str, kind: ErrorKind, evidence: impl Into<String>) -> Self {
        Self {
            error_id: Some(kind.code().to_owned()),
            remedy: Some(kind.action().to_owned()),
            ..Self::with(id, title, Outcome::Failed, evidence)
        }
    }

    /// A check that failed with an error.
    pub fn from_error(id: &str, title: &str, error: &crate::Error) -> Self {
        Self {
            target: error.target_object().map(str::to_owned),
            remedy: Some(error.recommended_action().to_owned()),
            ..Self::failed(id, title, error.kind(), error.with_causes())
        }
    }

    /// Names what was checked.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Gives it a number of its own.
    #[must_use]
    pub fn number(mut self, kind: ErrorKind) -> Self {
        self.error_id = Some(kind.code().to_owned());
        self
    }

    /// Says what a computer would show.
    #[must_use]
    pub fn symptom(mut self, symptom: &str) -> Self {
        self.client_symptom = Some(symptom.to_owned());
        self
    }

    fn with(id: &str, title: &str, outcome: Outcome, evidence: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            error_id: None,
            title: title.to_owned(),
            outcome,
            evidence: evidence.into(),
            client_symptom: None,
            remedy: None,
            target: None,
        }
    }
}

/// What a test of a definition or of a medium found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestReport {
    /// The worst outcome of all checks.
    pub outcome: Outcome,
    /// What was tested: the path of the medium.
    pub subject: String,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
    /// The definition that was tested, so that the report can stand in the middle of a pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// The medium that was tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<crate::medium::Medium>,
    /// How long the test took, in milliseconds.
    pub duration_milliseconds: u64,
}

impl TestReport {
    /// A report of `checks`; its outcome is their worst.
    pub fn new(subject: impl Into<String>, checks: Vec<Check>, begun: std::time::Instant) -> Self {
        Self {
            outcome: checks.iter().map(|c| c.outcome).max().unwrap_or(Outcome::Failed),
            subject: subject.into(),
            checks,
            definition: None,
            media: None,
            duration_milliseconds: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|c| c.outcome == Outcome::Failed)
    }
}
