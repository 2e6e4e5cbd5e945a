//! The tensors of a model.

use std::ptr;
use std::slice;

use alexnet_sys as sys;

use crate::dtype::DType;
use crate::error::{Error, ErrorCode, Result};
use crate::ffi::{self, constants, Constant, Struct};
use crate::layer::{iterator, Indexed, Iter};
use crate::model::Model;

constants! {
    // BEGIN options: rust.enum TensorRole
    /// What a tensor of a model file is.
    pub enum TensorRole {
        /// A weight or bias of the network.
        Parameter = ALEXNET_TENSOR_PARAMETER,
        /// The momentum of the parameter of that name.
        Momentum = ALEXNET_TENSOR_MOMENTUM,
        /// That of the preprocessing, (C, H, W).
        MeanImage = ALEXNET_TENSOR_MEAN_IMAGE,
    }
    // END options
}

/// A tensor in a model.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tensor<'a> {
    pub(crate) model: &'a Model,
    pub(crate) index: usize,
    /// "conv1.weight", "conv1.bias", "mean_image".
    pub name: String,
    /// What it is for; none where only a newer version of the crate knows it.
    pub role: Option<TensorRole>,
    /// How it is stored; none likewise.
    pub dtype: Option<DType>,
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Product of the shape.
    pub elements: usize,
}

impl Model {
    /// The tensors, as they are stored.
    pub fn tensors(&self) -> Tensors<'_> {
        Tensors::new(self, self.count(|info| info.tensor_count))
    }

    /// The tensor of a parameter: "conv1.weight". The error lists the names
    /// there are.
    pub fn tensor(&self, name: &str) -> Result<Tensor<'_>> {
        let name = ffi::c_string(name, "name")?;
        let mut index = 0;
        // SAFETY: the handle is live; name and index outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_find_tensor(self.0.get(), name.as_ptr(), &mut index, error)
        })?;
        Tensor::at(self, index)
    }
}

impl<'a> Tensor<'a> {
    pub(crate) fn at(model: &'a Model, index: usize) -> Result<Self> {
        let mut info = sys::alexnet_tensor_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_model_tensor_at(model.0.get(), index, &mut info, error)
        })?;
        let rank = ffi::size(info.rank).min(info.shape.len());
        Ok(Tensor {
            model,
            index,
            // SAFETY: the call filled in a text of the handle, which lives.
            name: unsafe { ffi::text(info.name) },
            role: TensorRole::from_c(info.role).ok(),
            dtype: DType::from_c(info.dtype).ok(),
            shape: info.shape[..rank]
                .iter()
                .map(|&side| ffi::size(side))
                .collect(),
            elements: ffi::size(info.elements),
        })
    }

    /// The stored bytes, without a copy. The first call compares them with
    /// their hashes: [`ErrorCode::DataLoss`] says what is damaged.
    pub fn data(&self) -> Result<&'a [u8]> {
        let mut data = ptr::null();
        let mut size = 0;
        // SAFETY: the handle is live; the outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_tensor_data(
                self.model.0.get(),
                self.index,
                &mut data,
                &mut size,
                error,
            )
        })?;
        if data.is_null() {
            return Ok(&[]);
        }
        // SAFETY: the bytes belong to the model, which is borrowed for 'a and
        // never changes.
        Ok(unsafe { slice::from_raw_parts(data.cast(), size) })
    }

    /// The stored values, without a copy, where they are float32 and aligned.
    pub fn values(&self) -> Result<Option<&'a [f32]>> {
        if self.dtype != Some(DType::F32) {
            return Ok(None);
        }
        // SAFETY: all bits are a float32.
        let (before, values, after) = unsafe { self.data()?.align_to::<f32>() };
        Ok((before.is_empty() && after.is_empty()).then_some(values))
    }

    /// All elements, widened to float32.
    pub fn to_vec(&self) -> Result<Vec<f32>> {
        let mut values = vec![0.0; self.elements];
        self.read(0, &mut values)?;
        Ok(values)
    }

    /// As many elements from `first` on as `values` holds, widened to float32.
    pub fn read(&self, first: usize, values: &mut [f32]) -> Result<()> {
        let fits = first
            .checked_add(values.len())
            .map_or(false, |end| end <= self.elements);
        if !fits {
            let message = format!(
                "{} elements from {first} on are more than the {} of {}",
                values.len(),
                self.elements,
                self.name
            );
            return Err(Error::new(ErrorCode::InvalidArgument, message).with_field("values"));
        }
        if values.is_empty() {
            return Ok(());
        }
        let first = ffi::int(first, "first")?;
        let count = ffi::int(values.len(), "values")?;
        // SAFETY: the handle is live, and `values` holds `count` elements.
        ffi::call(|error| unsafe {
            sys::alexnet_model_read_tensor(
                self.model.0.get(),
                self.index,
                first,
                count,
                values.as_mut_ptr(),
                error,
            )
        })
    }
}

/// Which tensors of a model.
#[derive(Clone, Debug)]
pub(crate) struct Of<'a>(pub(crate) &'a Model);

impl<'a> Indexed for Of<'a> {
    type Item = Tensor<'a>;

    fn at(&self, index: usize) -> Result<Tensor<'a>> {
        Tensor::at(self.0, index)
    }
}

impl<'a> Tensors<'a> {
    pub(crate) fn new(model: &'a Model, count: usize) -> Self {
        Tensors(Iter::new(Of(model), count))
    }
}

iterator! {
    /// The tensors of a model, as they are stored.
    pub struct Tensors<'a>(Of<'a>) -> Tensor<'a>
}
