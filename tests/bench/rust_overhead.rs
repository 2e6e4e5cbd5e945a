//! What a call costs in Rust more than in C: one-layer network, batch 1, one
//! thread, medians of rounds that take turns.
//!
//!   ./tools/bazel run //tests/bench:rust_overhead

use std::ptr;
use std::time::Instant;

use alexnet::{FullyConnected, Model, Network, Result, SaveOptions, Session, SessionOptions};
use alexnet_sys as sys;

const CALLS: u32 = 20_000;
const ROUNDS: usize = 31;
const VIEW: [f32; 3] = [1.0, 2.0, 3.0];

/// Nanoseconds of one `call`.
fn time(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

/// A session of the C interface on the same model.
fn open_in_c(model: &[u8]) -> *mut sys::alexnet_session {
    let (mut handle, mut session) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: as alexnet.h says; errors are not asked for.
    unsafe {
        let none = ptr::null_mut();
        let bytes = model.as_ptr().cast();
        let status =
            sys::alexnet_model_load_memory(bytes, model.len(), ptr::null(), &mut handle, none);
        assert_eq!(status, sys::ALEXNET_OK);
        let mut options = std::mem::zeroed::<sys::alexnet_session_options>();
        sys::alexnet_session_options_init(&mut options, std::mem::size_of_val(&options));
        options.threads = 1;
        let status = sys::alexnet_session_create(handle, &options, &mut session, none);
        assert_eq!(status, sys::ALEXNET_OK);
        sys::alexnet_model_free(handle);
    }
    session
}

fn main() -> Result<()> {
    let mut network = Network::new("one_layer", 3, 1, 1)?;
    network.add_fully_connected("fc", &FullyConnected::new(2))?;
    let model = Model::initial(&network, 1)?;
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    let mut session = Session::with_options(&model, &options)?;
    let raw = open_in_c(&model.to_bytes(&SaveOptions::default())?);
    let mut output = [0.0; 2];
    let (mut in_c, mut in_rust) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        in_c.push(time(|| {
            let mut error = ptr::null_mut();
            // SAFETY: the session is live, and the sizes are those given.
            let status = unsafe {
                let output = output.as_mut_ptr();
                let limits = ptr::null();
                let view = VIEW.as_ptr();
                sys::alexnet_session_run(raw, view, 3, 1, limits, output, 2, &mut error)
            };
            assert_eq!(status, sys::ALEXNET_OK);
        }));
        in_rust.push(time(|| session.run(&VIEW, &mut output).expect("a run")));
    }
    // SAFETY: ours, and no longer used.
    unsafe { sys::alexnet_session_free(raw) };
    let (in_c, in_rust) = (median(in_c), median(in_rust));
    println!("one layer, batch 1            ns a call");
    println!("C                            {in_c:10.1}");
    println!("Rust                         {in_rust:10.1}");
    println!("overhead (allowed: 1000)     {:10.1}", in_rust - in_c);
    Ok(())
}
