//! What is measured of the product: each in a process of its own, so that its time and memory can be told from others.

use crate::{Fault, Result};
use camino::Utf8Path;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use tsm_job::Context;
use tsm_media::{Outcome, bench};

/// Writes a disc image of a package.
pub fn write(library: &Utf8Path, package: &str, image: &Utf8Path, record: &Utf8Path) -> Result<()> {
    let written = bench::write(library, package, image, &Context::silent())
        .map_err(Fault::because(format!("'{image}' was not written")))?;
    let cannot = || format!("'{record}' cannot be written");
    let file = BufWriter::new(File::create(record).map_err(Fault::because(cannot()))?);
    serde_json::to_writer(file, &written).map_err(Fault::because(cannot()))
}

/// Reads it back. That the two checks of the bytes fail would be a fault of the benchmark, not a slow run.
pub fn read_back(image: &Utf8Path, record: &Utf8Path) -> Result<()> {
    let cannot = || format!("'{record}' cannot be read");
    let file = BufReader::new(File::open(record).map_err(Fault::because(cannot()))?);
    let written = serde_json::from_reader(file).map_err(Fault::because(cannot()))?;
    let checks = bench::read_back(image, &written, &Context::silent())
        .map_err(Fault::because(format!("'{image}' cannot be verified")))?;
    for wanted in ["medium.image", "medium.files", "medium.structure"] {
        match checks.iter().find(|check| check.id == wanted) {
            Some(check) if check.outcome == Outcome::Passed => {}
            Some(check) => return Err(Fault::new(format!("{}: {}", check.id, check.evidence))),
            None => return Err(Fault::new(format!("there is no check {wanted}"))),
        }
    }
    Ok(())
}
