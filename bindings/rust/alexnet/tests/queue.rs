//! What a batching queue gives its callers.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use alexnet::*;
use support::*;

/// Waits for a full batch far longer than a test may take.
fn patient(batch: usize) -> QueueOptions {
    QueueOptions {
        threads: 1,
        batch,
        max_wait_milliseconds: 60_000.0,
        ..QueueOptions::default()
    }
}

fn await_waiting(queue: &Queue, requests: usize) {
    while queue.info().unwrap().waiting != requests {
        thread::yield_now();
    }
}

#[test]
fn callers_of_a_batch_get_the_bits_of_a_session() {
    let model = tiny_model();
    let queue = Queue::with_options(&model, &patient(4)).unwrap();
    let options = SessionOptions {
        threads: 1,
        batch: 4,
        ..SessionOptions::default()
    };
    let views: Vec<Vec<f32>> = (0..4).map(|seed| noise(SAMPLE, seed)).collect();
    let mut expected = vec![0.0; 4 * CLASSES];
    Session::with_options(&model, &options)
        .unwrap()
        .run(&views.concat(), &mut expected)
        .unwrap();
    drop(model);
    thread::scope(|scope| {
        for (views, expected) in views.iter().zip(expected.chunks(CLASSES)) {
            let queue = &queue;
            scope.spawn(move || {
                let mut row = [0.0; CLASSES];
                queue.run(views, &mut row).unwrap();
                assert_eq!(row, expected);
            });
        }
    });
    let info = queue.info().unwrap();
    assert_eq!((info.channels, info.height, info.width), (3, SIDE, SIDE));
    assert_eq!((info.views, info.classes, info.threads), (1, CLASSES, 1));
    assert_eq!((info.batch, info.requests, info.samples), (4, 4, 4));
    assert_eq!((info.batches, info.mean_batch), (1, 4.0));
    assert_eq!((info.refused, info.given_up, info.waiting), (0, 0, 0));
    assert!(info.longest_wait > Duration::ZERO);
    assert_eq!((queue.sample_len(), queue.classes()), (SAMPLE, CLASSES));
}

#[test]
fn defaults_compute_a_lone_call_and_more_than_a_batch() {
    let queue = Queue::new(&tiny_model()).unwrap();
    let mut rows = vec![0.0; 70 * CLASSES];
    queue.run(&noise(SAMPLE, 1), &mut rows[..CLASSES]).unwrap();
    queue.run(&noise(70 * SAMPLE, 1), &mut rows).unwrap();
    for row in rows.chunks(CLASSES) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn limits_end_the_wait() {
    let queue = Queue::with_options(&tiny_model(), &patient(2)).unwrap();
    let token = CancelToken::new().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let limits = Limits::new().cancel(&token);
            let run = queue.run_within(&limits, &noise(SAMPLE, 1), &mut [0.0; CLASSES]);
            refused(run, ErrorCode::Cancelled);
        });
        await_waiting(&queue, 1);
        token.cancel();
    });
    let limits = Limits::new().timeout(Duration::from_millis(500));
    let run = queue.run_within(&limits, &noise(SAMPLE, 1), &mut [0.0; CLASSES]);
    refused(run, ErrorCode::DeadlineExceeded);
    assert_eq!(queue.info().unwrap().given_up, 2);
}

#[test]
fn closing_finishes_and_cancelling_does_not() {
    let model = tiny_model();
    for cancel in [false, true] {
        let queue = Queue::with_options(&model, &patient(2)).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let run = queue.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]);
                if cancel {
                    refused(run, ErrorCode::Cancelled);
                } else {
                    run.unwrap();
                }
            });
            await_waiting(&queue, 1);
            let ended = if cancel {
                queue.cancel()
            } else {
                queue.close()
            };
            ended.unwrap();
        });
        let late = queue.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]);
        let error = refused(late, ErrorCode::FailedPrecondition);
        assert_eq!(error.field(), Some("queue"));
    }
}

#[test]
fn a_full_queue_refuses() {
    let options = QueueOptions {
        capacity: 1,
        when_full: WhenFull::Refuse,
        ..patient(2)
    };
    let queue = Queue::with_options(&tiny_model(), &options).unwrap();
    let met = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let views = noise(500 * SAMPLE, 1);
                let mut rows = vec![0.0; 500 * CLASSES];
                while !met.load(Ordering::Relaxed) {
                    let run = queue.run(&views, &mut rows);
                    if run.is_err() {
                        met.store(true, Ordering::Relaxed);
                        let error = refused(run, ErrorCode::FailedPrecondition);
                        assert_eq!(error.field(), Some("capacity"));
                    }
                }
            });
        }
    });
    assert!(queue.info().unwrap().refused > 0);
}

#[test]
fn wrong_sizes_are_refused() {
    let queue = Queue::new(&tiny_model()).unwrap();
    for len in [0, 1, SAMPLE - 1, SAMPLE + 1] {
        let run = queue.run(&noise(len, 1), &mut [0.0; CLASSES]);
        let error = refused(run, ErrorCode::InvalidArgument);
        assert_eq!(error.field(), Some("views"));
    }
    let run = queue.run(&noise(2 * SAMPLE, 1), &mut [0.0; CLASSES]);
    let error = refused(run, ErrorCode::InvalidArgument);
    assert_eq!(error.field(), Some("output_size"));
    let options = QueueOptions {
        max_wait_milliseconds: f64::NAN,
        ..QueueOptions::default()
    };
    let made = Queue::with_options(&tiny_model(), &options);
    let error = refused(made, ErrorCode::InvalidArgument);
    assert_eq!(error.field(), Some("max_wait_milliseconds"));
}
