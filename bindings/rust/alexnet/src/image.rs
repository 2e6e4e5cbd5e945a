//! Pictures in memory.

use std::path::Path;
use std::ptr;

use alexnet_sys as sys;

use crate::error::{Error, ErrorCode, Result};
use crate::ffi::{self, Bytes};

/// A borrowed picture: 8 bits per sample, interleaved, rows from the top.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    pixels: &'a [u8],
    width: i32,
    height: i32,
    channels: i32,
    row_stride: i64,
}

impl<'a> ImageView<'a> {
    /// A picture whose rows follow each other. 3 channels are RGB, 1 is grey.
    pub fn new(pixels: &'a [u8], width: usize, height: usize, channels: usize) -> Result<Self> {
        ImageView::with_stride(pixels, width, height, channels, 0)
    }

    /// A picture whose rows begin `row_stride` bytes apart, as those of an
    /// aligned buffer or of a part of a larger picture; 0: width * channels.
    ///
    /// ```
    /// use alexnet::ImageView;
    ///
    /// let (width, left, top) = (640, 100, 50);
    /// let whole = vec![0u8; width * 480 * 3];
    /// let part = &whole[(top * width + left) * 3..];
    /// let view = ImageView::with_stride(part, 227, 227, 3, width * 3)?;
    /// # Ok::<(), alexnet::Error>(())
    /// ```
    pub fn with_stride(
        pixels: &'a [u8],
        width: usize,
        height: usize,
        channels: usize,
        row_stride: usize,
    ) -> Result<Self> {
        let wrong = |field: &str, message: String| {
            Err(Error::new(ErrorCode::InvalidArgument, message).with_field(field))
        };
        if width == 0 || height == 0 {
            return wrong("image", format!("{width} x {height} pixels are no picture"));
        }
        if channels != 1 && channels != 3 {
            return wrong("channels", format!("must be 1 or 3, not {channels}"));
        }
        let row = width.checked_mul(channels);
        let stride = if row_stride == 0 {
            row
        } else {
            Some(row_stride)
        };
        let (row, stride) = match (row, stride) {
            (Some(row), Some(stride)) if stride >= row => (row, stride),
            _ => return wrong("row_stride", format!("{row_stride} is less than a row")),
        };
        let needed = (height - 1)
            .checked_mul(stride)
            .and_then(|size| size.checked_add(row));
        match needed {
            Some(needed) if needed <= pixels.len() => {}
            _ => {
                let have = pixels.len();
                let message = format!("{have} bytes do not hold {height} rows, {stride} apart");
                return wrong("pixels", message);
            }
        }
        Ok(ImageView {
            pixels,
            width: ffi::int(width, "width")?,
            height: ffi::int(height, "height")?,
            channels: ffi::int(channels, "channels")?,
            row_stride: ffi::int(stride, "row_stride")?,
        })
    }

    /// For C. The pixels are those of `self`.
    pub(crate) fn to_c(self) -> sys::alexnet_image {
        sys::alexnet_image {
            pixels: self.pixels.as_ptr(),
            width: self.width,
            height: self.height,
            channels: self.channels,
            reserved: 0,
            row_stride: self.row_stride,
        }
    }
}

/// A decoded picture, RGB.
#[derive(Debug)]
pub struct Image {
    pixels: Bytes,
    width: usize,
    height: usize,
    channels: usize,
}

impl Image {
    /// Decodes a JPEG or PNG, told by content; EXIF orientation is applied.
    pub fn decode(picture: &Encoded<'_>) -> Result<Self> {
        Image::decode_up_to(picture, 0)
    }

    /// The same, refusing pictures of more than `max_pixels`; 0: 100,000,000.
    pub fn decode_up_to(picture: &Encoded<'_>, max_pixels: usize) -> Result<Self> {
        let texts = Encoded::names(std::slice::from_ref(picture))?;
        let given = picture.to_c(&texts[0]);
        let max_pixels = ffi::int(max_pixels, "max_pixels")?;
        // SAFETY: the picture and the outputs outlive the call.
        Image::make(|pixels, image, error| unsafe {
            sys::alexnet_image_decode(&given, max_pixels, pixels, image, error)
        })
    }

    /// Reads and decodes a file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Image::load_up_to(path, 0)
    }

    /// The same, refusing pictures of more than `max_pixels`; 0: 100,000,000.
    pub fn load_up_to(path: impl AsRef<Path>, max_pixels: usize) -> Result<Self> {
        let path = ffi::c_path(path.as_ref(), "path")?;
        let max_pixels = ffi::int(max_pixels, "max_pixels")?;
        // SAFETY: the path and the outputs outlive the call.
        Image::make(|pixels, image, error| unsafe {
            sys::alexnet_image_load(path.as_ptr(), max_pixels, pixels, image, error)
        })
    }

    fn make(
        decode: impl FnOnce(
            *mut *mut u8,
            *mut sys::alexnet_image,
            *mut *mut sys::alexnet_error,
        ) -> sys::alexnet_status,
    ) -> Result<Self> {
        let mut pixels = ptr::null_mut();
        let mut image = sys::alexnet_image {
            pixels: ptr::null(),
            width: 0,
            height: 0,
            channels: 0,
            reserved: 0,
            row_stride: 0,
        };
        ffi::call(|error| decode(&mut pixels, &mut image, error))?;
        let width = ffi::size(image.width.into());
        let height = ffi::size(image.height.into());
        let channels = ffi::size(image.channels.into());
        let tight = width * channels;
        if ffi::size(image.row_stride) != tight && image.row_stride != 0 {
            // SAFETY: the call succeeded, so the pixels are ours.
            drop(unsafe { Bytes::take(pixels.cast(), 0) });
            return Err(ffi::defect("a decoded picture has gaps between its rows"));
        }
        Ok(Image {
            // SAFETY: the call succeeded, so the pixels are ours; rows follow
            // each other.
            pixels: unsafe { Bytes::take(pixels.cast(), tight * height) },
            width,
            height,
            channels,
        })
    }

    /// In pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// In pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// 3: RGB.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Interleaved, rows from the top, without gaps.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// For [`Session::run_images`](crate::Session::run_images).
    pub fn view(&self) -> Result<ImageView<'_>> {
        ImageView::new(&self.pixels, self.width, self.height, self.channels)
    }
}

/// A borrowed encoded picture, JPEG or PNG.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a> {
    data: &'a [u8],
    name: Option<&'a str>,
}

impl<'a> Encoded<'a> {
    /// The bytes of a picture.
    pub fn new(data: &'a [u8]) -> Self {
        Encoded { data, name: None }
    }

    /// The same with a name for messages.
    #[must_use]
    pub fn named(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// The names of `pictures` for C.
    pub(crate) fn names(pictures: &[Self]) -> Result<Vec<Option<std::ffi::CString>>> {
        pictures
            .iter()
            .map(|each| each.name.map(|n| ffi::c_string(n, "name")).transpose())
            .collect()
    }

    /// For C. The bytes are those of `self`, the name is `name`'s.
    pub(crate) fn to_c(self, name: &Option<std::ffi::CString>) -> sys::alexnet_encoded {
        sys::alexnet_encoded {
            data: self.data.as_ptr().cast(),
            size: self.data.len(),
            name: ffi::or_null(name),
        }
    }
}

impl<'a> From<&'a [u8]> for Encoded<'a> {
    fn from(data: &'a [u8]) -> Self {
        Encoded::new(data)
    }
}
