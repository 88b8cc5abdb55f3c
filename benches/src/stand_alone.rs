//! A whole stand-alone medium from a content library, verified and published, beside copying and hashing the same files.

use crate::data::{self, Data, PACKAGE};
use crate::measure::Program;
use crate::result::{Benchmark, Contender, Goal, Ratio, slower};
use crate::room::{remove, warm};
use crate::size::Shape;
use crate::{Fault, Result, say};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE};

/// Times the slower of copying and hashing, and then hashing the image: a medium is read back before it is published.
const GOAL: f64 = 1.5;
/// Bytes that the sample site adds to the data, in round numbers.
const SITE: u64 = 64 << 20;

/// Makes the medium, `runs` rounds; the text instead, where it cannot be made.
pub fn run(shape: Shape, folder: &Utf8Path, runs: u32) -> Result<std::result::Result<Benchmark, String>> {
    let title = format!("Stand-alone medium: {} files, {} MB", shape.files, shape.bytes / 1_000_000);
    say(format!("\n{title}: making the data"));
    let site = match Site::generate(&folder.join("site"), &SiteOptions::default()) {
        Ok(site) => site,
        Err(e) => return Ok(Err(format!("a stand-alone medium: {e}"))),
    };
    let data = data::make(folder, shape)?;
    let (definition, image) = definition(folder, &site, &data)?;
    let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
    let make = Program::new(program.to_string_lossy(), ["stand-alone", definition.as_str()]);
    let copy = folder.join("copy");
    let paths = data.paths.iter().map(String::as_str);
    let copying = Program::new("cp", ["-r", data.tree.as_str(), copy.as_str()]);
    let hashing = Program::new("openssl", ["dgst", "-sha256"].into_iter().chain(paths)).within(&copy);
    let hashing_image = Program::new("openssl", ["dgst", "-sha256", image.as_str()]);
    let mut ours = Contender::ours("library to medium, verified and published");
    let mut copied = Contender::new("cp -r");
    let mut hashed = Contender::new("openssl dgst of every file");
    let mut image_hashed = Contender::new("openssl dgst of the image");
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        warm(folder, shape.image_bytes() + SITE)?;
        ours.runs.push(make.measure()?);
        image_hashed.runs.push(hashing_image.measure()?);
        remove(&image)?;
        warm(folder, shape.bytes)?;
        copied.runs.push(copying.measure()?);
        hashed.runs.push(hashing.measure()?);
        remove(&copy)?;
    }
    for leftover in [&data.tree, &data.library, &folder.join("site"), &folder.join("standalone")] {
        remove(leftover)?;
    }
    let bound = slower(&copied.seconds(), &hashed.seconds());
    let read_too: Vec<f64> = bound.iter().zip(image_hashed.seconds()).map(|(bound, image)| bound + image).collect();
    let ratios = vec![
        Ratio::of("ours / (L + openssl dgst of the image)", &ours.seconds(), &read_too, Some(Goal::AtMost(GOAL))),
        Ratio::of("ours / L", &ours.seconds(), &bound, None),
    ];
    let contenders = vec![ours, copied, hashed, image_hashed];
    Ok(Ok(Benchmark { id: "stand-alone".to_owned(), title, contenders, ratios }))
}

/// The definition of the medium, as a file, and the place of the image. The content of the data is a package beside those of
/// the task sequence.
fn definition(folder: &Utf8Path, site: &Site, data: &Data) -> Result<(Utf8PathBuf, Utf8PathBuf)> {
    let fault = || format!("no definition can be made in '{folder}'");
    let facts = site.facts().map_err(|e| Fault::new(e.to_string()))?;
    let mut facts = serde_json::to_value(facts).map_err(Fault::because(fault()))?;
    let package = serde_json::json!({ "packageId": PACKAGE, "kind": "Package", "name": "Data", "sourceVersion": 1 });
    if let Some(packages) = facts["packages"].as_array_mut() {
        packages.push(package);
    }
    let work = folder.join("standalone");
    let (path, image) = (work.join("definition.json"), work.join("standalone.iso"));
    let libraries: Vec<Utf8PathBuf> = site.libraries().into_iter().chain([data.library.clone()]).collect();
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "StandAlone", "path": image, "siteFacts": facts, "taskSequence": TASK_SEQUENCE,
        "package": [PACKAGE], "distributionPoint": libraries, "noPassword": true, "temporaryFolder": work,
        "logPath": work.join("CreateTSMedia.log"),
    });
    std::fs::create_dir_all(&work)
        .and_then(|()| std::fs::write(&path, definition.to_string()))
        .map_err(Fault::because(fault()))?;
    Ok((path, image))
}

/// Makes a medium as the product does.
pub fn make(definition: &Utf8Path) -> Result<()> {
    let cannot = || format!("the medium of '{definition}' cannot be made");
    let definition = tsm_media::Definition::load(definition).map_err(Fault::because(cannot()))?;
    let (secrets, host) = (tsm_media::Secrets::default(), tsm_media::Host::default());
    let context = tsm_job::Context::silent();
    let made = tsm_media::create(&definition, None, &secrets, &host, &context).map_err(Fault::because(cannot()))?;
    match made.verification {
        Some(tsm_media::Outcome::Failed) | None => Err(Fault::new(format!("{} was not verified", made.path))),
        _ => Ok(()),
    }
}
