//! The forward writer: walks a layout from the first block to the last.

mod bytes;
mod el_torito;
mod iso;
mod out;
mod text;
mod time;
mod udf_files;
mod udf_volume;

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use crate::Layout;
use crate::layout::BootPlan;
pub(crate) use el_torito::boot_info_table;
pub use out::BufferSink;
use out::{Out, PlainSink};

/// Something whose bytes the image needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// A file of the tree, by its path.
    File(&'a str),
    /// A hidden boot image, by its place in the list given to [`Layout::new`].
    HiddenBoot(usize),
}

/// Gives the bytes of files while an image is written.
pub trait ContentSource {
    /// Opens `item` at its start. The reader must yield exactly as many bytes as the layout was made with. Asked once
    /// for each item.
    ///
    /// # Errors
    ///
    /// Whatever stops the bytes from being read; it becomes [`WriteError::Source`].
    fn open(&mut self, item: &Item<'_>) -> io::Result<Box<dyn Read + '_>>;
}

/// Why an image was not written to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A source could not be opened or read.
    #[error("cannot read {path:?}")]
    Source {
        /// Path on the medium, or the name of the hidden boot image.
        path: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A source ended early.
    #[error("{path:?} has {seen} bytes, {planned} were planned")]
    SourceShorter {
        /// Path on the medium, or the name of the hidden boot image.
        path: String,
        /// Bytes of the layout.
        planned: u64,
        /// Bytes the source had.
        seen: u64,
    },
    /// A source had more bytes than planned.
    #[error("{path:?} has at least {seen} bytes, {planned} were planned")]
    SourceLonger {
        /// Path on the medium, or the name of the hidden boot image.
        path: String,
        /// Bytes of the layout.
        planned: u64,
        /// Bytes seen so far: one more than planned.
        seen: u64,
    },
    /// The sink failed.
    #[error("cannot write the image at byte {offset}")]
    Sink {
        /// How many bytes the sink had taken before.
        offset: u64,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The progress callback said stop.
    #[error("cancelled")]
    Cancelled,
    /// The writer came to another block than the layout says: a fault of this crate, found before a wrong image could
    /// be finished.
    #[error("the layout and the writer disagree at block {block}, planned {planned}")]
    Disagreement {
        /// The block that was reached.
        block: u64,
        /// The block of the layout.
        planned: u64,
    },
}

/// Writes to a plain writer: where it fails is told by what it had taken.
pub(crate) fn image(
    layout: &Layout,
    sink: &mut dyn Write,
    sources: &mut dyn ContentSource,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<(), WriteError> {
    let mut plain = PlainSink::new(sink);
    let written = buffers(layout, &mut plain, sources, progress);
    written.map_err(|error| match error {
        WriteError::Sink { source, .. } => WriteError::Sink { offset: plain.taken, source },
        other => other,
    })
}

pub(crate) fn buffers(
    layout: &Layout,
    sink: &mut dyn BufferSink,
    sources: &mut dyn ContentSource,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<(), WriteError> {
    let mut out = Out::new(sink, progress);
    iso::descriptors(layout, &mut out)?;
    udf_volume::recognition(&mut out)?;
    el_torito::catalog(layout, &mut out)?;
    udf_volume::descriptors(layout, &mut out)?;
    udf_files::file_set(layout, &mut out)?;
    iso::tree(layout, &mut out, iso::Kind::Iso)?;
    iso::tree(layout, &mut out, iso::Kind::Joliet)?;
    udf_files::tree(layout, &mut out)?;
    out.at_block(layout.places.data)?;
    data(layout, &mut out, sources)?;
    out.at_block(layout.places.end)?;
    out.zeros_to(layout.places.total - 1)?;
    udf_volume::anchor(layout.places.total - 1, &mut out)?;
    out.finish()
}

/// Boot images, then files, in the order of [`crate::layout::Places`].
fn data(layout: &Layout, out: &mut Out<'_>, sources: &mut dyn ContentSource) -> Result<(), WriteError> {
    let boot = &layout.boot;
    for item in &boot.items {
        if out.block() > u64::from(item.block) {
            continue; // one file for two entries
        }
        out.at_block(item.block)?;
        match item.node {
            Some(node) => file(layout, node, out, sources)?,
            None => {
                let name = format!("boot image {}", item.index);
                copy(out, sources, &Item::HiddenBoot(item.index), &name, item.size, item.boot_info_table)?;
            }
        }
    }
    for (index, node) in (0u32..).zip(&layout.tree.nodes) {
        if node.is_dir() || boot.items.iter().any(|item| item.node == Some(index)) {
            continue;
        }
        file(layout, index, out, sources)?;
    }
    Ok(())
}

fn file(layout: &Layout, index: u32, out: &mut Out<'_>, sources: &mut dyn ContentSource) -> Result<(), WriteError> {
    let node = layout.tree.node(index);
    if node.size > 0 {
        out.at_block(node.data)?;
    }
    let path = layout.tree.path(index);
    copy(out, sources, &Item::File(&path), &path, node.size, wants_table(&layout.boot, index))
}

fn wants_table(boot: &BootPlan, node: u32) -> bool {
    boot.items.iter().any(|item| item.node == Some(node) && item.boot_info_table)
}

fn copy(
    out: &mut Out<'_>,
    sources: &mut dyn ContentSource,
    item: &Item<'_>,
    name: &str,
    size: u64,
    table: bool,
) -> Result<(), WriteError> {
    let failed = |source| WriteError::Source { path: name.to_owned(), source };
    let mut reader = sources.open(item).map_err(failed)?;
    if table {
        let mut image = Vec::new();
        (&mut reader).take(size + 1).read_to_end(&mut image).map_err(failed)?;
        check_length(name, size, image.len() as u64)?;
        boot_info_table(&mut image, out.block());
        out.bytes(&image)?;
    } else {
        let seen = out.copy(&mut reader, size, failed)?;
        check_length(name, size, seen)?;
    }
    out.zeros_to_sector()
}

/// `seen` counts at most one byte more than planned.
fn check_length(path: &str, planned: u64, seen: u64) -> Result<(), WriteError> {
    let path = || path.to_owned();
    match seen.cmp(&planned) {
        std::cmp::Ordering::Less => Err(WriteError::SourceShorter { path: path(), planned, seen }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(WriteError::SourceLonger { path: path(), planned, seen }),
    }
}
