//! Recipes.

use std::slice;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};

constants! {
    /// How the learning rate falls.
    pub enum Schedule {
        /// Not at all.
        Constant = ALEXNET_SCHEDULE_CONSTANT,
        /// rate * factor at each milestone.
        Step = ALEXNET_SCHEDULE_STEP,
        /// rate * factor when validation stalls.
        Plateau = ALEXNET_SCHEDULE_PLATEAU,
        /// rate * (1 - progress)^power.
        Poly = ALEXNET_SCHEDULE_POLY,
    }
}

constants! {
    /// What training sees of a picture.
    pub enum Crop {
        /// Its centre.
        Centre = ALEXNET_CROP_CENTRE,
        /// Anywhere in the resized picture (section 4.1 of the paper).
        Random = ALEXNET_CROP_RANDOM,
        /// torchvision's RandomResizedCrop.
        RandomResized = ALEXNET_CROP_RANDOM_RESIZED,
    }
}

/// How a network is trained; as a change, the fields that are `Some`.
///
/// ```
/// use alexnet::{Network, Recipe};
///
/// let mut network = Network::preset("alexnet_small")?;
/// network.set_recipe(&Recipe {
///     epochs: Some(3),
///     ..Recipe::default()
/// })?;
/// assert_eq!(network.recipe()?.epochs, Some(3));
/// # Ok::<(), alexnet::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe {
    /// Pictures of one update.
    pub batch: Option<usize>,
    /// Passes over the training pictures.
    pub epochs: Option<usize>,
    /// Learning rate.
    pub rate: Option<f32>,
    /// Momentum.
    pub momentum: Option<f32>,
    /// Weight decay.
    pub weight_decay: Option<f32>,
    /// How the rate falls.
    pub schedule: Option<Schedule>,
    /// Of steps and plateaus.
    pub factor: Option<f32>,
    /// Fractions of all epochs, rising, in (0, 1).
    pub milestones: Option<Vec<f32>>,
    /// Plateau: epochs without a better top-1 error.
    pub patience: Option<usize>,
    /// Plateau: how often the rate falls at most.
    pub max_cuts: Option<usize>,
    /// Of a poly schedule.
    pub power: Option<f32>,
    /// Epochs in which the rate rises from 0.
    pub warmup_epochs: Option<f32>,
    /// What training sees of a picture.
    pub crop: Option<Crop>,
    /// Pixels of mean colour around a picture before a random crop.
    pub pad: Option<usize>,
    /// Left-right, with probability 1/2.
    pub mirror: Option<bool>,
    /// PCA colour noise (section 4.1 of the paper); 0: off.
    pub color_sigma: Option<f32>,
    /// Brings values back into range after the noise.
    pub rescale_after_noise: Option<bool>,
    /// Share of the target that goes to all classes alike.
    pub label_smoothing: Option<f32>,
    /// Global L2 norm; 0: off.
    pub clip_gradient_norm: Option<f32>,
}

/// Sets `to` and its bit in `fields` where there is a value.
fn give<T, U>(fields: &mut u64, bit: i32, to: &mut U, value: Option<T>, convert: impl Fn(T) -> U) {
    if let Some(value) = value {
        *fields |= bit as u64;
        *to = convert(value);
    }
}

