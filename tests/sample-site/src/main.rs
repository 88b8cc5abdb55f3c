//! `tsmedia-sample-site`: makes a make-believe site, breaks one, or serves one as a distribution point.
#![forbid(unsafe_code)]

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};
use serde_json::json;
use tsm_sample_site::{Fault, Site, SiteOptions};

mod serve;
use serve::Serve;

/// Makes a small make-believe Configuration Manager site for tests and demonstrations.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make a site in an empty or new folder.
    Make {
        /// The folder.
        dir: Utf8PathBuf,
        /// The number that decides every byte that looks random.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Make the boot image PS100005 this big, such as 1G.
        #[arg(long, value_name = "SIZE", value_parser = size)]
        large_boot_image: Option<u64>,
        /// Make the operating system image PS100020 this big, most of it a hole, such as 5G.
        #[arg(long, value_name = "SIZE", value_parser = size)]
        sparse_os_image: Option<u64>,
        /// Add the package PS100021 with this many files.
        #[arg(long, value_name = "COUNT", default_value_t = 0)]
        many_files: u32,
        /// Load libwim from this file; the variable TSM_LIBWIM does the same.
        #[arg(long, value_name = "FILE")]
        libwim: Option<Utf8PathBuf>,
    },
    /// Break a package of a site.
    Break {
        /// The folder of the site.
        dir: Utf8PathBuf,
        /// What to break.
        #[arg(long, value_enum)]
        fault: Fault,
        /// Which package.
        #[arg(long, default_value = "PS100005")]
        package: String,
    },
    /// Make a WIM with the operating system image of a site, and a second image that has a file of boot media.
    TwoImages {
        /// The folder of the site.
        dir: Utf8PathBuf,
        /// The WIM to make.
        path: Utf8PathBuf,
    },
    /// Be a distribution point of a site, on the loopback address, until stopped.
    Serve(Serve),
}

/// A number of bytes, with K, M, G or T for powers of 1024.
fn size(text: &str) -> Result<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        "T" | "TB" | "TIB" => 40,
        other => bail!("unknown unit {other}"),
    };
    let number: u64 = digits.parse().context("not a number of bytes")?;
    number.checked_mul(1 << shift).context("too big")
}

fn main() -> Result<()> {
    let answer = match Arguments::parse().task {
        Task::Make { dir, seed, large_boot_image, sparse_os_image, many_files, libwim } => {
            let variable = std::env::var("TSM_LIBWIM").ok().map(Utf8PathBuf::from);
            let libwim = libwim.or(variable).into_iter().collect();
            let options =
                SiteOptions { seed, large_boot_image, sparse_os_image, many_files, libwim, ..SiteOptions::default() };
            describe(&Site::generate(&dir, &options)?)
        }
        Task::TwoImages { dir, path } => {
            let libwim: Vec<Utf8PathBuf> =
                std::env::var("TSM_LIBWIM").ok().map(Utf8PathBuf::from).into_iter().collect();
            Site::open(&dir)?.two_images(&path, &libwim)?;
            json!({ "path": path })
        }
        Task::Serve(serve) => return serve.run(),
        Task::Break { dir, fault, package } => serde_json::to_value(Site::open(&dir)?.inject(fault, &package)?)?,
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{answer:#}").context("cannot print the result")
}

/// What was made, without every single file.
fn describe(site: &Site) -> serde_json::Value {
    let packages: Vec<_> = site
        .packages
        .iter()
        .map(|package| {
            let files = package.contents.iter().flat_map(|content| &content.files);
            json!({
                "packageId": package.id,
                "kind": package.kind,
                "name": package.name,
                "version": package.version,
                "contents": package.contents.len(),
                "files": files.clone().count(),
                "bytes": files.map(|file| file.size).sum::<u64>(),
            })
        })
        .collect();
    json!({
        "root": site.root(),
        "seed": site.seed,
        "facts": site.facts_path(),
        "libraries": site.libraries(),
        "bootWim": site.boot_wim("PS100005"),
        "packages": packages,
    })
}
