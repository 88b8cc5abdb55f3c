//! Reading a task sequence of 40 MB, beside xmllint, which only looks whether it is well-formed.

use crate::measure::Program;
use crate::result::{Benchmark, Contender, Goal, Ratio};
use crate::size::SizeName;
use crate::{Fault, Result, machine, say};
use camino::Utf8Path;
use std::fs::File;
use std::io::{BufWriter, Write};

/// Times xmllint.
const GOAL: f64 = 1.0;

/// Whether the peer is there.
pub fn is_possible() -> bool {
    machine::has("xmllint")
}

/// Reads it, `runs` rounds.
pub fn run(size: SizeName, folder: &Utf8Path, runs: u32) -> Result<Benchmark> {
    let megabytes = if size == SizeName::Quick { 4 } else { 40 };
    let title = format!("Task sequence of {megabytes} MB");
    say(format!("\n{title}: making the data"));
    let file = folder.join("sequence.xml");
    write(&file, megabytes * 1_000_000).map_err(Fault::because(format!("'{file}' cannot be written")))?;
    let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
    let read = Program::new(program.to_string_lossy(), ["task-sequence", file.as_str()]);
    let lint = Program::new("xmllint", ["--noout", "--huge", file.as_str()]);
    let mut ours = Contender::ours("steps, references, secrets");
    let mut theirs = Contender::new("xmllint --noout");
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        ours.runs.push(read.measure()?);
        theirs.runs.push(lint.measure()?);
    }
    std::fs::remove_file(&file).map_err(Fault::because(format!("'{file}' cannot be removed")))?;
    let ratio = Ratio::of("ours / xmllint", &ours.seconds(), &theirs.seconds(), Some(Goal::AtMost(GOAL)));
    Ok(Benchmark { id: "task-sequence".to_owned(), title, contenders: vec![ours, theirs], ratios: vec![ratio] })
}

/// Steps as the editor writes them, in groups of a hundred, until there are enough bytes.
fn write(path: &Utf8Path, bytes: usize) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    write!(file, "<sequence version=\"3.10\"><referenceList/>")?;
    for group in 0.. {
        if written >= bytes {
            break;
        }
        write!(file, "<group name=\"Group {group}\" description=\"\">")?;
        for number in 0..100 {
            let step = format!(
                "<step type=\"SMS_TaskSequence_RunCommandLineAction\" name=\"Run {number}\" description=\"\" runIn=\"WinPEandFullOS\" \
                 successCodeList=\"0 3010\" retryCount=\"0\" runFromNet=\"false\"><condition><expression \
                 type=\"SMS_TaskSequence_VariableConditionExpression\"><variable name=\"Operator\">equals</variable>\
                 <variable name=\"Value\">true</variable><variable name=\"Variable\">Wanted</variable></expression></condition>\
                 <action>smsswd.exe /run:PS1{number:05X} setup.exe</action><defaultVarList>\
                 <variable name=\"CommandLine\" property=\"CommandLine\" hidden=\"true\">setup.exe &amp; exit</variable>\
                 <variable name=\"PackageID\" property=\"PackageID\" hidden=\"true\">PS1{number:05X}</variable>\
                 <variable name=\"SuccessCodes\" property=\"SuccessCodes\" hidden=\"true\">0 3010</variable>\
                 </defaultVarList></step>"
            );
            written += step.len();
            file.write_all(step.as_bytes())?;
        }
        write!(file, "</group>")?;
    }
    write!(file, "</sequence>")?;
    file.flush()
}
