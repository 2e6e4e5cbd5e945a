//! The AlexNet family in Rust: training, inference and model files.
//!
//! ```no_run
//! use alexnet::{Model, Session};
//!
//! let model = Model::load("net.alexnet")?;
//! let mut session = Session::new(&model)?;
//! for top in session.predict_file("cat.jpg", 5)? {
//!     println!("{:6.2} %  {}", 100.0 * top.probability, top.label);
//! }
//! # Ok::<(), alexnet::Error>(())
//! ```
//!
//! Whatever can fail gives a [`Result`]; an [`Error`] says what was wrong, in
//! which file and field, and what to do. Blobs are slices of dense float32 in C
//! order: images (N, C, H, W), vectors (N, F). In options, 0 and `None` are the
//! defaults that are named there.
//!
//! # Threads
//!
//! [`Model`], [`Queue`], [`Dataset`], [`Evaluation`], [`Context`] and
//! [`CancelToken`] may be shared by any number of threads. [`Session`],
//! [`Trainer`], [`Features`], [`Network`] and [`ModelBuilder`] may be sent to
//! another thread, but not shared; a [`SessionPool`] lends its sessions to any number of
//! threads. After a fork the child cannot use sessions, queues, trainers and
//! features of its parent, which give [`ErrorCode::FailedPrecondition`], and makes its own;
//! it may drop everything.
//!
//! # Closures
//!
//! Closures that tell progress run on the thread that called and stop the call
//! by `ControlFlow::Break`. No panic crosses C: it is caught, stops the call,
//! and goes on in the caller.
//!
//! # Weights of other programs
//!
//! With the feature `convert`, the module `convert` reads and writes Caffe's,
//! PyTorch's, ONNX's and other files, by a second library, libalexnet_convert.
//!
//! # The library
//!
//! This crate calls libalexnet. How it is found when building and when running
//! is said in the crate `alexnet-sys`; without it a program does not start. The
//! first call checks the library's version: another one than the crate's, which
//! cannot stand in for it, is [`ErrorCode::Unsupported`], with both named.

#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]

mod benchmark;
mod context;
#[cfg(feature = "convert")]
pub mod convert;
mod dataset;
mod dataset_jobs;
mod dtype;
mod error;
mod evaluation;
mod features;
mod ffi;
mod handle;
mod image;
mod inspection;
mod layer;
mod layer_options;
mod library;
mod limits;
mod model;
mod model_builder;
mod network;
mod parallel;
mod precision;
mod preprocessing;
mod queue;
mod queue_options;
mod recipe;
mod relay;
mod session;
mod session_options;
mod session_pool;
mod tensor;
mod text;
mod train;
mod train_event;
mod trainer;
mod weight_type;

pub use benchmark::{
    benchmark, time_layers, BenchmarkOptions, BenchmarkReport, BenchmarkTarget, LayerTime,
    LayerTimes,
};
pub use context::{Context, LogLevel};
pub use dataset::{Dataset, Part, Sample, Samples};
pub use dataset_jobs::{draw_shapes, Lint, LintOptions, PackOptions, PackReport, ShapesOptions};
pub use dtype::DType;
pub use error::{Error, ErrorCode, Result};
pub use evaluation::{
    evaluate, verify_file, BrokenPicture, ClassRecall, EvaluateOptions, Evaluation, EvaluationInfo,
    Verification, WrongPicture,
};
pub use features::{
    find_nearest, lpips, FeatureOptions, FeatureRows, Features, FeaturesInfo, LpipsDistance,
    Neighbour,
};
pub use ffi::Bytes;
pub use image::{Encoded, Image, ImageView};
pub use inspection::{Damage, TensorStatistics};
pub use layer::{Layer, LayerType};
pub use layer_options::{
    ActivationKind, Convolution, FullyConnected, Init, LocallyConnected, Lrn, LrnRegion,
    ParameterRule, PoolKind, Pooling, Rounding, Window,
};
pub use library::{
    devices, presets, require_version, system_json, version, version_number, Device, DeviceKind,
    Preset,
};
pub use limits::{CancelToken, Limits};
pub use model::{Model, ModelInfo, ModelLayers, SaveOptions};
pub use model_builder::ModelBuilder;
pub use network::{Network, NetworkLayers};
pub use parallel::Parallel;
pub use precision::Precision;
pub use preprocessing::{
    ChannelOrder, MeanImage, MeanKind, Preprocessing, ResizeFilter, ResizeRule, ViewOrder,
};
pub use queue::{Queue, QueueInfo};
pub use queue_options::{QueueOptions, WhenFull};
pub use recipe::{ClassBalance, Crop, Recipe, Schedule};
pub use relay::Progress;
pub use session::{LayerOutput, Prediction, Session, SessionInfo};
pub use session_options::SessionOptions;
pub use session_pool::{PooledSession, SessionPool};
pub use tensor::{Tensor, TensorRole, Tensors};
pub use train::{
    finetune, launcher_rank, launcher_size, train, FinetuneOptions, Launcher, RateScaling,
    TrainNetwork, TrainOptions, TrainReport,
};
pub use train_event::{EpochReport, LayerNorms, StepReport, TrainEvent, TrainStart, Validation};
pub use trainer::{StepResult, Trainer, TrainerOptions, UpdateRule, Values};
pub use weight_type::WeightType;
