//! Calls of the C interface and what goes in and out of them.

use std::ffi::CString;
use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::os::raw::{c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use alexnet_sys as sys;

use crate::error::{Error, ErrorCode, Result};
pub(crate) use crate::text::{path, take_text, text};

/// Makes a call, `function`, that is given where to put its error.
pub(crate) fn call(
    function: impl FnOnce(*mut *mut sys::alexnet_error) -> sys::alexnet_status,
) -> Result<()> {
    check_library()?;
    call_unchecked(function)
}

/// The same before the library's version is known to fit.
pub(crate) fn call_unchecked(
    function: impl FnOnce(*mut *mut sys::alexnet_error) -> sys::alexnet_status,
) -> Result<()> {
    let mut error = ptr::null_mut();
    let status = function(&mut error);
    if status == sys::ALEXNET_OK {
        return Ok(());
    }
    // SAFETY: the call failed, so `error` is null or an error that is ours.
    Err(unsafe { Error::take(status, error) })
}

/// Refuses a library that does not fit the crate; asks only until one fits.
pub(crate) fn check_library() -> Result<()> {
    static FITS: AtomicBool = AtomicBool::new(false);
    if FITS.load(Ordering::Relaxed) {
        return Ok(());
    }
    // SAFETY: takes numbers and where to put an error.
    call_unchecked(|error| unsafe {
        sys::alexnet_require_version(
            sys::ALEXNET_VERSION_MAJOR,
            sys::ALEXNET_VERSION_MINOR,
            error,
        )
    })?;
    FITS.store(true, Ordering::Relaxed);
    Ok(())
}

/// The error for what the library must not do.
pub(crate) fn defect(message: &str) -> Error {
    Error::new(ErrorCode::Internal, message)
}

/// A struct of the C interface that its init function prepares.
///
/// # Safety
/// All bits zero is a value of the type, and `INIT` sets its `struct_size`.
pub(crate) unsafe trait Struct: Sized {
    const INIT: unsafe extern "C" fn(*mut Self, usize);

    fn init() -> Self {
        let mut value = MaybeUninit::<Self>::zeroed();
        // SAFETY: the init function writes at most the size that it is given,
        // and zero is a value of every field that it leaves alone.
        unsafe {
            Self::INIT(value.as_mut_ptr(), mem::size_of::<Self>());
            value.assume_init()
        }
    }
}

macro_rules! structs {
    ($($name:ident by $init:ident),* $(,)?) => {
        $(
            // SAFETY: a C struct of numbers and pointers, with its own init.
            unsafe impl Struct for sys::$name {
                const INIT: unsafe extern "C" fn(*mut Self, usize) = sys::$init;
            }
        )*
    };
}

structs! {
    alexnet_benchmark_options by alexnet_benchmark_options_init,
    alexnet_benchmark_report by alexnet_benchmark_report_init,
    alexnet_context_options by alexnet_context_options_init,
    alexnet_convolution_options by alexnet_convolution_options_init,
    alexnet_device_info by alexnet_device_info_init,
    alexnet_evaluate_options by alexnet_evaluate_options_init,
    alexnet_evaluation_info by alexnet_evaluation_info_init,
    alexnet_feature_options by alexnet_feature_options_init,
    alexnet_features_info by alexnet_features_info_init,
    alexnet_finetune_options by alexnet_finetune_options_init,
    alexnet_fully_connected_options by alexnet_fully_connected_options_init,
    alexnet_layer_info by alexnet_layer_info_init,
    alexnet_layer_times_info by alexnet_layer_times_info_init,
    alexnet_limits by alexnet_limits_init,
    alexnet_lint_options by alexnet_lint_options_init,
    alexnet_load_options by alexnet_load_options_init,
    alexnet_locally_connected_options by alexnet_locally_connected_options_init,
    alexnet_lrn_options by alexnet_lrn_options_init,
    alexnet_model_info by alexnet_model_info_init,
    alexnet_pack_options by alexnet_pack_options_init,
    alexnet_pack_report by alexnet_pack_report_init,
    alexnet_pooling_options by alexnet_pooling_options_init,
    alexnet_preprocessing by alexnet_preprocessing_init,
    alexnet_queue_info by alexnet_queue_info_init,
    alexnet_queue_options by alexnet_queue_options_init,
    alexnet_recipe by alexnet_recipe_init,
    alexnet_save_options by alexnet_save_options_init,
    alexnet_session_info by alexnet_session_info_init,
    alexnet_session_options by alexnet_session_options_init,
    alexnet_shapes_options by alexnet_shapes_options_init,
    alexnet_step_result by alexnet_step_result_init,
    alexnet_tensor_info by alexnet_tensor_info_init,
    alexnet_tensor_statistics by alexnet_tensor_statistics_init,
    alexnet_train_listener by alexnet_train_listener_init,
    alexnet_train_options by alexnet_train_options_init,
    alexnet_train_report by alexnet_train_report_init,
    alexnet_trainer_options by alexnet_trainer_options_init,
    alexnet_update_rule by alexnet_update_rule_init,
}

/// An enum with one C constant for each variant.
pub(crate) trait Constant: Sized {
    fn to_c(self) -> i32;
    fn from_c(value: i32) -> Result<Self>;
}

macro_rules! constants {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$about:meta])* $variant:ident = $constant:ident ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$about])* $variant ),* }

        impl crate::ffi::Constant for $name {
            fn to_c(self) -> i32 {
                match self { $( $name::$variant => alexnet_sys::$constant ),* }
            }
            fn from_c(value: i32) -> crate::error::Result<Self> {
                match value {
                    $( alexnet_sys::$constant => Ok($name::$variant), )*
                    _ => Err(crate::ffi::unknown(stringify!($name), value)),
                }
            }
        }
    };
}
pub(crate) use constants;

