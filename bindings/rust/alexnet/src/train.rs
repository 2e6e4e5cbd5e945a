//! Training, whole: a folder in, a model out.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::ptr;

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::Result;
use crate::ffi::{self, constants, CStrings, Constant, Struct};
use crate::limits::Limits;
use crate::model::Model;
use crate::network::Network;
use crate::parallel::Parallel;
use crate::precision::Precision;
use crate::recipe::Recipe;
use crate::train_event::{EventRelay, TrainEvent, Validation};

constants! {
    // BEGIN options: rust.enum Launcher
    /// Who starts the ranks of a run that trains on several devices.
    pub enum Launcher {
        /// The run itself, as threads of one process.
        Local = ALEXNET_LAUNCHER_LOCAL,
        /// mpirun or srun, each a process, on one machine or many.
        Mpi = ALEXNET_LAUNCHER_MPI,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum RateScaling
    /// How the learning rate follows the batch.
    pub enum RateScaling {
        /// Not at all.
        None = ALEXNET_RATE_SCALING_NONE,
        /// In proportion to it: the rate is meant for the batch of the
        /// network's own recipe, and the first five epochs warm up unless
        /// `warmup_epochs` says otherwise (section 2 of arXiv:1706.02677).
        Linear = ALEXNET_RATE_SCALING_LINEAR,
    }
    // END options
}

/// The number of this process, from 0, among those that mpirun or srun started
/// together; 0 where neither did.
pub fn launcher_rank() -> usize {
    // SAFETY: takes nothing.
    ffi::size(unsafe { sys::alexnet_launcher_rank() }.into())
}

/// How many processes mpirun or srun started together; 1 where neither did.
pub fn launcher_size() -> usize {
    // SAFETY: takes nothing.
    ffi::size(unsafe { sys::alexnet_launcher_size() }.into())
}

/// What is trained.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TrainNetwork<'a> {
    /// Preset "alexnet", or what the run has that is gone on with.
    Usual,
    /// A preset, for the data's classes.
    Preset(String),
    /// A network; its class count must be the data's.
    Network(&'a Network),
}

/// How a network is trained.
#[derive(Clone, Debug)]
pub struct TrainOptions<'a> {
    /// Folder, as of [`Dataset::open`](crate::Dataset::open).
    pub data: PathBuf,
    /// Folder for last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's
    /// events; made if missing.
    pub out: PathBuf,
    /// What is trained; not used by [`finetune`].
    pub network: TrainNetwork<'a>,
    /// Changes to the network's recipe.
    pub recipe: Recipe,
    // BEGIN options: rust.fields train_options
    /// Told of choices and warnings.
    pub context: Option<Context>,
    /// Side of the preset's square input, in pixels; 0 to 4,096; 0: the
    /// preset's own.
    pub input_size: usize,
    /// Goes on with the run in `out`, of which only the number of epochs may
    /// change: what else is said of it must be as it was.
    pub resume: bool,
    /// Holds no pictures out.
    pub no_validation: bool,
    /// Share of the training pictures that is held out where there is no
    /// validation folder; 0 to 0.99; 0: 0.1.
    pub validation_fraction: f64,
    /// What everything random starts from; 0: 1.
    pub seed: u64,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Threads that decode pictures; 0 to 1,024; 0: as many as the process may
    /// use.
    pub loader_threads: usize,
    /// Stops at the first broken picture.
    pub strict: bool,
    /// Stops with "diverged" where the loss does not move or layers are dead,
    /// in place of a warning.
    pub stop_when_stuck: bool,
    /// Most pixels of a picture; one that has more counts as broken; 0:
    /// 100,000,000.
    pub max_pixels: usize,
    /// Updates between two lines of metrics; at least 1; 0: 20.
    pub log_every: usize,
    /// Updates between two checkpoints within an epoch; 0: only at its end.
    pub checkpoint_every: usize,
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu", or what a resumed
    /// run was computed on.
    pub device: Option<String>,
    /// What a GPU computes in; a resumed run goes on as before.
    pub precision: Option<Precision>,
    /// Times a GPU's algorithms first and takes the fastest; runs may then
    /// differ in their last bits.
    pub tune: bool,
    /// Several devices that train together, in place of `device`, with commas
    /// between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; `None`: one, `device`. The
    /// batch is that of all together, and `threads` and `loader_threads` are
    /// divided among them.
    pub devices: Option<String>,
    /// How `devices` divide the network.
    pub parallel: Parallel,
    /// Who started the ranks that train together. With mpi each process is a
    /// rank: all are started with the same options, and each computes on its
    /// `device`, or on the one of `devices` that has the rank's number on its
    /// machine ("cuda": the GPU of that number); `threads` and `loader_threads`
    /// are those of each process.
    pub launcher: Launcher,
    /// How the learning rate follows the batch.
    pub rate_scaling: RateScaling,
    /// What the loss of a picture counts, by its class: "balanced" (the inverse
    /// of the classes' shares), a list such as "cat=2,dog=0.5" (1 where not
    /// named), or a path that ends in .json, of an object of such or an array
    /// of weights for all; `None`: all alike. Their mean over the training
    /// pictures is made 1.
    pub class_weights: Option<String>,
    /// Goes on with a run by `parallel`, also where that is data: else data
    /// stands for the plan of before, where as many devices go on.
    pub change_parallel: bool,
    // END options
    /// What the call watches.
    pub limits: Limits,
}

