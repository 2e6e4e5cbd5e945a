//! What one layer gives for many pictures, and what is near.

use std::path::{Path, PathBuf};
use std::ptr;

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::Result;
use crate::ffi::{self, CStrings, Struct};
use crate::handle::Handle;
use crate::image::ImageView;
use crate::limits::Limits;
use crate::model::Model;
use crate::precision::Precision;
use crate::session_options::SessionOptions;
use crate::weight_type::WeightType;

/// How pictures go through a model.
#[derive(Clone, Debug, Default)]
pub struct FeatureOptions {
    // BEGIN options: rust.fields feature_options
    /// Kept as long as the features; warned of broken pictures.
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
    /// Pictures computed at a time; 0 to 65,536; 0: 32.
    pub batch: usize,
    /// How the CPU keeps the weights of fully connected layers; sums are
    /// float32.
    pub weight_dtype: Option<WeightType>,
    /// What a GPU computes in.
    pub precision: Option<Precision>,
    /// Times a GPU's algorithms first and takes the fastest; runs may then
    /// differ in their last bits.
    pub tune: bool,
    /// Stops at the first broken picture.
    pub strict: bool,
    /// Most pixels of a picture; one that has more counts as broken; 0:
    /// 100,000,000.
    pub max_pixels: usize,
    // END options
}

/// A list of pictures on its way through a model: what one layer gives for the
/// centre view of each. An iterator over batches.
///
/// ```no_run
/// use alexnet::{Features, FeatureOptions, Model};
///
/// let model = Model::load("net.alexnet")?;
/// let paths = ["cat.jpg", "dog.jpg"];
/// for rows in Features::new(&model, "fc7", &paths, &FeatureOptions::default())? {
///     let rows = rows?;
///     for (row, picture) in rows.values.chunks(rows.size).zip(&rows.indices) {
///         println!("{}: {:?}", paths[*picture], &row[..4]);
///     }
/// }
/// # Ok::<(), alexnet::Error>(())
/// ```
///
/// For one thread at a time, as a [`crate::Session`].
#[derive(Debug)]
pub struct Features {
    handle: Handle<sys::alexnet_features>,
    // What the handle calls: dropped after it.
    _context: Option<Context>,
    limits: Limits,
    done: bool,
}

/// What a layer gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeaturesInfo {
    /// Floats of a row.
    pub size: usize,
    /// Of a picture's output: (1, C, H, W) or (1, F).
    pub shape: Vec<usize>,
    /// Most rows at a time.
    pub batch: usize,
    /// That compute.
    pub threads: usize,
    /// Pictures left out, as far as is known.
    pub broken: usize,
}

/// Some of the pictures' rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FeatureRows {
    /// Which pictures of the list they are, rising.
    pub indices: Vec<usize>,
    /// (indices, size).
    pub values: Vec<f32>,
    /// Floats of a row.
    pub size: usize,
}

