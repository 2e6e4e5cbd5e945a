//! The library, errors, cancelling and logs.

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alexnet::*;
use support::*;

#[test]
fn the_version_is_the_librarys() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
    let parts: Vec<i32> = version().split('.').map(|p| p.parse().unwrap()).collect();
    assert_eq!(
        version_number(),
        parts[0] * 1_000_000 + parts[1] * 1_000 + parts[2]
    );
}

#[test]
fn another_version_is_refused_with_both_named() {
    let number = version_number();
    require_version(number / 1_000_000, number / 1_000 % 1_000).unwrap();
    let error = refused(require_version(7, 3), ErrorCode::Unsupported);
    assert!(error.message().contains("7.3"), "{error}");
    assert!(error.message().contains(&version()), "{error}");
    assert!(error.file().is_some());
}

#[test]
fn devices_and_presets_have_names() {
    let devices = devices().unwrap();
    assert_eq!(devices[0].name, "cpu");
    assert_eq!(devices[0].kind, Some(DeviceKind::Cpu));
    assert!(devices
        .iter()
        .any(|d| d.kind == Some(DeviceKind::Reference)));
    assert!(devices
        .iter()
        .all(|d| d.threads > 0 && !d.description.is_empty()));
    let presets = presets();
    assert!(presets.iter().any(|p| p.name == "alexnet"));
    assert!(presets.iter().all(|p| !p.summary.is_empty()));
    assert!(system_json().unwrap().contains("\"libraries\""));
    assert_eq!((launcher_rank(), launcher_size()), (0, 1));
}

#[test]
fn an_error_names_file_and_reason() {
    let error = refused(Model::load("/no/such/net.alexnet"), ErrorCode::NotFound);
    assert_eq!(error.file(), Some("/no/such/net.alexnet"));
    assert!(error.to_string().contains("/no/such/net.alexnet"));
    assert!(error.to_string().contains(error.message()));
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(error.downcast_ref::<Error>().is_some());
}

#[test]
fn codes_are_those_of_the_header() {
    assert_eq!(
        ErrorCode::Cancelled.number(),
        alexnet_sys::ALEXNET_CANCELLED
    );
    assert_eq!(ErrorCode::Internal.number(), alexnet_sys::ALEXNET_INTERNAL);
    assert_eq!(ErrorCode::DataLoss.to_string(), "data loss");
    assert_eq!(ErrorCode::Other(99).number(), 99);
    assert_eq!(ErrorCode::Other(99).to_string(), "unknown status");
}

#[test]
fn a_text_with_a_zero_is_refused_by_name() {
    let code = ErrorCode::InvalidArgument;
    let error = refused(Network::preset("alex\0net"), code);
    assert_eq!(error.field(), Some("preset"));
    assert!(error.message().contains("zero byte at 4"), "{error}");
    assert_eq!(refused(Model::load("a\0b"), code).field(), Some("path"));
    let error = refused(Dataset::open("a\0b"), code);
    assert_eq!(error.to_string(), format!("path: {}", error.message()));
    let mut network = tiny_network();
    refused(network.add_relu("re\0lu").map(|_| ()), code);
    let mut session = tiny_session(&tiny_model());
    refused(session.predict_file("a\0.jpg", 5), code);
    let options = SessionOptions {
        activations: vec!["co\0nv".into()],
        ..SessionOptions::default()
    };
    refused(Session::with_options(&tiny_model(), &options), code);
}

#[test]
fn a_cancelled_token_ends_calls() {
    let token = CancelToken::new().unwrap();
    assert!(!token.is_cancelled());
    let limits = Limits::new().cancel(&token);
    let clone = token.clone();
    std::thread::spawn(move || clone.cancel()).join().unwrap();
    assert!(token.is_cancelled());
    let made = Model::initial_within(&tiny_network(), 1, &limits);
    refused(made, ErrorCode::Cancelled);
    let mut session = tiny_session(&tiny_model());
    session.set_limits(limits);
    let run = session.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]);
    refused(run, ErrorCode::Cancelled);
}

#[test]
fn time_runs_out_even_when_there_was_none() {
    for timeout in [Duration::from_nanos(1), Duration::from_secs(0)] {
        let limits = Limits::new().timeout(timeout);
        let made = Model::initial_within(&Network::preset("alexnet").unwrap(), 1, &limits);
        refused(made, ErrorCode::DeadlineExceeded);
    }
    let limits = Limits::new().timeout(Duration::MAX);
    Model::initial_within(&tiny_network(), 1, &limits).unwrap();
}

#[test]
fn a_context_passes_messages_on_and_survives_panics() {
    let data = shapes(2);
    let class = std::fs::read_dir(data.join("train"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    std::fs::write(class.join("broken.jpg"), b"no picture").unwrap();
    let messages = Arc::new(Mutex::new(Vec::new()));
    let context = Context::new(LogLevel::Warning, {
        let messages = Arc::clone(&messages);
        move |level, message| {
            messages.lock().unwrap().push((level, message.to_owned()));
            panic!("a panic of a log goes nowhere");
        }
    })
    .unwrap();
    let options = PackOptions {
        context: Some(context),
        ..PackOptions::default()
    };
    let report = Dataset::open(&data)
        .unwrap()
        .pack(fresh_path("packed"), options)
        .unwrap();
    assert_eq!(report.broken, 1);
    let guard = messages.lock();
    let messages = guard.unwrap_or_else(|poisoned| poisoned.into_inner());
    assert!(messages
        .iter()
        .any(|(level, text)| *level == LogLevel::Warning && text.contains("broken.jpg")));
}

#[test]
fn a_network_is_timed() {
    let options = BenchmarkOptions {
        target: BenchmarkTarget::Preset("alexnet_small".into()),
        duration: Duration::from_millis(20),
        threads: 1,
        ..BenchmarkOptions::default()
    };
    let report = benchmark(&options).unwrap();
    assert_eq!(report.network, "alexnet_small");
    assert!(report.device.contains("cpu"), "{}", report.device);
    assert!(report.runs > 0 && report.milliseconds > 0.0);
    assert_eq!(report.exchanged_bytes, 0);
    assert_eq!(report.captured, None);
    let towers = BenchmarkOptions {
        devices: Some("cpu,cpu".into()),
        parallel: Parallel::Towers,
        ..options.clone()
    };
    let report = benchmark(&towers).unwrap();
    assert_eq!(report.device, "cpu,cpu");
    assert!(report.exchanged_bytes > 0);
    let none = BenchmarkOptions {
        target: BenchmarkTarget::Model("none.alexnet".into()),
        ..options
    };
    refused(benchmark(&none), ErrorCode::NotFound);
    // A GPU's precision, asked of the processor.
    let narrow = BenchmarkOptions {
        precision: Some(Precision::Bf16),
        tune: true,
        ..BenchmarkOptions::default()
    };
    refused(benchmark(&narrow), ErrorCode::Unsupported);
}
