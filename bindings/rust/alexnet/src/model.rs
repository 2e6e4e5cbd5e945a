//! Models.

use std::path::{Path, PathBuf};
use std::ptr;

use alexnet_sys as sys;

use crate::dtype::DType;
use crate::error::Result;
use crate::ffi::{self, Bytes, Struct};
use crate::handle::Handle;
use crate::layer::{iterator, Indexed, Iter, Layer};
use crate::limits::Limits;
use crate::network::Network;
use crate::preprocessing::Preprocessing;

/// A network with its parameters, preprocessing and labels. Immutable.
///
/// Any number of sessions and threads may share one:
///
/// ```
/// fn shared<T: Send + Sync>() {}
/// shared::<alexnet::Model>();
/// ```
///
/// What is borrowed from it does not outlive it:
///
/// ```compile_fail,E0505
/// # fn main() -> Result<(), alexnet::Error> {
/// let model = alexnet::Model::load("net.alexnet")?;
/// let tensor = model.tensors().next().unwrap();
/// drop(model);
/// println!("{}", tensor.data()?.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Model(pub(crate) Handle<sys::alexnet_model>);

/// How a model is saved.
#[derive(Clone, Debug, Default)]
pub struct SaveOptions {
    /// Of the parameters; `None`: as they are.
    pub dtype: Option<DType>,
    /// Leave out what resuming needs.
    pub strip_training_state: bool,
    /// For the hashes; 0: all there are.
    pub threads: usize,
    /// What the call watches.
    pub limits: Limits,
}

impl SaveOptions {
    fn to_c(&self) -> Result<sys::alexnet_save_options> {
        let mut options = sys::alexnet_save_options::init();
        options.dtype = ffi::or_default(self.dtype);
        options.strip_training_state = self.strip_training_state.into();
        options.threads = ffi::int(self.threads, "threads")?;
        Ok(options)
    }
}

/// What there is to know of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Of the file, or the name that was given.
    pub path: PathBuf,
    /// The network's name: "bvlc_alexnet".
    pub network: String,
    /// Of the input.
    pub channels: usize,
    /// Of the input.
    pub height: usize,
    /// Of the input.
    pub width: usize,
    /// Features of the last layer.
    pub classes: usize,
    /// Elements of all parameters.
    pub parameters: usize,
    /// Multiply-accumulates for one image.
    pub macs: u64,
    /// Of the file.
    pub file_bytes: u64,
    /// Equal for equal models.
    pub file_hash: u64,
    /// 0 or `classes`.
    pub labels: usize,
    /// How many there are.
    pub layers: usize,
    /// How many there are.
    pub tensors: usize,
    /// How many pairs there are.
    pub metadata: usize,
    /// Ends in a softmax.
    pub classifies: bool,
    /// Can be checked for right results.
    pub has_self_check: bool,
    /// Is a checkpoint.
    pub has_training_state: bool,
    /// Trained, of a checkpoint.
    pub epochs: usize,
}

