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

    pub(crate) fn to_c(self) -> Result<sys::alexnet_parameter_rule> {
        let (init, value) = match self.init {
            Init::Standard => (sys::ALEXNET_INIT_DEFAULT, 0.0),
            Init::Constant(value) => (sys::ALEXNET_INIT_CONSTANT, value),
            Init::Gaussian(value) => (sys::ALEXNET_INIT_GAUSSIAN, value),
            Init::TruncatedNormal(value) => (sys::ALEXNET_INIT_TRUNCATED_NORMAL, value),
            Init::XavierUniform => (sys::ALEXNET_INIT_XAVIER_UNIFORM, 0.0),
            Init::FanInUniform => (sys::ALEXNET_INIT_FAN_IN_UNIFORM, 0.0),
        };
        // There, zero stands for the default of 1.
        Ok(sys::alexnet_parameter_rule {
            init,
            value,
            rate: self.rate,
            decay: self.decay,
            frozen: (self.frozen || self.rate == 0.0).into(),
            no_decay: (self.no_decay || self.decay == 0.0).into(),
        })
    }

    pub(crate) fn from_c(from: &sys::alexnet_parameter_rule) -> Result<Self> {
        let init = match from.init {
            sys::ALEXNET_INIT_DEFAULT => Init::Standard,
            sys::ALEXNET_INIT_CONSTANT => Init::Constant(from.value),
            sys::ALEXNET_INIT_GAUSSIAN => Init::Gaussian(from.value),
            sys::ALEXNET_INIT_TRUNCATED_NORMAL => Init::TruncatedNormal(from.value),
            sys::ALEXNET_INIT_XAVIER_UNIFORM => Init::XavierUniform,
            sys::ALEXNET_INIT_FAN_IN_UNIFORM => Init::FanInUniform,
            unknown => return Err(ffi::unknown("init", unknown)),
        };
        Ok(ParameterRule {
            init,
            rate: from.rate,
            decay: from.decay,
            frozen: from.frozen != 0,
            no_decay: from.no_decay != 0,
        })
    }
}

constants! {
    // BEGIN options: rust.enum Rounding
    /// How the number of windows along an axis is rounded.
    pub enum Rounding {
        /// Down.
        Floor = ALEXNET_ROUND_FLOOR,
        /// Up, as Caffe pools: taps outside count as zero in a convolution and
        /// not at all in a maximum; a pooling window that would start in the
        /// padding at the end is dropped.
        Ceil = ALEXNET_ROUND_CEIL,
    }
    // END options
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

    pub(crate) fn from_c(from: &sys::alexnet_window) -> Result<Self> {
        Ok(Window {
            kernel: (ffi::size(from.kernel_h), ffi::size(from.kernel_w)),
            stride: (ffi::size(from.stride_h), ffi::size(from.stride_w)),
            pad_before: (ffi::size(from.pad_top), ffi::size(from.pad_left)),
            pad_after: (ffi::size(from.pad_bottom), ffi::size(from.pad_right)),
            rounding: Rounding::from_c(from.rounding)?,
        })
    }
}

/// A convolution (cross-correlation): weights are (out_channels, C / groups,
/// height, width).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convolution {
    // BEGIN options: rust.fields convolution
    /// Number of kernels; 1 to 16,777,216.
    pub out_channels: usize,
    /// What slides over height and width.
    pub window: Window,
    /// Equal runs of channels that are kept apart; 2 are the paper's towers; 1
    /// to 16,777,216; 0: 1.
    pub groups: usize,
    /// Without biases.
    pub no_bias: bool,
    /// How the weights start and learn.
    pub weight: ParameterRule,
    /// How the biases start and learn.
    pub bias: ParameterRule,
    // END options
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
        // BEGIN options: rust.give convolution from=self to=options
        options.out_channels = ffi::int(self.out_channels, "out_channels")?;
        options.window = self.window.to_c()?;
        options.groups = ffi::int(self.groups, "groups")?;
        options.no_bias = self.no_bias.into();
        options.weight = self.weight.to_c()?;
        options.bias = self.bias.to_c()?;
        // END options
        Ok(options)
    }

    pub(crate) fn from_c(from: &sys::alexnet_convolution_options) -> Result<Self> {
        Ok(Convolution {
            // BEGIN options: rust.read convolution from=from
            out_channels: ffi::size(from.out_channels),
            window: Window::from_c(&from.window)?,
            groups: ffi::size(from.groups),
            no_bias: from.no_bias != 0,
            weight: ParameterRule::from_c(&from.weight)?,
            bias: ParameterRule::from_c(&from.bias)?,
            // END options
        })
    }
}

