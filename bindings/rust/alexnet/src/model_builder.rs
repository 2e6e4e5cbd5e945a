//! Models from tensors, or from other models with changes.

use alexnet_sys as sys;

use crate::dtype::DType;
use crate::error::Result;
use crate::ffi::{self, CStrings, Constant};
use crate::handle::Handle;
use crate::limits::Limits;
use crate::model::Model;
use crate::network::Network;
use crate::preprocessing::Preprocessing;

/// Builds a model from tensors, or from another one with changes. For one
/// thread at a time.
///
/// ```
/// use alexnet::{FullyConnected, Model, ModelBuilder, Network};
///
/// let mut network = Network::new("sum", 1, 1, 2)?;
/// network.add_fully_connected("fc", &FullyConnected::new(1))?;
/// let mut builder = ModelBuilder::new(&network)?;
/// builder
///     .write_tensor("fc.weight", &[1.0, 1.0])?
///     .write_tensor("fc.bias", &[0.5])?;
/// let model: Model = builder.build()?;
/// assert_eq!(model.tensor("fc.bias")?.to_vec()?, [0.5]);
/// # Ok::<(), alexnet::Error>(())
/// ```
#[derive(Debug)]
pub struct ModelBuilder(Handle<sys::alexnet_model_builder>);

impl ModelBuilder {
    /// All parameters are missing until they are written.
    pub fn new(network: &Network) -> Result<Self> {
        // SAFETY: the network is live; the outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_builder_create(network.0.get(), made, error)
        })?;
        Ok(ModelBuilder(handle))
    }

    /// Everything as in `model`, its training state aside.
    pub fn from_model(model: &Model) -> Result<Self> {
        // SAFETY: the model is live; the outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_builder_create_from(model.0.get(), made, error)
        })?;
        Ok(ModelBuilder(handle))
    }

    /// All of a parameter tensor.
    pub fn write_tensor(&mut self, name: &str, values: &[f32]) -> Result<&mut Self> {
        // SAFETY: every float32 is four bytes.
        let (_, bytes, _) = unsafe { values.align_to::<u8>() };
        self.write_chunk(name, DType::F32, 0, bytes)
    }

    /// Elements of a parameter tensor, in chunks and in order: `first` is 0,
    /// which starts the tensor (anew), or the number of elements written so
    /// far. All chunks of a tensor have one type; `data` holds their bytes.
    pub fn write_chunk(
        &mut self,
        name: &str,
        dtype: DType,
        first: usize,
        data: &[u8],
    ) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let first = ffi::int(first, "first")?;
        // SAFETY: the handle is live; name and data outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_builder_write_tensor(
                self.0.get(),
                name.as_ptr(),
                dtype.to_c(),
                first,
                data.as_ptr().cast(),
                data.len(),
                error,
            )
        })?;
        Ok(self)
    }

    /// One per class; none removes them.
    pub fn set_labels<T: AsRef<str>>(&mut self, labels: &[T]) -> Result<&mut Self> {
        let labels = CStrings::new(labels, "labels")?;
        // SAFETY: the handle is live; the labels outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_builder_set_labels(
                self.0.get(),
                labels.as_ptr(),
                labels.len(),
                error,
            )
        })?;
        Ok(self)
    }

    /// What pictures go through.
    pub fn set_preprocessing(&mut self, preprocessing: &Preprocessing) -> Result<&mut Self> {
        let given = preprocessing.to_c()?;
        // SAFETY: the handle is live; the mean image outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_builder_set_preprocessing(self.0.get(), &given, error)
        })?;
        Ok(self)
    }

    /// Free metadata; `None` removes the key.
    pub fn set_metadata(&mut self, key: &str, value: Option<&str>) -> Result<&mut Self> {
        let key = ffi::c_string(key, "key")?;
        let value = value.map(|v| ffi::c_string(v, "value")).transpose()?;
        // SAFETY: the handle is live; key and value outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_builder_set_metadata(
                self.0.get(),
                key.as_ptr(),
                ffi::or_null(&value),
                error,
            )
        })?;
        Ok(self)
    }

    /// Where the model came from and what made it, in words for a person;
    /// `None` leaves either as it is.
    pub fn set_source(&mut self, source: Option<&str>, tool: Option<&str>) -> Result<&mut Self> {
        let source = source.map(|s| ffi::c_string(s, "source")).transpose()?;
        let tool = tool.map(|t| ffi::c_string(t, "tool")).transpose()?;
        // SAFETY: the handle is live; the texts outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_builder_set_source(
                self.0.get(),
                ffi::or_null(&source),
                ffi::or_null(&tool),
                error,
            )
        })?;
        Ok(self)
    }

    /// The model, with a self-check computed anew; the builder stays as it was.
    pub fn build(&self) -> Result<Model> {
        self.build_within(&Limits::new())
    }

    /// The same within limits.
    pub fn build_within(&self, limits: &Limits) -> Result<Model> {
        let limits = limits.to_c();
        // SAFETY: the handle is live; the limits outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_builder_build(self.0.get(), &limits, made, error)
        })?;
        Ok(Model(handle))
    }
}
