//! Recipes.

use std::slice;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};

constants! {
    // BEGIN options: rust.enum Schedule
    /// How the learning rate changes.
    pub enum Schedule {
        /// Not at all.
        Constant = ALEXNET_SCHEDULE_CONSTANT,
        /// rate * factor at each milestone.
        Step = ALEXNET_SCHEDULE_STEP,
        /// rate * factor when the validation error stalls (section 5 of the
        /// paper).
        Plateau = ALEXNET_SCHEDULE_PLATEAU,
        /// rate * (1 - progress)^power.
        Poly = ALEXNET_SCHEDULE_POLY,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum ClassBalance
    /// What makes up for classes of different sizes in training.
    pub enum ClassBalance {
        /// Nothing.
        None = ALEXNET_CLASS_BALANCE_NONE,
        /// Pictures of smaller classes are seen several times in an epoch, so
        /// that all classes are seen equally often.
        Sampling = ALEXNET_CLASS_BALANCE_SAMPLING,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum Crop
    /// What training sees of a picture.
    pub enum Crop {
        /// Its centre.
        Centre = ALEXNET_CROP_CENTRE,
        /// Anywhere in the resized picture (section 4.1 of the paper).
        Random = ALEXNET_CROP_RANDOM,
        /// torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4
        /// to 4:3.
        RandomResized = ALEXNET_CROP_RANDOM_RESIZED,
    }
    // END options
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
    // BEGIN options: rust.fields recipe given=some
    /// Pictures in one update; 1 to 65,536.
    pub batch: Option<usize>,
    /// Passes over the training pictures; 1 to 1,000,000.
    pub epochs: Option<usize>,
    /// Learning rate at the start; 0 to 1e6.
    pub rate: Option<f32>,
    /// Share of an update that the next one repeats (section 5 of the paper); 0
    /// to 0.9999.
    pub momentum: Option<f32>,
    /// Pull of the weights towards 0, times the learning rate (section 5 of the
    /// paper); 0 to 1,000.
    pub weight_decay: Option<f32>,
    /// How the learning rate changes.
    pub schedule: Option<Schedule>,
    /// Step and plateau: what a cut multiplies the rate by; 0 to 1.
    pub factor: Option<f32>,
    /// Step: where the rate is cut, in fractions of all epochs that rise and
    /// lie between 0 and 1.
    pub milestones: Option<Vec<f32>>,
    /// Plateau: epochs without a better top-1 error before a cut; 1 to
    /// 1,000,000.
    pub patience: Option<usize>,
    /// Plateau: cuts at most; the paper made three; 0 to 1,000,000.
    pub max_cuts: Option<usize>,
    /// Poly: the exponent; 0 to 100.
    pub power: Option<f32>,
    /// Epochs in which the rate rises linearly from a tenth; 0 to 1e6.
    pub warmup_epochs: Option<f32>,
    /// What training sees of a picture.
    pub crop: Option<Crop>,
    /// Margin of mean colour put around the resized picture before a random
    /// crop: shifts, where pictures are no larger than the crop; 0 to 1,024
    /// pixels.
    pub pad: Option<usize>,
    /// Mirrors half of the pictures left-right.
    pub mirror: Option<bool>,
    /// Standard deviation of the PCA colour noise (section 4.1 of the paper); 0
    /// to 10; 0: none.
    pub color_sigma: Option<f32>,
    /// Divides by 1 + the colour noise's deviation afterwards, as the 2012 code
    /// does.
    pub rescale_after_noise: Option<bool>,
    /// Share of the target that goes to all classes alike; 0 to 0.999.
    pub label_smoothing: Option<f32>,
    /// Largest L2 norm of all gradients together; 0: any.
    pub clip_gradient_norm: Option<f32>,
    /// What makes up for classes of different sizes in training.
    pub class_balance: Option<ClassBalance>,
    // END options
}

impl Recipe {
    /// For C. The milestones are those of `self`.
    pub(crate) fn to_c(&self) -> Result<sys::alexnet_recipe> {
        let mut to = sys::alexnet_recipe::init();
        // BEGIN options: rust.give_changes recipe to=to
        if let Some(value) = self.batch {
            to.fields |= sys::ALEXNET_RECIPE_BATCH as u64;
            to.batch = ffi::int(value, "recipe.batch")?;
        }
        if let Some(value) = self.epochs {
            to.fields |= sys::ALEXNET_RECIPE_EPOCHS as u64;
            to.epochs = ffi::int(value, "recipe.epochs")?;
        }
        if let Some(value) = self.rate {
            to.fields |= sys::ALEXNET_RECIPE_RATE as u64;
            to.rate = value;
        }
        if let Some(value) = self.momentum {
            to.fields |= sys::ALEXNET_RECIPE_MOMENTUM as u64;
            to.momentum = value;
        }
        if let Some(value) = self.weight_decay {
            to.fields |= sys::ALEXNET_RECIPE_WEIGHT_DECAY as u64;
            to.weight_decay = value;
        }
        if let Some(value) = self.schedule {
            to.fields |= sys::ALEXNET_RECIPE_SCHEDULE as u64;
            to.schedule = value.to_c();
        }
        if let Some(value) = self.factor {
            to.fields |= sys::ALEXNET_RECIPE_FACTOR as u64;
            to.factor = value;
        }
        if let Some(value) = &self.milestones {
            to.fields |= sys::ALEXNET_RECIPE_MILESTONES as u64;
            to.milestones = value.as_ptr();
            to.milestone_count = value.len();
        }
        if let Some(value) = self.patience {
            to.fields |= sys::ALEXNET_RECIPE_PATIENCE as u64;
            to.patience = ffi::int(value, "recipe.patience")?;
        }
        if let Some(value) = self.max_cuts {
            to.fields |= sys::ALEXNET_RECIPE_MAX_CUTS as u64;
            to.max_cuts = ffi::int(value, "recipe.max_cuts")?;
        }
        if let Some(value) = self.power {
            to.fields |= sys::ALEXNET_RECIPE_POWER as u64;
            to.power = value;
        }
        if let Some(value) = self.warmup_epochs {
            to.fields |= sys::ALEXNET_RECIPE_WARMUP_EPOCHS as u64;
            to.warmup_epochs = value;
        }
        if let Some(value) = self.crop {
            to.fields |= sys::ALEXNET_RECIPE_CROP as u64;
            to.crop = value.to_c();
        }
        if let Some(value) = self.pad {
            to.fields |= sys::ALEXNET_RECIPE_PAD as u64;
            to.pad = ffi::int(value, "recipe.pad")?;
        }
        if let Some(value) = self.mirror {
            to.fields |= sys::ALEXNET_RECIPE_MIRROR as u64;
            to.mirror = value.into();
        }
        if let Some(value) = self.color_sigma {
            to.fields |= sys::ALEXNET_RECIPE_COLOR_SIGMA as u64;
            to.color_sigma = value;
        }
        if let Some(value) = self.rescale_after_noise {
            to.fields |= sys::ALEXNET_RECIPE_RESCALE_AFTER_NOISE as u64;
            to.rescale_after_noise = value.into();
        }
        if let Some(value) = self.label_smoothing {
            to.fields |= sys::ALEXNET_RECIPE_LABEL_SMOOTHING as u64;
            to.label_smoothing = value;
        }
        if let Some(value) = self.clip_gradient_norm {
            to.fields |= sys::ALEXNET_RECIPE_CLIP_GRADIENT_NORM as u64;
            to.clip_gradient_norm = value;
        }
        if let Some(value) = self.class_balance {
            to.fields |= sys::ALEXNET_RECIPE_CLASS_BALANCE as u64;
            to.class_balance = value.to_c();
        }
        // END options
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
            // BEGIN options: rust.read recipe from=from given=some
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
            class_balance: Some(ClassBalance::from_c(from.class_balance)?),
            // END options
        })
    }
}
