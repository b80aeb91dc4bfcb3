//! Where to wait for a file: what may hang is waited for by threads of its own.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, process, thread};

use crate::root::Lookup;

/// Where to wait for a file.
///
/// The disks of this machine answer, so whoever waits for them does so where it likes. Another file system
/// (NFS, SMB, FUSE) may hang for as long as its server does. Each such mount has a lane: a queue, and
/// [a few threads](Lane::THREADS) for what is asked of it, so that nobody waits for it but who wants a file
/// of it.
#[derive(Clone, Default)]
pub struct Lane(Option<Arc<Queue>>);

impl Lane {
    /// How many threads wait for one mount at most.
    pub const THREADS: usize = 16;

    /// How many may wait for these threads before the lane [is full](Lane::is_full).
    pub const WAITING: usize = 256;

    /// That of the disks of this machine.
    pub fn local() -> Self {
        Self(None)
    }

    /// That of a mount which may hang, the one at `point`.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux tells mounts apart"))]
    pub(crate) fn of_mount(point: &Path) -> Self {
        static LANES: Mutex<BTreeMap<PathBuf, Arc<Queue>>> = Mutex::new(BTreeMap::new());
        let mut lanes = LANES.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST {
            // Those of mounts that are gone, most of all.
            lanes.retain(|_, queue| queue.is_busy());
        }
        // Who mounts without end shares the last one.
        let point = if lanes.len() < MOST || lanes.contains_key(point) { point } else { Path::new("") };
        let queue = lanes.entry(point.into()).or_insert_with(|| Arc::new(Queue::new(point)));
        Self(Some(Arc::clone(queue)))
    }

    /// Whether it is that of the disks of this machine.
    pub fn is_local(&self) -> bool {
        self.0.is_none()
    }

    /// How a file is to be opened by whoever waits here.
    pub fn lookup(&self) -> Lookup {
        if self.is_local() { Lookup::Local } else { Lookup::Blocking }
    }

    /// Whether so many wait already that nobody else should begin to: the mount hangs, and whoever waits for it
    /// holds a connection. What has begun goes on.
    pub fn is_full(&self) -> bool {
        self.0.as_ref().is_some_and(|queue| queue.state().jobs.len() >= Self::WAITING)
    }

    /// Runs `job` on a thread of the lane, after those that came before; for the disks of this machine here
    /// and now. Where the system has no thread left, the job is dropped.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        match &self.0 {
            Some(queue) => queue.push(Box::new(job)),
            None => job(),
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(queue) => f.debug_tuple("Lane").field(&queue.point).finish(),
            None => f.write_str("Lane::local()"),
        }
    }
}

/// An opened file, which its lane closes: FUSE asks its server then too.
#[derive(Debug)]
pub(crate) struct Handle {
    /// There until it is dropped.
    file: Option<Arc<File>>,
    lane: Lane,
}

impl Handle {
    pub(crate) fn new(file: File, lane: Lane) -> Self {
        Self { file: Some(Arc::new(file)), lane }
    }

    pub(crate) fn file(&self) -> &Arc<File> {
        self.file.as_ref().expect("only dropping takes it")
    }

    pub(crate) fn lane(&self) -> &Lane {
        &self.lane
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let file = self.file.take();
        self.lane.run(move || drop(file));
    }
}

/// How many mounts have a lane of their own.
const MOST: usize = 64;

/// How long a thread waits for more to do.
const IDLE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

struct Queue {
    point: PathBuf,
    state: Mutex<State>,
    pushed: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// Whose threads they are: a fork has none of them.
    process: u32,
}

impl Queue {
    fn new(point: &Path) -> Self {
        let state = State { jobs: VecDeque::new(), threads: 0, idle: 0, process: process::id() };
        Self { point: point.into(), state: Mutex::new(state), pushed: Condvar::new() }
    }

    fn push(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        if state.process != process::id() {
            (state.threads, state.idle, state.process) = (0, 0, process::id());
            // What was waiting is the parent's to do. What it holds may need threads that a fork has not.
            std::mem::forget(std::mem::take(&mut state.jobs));
        }
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() {
            self.pushed.notify_one();
        } else if state.threads < Lane::THREADS {
            state.threads += 1;
            drop(state);
            self.spawn();
        }
    }

    fn spawn(self: &Arc<Self>) {
        let queue = Arc::clone(self);
        let thread = thread::Builder::new().name("xsendfile lane".into()).spawn(move || queue.work());
        if let Err(error) = thread {
            tracing::error!(%error, mount = ?self.point, "no thread to wait for a file system");
            let mut state = self.state();
            state.threads -= 1;
            // Nobody is left to do them. What they hold is dropped without the lock, which it may want.
            let dropped = if state.threads == 0 { std::mem::take(&mut state.jobs) } else { VecDeque::new() };
            drop(state);
            drop(dropped);
        }
    }

    fn is_busy(&self) -> bool {
        let state = self.state();
        state.threads > 0 || !state.jobs.is_empty()
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            // Whoever waits for it is told by its channel.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// The next job; `None` after a while without one.
    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            state.idle += 1;
            let (woken, waited) =
                self.pushed.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.jobs.is_empty() {
                state.threads -= 1;
                return None;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn one_lane_that_hangs_holds_up_no_other_and_has_few_threads() {
        let [hung, other] = ["/hung", "/other"].map(|point| Lane::of_mount(Path::new(point)));
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (started, starts) = mpsc::channel();
        for _ in 0..2 * Lane::THREADS {
            let (held, started) = (Arc::clone(&held), started.clone());
            hung.run(move || {
                started.send(()).unwrap();
                // Until the sender is gone.
                let _ = held.lock().unwrap().recv();
            });
        }
        for _ in 0..Lane::THREADS {
            starts.recv().unwrap();
        }
        let (done, is_done) = mpsc::channel();
        other.run(|| panic!("a job may"));
        other.run(move || done.send(()).unwrap());
        is_done.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(starts.try_recv().is_err(), "no more than these at once");
        drop(release);
        for _ in 0..Lane::THREADS {
            starts.recv_timeout(Duration::from_secs(60)).unwrap();
        }
    }
}