/// The error for a constant of a newer library.
pub(crate) fn unknown(name: &str, value: i32) -> Error {
    let message =
        format!("the library gave {value}, which this version of the crate does not know");
    Error::new(ErrorCode::Unsupported, message).with_field(name)
}

/// `value` for C; `field` names it where it holds a zero byte.
pub(crate) fn c_string(value: &str, field: &str) -> Result<CString> {
    c_bytes(value.as_bytes(), field)
}

/// `path` for C.
pub(crate) fn c_path(path: &Path, field: &str) -> Result<CString> {
    c_bytes(path.as_os_str().as_bytes(), field)
}

fn c_bytes(bytes: &[u8], field: &str) -> Result<CString> {
    CString::new(bytes).map_err(|error| {
        let message = format!(
            "holds a zero byte at {}, where the text would end; leave it out",
            error.nul_position()
        );
        Error::new(ErrorCode::InvalidArgument, message).with_field(field)
    })
}

/// A list of texts for C. The pointers live as long as the list.
pub(crate) struct CStrings {
    _texts: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl CStrings {
    pub(crate) fn new<T: AsRef<str>>(texts: &[T], field: &str) -> Result<Self> {
        texts
            .iter()
            .map(|text| c_string(text.as_ref(), field))
            .collect::<Result<Vec<_>>>()
            .map(CStrings::of)
    }

    /// The same of paths.
    pub(crate) fn of_paths<P: AsRef<Path>>(paths: &[P], field: &str) -> Result<Self> {
        paths
            .iter()
            .map(|path| c_path(path.as_ref(), field))
            .collect::<Result<Vec<_>>>()
            .map(CStrings::of)
    }

    fn of(texts: Vec<CString>) -> Self {
        let pointers = texts.iter().map(|text| text.as_ptr()).collect();
        CStrings {
            _texts: texts,
            pointers,
        }
    }

    /// Null where the list is empty.
    pub(crate) fn as_ptr(&self) -> *const *const c_char {
        if self.pointers.is_empty() {
            return ptr::null();
        }
        self.pointers.as_ptr()
    }

    pub(crate) fn len(&self) -> usize {
        self.pointers.len()
    }
}

/// An optional text for C.
pub(crate) fn c_text(value: &Option<String>, field: &str) -> Result<Option<CString>> {
    value
        .as_deref()
        .map(|text| c_string(text, field))
        .transpose()
}

/// A choice for C, where 0 leaves it open.
pub(crate) fn or_default<T: Constant>(choice: Option<T>) -> i32 {
    choice.map_or(0, Constant::to_c)
}

/// The pointer of an optional text; null without one.
pub(crate) fn or_null(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

/// `value` as the integer type of a C field.
pub(crate) fn int<T: TryFrom<usize>>(value: usize, field: &str) -> Result<T> {
    T::try_from(value).map_err(|_| {
        let message = format!("{value} is too large");
        Error::new(ErrorCode::InvalidArgument, message).with_field(field)
    })
}

/// A count of the library.
pub(crate) fn size(value: i64) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// What `first` points to; nothing where it is null.
///
/// # Safety
/// Null, or `count` values that live and do not change as long as `'a`.
pub(crate) unsafe fn slice<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if first.is_null() {
        return &[];
    }
    // SAFETY: the caller says so.
    unsafe { slice::from_raw_parts(first, count) }
}

/// A copy of `count` floats at `given`, which are freed.
///
/// # Safety
/// They are initialised, freed by alexnet_free, and nobody else's.
#[cfg(feature = "convert")]
pub(crate) unsafe fn take_floats(given: *mut f32, count: usize) -> Vec<f32> {
    // SAFETY: the caller says so.
    let floats = unsafe { slice::from_raw_parts(given, count) }.to_vec();
    // SAFETY: likewise; the copy is ours.
    unsafe { sys::alexnet_free(given.cast()) };
    floats
}

/// Bytes in memory of the library.
#[derive(Debug)]
pub struct Bytes {
    data: NonNull<u8>,
    size: usize,
}

impl Bytes {
    /// Takes `size` bytes at `data`, which may be null where there are none.
    ///
    /// # Safety
    /// They are initialised, freed by alexnet_free, and nobody else's.
    pub(crate) unsafe fn take(data: *mut c_void, size: usize) -> Self {
        match NonNull::new(data.cast()) {
            Some(data) => Bytes { data, size },
            None => Bytes {
                data: NonNull::dangling(),
                size: 0,
            },
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `take` was given that many bytes, which nobody changes; or
        // none, and the pointer is aligned and not null.
        unsafe { slice::from_raw_parts(self.data.as_ptr(), self.size) }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        if self.data != NonNull::dangling() {
            // SAFETY: it came from the library and is freed only here.
            unsafe { sys::alexnet_free(self.data.as_ptr().cast()) }
        }
    }
}

// SAFETY: plain bytes with one owner, which no thread changes; the library's
// allocator is the process's and serves all threads.
unsafe impl Send for Bytes {}
// SAFETY: as above; shared, they are only read.
unsafe impl Sync for Bytes {}
