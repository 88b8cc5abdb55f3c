//! `tsmedia content`: the cache of content, filled, shown and cleaned.

use crate::arguments::{ContentCommand, Voice};
use crate::{exit, print, run};
use tsm_media::{ContentLimits, Result, clear_content, list_content, save_content};

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Runs the command and returns the exit code.
pub fn run(command: &ContentCommand, voice: Voice) -> Result<u8> {
    match command {
        ContentCommand::Save { definition, host } => {
            let definition = run::load(definition, host)?;
            let records = save_content(&definition, &run::host(host)?, &run::context(voice)?)?;
            run::say(voice, &records, |out, records| print::content(out, records));
        }
        ContentCommand::List { cache } => {
            let records = list_content(cache.as_deref())?;
            run::say(voice, &records, |out, records| print::content(out, records));
        }
        ContentCommand::Clear { cache, older_than, maximum_size, package, dry_run } => {
            let limits = ContentLimits {
                older_than_seconds: older_than.map(|days| u64::from(days) * DAY),
                maximum_bytes: *maximum_size,
                packages: package.clone(),
            };
            let swept = clear_content(cache.as_deref(), &limits, *dry_run, &run::context(voice)?)?;
            run::say(voice, &swept, print::sweep);
        }
    }
    Ok(exit::GOOD)
}
