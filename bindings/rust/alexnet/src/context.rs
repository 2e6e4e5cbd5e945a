//! Where messages for a person go.

use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use std::sync::Arc;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::{constants, Constant, Struct};
use crate::handle::Handle;

constants! {
    /// How much a message matters.
    pub enum LogLevel {
        /// Details for whoever looks for a fault.
        Debug = ALEXNET_LOG_DEBUG,
        /// What was chosen and done.
        Info = ALEXNET_LOG_INFO,
        /// What may be wrong.
        Warning = ALEXNET_LOG_WARNING,
        /// What is wrong.
        Error = ALEXNET_LOG_ERROR,
    }
}

type Log = dyn Fn(LogLevel, &str) + Send + Sync;

/// Passes messages of what it is given to on to a closure.
///
/// Clones are the same context. Without one, messages are dropped; nothing is
/// global.
///
/// ```
/// use alexnet::{Context, LogLevel};
///
/// let context = Context::new(LogLevel::Warning, |level, message| {
///     eprintln!("{level:?}: {message}");
/// })?;
/// # drop(context);
/// # Ok::<(), alexnet::Error>(())
/// ```
///
/// The closure may be called from any thread, so what it takes along must be
/// fit for that:
///
/// ```compile_fail,E0277
/// let count = std::rc::Rc::new(std::cell::Cell::new(0));
/// let context = alexnet::Context::new(alexnet::LogLevel::Info, move |_, _| {
///     count.set(count.get() + 1);
/// });
/// ```
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    handle: Handle<sys::alexnet_context>,
    // What the handle calls: dropped after it.
    _log: Box<Box<Log>>,
}

impl Context {
    /// Passes messages from `least` on to `log`, one line without its end at a
    /// time. Calls come from any thread and do not overlap. What a panic of
    /// `log` says is lost: it has no caller to reach.
    pub fn new<F>(least: LogLevel, log: F) -> Result<Self>
    where
        F: Fn(LogLevel, &str) + Send + Sync + 'static,
    {
        let log: Box<Box<Log>> = Box::new(Box::new(log));
        let mut options = sys::alexnet_context_options::init();
        options.log = Some(pass_on);
        options.log_user = ptr::addr_of!(*log) as *mut c_void;
        options.log_level = least.to_c();
        // SAFETY: the options outlive the call, and the closure outlives the
        // context and all that keep it: they hold clones of this.
        let handle = Handle::create(|made, error| unsafe {
            sys::alexnet_context_create(&options, made, error)
        })?;
        Ok(Context(Arc::new(Inner { handle, _log: log })))
    }

    /// Passes a line on as the library's own are. What stands behind a zero
    /// character is left out.
    pub fn log(&self, level: LogLevel, message: &str) {
        let text = message.split('\0').next().unwrap_or_default();
        if let Ok(text) = CString::new(text) {
            // SAFETY: the context is live, and the text outlives the call.
            unsafe {
                sys::alexnet_context_log(self.0.handle.get(), level.to_c(), text.as_ptr());
            }
        }
    }

    /// For C. Lives as long as `context`; null without one.
    pub(crate) fn to_c(context: &Option<Context>) -> *mut sys::alexnet_context {
        context
            .as_ref()
            .map_or(ptr::null_mut(), |context| context.0.handle.get())
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// The C callback.
unsafe extern "C" fn pass_on(user: *mut c_void, level: i32, message: *const c_char) {
    // SAFETY: `user` is the closure that `Context::new` gave, which lives as
    // long as the context; `message` is a text that lives during the call.
    let (log, message) = unsafe { (&*user.cast::<Box<Log>>(), CStr::from_ptr(message)) };
    let level = LogLevel::from_c(level).unwrap_or(LogLevel::Error);
    let panic = catch_unwind(AssertUnwindSafe(|| log(level, &message.to_string_lossy())));
    if let Err(payload) = panic {
        drop_quietly(payload);
    }
}

/// Drops what a panic carried, whose drop may panic too.
fn drop_quietly(payload: Box<dyn std::any::Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}
