//! What came out: measurements by contender, and ratios with their goals.

use crate::measure::Measure;
use serde::Serialize;

/// Everything of one run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this format.
    pub schema_version: u32,
    /// When it was measured.
    pub date: String,
    /// Where.
    pub machine: crate::machine::Machine,
    /// How much data.
    pub size: crate::size::SizeName,
    /// The file system of the data.
    pub file_system: String,
    /// The load of the machine over a minute, before and after.
    pub load: [Option<f64>; 2],
    /// The benchmarks.
    pub benchmarks: Vec<Benchmark>,
    /// How time and memory grow.
    pub growth: Vec<crate::growth::Point>,
    /// What could not be measured, and why.
    pub left_out: Vec<String>,
}

/// Contenders that did the same work in the same rounds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Benchmark {
    /// A short name.
    pub id: String,
    /// What is done.
    pub title: String,
    /// Who did it, in the order in which they ran.
    pub contenders: Vec<Contender>,
    /// How they compare.
    pub ratios: Vec<Ratio>,
}

/// One program or chain of programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contender {
    /// Its name.
    pub name: String,
    /// It is this product.
    pub is_ours: bool,
    /// One measurement a round.
    pub runs: Vec<Measure>,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// Not more.
    AtMost(f64),
    /// Not less.
    AtLeast(f64),
}

/// A comparison within each round.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ratio {
    /// What is compared with what.
    pub what: String,
    /// One ratio a round.
    pub each: Vec<f64>,
    /// The smallest.
    pub minimum: f64,
    /// The one in the middle.
    pub median: f64,
    /// What it should be, if anything is promised.
    pub goal: Option<Goal>,
}

impl Contender {
    /// A contender that has not run yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), is_ours: false, runs: Vec::new() }
    }

    /// The product.
    pub fn ours(name: &str) -> Self {
        Self { is_ours: true, ..Self::new(name) }
    }

    /// The time of each round.
    pub fn seconds(&self) -> Vec<f64> {
        self.runs.iter().map(|run| run.seconds).collect()
    }

    /// The most memory of all rounds, in KiB.
    pub fn peak_kib(&self) -> Option<u64> {
        self.runs.iter().filter_map(|run| run.peak_kib).max()
    }
}

impl Ratio {
    /// Divides round by round.
    pub fn of(what: &str, above: &[f64], below: &[f64], goal: Option<Goal>) -> Self {
        let each: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
        Self { what: what.to_owned(), minimum: minimum(&each), median: median(&each), each, goal }
    }

    /// Whether the median is as it should be; `None` without a goal.
    pub fn is_met(&self) -> Option<bool> {
        self.goal.map(|goal| match goal {
            Goal::AtMost(most) => self.median <= most,
            Goal::AtLeast(least) => self.median >= least,
        })
    }
}

/// The slower of two, round by round.
pub fn slower(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a.max(*b)).collect()
}

/// The smallest of some numbers.
pub fn minimum(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The number in the middle; the mean of the two there, when there are two.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle.wrapping_sub(1)), sorted.get(middle)) {
        (Some(below), Some(above)) if sorted.len().is_multiple_of(2) => (below + above) / 2.0,
        (_, Some(middle)) => *middle,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        let slow_round = Ratio::of("a / b", &[1.0, 10.0, 2.0], &[2.0, 20.0, 1.0], Some(Goal::AtMost(0.5)));
        assert_eq!(slow_round.each, [0.5, 0.5, 2.0]);
        assert_eq!((slow_round.minimum, slow_round.median), (0.5, 0.5));
        assert_eq!(slow_round.is_met(), Some(true));
    }

    #[test]
    fn the_median_of_an_even_number_is_between() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&[7.0]), 7.0);
        assert!(median(&[]).is_nan());
    }
}
