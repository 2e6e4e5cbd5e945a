//! A process that forks. It does so alone: a thread that computes meanwhile
//! could leave the child with a lock that nobody gives back.

mod child;
mod support;

use alexnet::*;
use child::in_a_child;
use support::*;

#[test]
fn a_forked_child_drops_what_its_parent_made() {
    let model = tiny_model();
    let options = SessionOptions {
        threads: 2,
        ..SessionOptions::default()
    };
    let mut parents = Session::with_options(&model, &options).unwrap();
    parents.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]).unwrap();
    let mut session = Some(parents);
    let code = in_a_child(|| {
        let mut parents = session.take().unwrap();
        let used = parents.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]);
        let refused = matches!(used, Err(e) if e.code() == ErrorCode::FailedPrecondition);
        drop(parents);
        let runs = Session::with_options(&model, &options)
            .and_then(|mut own| own.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]))
            .is_ok();
        i32::from(!refused) + 2 * i32::from(!runs)
    });
    assert_eq!(code, 0);
    let mut session = session.unwrap();
    session.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]).unwrap();
}
