//! The settings of batching queues.

use alexnet_sys as sys;

use crate::context::Context;
use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};
use crate::parallel::Parallel;
use crate::precision::Precision;
use crate::weight_type::WeightType;

constants! {
    // BEGIN options: rust.enum WhenFull
    /// What a call does that finds a batching queue full.
    pub enum WhenFull {
        /// It waits for room, as long as its limits allow.
        Wait = ALEXNET_WHEN_FULL_WAIT,
        /// It fails at once.
        Refuse = ALEXNET_WHEN_FULL_REFUSE,
    }
    // END options
}

/// How a model is compiled for a queue, and how long that waits.
#[derive(Clone, Debug)]
pub struct QueueOptions {
    // BEGIN options: rust.fields queue_options
    /// Kept as long as the queue.
    pub context: Option<Context>,
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu".
    pub device: Option<String>,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Most samples computed together; 0 to 4,096; 0: 32.
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
    /// How long a request waits for others to fill its batch; 0 to 60,000; 0:
    /// what came while the device was busy is computed next.
    pub max_wait_milliseconds: f64,
    /// Requests in a full queue; 1 to 1,048,576; 0: 256.
    pub capacity: usize,
    /// What a call does that finds the queue full.
    pub when_full: WhenFull,
    /// Several devices that predict together, in place of `device`, with commas
    /// between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; `None`: one, `device`.
    /// `threads` are divided among them; of a plan other than `towers`, so is a
    /// batch, which has a view for each at least.
    pub devices: Option<String>,
    /// How `devices` divide the network.
    pub parallel: Parallel,
    // END options
}

impl Default for QueueOptions {
    fn default() -> Self {
        QueueOptions {
            // BEGIN options: rust.defaults queue_options
            context: None,
            device: None,
            threads: 0,
            batch: 0,
            weight_dtype: None,
            precision: None,
            tune: false,
            ten_crop: false,
            max_wait_milliseconds: 0.0,
            capacity: 256,
            when_full: WhenFull::Wait,
            devices: None,
            parallel: Parallel::Data,
            // END options
        }
    }
}

impl QueueOptions {
    /// Gives the options for C to `call`, valid while that runs.
    pub(crate) fn with_c<R>(
        &self,
        call: impl FnOnce(*const sys::alexnet_queue_options) -> Result<R>,
    ) -> Result<R> {
        let mut options = sys::alexnet_queue_options::init();
        // BEGIN options: rust.give queue_options from=self to=options
        let device = ffi::c_text(&self.device, "device")?;
        let devices = ffi::c_text(&self.devices, "devices")?;
        options.context = Context::to_c(&self.context);
        options.device = ffi::or_null(&device);
        options.threads = ffi::int(self.threads, "threads")?;
        options.batch = ffi::int(self.batch, "batch")?;
        options.weight_dtype = ffi::or_default(self.weight_dtype);
        options.precision = ffi::or_default(self.precision);
        options.tune = self.tune.into();
        options.ten_crop = self.ten_crop.into();
        options.max_wait_milliseconds = self.max_wait_milliseconds;
        options.capacity = ffi::int(self.capacity, "capacity")?;
        options.when_full = self.when_full.to_c();
        options.devices = ffi::or_null(&devices);
        options.parallel = self.parallel.to_c();
        // END options
        call(&options)
    }
}
