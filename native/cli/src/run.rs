//! Running a command: load, resolve secrets, let `tsm-media` work, print, and turn what came out into an exit code.

use crate::arguments::{Arguments, Command, Format, HostArguments, Voice};
use crate::progress::Terminal;
use crate::{boot, certificate, content, depot, exit, print, references, secrets};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::{self, Write};
use std::sync::Arc;
use tsm_job::{Cancel, Context};
use tsm_media::{
    ApplyScriptRequest, BootImageQuery, Definition, Error, ErrorKind, Host, MediaTest, Medium, Outcome, ReferenceQuery,
    Result, SECURITY_VERSIONS_FILE, Stage, TestReport,
};

/// Where libwim lies, for a shell that has it in no usual place.
const WIM_LIBRARY_VARIABLE: &str = "TSM_LIBWIM";

/// The time for reproducible builds, when the definition has none.
const EPOCH_VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// What libwim is called in a folder.
const WIM_LIBRARY_NAME: &str = if cfg!(windows) { "libwim-15.dll" } else { "libwim.so.15" };

/// Runs the command and returns the exit code. Everything is printed that is to be said.
pub fn run(arguments: &Arguments) -> u8 {
    let voice = arguments.voice;
    match work(&arguments.command, voice) {
        Ok(code) => code,
        Err(error) => {
            // A reader that has gone away changes nothing about how the work ended.
            let _ = match voice.json {
                true => print::document(&mut io::stdout().lock(), &print::error_value(&error)),
                false => print::error(&mut io::stderr().lock(), &error),
            };
            exit::of_error(&error)
        }
    }
}

fn work(command: &Command, voice: Voice) -> Result<u8> {
    match command {
        Command::New { definition, plan_id, host } => create(definition, plan_id.as_deref(), host, voice),
        Command::Test { subject, manifest, host } if is_definition(subject) => match manifest {
            None => test_definition(subject, host, voice),
            Some(manifest) => Err(manifest_of_definition(manifest)),
        },
        Command::Test { subject, manifest, host } => test_medium(subject, manifest.clone(), host, voice),
        Command::Show { medium, bcd: true, host, .. } => boot_configurations(medium, host, voice),
        Command::Show { medium, boot_image: true, distribution_point, host, .. } => {
            boot_image(medium, distribution_point, host, voice)
        }
        Command::Show { medium, manifest, profile_evidence: true, host, .. } => {
            evidence(medium, manifest.clone(), host, voice)
        }
        Command::Show { medium, manifest, host, .. } => show(medium, manifest.clone(), host, voice),
        Command::Plan { definition, host } => plan(definition, host, voice),
        Command::References { file, task_sequence, site_facts, stand_alone } => {
            let query = ReferenceQuery {
                path: file.clone(),
                task_sequence: task_sequence.clone(),
                site_facts: site_facts.clone(),
                stand_alone: *stand_alone,
            };
            references::run(&query, voice)
        }
        Command::ApplyScript { medium, folder, firmware, disk, efi_size, force, host: arguments } => {
            let request = ApplyScriptRequest {
                path: medium.clone(),
                folder: folder.clone(),
                firmware: depot::firmware(firmware),
                disk: Some(*disk),
                efi_size: Some(*efi_size),
                replace: *force,
                profile: arguments.media_profile.clone(),
                temporary_folder: None,
            };
            depot::run(&request, &host(arguments)?, voice)
        }
        Command::Content(command) => content::run(command, voice),
        Command::Certificate(command) => certificate::run(command, voice),
        Command::Schema { format } => schema(*format),
    }
}

/// A definition; a media profile of the command line goes before its own.
pub fn load(path: &Utf8Path, arguments: &HostArguments) -> Result<Definition> {
    let mut definition = Definition::load(path)?;
    if let Some(profile) = &arguments.media_profile {
        definition.media_profile = Some(profile.to_string());
    }
    if definition.epoch.is_none() {
        definition.epoch = source_date_epoch()?;
    }
    Ok(definition)
}

