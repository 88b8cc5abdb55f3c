//! A stand-alone medium is made from a content library, and verified, beside copying and hashing the same files; and the
//! whole walk, from the definition to the verified medium at its place.

use crate::child;
use crate::data::{self, Data, PACKAGE};
use crate::measure::Program;
use crate::prestaged::certificate;
use crate::result::{Benchmark, Contender, Goal, Ratio, slower};
use crate::room::{remove, warm};
use crate::size::Shape;
use crate::{Fault, Result, say};
use camino::{Utf8Path, Utf8PathBuf};
use tsm_sample_site::{Site, SiteOptions, TASK_SEQUENCE};

/// Times the slower of copying and hashing.
const BUILD: f64 = 1.5;
/// Times hashing the image.
const VERIFY: f64 = 1.1;
/// Times the slower of copying and hashing, and then hashing the image: a medium is read back before it is published.
const WHOLE: f64 = 1.5;
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
    let mut rounds = Rounds::new();
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        rounds.run((&definition, &image), &data, folder, shape)?;
    }
    for leftover in [&data.tree, &data.library, &folder.join("site"), &folder.join("standalone")] {
        remove(leftover)?;
    }
    Ok(Ok(rounds.benchmark(title)))
}

/// All measurements.
struct Rounds {
    make: Contender,
    test: Contender,
    whole: Contender,
    copy: Contender,
    hash: Contender,
    hash_image: Contender,
}

impl Rounds {
    fn new() -> Self {
        Self {
            make: Contender::ours("library to medium, every source and the image hashed"),
            test: Contender::ours("medium read back, every file and the image hashed"),
            whole: Contender::ours("definition to medium, verified and published"),
            copy: Contender::new("cp -r"),
            hash: Contender::new("openssl dgst of every file"),
            hash_image: Contender::new("openssl dgst of the image"),
        }
    }

    /// Ours and its peers follow each other closely, and each finds as much memory at hand as it fills.
    fn run(
        &mut self,
        (definition, image): (&Utf8Path, &Utf8Path),
        data: &Data,
        folder: &Utf8Path,
        shape: Shape,
    ) -> Result<()> {
        let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
        let ours = |word: &str, of: &Utf8Path| Program::new(program.to_string_lossy(), [word, of.as_str()]).measure();
        let copy = folder.join("copy");
        let paths = data.paths.iter().map(String::as_str);
        warm(folder, shape.image_bytes() + SITE)?;
        self.make.runs.push(ours("make", definition)?);
        self.test.runs.push(ours("test", image)?);
        self.hash_image.runs.push(Program::new("openssl", ["dgst", "-sha256", image.as_str()]).measure()?);
        remove(image)?;
        warm(folder, shape.bytes)?;
        self.copy.runs.push(Program::new("cp", ["-r", data.tree.as_str(), copy.as_str()]).measure()?);
        let hashing = Program::new("openssl", ["dgst", "-sha256"].into_iter().chain(paths));
        self.hash.runs.push(hashing.within(&copy).measure()?);
        remove(&copy)?;
        warm(folder, shape.image_bytes() + SITE)?;
        self.whole.runs.push(ours("stand-alone", definition)?);
        remove(image)
    }

    fn benchmark(self, title: String) -> Benchmark {
        let bound = slower(&self.copy.seconds(), &self.hash.seconds());
        let image = self.hash_image.seconds();
        let both: Vec<f64> = bound.iter().zip(&image).map(|(bound, image)| bound + image).collect();
        let ratios = vec![
            Ratio::of("build / L", &self.make.seconds(), &bound, Some(Goal::AtMost(BUILD))),
            Ratio::of("verify / openssl dgst of the image", &self.test.seconds(), &image, Some(Goal::AtMost(VERIFY))),
            Ratio::of(
                "whole / (L + openssl dgst of the image)",
                &self.whole.seconds(),
                &both,
                Some(Goal::AtMost(WHOLE)),
            ),
        ];
        let contenders = vec![self.make, self.test, self.whole, self.copy, self.hash, self.hash_image];
        Benchmark { id: "stand-alone".to_owned(), title, contenders, ratios }
    }
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
    std::fs::create_dir_all(&work).map_err(Fault::because(fault()))?;
    let (path, image) = (work.join("definition.json"), work.join("standalone.iso"));
    let libraries: Vec<Utf8PathBuf> = site.libraries().into_iter().chain([data.library.clone()]).collect();
    let definition = serde_json::json!({
        "schemaVersion": 1, "kind": "StandAlone", "path": image, "siteFacts": facts, "taskSequence": TASK_SEQUENCE,
        "package": [PACKAGE], "distributionPoint": libraries, "noPassword": true, "temporaryFolder": work,
        "logPath": work.join("CreateTSMedia.log"), "certificatePath": certificate(&work)?,
        "certificatePassword": "secret:bench/certificate",
    });
    std::fs::write(&path, definition.to_string()).map_err(Fault::because(fault()))?;
    Ok((path, image))
}

/// Makes a medium as the product does.
pub fn make(definition: &Utf8Path) -> Result<()> {
    let cannot = || format!("the medium of '{definition}' cannot be made");
    let definition = tsm_media::Definition::load(definition).map_err(Fault::because(cannot()))?;
    let (secrets, host) = (child::secrets(), tsm_media::Host::default());
    let context = tsm_job::Context::silent();
    let made = tsm_media::create(&definition, None, &secrets, &host, &context).map_err(Fault::because(cannot()))?;
    match made.verification {
        Some(tsm_media::Outcome::Failed) | None => Err(Fault::new(format!("{} was not verified", made.path))),
        _ => Ok(()),
    }
}
