//! Batching queues.

use std::ptr;
use std::time::Duration;

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::Result;
use crate::ffi::{self, Struct};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;
use crate::queue_options::QueueOptions;
use crate::session::samples;

/// A model for many threads that share a device: what they bring is computed
/// together, in the order of the calls, when it fills a batch or the oldest has
/// waited long enough. It keeps its model alive.
///
/// ```no_run
/// use alexnet::{Model, Queue, QueueOptions};
///
/// let options = QueueOptions {
///     batch: 16,
///     max_wait_milliseconds: 2.0,
///     ..QueueOptions::default()
/// };
/// let queue = Queue::with_options(&Model::load("net.alexnet")?, &options)?;
/// std::thread::scope(|scope| {
///     for _ in 0..16 {
///         scope.spawn(|| {
///             let views = vec![0.0; queue.sample_len()];
///             let mut row = vec![0.0; queue.classes()];
///             queue.run(&views, &mut row)
///         });
///     }
/// });
/// # Ok::<(), alexnet::Error>(())
/// ```
///
/// [`Session::preprocess`](crate::Session::preprocess) makes a picture's views.
///
/// ```
/// fn shared<T: Send + Sync>() {}
/// shared::<alexnet::Queue>();
/// ```
#[derive(Debug)]
pub struct Queue {
    handle: Handle<sys::alexnet_queue>,
    // What the handle calls: dropped after it.
    _context: Option<Context>,
    sample: usize,
    classes: usize,
}

/// What a queue takes and gives, and what it has done so far.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QueueInfo {
    /// Of a view.
    pub channels: usize,
    /// Of a view.
    pub height: usize,
    /// Of a view.
    pub width: usize,
    /// Per sample: 1, or 10 for ten crops.
    pub views: usize,
    /// Floats of output per sample.
    pub classes: usize,
    /// Most samples together.
    pub batch: usize,
    /// Compute threads.
    pub threads: usize,
    /// Requests that were computed.
    pub requests: usize,
    /// Samples in batches.
    pub samples: usize,
    /// Batches.
    pub batches: usize,
    /// Samples per batch; 0 before the first.
    pub mean_batch: f64,
    /// Requests that found the queue full.
    pub refused: usize,
    /// Requests whose callers gave up, or that closing cancelled.
    pub given_up: usize,
    /// Requests, now.
    pub waiting: usize,
    /// From a call to the start of the batch with its first sample.
    pub longest_wait: Duration,
}

impl Queue {
    /// A queue on the processor with all its threads, for batches of up to 32,
    /// in which nobody waits for others while the processor is idle.
    pub fn new(model: &Model) -> Result<Self> {
        Queue::with_options(model, &QueueOptions::default())
    }

    /// A queue as `options` say.
    pub fn with_options(model: &Model, options: &QueueOptions) -> Result<Self> {
        let handle = options.with_c(|given| {
            // SAFETY: the model is live; the options outlive the call, and the
            // queue that is made keeps their context.
            Handle::create(|made, error| unsafe {
                sys::alexnet_queue_create(model.0.get(), given, made, error)
            })
        })?;
        let mut queue = Queue {
            handle,
            _context: options.context.clone(),
            sample: 0,
            classes: 0,
        };
        let info = queue.info()?;
        queue.sample = info.views * info.channels * info.height * info.width;
        queue.classes = info.classes;
        Ok(queue)
    }

    /// What it takes and gives, and what it has done.
    pub fn info(&self) -> Result<QueueInfo> {
        let mut info = sys::alexnet_queue_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_queue_get_info(self.handle.get(), &mut info, error)
        })?;
        Ok(QueueInfo {
            channels: ffi::size(info.channels),
            height: ffi::size(info.height),
            width: ffi::size(info.width),
            views: ffi::size(info.views),
            classes: ffi::size(info.classes),
            batch: ffi::size(info.batch),
            threads: ffi::size(info.threads.into()),
            requests: ffi::size(info.requests),
            samples: ffi::size(info.samples),
            batches: ffi::size(info.batches),
            mean_batch: info.mean_batch,
            refused: ffi::size(info.refused),
            given_up: ffi::size(info.given_up),
            waiting: ffi::size(info.waiting),
            longest_wait: Duration::from_secs_f64(info.longest_wait_milliseconds.max(0.0) / 1e3),
        })
    }

    /// Floats of input per sample: views * channels * height * width.
    pub fn sample_len(&self) -> usize {
        self.sample
    }

    /// Floats of output per sample.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Computes preprocessed samples, (count * views, C, H, W), into `output`,
    /// (count, classes), as [`Session::run`](crate::Session::run) does. The
    /// count is what `views` holds, and may be more than a batch.
    ///
    /// [`ErrorCode::FailedPrecondition`](crate::ErrorCode::FailedPrecondition)
    /// where the queue is closed, and, of the field "capacity", where it is
    /// full and [`QueueOptions::when_full`] says to refuse.
    pub fn run(&self, views: &[f32], output: &mut [f32]) -> Result<()> {
        self.run_within(&Limits::new(), views, output)
    }

    /// The same within limits, which hold while the call waits, too: one that
    /// gives up leaves at once.
    pub fn run_within(&self, limits: &Limits, views: &[f32], output: &mut [f32]) -> Result<()> {
        let count = samples(views.len(), self.sample)?;
        let given = limits.to_c();
        let given = if limits.is_none() {
            ptr::null()
        } else {
            &given
        };
        // SAFETY: the handle is live, and any thread may call this; the slices
        // and limits outlive the call, after which nobody reads or writes
        // them, and the library checks the sizes that it is given.
        ffi::call(|error| unsafe {
            sys::alexnet_queue_run(
                self.handle.get(),
                views.as_ptr(),
                views.len(),
                count,
                given,
                output.as_mut_ptr(),
                output.len(),
                error,
            )
        })
    }

    /// Refuses calls from now on. Those that are inside are finished without
    /// waiting for others. Does not wait for them.
    pub fn close(&self) -> Result<()> {
        self.end(0)
    }

    /// The same, but those that are inside give
    /// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled).
    pub fn cancel(&self) -> Result<()> {
        self.end(1)
    }

    fn end(&self, cancel: i32) -> Result<()> {
        // SAFETY: the handle is live, and any thread may call this.
        ffi::call(|error| unsafe { sys::alexnet_queue_close(self.handle.get(), cancel, error) })
    }
}
