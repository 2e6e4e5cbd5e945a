//! Sessions.

use std::path::Path;
use std::ptr;
use std::slice;

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::{Error, ErrorCode, Result};
use crate::ffi::{self, Struct};
use crate::handle::Handle;
use crate::image::{Encoded, ImageView};
use crate::limits::Limits;
use crate::model::Model;
use crate::session_options::SessionOptions;

/// A model compiled for a device, to run it. It keeps its model alive.
///
/// ```no_run
/// use alexnet::{Model, Session};
///
/// let model = Model::load("net.alexnet")?;
/// let mut session = Session::new(&model)?;
/// for top in session.predict_file("cat.jpg", 5)? {
///     println!("{:6.2} %  {}", 100.0 * top.probability, top.label);
/// }
/// # Ok::<(), alexnet::Error>(())
/// ```
///
/// For one thread at a time, though not always the same: a session may be sent,
/// but not shared. Threads open one each, on the same model.
///
/// ```
/// fn sent<T: Send>() {}
/// sent::<alexnet::Session>();
/// ```
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<alexnet::Session>();
/// ```
#[derive(Debug)]
pub struct Session {
    handle: Handle<sys::alexnet_session>,
    // What the handle calls: dropped after it.
    _context: Option<Context>,
    activations: Vec<String>,
    limits: Limits,
    sample: usize,
    classes: usize,
}

/// What a session takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionInfo {
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
    /// Views computed at a time.
    pub batch: usize,
    /// Compute threads.
    pub threads: usize,
    /// For blobs, weights aside.
    pub arena_bytes: usize,
    /// Of the device: those, the packed weights, which sessions of one model
    /// share, and a GPU's buffers for input and output.
    pub device_bytes: usize,
}

/// A likely class.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prediction {
    /// "class 17" where the model has none.
    pub label: String,
    /// From 0 on.
    pub class: usize,
    /// 0..1.
    pub probability: f32,
}

/// What a layer gave. The values are the session's, which cannot run as long as
/// they are borrowed:
///
/// ```compile_fail,E0502
/// # fn main() -> Result<(), alexnet::Error> {
/// # let model = alexnet::Model::load("net.alexnet")?;
/// # let mut session = alexnet::Session::new(&model)?;
/// # let (views, mut output) = (vec![0.0; 12], vec![0.0; 10]);
/// let activation = session.activation("conv1")?;
/// session.run(&views, &mut output)?;
/// println!("{}", activation.values[0]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayerOutput<'a> {
    /// (views, C, H, W) or (views, F).
    pub shape: Vec<usize>,
    /// Dense, in C order.
    pub values: &'a [f32],
}

impl Session {
    /// A session on the processor with all its threads, batch 1.
    pub fn new(model: &Model) -> Result<Self> {
        Session::with_options(model, &SessionOptions::default())
    }

    /// A session as `options` say.
    pub fn with_options(model: &Model, options: &SessionOptions) -> Result<Self> {
        let handle = options.with_c(|given| {
            // SAFETY: the model is live; the options outlive the call, and the
            // session that is made keeps their context.
            Handle::create(|made, error| unsafe {
                sys::alexnet_session_create(model.0.get(), given, made, error)
            })
        })?;
        let mut session = Session {
            handle,
            _context: options.context.clone(),
            activations: options.activations.clone(),
            limits: Limits::new(),
            sample: 0,
            classes: 0,
        };
        let info = session.info()?;
        session.sample = info.views * info.channels * info.height * info.width;
        session.classes = info.classes;
        Ok(session)
    }

