//! What the tests share. Each uses some of it.
#![allow(dead_code)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, process};

use alexnet::*;

pub const SIDE: usize = 8;
pub const CLASSES: usize = 5;
pub const SAMPLE: usize = 3 * SIDE * SIDE;

/// A folder or file that no other test uses.
pub fn fresh_path(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = env::var_os("TEST_TMPDIR").map_or_else(env::temp_dir, PathBuf::from);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("alexnet_{name}_{}_{count}", process::id()))
}

pub fn tiny_network() -> Network {
    let start = ParameterRule::starting(Init::Gaussian(0.3));
    let mut conv = Convolution::new(4, Window::square(3).pad(1));
    conv.weight = start;
    let mut fc = FullyConnected::new(CLASSES);
    fc.weight = start;
    let mut network = Network::new("tiny", 3, SIDE, SIDE).unwrap();
    network
        .add_convolution("conv1", &conv)
        .and_then(|n| n.add_tanh("tanh1"))
        .and_then(|n| n.add_pooling("pool1", &Pooling::average(Window::square(2).stride(2))))
        .and_then(|n| n.add_fully_connected("fc2", &fc))
        .and_then(|n| n.add_softmax("prob"))
        .unwrap();
    network
}

pub fn tiny_model() -> Model {
    Model::initial(&tiny_network(), 7).unwrap()
}

pub fn tiny_session(model: &Model) -> Session {
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    Session::with_options(model, &options).unwrap()
}

/// Numbers in -1..1, the same for the same seed.
pub fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = u64::from(seed) * 2 + 1;
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

/// A folder of drawn shapes, `train` and 2 held out per class.
pub fn shapes(train: usize) -> PathBuf {
    let folder = fresh_path("shapes");
    let options = ShapesOptions {
        train_per_class: train,
        held_out_per_class: 2,
        ..ShapesOptions::default()
    };
    draw_shapes(&folder, &options).unwrap();
    folder
}

/// The error of a call that must fail with `code`.
pub fn refused<T: std::fmt::Debug>(result: Result<T>, code: ErrorCode) -> Error {
    let error = result.expect_err("the call should fail");
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.message().is_empty());
    error
}
