//! Labelled pictures on disk.

use std::path::Path;
use std::ptr;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Bytes, Constant};
use crate::handle::Handle;
use crate::layer::{iterator, Indexed, Iter};

constants! {
    /// A part of a data set.
    pub enum Part {
        /// What is learned from.
        Train = ALEXNET_PART_TRAIN,
        /// What is held out.
        Validation = ALEXNET_PART_VALIDATION,
    }
}

/// Labelled pictures: a folder with one folder per class, WebDataset shards
/// (*.tar), or train/ and val/ of either kind; a list of paths and labels;
/// CIFAR's or MNIST's files. Any number of threads may share one:
///
/// ```
/// fn shared<T: Send + Sync>() {}
/// shared::<alexnet::Dataset>();
/// ```
#[derive(Debug)]
pub struct Dataset(pub(crate) Handle<sys::alexnet_dataset>);

/// One picture of a data set.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sample {
    /// Index of its class.
    pub label: usize,
    /// Relative to the folder of the data set.
    pub name: String,
    /// JPEG or PNG.
    pub bytes: Bytes,
}

impl Dataset {
    /// Opens a data set.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Dataset::open_as(path.as_ref(), false)
    }

    /// The same where classes may have no pictures, for
    /// [`lint`](Dataset::lint).
    pub fn open_with_empty_classes(path: impl AsRef<Path>) -> Result<Self> {
        Dataset::open_as(path.as_ref(), true)
    }

    fn open_as(path: &Path, allow_empty_classes: bool) -> Result<Self> {
        let path = ffi::c_path(path, "path")?;
        // SAFETY: the path and the outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_dataset_open(path.as_ptr(), allow_empty_classes.into(), made, error)
        })?;
        Ok(Dataset(handle))
    }

    /// The names of the classes.
    pub fn classes(&self) -> Vec<String> {
        // SAFETY: the handle is live, and the texts live as long.
        unsafe {
            (0..sys::alexnet_dataset_class_count(self.0.get()))
                .map(|index| ffi::text(sys::alexnet_dataset_class_name(self.0.get(), index)))
                .collect()
        }
    }

    /// Pictures of a part; 0 where there is no such part.
    pub fn len(&self, part: Part) -> usize {
        // SAFETY: the handle is live.
        ffi::size(unsafe { sys::alexnet_dataset_size(self.0.get(), part.to_c()) })
    }

    /// Whether there are no pictures at all.
    pub fn is_empty(&self) -> bool {
        self.len(Part::Train) + self.len(Part::Validation) == 0
    }

    /// Reads a picture.
    pub fn read(&self, part: Part, index: usize) -> Result<Sample> {
        let index = ffi::int(index, "index")?;
        let mut label = 0;
        let mut name = ptr::null_mut();
        let mut bytes = ptr::null_mut();
        let mut size = 0;
        // SAFETY: the handle is live; the outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_dataset_read(
                self.0.get(),
                part.to_c(),
                index,
                &mut label,
                &mut name,
                &mut bytes,
                &mut size,
                error,
            )
        })?;
        // SAFETY: the call succeeded, so name and bytes are ours.
        let (name, bytes) = unsafe { (ffi::take_text(name), Bytes::take(bytes, size)) };
        Ok(Sample {
            label: ffi::size(label.into()),
            name,
            bytes,
        })
    }

    /// The class of a picture, without reading it.
    pub fn label(&self, part: Part, index: usize) -> Result<usize> {
        let index = ffi::int(index, "index")?;
        let mut label = 0;
        // SAFETY: the handle is live; outputs may be null.
        ffi::call(|error| unsafe {
            sys::alexnet_dataset_read(
                self.0.get(),
                part.to_c(),
                index,
                &mut label,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                error,
            )
        })?;
        Ok(ffi::size(label.into()))
    }

    /// The pictures of a part. Those that cannot be read are errors.
    pub fn samples(&self, part: Part) -> Samples<'_> {
        Samples(Iter::new((self, part), self.len(part)))
    }
}

impl Indexed for (&Dataset, Part) {
    type Item = Result<Sample>;

    fn at(&self, index: usize) -> Result<Result<Sample>> {
        Ok(self.0.read(self.1, index))
    }
}

iterator! {
    /// The pictures of a part of a data set.
    pub struct Samples<'a>((&'a Dataset, Part)) -> Result<Sample>
}
