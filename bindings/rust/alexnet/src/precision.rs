//! What a GPU computes in.

use alexnet_sys as sys;

use crate::ffi::{constants, Constant};

constants! {
    /// What a GPU computes in. Sums, the loss, softmax, and the parameters and
    /// momenta of a training run are float32 in each. The CPU knows `F32` alone.
    pub enum Precision {
        /// float32.
        F32 = ALEXNET_PRECISION_F32,
        /// float32 whose products have mantissas of 10 bits.
        Tf32 = ALEXNET_PRECISION_TF32,
        /// bfloat16.
        Bf16 = ALEXNET_PRECISION_BF16,
    }
}

/// For C, where none is the default.
pub(crate) fn to_c(precision: Option<Precision>) -> i32 {
    precision.map_or(sys::ALEXNET_PRECISION_DEFAULT, Precision::to_c)
}
