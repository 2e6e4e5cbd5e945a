//! Types of elements.

use alexnet_sys as sys;

use crate::ffi::{constants, Constant};

constants! {
    /// How a number is stored.
    pub enum DType {
        /// 32 bits.
        F32 = ALEXNET_DTYPE_F32,
        /// IEEE 754, 16 bits.
        F16 = ALEXNET_DTYPE_F16,
        /// The upper half of an F32.
        Bf16 = ALEXNET_DTYPE_BF16,
    }
}

/// For C, where none is the default.
pub(crate) fn to_c(dtype: Option<DType>) -> i32 {
    dtype.map_or(sys::ALEXNET_DTYPE_DEFAULT, DType::to_c)
}
