//! The layers of a network or model.

use std::ops::Range;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{self, constants, Constant, Struct};

constants! {
    // BEGIN options: rust.enum LayerType
    /// What a layer computes.
    pub enum LayerType {
        /// Cross-correlation.
        Convolution = ALEXNET_LAYER_CONVOLUTION,
        /// One value of each window.
        Pooling = ALEXNET_LAYER_POOLING,
        /// Local response normalization.
        Lrn = ALEXNET_LAYER_LRN,
        /// A function of each element.
        Activation = ALEXNET_LAYER_ACTIVATION,
        /// Zeroes while training.
        Dropout = ALEXNET_LAYER_DROPOUT,
        /// Averages that cover the input.
        AdaptiveAveragePooling = ALEXNET_LAYER_ADAPTIVE_AVERAGE_POOLING,
        /// y = x W^T + b.
        FullyConnected = ALEXNET_LAYER_FULLY_CONNECTED,
        /// Probabilities of classes.
        Softmax = ALEXNET_LAYER_SOFTMAX,
        /// As a convolution, with weights of its own at each place.
        LocallyConnected = ALEXNET_LAYER_LOCALLY_CONNECTED,
    }
    // END options
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layer {
    /// Unique in its network: "conv1".
    pub name: String,
    /// Its type in words: "convolution", "max pooling", "LRN", ...
    pub kind: String,
    /// What it computes; none where only a newer version of the crate knows it.
    pub layer_type: Option<LayerType>,
    /// Of the input for one image: (1, C, H, W) or (1, F).
    pub input: Vec<usize>,
    /// Of the output, likewise.
    pub output: Vec<usize>,
    /// Elements of its parameters.
    pub parameters: usize,
    /// Multiply-accumulates for one image, bias aside.
    pub macs: u64,
}

impl Layer {
    /// What `fill` puts into the struct that it is given.
    pub(crate) fn read(
        fill: impl FnOnce(
            *mut sys::alexnet_layer_info,
            *mut *mut sys::alexnet_error,
        ) -> sys::alexnet_status,
    ) -> Result<Layer> {
        let mut info = sys::alexnet_layer_info::init();
        ffi::call(|error| fill(&mut info, error))?;
        // SAFETY: the call filled in texts of the handle, which `fill` borrows.
        let (name, kind) = unsafe { (ffi::text(info.name), ffi::text(info.kind)) };
        let shape = |sides: &[i64; 4], rank: i64| -> Vec<usize> {
            sides[..ffi::size(rank).min(sides.len())]
                .iter()
                .map(|&side| ffi::size(side))
                .collect()
        };
        Ok(Layer {
            name,
            kind,
            layer_type: LayerType::from_c(info.type_).ok(),
            input: shape(&info.input, info.input_rank),
            output: shape(&info.output, info.output_rank),
            parameters: ffi::size(info.parameters),
            macs: info.macs.max(0) as u64,
        })
    }
}

/// Goes over what has an index from 0 on.
pub(crate) trait Indexed {
    type Item;
    fn at(&self, index: usize) -> Result<Self::Item>;
}

/// The iterator over such.
#[derive(Clone, Debug)]
pub(crate) struct Iter<T> {
    owner: T,
    range: Range<usize>,
}

impl<T> Iter<T> {
    pub(crate) fn new(owner: T, count: usize) -> Self {
        Iter {
            owner,
            range: 0..count,
        }
    }
}

impl<T: Indexed> Iterator for Iter<T> {
    type Item = T::Item;

    fn next(&mut self) -> Option<T::Item> {
        // An index below the count is always there.
        self.owner.at(self.range.next()?).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

macro_rules! iterator {
    ($(#[$meta:meta])* pub struct $name:ident<'a>($owner:ty) -> $item:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name<'a>(pub(crate) crate::layer::Iter<$owner>);

        impl<'a> Iterator for $name<'a> {
            type Item = $item;
            fn next(&mut self) -> Option<$item> {
                self.0.next()
            }
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl ExactSizeIterator for $name<'_> {}
        impl std::iter::FusedIterator for $name<'_> {}
    };
}
pub(crate) use iterator;
