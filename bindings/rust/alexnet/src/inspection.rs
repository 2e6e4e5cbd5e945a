//! Damaged files, and what tensors look like.

use std::path::Path;
use std::ptr;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, Struct};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;
use crate::tensor::Tensor;

/// Bytes of a model file that are not what was written, or are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// Its index; `None`: of none, but of the description or the end of the
    /// file.
    pub tensor: Option<usize>,
    /// Of the tensor, a MiB each; `None`: the zeros after it, or of no tensor.
    pub chunk: Option<usize>,
    /// In the file, or in the one that it was.
    pub offset: u64,
    /// How many.
    pub bytes: u64,
}

/// What a tensor looks like. A filter is a row along the first axis of a
/// weight: a filter of a convolution, a unit of a fully connected layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TensorStatistics {
    /// All there are.
    pub elements: usize,
    /// Of either sign.
    pub zeros: usize,
    /// Not a number.
    pub nans: usize,
    /// Of either sign.
    pub infinities: usize,
    /// Of the finite elements; NaN where there are none, as the following.
    pub min: f64,
    /// Of the finite elements.
    pub max: f64,
    /// Of the finite elements.
    pub mean: f64,
    /// Of the finite elements, as of a population.
    pub stddev: f64,
    /// How many; 0 for what is no weight.
    pub filters: usize,
    /// All of whose weights are zero.
    pub dead_filters: usize,
    /// Whose weights an earlier one has as well.
    pub duplicate_filters: usize,
    /// For each filter `None` where it is dead, else the first with the same
    /// bits that sees the same inputs.
    pub same_as: Vec<Option<usize>>,
}

impl Model {
    /// Opens a model file that is damaged, too, where what it says at its front
    /// can be read: [`damage`](Model::damage) lists what is wrong, and tensors
    /// that are whole can be read. Nothing else can be done with it; what is
    /// refused says why [`load`](Model::load) refuses the file.
    pub fn load_damaged(path: impl AsRef<Path>) -> Result<Self> {
        let path = ffi::c_path(path.as_ref(), "path")?;
        // SAFETY: the path outlives the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_load_damaged(path.as_ptr(), made, error)
        })?;
        Ok(Model(handle))
    }

    /// Compares everything in the file with its hashes, on `threads` threads
    /// (0: as many as the process may use): what of it is not what was written,
    /// the first `most` places.
    pub fn damage(&self, most: usize, threads: usize, limits: &Limits) -> Result<Vec<Damage>> {
        let limits = limits.to_c();
        let threads = ffi::int(threads, "threads")?;
        let none = sys::alexnet_damage {
            tensor: -1,
            chunk: -1,
            offset: 0,
            bytes: 0,
        };
        let mut damage = vec![none; most];
        let mut found = 0;
        // SAFETY: the handle is live, and `damage` has room for `most`.
        ffi::call(|error| unsafe {
            sys::alexnet_model_find_damage(
                self.0.get(),
                threads,
                &limits,
                most,
                damage.as_mut_ptr(),
                &mut found,
                error,
            )
        })?;
        damage.truncate(found);
        Ok(damage.into_iter().map(Damage::from_c).collect())
    }
}

impl Damage {
    fn from_c(from: sys::alexnet_damage) -> Self {
        Damage {
            tensor: usize::try_from(from.tensor).ok(),
            chunk: usize::try_from(from.chunk).ok(),
            offset: from.offset,
            bytes: from.bytes,
        }
    }
}

impl Tensor<'_> {
    /// Reads the tensor once, on `threads` threads (0: as many as the process
    /// may use), which does not change the numbers.
    pub fn statistics(&self, threads: usize, limits: &Limits) -> Result<TensorStatistics> {
        let limits = limits.to_c();
        let threads = ffi::int(threads, "threads")?;
        // Filters lie along the first axis.
        let most = self.shape.first().copied().unwrap_or(0);
        let mut same_as = vec![0i64; most];
        let mut from = sys::alexnet_tensor_statistics::init();
        let room = if most == 0 {
            ptr::null_mut()
        } else {
            same_as.as_mut_ptr()
        };
        // SAFETY: the handle is live, and `same_as` has room for `most`.
        ffi::call(|error| unsafe {
            sys::alexnet_model_measure_tensor(
                self.model.0.get(),
                self.index,
                threads,
                &limits,
                &mut from,
                room,
                most,
                error,
            )
        })?;
        let filters = ffi::size(from.filters);
        Ok(TensorStatistics {
            elements: ffi::size(from.elements),
            zeros: ffi::size(from.zeros),
            nans: ffi::size(from.nans),
            infinities: ffi::size(from.infinities),
            min: from.min,
            max: from.max,
            mean: from.mean,
            stddev: from.stddev,
            filters,
            dead_filters: ffi::size(from.dead_filters),
            duplicate_filters: ffi::size(from.duplicate_filters),
            same_as: same_as
                .into_iter()
                .take(filters)
                .map(|filter| usize::try_from(filter).ok())
                .collect(),
        })
    }
}
