//! All benchmarks, one after the other, and the files that come of them.

use crate::arguments::{Part, RunArguments};
use crate::machine::{self, Machine};
use crate::result::Report;
use crate::room::Room;
use crate::{
    Fault, Result, document, growth, image, module, plot, presence, prestaged, retrieval, say, sequence, split,
    stand_alone,
};
use std::fs;

/// Runs everything and writes the results.
pub fn all(arguments: &RunArguments) -> Result<()> {
    for needed in ["cp", "openssl"] {
        if !machine::has(needed) {
            return Err(Fault::new(format!("'{needed}' is missing: there is nothing to compare with")));
        }
    }
    let before = machine::load();
    let room = Room::make(&arguments.scratch)?;
    let size = room.fitting(arguments.size())?;
    let mut benchmarks = Vec::new();
    if arguments.wants(Part::Image) {
        benchmarks.extend(image::run(size.large(), &image::LARGE, &room.path, arguments.runs)?);
        benchmarks.extend(image::run(size.small(), &image::SMALL, &room.path, arguments.runs)?);
    }
    if arguments.wants(Part::Prestaged) && prestaged::is_possible() {
        benchmarks.extend(prestaged::run(size, &room.path, arguments.runs)?);
    }
    let growth =
        if arguments.wants(Part::Growth) { growth::run(size, &room.path, arguments.runs)? } else { Vec::new() };
    let mut left_out = missing();
    if arguments.wants(Part::Retrieval) && retrieval::is_possible() {
        benchmarks.push(retrieval::run(size.large(), "large", &room.path, arguments.runs)?);
        benchmarks.push(retrieval::run(size.small(), "small", &room.path, arguments.runs)?);
        benchmarks.push(retrieval::growth(size, &room.path, arguments.runs)?);
    }
    if arguments.wants(Part::Presence) && retrieval::is_possible() {
        benchmarks.push(presence::run(size, &room.path, arguments.runs)?);
    }
    if arguments.wants(Part::Split) {
        benchmarks.push(split::run(size, arguments.runs)?);
    }
    if arguments.wants(Part::StandAlone) {
        match stand_alone::run(size.large(), &room.path, arguments.runs)? {
            Ok(benchmark) => benchmarks.push(benchmark),
            Err(why) => left_out.push(why),
        }
    }
    if arguments.wants(Part::TaskSequence) && sequence::is_possible() {
        benchmarks.push(sequence::run(size, &room.path, arguments.runs)?);
    }
    if arguments.wants(Part::Module) {
        match module::run(size.processes())? {
            Ok(benchmark) => benchmarks.push(benchmark),
            Err(why) => left_out.push(why),
        }
    }
    let report = Report {
        schema_version: 1,
        date: jiff::Zoned::now().date().to_string(),
        machine: Machine::this(arguments.machine.as_deref()),
        size,
        file_system: room.file_system.clone(),
        load: [before, machine::load()],
        benchmarks,
        growth,
        left_out,
    };
    let text = document::tables(&report);
    say(format!("\n{text}"));
    write(arguments, &report, &text)
}

/// Peers and helpers that are not there.
fn missing() -> Vec<String> {
    let wanted = [("genisoimage", "genisoimage, and with it the chain"), ("xorriso", "xorriso")];
    let mut missing: Vec<String> = wanted
        .iter()
        .filter(|(program, _)| !machine::has(program))
        .map(|(_, what)| format!("{what}: not installed"))
        .collect();
    if !retrieval::is_possible() {
        missing.push("content over HTTP: nginx or curl is not installed".to_owned());
    }
    if !prestaged::is_possible() {
        missing.push("prestaged media: wimlib-imagex is not installed".to_owned());
    }
    if !sequence::is_possible() {
        missing.push("a large task sequence: xmllint is not installed".to_owned());
    }
    if cfg!(unix) && !machine::has("time") {
        missing.push("memory and processor time: GNU time is not installed".to_owned());
    }
    missing
}

fn write(arguments: &RunArguments, report: &Report, text: &str) -> Result<()> {
    let folder = &arguments.results;
    let stem = format!("{}-{}", report.date, report.machine.name);
    let (data, drawing) = (folder.join(format!("{stem}.json")), folder.join(format!("{stem}.svg")));
    let json = serde_json::to_string_pretty(report).map_err(Fault::because("the results are no JSON"))?;
    fs::create_dir_all(folder).map_err(Fault::because(format!("'{folder}' cannot be made")))?;
    for (path, content) in [(&data, format!("{json}\n")), (&drawing, plot::draw(report))] {
        fs::write(path, content).map_err(Fault::because(format!("'{path}' cannot be written")))?;
        say(format!("Written: {path}"));
    }
    match &arguments.document {
        Some(path) => document::update(path, text, &drawing),
        None => Ok(()),
    }
}
