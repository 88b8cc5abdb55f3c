//! A content library becomes a disc image, and the image is read back; beside the programs that one would take instead.

use crate::data::{self, Data, PACKAGE};
use crate::machine;
use crate::measure::{Measure, Program};
use crate::result::{Benchmark, Contender, Goal, Ratio, slower};
use crate::room::{remove, warm};
use crate::size::Shape;
use crate::{Fault, Result, say};
use camino::{Utf8Path, Utf8PathBuf};

/// What is promised of one shape of data.
pub struct Promise {
    /// A short name.
    pub id: &'static str,
    /// How many times as fast the chain of other programs must be beaten.
    pub chain: f64,
}

/// Few large files: the chain takes three times as long.
pub const LARGE: Promise = Promise { id: "large", chain: 3.0 };
/// Many small files.
pub const SMALL: Promise = Promise { id: "small", chain: 2.5 };
/// Times the slower of copying and hashing.
const BUILD: f64 = 1.5;
/// Times the hashing of the image.
const VERIFY: f64 = 1.1;

/// The product's own two halves.
pub struct Ours {
    program: String,
    library: Utf8PathBuf,
    /// The disc image.
    pub image: Utf8PathBuf,
    record: Utf8PathBuf,
}

impl Ours {
    /// Over the data, with the image in `folder`.
    pub fn new(data: &Data, folder: &Utf8Path) -> Result<Self> {
        let program = std::env::current_exe().map_err(Fault::because("this program does not find itself"))?;
        Ok(Self {
            program: program.to_string_lossy().into_owned(),
            library: data.library.clone(),
            image: folder.join("ours.iso"),
            record: folder.join("ours.json"),
        })
    }

    /// Library to image.
    pub fn write(&self) -> Result<Measure> {
        remove(&self.image)?;
        let arguments = ["write", self.library.as_str(), PACKAGE, self.image.as_str(), self.record.as_str()];
        Program::new(&self.program, arguments).measure()
    }

    /// Image to verdict.
    pub fn read_back(&self) -> Result<Measure> {
        Program::new(&self.program, ["read-back", self.image.as_str(), self.record.as_str()]).measure()
    }
}

/// The other programs, all on the same bytes.
struct Peers<'a> {
    data: &'a Data,
    copy: Utf8PathBuf,
    image: Utf8PathBuf,
}

impl Peers<'_> {
    fn copy(&self) -> Result<Measure> {
        Program::new("cp", ["-r", self.data.tree.as_str(), self.copy.as_str()]).measure()
    }

    /// One process for all files. Their paths are short: 30,000 of them are less than a command line may have.
    fn hash_files(&self) -> Result<Measure> {
        let paths = self.data.paths.iter().map(String::as_str);
        Program::new("openssl", ["dgst", "-sha256"].into_iter().chain(paths)).within(&self.copy).measure()
    }

    fn genisoimage(&self) -> Result<Measure> {
        let options = ["-quiet", "-udf", "-J", "-joliet-long", "-iso-level", "3", "-allow-limited-size", "-V", "BENCH"];
        self.image("genisoimage", &options)
    }

    fn xorriso(&self) -> Result<Measure> {
        self.image("xorriso", &["-as", "mkisofs", "-quiet", "-J", "-joliet-long", "-iso-level", "3", "-V", "BENCH"])
    }

    fn image(&self, program: &str, options: &[&str]) -> Result<Measure> {
        let places = ["-o", self.image.as_str(), self.copy.as_str()];
        Program::new(program, options.iter().copied().chain(places)).measure()
    }
}

fn hash_image(image: &Utf8Path) -> Result<Measure> {
    Program::new("openssl", ["dgst", "-sha256", image.as_str()]).measure()
}

/// All measurements of one shape.
struct Rounds {
    write: Contender,
    copy: Contender,
    hash: Contender,
    chain: Contender,
    genisoimage: Contender,
    xorriso: Contender,
    read_back: Contender,
    hash_image: Contender,
}