constants! {
    // BEGIN options: rust.enum PoolKind
    /// What pooling takes of a window.
    pub enum PoolKind {
        /// The largest value.
        Max = ALEXNET_POOL_MAX,
        /// The mean.
        Average = ALEXNET_POOL_AVERAGE,
    }
    // END options
}

/// A pooling layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    // BEGIN options: rust.fields pooling
    /// What is taken of a window.
    pub kind: PoolKind,
    /// What slides over height and width.
    pub window: Window,
    /// Average: padding does not count as taps.
    pub exclude_padding: bool,
    // END options
}

impl Pooling {
    /// The largest of each window.
    pub fn max(window: Window) -> Self {
        Pooling {
            kind: PoolKind::Max,
            window,
            exclude_padding: false,
        }
    }

    /// The mean of each window, padding included.
    pub fn average(window: Window) -> Self {
        Pooling {
            kind: PoolKind::Average,
            ..Pooling::max(window)
        }
    }

    pub(crate) fn to_c(self) -> Result<sys::alexnet_pooling_options> {
        let mut options = sys::alexnet_pooling_options::init();
        // BEGIN options: rust.give pooling from=self to=options
        options.kind = self.kind.to_c();
        options.window = self.window.to_c()?;
        options.exclude_padding = self.exclude_padding.into();
        // END options
        Ok(options)
    }

    pub(crate) fn from_c(from: &sys::alexnet_pooling_options) -> Result<Self> {
        Ok(Pooling {
            // BEGIN options: rust.read pooling from=from
            kind: PoolKind::from_c(from.kind)?,
            window: Window::from_c(&from.window)?,
            exclude_padding: from.exclude_padding != 0,
            // END options
        })
    }
}

constants! {
    // BEGIN options: rust.enum LrnRegion
    /// What a window of response normalization spans.
    pub enum LrnRegion {
        /// `size` neighbouring channels at one position.
        AcrossChannels = ALEXNET_LRN_ACROSS_CHANNELS,
        /// `size` x `size` positions of one channel.
        WithinChannel = ALEXNET_LRN_WITHIN_CHANNEL,
    }
    // END options
}

/// Local response normalization (section 3.3 of the paper):
/// y = x / (k + a * sum of x^2 over `size` neighbours)^beta, a = alpha / size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lrn {
    // BEGIN options: rust.fields lrn
    /// What the window spans.
    pub region: LrnRegion,
    /// Extent of the window: channels, or pixels of a square; 1 to 1,024; 0: 5.
    pub size: usize,
    /// The factor a, times the number of the window's elements unless
    /// `alpha_undivided`; 0 to 1e6; 0: 1e-4.
    pub alpha: f32,
    /// a is alpha (TensorFlow, the paper's text), not alpha divided by the
    /// number of elements.
    pub alpha_undivided: bool,
    /// The exponent; 0 to 100; 0: 0.75.
    pub beta: f32,
    /// What is added to the sum; the paper's is 2; 1e-6 to 1e6; 0: 1.
    pub k: f32,
    /// Equal runs of channels that the window does not cross: each tower
    /// normalizes alone; 1 to 16,777,216; 0: 1.
    pub groups: usize,
    // END options
}

impl Default for Lrn {
    fn default() -> Self {
        Lrn {
            // BEGIN options: rust.defaults lrn
            region: LrnRegion::AcrossChannels,
            size: 5,
            alpha: 1e-4,
            alpha_undivided: false,
            beta: 0.75,
            k: 1.0,
            groups: 1,
            // END options
        }
    }
}

