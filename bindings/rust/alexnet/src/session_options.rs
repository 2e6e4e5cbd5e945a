//! The settings of sessions.

use alexnet_sys as sys;

use crate::context::Context;
use crate::dtype::{self, DType};
use crate::error::Result;
use crate::ffi::{self, CStrings, Struct};
use crate::precision::{self, Precision};

/// How a model is compiled and run.
#[derive(Clone, Debug, Default)]
pub struct SessionOptions {
    /// Told of what matters to a person.
    pub context: Option<Context>,
    /// By name: "cpu", "cuda:0", "auto" for a GPU if there is one; `None`: "cpu".
    pub device: Option<String>,
    /// What a GPU computes in; `None`: float32.
    pub precision: Option<Precision>,
    /// Time a GPU's algorithms first and take the fastest; runs may then differ
    /// in their last bits.
    pub tune: bool,
    /// Compute threads; 0: as many as the process may use. With one, calls run
    /// on the caller's thread; with more, on threads that the session owns.
    pub threads: usize,
    /// Views computed at a time; 0: 1, or 10 for ten crops.
    pub batch: usize,
    /// Of fully connected layers; sums are float32.
    pub weight_dtype: Option<DType>,
    /// Average the probabilities of ten views of a picture.
    pub ten_crop: bool,
    /// Layers whose outputs [`Session::activation`](crate::Session::activation)
    /// gives.
    pub activations: Vec<String>,
    /// Larger pictures are refused; 0: 100,000,000.
    pub max_pixels: usize,
}

impl SessionOptions {
    /// Gives the options for C to `call`, valid while that runs.
    pub(crate) fn with_c<R>(
        &self,
        call: impl FnOnce(*const sys::alexnet_session_options) -> Result<R>,
    ) -> Result<R> {
        let device = self.device.as_deref();
        let device = device.map(|d| ffi::c_string(d, "device")).transpose()?;
        let activations = CStrings::new(&self.activations, "activations")?;
        let mut options = sys::alexnet_session_options::init();
        options.context = Context::to_c(&self.context);
        options.device = ffi::or_null(&device);
        options.precision = precision::to_c(self.precision);
        options.tune = self.tune.into();
        options.threads = ffi::int(self.threads, "threads")?;
        options.batch = ffi::int(self.batch, "batch")?;
        options.weight_dtype = dtype::to_c(self.weight_dtype);
        options.ten_crop = self.ten_crop.into();
        options.activations = activations.as_ptr();
        options.activation_count = activations.len();
        options.max_pixels = ffi::int(self.max_pixels, "max_pixels")?;
        call(&options)
    }
}