impl<'a> TrainOptions<'a> {
    /// Trains preset "alexnet" on folder `data` into folder `out`.
    pub fn new(data: impl AsRef<Path>, out: impl AsRef<Path>) -> Self {
        TrainOptions {
            data: data.as_ref().into(),
            out: out.as_ref().into(),
            network: TrainNetwork::Usual,
            recipe: Recipe::default(),
            // BEGIN options: rust.defaults train_options
            context: None,
            input_size: 0,
            resume: false,
            no_validation: false,
            validation_fraction: 0.0,
            seed: 0,
            threads: 0,
            loader_threads: 0,
            strict: false,
            stop_when_stuck: false,
            max_pixels: 100_000_000,
            log_every: 20,
            checkpoint_every: 0,
            device: None,
            precision: None,
            tune: false,
            devices: None,
            parallel: Parallel::Data,
            launcher: Launcher::Local,
            rate_scaling: RateScaling::None,
            class_weights: None,
            change_parallel: false,
            // END options
            limits: Limits::new(),
        }
    }

    /// Gives the options for C to `call`, valid while that runs.
    fn with_c(
        &self,
        from_scratch: bool,
        call: impl FnOnce(*const sys::alexnet_train_options) -> Result<TrainReport>,
    ) -> Result<TrainReport> {
        let data = ffi::c_path(&self.data, "data")?;
        let out = ffi::c_path(&self.out, "out")?;
        let recipe = self.recipe.to_c()?;
        let (preset, network) = match &self.network {
            _ if !from_scratch => (None, ptr::null_mut()),
            TrainNetwork::Usual => (None, ptr::null_mut()),
            TrainNetwork::Preset(name) => (Some(ffi::c_string(name, "preset")?), ptr::null_mut()),
            TrainNetwork::Network(network) => (None, network.0.get()),
        };
        let mut options = sys::alexnet_train_options::init();
        options.data = data.as_ptr();
        options.out = out.as_ptr();
        options.preset = ffi::or_null(&preset);
        options.network = network;
        options.recipe = &recipe;
        // BEGIN options: rust.give train_options from=self to=options
        let device = ffi::c_text(&self.device, "device")?;
        let devices = ffi::c_text(&self.devices, "devices")?;
        let class_weights = ffi::c_text(&self.class_weights, "class_weights")?;
        options.context = Context::to_c(&self.context);
        options.input_size = ffi::int(self.input_size, "input_size")?;
        options.resume = self.resume.into();
        options.no_validation = self.no_validation.into();
        options.validation_fraction = self.validation_fraction;
        options.seed = self.seed;
        options.threads = ffi::int(self.threads, "threads")?;
        options.loader_threads = ffi::int(self.loader_threads, "loader_threads")?;
        options.strict = self.strict.into();
        options.stop_when_stuck = self.stop_when_stuck.into();
        options.max_pixels = ffi::int(self.max_pixels, "max_pixels")?;
        options.log_every = ffi::int(self.log_every, "log_every")?;
        options.checkpoint_every = ffi::int(self.checkpoint_every, "checkpoint_every")?;
        options.device = ffi::or_null(&device);
        options.precision = ffi::or_default(self.precision);
        options.tune = self.tune.into();
        options.devices = ffi::or_null(&devices);
        options.parallel = self.parallel.to_c();
        options.launcher = self.launcher.to_c();
        options.rate_scaling = self.rate_scaling.to_c();
        options.class_weights = ffi::or_null(&class_weights);
        options.change_parallel = self.change_parallel.into();
        // END options
        call(&options)
    }
}

