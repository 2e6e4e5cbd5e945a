//! How weights are kept in memory.

use crate::ffi::constants;

constants! {
    // BEGIN options: rust.enum WeightType
    /// How the weights of fully connected layers are kept in memory.
    pub enum WeightType {
        /// IEEE 754 single.
        F32 = ALEXNET_WEIGHTS_F32,
        /// IEEE 754 half.
        F16 = ALEXNET_WEIGHTS_F16,
        /// bfloat16.
        Bf16 = ALEXNET_WEIGHTS_BF16,
        /// Integers of 8 bits, each row of which has a factor in float32: the
        /// row's largest magnitude over 127.
        I8 = ALEXNET_WEIGHTS_I8,
    }
    // END options
}