/// The time that reproducible builds agree on (reproducible-builds.org, SOURCE_DATE_EPOCH).
fn source_date_epoch() -> Result<Option<i64>> {
    let Ok(text) = std::env::var(EPOCH_VARIABLE) else { return Ok(None) };
    match text.trim() {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|e: std::num::ParseIntError| {
            let message = format!("{EPOCH_VARIABLE} is '{}', which is no number of seconds.", text.escape_debug());
            Error::new(ErrorKind::DefinitionMalformed, Stage::Input, message).target(EPOCH_VARIABLE).source(e)
        }),
    }
}

fn evidence(path: &Utf8Path, manifest: Option<Utf8PathBuf>, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let test = MediaTest { path: path.to_owned(), manifest, profile: arguments.media_profile.clone() };
    let secrets = secrets::find(arguments, None)?;
    let records = tsm_media::profile_evidence(&test, &secrets, &host(arguments)?)?;
    say(voice, &records, |out, records| print::evidence(out, records));
    Ok(exit::GOOD)
}

fn boot_configurations(path: &Utf8Path, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let test = MediaTest { path: path.to_owned(), manifest: None, profile: arguments.media_profile.clone() };
    let secrets = secrets::find(arguments, None)?;
    let found = tsm_media::get_boot_configuration(&test, &secrets, &host(arguments)?)?;
    say(voice, &found, |out, found| boot::configurations(out, found));
    Ok(exit::GOOD)
}

fn boot_image(name: &Utf8Path, libraries: &[Utf8PathBuf], arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let query = BootImageQuery {
        boot_image: name.to_string(),
        distribution_point: libraries.to_vec(),
        profile: arguments.media_profile.clone(),
        temporary_folder: None,
    };
    let facts = tsm_media::get_boot_image(&query, &host(arguments)?, &context(voice)?)?;
    say(voice, &facts, boot::image);
    Ok(if facts.warnings.is_empty() { exit::GOOD } else { exit::of_outcome(Outcome::Warning, exit::VERIFICATION) })
}

fn create(path: &Utf8Path, plan_id: Option<&str>, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let definition = load(path, arguments)?;
    let secrets = secrets::find(arguments, Some(&definition))?;
    let media = tsm_media::create_all(&definition, plan_id, &secrets, &host(arguments)?, &context(voice)?)?;
    match media.as_slice() {
        [medium] => say(voice, medium, print::medium),
        media => say(voice, &media, |out, media| media.iter().try_for_each(|medium| print::medium(out, medium))),
    }
    Ok(media.iter().map(of_medium).max().unwrap_or(exit::GOOD))
}

fn test_definition(path: &Utf8Path, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let definition = load(path, arguments)?;
    let secrets = secrets::find(arguments, Some(&definition))?;
    let report = tsm_media::test_definition(&definition, &secrets, &host(arguments)?, &context(voice)?)?;
    Ok(tell(voice, &report, exit::PREFLIGHT))
}

fn test_medium(path: &Utf8Path, manifest: Option<Utf8PathBuf>, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let test = MediaTest { path: path.to_owned(), manifest, profile: arguments.media_profile.clone() };
    let secrets = secrets::find(arguments, None)?;
    let report = tsm_media::test_media(&test, &secrets, &host(arguments)?, &context(voice)?)?;
    Ok(tell(voice, &report, exit::VERIFICATION))
}

fn show(path: &Utf8Path, manifest: Option<Utf8PathBuf>, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let test = MediaTest { path: path.to_owned(), manifest, profile: arguments.media_profile.clone() };
    let host = host(arguments)?;
    if tsm_media::has_only_boot_loaders(path, &host) {
        let loaders = tsm_media::boot_loaders(&test, &host)?;
        say(voice, &loaders, |out, loaders| loaders.iter().try_for_each(|loader| print::boot_loader(out, loader)));
        return Ok(exit::GOOD);
    }
    let secrets = secrets::find(arguments, None)?;
    let medium = tsm_media::get_media(&test, &secrets, &host, &context(voice)?)?;
    say(voice, &medium, print::medium);
    Ok(of_medium(&medium))
}

fn plan(path: &Utf8Path, arguments: &HostArguments, voice: Voice) -> Result<u8> {
    let definition = load(path, arguments)?;
    let secrets = secrets::find(arguments, Some(&definition))?;
    let plan = tsm_media::resolve(&definition, &secrets, &host(arguments)?, &context(voice)?)?;
    say(voice, &plan, print::plan);
    Ok(exit::GOOD)
}