impl Features {
    /// Of each of `paths`, JPEG or PNG files, what layer `layer` gives: its
    /// output by itself, "fc7" before and "relu7" after the ReLU. Layers behind
    /// it are not computed.
    pub fn new<P: AsRef<Path>>(
        model: &Model,
        layer: &str,
        paths: &[P],
        options: &FeatureOptions,
    ) -> Result<Self> {
        let layer = ffi::c_string(layer, "layer")?;
        let paths = CStrings::of_paths(paths, "paths")?;
        let mut given = sys::alexnet_feature_options::init();
        // BEGIN options: rust.give feature_options from=options to=given
        let device = ffi::c_text(&options.device, "device")?;
        given.context = Context::to_c(&options.context);
        given.device = ffi::or_null(&device);
        given.threads = ffi::int(options.threads, "threads")?;
        given.loader_threads = ffi::int(options.loader_threads, "loader_threads")?;
        given.batch = ffi::int(options.batch, "batch")?;
        given.weight_dtype = ffi::or_default(options.weight_dtype);
        given.precision = ffi::or_default(options.precision);
        given.tune = options.tune.into();
        given.strict = options.strict.into();
        given.max_pixels = ffi::int(options.max_pixels, "max_pixels")?;
        // END options
        // SAFETY: the model is live; texts and options outlive the call, and
        // what is made keeps their context.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_features_create(
                model.0.get(),
                layer.as_ptr(),
                paths.as_ptr(),
                paths.len(),
                &given,
                made,
                error,
            )
        })?;
        Ok(Features {
            handle,
            _context: options.context.clone(),
            limits: Limits::new(),
            done: false,
        })
    }

    /// What each of the calls that follow watches.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// What the layer gives.
    pub fn info(&self) -> Result<FeaturesInfo> {
        let mut info = sys::alexnet_features_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_features_get_info(self.handle.get(), &mut info, error)
        })?;
        let rank = ffi::size(info.rank).min(info.shape.len());
        Ok(FeaturesInfo {
            size: ffi::size(info.size),
            shape: info.shape[..rank]
                .iter()
                .map(|&side| ffi::size(side))
                .collect(),
            batch: ffi::size(info.batch),
            threads: ffi::size(info.threads.into()),
            broken: ffi::size(info.broken),
        })
    }

    /// The rows of the next pictures; `None` after the last. An interrupted
    /// call may be made again.
    pub fn next_rows(&mut self) -> Result<Option<FeatureRows>> {
        let info = self.info()?;
        let mut indices = vec![0i64; info.batch];
        let mut values = vec![0.0; info.batch * info.size];
        let limits = self.limits.to_c();
        let mut found = 0;
        // SAFETY: the handle is live and borrowed alone; limits and outputs
        // outlive the call, which is told their sizes.
        ffi::call(|error| unsafe {
            sys::alexnet_features_next(
                self.handle.get(),
                &limits,
                indices.as_mut_ptr(),
                indices.len(),
                values.as_mut_ptr(),
                values.len(),
                &mut found,
                error,
            )
        })?;
        if found == 0 {
            return Ok(None);
        }
        values.truncate(found * info.size);
        Ok(Some(FeatureRows {
            indices: indices.into_iter().take(found).map(ffi::size).collect(),
            values,
            size: info.size,
        }))
    }

    /// The pictures that were left out and why, as far as is known.
    pub fn broken(&self) -> Result<Vec<(PathBuf, String)>> {
        (0..self.info()?.broken)
            .map(|index| {
                let mut path = ptr::null();
                let mut reason = ptr::null();
                // SAFETY: the handle is live; the outputs outlive the call.
                ffi::call(|error| unsafe {
                    sys::alexnet_features_broken_at(
                        self.handle.get(),
                        index,
                        &mut path,
                        &mut reason,
                        error,
                    )
                })?;
                // SAFETY: the call filled in texts of the handle.
                Ok(unsafe { (ffi::path(path), ffi::text(reason)) })
            })
            .collect()
    }
}

/// Ends after the first error.
impl Iterator for Features {
    type Item = Result<FeatureRows>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let rows = self.next_rows().transpose();
        self.done = !matches!(rows, Some(Ok(_)));
        rows
    }
}

/// A row near another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Neighbour {
    /// Of the row.
    pub index: usize,
    /// Euclidean; NaN where a row is not finite.
    pub distance: f64,
}

/// The `most` of `rows`, each of the size of `query`, that are nearest to it by
/// Euclidean distance: nearest first, equal ones by index, NaN last.
pub fn find_nearest(rows: &[f32], query: &[f32], most: usize) -> Result<Vec<Neighbour>> {
    let count = rows.len() / query.len().max(1);
    let empty = sys::alexnet_neighbour {
        index: 0,
        distance: 0.0,
    };
    let mut nearest = vec![empty; most.min(count)];
    let mut found = 0;
    // SAFETY: slices and outputs outlive the call, which is told their sizes.
    ffi::call(|error| unsafe {
        sys::alexnet_find_nearest(
            rows.as_ptr(),
            rows.len(),
            query.as_ptr(),
            query.len(),
            nearest.len(),
            nearest.as_mut_ptr(),
            &mut found,
            error,
        )
    })?;
    nearest.truncate(found);
    let neighbour = |each: &sys::alexnet_neighbour| Neighbour {
        index: ffi::size(each.index),
        distance: each.distance,
    };
    Ok(nearest.iter().map(neighbour).collect())
}

/// How different two pictures look.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LpipsDistance {
    /// The distance.
    pub total: f64,
    /// Each layer's share of it.
    pub layers: [f64; 5],
}

/// The LPIPS distance of two pictures of one size (Zhang et al. 2018,
/// arXiv:1801.03924) by the model's first five ReLUs behind convolutions.
/// `weights` are those of all their channels, which
/// `convert::read_lpips_weights` reads, or empty: 1 for each. Of `options`,
/// context, device, threads, precision, tune and max_pixels are used.
pub fn lpips(
    model: &Model,
    first: &ImageView<'_>,
    second: &ImageView<'_>,
    weights: &[f32],
    options: &SessionOptions,
) -> Result<LpipsDistance> {
    let mut distance = LpipsDistance {
        total: 0.0,
        layers: [0.0; 5],
    };
    let (first, second) = (first.to_c(), second.to_c());
    options.with_c(|given| {
        // SAFETY: the model is live; pictures, weights, options and outputs
        // outlive the call, which is told their sizes.
        ffi::call(|error| unsafe {
            sys::alexnet_lpips(
                model.0.get(),
                &first,
                &second,
                weights.as_ptr(),
                weights.len(),
                given,
                &mut distance.total,
                distance.layers.as_mut_ptr(),
                distance.layers.len(),
                error,
            )
        })
    })?;
    Ok(distance)
}
