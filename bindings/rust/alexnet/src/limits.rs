//! Cancelling and deadlines.

use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use alexnet_sys as sys;

use crate::error::Result;
use crate::ffi::Struct;
use crate::handle::Handle;

/// Makes the calls that watch it return
/// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled) soon.
///
/// Clones are the same token; any thread may cancel. A token stays cancelled.
///
/// ```
/// use alexnet::{CancelToken, Limits};
///
/// let token = CancelToken::new()?;
/// let limits = Limits::new().cancel(&token);
/// std::thread::spawn({
///     let token = token.clone();
///     move || token.cancel()
/// });
/// # drop(limits);
/// # Ok::<(), alexnet::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CancelToken(Arc<Handle<sys::alexnet_cancel_token>>);

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Result<Self> {
        // SAFETY: both pointers outlive the call.
        let handle =
            Handle::create(|made, error| unsafe { sys::alexnet_cancel_token_create(made, error) })?;
        Ok(CancelToken(Arc::new(handle)))
    }

    /// Cancels.
    pub fn cancel(&self) {
        // SAFETY: the handle is live, and any thread may call this.
        unsafe { sys::alexnet_cancel_token_cancel(self.0.get()) }
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        // SAFETY: the handle is live, and any thread may call this.
        unsafe { sys::alexnet_cancel_token_cancelled(self.0.get()) != 0 }
    }
}

/// What long calls watch, between their steps: a batch, a file, a pass over
/// the network. By default neither token nor clock.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    cancel: Option<CancelToken>,
    timeout: Option<Duration>,
}

impl Limits {
    /// No limits.
    pub fn new() -> Self {
        Limits::default()
    }

    /// Ends calls when `token` is cancelled.
    #[must_use]
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = Some(token.clone());
        self
    }

    /// Ends a call this long after its start, with
    /// [`ErrorCode::DeadlineExceeded`](crate::ErrorCode::DeadlineExceeded).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// For C. The token lives as long as `self`.
    pub(crate) fn to_c(&self) -> sys::alexnet_limits {
        let mut limits = sys::alexnet_limits::init();
        limits.cancel = self
            .cancel
            .as_ref()
            .map_or(ptr::null_mut(), |token| token.0.get());
        if let Some(timeout) = self.timeout {
            // There, zero stands for no limit.
            limits.timeout_seconds = timeout.as_secs_f64().max(1e-9);
        }
        limits
    }

    /// Whether a call needs to be told nothing.
    pub(crate) fn is_none(&self) -> bool {
        self.cancel.is_none() && self.timeout.is_none()
    }
}
