//! Many contents are distributed over discs. No other program does that, so the time stands beside a second.

use crate::measure::Program;
use crate::result::{Benchmark, Contender, Goal, Ratio};
use crate::size::SizeName;
use crate::{Fault, Result, say};

/// Seconds that it may take.
const GOAL: f64 = 1.0;

/// Distributes the contents, `runs` rounds.
pub fn run(size: SizeName, runs: u32) -> Result<Benchmark> {
    let count = if size == SizeName::Quick { 500 } else { 20_000 };
    let title = format!("Splitting: {count} contents over discs of 8.5 GB");
    say(format!("\n{title}"));
    let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
    let split = Program::new(program.to_string_lossy(), ["split".to_owned(), count.to_string()]);
    let mut ours = Contender::ours("sizes to volumes");
    for _ in 0..runs {
        ours.runs.push(split.measure()?);
    }
    let seconds = vec![1.0; ours.runs.len()];
    let ratio = Ratio::of("ours / one second", &ours.seconds(), &seconds, Some(Goal::AtMost(GOAL)));
    Ok(Benchmark { id: "split".to_owned(), title, contenders: vec![ours], ratios: vec![ratio] })
}
