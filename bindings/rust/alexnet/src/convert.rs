//! Weights of other programs: Caffe, PyTorch, ONNX and others, which
//! [`formats`] lists.
//!
//! ```no_run
//! use alexnet::convert::{self, ExportOptions, ImportOptions};
//!
//! let imported = convert::import("bvlc_alexnet.caffemodel", &ImportOptions::default())?;
//! convert::export(&imported.model, "bvlc_alexnet.onnx", &ExportOptions::default())?;
//! # Ok::<(), alexnet::Error>(())
//! ```
//!
//! Files are untrusted: nothing in one is executed, no path in one is followed,
//! and whatever is wrong with one is an error that names the place. Nothing is
//! written when anything fails.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::ptr;

use alexnet_sys::convert as sys;

use crate::context::Context;
use crate::dtype::DType;
use crate::error::Result;
use crate::ffi::{self, Struct};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;

// SAFETY: C structs of numbers and pointers, with their own init.
unsafe impl Struct for sys::alexnet_import_options {
    const INIT: unsafe extern "C" fn(*mut Self, usize) = sys::alexnet_import_options_init;
}
// SAFETY: likewise.
unsafe impl Struct for sys::alexnet_export_options {
    const INIT: unsafe extern "C" fn(*mut Self, usize) = sys::alexnet_export_options_init;
}

/// A format of files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Format {
    /// For options: "safetensors".
    pub name: String,
    /// One line.
    pub summary: String,
    /// Whether files of it can be written.
    pub writable: bool,
}

/// All formats.
pub fn formats() -> Vec<Format> {
    // SAFETY: these take numbers, and give texts that live as long as the
    // library.
    unsafe {
        (0..sys::alexnet_format_count())
            .map(|index| Format {
                name: ffi::text(sys::alexnet_format_name(index)),
                summary: ffi::text(sys::alexnet_format_summary(index)),
                writable: sys::alexnet_format_writable(index) != 0,
            })
            .collect()
    }
}

/// The name of the format that a file has by its content.
pub fn detect(path: impl AsRef<Path>) -> Result<String> {
    let path = ffi::c_path(path.as_ref(), "path")?;
    let mut format = ptr::null();
    // SAFETY: the path and `format` outlive the call.
    ffi::call(|error| unsafe { sys::alexnet_detect_format(path.as_ptr(), &mut format, error) })?;
    // SAFETY: the call succeeded; the name lives as long as the library.
    Ok(unsafe { ffi::text(format) })
}

/// The order of the first layer's channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As it is.
    #[default]
    Keep,
    /// Red first.
    Rgb,
    /// Blue first, as Caffe.
    Bgr,
}

impl Order {
    fn to_c(self) -> i32 {
        match self {
            Order::Keep => sys::ALEXNET_ORDER_KEEP,
            Order::Rgb => sys::ALEXNET_ORDER_RGB,
            Order::Bgr => sys::ALEXNET_ORDER_BGR,
        }
    }
}

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Told what was assumed.
    pub context: Option<Context>,
    /// `None`: by content.
    pub format: Option<String>,
    /// `None`: recognised.
    pub preset: Option<String>,
    /// What is computed: a Caffe deploy .prototxt, or a Darknet .cfg.
    pub network_file: Option<PathBuf>,
    /// A mean.binaryproto or .npy.
    pub mean_file: Option<PathBuf>,
    /// One label per line, in the order of the logits.
    pub labels_file: Option<PathBuf>,
    /// What the first layer and the preprocessing are turned to.
    pub channel_order: Order,
    /// Which of the dictionaries of tensors in a checkpoint is the network, by
    /// the keys on the way to it ("ema.shadow"); `None`: the one that fits.
    pub key: Option<String>,
    /// Leave a network whose description ends in logits so; softmax is added
    /// otherwise.
    pub no_softmax: bool,
    /// How pictures are prepared, where the file does not say it or in its
    /// place: (value - mean) * scale, of values of 0..255. A mean that is not
    /// given either is the file's, else none.
    pub scale: Option<f32>,
    /// What is subtracted of values of 0..255, in place of `mean_file`: one
    /// number, or one for each channel in the order in which the network takes
    /// them.
    pub mean_values: Vec<f32>,
    /// In which order the network in the file takes channels, where that is not
    /// what is usual for its format. Nothing is turned round.
    pub input_order: Order,
    /// What the call watches.
    pub limits: Limits,
}

/// A model that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The model.
    pub model: Model,
    /// A JSON object: the format, the network and why it was taken, notes, and
    /// where each tensor came from. See `alexnet_import` in the header.
    pub report: String,
}

