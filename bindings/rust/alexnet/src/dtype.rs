//! Types of elements.

use crate::ffi::constants;

constants! {
    // BEGIN options: rust.enum DType
    /// Element types; in files little endian.
    pub enum DType {
        /// IEEE 754 single.
        F32 = ALEXNET_DTYPE_F32,
        /// IEEE 754 half.
        F16 = ALEXNET_DTYPE_F16,
        /// bfloat16.
        Bf16 = ALEXNET_DTYPE_BF16,
    }
    // END options
}
