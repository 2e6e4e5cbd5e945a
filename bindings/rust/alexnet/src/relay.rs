//! Carries closures, and their panics, through calls of C.

use std::any::Any;
use std::ops::ControlFlow;
use std::os::raw::c_void;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

/// Told how much is done: `done` of `total`, from the thread that made the
/// call. Breaking ends the call with
/// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled); a panic ends it too
/// and goes on in the caller.
pub type Progress<'a> = Option<&'a mut dyn FnMut(u64, u64) -> ControlFlow<()>>;

/// The panic of a closure, on its way around C.
#[derive(Default)]
pub(crate) struct Relay {
    panic: Option<Box<dyn Any + Send>>,
}

impl Relay {
    /// Runs `closure`; what a C callback returns: other than 0 to stop.
    pub(crate) fn run(&mut self, closure: impl FnOnce() -> ControlFlow<()>) -> i32 {
        if self.panic.is_some() {
            return 1;
        }
        // What the closure leaves half done is seen only by those who catch
        // the panic, which goes on in `finish`.
        match catch_unwind(AssertUnwindSafe(closure)) {
            Ok(ControlFlow::Continue(())) => 0,
            Ok(ControlFlow::Break(())) => 1,
            Err(panic) => {
                self.panic = Some(panic);
                1
            }
        }
    }

    /// After the call: the panic goes on, or the call's result is given.
    pub(crate) fn finish<T>(self, result: T) -> T {
        if let Some(panic) = self.panic {
            drop(result);
            resume_unwind(panic);
        }
        result
    }
}

/// A progress closure on its way through C.
pub(crate) struct ProgressRelay<'a> {
    relay: Relay,
    progress: Progress<'a>,
}

impl<'a> ProgressRelay<'a> {
    pub(crate) fn new(progress: Progress<'a>) -> Self {
        ProgressRelay {
            relay: Relay::default(),
            progress,
        }
    }

    /// What to pass as the callback; `None` without a closure.
    pub(crate) fn callback(&self) -> alexnet_sys::alexnet_progress_callback {
        if self.progress.is_some() {
            Some(progress)
        } else {
            None
        }
    }

    /// What to pass as its user. `self` must not be touched during the call.
    pub(crate) fn user(&mut self) -> *mut c_void {
        (self as *mut Self).cast()
    }

    /// After the call.
    pub(crate) fn finish<T>(self, result: T) -> T {
        self.relay.finish(result)
    }
}

/// The C callback.
unsafe extern "C" fn progress(user: *mut c_void, done: i64, total: i64) -> i32 {
    // SAFETY: `user` is what ProgressRelay::user gave, and during the call,
    // which this is part of and on whose thread it runs, nobody else uses it.
    let this = unsafe { &mut *user.cast::<ProgressRelay<'_>>() };
    let closure = this.progress.as_mut();
    this.relay.run(|| match closure {
        Some(closure) => closure(done.max(0) as u64, total.max(0) as u64),
        None => ControlFlow::Continue(()),
    })
}