/// Reads a file of any format.
pub fn import(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Imported> {
    let path = ffi::c_path(path.as_ref(), "path")?;
    let format = optional_text(&options.format, "format")?;
    let preset = optional_text(&options.preset, "preset")?;
    let network_file = optional_path(&options.network_file, "network_file")?;
    let mean_file = optional_path(&options.mean_file, "mean_file")?;
    let labels_file = optional_path(&options.labels_file, "labels_file")?;
    let key = optional_text(&options.key, "key")?;
    let mut c_options = sys::alexnet_import_options::init();
    c_options.context = Context::to_c(&options.context);
    c_options.format = ffi::or_null(&format);
    c_options.preset = ffi::or_null(&preset);
    c_options.network_file = ffi::or_null(&network_file);
    c_options.mean_file = ffi::or_null(&mean_file);
    c_options.labels_file = ffi::or_null(&labels_file);
    c_options.channel_order = options.channel_order.to_c();
    c_options.key = ffi::or_null(&key);
    c_options.no_softmax = options.no_softmax.into();
    c_options.scale = options.scale.unwrap_or_default();
    c_options.mean_values = options.mean_values.as_ptr();
    c_options.mean_value_count = options.mean_values.len();
    c_options.input_order = options.input_order.to_c();
    let limits = options.limits.to_c();
    let mut report = ptr::null_mut();
    // SAFETY: the path, the options, what they point to, the limits and
    // `report` outlive the call.
    let handle = Handle::create(|made, error| unsafe {
        sys::alexnet_import(path.as_ptr(), &c_options, &limits, made, &mut report, error)
    })?;
    Ok(Imported {
        model: Model(handle),
        // SAFETY: the call succeeded, so the text is ours.
        report: unsafe { ffi::take_text(report) },
    })
}

/// Where a small file that goes with a .caffemodel is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// Beside it, where there is something to say.
    #[default]
    Default,
    /// Nowhere.
    Nowhere,
    /// There.
    At(PathBuf),
}

impl Beside {
    fn to_c(&self, field: &str) -> Result<Option<CString>> {
        match self {
            Beside::Default => Ok(None),
            Beside::Nowhere => Ok(Some(CString::default())),
            Beside::At(path) => Ok(Some(ffi::c_path(path, field)?)),
        }
    }
}

/// How a file is written.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// Told of what a person should know.
    pub context: Option<Context>,
    /// `None`: by the ending of the path.
    pub format: Option<String>,
    /// Of the tensors; `None`: as in the model.
    pub dtype: Option<DType>,
    /// Caffe's deploy .prototxt.
    pub network_file: Beside,
    /// Caffe's mean.binaryproto.
    pub mean_file: Beside,
    /// What the first layer is turned to.
    pub channel_order: Order,
    /// Leave out what resuming needs.
    pub strip_training_state: bool,
    /// Do not read the file again and compare it.
    pub skip_check: bool,
    /// What the call watches.
    pub limits: Limits,
}

/// Writes a file of any format that can be written, atomically, after reading
/// it back and comparing every element.
pub fn export(model: &Model, path: impl AsRef<Path>, options: &ExportOptions) -> Result<()> {
    let path = ffi::c_path(path.as_ref(), "path")?;
    let format = optional_text(&options.format, "format")?;
    let network_file = options.network_file.to_c("network_file")?;
    let mean_file = options.mean_file.to_c("mean_file")?;
    let mut c_options = sys::alexnet_export_options::init();
    c_options.context = Context::to_c(&options.context);
    c_options.format = ffi::or_null(&format);
    c_options.dtype = ffi::or_default(options.dtype);
    c_options.network_file = ffi::or_null(&network_file);
    c_options.mean_file = ffi::or_null(&mean_file);
    c_options.channel_order = options.channel_order.to_c();
    c_options.strip_training_state = options.strip_training_state.into();
    c_options.skip_check = options.skip_check.into();
    let limits = options.limits.to_c();
    // SAFETY: the model is live; the path, the options, what they point to and
    // the limits outlive the call.
    ffi::call(|error| unsafe {
        sys::alexnet_export(model.0.get(), path.as_ptr(), &c_options, &limits, error)
    })
}

/// The linear layers of LPIPS, for [`crate::lpips`], from the file that is
/// published beside the metric's code, alex.pth: tensors lin0.model.1.weight to
/// lin4.model.1.weight, one after another.
pub fn read_lpips_weights(path: impl AsRef<Path>) -> Result<Vec<f32>> {
    let path = ffi::c_path(path.as_ref(), "path")?;
    let mut weights = ptr::null_mut();
    let mut count = 0;
    // SAFETY: the path and the outputs outlive the call.
    ffi::call(|error| unsafe {
        sys::alexnet_read_lpips_weights(path.as_ptr(), &mut weights, &mut count, error)
    })?;
    // SAFETY: the call succeeded, so there are that many floats, which are ours.
    Ok(unsafe { ffi::take_floats(weights, count) })
}

fn optional_text(text: &Option<String>, field: &str) -> Result<Option<CString>> {
    text.as_deref()
        .map(|text| ffi::c_string(text, field))
        .transpose()
}

fn optional_path(path: &Option<PathBuf>, field: &str) -> Result<Option<CString>> {
    path.as_deref()
        .map(|path| ffi::c_path(path, field))
        .transpose()
}
