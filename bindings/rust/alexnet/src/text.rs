//! Texts of the library, copied.

use std::ffi::{CStr, OsString};
use std::os::raw::c_char;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use alexnet_sys as sys;

/// A copy of a text of the library; "" for null.
///
/// # Safety
/// `text` is null or ends in a zero.
pub(crate) unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller says so.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// A copy of a path of the library.
///
/// # Safety
/// `path` is null or ends in a zero.
pub(crate) unsafe fn path(path: *const c_char) -> PathBuf {
    if path.is_null() {
        return PathBuf::new();
    }
    // SAFETY: the caller says so.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes().to_vec();
    OsString::from_vec(bytes).into()
}

/// A text that the library hands out.
///
/// # Safety
/// `given` is null or a text that alexnet_free frees, and nobody else does.
pub(crate) unsafe fn take_text(given: *mut c_char) -> String {
    // SAFETY: the caller says so; the copy is made before it is freed.
    unsafe {
        let copy = text(given);
        sys::alexnet_free(given.cast());
        copy
    }
}
