//! `CreateTSMedia.log`: what a build did, in the format that Configuration Manager's log viewer opens.

use crate::{Error, ErrorKind, Result, Stage};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Zoned;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tsm_formats::cmtrace::{Line, Severity};
use tsm_job::{Context, Level, LogRecord, Observer, ProgressRecord};

/// The name of the log when no other is asked for.
const FILE_NAME: &str = "CreateTSMedia.log";

/// Where the log goes: as asked, else into the system's temporary folder.
pub(crate) fn path(asked: Option<&str>) -> Utf8PathBuf {
    asked.map_or_else(|| tsm_platform::temporary_folder().join(FILE_NAME), Utf8PathBuf::from)
}

/// A context that also writes to the log file. Earlier lines of the file stay.
pub(crate) fn context(path: &Utf8Path, below: &Context) -> Result<(Context, Arc<FileLog>)> {
    let file = OpenOptions::new().create(true).append(true).open(path).map_err(|e| {
        let message = format!("The log '{path}' cannot be written.");
        Error::new(ErrorKind::LogUnusable, Stage::Input, message).target(path.as_str()).source(e)
    })?;
    let log = Arc::new(FileLog { file: Mutex::new(file), below: below.clone() });
    Ok((Context::new(log.clone(), below.cancel().clone()), log))
}

/// Hands every record on, and writes the log records to the file.
pub(crate) struct FileLog {
    file: Mutex<File>,
    below: Context,
}

impl FileLog {
    /// Writes an error, with its causes.
    pub fn error(&self, error: &Error) {
        self.line(Severity::Error, &format!("{error} {}", error.causes().join("; ")));
        self.line(Severity::Error, &format!("What to do: {}", error.recommended_action()));
    }

    /// Writes what is for the log alone.
    pub fn information(&self, message: &str) {
        self.line(Severity::Information, message);
    }

    fn line(&self, severity: Severity, message: &str) {
        let now = Zoned::now();
        let line = Line {
            message: message.to_owned(),
            time: now.timestamp(),
            offset: now.offset(),
            component: "CreateTsMedia".to_owned(),
            context: String::new(),
            severity,
            thread: std::process::id(),
            file: "tsmedia".to_owned(),
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // The log must never stop a build: a full disk is told by the build itself.
        let _ = file.write_all(format!("{line}\r\n").as_bytes());
    }
}

impl Observer for FileLog {
    fn progress(&self, record: &ProgressRecord) {
        self.below.observer().progress(record);
    }

    fn log(&self, record: &LogRecord) {
        let severity = if record.level == Level::Warning { Severity::Warning } else { Severity::Information };
        let code = record.code.map(|c| format!("{c}: ")).unwrap_or_default();
        self.line(severity, &format!("{code}{}", record.message));
        self.below.observer().log(record);
    }
}
