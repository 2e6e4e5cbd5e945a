//! What a GPU computes in.

use crate::ffi::constants;

constants! {
    // BEGIN options: rust.enum Precision
    /// What a GPU computes in. Sums, the loss, softmax, and the parameters and
    /// momenta of a training run are float32 in each. The CPU knows F32 alone.
    /// Unless algorithms are tuned, the same work gives the same bits run after
    /// run on one kind of GPU with the same libraries.
    pub enum Precision {
        /// float32 throughout.
        F32 = ALEXNET_PRECISION_F32,
        /// float32 whose products have mantissas of 10 bits.
        Tf32 = ALEXNET_PRECISION_TF32,
        /// Blobs and working weights in bfloat16.
        Bf16 = ALEXNET_PRECISION_BF16,
    }
    // END options
}
