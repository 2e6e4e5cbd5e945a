//! The settings of sessions.

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::Result;
use crate::ffi::{self, CStrings, Constant, Struct};
use crate::parallel::Parallel;
use crate::precision::Precision;
use crate::weight_type::WeightType;

/// How a model is compiled and run.
#[derive(Clone, Debug, Default)]
pub struct SessionOptions {
    // BEGIN options: rust.fields session_options
    /// Kept as long as the session.
    pub context: Option<Context>,
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu".
    pub device: Option<String>,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use. The caller's is the first of them; the session owns the others.
    pub threads: usize,
    /// Views computed at a time; 0 to 65,536; 0: 1, or 10 for ten crops.
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
    /// Layers whose outputs are kept after each run.
    pub activations: Vec<String>,
    /// Most pixels of a picture; one that has more is refused; 0: 100,000,000.
    pub max_pixels: usize,
    /// Several devices that predict together, in place of `device`, with commas
    /// between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; `None`: one, `device`.
    /// `threads` are divided among them; of a plan other than `towers`, so is a
    /// batch, which has a view for each at least.
    pub devices: Option<String>,
    /// How `devices` divide the network.
    pub parallel: Parallel,
    // END options
}

impl SessionOptions {
    /// Gives the options for C to `call`, valid while that runs.
    pub(crate) fn with_c<R>(
        &self,
        call: impl FnOnce(*const sys::alexnet_session_options) -> Result<R>,
    ) -> Result<R> {
        let mut options = sys::alexnet_session_options::init();
        // BEGIN options: rust.give session_options from=self to=options
        let device = ffi::c_text(&self.device, "device")?;
        let activations = CStrings::new(&self.activations, "activations")?;
        let devices = ffi::c_text(&self.devices, "devices")?;
        options.context = Context::to_c(&self.context);
        options.device = ffi::or_null(&device);
        options.threads = ffi::int(self.threads, "threads")?;
        options.batch = ffi::int(self.batch, "batch")?;
        options.weight_dtype = ffi::or_default(self.weight_dtype);
        options.precision = ffi::or_default(self.precision);
        options.tune = self.tune.into();
        options.ten_crop = self.ten_crop.into();
        options.activations = activations.as_ptr();
        options.activation_count = activations.len();
        options.max_pixels = ffi::int(self.max_pixels, "max_pixels")?;
        options.devices = ffi::or_null(&devices);
        options.parallel = self.parallel.to_c();
        // END options
        call(&options)
    }
}
