//! Work on a stream of bytes in several stages at the same time, each in a thread of its own.
//!
//! The caller fills a buffer and passes it on; it goes through the stages in their order and comes back to be filled
//! again. There are only so many buffers: a slow stage holds up the others, and memory does not grow. When a stage fails,
//! everything in front of it ends at its next buffer.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Scope, ScopedJoinHandle};

/// Bytes of one buffer.
pub(crate) const BUFFER: usize = 256 << 10;
/// One is filled, one is in each stage, and the others wait, so that nobody does: on few processors the stages take turns.
const BUFFERS: usize = 12;

/// What is done with each buffer.
pub(crate) type Stage<'a> = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send + 'a>;

/// Stages at work. Dropping it ends them after the buffers that they have.
pub(crate) struct Stages<'scope> {
    first: Sender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    threads: Vec<ScopedJoinHandle<'scope, io::Result<()>>>,
}

impl<'scope> Stages<'scope> {
    /// Starts the threads.
    pub fn start(scope: &'scope Scope<'scope, '_>, stages: Vec<Stage<'scope>>) -> Self {
        let (mut next, empty) = mpsc::channel();
        for _ in 0..BUFFERS {
            // The receiver is here: it takes them.
            let _ = next.send(Vec::with_capacity(BUFFER));
        }
        let mut threads = Vec::new();
        for stage in stages.into_iter().rev() {
            let (sender, receiver) = mpsc::channel();
            let behind = std::mem::replace(&mut next, sender);
            threads.push(scope.spawn(move || run(stage, &receiver, &behind)));
        }
        Self { first: next, empty, threads }
    }

    /// A buffer to fill, as soon as there is one; what is in it does not matter. An error says only that a stage has ended; [`finish`](Self::finish)
    /// says why.
    pub fn buffer(&self) -> io::Result<Vec<u8>> {
        self.empty.recv().map_err(|_| ended())
    }

    /// Gives a filled buffer to the first stage; the error is that of [`buffer`](Self::buffer).
    pub fn pass(&self, buffer: Vec<u8>) -> io::Result<()> {
        self.first.send(buffer).map_err(|_| ended())
    }

    /// Waits until all buffers are through. The error is that of the stage that failed.
    pub fn finish(self) -> io::Result<()> {
        let Self { first, empty, threads } = self;
        drop(first);
        let mut result = Ok(());
        for thread in threads {
            let ended = thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread of this work has panicked")));
            result = result.and(ended);
        }
        // Until here, so that the last stage can give its buffers back.
        drop(empty);
        result
    }
}

fn run(mut stage: Stage<'_>, from: &Receiver<Vec<u8>>, to: &Sender<Vec<u8>>) -> io::Result<()> {
    while let Ok(buffer) = from.recv() {
        stage(&buffer)?;
        if to.send(buffer).is_err() {
            break; // what comes behind has ended, and says why itself
        }
    }
    Ok(())
}

fn ended() -> io::Error {
    io::Error::other("a stage of this work has ended")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn send(stages: &Stages<'_>, buffers: u8) -> io::Result<()> {
        (0..buffers).try_for_each(|number| {
            let mut buffer = stages.buffer()?;
            buffer.clear();
            buffer.push(number);
            stages.pass(buffer)
        })
    }

    fn collect(into: &mut Vec<u8>) -> Stage<'_> {
        Box::new(|bytes| {
            into.extend_from_slice(bytes);
            Ok(())
        })
    }

    #[test]
    fn every_buffer_goes_through_every_stage_in_order() {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        thread::scope(|scope| {
            let stages = Stages::start(scope, vec![collect(&mut first), collect(&mut second)]);
            send(&stages, 200).unwrap();
            stages.finish().unwrap();
        });
        assert_eq!(first, (0..200).collect::<Vec<u8>>());
        assert_eq!(second, first);
    }

    #[test]
    fn a_stage_that_fails_ends_the_work_and_its_error_comes_out() {
        for failing in [0, 1] {
            let error = thread::scope(|scope| {
                let stage = |number: usize| -> Stage<'_> {
                    Box::new(move |bytes| match bytes {
                        [5] if number == failing => Err(io::ErrorKind::StorageFull.into()),
                        _ => Ok(()),
                    })
                };
                let stages = Stages::start(scope, vec![stage(0), stage(1)]);
                send(&stages, 200).unwrap_err();
                stages.finish().unwrap_err()
            });
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[test]
    fn dropping_it_ends_the_threads() {
        thread::scope(|scope| {
            let stages = Stages::start(scope, vec![Box::new(|_| Ok(()))]);
            send(&stages, 9).unwrap();
        });
    }
}
