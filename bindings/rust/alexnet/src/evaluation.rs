//! How often a model is right.

use std::path::Path;
use std::ptr;
use std::slice;

use alexnet_sys as sys;

use crate::context::Context;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::ffi::{self, Constant, Struct};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;
use crate::parallel::Parallel;
use crate::precision::Precision;
use crate::relay::{Progress, ProgressRelay};
use crate::session_options::SessionOptions;
use crate::weight_type::WeightType;

/// How a model is tested.
#[derive(Default)]
pub struct EvaluateOptions<'a> {
    // BEGIN options: rust.fields evaluate_options
    /// Told of broken pictures.
    pub context: Option<Context>,
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu".
    pub device: Option<String>,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Threads that decode pictures; 0 to 1,024; 0: as many as the process may
    /// use.
    pub loader_threads: usize,
    /// Views computed at a time; 0 to 65,536; 0: 32, or 30 for ten crops.
    pub batch: usize,
    /// How the CPU keeps the weights of fully connected layers; sums are
    /// float32.
    pub weight_dtype: Option<WeightType>,
    /// What a GPU computes in.
    pub precision: Option<Precision>,
    /// Times a GPU's algorithms first and takes the fastest; runs may then
    /// differ in their last bits.
    pub tune: bool,
    /// Averages the probabilities of ten views of each picture (section 4.1 of
    /// the paper).
    pub ten_crop: bool,
    /// Stops at the first broken picture.
    pub strict: bool,
    /// Most pixels of a picture; one that has more counts as broken; 0:
    /// 100,000,000.
    pub max_pixels: usize,
    /// Told how far it is.
    pub progress: Progress<'a>,
    /// Several devices that predict together, in place of `device`, with commas
    /// between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; `None`: one, `device`.
    /// `threads` are divided among them; of a plan other than `towers`, so is a
    /// batch, which has a view for each at least.
    pub devices: Option<String>,
    /// How `devices` divide the network.
    pub parallel: Parallel,
    // END options
    /// What the call watches.
    pub limits: Limits,
}

/// What a test of a model found. Any number of threads may share one:
///
/// ```
/// fn shared<T: Send + Sync>() {}
/// shared::<alexnet::Evaluation>();
/// ```
#[derive(Debug)]
pub struct Evaluation(Handle<sys::alexnet_evaluation>);

/// The numbers of a test.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EvaluationInfo {
    /// Pictures.
    pub count: usize,
    /// Of the model.
    pub classes: usize,
    /// What top-5 means: min(5, classes).
    pub top_k: usize,
    /// Ten views of each picture were averaged.
    pub ten_crop: bool,
    /// Percent.
    pub top1_error: f64,
    /// Percent.
    pub top5_error: f64,
    /// Mean of -log p(true class).
    pub loss: f64,
    /// Of the test.
    pub seconds: f64,
    /// Pictures a second.
    pub images_per_second: f64,
    /// Left out.
    pub broken: usize,
}

/// How a class was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClassRecall {
    /// Of the class.
    pub name: String,
    /// Pictures of the class.
    pub count: usize,
    /// Percent that were found; `None` without pictures.
    pub recall: Option<f64>,
}

/// A picture that was taken for something else. Classes are the model's, by
/// index.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WrongPicture {
    /// Relative to the folder of the data set.
    pub name: String,
    /// Its index in the part that was tested.
    pub sample: usize,
    /// The true class.
    pub label: usize,
    /// The likeliest class.
    pub predicted: usize,
    /// Of the likeliest class.
    pub probability: f32,
    /// Of the true class.
    pub label_probability: f32,
}

impl WrongPicture {
    /// # Safety
    /// `pictures` points to `count` of them, or `count` is 0, and their names
    /// live.
    pub(crate) unsafe fn read(
        pictures: *const sys::alexnet_wrong_picture,
        count: usize,
    ) -> Vec<Self> {
        // SAFETY: the caller says so.
        unsafe { ffi::slice(pictures, count) }
            .iter()
            .map(|picture| WrongPicture {
                // SAFETY: the caller says so.
                name: unsafe { ffi::text(picture.name) },
                sample: ffi::size(picture.sample),
                label: ffi::size(picture.label.into()),
                predicted: ffi::size(picture.predicted.into()),
                probability: picture.probability,
                label_probability: picture.label_probability,
            })
            .collect()
    }
}

/// A picture that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenPicture {
    /// Relative to the folder of the data set.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Tests `model` on the validation part, or on all where there is none. The
/// data's classes are matched with the model's labels by name.
pub fn evaluate(
    model: &Model,
    dataset: &Dataset,
    options: EvaluateOptions<'_>,
) -> Result<Evaluation> {
    let limits = options.limits.to_c();
    let mut relay = ProgressRelay::new(options.progress);
    let mut given = sys::alexnet_evaluate_options::init();
    // BEGIN options: rust.give evaluate_options from=options to=given
    let device = ffi::c_text(&options.device, "device")?;
    let devices = ffi::c_text(&options.devices, "devices")?;
    given.context = Context::to_c(&options.context);
    given.device = ffi::or_null(&device);
    given.threads = ffi::int(options.threads, "threads")?;
    given.loader_threads = ffi::int(options.loader_threads, "loader_threads")?;
    given.batch = ffi::int(options.batch, "batch")?;
    given.weight_dtype = ffi::or_default(options.weight_dtype);
    given.precision = ffi::or_default(options.precision);
    given.tune = options.tune.into();
    given.ten_crop = options.ten_crop.into();
    given.strict = options.strict.into();
    given.max_pixels = ffi::int(options.max_pixels, "max_pixels")?;
    given.devices = ffi::or_null(&devices);
    given.parallel = options.parallel.to_c();
    // END options
    given.progress = relay.callback();
    given.progress_user = relay.user();
    // SAFETY: the handles are live; options, relay and limits outlive the call.
    let result = Handle::create(|made, error| unsafe {
        sys::alexnet_evaluate(model.0.get(), dataset.0.get(), &given, &limits, made, error)
    });
    Ok(Evaluation(relay.finish(result)?))
}

