//! Timing.

use std::os::raw::c_char;
use std::path::PathBuf;
use std::time::Duration;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, Constant, Struct};
use crate::limits::Limits;
use crate::model::Model;
use crate::parallel::Parallel;
use crate::precision::Precision;
use crate::session_options::SessionOptions;
use crate::weight_type::WeightType;

/// What is timed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BenchmarkTarget {
    /// A preset with initial values.
    Preset(String),
    /// A model file.
    Model(PathBuf),
}

/// How it is timed.
#[derive(Clone, Debug)]
pub struct BenchmarkOptions {
    /// What is timed.
    pub target: BenchmarkTarget,
    // BEGIN options: rust.fields benchmark_options
    /// Times training steps, not inference.
    pub training: bool,
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu".
    pub device: Option<String>,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Pictures in one run; 0 to 65,536; 0: 1, of training 128.
    pub batch: usize,
    /// How the CPU keeps the weights of fully connected layers; sums are
    /// float32.
    pub weight_dtype: Option<WeightType>,
    /// What a GPU computes in.
    pub precision: Option<Precision>,
    /// Times a GPU's algorithms first and takes the fastest; runs may then
    /// differ in their last bits.
    pub tune: bool,
    /// What the values start from; 0: 1.
    pub seed: u64,
    /// Several devices that work together, in place of `device`, with commas
    /// between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; `None`: one, `device`. The
    /// batch is that of all together, and `threads` are divided among them.
    pub devices: Option<String>,
    /// How `devices` divide the network.
    pub parallel: Parallel,
    // END options
    /// At least this long.
    pub duration: Duration,
    /// What the call watches.
    pub limits: Limits,
}

impl Default for BenchmarkOptions {
    fn default() -> Self {
        BenchmarkOptions {
            target: BenchmarkTarget::Preset("alexnet".to_owned()),
            // BEGIN options: rust.defaults benchmark_options
            training: false,
            device: None,
            threads: 0,
            batch: 0,
            weight_dtype: None,
            precision: None,
            tune: false,
            seed: 1,
            devices: None,
            parallel: Parallel::Data,
            // END options
            duration: Duration::from_secs(5),
            limits: Limits::new(),
        }
    }
}

/// How fast it was.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkReport {
    /// Its name, cut where long.
    pub network: String,
    /// Its name, cut where long.
    pub device: String,
    /// Compute threads.
    pub threads: usize,
    /// Images of a run.
    pub batch: usize,
    /// How often it ran.
    pub runs: usize,
    /// Of a run: median.
    pub milliseconds: f64,
    /// Of a run.
    pub least_milliseconds: f64,
    /// Images a second.
    pub images_per_second: f64,
    /// Multiply-accumulates a second.
    pub macs_per_second: f64,
    /// Opening the file.
    pub load_milliseconds: f64,
    /// Until the first run.
    pub compile_milliseconds: f64,
    /// Of the device; training: with gradients and momenta.
    pub parameter_bytes: usize,
    /// Of the device: blobs and work space.
    pub arena_bytes: usize,
    /// Of the process, on the host.
    pub peak_memory_bytes: usize,
    /// Of the device: parameters, arena, a GPU's buffers for input.
    pub device_bytes: usize,
    /// What several devices send one another in a run, all together.
    pub exchanged_bytes: usize,
    /// Whether a GPU is sent a run as one CUDA graph; none where there is no GPU.
    pub captured: Option<bool>,
}

