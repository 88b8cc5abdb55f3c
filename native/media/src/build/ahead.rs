//! Small files of packages, read ahead of the writer by threads of their own: opening one costs more than its
//! bytes, over a share a thousand times as much.

use super::sources::content;
use crate::blueprint::{Item, Source};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::Scope;

/// A larger file is read by the writer itself.
const LARGEST: u64 = 64 << 10;
/// Bytes that a reader hands over at once.
const BATCH: u64 = 256 << 10;
/// Files that it hands over at once at most.
const BATCH_FILES: usize = 256;
/// How many read at the same time. Each has a batch in hand and one that waits: together less than 3 MiB.
const READERS: usize = 4;

/// Whether a file is read ahead.
pub(super) fn is_small(item: &Item) -> bool {
    matches!(item.source, Source::Content(_)) && item.size.is_some_and(|size| size <= LARGEST)
}

/// A file that was read: its path on the medium, its place in the bytes.
type File<'a> = (&'a str, io::Result<Range<usize>>);

/// Files that were read together.
#[derive(Default)]
struct Batch<'a> {
    bytes: Vec<u8>,
    files: VecDeque<File<'a>>,
}

/// The files that have been read ahead, to be taken in the order in which they were asked for.
pub(super) struct Ahead<'a> {
    /// The readers take turns: the first has the first batch, the second the second, and so on.
    readers: [Receiver<Batch<'a>>; READERS],
    turn: usize,
    current: Batch<'a>,
}

impl<'a> Ahead<'a> {
    /// Starts to read `files`, all of them small.
    pub fn start<'scope>(scope: &'scope Scope<'scope, '_>, files: Vec<&'a Item>) -> Self
    where
        'a: 'scope,
    {
        let files: Arc<[&Item]> = files.into();
        let readers = std::array::from_fn(|number| {
            let (sender, receiver) = mpsc::sync_channel(1);
            let files = files.clone();
            scope.spawn(move || read(&files, number, &sender));
            receiver
        });
        Self { readers, turn: 0, current: Batch::default() }
    }

    /// The next file, which must be the one at `path`. Nobody has hashed it yet.
    pub fn next(&mut self, path: &str) -> io::Result<&[u8]> {
        if self.current.files.is_empty() {
            let nothing = |_| io::Error::other("no file was read ahead");
            self.current = self.readers[self.turn].recv().map_err(nothing)?;
            self.turn = (self.turn + 1) % READERS;
        }
        match self.current.files.pop_front() {
            Some((found, file)) if found == path => file.map(|range| &self.current.bytes[range]),
            _ => Err(io::Error::other("another file was read ahead")),
        }
    }
}

/// Reads the batches of one reader, until there are no more or nobody listens any more.
fn read<'a>(files: &[&'a Item], number: usize, sender: &SyncSender<Batch<'a>>) {
    for files in batches(files).skip(number).step_by(READERS) {
        let mut batch = Batch { bytes: Vec::with_capacity((BATCH + LARGEST + 1) as usize), files: VecDeque::new() };
        for item in files {
            let begin = batch.bytes.len();
            let file = append(item, &mut batch.bytes).map(|count| begin..begin + count);
            batch.files.push_back((&item.path, file));
        }
        if sender.send(batch).is_err() {
            return; // whoever stopped says why
        }
    }
}

/// Cuts a list of files into batches.
fn batches<'f, 'a>(mut files: &'f [&'a Item]) -> impl Iterator<Item = &'f [&'a Item]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let is_within = |item: &&&Item| {
            bytes += item.size.unwrap_or(0);
            bytes <= BATCH + LARGEST
        };
        let count = files.iter().take(BATCH_FILES).take_while(is_within).count();
        let (batch, rest) = files.split_at(count);
        files = rest;
        (count > 0).then_some(batch)
    })
}

/// Appends the bytes of a file, and says how many they are.
fn append(item: &Item, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let Source::Content(file) = &item.source else { return Err(io::Error::other("not the content of a package")) };
    content(file)?.read_to_end(bytes)
}