impl Lrn {
    pub(crate) fn to_c(self) -> Result<sys::alexnet_lrn_options> {
        let mut options = sys::alexnet_lrn_options::init();
        // BEGIN options: rust.give lrn from=self to=options
        options.region = self.region.to_c();
        options.size = ffi::int(self.size, "size")?;
        options.alpha = self.alpha;
        options.alpha_undivided = self.alpha_undivided.into();
        options.beta = self.beta;
        options.k = self.k;
        options.groups = ffi::int(self.groups, "groups")?;
        // END options
        Ok(options)
    }

    pub(crate) fn from_c(from: &sys::alexnet_lrn_options) -> Result<Self> {
        Ok(Lrn {
            // BEGIN options: rust.read lrn from=from
            region: LrnRegion::from_c(from.region)?,
            size: ffi::size(from.size),
            alpha: from.alpha,
            alpha_undivided: from.alpha_undivided != 0,
            beta: from.beta,
            k: from.k,
            groups: ffi::size(from.groups),
            // END options
        })
    }
}

constants! {
    // BEGIN options: rust.enum ActivationKind
    /// An elementwise function.
    pub enum ActivationKind {
        /// max(x, 0).
        Relu = ALEXNET_ACTIVATION_RELU,
        /// The hyperbolic tangent.
        Tanh = ALEXNET_ACTIVATION_TANH,
    }
    // END options
}

/// y = x W^T + b over the flattened input; weights are (out, in).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FullyConnected {
    // BEGIN options: rust.fields fully_connected
    /// Number of units; 1 to 16,777,216.
    pub out_features: usize,
    /// Without biases.
    pub no_bias: bool,
    /// How the weights start and learn.
    pub weight: ParameterRule,
    /// How the biases start and learn.
    pub bias: ParameterRule,
    // END options
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
        // BEGIN options: rust.give fully_connected from=self to=options
        options.out_features = ffi::int(self.out_features, "out_features")?;
        options.no_bias = self.no_bias.into();
        options.weight = self.weight.to_c()?;
        options.bias = self.bias.to_c()?;
        // END options
        Ok(options)
    }

    pub(crate) fn from_c(from: &sys::alexnet_fully_connected_options) -> Result<Self> {
        Ok(FullyConnected {
            // BEGIN options: rust.read fully_connected from=from
            out_features: ffi::size(from.out_features),
            no_bias: from.no_bias != 0,
            weight: ParameterRule::from_c(&from.weight)?,
            bias: ParameterRule::from_c(&from.bias)?,
            // END options
        })
    }
}

/// As a convolution of one group, but each output has weights and a bias of its
/// own: weights are (out_channels * out_h * out_w, C, height, width).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocallyConnected {
    // BEGIN options: rust.fields locally_connected
    /// Number of channels of the output; 1 to 16,777,216.
    pub out_channels: usize,
    /// What slides over height and width.
    pub window: Window,
    /// Without biases.
    pub no_bias: bool,
    /// How the weights start and learn.
    pub weight: ParameterRule,
    /// How the biases start and learn.
    pub bias: ParameterRule,
    // END options
}

impl LocallyConnected {
    /// A layer with biases.
    pub fn new(out_channels: usize, window: Window) -> Self {
        LocallyConnected {
            out_channels,
            window,
            no_bias: false,
            weight: ParameterRule::default(),
            bias: ParameterRule::default(),
        }
    }

    pub(crate) fn to_c(self) -> Result<sys::alexnet_locally_connected_options> {
        let mut options = sys::alexnet_locally_connected_options::init();
        // BEGIN options: rust.give locally_connected from=self to=options
        options.out_channels = ffi::int(self.out_channels, "out_channels")?;
        options.window = self.window.to_c()?;
        options.no_bias = self.no_bias.into();
        options.weight = self.weight.to_c()?;
        options.bias = self.bias.to_c()?;
        // END options
        Ok(options)
    }

    pub(crate) fn from_c(from: &sys::alexnet_locally_connected_options) -> Result<Self> {
        Ok(LocallyConnected {
            // BEGIN options: rust.read locally_connected from=from
            out_channels: ffi::size(from.out_channels),
            window: Window::from_c(&from.window)?,
            no_bias: from.no_bias != 0,
            weight: ParameterRule::from_c(&from.weight)?,
            bias: ParameterRule::from_c(&from.bias)?,
            // END options
        })
    }
}
