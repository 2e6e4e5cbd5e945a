//! What a training run tells.

use std::ops::ControlFlow;
use std::os::raw::{c_char, c_void};
use std::path::PathBuf;

use alexnet_sys as sys;

use crate::evaluation::WrongPicture;
use crate::ffi::{self, Struct};
use crate::recipe::Recipe;
use crate::relay::Relay;

/// What a training run tells, from the thread that called.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainEvent {
    /// It begins.
    Start(Box<TrainStart>),
    /// Statistics or validation: `done` of `total`.
    Progress {
        /// What is going on.
        doing: String,
        /// So far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// An update was made.
    Step(StepReport),
    /// An epoch is over.
    Epoch(EpochReport),
    /// A file was written.
    Checkpoint {
        /// Of the file.
        path: PathBuf,
        /// It is the best model so far.
        best: bool,
    },
}

/// What a run is about to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrainStart {
    /// The network's name.
    pub network: String,
    /// Where it trains, as in the options: "cpu", "cuda:0".
    pub device: String,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// Pictures.
    pub train_samples: usize,
    /// Pictures.
    pub validation_samples: usize,
    /// Elements.
    pub parameters: usize,
    /// Elements.
    pub frozen_parameters: usize,
    /// Per image.
    pub macs: u64,
    /// For blobs.
    pub arena_bytes: usize,
    /// All fields are given; `None` where the library knows of more than this
    /// crate.
    pub recipe: Option<Recipe>,
    /// Updates.
    pub steps_per_epoch: usize,
    /// Of the run.
    pub seed: u64,
    /// Compute threads.
    pub threads: usize,
    /// Of a resumed run.
    pub first_epoch: usize,
    /// Of a resumed run.
    pub first_batch: usize,
    /// All that the run keeps on its device; of several, on the first.
    pub device_bytes: usize,
}

/// An update.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StepReport {
    /// From 0.
    pub epoch: usize,
    /// In all.
    pub epochs: usize,
    /// Of this epoch, from 0.
    pub batch: usize,
    /// Of an epoch.
    pub batches: usize,
    /// Updates so far, this one included.
    pub step: u64,
    /// Learning rate.
    pub rate: f32,
    /// Of this batch.
    pub loss: f64,
    /// Of this epoch so far.
    pub mean_loss: f64,
    /// Percent, of this epoch so far.
    pub top1_accuracy: f64,
    /// L2, of all gradients together, before clipping.
    pub gradient_norm: f64,
    /// Pictures a second.
    pub images_per_second: f64,
    /// Of the run; 0: not known yet.
    pub seconds_left: f64,
}

/// L2 norms of all parameters of a layer together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerNorms {
    /// The layer's name.
    pub layer: String,
    /// After the epoch.
    pub weight: f64,
    /// Of the epoch's last update, before clipping and without weight decay; 0
    /// of a layer that does not learn, NaN where the run was resumed after that
    /// update.
    pub gradient: f64,
    /// What that update added to the parameters.
    pub update: f64,
}

/// An epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EpochReport {
    /// From 0.
    pub epoch: usize,
    /// In all.
    pub epochs: usize,
    /// Updates so far.
    pub step: u64,
    /// Learning rate.
    pub rate: f32,
    /// Mean of the epoch.
    pub train_loss: f64,
    /// Percent, on augmented pictures.
    pub train_top1_error: f64,
    /// On held-out pictures, where there are any.
    pub validation: Option<Validation>,
    /// Least error so far.
    pub best: bool,
    /// Pictures a second.
    pub images_per_second: f64,
    /// Of the epoch.
    pub seconds: f64,
    /// Of these, for pictures.
    pub waited_seconds: f64,
    /// Of layers that have parameters, in order.
    pub norms: Vec<LayerNorms>,
    /// Of the held-out pictures that were taken for another class, those whose
    /// true class was least likely, the worst first, at most 24. Samples count
    /// in the validation part, or in the training part where there is no other.
    pub worst: Vec<WrongPicture>,
    /// (classes, classes): row the true class, column the predicted one. Empty
    /// where nothing is held out, and beyond 5,000 classes.
    pub confusion: Vec<i64>,
}

/// A test on held-out pictures, centre view.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// Percent.
    pub top1_error: f64,
    /// Percent.
    pub top5_error: f64,
    /// Mean of -log p(true class).
    pub loss: f64,
}

impl Validation {
    pub(crate) fn new(validated: i32, top1_error: f64, top5_error: f64, loss: f64) -> Option<Self> {
        (validated != 0).then_some(Validation {
            top1_error,
            top5_error,
            loss,
        })
    }
}

/// A closure on its way through C.
pub(crate) struct EventRelay<'a> {
    relay: Relay,
    tell: &'a mut dyn FnMut(TrainEvent) -> ControlFlow<()>,
}

impl<'a> EventRelay<'a> {
    pub(crate) fn new(tell: &'a mut dyn FnMut(TrainEvent) -> ControlFlow<()>) -> Self {
        EventRelay {
            relay: Relay::default(),
            tell,
        }
    }

    /// For C. `self` must not be touched during the call.
    pub(crate) fn listener(&mut self) -> sys::alexnet_train_listener {
        let mut listener = sys::alexnet_train_listener::init();
        listener.user = (self as *mut Self).cast();
        listener.on_start = Some(on_start);
        listener.on_progress = Some(on_progress);
        listener.on_step = Some(on_step);
        listener.on_epoch = Some(on_epoch);
        listener.on_checkpoint = Some(on_checkpoint);
        listener
    }

