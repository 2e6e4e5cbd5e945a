//! Preprocessing.

use std::slice;

use alexnet_sys as sys;

use crate::error::{Error, ErrorCode, Result};
use crate::ffi::{self, constants, Constant, Struct};

constants! {
    /// The channels of a network's input.
    pub enum ChannelOrder {
        /// Red, green, blue.
        Rgb = ALEXNET_CHANNELS_RGB,
        /// Blue, green, red.
        Bgr = ALEXNET_CHANNELS_BGR,
        /// One grey channel.
        Gray = ALEXNET_CHANNELS_GRAY,
    }
}

constants! {
    /// What a picture is resized to.
    pub enum ResizeRule {
        /// Warped to the crop where sizes differ.
        None = ALEXNET_RESIZE_NONE,
        /// The shorter side to `resize`.
        ShortSide = ALEXNET_RESIZE_SHORT_SIDE,
        /// Both sides to `resize` (Caffe).
        Warp = ALEXNET_RESIZE_WARP,
    }
}

constants! {
    /// How a picture is resized.
    pub enum ResizeFilter {
        /// Pillow, torchvision.
        AntialiasedBilinear = ALEXNET_FILTER_ANTIALIASED_BILINEAR,
        /// OpenCV's INTER_LINEAR.
        OpencvLinear = ALEXNET_FILTER_OPENCV_LINEAR,
        /// OpenCV's INTER_AREA; enlarging, INTER_CUBIC.
        OpencvArea = ALEXNET_FILTER_OPENCV_AREA,
    }
}

constants! {
    /// What mean is taken away.
    pub enum MeanKind {
        /// None.
        None = ALEXNET_MEAN_NONE,
        /// One of each channel.
        Channel = ALEXNET_MEAN_CHANNEL,
        /// The mean image cropped where the picture is.
        ImageAtCrop = ALEXNET_MEAN_IMAGE_AT_CROP,
        /// The mean image's centre always (the code of 2012).
        ImageAtCentre = ALEXNET_MEAN_IMAGE_AT_CENTRE,
    }
}

constants! {
    /// Order of the five crops of ten-crop testing; their mirrors follow.
    pub enum ViewOrder {
        /// Corners row by row, centre.
        Caffe = ALEXNET_VIEWS_CAFFE,
        /// Upper corners, centre, lower corners.
        Convnet = ALEXNET_VIEWS_CONVNET,
    }
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
    /// Of the network's input.
    pub channel_order: ChannelOrder,
    /// What a picture is resized to.
    pub resize_rule: ResizeRule,
    /// How.
    pub resize_filter: ResizeFilter,
    /// Pixels; 0: the crop's shorter side.
    pub resize: usize,
    /// (height, width) in pixels; 0: the network's input.
    pub crop: (usize, usize),
    /// Of values in 0..255. Not 0.
    pub scale: f32,
    /// What mean is taken away.
    pub mean_kind: MeanKind,
    /// In the model's channel order.
    pub mean: [f32; 3],
    /// Likewise. Not 0.
    pub stddev: [f32; 3],
    /// Of ten-crop testing.
    pub view_order: ViewOrder,
    /// Principal components of the training colours (section 4.1 of the paper),
    /// RGB, 0..255: square roots of the eigenvalues. All zero: no colour noise.
    pub color_stddev: [f32; 3],
    /// Unit eigenvectors as rows.
    pub color_axes: [f32; 9],
    /// For the image kinds of mean.
    pub mean_image: Option<MeanImage>,
}

impl Default for Preprocessing {
    /// RGB, warped to the network's input, 0..255 as they are.
    fn default() -> Self {
        Preprocessing {
            channel_order: ChannelOrder::Rgb,
            resize_rule: ResizeRule::None,
            resize_filter: ResizeFilter::AntialiasedBilinear,
            resize: 0,
            crop: (0, 0),
            scale: 1.0,
            mean_kind: MeanKind::None,
            mean: [0.0; 3],
            stddev: [1.0; 3],
            view_order: ViewOrder::Caffe,
            color_stddev: [0.0; 3],
            color_axes: [0.0; 9],
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
        to.channel_order = self.channel_order.to_c();
        to.resize_rule = self.resize_rule.to_c();
        to.resize_filter = self.resize_filter.to_c();
        to.resize = ffi::int(self.resize, "resize")?;
        to.crop_height = ffi::int(self.crop.0, "crop")?;
        to.crop_width = ffi::int(self.crop.1, "crop")?;
        to.scale = self.scale;
        to.mean_kind = self.mean_kind.to_c();
        to.mean = self.mean;
        to.stddev = self.stddev;
        to.view_order = self.view_order.to_c();
        to.color_stddev = self.color_stddev;
        to.color_axes = self.color_axes;
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
            channel_order: ChannelOrder::from_c(from.channel_order)?,
            resize_rule: ResizeRule::from_c(from.resize_rule)?,
            resize_filter: ResizeFilter::from_c(from.resize_filter)?,
            resize: ffi::size(from.resize.into()),
            crop: (
                ffi::size(from.crop_height.into()),
                ffi::size(from.crop_width.into()),
            ),
            scale: from.scale,
            mean_kind: MeanKind::from_c(from.mean_kind)?,
            mean: from.mean,
            stddev: from.stddev,
            view_order: ViewOrder::from_c(from.view_order)?,
            color_stddev: from.color_stddev,
            color_axes: from.color_axes,
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
