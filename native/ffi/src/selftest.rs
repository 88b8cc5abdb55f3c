//! A job that proves the boundary itself: it reports, fails, panics or hangs on request, without touching a file.
//!
//! It is part of the product, so that a broken installation can be told from a broken medium:
//! `{"op":"selftest","behaviour":"report","steps":3}`.

use crate::errors::{ErrorObject, Failure};
use crate::events::{Event, Queue};
use crate::requests::SecretIds;
use crate::work::emit;
use crate::{buffer, jobs, secrets};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tsm_job::{Context, Unit};
use tsm_media::{Error, ErrorKind, Secrets, Stage};

const TYPE_NAME: &str = "TaskSequenceMedia.SelfTest";
/// No request may keep a thread, or memory, for longer or more than this.
const MAXIMUM_STEPS: u32 = 1_000_000;
const MAXIMUM_DELAY: Duration = Duration::from_secs(60);
const MAXIMUM_SIZE: usize = 1 << 20;

/// What the self-test does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Behaviour {
    /// Call: how many jobs, secrets and buffers are open.
    Count,
    /// Call or job: gives the text back, and the length of the secret.
    Echo,
    /// Job: progress and one output a step, one log line of each level.
    Report,
    /// Job: an error event a step, then success.
    Errors,
    /// Job: fails with the error of `code`.
    Fail,
    /// Call or job: panics.
    Panic,
    /// Job: panics with the secret in the message.
    PanicWithSecret,
    /// Job: gives `steps` outputs, then nothing until it is cancelled.
    Hang,
    /// Job: gives `steps` outputs, then sleeps for `delayMilliseconds`, whatever is asked of it.
    Deaf,
    /// Job: one output with an array of `steps` elements.
    BigValue,
}

/// The fields of the request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SelfTest {
    behaviour: Behaviour,
    #[serde(default)]
    steps: u32,
    /// The length of the pause after each step, and of deafness.
    #[serde(default)]
    delay_milliseconds: u64,
    /// How many characters the text of each output has beside `text`.
    #[serde(default)]
    size: usize,
    #[serde(default)]
    text: String,
    /// The number of the error to fail with, such as `TSM1203`.
    code: Option<String>,
    #[serde(default)]
    pub(crate) secrets: Option<SecretIds>,
}

impl SelfTest {
    /// The self-test as a short request.
    pub(crate) fn call(self) -> Result<Value, Failure> {
        match self.behaviour {
            Behaviour::Count => {
                Ok(json!({ "jobs": jobs::count(), "secrets": secrets::count(), "buffers": buffer::count() }))
            }
            Behaviour::Echo => {
                let secrets = self.secrets.unwrap_or_default().resolve()?;
                Ok(json!({ "text": self.text, "secretLength": secret_length(&secrets) }))
            }
            Behaviour::Panic => fall(&self.text),
            Behaviour::Fail => Err(self.error().into()),
            other => Err(Failure::bad_request(format!("The self-test {other:?} needs a job."))),
        }
    }

    /// The self-test as a job.
    pub(crate) fn run(self, secrets: &Secrets, context: &Context, queue: &Queue) -> Result<Value, Failure> {
        match self.behaviour {
            Behaviour::Echo => emit(queue, TYPE_NAME, &self.output(0, secrets)),
            Behaviour::Report => self.report(secrets, context, queue),
            Behaviour::Errors => {
                for step in 0..self.steps.min(MAXIMUM_STEPS) {
                    let error = self.error().target(format!("step {step}"));
                    queue.push(&Event::Error { error: ErrorObject::from(&error) });
                }
                Ok(json!({ "steps": self.steps }))
            }
            Behaviour::Fail => Err(self.error().into()),
            Behaviour::Panic => fall(&self.text),
            Behaviour::PanicWithSecret => {
                fall(secrets.media_password.as_ref().map_or("no secret was given", |secret| secret.expose()))
            }
            Behaviour::Hang => {
                self.begin(secrets, queue)?;
                loop {
                    context.check().map_err(Error::from)?;
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            Behaviour::Deaf => {
                self.begin(secrets, queue)?;
                std::thread::sleep(self.delay());
                Ok(json!({}))
            }
            Behaviour::BigValue => {
                let items: Vec<Value> =
                    (0..self.steps.min(MAXIMUM_STEPS)).map(|step| self.output(step, secrets)).collect();
                emit(queue, TYPE_NAME, &json!({ "text": self.text, "items": items }))
            }
            Behaviour::Count => Err(Failure::bad_request("The self-test Count is no job.")),
        }
    }

    fn report(&self, secrets: &Secrets, context: &Context, queue: &Queue) -> Result<Value, Failure> {
        let steps = self.steps.min(MAXIMUM_STEPS);
        context.debug("debug line");
        context.verbose("verbose line");
        context.information("information line");
        context.warning("TSM1901", "warning line");
        let begun = Instant::now();
        let mut activity = context.activity("Self-test", Unit::Items, steps.into());
        for step in 0..steps {
            context.check().map_err(Error::from)?;
            activity.set_status(format!("step {step}"));
            emit(queue, TYPE_NAME, &self.output(step, secrets))?;
            activity.advance(1);
            self.pause(context)?;
        }
        drop(activity);
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(json!({ "steps": steps, "milliseconds": milliseconds }))
    }

    /// Shows that the job is there, before it goes silent.
    fn begin(&self, secrets: &Secrets, queue: &Queue) -> Result<(), Failure> {
        for step in 0..self.steps.min(MAXIMUM_STEPS) {
            emit(queue, TYPE_NAME, &self.output(step, secrets))?;
        }
        Ok(())
    }

    fn output(&self, step: u32, secrets: &Secrets) -> Value {
        let text = self.text.clone() + &"x".repeat(self.size.min(MAXIMUM_SIZE));
        json!({ "index": step, "text": text, "secretLength": secret_length(secrets) })
    }

    /// The error that was asked for, with everything that an error can have.
    fn error(&self) -> Error {
        let wanted = self.code.as_deref().and_then(|code| ErrorKind::ALL.iter().find(|kind| kind.code() == code));
        let message = if self.text.is_empty() { "The self-test failed, as it was asked to." } else { &self.text };
        Error::new(*wanted.unwrap_or(&ErrorKind::Internal), Stage::Input, message)
            .target("self-test")
            .source(std::io::Error::from_raw_os_error(2))
    }

    fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_milliseconds).min(MAXIMUM_DELAY)
    }

    /// Pauses after a step, and hears a cancellation meanwhile.
    fn pause(&self, context: &Context) -> Result<(), Failure> {
        let end = Instant::now() + self.delay();
        while Instant::now() < end {
            context.check().map_err(Error::from)?;
            std::thread::sleep(end.saturating_duration_since(Instant::now()).min(Duration::from_millis(5)));
        }
        Ok(())
    }
}

fn secret_length(secrets: &Secrets) -> Option<usize> {
    secrets.media_password.as_ref().map(|secret| secret.expose().chars().count())
}

/// Panics, which is the purpose.
#[expect(clippy::panic, reason = "this is how the panic boundary is proved in an installed product")]
fn fall(text: &str) -> ! {
    panic!("self-test panic {text}")
}