    /// After the call.
    pub(crate) fn finish<T>(self, result: T) -> T {
        self.relay.finish(result)
    }

    /// Tells the event that `make` gives; what a callback returns.
    ///
    /// # Safety
    /// `user` is that of `listener`, and the call goes on.
    unsafe fn tell(user: *mut c_void, make: impl FnOnce() -> TrainEvent) -> i32 {
        // SAFETY: the caller says so; during the call nobody else uses it, and
        // callbacks come one at a time on the caller's thread.
        let this = unsafe { &mut *user.cast::<EventRelay<'_>>() };
        let tell = &mut this.tell;
        this.relay.run(|| tell(make()))
    }
}

unsafe extern "C" fn on_start(user: *mut c_void, start: *const sys::alexnet_train_start) -> i32 {
    // SAFETY: `user` is ours, and what `start` points to lives during the call.
    unsafe { EventRelay::tell(user, || TrainEvent::Start(Box::new(read_start(&*start)))) }
}

/// # Safety
/// The library filled `start`, and its pointers live.
unsafe fn read_start(start: &sys::alexnet_train_start) -> TrainStart {
    // SAFETY: the caller says so.
    let classes = unsafe { ffi::slice(start.classes, start.class_count) };
    // SAFETY: the caller says so.
    unsafe {
        TrainStart {
            network: ffi::text(start.network),
            device: ffi::text(start.device),
            classes: classes.iter().map(|&name| ffi::text(name)).collect(),
            train_samples: ffi::size(start.train_samples),
            validation_samples: ffi::size(start.validation_samples),
            parameters: ffi::size(start.parameters),
            frozen_parameters: ffi::size(start.frozen_parameters),
            macs: start.macs.max(0) as u64,
            arena_bytes: ffi::size(start.arena_bytes),
            recipe: start.recipe.as_ref().and_then(|r| Recipe::from_c(r).ok()),
            steps_per_epoch: ffi::size(start.steps_per_epoch),
            seed: start.seed,
            threads: ffi::size(start.threads.into()),
            first_epoch: ffi::size(start.first_epoch),
            first_batch: ffi::size(start.first_batch),
            device_bytes: ffi::size(start.device_bytes),
        }
    }
}

unsafe extern "C" fn on_progress(
    user: *mut c_void,
    doing: *const c_char,
    done: i64,
    total: i64,
) -> i32 {
    // SAFETY: `user` is ours, and `doing` lives during the call.
    unsafe {
        EventRelay::tell(user, || TrainEvent::Progress {
            doing: ffi::text(doing),
            done: done.max(0) as u64,
            total: total.max(0) as u64,
        })
    }
}

unsafe extern "C" fn on_step(user: *mut c_void, report: *const sys::alexnet_step_report) -> i32 {
    // SAFETY: `user` is ours, and `report` lives during the call.
    let report = unsafe { &*report };
    let event = || {
        TrainEvent::Step(StepReport {
            epoch: ffi::size(report.epoch),
            epochs: ffi::size(report.epochs),
            batch: ffi::size(report.batch),
            batches: ffi::size(report.batches),
            step: report.step.max(0) as u64,
            rate: report.rate,
            loss: report.loss,
            mean_loss: report.mean_loss,
            top1_accuracy: report.top1_accuracy,
            gradient_norm: report.gradient_norm,
            images_per_second: report.images_per_second,
            seconds_left: report.seconds_left,
        })
    };
    // SAFETY: as above.
    unsafe { EventRelay::tell(user, event) }
}

unsafe extern "C" fn on_epoch(user: *mut c_void, report: *const sys::alexnet_epoch_report) -> i32 {
    // SAFETY: `user` is ours, and `report` lives during the call.
    let report = unsafe { &*report };
    // SAFETY: the library filled it, and its pointers live during the call.
    let (norms, worst, confusion) = unsafe {
        (
            ffi::slice(report.norms, report.norm_count),
            WrongPicture::read(report.worst, report.worst_count),
            ffi::slice(
                report.confusion,
                report.confusion_classes * report.confusion_classes,
            ),
        )
    };
    let event = || {
        TrainEvent::Epoch(EpochReport {
            epoch: ffi::size(report.epoch),
            epochs: ffi::size(report.epochs),
            step: report.step.max(0) as u64,
            rate: report.rate,
            train_loss: report.train_loss,
            train_top1_error: report.train_top1_error,
            validation: Validation::new(
                report.validated,
                report.top1_error,
                report.top5_error,
                report.loss,
            ),
            best: report.best != 0,
            images_per_second: report.images_per_second,
            seconds: report.seconds,
            waited_seconds: report.waited_seconds,
            norms: norms
                .iter()
                .map(|norms| LayerNorms {
                    // SAFETY: as above.
                    layer: unsafe { ffi::text(norms.layer) },
                    weight: norms.weight,
                    gradient: norms.gradient,
                    update: norms.update,
                })
                .collect(),
            worst,
            confusion: confusion.to_vec(),
        })
    };
    // SAFETY: as above.
    unsafe { EventRelay::tell(user, event) }
}

unsafe extern "C" fn on_checkpoint(user: *mut c_void, path: *const c_char, best: i32) -> i32 {
    // SAFETY: `user` is ours, and `path` lives during the call.
    unsafe {
        EventRelay::tell(user, || TrainEvent::Checkpoint {
            path: ffi::path(path),
            best: best != 0,
        })
    }
}