/// What training left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrainReport {
    /// Finished, in all.
    pub epochs: usize,
    /// Updates.
    pub steps: u64,
    /// Of training, earlier parts included.
    pub seconds: f64,
    /// From 0.
    pub best_epoch: Option<usize>,
    /// Percent.
    pub best_top1_error: f64,
    /// Of the last epoch.
    pub validation: Option<Validation>,
    /// Of the last epoch.
    pub train_loss: f64,
    /// Pictures replaced by others.
    pub broken: usize,
}

impl TrainReport {
    fn read(report: &sys::alexnet_train_report) -> Self {
        TrainReport {
            epochs: ffi::size(report.epochs),
            steps: report.steps.max(0) as u64,
            seconds: report.seconds,
            best_epoch: usize::try_from(report.best_epoch).ok(),
            best_top1_error: report.best_top1_error,
            validation: Validation::new(
                report.validated,
                report.top1_error,
                report.top5_error,
                report.loss,
            ),
            train_loss: report.train_loss,
            broken: ffi::size(report.broken),
        }
    }
}

/// Trains a network on a folder of pictures and tells `listen` how it goes;
/// breaking there stops the run, as a cancel token does. A panic there stops it
/// too and goes on in the caller.
///
/// Both files are there after the first epoch: last.alexnet is the newest
/// state, best.alexnet the model with the least error on held-out pictures, or
/// on training pictures where none are held out. Cancelled or out of time,
/// last.alexnet holds the very position, and `resume` goes on from it to the
/// same bits as a run that was not stopped; right after the start there may be
/// none.
///
/// ```no_run
/// use alexnet::{train, TrainEvent, TrainOptions};
/// use std::ops::ControlFlow;
///
/// train(&TrainOptions::new("pictures", "run"), |event| {
///     if let TrainEvent::Epoch(epoch) = event {
///         println!("epoch {}: loss {:.3}", epoch.epoch + 1, epoch.train_loss);
///     }
///     ControlFlow::Continue(())
/// })?;
/// # Ok::<(), alexnet::Error>(())
/// ```
pub fn train(
    options: &TrainOptions<'_>,
    mut listen: impl FnMut(TrainEvent) -> ControlFlow<()>,
) -> Result<TrainReport> {
    let limits = options.limits.to_c();
    options.with_c(true, |given| {
        let mut relay = EventRelay::new(&mut listen);
        let listener = relay.listener();
        let mut report = sys::alexnet_train_report::init();
        // SAFETY: options, listener, limits and report outlive the call.
        let result = ffi::call(|error| unsafe {
            sys::alexnet_train(given, &listener, &limits, &mut report, error)
        });
        relay.finish(result)?;
        Ok(TrainReport::read(&report))
    })
}

/// What of a model learns anew.
#[derive(Clone, Debug, PartialEq)]
pub struct FinetuneOptions {
    // BEGIN options: rust.fields finetune_options
    /// Layers that do not learn, by name; "..conv5": all up to it; "none": all
    /// learn; empty: chosen by the number of pictures, and told.
    pub freeze: Vec<String>,
    /// Learning rate of the new layer, times the others'; 1e-6 to 1e6; 0: 10.
    pub head_rate: f32,
    // END options
}

impl Default for FinetuneOptions {
    fn default() -> Self {
        FinetuneOptions {
            // BEGIN options: rust.defaults finetune_options
            freeze: Vec::new(),
            head_rate: 0.0,
            // END options
        }
    }
}

/// Teaches `model` the classes of a folder: its last fully connected layer is
/// replaced. Otherwise like [`train`].
pub fn finetune(
    model: &Model,
    options: &FinetuneOptions,
    train: &TrainOptions<'_>,
    mut listen: impl FnMut(TrainEvent) -> ControlFlow<()>,
) -> Result<TrainReport> {
    let limits = train.limits.to_c();
    let mut given = sys::alexnet_finetune_options::init();
    // BEGIN options: rust.give finetune_options from=options to=given
    let freeze = CStrings::new(&options.freeze, "freeze")?;
    given.freeze = freeze.as_ptr();
    given.freeze_count = freeze.len();
    given.head_rate = options.head_rate;
    // END options
    train.with_c(false, |train| {
        let mut relay = EventRelay::new(&mut listen);
        let listener = relay.listener();
        let mut report = sys::alexnet_train_report::init();
        // SAFETY: the model is live; options, listener, limits and report
        // outlive the call.
        let result = ffi::call(|error| unsafe {
            sys::alexnet_finetune(
                model.0.get(),
                &given,
                train,
                &listener,
                &limits,
                &mut report,
                error,
            )
        });
        relay.finish(result)?;
        Ok(TrainReport::read(&report))
    })
}
