//! What distribution points have: many contents, each asked for at each of ten distribution points; beside curl, which gets
//! the same addresses and looks at nothing.

use crate::measure::Program;
use crate::result::{Benchmark, Contender, Goal, Ratio};
use crate::retrieval::{Curl, Server};
use crate::room::remove;
use crate::size::SizeName;
use crate::{Fault, Result, data, say};
use camino::Utf8Path;
use std::collections::BTreeSet;

/// How many distribution points there are.
const POINTS: usize = 10;
/// Times curl.
const GOAL: f64 = 1.2;

/// Asks for every content at every distribution point, `runs` rounds.
pub fn run(size: SizeName, folder: &Utf8Path, runs: u32) -> Result<Benchmark> {
    let count = if size == SizeName::Quick { 30 } else { 300 };
    let title = format!("Presence: {count} contents at {POINTS} distribution points");
    say(format!("\n{title}: making the data"));
    let library = folder.join("library");
    let packages =
        data::small_packages(&library, count).map_err(Fault::because(format!("no data can be made in '{folder}'")))?;
    let list = folder.join("packages.txt");
    std::fs::write(&list, packages.join("\n")).map_err(Fault::because("the list cannot be written"))?;
    let servers = (0..POINTS).map(|_| Server::start(&library)).collect::<Result<Vec<_>>>()?;
    let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
    let urls = servers.iter().map(Server::url);
    let arguments = ["presence", list.as_str()].into_iter().chain(urls);
    let ask = Program::new(program.to_string_lossy(), arguments);
    // Once beforehand, which tells what is asked for.
    ask.measure()?;
    let mut asked = BTreeSet::new();
    for server in &servers {
        asked.extend(server.asked()?);
    }
    let curl = Curl::new(folder, &asked)?;
    let mut ours =
        Contender::ours("records of every content at every distribution point, and that its files are there");
    let mut theirs = Contender::new("curl --parallel");
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        ours.runs.push(ask.measure()?);
        theirs.runs.push(curl.get()?);
        curl.clear()?;
    }
    remove(&library)?;
    let ratio = Ratio::of("ours / curl", &ours.seconds(), &theirs.seconds(), Some(Goal::AtMost(GOAL)));
    Ok(Benchmark { id: "presence".to_owned(), title, contenders: vec![ours, theirs], ratios: vec![ratio] })
}
