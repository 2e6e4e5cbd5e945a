//! A pool of sessions.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use alexnet::*;
use support::*;

fn tiny_pool(size: usize) -> Result<SessionPool> {
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    SessionPool::new(&tiny_model(), size, &options)
}

#[test]
fn an_empty_pool_is_refused() {
    let error = refused(tiny_pool(0), ErrorCode::InvalidArgument);
    assert_eq!(error.field(), Some("size"));
}

#[test]
fn each_session_is_lent_to_one_at_a_time() {
    let pool = tiny_pool(2).unwrap();
    assert_eq!(pool.size(), 2);
    let patience = Duration::from_millis(1);
    let first = pool.take();
    let second = pool.take_for(patience).unwrap();
    assert!(pool.take_for(patience).is_none());
    drop(first);
    let again = pool.take_for(patience).unwrap();
    assert!(pool.take_for(patience).is_none());
    drop((second, again));
    assert!(pool.take_for(Duration::ZERO).is_some());
}

#[test]
fn limits_are_not_handed_on() {
    let pool = tiny_pool(1).unwrap();
    let views = noise(SAMPLE, 1);
    let mut output = [0.0; CLASSES];
    {
        let mut session = pool.take();
        session.set_limits(Limits::new().timeout(Duration::from_nanos(1)));
        refused(
            session.run(&views, &mut output),
            ErrorCode::DeadlineExceeded,
        );
    }
    pool.take().run(&views, &mut output).unwrap();
}

#[test]
fn more_threads_than_sessions_are_served() {
    let pool = tiny_pool(2).unwrap();
    let views = noise(SAMPLE, 4);
    let mut expected = [0.0; CLASSES];
    pool.take().run(&views, &mut expected).unwrap();
    let inside = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let mut output = [0.0; CLASSES];
                    let mut session = pool.take();
                    assert!(inside.fetch_add(1, Ordering::SeqCst) < 2);
                    session.run(&views, &mut output).unwrap();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    assert_eq!(output, expected);
                }
            });
        }
    });
}

#[test]
fn a_session_comes_back_from_a_thread_that_panics() {
    let pool = tiny_pool(1).unwrap();
    thread::scope(|scope| {
        let panics = scope.spawn(|| {
            let _session = pool.take();
            panic!("as it should");
        });
        assert!(panics.join().is_err());
    });
    let mut output = [0.0; CLASSES];
    pool.take().run(&noise(SAMPLE, 1), &mut output).unwrap();
}
