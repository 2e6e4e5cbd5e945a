//! Training, step by step.

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;
use crate::precision::Precision;

/// How a [`Trainer`] computes.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainerOptions {
    // BEGIN options: rust.fields trainer_options
    /// Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a
    /// GPU if there is one) or "reference"; `None`: "cpu".
    pub device: Option<String>,
    /// What a GPU computes in.
    pub precision: Option<Precision>,
    /// Times a GPU's algorithms first and takes the fastest; runs may then
    /// differ in their last bits.
    pub tune: bool,
    /// Compute threads of the CPU; 0 to 1,024; 0: as many as the process may
    /// use.
    pub threads: usize,
    /// Pictures in one update; 1 to 65,536; 0: 128.
    pub batch: usize,
    /// Share of the target that goes to all classes alike; 0 to 0.999.
    pub label_smoothing: f32,
    /// What dropout starts from; 0: 1.
    pub seed: u64,
    // END options
}

impl Default for TrainerOptions {
    fn default() -> Self {
        TrainerOptions {
            // BEGIN options: rust.defaults trainer_options
            device: None,
            precision: None,
            tune: false,
            threads: 0,
            batch: 128,
            label_smoothing: 0.0,
            seed: 1,
            // END options
        }
    }
}

/// How parameters are updated (section 5 of the paper).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpdateRule {
    // BEGIN options: rust.fields update_rule zero=value
    /// Learning rate; 0 to 1e6.
    pub rate: f32,
    /// Share of an update that the next one repeats; 0 to 0.9999.
    pub momentum: f32,
    /// Pull of the weights towards 0, times the learning rate; 0 to 1,000.
    pub weight_decay: f32,
    /// Largest L2 norm of all gradients together; 0: any.
    pub clip_gradient_norm: f32,
    // END options
}

impl Default for UpdateRule {
    /// The paper's.
    fn default() -> Self {
        UpdateRule {
            // BEGIN options: rust.defaults update_rule
            rate: 0.01,
            momentum: 0.9,
            weight_decay: 5e-4,
            clip_gradient_norm: 0.0,
            // END options
        }
    }
}

/// What a step gave.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StepResult {
    /// Mean over the batch.
    pub loss: f64,
    /// Top-1.
    pub correct: usize,
    /// L2, of all gradients together, before clipping; 0 where nothing is updated.
    pub gradient_norm: f64,
    /// Updates so far, this one included.
    pub step: u64,
    /// That compute; may be fewer than were asked for.
    pub threads: usize,
}

constants! {
    /// The values that a trainer has for each parameter.
    pub enum Values {
        /// The parameter's own.
        Parameter = ALEXNET_VALUE_PARAMETER,
        /// Its momentum.
        Momentum = ALEXNET_VALUE_MOMENTUM,
        /// Its gradient; cannot be written.
        Gradient = ALEXNET_VALUE_GRADIENT,
    }
}

/// Trains on the caller's own batches. For one thread at a time, though not
/// always the same: it may be sent, but not shared.
///
/// ```
/// fn sent<T: Send>() {}
/// sent::<alexnet::Trainer>();
/// ```
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<alexnet::Trainer>();
/// ```
#[derive(Debug)]
pub struct Trainer(Handle<sys::alexnet_trainer>);

impl Trainer {
    /// Parameters start from `model`'s, momenta at zero.
    pub fn new(model: &Model, options: &TrainerOptions) -> Result<Self> {
        let mut given = sys::alexnet_trainer_options::init();
        // BEGIN options: rust.give trainer_options from=options to=given
        let device = ffi::c_text(&options.device, "device")?;
        given.device = ffi::or_null(&device);
        given.precision = ffi::or_default(options.precision);
        given.tune = options.tune.into();
        given.threads = ffi::int(options.threads, "threads")?;
        given.batch = ffi::int(options.batch, "batch")?;
        given.label_smoothing = options.label_smoothing;
        given.seed = options.seed;
        // END options
        // SAFETY: the model is live; the options outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_trainer_create(model.0.get(), &given, made, error)
        })?;
        Ok(Trainer(handle))
    }

    /// Forward, loss, backward and one update with momentum. `images`: (batch,
    /// C, H, W), preprocessed; `labels`: (batch), each 0 to classes - 1; both
    /// exactly. A loss that is not finite is
    /// [`ErrorCode::Diverged`](crate::ErrorCode::Diverged), and nothing is
    /// updated.
    pub fn step(
        &mut self,
        images: &[f32],
        labels: &[i32],
        rule: &UpdateRule,
    ) -> Result<StepResult> {
        let mut given = sys::alexnet_update_rule::init();
        // BEGIN options: rust.give update_rule from=rule to=given
        given.rate = rule.rate;
        given.momentum = rule.momentum;
        given.weight_decay = rule.weight_decay;
        given.clip_gradient_norm = rule.clip_gradient_norm;
        // END options
        let mut result = sys::alexnet_step_result::init();
        // SAFETY: the handle is live and borrowed alone; the slices, the rule
        // and the result outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_trainer_step(
                self.0.get(),
                images.as_ptr(),
                images.len(),
                labels.as_ptr(),
                labels.len(),
                &given,
                &mut result,
                error,
            )
        })?;
        Ok(StepResult::read(&result))
    }

    /// The same without the update: fills the gradients.
    pub fn gradients(&mut self, images: &[f32], labels: &[i32]) -> Result<StepResult> {
        let mut result = sys::alexnet_step_result::init();
        // SAFETY: the handle is live and borrowed alone; the slices and the
        // result outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_trainer_gradients(
                self.0.get(),
                images.as_ptr(),
                images.len(),
                labels.as_ptr(),
                labels.len(),
                &mut result,
                error,
            )
        })?;
        Ok(StepResult::read(&result))
    }

    /// A copy of the values of parameter `name` ("fc6.weight") into `values`,
    /// which has exactly its elements.
    pub fn read(&self, name: &str, what: Values, values: &mut [f32]) -> Result<()> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: the handle is live; name and values outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_trainer_read(
                self.0.get(),
                name.as_ptr(),
                what.to_c(),
                values.as_mut_ptr(),
                values.len(),
                error,
            )
        })
    }

    /// Sets the values of parameter `name`: exactly its elements.
    pub fn write(&mut self, name: &str, what: Values, values: &[f32]) -> Result<()> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: the handle is live and borrowed alone; name and values
        // outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_trainer_write(
                self.0.get(),
                name.as_ptr(),
                what.to_c(),
                values.as_ptr(),
                values.len(),
                error,
            )
        })
    }

    /// A model of the parameters as they are now.
    pub fn model(&self) -> Result<Model> {
        self.model_within(&Limits::new())
    }

    /// The same within limits.
    pub fn model_within(&self, limits: &Limits) -> Result<Model> {
        let limits = limits.to_c();
        // SAFETY: the handle is live; the limits outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_trainer_model(self.0.get(), &limits, made, error)
        })?;
        Ok(Model(handle))
    }
}

impl StepResult {
    fn read(result: &sys::alexnet_step_result) -> Self {
        StepResult {
            loss: result.loss,
            correct: ffi::size(result.correct),
            gradient_norm: result.gradient_norm,
            step: result.step.max(0) as u64,
            threads: ffi::size(result.threads.into()),
        }
    }
}
