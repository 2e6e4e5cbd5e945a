//! Networks.

use std::ptr;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, Constant, Struct};
use crate::handle::Handle;
use crate::layer::{iterator, Indexed, Iter, Layer};
use crate::layer_options::{
    ActivationKind, Convolution, FullyConnected, LocallyConnected, Lrn, Pooling,
};
use crate::preprocessing::Preprocessing;
use crate::recipe::Recipe;

/// A chain of layers, the preprocessing that pictures go through before it,
/// and the recipe that trains it. No parameters.
///
/// ```
/// use alexnet::{Convolution, FullyConnected, Network, Pooling, Window};
///
/// let mut network = Network::new("small", 3, 32, 32)?;
/// network
///     .add_convolution("conv1", &Convolution::new(16, Window::square(5).pad(2)))?
///     .add_relu("relu1")?
///     .add_pooling("pool1", &Pooling::max(Window::square(2).stride(2)))?
///     .add_fully_connected("fc2", &FullyConnected::new(10))?
///     .add_softmax("prob")?;
/// let names: Vec<String> = network.layers().map(|layer| layer.name).collect();
/// assert_eq!(names, ["conv1", "relu1", "pool1", "fc2", "prob"]);
/// # Ok::<(), alexnet::Error>(())
/// ```
///
/// For one thread at a time, though not always the same: it may be sent, but
/// not shared.
///
/// ```
/// fn sent<T: Send>() {}
/// sent::<alexnet::Network>();
/// ```
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<alexnet::Network>();
/// ```
#[derive(Debug)]
pub struct Network(pub(crate) Handle<sys::alexnet_network>);

impl Network {
    /// A preset by its name, with its own number of classes and input size.
    pub fn preset(name: &str) -> Result<Self> {
        Network::preset_with(name, 0, 0)
    }

