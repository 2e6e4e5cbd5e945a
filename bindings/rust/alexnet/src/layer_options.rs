//! The settings of layers. Defaults are the header's.

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};

/// How a parameter tensor starts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// Weights: Gaussian of 0.01; biases: 0.
    Standard,
    /// This value everywhere.
    Constant(f32),
    /// Mean 0 and this standard deviation.
    Gaussian(f32),
    /// The same, redrawn beyond two deviations.
    TruncatedNormal(f32),
    /// Uniform within +-sqrt(6 / (fan in + fan out)).
    XavierUniform,
    /// Uniform within +-1 / sqrt(fan in), PyTorch's.
    FanInUniform,
}

/// How a parameter tensor starts and learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterRule {
    /// How it starts.
    pub init: Init,
    /// Times the learning rate.
    pub rate: f32,
    /// Times the weight decay.
    pub decay: f32,
    /// Does not learn.
    pub frozen: bool,
    /// No weight decay.
    pub no_decay: bool,
}

impl Default for ParameterRule {
    fn default() -> Self {
        ParameterRule {
            init: Init::Standard,
            rate: 1.0,
            decay: 1.0,
            frozen: false,
            no_decay: false,
        }
    }
}

impl ParameterRule {
    /// A rule for a tensor that starts as `init` says.
    pub fn starting(init: Init) -> Self {
        ParameterRule {
            init,
            ..ParameterRule::default()
        }
    }

    fn to_c(self) -> sys::alexnet_parameter_rule {
        let (init, value) = match self.init {
            Init::Standard => (sys::ALEXNET_INIT_DEFAULT, 0.0),
            Init::Constant(value) => (sys::ALEXNET_INIT_CONSTANT, value),
            Init::Gaussian(value) => (sys::ALEXNET_INIT_GAUSSIAN, value),
            Init::TruncatedNormal(value) => (sys::ALEXNET_INIT_TRUNCATED_NORMAL, value),
            Init::XavierUniform => (sys::ALEXNET_INIT_XAVIER_UNIFORM, 0.0),
            Init::FanInUniform => (sys::ALEXNET_INIT_FAN_IN_UNIFORM, 0.0),
        };
        // There, zero stands for the default of 1.
        sys::alexnet_parameter_rule {
            init,
            value,
            rate: self.rate,
            decay: self.decay,
            frozen: (self.frozen || self.rate == 0.0).into(),
            no_decay: (self.no_decay || self.decay == 0.0).into(),
        }
    }
}

constants! {
    /// How the number of windows along an axis is rounded.
    pub enum Rounding {
        /// Down.
        Floor = ALEXNET_ROUND_FLOOR,
        /// Up, as Caffe pools.
        Ceil = ALEXNET_ROUND_CEIL,
    }
}

/// A window that slides over height and width; sizes are (height, width).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its size.
    pub kernel: (usize, usize),
    /// How far it moves.
    pub stride: (usize, usize),
    /// Padding before: (top, left).
    pub pad_before: (usize, usize),
    /// Padding after: (bottom, right).
    pub pad_after: (usize, usize),
    /// How the number of windows is rounded.
    pub rounding: Rounding,
}

impl Window {
    /// A square window that moves by 1, without padding.
    pub fn square(kernel: usize) -> Self {
        Window {
            kernel: (kernel, kernel),
            stride: (1, 1),
            pad_before: (0, 0),
            pad_after: (0, 0),
            rounding: Rounding::Floor,
        }
    }

    /// The same moving by `stride` both ways.
    #[must_use]
    pub fn stride(mut self, stride: usize) -> Self {
        self.stride = (stride, stride);
        self
    }

    /// The same with `pad` on all four sides.
    #[must_use]
    pub fn pad(mut self, pad: usize) -> Self {
        self.pad_before = (pad, pad);
        self.pad_after = (pad, pad);
        self
    }

    /// The same, rounded up as Caffe pools.
    #[must_use]
    pub fn ceil(mut self) -> Self {
        self.rounding = Rounding::Ceil;
        self
    }

    fn to_c(self) -> Result<sys::alexnet_window> {
        Ok(sys::alexnet_window {
            kernel_h: ffi::int(self.kernel.0, "window.kernel")?,
            kernel_w: ffi::int(self.kernel.1, "window.kernel")?,
            stride_h: ffi::int(self.stride.0, "window.stride")?,
            stride_w: ffi::int(self.stride.1, "window.stride")?,
            pad_top: ffi::int(self.pad_before.0, "window.pad_before")?,
            pad_left: ffi::int(self.pad_before.1, "window.pad_before")?,
            pad_bottom: ffi::int(self.pad_after.0, "window.pad_after")?,
            pad_right: ffi::int(self.pad_after.1, "window.pad_after")?,
            rounding: self.rounding.to_c(),
            reserved: 0,
        })
    }
}

/// A convolution (cross-correlation): weights are (out_channels, C / groups,
/// height, width).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convolution {
    /// Feature maps of the output.
    pub out_channels: usize,
    /// What slides.
    pub window: Window,
    /// 2: the paper's towers.
    pub groups: usize,
    /// Without biases.
    pub no_bias: bool,
    /// Of the weights.
    pub weight: ParameterRule,
    /// Of the biases.
    pub bias: ParameterRule,
}

