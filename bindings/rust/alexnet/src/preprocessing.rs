//! Preprocessing.

use std::slice;

use alexnet_sys as sys;

use crate::error::{Error, ErrorCode, Result};
use crate::ffi::{self, constants, Constant, Struct};

constants! {
    // BEGIN options: rust.enum ChannelOrder
    /// Channels of the network's input.
    pub enum ChannelOrder {
        /// Red, green, blue.
        Rgb = ALEXNET_CHANNELS_RGB,
        /// Blue, green, red, as Caffe has it.
        Bgr = ALEXNET_CHANNELS_BGR,
        /// One channel, ITU-R 601 luma.
        Gray = ALEXNET_CHANNELS_GRAY,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum ResizeRule
    /// To what size a picture is brought before it is cropped.
    pub enum ResizeRule {
        /// None: it is warped to the crop where the sizes differ.
        None = ALEXNET_RESIZE_NONE,
        /// The shorter side to `resize`, the aspect kept (the paper,
        /// torchvision).
        ShortSide = ALEXNET_RESIZE_SHORT_SIDE,
        /// Both sides to `resize`, the aspect not kept (Caffe).
        Warp = ALEXNET_RESIZE_WARP,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum ResizeFilter
    /// Whose interpolation is reproduced, pixel by pixel.
    pub enum ResizeFilter {
        /// Pillow's and torchvision's.
        AntialiasedBilinear = ALEXNET_FILTER_ANTIALIASED_BILINEAR,
        /// OpenCV's INTER_LINEAR.
        OpencvLinear = ALEXNET_FILTER_OPENCV_LINEAR,
        /// OpenCV's INTER_AREA, INTER_CUBIC to enlarge (cuda-convnet2).
        OpencvArea = ALEXNET_FILTER_OPENCV_AREA,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum MeanKind
    /// What is subtracted of a picture.
    pub enum MeanKind {
        /// Nothing.
        None = ALEXNET_MEAN_NONE,
        /// A number for each channel.
        Channel = ALEXNET_MEAN_CHANNEL,
        /// The mean image, cropped where the picture is (Caffe).
        ImageAtCrop = ALEXNET_MEAN_IMAGE_AT_CROP,
        /// The mean image's centre, wherever the picture is cropped (the 2012
        /// code).
        ImageAtCentre = ALEXNET_MEAN_IMAGE_AT_CENTRE,
    }
    // END options
}

constants! {
    // BEGIN options: rust.enum ViewOrder
    /// Order of the five crops of ten-crop testing; their mirrors follow.
    pub enum ViewOrder {
        /// Top left, top right, bottom left, bottom right, centre.
        Caffe = ALEXNET_VIEWS_CAFFE,
        /// Top left, top right, centre, bottom left, bottom right.
        Convnet = ALEXNET_VIEWS_CONVNET,
    }
    // END options
}

/// The mean of all training pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanImage {
    /// In pixels.
    pub height: usize,
    /// In pixels.
    pub width: usize,
    /// (channels, height, width), in the model's channel order.
    pub values: Vec<f32>,
}

/// How a picture becomes the input of a network: it is resized, cropped, put in
/// channel order and normalized, with value in 0..255:
/// out = (value * scale - mean\[c, y, x\]) / stddev\[c\].
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessing {
    // BEGIN options: rust.fields preprocessing
    /// Channels of the network's input.
    pub channel_order: ChannelOrder,
    /// To what size a picture is brought before it is cropped.
    pub resize_rule: ResizeRule,
    /// Whose interpolation is reproduced, pixel by pixel.
    pub resize_filter: ResizeFilter,
    /// The shorter side after resizing, or both, in pixels; 0: the crop's
    /// longer side.
    pub resize: usize,
    /// What a value of 0..255 is multiplied by before the mean is subtracted;
    /// 0: 1.
    pub scale: f32,
    /// What is subtracted of a picture.
    pub mean_kind: MeanKind,
    /// Of each channel, in the model's channel order.
    pub mean: [f32; 3],
    /// What each channel is divided by, in the model's channel order; 0: 1.
    pub stddev: [f32; 3],
    /// Order of the five crops of ten-crop testing; their mirrors follow.
    pub view_order: ViewOrder,
    /// Principal components of the training colours (section 4.1 of the paper),
    /// RGB, 0..255: square roots of the eigenvalues. All zero: unknown, no
    /// colour noise.
    pub color_stddev: [f32; 3],
    /// Their unit eigenvectors, one after another.
    pub color_axes: [f32; 9],
    // END options
    /// (height, width) in pixels; 0: the network's input.
    pub crop: (usize, usize),
    /// For the image kinds of mean.
    pub mean_image: Option<MeanImage>,
}

impl Default for Preprocessing {
    /// RGB, warped to the network's input, 0..255 as they are.
    fn default() -> Self {
        Preprocessing {
            // BEGIN options: rust.defaults preprocessing
            channel_order: ChannelOrder::Rgb,
            resize_rule: ResizeRule::None,
            resize_filter: ResizeFilter::AntialiasedBilinear,
            resize: 0,
            scale: 1.0,
            mean_kind: MeanKind::None,
            mean: [0.0; 3],
            stddev: [1.0; 3],
            view_order: ViewOrder::Caffe,
            color_stddev: [0.0; 3],
            color_axes: [0.0; 9],
            // END options
            crop: (0, 0),
            mean_image: None,
        }
    }
}

impl Preprocessing {
    /// Channels of the network's input.
    pub fn channels(&self) -> usize {
        match self.channel_order {
            ChannelOrder::Gray => 1,
            ChannelOrder::Rgb | ChannelOrder::Bgr => 3,
        }
    }

    /// For C. The mean image is that of `self`.
    pub(crate) fn to_c(&self) -> Result<sys::alexnet_preprocessing> {
        let mut to = sys::alexnet_preprocessing::init();
        // BEGIN options: rust.give preprocessing from=self to=to
        to.channel_order = self.channel_order.to_c();
        to.resize_rule = self.resize_rule.to_c();
        to.resize_filter = self.resize_filter.to_c();
        to.resize = ffi::int(self.resize, "resize")?;
        to.scale = self.scale;
        to.mean_kind = self.mean_kind.to_c();
        to.mean = self.mean;
        to.stddev = self.stddev;
        to.view_order = self.view_order.to_c();
        to.color_stddev = self.color_stddev;
        to.color_axes = self.color_axes;
        // END options
        to.crop_height = ffi::int(self.crop.0, "crop")?;
        to.crop_width = ffi::int(self.crop.1, "crop")?;
        if let Some(image) = &self.mean_image {
            // The library reads as many values as the sides say.
            let needed = self
                .channels()
                .checked_mul(image.height)
                .and_then(|size| size.checked_mul(image.width));
            if needed != Some(image.values.len()) {
                let message = format!(
                    "has {} values; {} x {} x {} are needed",
                    image.values.len(),
                    self.channels(),
                    image.height,
                    image.width
                );
                let error = Error::new(ErrorCode::InvalidArgument, message);
                return Err(error.with_field("mean_image"));
            }
            to.mean_image = image.values.as_ptr();
            to.mean_image_height = ffi::int(image.height, "mean_image.height")?;
            to.mean_image_width = ffi::int(image.width, "mean_image.width")?;
        }
        Ok(to)
    }

    /// # Safety
    /// The library filled `from`, and the handle that it asked lives.
    pub(crate) unsafe fn from_c(from: &sys::alexnet_preprocessing) -> Result<Self> {
        let mut result = Preprocessing {
            // BEGIN options: rust.read preprocessing from=from
            channel_order: ChannelOrder::from_c(from.channel_order)?,
            resize_rule: ResizeRule::from_c(from.resize_rule)?,
            resize_filter: ResizeFilter::from_c(from.resize_filter)?,
            resize: ffi::size(from.resize.into()),
            scale: from.scale,
            mean_kind: MeanKind::from_c(from.mean_kind)?,
            mean: from.mean,
            stddev: from.stddev,
            view_order: ViewOrder::from_c(from.view_order)?,
            color_stddev: from.color_stddev,
            color_axes: from.color_axes,
            // END options
            crop: (
                ffi::size(from.crop_height.into()),
                ffi::size(from.crop_width.into()),
            ),
            mean_image: None,
        };
        if !from.mean_image.is_null() {
            let height = ffi::size(from.mean_image_height.into());
            let width = ffi::size(from.mean_image_width.into());
            let count = result.channels() * height * width;
            // SAFETY: the handle's image has that many values.
            let values = unsafe { slice::from_raw_parts(from.mean_image, count) };
            result.mean_image = Some(MeanImage {
                height,
                width,
                values: values.to_vec(),
            });
        }
        Ok(result)
    }
}
