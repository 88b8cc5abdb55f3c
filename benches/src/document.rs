//! The results as tables, for the terminal and for the document.

use crate::growth::{Grows, Point};
use crate::result::{Benchmark, Goal, Ratio, Report, median, minimum};
use crate::{Fault, Result, say};
use camino::Utf8Path;
use std::fmt::Write;
use std::fs;

/// Between these two lines of the document stand the tables.
const MARKS: [&str; 2] = ["<!-- results: written by tsm-bench -->", "<!-- end of results -->"];

/// All tables, as Markdown.
pub fn tables(report: &Report) -> String {
    let mut text = head(report);
    for benchmark in &report.benchmarks {
        let _ = write!(text, "\n### {}\n\n{}{}", benchmark.title, contenders(benchmark), ratios(&benchmark.ratios));
    }
    if !report.growth.is_empty() {
        text.push_str("\n### Growth\n\nThe best of all rounds.\n");
        text.push_str(&growth(report, Grows::Files));
        text.push_str(&growth(report, Grows::Bytes));
    }
    for left_out in &report.left_out {
        let _ = writeln!(text, "\nLeft out: {left_out}.");
    }
    text
}

fn head(report: &Report) -> String {
    let machine = &report.machine;
    let memory = machine.memory_mib.map_or_else(String::new, |mib| format!(", {:.0} GiB", mib as f64 / 1024.0));
    let load = |load: Option<f64>| load.map_or_else(|| "unknown".to_owned(), |load| format!("{load:.1}"));
    let size = format!("{:?}", report.size).to_lowercase();
    format!(
        "{}, {}: {} x {}{memory}, {}; data on {}; load before {}, after {}; size `{size}`.\nPeers: {}.\n",
        report.date,
        machine.name,
        machine.processors,
        machine.processor,
        machine.system,
        report.file_system,
        load(report.load[0]),
        load(report.load[1]),
        machine.peers.join("; "),
    )
}

fn contenders(benchmark: &Benchmark) -> String {
    let mut text =
        String::from("| | minimum | median | processor time | peak memory | others |\n|---|--:|--:|--:|--:|--:|\n");
    for contender in &benchmark.contenders {
        let seconds = contender.seconds();
        let cpu: Vec<f64> = contender.runs.iter().filter_map(|run| run.cpu).collect();
        let cpu = if cpu.is_empty() { "-".to_owned() } else { format!("{:.2} s", median(&cpu)) };
        let others: Vec<f64> = contender.runs.iter().filter_map(|run| run.others).collect();
        let others = if others.is_empty() { "-".to_owned() } else { format!("{:.0} %", median(&others) * 100.0) };
        let (bold, name) = (if contender.is_ours { "**" } else { "" }, &contender.name);
        let _ = writeln!(
            text,
            "| {bold}{name}{bold} | {:.2} s | {:.2} s | {cpu} | {} | {others} |",
            minimum(&seconds),
            median(&seconds),
            memory(contender.peak_kib())
        );
    }
    text
}

fn ratios(ratios: &[Ratio]) -> String {
    let mut text = String::from("\n| ratio | each round | minimum | median | goal |\n|---|---|--:|--:|---|\n");
    for ratio in ratios {
        let each: Vec<String> = ratio.each.iter().map(|ratio| format!("{ratio:.2}")).collect();
        let goal = match (ratio.goal, ratio.is_met()) {
            (Some(goal), Some(met)) => format!("{}: {}", words(goal), if met { "met" } else { "**missed**" }),
            _ => String::new(),
        };
        let Ratio { what, minimum, median, .. } = ratio;
        let _ = writeln!(text, "| {what} | {} | {minimum:.2} | {median:.2} | {goal} |", each.join(", "));
    }
    text
}

/// A goal in words.
pub fn words(goal: Goal) -> String {
    match goal {
        Goal::AtMost(most) => format!("at most {most}"),
        Goal::AtLeast(least) => format!("at least {least}"),
    }
}

fn growth(report: &Report, grows: Grows) -> String {
    let rows: Vec<&Point> = report.growth.iter().filter(|point| point.grows == grows).collect();
    let mut text = String::from(
        "\n| files | MB | build | verify | build, peak memory | verify, peak memory |\n|--:|--:|--:|--:|--:|--:|\n",
    );
    for Point { shape, build, verify, .. } in rows {
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.3} s | {:.3} s | {} | {} |",
            shape.files,
            shape.bytes as f64 / 1e6,
            build.seconds,
            verify.seconds,
            memory(build.peak_kib),
            memory(verify.peak_kib)
        );
    }
    text
}

fn memory(kib: Option<u64>) -> String {
    kib.map_or_else(|| "-".to_owned(), |kib| format!("{:.1} MiB", kib as f64 / 1024.0))
}

/// Puts the tables and the plot between the marks of the document.
pub fn update(path: &Utf8Path, tables: &str, drawing: &Utf8Path) -> Result<()> {
    let old = fs::read_to_string(path).map_err(Fault::because(format!("'{path}' cannot be read")))?;
    let new = replaced(&old, tables, &link(path, drawing))
        .ok_or_else(|| Fault::new(format!("'{path}' lacks the lines '{}' and '{}'", MARKS[0], MARKS[1])))?;
    fs::write(path, new).map_err(Fault::because(format!("'{path}' cannot be written")))?;
    say(format!("Written: {path}"));
    Ok(())
}

fn replaced(old: &str, tables: &str, link: &str) -> Option<String> {
    let (before, rest) = old.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some(format!("{before}{}\n\n![Times beside the peers]({link})\n\n{tables}\n{}{after}", MARKS[0], MARKS[1]))
}

/// The drawing as the document has to name it: both are paths from the same place.
fn link(document: &Utf8Path, drawing: &Utf8Path) -> String {
    let depth = document.parent().map_or(0, |folder| folder.components().count());
    format!("{}{}", "../".repeat(depth), drawing.as_str().replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let old = format!("before\n{}\nold\n{}\nafter\n", MARKS[0], MARKS[1]);
        let new = replaced(&old, "new\n", "x.svg").unwrap();
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n") && new.contains("\nnew\n"), "{new}");
        assert!(!new.contains("old"));
        assert_eq!(replaced(&new, "new\n", "x.svg").unwrap(), new);
        assert!(replaced("no marks", "new", "x.svg").is_none());
    }

    #[test]
    fn the_document_names_the_drawing_from_where_it_is() {
        assert_eq!(link("docs/performance.md".into(), "benches/results/a.svg".into()), "../benches/results/a.svg");
    }
}
