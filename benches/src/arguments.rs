//! The command line.

use crate::size::SizeName;
use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand};

/// Runs all benchmarks beside their peers and prints ratios.
#[derive(Debug, Parser)]
#[command(name = "tsm-bench", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// The benchmarks, when nothing else is asked.
    #[command(flatten)]
    pub run: RunArguments,
    /// What is measured in a process of its own.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How to run the benchmarks.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// How much data: "full" is what docs/performance.md shows.
    #[arg(long, value_enum, default_value_t = SizeName::Full)]
    pub size: SizeName,
    /// The same as --size quick: does everything work? The figures mean nothing.
    #[arg(long, conflicts_with = "size")]
    pub quick: bool,
    /// Rounds of each benchmark.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Only these benchmarks; all, when nothing is named.
    #[arg(long, value_enum)]
    pub only: Vec<Part>,
    /// A folder for the data, best on a file system in memory.
    #[arg(long, default_value = "/dev/shm")]
    pub scratch: Utf8PathBuf,
    /// Where the results go.
    #[arg(long, default_value = "benches/results")]
    pub results: Utf8PathBuf,
    /// The name of this machine in the results.
    #[arg(long)]
    pub machine: Option<String>,
    /// Also puts the tables into this document, between its two marks.
    #[arg(long, value_name = "FILE")]
    pub document: Option<Utf8PathBuf>,
}

impl RunArguments {
    /// Whether this part is wanted.
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// How much data.
    pub fn size(&self) -> SizeName {
        if self.quick { SizeName::Quick } else { self.size }
    }
}

/// A part of the benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Building and verifying disc images.
    Image,
    /// Building and verifying prestaged media.
    Prestaged,
    /// How time and memory grow.
    Growth,
    /// Getting content over HTTP.
    Retrieval,
    /// Asking distribution points for what they have.
    Presence,
    /// Distributing contents over discs.
    Split,
    /// Making a whole stand-alone medium.
    StandAlone,
    /// Reading a large task sequence.
    TaskSequence,
    /// Loading the PowerShell module.
    Module,
}

/// What is measured in a process of its own.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Gets a package from a distribution point into a cache, every file hashed.
    #[command(hide = true)]
    Fetch {
        /// The address of the distribution point.
        url: String,
        /// The package.
        package: String,
        /// The folder of the cache.
        cache: Utf8PathBuf,
    },
    /// Asks distribution points what they have of packages.
    #[command(hide = true)]
    Presence {
        /// A file with a package in each line.
        packages: Utf8PathBuf,
        /// The addresses of the distribution points.
        urls: Vec<String>,
    },
    /// Makes the medium of a definition without verifying it.
    #[command(hide = true)]
    Make {
        /// The definition (JSON).
        definition: Utf8PathBuf,
    },
    /// Tests a medium.
    #[command(hide = true)]
    Test {
        /// The medium.
        medium: Utf8PathBuf,
    },
    /// Distributes contents over discs.
    #[command(hide = true)]
    Split {
        /// How many contents.
        count: u32,
    },
    /// Writes a package of a content library into a disc image, and what was written into a record.
    #[command(hide = true)]
    Write {
        /// The content library.
        library: Utf8PathBuf,
        /// The package.
        package: String,
        /// The disc image.
        image: Utf8PathBuf,
        /// The record.
        record: Utf8PathBuf,
    },
    /// Makes the medium of a definition.
    #[command(hide = true)]
    StandAlone {
        /// The definition.
        definition: Utf8PathBuf,
    },
    /// Reads a task sequence: its steps, what they refer to, which variables are secret.
    #[command(hide = true)]
    TaskSequence {
        /// The task sequence (XML).
        file: Utf8PathBuf,
    },
    /// Reads a disc image back and compares it with its record.
    #[command(hide = true)]
    ReadBack {
        /// The disc image.
        image: Utf8PathBuf,
        /// The record.
        record: Utf8PathBuf,
    },
}