impl Recipe {
    /// For C. The milestones are those of `self`.
    pub(crate) fn to_c(&self) -> Result<sys::alexnet_recipe> {
        let number = |value: Option<usize>, field| {
            value.map(|value| ffi::int::<i32>(value, field)).transpose()
        };
        let same = |value: f32| value;
        let mut to = sys::alexnet_recipe::init();
        let mut fields = 0;
        let f = &mut fields;
        let batch = number(self.batch, "recipe.batch")?;
        let epochs = number(self.epochs, "recipe.epochs")?;
        let patience = number(self.patience, "recipe.patience")?;
        let max_cuts = number(self.max_cuts, "recipe.max_cuts")?;
        let pad = number(self.pad, "recipe.pad")?;
        give(f, sys::ALEXNET_RECIPE_BATCH, &mut to.batch, batch, |v| v);
        give(f, sys::ALEXNET_RECIPE_EPOCHS, &mut to.epochs, epochs, |v| v);
        give(f, sys::ALEXNET_RECIPE_RATE, &mut to.rate, self.rate, same);
        give(
            f,
            sys::ALEXNET_RECIPE_MOMENTUM,
            &mut to.momentum,
            self.momentum,
            same,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_WEIGHT_DECAY,
            &mut to.weight_decay,
            self.weight_decay,
            same,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_SCHEDULE,
            &mut to.schedule,
            self.schedule,
            Constant::to_c,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_FACTOR,
            &mut to.factor,
            self.factor,
            same,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_PATIENCE,
            &mut to.patience,
            patience,
            |v| v,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_MAX_CUTS,
            &mut to.max_cuts,
            max_cuts,
            |v| v,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_POWER,
            &mut to.power,
            self.power,
            same,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_WARMUP_EPOCHS,
            &mut to.warmup_epochs,
            self.warmup_epochs,
            same,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_CROP,
            &mut to.crop,
            self.crop,
            Constant::to_c,
        );
        give(f, sys::ALEXNET_RECIPE_PAD, &mut to.pad, pad, |v| v);
        give(
            f,
            sys::ALEXNET_RECIPE_MIRROR,
            &mut to.mirror,
            self.mirror,
            i32::from,
        );
        give(
            f,
            sys::ALEXNET_RECIPE_COLOR_SIGMA,
            &mut to.color_sigma,
            self.color_sigma,
            same,
        );
        let rescale = self.rescale_after_noise;
        let bit = sys::ALEXNET_RECIPE_RESCALE_AFTER_NOISE;
        give(f, bit, &mut to.rescale_after_noise, rescale, i32::from);
        let smoothing = self.label_smoothing;
        let bit = sys::ALEXNET_RECIPE_LABEL_SMOOTHING;
        give(f, bit, &mut to.label_smoothing, smoothing, same);
        let clip = self.clip_gradient_norm;
        let bit = sys::ALEXNET_RECIPE_CLIP_GRADIENT_NORM;
        give(f, bit, &mut to.clip_gradient_norm, clip, same);
        if let Some(milestones) = &self.milestones {
            fields |= sys::ALEXNET_RECIPE_MILESTONES as u64;
            to.milestones = milestones.as_ptr();
            to.milestone_count = milestones.len();
        }
        to.fields = fields;
        Ok(to)
    }

    /// # Safety
    /// The library filled `from` with all fields, and its milestones live.
    pub(crate) unsafe fn from_c(from: &sys::alexnet_recipe) -> Result<Self> {
        let milestones = if from.milestones.is_null() {
            Vec::new()
        } else {
            // SAFETY: the caller says so.
            unsafe { slice::from_raw_parts(from.milestones, from.milestone_count) }.to_vec()
        };
        Ok(Recipe {
            batch: Some(ffi::size(from.batch.into())),
            epochs: Some(ffi::size(from.epochs.into())),
            rate: Some(from.rate),
            momentum: Some(from.momentum),
            weight_decay: Some(from.weight_decay),
            schedule: Some(Schedule::from_c(from.schedule)?),
            factor: Some(from.factor),
            milestones: Some(milestones),
            patience: Some(ffi::size(from.patience.into())),
            max_cuts: Some(ffi::size(from.max_cuts.into())),
            power: Some(from.power),
            warmup_epochs: Some(from.warmup_epochs),
            crop: Some(Crop::from_c(from.crop)?),
            pad: Some(ffi::size(from.pad.into())),
            mirror: Some(from.mirror != 0),
            color_sigma: Some(from.color_sigma),
            rescale_after_noise: Some(from.rescale_after_noise != 0),
            label_smoothing: Some(from.label_smoothing),
            clip_gradient_norm: Some(from.clip_gradient_norm),
        })
    }
}
