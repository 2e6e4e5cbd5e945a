//! One model in many threads.

mod support;

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use alexnet::*;
use support::*;

#[test]
fn eight_threads_share_a_model() {
    let model = tiny_model();
    let views = noise(SAMPLE, 4);
    let mut expected = [0.0; CLASSES];
    tiny_session(&model).run(&views, &mut expected).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let mut session = tiny_session(&model);
                    let mut output = [0.0; CLASSES];
                    session.run(&views, &mut output).unwrap();
                    assert_eq!(output, expected);
                    assert_eq!(model.tensors().len(), 4);
                    model.tensor("fc2.weight").unwrap().data().unwrap();
                }
            });
        }
    });
}

#[test]
fn a_session_moves_between_threads() {
    let mut session = tiny_session(&tiny_model());
    for _ in 0..4 {
        session = thread::spawn(move || {
            session.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]).unwrap();
            session
        })
        .join()
        .unwrap();
    }
}

#[test]
fn a_data_set_is_read_by_many() {
    let data = Dataset::open(shapes(2)).unwrap();
    assert_eq!(data.len(Part::Train), 20);
    let all: Vec<Vec<u8>> = data
        .samples(Part::Train)
        .map(|sample| sample.unwrap().bytes.to_vec())
        .collect();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (index, bytes) in all.iter().enumerate() {
                    let sample = data.read(Part::Train, index).unwrap();
                    assert_eq!(&*sample.bytes, bytes.as_slice());
                }
            });
        }
    });
}

#[test]
fn another_thread_cancels_a_run() {
    let data = shapes(2);
    let out = fresh_path("run");
    let token = CancelToken::new().unwrap();
    let mut options = TrainOptions::new(&data, &out);
    options.network = TrainNetwork::Preset("alexnet_small".into());
    options.recipe.epochs = Some(1000);
    options.limits = Limits::new().cancel(&token);
    let (begun, steps) = mpsc::channel();
    let other = thread::spawn(move || {
        steps.recv().unwrap();
        token.cancel();
    });
    let cancelled = train(&options, |event| {
        if let TrainEvent::Step(_) = event {
            // Nobody listens any more after the first.
            let _ = begun.send(());
        }
        ControlFlow::Continue(())
    });
    refused(cancelled, ErrorCode::Cancelled);
    other.join().unwrap();
}

#[test]
fn a_benchmark_ends_at_its_time_limit() {
    let options = BenchmarkOptions {
        target: BenchmarkTarget::Preset("alexnet_small".into()),
        duration: Duration::from_secs(1000),
        threads: 1,
        limits: Limits::new().timeout(Duration::from_millis(200)),
        ..BenchmarkOptions::default()
    };
    refused(benchmark(&options), ErrorCode::DeadlineExceeded);
}
