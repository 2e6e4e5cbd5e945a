//! A pool of sessions, for programs of many threads.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, ErrorCode, Result};
use crate::limits::Limits;
use crate::model::Model;
use crate::session::Session;
use crate::session_options::SessionOptions;

/// A fixed number of sessions of one model for any number of threads, such as
/// those of a server: a thread waits for a free session, and the engine's own
/// threads stay as many as the sessions have. They share the model's weights.
///
/// ```no_run
/// use alexnet::{Model, SessionOptions, SessionPool};
///
/// let model = Model::load("net.alexnet")?;
/// let options = SessionOptions { threads: 1, ..SessionOptions::default() };
/// let pool = SessionPool::new(&model, 8, &options)?;
/// std::thread::scope(|scope| {
///     for picture in ["cat.jpg", "dog.jpg"] {
///         let pool = &pool;
///         scope.spawn(move || pool.take().predict_file(picture, 5));
///     }
/// });
/// # Ok::<(), alexnet::Error>(())
/// ```
#[derive(Debug)]
pub struct SessionPool {
    size: usize,
    free: Mutex<Vec<Session>>,
    given_back: Condvar,
}

/// A session that no other thread has; given back, without limits, when it is
/// dropped.
#[derive(Debug)]
pub struct PooledSession<'a> {
    pool: &'a SessionPool,
    session: Option<Session>, // until it is dropped
}

impl SessionPool {
    /// `size` sessions, 1 at least. For a server, `options` of one thread each do
    /// most work.
    pub fn new(model: &Model, size: usize, options: &SessionOptions) -> Result<Self> {
        if size == 0 {
            let message = "must be at least 1, not 0";
            return Err(Error::new(ErrorCode::InvalidArgument, message).with_field("size"));
        }
        let sessions: Result<Vec<Session>> = (0..size)
            .map(|_| Session::with_options(model, options))
            .collect();
        Ok(SessionPool {
            size,
            free: Mutex::new(sessions?),
            given_back: Condvar::new(),
        })
    }

    /// Sessions, free or not.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Waits until a session is free.
    pub fn take(&self) -> PooledSession<'_> {
        let mut free = self.lock();
        loop {
            if let Some(session) = free.pop() {
                return self.lend(session);
            }
            free = self
                .given_back
                .wait(free)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits so long at most; `None` where no session was free.
    pub fn take_for(&self, patience: Duration) -> Option<PooledSession<'_>> {
        let (mut free, _) = self
            .given_back
            .wait_timeout_while(self.lock(), patience, |free| free.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        free.pop().map(|session| self.lend(session))
    }

    fn lend(&self, session: Session) -> PooledSession<'_> {
        PooledSession {
            pool: self,
            session: Some(session),
        }
    }

    // Nothing panics while it is held.
    fn lock(&self) -> MutexGuard<'_, Vec<Session>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for PooledSession<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_ref().expect("there until it is dropped")
    }
}

impl DerefMut for PooledSession<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("there until it is dropped")
    }
}

impl Drop for PooledSession<'_> {
    fn drop(&mut self) {
        if let Some(mut session) = self.session.take() {
            session.set_limits(Limits::new());
            self.pool.lock().push(session);
            self.pool.given_back.notify_one();
        }
    }
}