impl Convolution {
    /// A convolution in one group, with biases.
    pub fn new(out_channels: usize, window: Window) -> Self {
        Convolution {
            out_channels,
            window,
            groups: 1,
            no_bias: false,
            weight: ParameterRule::default(),
            bias: ParameterRule::default(),
        }
    }

    pub(crate) fn to_c(self) -> Result<sys::alexnet_convolution_options> {
        let mut options = sys::alexnet_convolution_options::init();
        options.out_channels = ffi::int(self.out_channels, "out_channels")?;
        options.window = self.window.to_c()?;
        options.groups = ffi::int(self.groups, "groups")?;
        options.no_bias = self.no_bias.into();
        options.weight = self.weight.to_c();
        options.bias = self.bias.to_c();
        Ok(options)
    }
}

constants! {
    /// What is taken from a window.
    pub enum PoolingKind {
        /// The largest.
        Max = ALEXNET_POOL_MAX,
        /// The mean.
        Average = ALEXNET_POOL_AVERAGE,
    }
}

/// A pooling layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    /// What is taken from a window.
    pub kind: PoolingKind,
    /// What slides.
    pub window: Window,
    /// Average: padding does not count as taps.
    pub exclude_padding: bool,
}

impl Pooling {
    /// The largest of each window.
    pub fn max(window: Window) -> Self {
        Pooling {
            kind: PoolingKind::Max,
            window,
            exclude_padding: false,
        }
    }

    /// The mean of each window, padding included.
    pub fn average(window: Window) -> Self {
        Pooling {
            kind: PoolingKind::Average,
            ..Pooling::max(window)
        }
    }

    pub(crate) fn to_c(self) -> Result<sys::alexnet_pooling_options> {
        let mut options = sys::alexnet_pooling_options::init();
        options.kind = self.kind.to_c();
        options.window = self.window.to_c()?;
        options.exclude_padding = self.exclude_padding.into();
        Ok(options)
    }
}

constants! {
    /// Over what a local response normalization sums.
    pub enum LrnRegion {
        /// Neighbouring channels.
        AcrossChannels = ALEXNET_LRN_ACROSS_CHANNELS,
        /// A square of the same channel.
        WithinChannel = ALEXNET_LRN_WITHIN_CHANNEL,
    }
}

/// Local response normalization (section 3.3 of the paper):
/// y = x / (k + a * sum of x^2 over `size` neighbours)^beta, a = alpha / size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lrn {
    /// Over what it sums.
    pub region: LrnRegion,
    /// a = alpha instead (TensorFlow).
    pub alpha_undivided: bool,
    /// Neighbours.
    pub size: usize,
    /// Not 0.
    pub alpha: f32,
    /// Not 0.
    pub beta: f32,
    /// Not 0; the paper's is 2.
    pub k: f32,
    /// Runs of channels that normalize alone.
    pub groups: usize,
}

impl Default for Lrn {
    fn default() -> Self {
        Lrn {
            region: LrnRegion::AcrossChannels,
            alpha_undivided: false,
            size: 5,
            alpha: 1e-4,
            beta: 0.75,
            k: 1.0,
            groups: 1,
        }
    }
}

impl Lrn {
    pub(crate) fn to_c(self) -> Result<sys::alexnet_lrn_options> {
        let mut options = sys::alexnet_lrn_options::init();
        options.region = self.region.to_c();
        options.alpha_undivided = self.alpha_undivided.into();
        options.size = ffi::int(self.size, "size")?;
        options.alpha = self.alpha;
        options.beta = self.beta;
        options.k = self.k;
        options.groups = ffi::int(self.groups, "groups")?;
        Ok(options)
    }
}

constants! {
    /// A function of each element.
    pub enum Activation {
        /// max(x, 0).
        Relu = ALEXNET_ACTIVATION_RELU,
        /// tanh(x).
        Tanh = ALEXNET_ACTIVATION_TANH,
    }
}

/// y = x W^T + b over the flattened input; weights are (out, in).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FullyConnected {
    /// Features of the output.
    pub out_features: usize,
    /// Without biases.
    pub no_bias: bool,
    /// Of the weights.
    pub weight: ParameterRule,
    /// Of the biases.
    pub bias: ParameterRule,
}

impl FullyConnected {
    /// A layer with biases.
    pub fn new(out_features: usize) -> Self {
        FullyConnected {
            out_features,
            no_bias: false,
            weight: ParameterRule::default(),
            bias: ParameterRule::default(),
        }
    }

    pub(crate) fn to_c(self) -> Result<sys::alexnet_fully_connected_options> {
        let mut options = sys::alexnet_fully_connected_options::init();
        options.out_features = ffi::int(self.out_features, "out_features")?;
        options.no_bias = self.no_bias.into();
        options.weight = self.weight.to_c();
        options.bias = self.bias.to_c();
        Ok(options)
    }
}
