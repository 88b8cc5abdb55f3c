//! How the work goes, on standard error: progress bars on a terminal, and log lines as many as were asked for.

use crate::arguments::Voice;
use crate::print::printable;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use tsm_job::{Level, LogRecord, Observer, ProgressRecord, Unit};

/// Shows what work reports.
pub struct Terminal {
    bars: MultiProgress,
    open: Mutex<HashMap<u32, ProgressBar>>,
    /// The least level that is shown; none when nothing is.
    least: Option<Level>,
}

impl Terminal {
    /// A view that says as much as `voice` wants. Bars are drawn only where a person can see them.
    pub fn new(voice: Voice) -> Self {
        let draw = !voice.quiet && std::io::stderr().is_terminal();
        let target = if draw { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let least = match (voice.quiet, voice.verbose) {
            (true, _) => None,
            (false, 0) => Some(Level::Information),
            (false, 1) => Some(Level::Verbose),
            (false, _) => Some(Level::Debug),
        };
        Self { bars: MultiProgress::with_draw_target(target), open: Mutex::default(), least }
    }

    fn bar(&self, record: &ProgressRecord) -> ProgressBar {
        let bar = self.bars.add(ProgressBar::new(record.total));
        bar.set_style(style(record));
        bar.set_prefix(printable(&record.activity).into_owned());
        bar
    }
}

impl Observer for Terminal {
    fn progress(&self, record: &ProgressRecord) {
        if self.bars.is_hidden() {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if record.completed {
            if let Some(bar) = open.remove(&record.id) {
                bar.finish_and_clear();
            }
            return;
        }
        let bar = open.entry(record.id).or_insert_with(|| self.bar(record));
        // The counts are set without a message when it is the same: every change of it redraws.
        if bar.message() != record.status {
            bar.set_message(printable(&record.status).into_owned());
        }
        bar.set_position(record.done);
    }

    fn log(&self, record: &LogRecord) {
        if self.least.is_none_or(|least| record.level < least) {
            return;
        }
        let code = record.code.map_or_else(String::new, |c| format!(" {c}"));
        let text = printable(&record.message);
        // Nobody is left to tell when standard error is gone.
        self.bars.suspend(|| {
            let mut out = std::io::stderr().lock();
            let _ = match record.level {
                Level::Warning => writeln!(out, "warning{code}: {text}"),
                Level::Information => writeln!(out, "{text}"),
                Level::Verbose => writeln!(out, "  {text}"),
                Level::Debug => writeln!(out, "    {text}"),
            };
        });
    }
}

fn style(record: &ProgressRecord) -> ProgressStyle {
    let template = match (record.total, record.unit) {
        (0, _) => "{prefix} {spinner} {wide_msg}",
        (_, Unit::Bytes) => "{prefix} [{bar:24}] {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} {wide_msg}",
        (_, Unit::Items) => "{prefix} [{bar:24}] {pos}/{len} {wide_msg}",
    };
    // A template that cannot be read is a fault of this file, which a test finds; the default one still serves.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for template in [
            "{prefix} {spinner} {wide_msg}",
            "{prefix} [{bar:24}] {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} {wide_msg}",
            "{prefix} [{bar:24}] {pos}/{len} {wide_msg}",
        ] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