    /// A preset for `classes` classes and square pictures of `input_size`
    /// pixels; 0 is the preset's own.
    pub fn preset_with(name: &str, classes: usize, input_size: usize) -> Result<Self> {
        let name = ffi::c_string(name, "preset")?;
        let classes = ffi::int(classes, "classes")?;
        let input_size = ffi::int(input_size, "input_size")?;
        // SAFETY: the name and both outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_network_create_preset(name.as_ptr(), classes, input_size, made, error)
        })?;
        Ok(Network(handle))
    }

    /// An empty network for (N, channels, height, width) input; 1 or 3
    /// channels. Its recipe is the paper's; its preprocessing resizes the
    /// shorter side to the input's longer one, crops, and takes 0..255 to
    /// -2..2.
    pub fn new(name: &str, channels: usize, height: usize, width: usize) -> Result<Self> {
        let name = ffi::c_string(name, "name")?;
        let channels = ffi::int(channels, "channels")?;
        let height = ffi::int(height, "height")?;
        let width = ffi::int(width, "width")?;
        // SAFETY: the name and both outputs outlive the call.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_network_create(name.as_ptr(), channels, height, width, made, error)
        })?;
        Ok(Network(handle))
    }

    /// Appends a convolution. Names of layers are unique. Like all that append,
    /// it checks the layer against those so far and appends no wrong one.
    pub fn add_convolution(&mut self, name: &str, layer: &Convolution) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let options = layer.to_c()?;
        // SAFETY: the handle is live; name and options outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_convolution(self.0.get(), name.as_ptr(), &options, error)
        })?;
        Ok(self)
    }

    /// Appends a pooling layer.
    pub fn add_pooling(&mut self, name: &str, layer: &Pooling) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let options = layer.to_c()?;
        // SAFETY: the handle is live; name and options outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_pooling(self.0.get(), name.as_ptr(), &options, error)
        })?;
        Ok(self)
    }

    /// Appends a local response normalization.
    pub fn add_lrn(&mut self, name: &str, layer: &Lrn) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let options = layer.to_c()?;
        // SAFETY: the handle is live; name and options outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_lrn(self.0.get(), name.as_ptr(), &options, error)
        })?;
        Ok(self)
    }

    /// Appends an activation function.
    pub fn add_activation(&mut self, name: &str, kind: ActivationKind) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: the handle is live; the name outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_activation(self.0.get(), name.as_ptr(), kind.to_c(), error)
        })?;
        Ok(self)
    }

    /// Appends a ReLU.
    pub fn add_relu(&mut self, name: &str) -> Result<&mut Self> {
        self.add_activation(name, ActivationKind::Relu)
    }

    /// Appends a tanh.
    pub fn add_tanh(&mut self, name: &str) -> Result<&mut Self> {
        self.add_activation(name, ActivationKind::Tanh)
    }

    /// Appends a dropout layer: while training it zeroes a unit with
    /// probability `rate` in [0, 1) and scales the others by 1 / (1 - rate).
    pub fn add_dropout(&mut self, name: &str, rate: f32) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: the handle is live; the name outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_dropout(self.0.get(), name.as_ptr(), rate, error)
        })?;
        Ok(self)
    }

    /// Appends an average over `height` x `width` windows that cover the input,
    /// as PyTorch's.
    pub fn add_adaptive_average_pooling(
        &mut self,
        name: &str,
        height: usize,
        width: usize,
    ) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let height = ffi::int(height, "height")?;
        let width = ffi::int(width, "width")?;
        // SAFETY: the handle is live; the name outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_adaptive_average_pooling(
                self.0.get(),
                name.as_ptr(),
                height,
                width,
                error,
            )
        })?;
        Ok(self)
    }

    /// Appends a fully connected layer.
    pub fn add_fully_connected(&mut self, name: &str, layer: &FullyConnected) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let options = layer.to_c()?;
        // SAFETY: the handle is live; name and options outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_fully_connected(self.0.get(), name.as_ptr(), &options, error)
        })?;
        Ok(self)
    }

    /// Appends a locally connected layer.
    pub fn add_locally_connected(
        &mut self,
        name: &str,
        layer: &LocallyConnected,
    ) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        let options = layer.to_c()?;
        // SAFETY: the handle is live; name and options outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_locally_connected(self.0.get(), name.as_ptr(), &options, error)
        })?;
        Ok(self)
    }

    /// Appends a softmax, the last layer of a network that classifies.
    pub fn add_softmax(&mut self, name: &str) -> Result<&mut Self> {
        let name = ffi::c_string(name, "name")?;
        // SAFETY: the handle is live; the name outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_add_softmax(self.0.get(), name.as_ptr(), error)
        })?;
        Ok(self)
    }

    /// Sets an option of layers that are there, for experiments. Where the
    /// network would not fit together it stays as it was.
    ///
    /// `pattern` names layers as a shell's patterns do, or by what they
    /// compute: `"convolution"`, `"pooling"`, `"lrn"`, `"activation"`,
    /// `"relu"`, `"tanh"`, `"dropout"`, `"adaptive_average_pooling"`,
    /// `"fully_connected"`, `"locally_connected"` or `"softmax"`; one that names
    /// none is an error, and all that are named must have the option. `option` is
    /// its name in [`Network::json`], as `"out_channels"` or `"weight.value"`; of
    /// windows `"kernel"`, `"stride"` and `"pad"` set both axes and all sides, and
    /// `"kernel_h"`, `"kernel_w"`, `"stride_h"`, `"stride_w"`, `"pad_top"`,
    /// `"pad_left"`, `"pad_bottom"`, `"pad_right"` one. `value` is a number,
    /// `true` or `false`, or the name of a choice in that JSON.
    ///
    /// ```
    /// use alexnet::Network;
    ///
    /// let mut network = Network::preset("cifar10_lrn")?;
    /// network
    ///     .set_option("relu", "kind", "tanh")?
    ///     .remove_layers("lrn")?;
    /// # Ok::<(), alexnet::Error>(())
    /// ```
    pub fn set_option(&mut self, pattern: &str, option: &str, value: &str) -> Result<&mut Self> {
        let pattern = ffi::c_string(pattern, "pattern")?;
        let option = ffi::c_string(option, "option")?;
        let value = ffi::c_string(value, "value")?;
        // SAFETY: the handle is live; the texts outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_set_option(
                self.0.get(),
                pattern.as_ptr(),
                option.as_ptr(),
                value.as_ptr(),
                error,
            )
        })?;
        Ok(self)
    }

    /// Leaves out all layers that `pattern` names, as
    /// [`Network::set_option`] says.
    pub fn remove_layers(&mut self, pattern: &str) -> Result<&mut Self> {
        let pattern = ffi::c_string(pattern, "pattern")?;
        // SAFETY: the handle is live; the text outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_remove_layers(self.0.get(), pattern.as_ptr(), error)
        })?;
        Ok(self)
    }

    /// The options of layer `index`, a convolution, defaults filled in.
    pub fn convolution(&self, index: usize) -> Result<Convolution> {
        let mut options = sys::alexnet_convolution_options::init();
        // SAFETY: the handle is live; `options` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_convolution(self.0.get(), index, &mut options, error)
        })?;
        Convolution::from_c(&options)
    }

    /// The options of layer `index`, a pooling, defaults filled in.
    pub fn pooling(&self, index: usize) -> Result<Pooling> {
        let mut options = sys::alexnet_pooling_options::init();
        // SAFETY: the handle is live; `options` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_pooling(self.0.get(), index, &mut options, error)
        })?;
        Pooling::from_c(&options)
    }

    /// The options of layer `index`, a response normalization, defaults filled
    /// in.
    pub fn lrn(&self, index: usize) -> Result<Lrn> {
        let mut options = sys::alexnet_lrn_options::init();
        // SAFETY: the handle is live; `options` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_lrn(self.0.get(), index, &mut options, error)
        })?;
        Lrn::from_c(&options)
    }

    /// The function of layer `index`, an activation.
    pub fn activation(&self, index: usize) -> Result<ActivationKind> {
        let mut kind = 0;
        // SAFETY: the handle is live; the output outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_activation(self.0.get(), index, &mut kind, error)
        })?;
        ActivationKind::from_c(kind)
    }

    /// The rate of layer `index`, a dropout.
    pub fn dropout(&self, index: usize) -> Result<f32> {
        let mut rate = 0.0;
        // SAFETY: the handle is live; the output outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_dropout(self.0.get(), index, &mut rate, error)
        })?;
        Ok(rate)
    }

    /// Rows and columns of what layer `index` gives, an adaptive average
    /// pooling.
    pub fn adaptive_average_pooling(&self, index: usize) -> Result<(usize, usize)> {
        let (mut rows, mut columns) = (0, 0);
        // SAFETY: the handle is live; the outputs outlive the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_adaptive_average_pooling(
                self.0.get(),
                index,
                &mut rows,
                &mut columns,
                error,
            )
        })?;
        Ok((ffi::size(rows), ffi::size(columns)))
    }

    /// The options of layer `index`, a fully connected one, defaults filled in.
    pub fn fully_connected(&self, index: usize) -> Result<FullyConnected> {
        let mut options = sys::alexnet_fully_connected_options::init();
        // SAFETY: the handle is live; `options` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_fully_connected(self.0.get(), index, &mut options, error)
        })?;
        FullyConnected::from_c(&options)
    }

    /// The options of layer `index`, a locally connected one, defaults filled in.
    pub fn locally_connected(&self, index: usize) -> Result<LocallyConnected> {
        let mut options = sys::alexnet_locally_connected_options::init();
        // SAFETY: the handle is live; `options` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_locally_connected(self.0.get(), index, &mut options, error)
        })?;
        LocallyConnected::from_c(&options)
    }

    /// A table for a person: layers, settings, outputs, parameters, and
    /// multiply-accumulates.
    pub fn text(&self) -> Result<String> {
        let mut text = ptr::null_mut();
        // SAFETY: the handle is live; `text` outlives the call.
        ffi::call(|error| unsafe { sys::alexnet_network_text(self.0.get(), &mut text, error) })?;
        // SAFETY: the call succeeded, so the text is ours.
        Ok(unsafe { ffi::take_text(text) })
    }

    /// Every option of every layer, as a JSON object; see `alexnet_network_json`
    /// in the header.
    pub fn json(&self) -> Result<String> {
        let mut json = ptr::null_mut();
        // SAFETY: the handle is live; `json` outlives the call.
        ffi::call(|error| unsafe { sys::alexnet_network_json(self.0.get(), &mut json, error) })?;
        // SAFETY: the call succeeded, so the text is ours.
        Ok(unsafe { ffi::take_text(json) })
    }

    /// The layers, in order.
    pub fn layers(&self) -> NetworkLayers<'_> {
        // SAFETY: the handle is live.
        let count = unsafe { sys::alexnet_network_layer_count(self.0.get()) };
        NetworkLayers(Iter::new(self, count))
    }

    /// What pictures go through.
    pub fn preprocessing(&self) -> Result<Preprocessing> {
        let mut given = sys::alexnet_preprocessing::init();
        // SAFETY: the handle is live; `given` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_preprocessing(self.0.get(), &mut given, error)
        })?;
        // SAFETY: the call filled `given`, and the handle lives.
        unsafe { Preprocessing::from_c(&given) }
    }

    /// Replaces it.
    pub fn set_preprocessing(&mut self, preprocessing: &Preprocessing) -> Result<()> {
        let given = preprocessing.to_c()?;
        // SAFETY: the handle is live; the mean image outlives the call.
        ffi::call(|error| unsafe {
            sys::alexnet_network_set_preprocessing(self.0.get(), &given, error)
        })
    }

    /// How it is trained: all fields are given.
    pub fn recipe(&self) -> Result<Recipe> {
        let mut given = sys::alexnet_recipe::init();
        // SAFETY: the handle is live; `given` is initialised.
        ffi::call(|error| unsafe {
            sys::alexnet_network_get_recipe(self.0.get(), &mut given, error)
        })?;
        // SAFETY: the call filled `given`, and the handle lives.
        unsafe { Recipe::from_c(&given) }
    }

    /// Changes the fields that are given.
    pub fn set_recipe(&mut self, recipe: &Recipe) -> Result<()> {
        let given = recipe.to_c()?;
        // SAFETY: the handle is live; the milestones outlive the call.
        ffi::call(|error| unsafe { sys::alexnet_network_set_recipe(self.0.get(), &given, error) })
    }
}

impl Indexed for &Network {
    type Item = Layer;

    fn at(&self, index: usize) -> Result<Layer> {
        // SAFETY: the handle is live, and so are the texts: nothing changes the
        // network while it is borrowed.
        Layer::read(|info, error| unsafe {
            sys::alexnet_network_layer_at(self.0.get(), index, info, error)
        })
    }
}

iterator! {
    /// The layers of a network, in order.
    pub struct NetworkLayers<'a>(&'a Network) -> Layer
}
