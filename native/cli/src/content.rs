//! `tsmedia content`: the cache of content, filled, shown and cleaned.

use crate::arguments::{ContentCommand, Voice};
use crate::{exit, print, run, secrets};
use camino::Utf8Path;
use tsm_media::{
    ContentLimits, Definition, Error, ErrorKind, Result, Stage, clear_content, export_content, import_content,
    list_content, save_content,
};

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Runs the command and returns the exit code.
pub fn run(command: &ContentCommand, voice: Voice) -> Result<u8> {
    match command {
        ContentCommand::Save { definition, host } => {
            let definition = run::load(definition, host)?;
            let secrets = secrets::find_for_content(host, &definition)?;
            let records = save_content(&definition, &secrets, &run::host(host)?, &run::context(voice)?)?;
            run::say(voice, &records, |out, records| print::content(out, records));
        }
        ContentCommand::Export { definition, bundle, host } => {
            let definition = run::load(definition, host)?;
            let secrets = secrets::find(host, Some(&definition))?;
            let written = export_content(&definition, bundle, &secrets, &run::host(host)?, &run::context(voice)?)?;
            run::say(voice, &written, print::bundle);
        }
        ContentCommand::Import { bundle, medium, destination, definition } => {
            let medium = camino::absolute_utf8(medium).unwrap_or_else(|_| medium.clone());
            let read = import_content(bundle, destination.as_deref(), &medium, &run::context(voice)?)?;
            if let Some(path) = definition {
                write(&read.definition, path)?;
            }
            run::say(voice, &read, print::bundle);
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

/// Writes a definition to a new file.
fn write(definition: &Definition, path: &Utf8Path) -> Result<()> {
    let text = definition.to_json()?;
    let written =
        std::fs::File::create_new(path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|e| {
        let message = format!("The definition '{path}' cannot be written.");
        Error::new(ErrorKind::PathInvalid, Stage::Input, message).target(path.as_str()).source(e)
    })
}
