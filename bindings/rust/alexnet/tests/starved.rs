//! Where the system starts few threads.

mod child;
mod support;

use alexnet::*;
use child::in_a_child;
use support::*;

#[repr(C)]
struct Limit {
    now: u64,
    most: u64,
}
const PROCESSES: i32 = 6; // RLIMIT_NPROC

extern "C" {
    fn getpid() -> i32;
    fn setuid(user: u32) -> i32;
    fn setrlimit(what: i32, limit: *const Limit) -> i32;
}

/// Lets root, to whom no such limit applies, become a user who runs nothing else
/// and can start no more than `threads`; whether that is so.
fn limit_threads(threads: u64) -> bool {
    let tasks = 1 + threads;
    let limit = Limit {
        now: tasks,
        most: tasks,
    };
    // SAFETY: `limit` is read during the call only.
    unsafe {
        let user = 20000 + getpid().unsigned_abs() % 40000;
        setuid(user) == 0 && setrlimit(PROCESSES, &limit) == 0
    }
}

#[test]
#[ignore = "only root outside of a sandbox can become a user who runs nothing else"]
fn where_threads_cannot_be_had_there_are_fewer() {
    const WANTED: usize = 4;
    let model = tiny_model();
    let view = noise(SAMPLE, 1);
    let mut expected = [0.0; CLASSES];
    let mut session = Session::new(&model).unwrap();
    session.run(&view, &mut expected).unwrap();
    let options = SessionOptions {
        threads: WANTED,
        ..SessionOptions::default()
    };
    for threads in 0..8 {
        let code = in_a_child(|| {
            if !limit_threads(threads) {
                return 16;
            }
            let mut session = match Session::with_options(&model, &options) {
                Ok(session) => session,
                Err(_) => return 1,
            };
            let had = session.info().map_or(0, |info| info.threads);
            let mut output = [0.0; CLASSES];
            if session.run(&view, &mut output).is_err() {
                return 2;
            }
            let same = output
                .iter()
                .zip(&expected)
                .all(|(a, b): (&f32, &f32)| (a - b).abs() < 1e-5);
            let fits = had >= 1 && (had == 1 || threads > 0) && (had == WANTED || threads < 7);
            4 * i32::from(!same) + 8 * i32::from(!fits)
        });
        assert_eq!(code, 0, "{threads} threads");
    }
}
