//! What is done to whole data sets: looking them over, packing, drawing.

use std::path::Path;
use std::ptr;

use alexnet_sys as sys;

use crate::context::Context;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::ffi::{self, Struct};
use crate::limits::Limits;
use crate::relay::{Progress, ProgressRelay};

/// How a data set is looked over.
#[derive(Default)]
pub struct LintOptions<'a> {
    // BEGIN options: rust.fields lint_options
    /// Threads that decode pictures; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Most pixels of a picture; one that has more counts as broken; 0:
    /// 100,000,000.
    pub max_pixels: usize,
    /// Told how far it is.
    pub progress: Progress<'a>,
    // END options
    /// What the call watches.
    pub limits: Limits,
}

/// What may be wrong with the pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// No error found.
    pub ok: bool,
    /// For a person.
    pub text: String,
    /// An object with "pictures", "validation_pictures", "classes", "ok" and
    /// "findings".
    pub json: String,
}

/// How a data set is packed.
#[derive(Default)]
pub struct PackOptions<'a> {
    // BEGIN options: rust.fields pack_options
    /// Told of broken pictures.
    pub context: Option<Context>,
    /// The shorter side, and the square that is cut out; 8 to 4,096 pixels; 0:
    /// 256.
    pub resize: usize,
    /// Quality of the JPEGs; 1 to 100; 0: 92.
    pub quality: usize,
    /// Pictures in a shard; 1 to 1,048,576; 0: 4,096.
    pub shard_samples: usize,
    /// Threads that decode pictures; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Most pixels of a picture; one that has more counts as broken; 0:
    /// 100,000,000.
    pub max_pixels: usize,
    /// What the order in the shards starts from; they are shuffled, so that
    /// reading them in order is as good.
    pub seed: u64,
    /// Stops at the first broken picture.
    pub strict: bool,
    /// Told how far it is.
    pub progress: Progress<'a>,
    // END options
    /// What the call watches.
    pub limits: Limits,
}

/// What was packed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PackReport {
    /// Written, both parts.
    pub pictures: usize,
    /// Of these, finished by an earlier run.
    pub resumed: usize,
    /// Written.
    pub shards: usize,
    /// Left out.
    pub broken: usize,
    /// Of all shards.
    pub bytes: u64,
    /// Of this run.
    pub seconds: f64,
}

impl Dataset {
    /// What may be wrong with the pictures, found before training: decodes all.
    pub fn lint(&self, options: LintOptions<'_>) -> Result<Lint> {
        let limits = options.limits.to_c();
        let mut relay = ProgressRelay::new(options.progress);
        let mut given = sys::alexnet_lint_options::init();
        // BEGIN options: rust.give lint_options from=options to=given
        given.threads = ffi::int(options.threads, "threads")?;
        given.max_pixels = ffi::int(options.max_pixels, "max_pixels")?;
        // END options
        given.progress = relay.callback();
        given.progress_user = relay.user();
        let mut ok = 0;
        let mut text = ptr::null_mut();
        let mut json = ptr::null_mut();
        // SAFETY: the handle is live; options, relay, limits and outputs
        // outlive the call.
        let result = ffi::call(|error| unsafe {
            sys::alexnet_dataset_lint(
                self.0.get(),
                &given,
                &limits,
                &mut ok,
                &mut text,
                &mut json,
                error,
            )
        });
        // SAFETY: null unless the call succeeded, and then ours.
        let (text, json) = unsafe { (ffi::take_text(text), ffi::take_text(json)) };
        relay.finish(result)?;
        Ok(Lint {
            ok: ok != 0,
            text,
            json,
        })
    }

    /// Writes WebDataset shards of small JPEGs, and the training set's
    /// statistics, into folder `out`. Called again after a stop it goes on.
    pub fn pack(&self, out: impl AsRef<Path>, options: PackOptions<'_>) -> Result<PackReport> {
        let out = ffi::c_path(out.as_ref(), "out")?;
        let limits = options.limits.to_c();
        let mut relay = ProgressRelay::new(options.progress);
        let mut given = sys::alexnet_pack_options::init();
        // BEGIN options: rust.give pack_options from=options to=given
        given.context = Context::to_c(&options.context);
        given.resize = ffi::int(options.resize, "resize")?;
        given.quality = ffi::int(options.quality, "quality")?;
        given.shard_samples = ffi::int(options.shard_samples, "shard_samples")?;
        given.threads = ffi::int(options.threads, "threads")?;
        given.max_pixels = ffi::int(options.max_pixels, "max_pixels")?;
        given.seed = options.seed;
        given.strict = options.strict.into();
        // END options
        given.progress = relay.callback();
        given.progress_user = relay.user();
        let mut report = sys::alexnet_pack_report::init();
        // SAFETY: the handle is live; path, options, relay, limits and report
        // outlive the call.
        let result = ffi::call(|error| unsafe {
            sys::alexnet_dataset_pack(
                self.0.get(),
                out.as_ptr(),
                &given,
                &limits,
                &mut report,
                error,
            )
        });
        relay.finish(result)?;
        Ok(PackReport {
            pictures: ffi::size(report.pictures),
            resumed: ffi::size(report.resumed),
            shards: ffi::size(report.shards),
            broken: ffi::size(report.broken),
            bytes: report.bytes,
            seconds: report.seconds,
        })
    }
}

/// What is drawn.
#[derive(Clone, Debug, Default)]
pub struct ShapesOptions {
    /// 0: 1.
    pub seed: u64,
    /// 0: 250.
    pub train_per_class: usize,
    /// 0: 40.
    pub held_out_per_class: usize,
    /// What the call watches.
    pub limits: Limits,
}

/// Draws a small labelled data set (ten kinds of figures, 64 pixels) into
/// `out`/train and `out`/val, to try things out with. `out` must be new or
/// empty.
pub fn draw_shapes(out: impl AsRef<Path>, options: &ShapesOptions) -> Result<()> {
    let out = ffi::c_path(out.as_ref(), "out")?;
    let limits = options.limits.to_c();
    let mut given = sys::alexnet_shapes_options::init();
    given.seed = options.seed;
    given.train_per_class = ffi::int(options.train_per_class, "train_per_class")?;
    given.held_out_per_class = ffi::int(options.held_out_per_class, "held_out_per_class")?;
    // SAFETY: path, options and limits outlive the call.
    ffi::call(|error| unsafe { sys::alexnet_draw_shapes(out.as_ptr(), &given, &limits, error) })
}