impl Evaluation {
    /// The numbers.
    pub fn info(&self) -> Result<EvaluationInfo> {
        let mut info = sys::alexnet_evaluation_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_evaluation_get_info(self.0.get(), &mut info, error)
        })?;
        Ok(EvaluationInfo {
            count: ffi::size(info.count),
            classes: ffi::size(info.classes),
            top_k: ffi::size(info.top_k.into()),
            ten_crop: info.ten_crop != 0,
            top1_error: info.top1_error,
            top5_error: info.top5_error,
            loss: info.loss,
            seconds: info.seconds,
            images_per_second: info.images_per_second,
            broken: ffi::size(info.broken),
        })
    }

    /// How each class was found.
    pub fn classes(&self) -> Result<Vec<ClassRecall>> {
        (0..self.info()?.classes)
            .map(|index| {
                let index = ffi::int(index, "class")?;
                let mut name = ptr::null();
                let mut count = 0;
                let mut recall = 0.0;
                // SAFETY: the handle is live; the outputs outlive the call.
                ffi::call(|error| unsafe {
                    sys::alexnet_evaluation_class_at(
                        self.0.get(),
                        index,
                        &mut name,
                        &mut count,
                        &mut recall,
                        error,
                    )
                })?;
                Ok(ClassRecall {
                    // SAFETY: the call filled in a text of the handle.
                    name: unsafe { ffi::text(name) },
                    count: ffi::size(count),
                    recall: Some(recall).filter(|&recall| recall >= 0.0),
                })
            })
            .collect()
    }

    /// (classes, classes): row the true class, column the predicted one. `None`
    /// beyond 5,000 classes.
    pub fn confusion(&self) -> Option<&[i64]> {
        let classes = self.info().ok()?.classes;
        // SAFETY: the handle is live; its matrix has that size and never
        // changes.
        unsafe {
            let counts = sys::alexnet_evaluation_confusion(self.0.get());
            (!counts.is_null()).then(|| slice::from_raw_parts(counts, classes * classes))
        }
    }

    /// The confusion matrix for a person: a table up to `limit` classes (0:
    /// 20), beyond that the most frequent confusions.
    pub fn confusion_text(&self, limit: usize) -> Result<String> {
        let limit = ffi::int(limit, "limit")?;
        let mut text = ptr::null_mut();
        // SAFETY: the handle is live; `text` outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_evaluation_confusion_text(self.0.get(), limit, &mut text, error)
        })?;
        // SAFETY: the call succeeded, so the text is ours.
        Ok(unsafe { ffi::take_text(text) })
    }

    /// Those whose true class was least likely, of the pictures that were taken
    /// for another one, the worst first; at most 24.
    pub fn worst(&self) -> Result<Vec<WrongPicture>> {
        let mut pictures = ptr::null();
        let mut count = 0;
        // SAFETY: the handle is live; the outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_evaluation_worst(self.0.get(), &mut pictures, &mut count, error)
        })?;
        // SAFETY: the call filled in an array that lives with the handle.
        Ok(unsafe { WrongPicture::read(pictures, count) })
    }

    /// The pictures that were left out.
    pub fn broken(&self) -> Result<Vec<BrokenPicture>> {
        (0..self.info()?.broken)
            .map(|index| {
                let mut name = ptr::null();
                let mut reason = ptr::null();
                // SAFETY: the handle is live; the outputs outlive the call.
                ffi::call(|error| unsafe {
                    sys::alexnet_evaluation_broken_at(
                        self.0.get(),
                        index,
                        &mut name,
                        &mut reason,
                        error,
                    )
                })?;
                // SAFETY: the call filled in texts of the handle.
                let (name, reason) = unsafe { (ffi::text(name), ffi::text(reason)) };
                Ok(BrokenPicture { name, reason })
            })
            .collect()
    }
}

/// What [`verify_file`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Whole and computed right.
    pub ok: bool,
    /// An object with "path", "ok", "network", "self_check" ("passed", "failed"
    /// or "absent"), "damage" and more.
    pub json: String,
}

/// Opens a model file, checks every hash and runs its self-check. A file that
/// cannot be opened is an error, damage is not. Of `options`, device,
/// devices, parallel, precision, threads, tune and weight_dtype are used.
pub fn verify_file(
    path: impl AsRef<Path>,
    options: &SessionOptions,
    limits: &Limits,
) -> Result<Verification> {
    let path = ffi::c_path(path.as_ref(), "path")?;
    let limits = limits.to_c();
    let mut ok = 0;
    let mut json = ptr::null_mut();
    options.with_c(|given| {
        // SAFETY: path, options, limits and outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_verify_file(path.as_ptr(), given, &limits, &mut ok, &mut json, error)
        })
    })?;
    Ok(Verification {
        ok: ok != 0,
        // SAFETY: the call succeeded, so the text is ours.
        json: unsafe { ffi::take_text(json) },
    })
}