impl Model {
    /// Opens a model file. It is mapped, not read, and must not be made shorter
    /// or changed in place while the model lives, which can end the process;
    /// replacing it by rename is safe. Where that cannot be promised:
    /// [`load_copy`](Model::load_copy).
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Model::open(path.as_ref(), false)
    }

    /// Reads a model file into memory.
    pub fn load_copy(path: impl AsRef<Path>) -> Result<Self> {
        Model::open(path.as_ref(), true)
    }

    fn open(path: &Path, copy: bool) -> Result<Self> {
        let path = ffi::c_path(path, "path")?;
        let mut options = sys::alexnet_load_options::init();
        options.copy = copy.into();
        // SAFETY: path and options outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_load(path.as_ptr(), &options, made, error)
        })?;
        Ok(Model(handle))
    }

    /// A model from the bytes of a model file, which are copied.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Model::from_named_bytes(bytes, "model")
    }

    /// The same; `name` stands for the file in messages.
    pub fn from_named_bytes(bytes: &[u8], name: &str) -> Result<Self> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: bytes and name outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_load_memory(
                bytes.as_ptr().cast(),
                bytes.len(),
                name.as_ptr(),
                made,
                error,
            )
        })?;
        Ok(Model(handle))
    }

    /// A network with its initial parameters, drawn from `seed`. A mean image
    /// that it needs and does not have is made of the mean colour of ImageNet.
    pub fn initial(network: &Network, seed: u64) -> Result<Self> {
        Model::initial_within(network, seed, &Limits::new())
    }

    /// The same within limits.
    pub fn initial_within(network: &Network, seed: u64, limits: &Limits) -> Result<Self> {
        let limits = limits.to_c();
        // SAFETY: the network is live and the limits outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_create_initial(network.0.get(), seed, &limits, made, error)
        })?;
        Ok(Model(handle))
    }

    /// Writes a model file, atomically: readers see the old file or all of the
    /// new one.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_with(path, &SaveOptions::default())
    }

    /// The same with options. A model with a training state is saved in another
    /// type only without it.
    pub fn save_with(&self, path: impl AsRef<Path>, options: &SaveOptions) -> Result<()> {
        let path = ffi::c_path(path.as_ref(), "path")?;
        let limits = options.limits.to_c();
        let options = options.to_c()?;
        // SAFETY: the handle is live; the arguments outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_save(self.0.get(), path.as_ptr(), &options, &limits, error)
        })
    }

    /// The bytes of a model file.
    pub fn to_bytes(&self, options: &SaveOptions) -> Result<Bytes> {
        let limits = options.limits.to_c();
        let options = options.to_c()?;
        let mut bytes = ptr::null_mut();
        let mut size = 0;
        // SAFETY: the handle is live; the arguments outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_model_save_memory(
                self.0.get(),
                &options,
                &limits,
                &mut bytes,
                &mut size,
                error,
            )
        })?;
        // SAFETY: the call succeeded, so the bytes are ours.
        Ok(unsafe { Bytes::take(bytes, size) })
    }

    /// What there is to know of it.
    pub fn info(&self) -> Result<ModelInfo> {
        let info = self.raw_info()?;
        // SAFETY: the call filled in texts of the handle, which lives.
        let (path, network) = unsafe { (ffi::path(info.path), ffi::text(info.network)) };
        Ok(ModelInfo {
            path,
            network,
            channels: ffi::size(info.channels),
            height: ffi::size(info.height),
            width: ffi::size(info.width),
            classes: ffi::size(info.classes),
            parameters: ffi::size(info.parameter_count),
            macs: info.macs.max(0) as u64,
            file_bytes: info.file_bytes,
            file_hash: info.file_hash,
            labels: ffi::size(info.label_count),
            layers: ffi::size(info.layer_count),
            tensors: ffi::size(info.tensor_count),
            metadata: ffi::size(info.metadata_count),
            classifies: info.classifies != 0,
            has_self_check: info.has_self_check != 0,
            has_training_state: info.has_training_state != 0,
            epochs: ffi::size(info.epochs),
        })
    }

    fn raw_info(&self) -> Result<sys::alexnet_model_info> {
        let mut info = sys::alexnet_model_info::init();
        // SAFETY: the handle is live; `info` is initialised.
        ffi::call(|error| unsafe { sys::alexnet_model_get_info(self.0.get(), &mut info, error) })?;
        Ok(info)
    }

    /// The count that `field` picks; 0 where the library knows none.
    pub(crate) fn count(&self, field: impl FnOnce(&sys::alexnet_model_info) -> i64) -> usize {
        self.raw_info().map_or(0, |info| ffi::size(field(&info)))
    }

    /// The layers, in order.
    pub fn layers(&self) -> ModelLayers<'_> {
        ModelLayers(Iter::new(self, self.count(|info| info.layer_count)))
    }

    /// The name of a class; `None` without labels or beyond the last.
    pub fn label(&self, class: usize) -> Option<String> {
        let class = i64::try_from(class).ok()?;
        // SAFETY: the handle is live, and the text lives as long.
        unsafe {
            let label = sys::alexnet_model_label(self.0.get(), class);
            (!label.is_null()).then(|| ffi::text(label))
        }
    }

    /// The names of the classes; empty without labels.
    pub fn labels(&self) -> Vec<String> {
        (0..self.count(|info| info.label_count))
            .filter_map(|class| self.label(class))
            .collect()
    }

    /// What pictures go through.
    pub fn preprocessing(&self) -> Result<Preprocessing> {
        let mut given = sys::alexnet_preprocessing::init();
        // SAFETY: the handle is live; `given` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_model_get_preprocessing(self.0.get(), &mut given, error)
        })?;
        // SAFETY: the call filled `given`, and the handle lives.
        unsafe { Preprocessing::from_c(&given) }
    }

    /// The free metadata under `key`.
    pub fn metadata(&self, key: &str) -> Option<String> {
        let key = ffi::c_string(key, "key").ok()?;
        // SAFETY: the handle is live, and the text lives as long.
        unsafe {
            let value = sys::alexnet_model_metadata(self.0.get(), key.as_ptr());
            (!value.is_null()).then(|| ffi::text(value))
        }
    }

    /// All free metadata, as pairs of key and value.
    pub fn all_metadata(&self) -> Result<Vec<(String, String)>> {
        (0..self.count(|info| info.metadata_count))
            .map(|index| {
                let mut key = ptr::null();
                let mut value = ptr::null();
                // SAFETY: the handle is live; the outputs outlive the call.
                ffi::call(|error| unsafe {
                    sys::alexnet_model_metadata_at(self.0.get(), index, &mut key, &mut value, error)
                })?;
                // SAFETY: the call filled in texts of the handle, which lives.
                Ok(unsafe { (ffi::text(key), ffi::text(value)) })
            })
            .collect()
    }

    /// Everything but the tensors' values, as one JSON object.
    pub fn json(&self) -> Result<String> {
        let mut json = ptr::null_mut();
        // SAFETY: the handle is live; `json` outlives the call.
        ffi::call(|error| unsafe { sys::alexnet_model_json(self.0.get(), &mut json, error) })?;
        // SAFETY: the call succeeded, so the text is ours.
        Ok(unsafe { ffi::take_text(json) })
    }

    /// A network of its own to build on, without the parameters.
    pub fn network(&self) -> Result<Network> {
        // SAFETY: the handle is live; the outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_model_network(self.0.get(), made, error)
        })?;
        Ok(Network(handle))
    }
}

impl Indexed for &Model {
    type Item = Layer;

    fn at(&self, index: usize) -> Result<Layer> {
        // SAFETY: the handle is live, and the texts live as long.
        Layer::read(|info, error| unsafe {
            sys::alexnet_model_layer_at(self.0.get(), index, info, error)
        })
    }
}

iterator! {
    /// The layers of a model, in order.
    pub struct ModelLayers<'a>(&'a Model) -> Layer
}
