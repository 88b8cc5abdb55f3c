//! How time and memory grow with the number of files and with their bytes.

use crate::data;
use crate::image::Ours;
use crate::result::minimum;
use crate::room::remove;
use crate::size::{Shape, SizeName};
use crate::{Result, say};
use camino::Utf8Path;
use serde::Serialize;

/// One row of the table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Whether the files or the bytes grow.
    pub grows: Grows,
    /// The data.
    pub shape: Shape,
    /// Building and verifying.
    pub build: Cost,
    /// Verifying.
    pub verify: Cost,
}

/// What grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grows {
    /// The number of files.
    Files,
    /// The bytes in as many files.
    Bytes,
}

/// The best of all rounds.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Seconds.
    pub seconds: f64,
    /// The most memory, in KiB.
    pub peak_kib: Option<u64>,
}

/// Measures all rows.
pub fn run(size: SizeName, folder: &Utf8Path, runs: u32) -> Result<Vec<Point>> {
    let files = size.more_files().into_iter().map(|shape| (Grows::Files, shape));
    let bytes = size.more_bytes().into_iter().map(|shape| (Grows::Bytes, shape));
    files.chain(bytes).map(|(grows, shape)| point(grows, shape, folder, runs)).collect()
}

fn point(grows: Grows, shape: Shape, folder: &Utf8Path, runs: u32) -> Result<Point> {
    say(format!("\nGrowth: {} files, {} MB", shape.files, shape.bytes / 1_000_000));
    let data = data::make(folder, shape)?;
    let ours = Ours::new(&data, folder)?;
    let (mut build, mut verify) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        build.push(ours.write()?);
        verify.push(ours.read_back()?);
    }
    for leftover in [&data.tree, &data.library, &ours.image] {
        remove(leftover)?;
    }
    Ok(Point { grows, shape, build: cost(&build), verify: cost(&verify) })
}

fn cost(runs: &[crate::measure::Measure]) -> Cost {
    let seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
    Cost { seconds: minimum(&seconds), peak_kib: runs.iter().filter_map(|run| run.peak_kib).max() }
}