/// Times inference or training.
pub fn benchmark(options: &BenchmarkOptions) -> Result<BenchmarkReport> {
    let (preset, model) = match &options.target {
        BenchmarkTarget::Preset(name) => (Some(ffi::c_string(name, "preset")?), None),
        BenchmarkTarget::Model(path) => (None, Some(ffi::c_path(path, "model")?)),
    };
    let limits = options.limits.to_c();
    let mut given = sys::alexnet_benchmark_options::init();
    given.preset = ffi::or_null(&preset);
    given.model = ffi::or_null(&model);
    // BEGIN options: rust.give benchmark_options from=options to=given
    let device = ffi::c_text(&options.device, "device")?;
    let devices = ffi::c_text(&options.devices, "devices")?;
    given.training = options.training.into();
    given.device = ffi::or_null(&device);
    given.threads = ffi::int(options.threads, "threads")?;
    given.batch = ffi::int(options.batch, "batch")?;
    given.weight_dtype = ffi::or_default(options.weight_dtype);
    given.precision = ffi::or_default(options.precision);
    given.tune = options.tune.into();
    given.seed = options.seed;
    given.devices = ffi::or_null(&devices);
    given.parallel = options.parallel.to_c();
    // END options
    // There, zero stands for the default.
    given.seconds = options.duration.as_secs_f64().max(1e-9);
    let mut report = sys::alexnet_benchmark_report::init();
    // SAFETY: options, limits and report outlive the call.
    ffi::call(|error| unsafe { sys::alexnet_benchmark(&given, &limits, &mut report, error) })?;
    Ok(BenchmarkReport {
        network: name(&report.network),
        device: name(&report.device),
        threads: ffi::size(report.threads.into()),
        batch: ffi::size(report.batch),
        runs: ffi::size(report.runs),
        milliseconds: report.milliseconds,
        least_milliseconds: report.least_milliseconds,
        images_per_second: report.images_per_second,
        macs_per_second: report.macs_per_second,
        load_milliseconds: report.load_milliseconds,
        compile_milliseconds: report.compile_milliseconds,
        parameter_bytes: ffi::size(report.parameter_bytes),
        arena_bytes: ffi::size(report.arena_bytes),
        peak_memory_bytes: ffi::size(report.peak_memory_bytes),
        device_bytes: ffi::size(report.device_bytes),
        exchanged_bytes: ffi::size(report.exchanged_bytes),
        captured: (report.captured != 0).then_some(report.captured > 0),
    })
}

/// How long a layer takes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerTime {
    /// Of its kernel, for a batch: median.
    pub milliseconds: f64,
    /// The layer whose kernel computes it: itself, or the one that it is fused
    /// with and that has its time; `None`: there is nothing to compute.
    pub computed_by: Option<usize>,
    /// How its own kernel computes it, in the engine's words; empty: it has none.
    pub algorithm: String,
}

/// What each layer of a model takes, and what the device could do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerTimes {
    /// Its name.
    pub device: String,
    /// That computed.
    pub threads: usize,
    /// Pictures of a run.
    pub batch: usize,
    /// Timed.
    pub runs: usize,
    /// Between kernels of other layouts.
    pub reorder_milliseconds: f64,
    /// What the engine reaches on the device where nothing but arithmetic
    /// counts: a large matrix product.
    pub flops_per_second: f64,
    /// And where nothing but memory does: one picture through a fully connected
    /// layer of 256 MiB of float32 weights.
    pub bytes_per_second: f64,
    /// In their order.
    pub layers: Vec<LayerTime>,
}

/// Runs a model kernel by kernel, waiting for each, for about `seconds` (0 to
/// 3,600) and at least three times, then what gives the two ceilings. Of
/// `options`, batch, context, device, precision, threads, tune and weight_dtype
/// are used; `devices` are refused.
pub fn time_layers(
    model: &Model,
    options: &SessionOptions,
    seconds: f64,
    limits: &Limits,
) -> Result<LayerTimes> {
    let limits = limits.to_c();
    let count = model.count(|info| info.layer_count);
    let none = sys::alexnet_layer_time {
        milliseconds: 0.0,
        computed_by: -1,
        algorithm: [0; 64],
    };
    let mut times = vec![none; count];
    let mut info = sys::alexnet_layer_times_info::init();
    options.with_c(|given| {
        // SAFETY: the handle is live, options and limits outlive the call, and
        // `times` has room for `count`.
        ffi::call(|error| unsafe {
            sys::alexnet_time_layers(
                model.0.get(),
                given,
                seconds,
                &limits,
                times.as_mut_ptr(),
                count,
                &mut info,
                error,
            )
        })
    })?;
    Ok(LayerTimes {
        device: name(&info.device),
        threads: ffi::size(info.threads.into()),
        batch: ffi::size(info.batch),
        runs: ffi::size(info.runs),
        reorder_milliseconds: info.reorder_milliseconds,
        flops_per_second: info.flops_per_second,
        bytes_per_second: info.bytes_per_second,
        layers: times
            .into_iter()
            .map(|time| LayerTime {
                milliseconds: time.milliseconds,
                computed_by: usize::try_from(time.computed_by).ok(),
                algorithm: name(&time.algorithm),
            })
            .collect(),
    })
}

/// The text in an array, up to its zero.
fn name(array: &[c_char]) -> String {
    let bytes: Vec<u8> = array
        .iter()
        .take_while(|&&c| c != 0)
        .map(|&c| c as u8)
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
