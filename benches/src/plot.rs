//! The results as a picture: one bar for each contender, in units of the fastest thing that could be.

use crate::result::{Benchmark, Report, median, slower};
use std::fmt::Write;

const WIDTH: f64 = 900.0;
/// Where bars begin and how long the longest is.
const LEFT: f64 = 380.0;
const LONGEST: f64 = 420.0;
const ROW: f64 = 24.0;

/// Draws all benchmarks, one below the other, as SVG.
pub fn draw(report: &Report) -> String {
    let mut body = String::new();
    let mut y = 10.0;
    for benchmark in &report.benchmarks {
        y = group(benchmark, y, &mut body);
    }
    let style = "text{font:13px sans-serif;fill:#222}.t{font-weight:bold}.v{font-size:12px}";
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{y}\" viewBox=\"0 0 {WIDTH} {y}\">\n\
         <style>{style}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// What the bars of a benchmark are measured in: the time that each round took at least, and its name.
fn unit(benchmark: &Benchmark) -> Option<(Vec<f64>, String)> {
    let seconds = |index: usize| benchmark.contenders.get(index).map(|contender| contender.seconds());
    if benchmark.id.starts_with("build") {
        Some((slower(&seconds(1)?, &seconds(2)?), "1 = L, the slower of cp and openssl dgst".to_owned()))
    } else if benchmark.id == "module" {
        Some((seconds(0)?, "1 = bare PowerShell".to_owned()))
    } else {
        Some((seconds(1)?, format!("1 = {}", escape(&benchmark.contenders.get(1)?.name))))
    }
}

fn group(benchmark: &Benchmark, top: f64, out: &mut String) -> f64 {
    let Some((unit, name)) = unit(benchmark) else { return top };
    let relative = |contender: &crate::result::Contender| {
        let each: Vec<f64> = contender.seconds().iter().zip(&unit).map(|(time, unit)| time / unit).collect();
        median(&each)
    };
    let bars: Vec<(&str, bool, f64)> =
        benchmark.contenders.iter().map(|c| (c.name.as_str(), c.is_ours, relative(c))).collect();
    let largest = bars.iter().map(|bar| bar.2).fold(1.0, f64::max);
    let mut y = top + ROW;
    let title = escape(&benchmark.title);
    let _ = writeln!(out, "<text class=\"t\" x=\"10\" y=\"{y:.0}\">{title}</text>");
    let _ = writeln!(out, "<text class=\"v\" x=\"{LEFT}\" y=\"{y:.0}\">{name}</text>");
    for (name, is_ours, value) in &bars {
        y += ROW;
        let (length, colour) = (value / largest * LONGEST, if *is_ours { "#1f6f8b" } else { "#b8c4c9" });
        let (text, bar, end) = (y, y - 13.0, LEFT + length + 6.0);
        let _ = writeln!(out, "<text x=\"20\" y=\"{text:.0}\">{}</text>", escape(name));
        let _ = writeln!(
            out,
            "<rect x=\"{LEFT}\" y=\"{bar:.0}\" width=\"{length:.1}\" height=\"16\" fill=\"{colour}\"/>\
             <text class=\"v\" x=\"{end:.0}\" y=\"{text:.0}\">{value:.2}</text>"
        );
    }
    let (line, from, to) = (LEFT + LONGEST / largest, top + ROW + 6.0, y + 8.0);
    let _ = writeln!(
        out,
        "<line x1=\"{line:.1}\" x2=\"{line:.1}\" y1=\"{from:.0}\" y2=\"{to:.0}\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>"
    );
    y + ROW
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;
    use crate::result::Contender;

    #[test]
    fn bars_are_as_long_as_their_ratio() {
        let contender = |name, seconds| {
            let run = Measure { seconds, ..Measure::default() };
            Contender { runs: vec![run], ..Contender::new(name) }
        };
        let contenders = vec![contender("ours <it>", 3.0), contender("cp", 1.0), contender("openssl", 2.0)];
        let benchmark = Benchmark { id: "build-x".into(), title: "T".into(), contenders, ratios: Vec::new() };
        let mut out = String::new();
        group(&benchmark, 0.0, &mut out);
        assert!(out.contains("width=\"420.0\"") && out.contains(">1.50<"), "{out}");
        assert!(out.contains("width=\"140.0\"") && out.contains("ours &lt;it&gt;"), "{out}");
    }
}