    /// What it takes and gives.
    pub fn info(&self) -> Result<SessionInfo> {
        let mut info = sys::alexnet_session_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_session_get_info(self.handle.get(), &mut info, error)
        })?;
        Ok(SessionInfo {
            channels: ffi::size(info.channels),
            height: ffi::size(info.height),
            width: ffi::size(info.width),
            views: ffi::size(info.views),
            classes: ffi::size(info.classes),
            batch: ffi::size(info.batch),
            threads: ffi::size(info.threads.into()),
            arena_bytes: ffi::size(info.arena_bytes),
            device_bytes: ffi::size(info.device_bytes),
        })
    }

    /// What each of the runs that follow watches; a timeout counts from the
    /// start of each.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
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
    /// (count, classes): probabilities of a network that classifies, averaged
    /// over the views. Both are used in place. The count is what `views` holds;
    /// `output` may be larger than needed. NaN inputs give NaN outputs.
    pub fn run(&mut self, views: &[f32], output: &mut [f32]) -> Result<()> {
        let count = samples(views.len(), self.sample)?;
        let limits;
        let limits = if self.limits.is_none() {
            ptr::null()
        } else {
            limits = self.limits.to_c();
            &limits
        };
        // SAFETY: the handle is live and borrowed alone; the slices and limits
        // outlive the call, and the library checks the sizes that it is given.
        ffi::call(|error| unsafe {
            sys::alexnet_session_run(
                self.handle.get(),
                views.as_ptr(),
                views.len(),
                count,
                limits,
                output.as_mut_ptr(),
                output.len(),
                error,
            )
        })
    }

    /// Rows of classes, one for each picture.
    pub fn run_images(&mut self, images: &[ImageView<'_>]) -> Result<Vec<f32>> {
        let given: Vec<sys::alexnet_image> = images.iter().map(|image| image.to_c()).collect();
        let count = ffi::int(images.len(), "images")?;
        let mut output = self.output(images.len(), "images")?;
        let limits = self.limits.to_c();
        // SAFETY: the handle is live and borrowed alone; the pictures, whose
        // sizes ImageView checked, the limits and the output outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_run_images(
                self.handle.get(),
                given.as_ptr(),
                count,
                &limits,
                output.as_mut_ptr(),
                output.len(),
                error,
            )
        })?;
        Ok(output)
    }

    /// Rows of classes, one for each encoded picture.
    pub fn run_encoded(&mut self, pictures: &[Encoded<'_>]) -> Result<Vec<f32>> {
        let names = Encoded::names(pictures)?;
        let given: Vec<sys::alexnet_encoded> = pictures
            .iter()
            .zip(&names)
            .map(|(picture, name)| picture.to_c(name))
            .collect();
        let count = ffi::int(pictures.len(), "pictures")?;
        let mut output = self.output(pictures.len(), "pictures")?;
        let limits = self.limits.to_c();
        // SAFETY: the handle is live and borrowed alone; the pictures, their
        // names, the limits and the output outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_run_encoded(
                self.handle.get(),
                given.as_ptr(),
                count,
                &limits,
                output.as_mut_ptr(),
                output.len(),
                error,
            )
        })?;
        Ok(output)
    }

    /// Room for `count` rows.
    fn output(&self, count: usize, field: &str) -> Result<Vec<f32>> {
        let size = count.checked_mul(self.classes);
        let size = size.filter(|&size| size > 0).ok_or_else(|| {
            let message = format!("{count} pictures cannot be computed at once");
            Error::new(ErrorCode::InvalidArgument, message).with_field(field)
        })?;
        Ok(vec![0.0; size])
    }

    /// The likeliest `count` classes of one row of output, best first, equal
    /// ones by index.
    pub fn top(&self, row: &[f32], count: usize) -> Result<Vec<Prediction>> {
        let mut top = empty_predictions(count.min(self.classes));
        let mut found = 0;
        // SAFETY: the handle is live; row and outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_top(
                self.handle.get(),
                row.as_ptr(),
                row.len(),
                top.len(),
                top.as_mut_ptr(),
                &mut found,
                error,
            )
        })?;
        // SAFETY: the call filled in `found` of them, and the session lives.
        Ok(unsafe { predictions(&top[..found.min(top.len())]) })
    }

    /// Reads, decodes, computes and picks the likeliest `count` classes of one
    /// JPEG or PNG file.
    pub fn predict_file(
        &mut self,
        path: impl AsRef<Path>,
        count: usize,
    ) -> Result<Vec<Prediction>> {
        let path = ffi::c_path(path.as_ref(), "path")?;
        let limits = self.limits.to_c();
        let mut top = empty_predictions(count.min(self.classes));
        let mut found = 0;
        // SAFETY: the handle is live and borrowed alone; path, limits and
        // outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_predict_file(
                self.handle.get(),
                path.as_ptr(),
                &limits,
                top.len(),
                top.as_mut_ptr(),
                &mut found,
                error,
            )
        })?;
        // SAFETY: the call filled in `found` of them, and the session lives.
        Ok(unsafe { predictions(&top[..found.min(top.len())]) })
    }

    /// The views of a picture as the model wants them: (views, C, H, W).
    pub fn preprocess(&self, image: &ImageView<'_>) -> Result<Vec<f32>> {
        let given = image.to_c();
        let mut views = vec![0.0; self.sample];
        // SAFETY: the handle is live; picture and views outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_preprocess(
                self.handle.get(),
                &given,
                views.as_mut_ptr(),
                views.len(),
                error,
            )
        })?;
        Ok(views)
    }

    /// How outputs depend on preprocessed samples, (count * views, C, H, W), of
    /// which `classes` has one class each (saliency; Simonyan et al. 2013,
    /// arXiv:1312.6034, section 3): the gradients of the classes' scores, of
    /// what enters a final softmax or of that float of the output, laid out as
    /// the samples.
    pub fn input_gradients(&mut self, views: &[f32], classes: &[usize]) -> Result<Vec<f32>> {
        let count = samples(views.len(), self.sample)?;
        let given = classes
            .iter()
            .map(|&class| ffi::int(class, "classes"))
            .collect::<Result<Vec<i32>>>()?;
        if given.len() as i64 != count {
            let message = format!("{} classes for {count} samples", given.len());
            return Err(Error::new(ErrorCode::InvalidArgument, message).with_field("classes"));
        }
        let limits = self.limits.to_c();
        let mut gradients = vec![0.0; views.len()];
        // SAFETY: the handle is live and borrowed alone; slices and limits
        // outlive the call, which is told their sizes.
        ffi::call(|error| unsafe {
            sys::alexnet_session_input_gradients(
                self.handle.get(),
                views.as_ptr(),
                views.len(),
                given.as_ptr(),
                count,
                &limits,
                gradients.as_mut_ptr(),
                gradients.len(),
                error,
            )
        })?;
        Ok(gradients)
    }

    /// What layer `name`, one of [`SessionOptions::activations`], gave for the
    /// views of the last run: its output by itself, "conv1" before and "relu1"
    /// after the ReLU.
    pub fn activation(&self, name: &str) -> Result<LayerOutput<'_>> {
        let index = self.activations.iter().position(|each| each == name);
        let index = index.ok_or_else(|| {
            let message = format!(
                "\"{name}\" is not among the activations of the session's options: {:?}",
                self.activations
            );
            Error::new(ErrorCode::NotFound, message).with_field("activations")
        })?;
        let mut values = ptr::null();
        let mut rank = 0;
        let mut sides = [0; 4];
        // SAFETY: the handle is live; the outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_session_get_activation(
                self.handle.get(),
                index,
                &mut values,
                &mut rank,
                sides.as_mut_ptr(),
                error,
            )
        })?;
        let rank = ffi::size(rank).min(sides.len());
        let shape: Vec<usize> = sides[..rank].iter().map(|&side| ffi::size(side)).collect();
        let values = if values.is_null() {
            &[]
        } else {
            // SAFETY: the session's blob has that shape and stays as it is
            // until the next run, which `self` is borrowed against.
            unsafe { slice::from_raw_parts(values, shape.iter().product()) }
        };
        Ok(LayerOutput { shape, values })
    }
}

/// How many samples of `sample` floats `len` floats are.
pub(crate) fn samples(len: usize, sample: usize) -> Result<i64> {
    let count = len / sample.max(1);
    if count == 0 || count * sample != len {
        return Err(wrong_views(len, sample));
    }
    Ok(count as i64)
}

#[cold]
fn wrong_views(len: usize, sample: usize) -> Error {
    let message = format!("{len} floats are no whole number (from 1 on) of samples of {sample}");
    Error::new(ErrorCode::InvalidArgument, message).with_field("views")
}

fn empty_predictions(count: usize) -> Vec<sys::alexnet_prediction> {
    let empty = sys::alexnet_prediction {
        label: ptr::null(),
        class_index: 0,
        probability: 0.0,
    };
    vec![empty; count]
}

/// # Safety
/// The library filled `top`, and the session lives.
unsafe fn predictions(top: &[sys::alexnet_prediction]) -> Vec<Prediction> {
    top.iter()
        .map(|each| Prediction {
            // SAFETY: the caller says so.
            label: unsafe { ffi::text(each.label) },
            class: ffi::size(each.class_index.into()),
            probability: each.probability,
        })
        .collect()
}
