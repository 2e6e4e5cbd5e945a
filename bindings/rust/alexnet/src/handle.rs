//! Owned handles of the C interface.

use std::ptr::{self, NonNull};

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi;

/// A type of handle and the function that frees it.
pub(crate) trait Raw {
    const FREE: unsafe extern "C" fn(*mut Self);
}

/// Handles of this type may go to another thread.
///
/// # Safety
/// alexnet.h says that any thread may use them, one at a time at least.
pub(crate) unsafe trait Movable: Raw {}

/// Handles of this type may be used by any number of threads at once.
///
/// # Safety
/// alexnet.h says so.
pub(crate) unsafe trait Shared: Movable {}

/// A live handle; freed when dropped.
#[derive(Debug)]
pub(crate) struct Handle<T: Raw>(NonNull<T>);

impl<T: Raw> Handle<T> {
    /// The handle that `create` makes; it is given where to put the handle and
    /// where to put an error.
    pub(crate) fn create(
        create: impl FnOnce(*mut *mut T, *mut *mut sys::alexnet_error) -> sys::alexnet_status,
    ) -> Result<Self> {
        let mut made = ptr::null_mut();
        ffi::call(|error| create(&mut made, error))?;
        NonNull::new(made)
            .map(Handle)
            .ok_or_else(|| ffi::defect("a handle was promised, but not made"))
    }

    pub(crate) fn get(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Raw> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: the handle came from the library, nobody else frees it, and
        // no call uses it any more: calls borrow what owns it.
        unsafe { T::FREE(self.get()) }
    }
}

// SAFETY: `Movable` is what the header says of moving a handle.
unsafe impl<T: Movable> Send for Handle<T> {}
// SAFETY: `Shared` is what the header says of sharing a handle.
unsafe impl<T: Shared> Sync for Handle<T> {}

macro_rules! raw {
    ($($handle:ident freed by $free:ident),* $(,)?) => {
        $(
            impl Raw for sys::$handle {
                const FREE: unsafe extern "C" fn(*mut Self) = sys::$free;
            }
            // SAFETY: "Threads" in alexnet.h: no handle is bound to a thread.
            unsafe impl Movable for sys::$handle {}
        )*
    };
}

raw! {
    alexnet_cancel_token freed by alexnet_cancel_token_free,
    alexnet_context freed by alexnet_context_free,
    alexnet_dataset freed by alexnet_dataset_free,
    alexnet_evaluation freed by alexnet_evaluation_free,
    alexnet_features freed by alexnet_features_free,
    alexnet_model freed by alexnet_model_free,
    alexnet_model_builder freed by alexnet_model_builder_free,
    alexnet_network freed by alexnet_network_free,
    alexnet_queue freed by alexnet_queue_free,
    alexnet_session freed by alexnet_session_free,
    alexnet_trainer freed by alexnet_trainer_free,
}

macro_rules! shared {
    ($($handle:ident),* $(,)?) => {
        // SAFETY: "Threads" in alexnet.h names these: "may be used from any
        // number of threads at once".
        $(unsafe impl Shared for sys::$handle {})*
    };
}

shared! {
    alexnet_cancel_token,
    alexnet_context,
    alexnet_dataset,
    alexnet_evaluation,
    alexnet_model,
    alexnet_queue,
}