/// Builds and verifies, `runs` rounds; the two benchmarks that come of it.
pub fn run(shape: Shape, promise: &Promise, folder: &Utf8Path, runs: u32) -> Result<Vec<Benchmark>> {
    let what = format!("{} files, {} MB", shape.files, shape.bytes / 1_000_000);
    say(format!("\n{what}: making the data"));
    let data = data::make(folder, shape)?;
    let mut rounds = Rounds {
        write: Contender::ours("library to image, every file and the image hashed"),
        copy: Contender::new("cp -r"),
        hash: Contender::new("openssl dgst of every file"),
        chain: Contender::new("cp, openssl dgst, genisoimage -udf, openssl dgst"),
        genisoimage: Contender::new("genisoimage -udf alone (hashes nothing)"),
        xorriso: Contender::new("xorriso alone (hashes nothing, no UDF)"),
        read_back: Contender::ours("read back, every file and the image hashed"),
        hash_image: Contender::new("openssl dgst of the image"),
    };
    for number in 1..=runs {
        say(format!("  round {number} of {runs}"));
        rounds.run(&data, folder, shape)?;
    }
    for leftover in [&data.tree, &data.library] {
        remove(leftover)?;
    }
    Ok(rounds.benchmarks(&what, promise))
}

impl Rounds {
    /// Ours and its peers follow each other closely, and each finds as much memory at hand as it fills. What is not needed any more goes, so that three times the data has room.
    fn run(&mut self, data: &Data, folder: &Utf8Path, shape: Shape) -> Result<()> {
        // An image of many small files is larger than they are: its structures have a sector for each.
        let room = shape.bytes + shape.files * 4096;
        let ours = Ours::new(data, folder)?;
        let peers = Peers { data, copy: folder.join("copy"), image: folder.join("theirs.iso") };
        // The room of the copy too: it is free until then, and pages come from all that is free.
        warm(folder, 2 * room)?;
        self.write.runs.push(ours.write()?);
        warm(folder, room)?;
        let copy = peers.copy()?;
        let hash = peers.hash_files()?;
        self.read_back.runs.push(ours.read_back()?);
        self.hash_image.runs.push(hash_image(&ours.image)?);
        remove(&ours.image)?;
        if machine::has("genisoimage") {
            warm(folder, room)?;
            let genisoimage = peers.genisoimage()?;
            let hash_image = hash_image(&peers.image)?;
            self.chain.runs.push(Measure::chain(&[copy, hash, genisoimage, hash_image]));
            self.genisoimage.runs.push(genisoimage);
            remove(&peers.image)?;
        }
        if machine::has("xorriso") {
            warm(folder, room)?;
            self.xorriso.runs.push(peers.xorriso()?);
            remove(&peers.image)?;
        }
        self.copy.runs.push(copy);
        self.hash.runs.push(hash);
        remove(&peers.copy)
    }

    fn benchmarks(self, what: &str, promise: &Promise) -> Vec<Benchmark> {
        let write = self.write.seconds();
        let bound = slower(&self.copy.seconds(), &self.hash.seconds());
        let mut ratios = vec![Ratio::of("ours / L", &write, &bound, Some(Goal::AtMost(BUILD)))];
        if !self.chain.runs.is_empty() {
            let goal = Some(Goal::AtLeast(promise.chain));
            ratios.push(Ratio::of("chain / ours", &self.chain.seconds(), &write, goal));
            ratios.push(Ratio::of("genisoimage / ours", &self.genisoimage.seconds(), &write, None));
        }
        if !self.xorriso.runs.is_empty() {
            ratios.push(Ratio::of("xorriso / ours", &self.xorriso.seconds(), &write, None));
        }
        let verify = Ratio::of(
            "ours / openssl dgst",
            &self.read_back.seconds(),
            &self.hash_image.seconds(),
            Some(Goal::AtMost(VERIFY)),
        );
        let all = [self.write, self.copy, self.hash, self.chain, self.genisoimage, self.xorriso];
        vec![
            Benchmark {
                id: format!("build-{}", promise.id),
                title: format!("Build: {what}"),
                contenders: all.into_iter().filter(|contender| !contender.runs.is_empty()).collect(),
                ratios,
            },
            Benchmark {
                id: format!("verify-{}", promise.id),
                title: format!("Verify: the image of {what}"),
                contenders: vec![self.read_back, self.hash_image],
                ratios: vec![verify],
            },
        ]
    }
}