fn schema(format: Format) -> Result<u8> {
    let name = format.name();
    let Some(schema) = tsm_media::schema(name) else {
        let message = format!("This version has no schema for '{name}'.");
        return Err(Error::new(ErrorKind::Unsupported, Stage::Input, message).target(name));
    };
    let _ = print::document(&mut io::stdout().lock(), &schema);
    Ok(exit::GOOD)
}

/// Prints a report; the code for it, where `failed` is the one for a test that failed.
fn tell(voice: Voice, report: &TestReport, failed: u8) -> u8 {
    say(voice, report, print::report);
    exit::of_outcome(report.outcome, failed)
}

fn of_medium(medium: &Medium) -> u8 {
    if medium.warnings.is_empty() {
        medium.verification.map_or(exit::GOOD, |outcome| exit::of_outcome(outcome, exit::VERIFICATION))
    } else {
        exit::of_outcome(medium.verification.unwrap_or(Outcome::Passed).max(Outcome::Warning), exit::VERIFICATION)
    }
}

/// Prints a result. A reader that has gone away changes nothing about how the work ended.
pub fn say<T: serde::Serialize>(voice: Voice, value: &T, words: impl FnOnce(&mut dyn Write, &T) -> io::Result<()>) {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let _ = if voice.json { print::document(&mut out, value) } else { words(&mut out, value) };
    let _ = out.flush();
}

fn is_definition(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

fn manifest_of_definition(manifest: &Utf8Path) -> Error {
    let message = "A definition has no manifest: --manifest goes with a medium.";
    Error::new(ErrorKind::Unsupported, Stage::Input, message).target(manifest.as_str()).action("Leave --manifest out.")
}

/// The context of the work: it reports to the terminal, and Ctrl+C asks it to stop. A second Ctrl+C ends the program
/// at once; what it leaves half-written is swept by the next run.
pub fn context(voice: Voice) -> Result<Context> {
    let cancel = Cancel::new();
    let raised = cancel.clone();
    ctrlc::set_handler(move || {
        if raised.is_cancelled() {
            std::process::exit(i32::from(exit::CANCELLED));
        }
        raised.cancel();
    })
    .map_err(|e| Error::new(ErrorKind::Internal, Stage::Input, "Ctrl+C cannot be listened for.").source(e))?;
    Ok(Context::new(Arc::new(Terminal::new(voice)), cancel))
}

/// What this computer provides: libwim as named, as the environment says, or beside this program.
pub fn host(arguments: &HostArguments) -> Result<Host> {
    let named = arguments.wim_library.iter().cloned();
    let environment = std::env::var(WIM_LIBRARY_VARIABLE).ok().filter(|v| !v.is_empty()).map(Utf8PathBuf::from);
    let program = std::env::current_exe().ok().and_then(|p| Utf8PathBuf::from_path_buf(p).ok());
    let folder = program.as_deref().and_then(Utf8Path::parent);
    let beside = folder.map(|folder| folder.join(WIM_LIBRARY_NAME));
    let file = |place: Utf8PathBuf| if place.is_dir() { place.join(WIM_LIBRARY_NAME) } else { place };
    let wim_library = named.chain(environment).map(file).chain(beside.filter(|b| b.is_file())).collect();
    let host = Host { wim_library, ..Host::default() };
    match folder.map(|folder| folder.join(SECURITY_VERSIONS_FILE)).filter(|file| file.is_file()) {
        Some(file) => host.with_security_versions(&file),
        None => Ok(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_ends_in_json_is_a_definition() {
        assert!(is_definition("boot.json".into()) && is_definition("BOOT.JSON".into()));
        assert!(!is_definition("boot.iso".into()) && !is_definition("json".into()));
    }

    #[test]
    fn libwim_may_be_named_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        let arguments = HostArguments { wim_library: vec![folder.clone()], ..HostArguments::default() };
        assert_eq!(host(&arguments).unwrap().wim_library[0], folder.join(WIM_LIBRARY_NAME));
    }
}
