//! Weights of other programs, out and back in.
#![cfg(feature = "convert")]

mod support;

use alexnet::convert::{self, Beside, ExportOptions, ImportOptions, Order};
use alexnet::{ErrorCode, Model};

fn tensors(model: &Model) -> Vec<(String, Vec<u8>)> {
    model
        .tensors()
        .map(|tensor| {
            let bytes = tensor.data().unwrap();
            (tensor.name.to_owned(), bytes.to_vec())
        })
        .collect()
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = support::fresh_path(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn small() -> Model {
    let network = alexnet::Network::preset_with("alexnet_small", 3, 0).unwrap();
    Model::initial(&network, 5).unwrap()
}

#[test]
fn lists_formats() {
    let formats = convert::formats();
    let of = |name: &str| formats.iter().find(|each| each.name == name).unwrap();
    assert!(of("onnx").writable);
    assert!(!of("darknet").writable);
    assert!(of("caffe").summary.contains(".caffemodel"));
}

#[test]
fn goes_out_and_comes_back_bit_for_bit() {
    let folder = folder("convert_round_trip");
    let model = small();
    for ending in ["onnx", "safetensors", "npz", "pth", "npy", "caffemodel"] {
        let path = folder.join(format!("x.{ending}"));
        convert::export(&model, &path, &ExportOptions::default()).unwrap();
        let options = ImportOptions {
            preset: Some("alexnet_small".to_owned()),
            ..Default::default()
        };
        let read = convert::import(&path, &options).unwrap();
        assert_eq!(tensors(&read.model), tensors(&model), "{ending}");
        assert!(read.report.contains("\"preset\": \"alexnet_small\""));
        let detected = convert::detect(&path).unwrap();
        assert!(read.report.contains(&format!("\"format\": \"{detected}\"")));
    }
    assert!(folder.join("x.prototxt").is_file());
}

#[test]
fn takes_options() {
    let folder = folder("convert_options");
    let path = folder.join("x.caffemodel");
    let options = ExportOptions {
        network_file: Beside::Nowhere,
        channel_order: Order::Bgr,
        ..Default::default()
    };
    let model = small();
    convert::export(&model, &path, &options).unwrap();
    assert!(!folder.join("x.prototxt").exists());
    let options = ExportOptions {
        network_file: Beside::At(folder.join("net.txt")),
        ..Default::default()
    };
    convert::export(&model, &path, &options).unwrap();
    assert!(folder.join("net.txt").is_file());
}

#[test]
fn chooses_networks_and_softmax() {
    let folder = folder("convert_choices");
    let model = small();
    let state = folder.join("x.pth");
    convert::export(&model, &state, &ExportOptions::default()).unwrap();
    let options = ImportOptions {
        key: Some("ema".to_owned()),
        ..Default::default()
    };
    let error = convert::import(&state, &options).unwrap_err();
    assert!(
        error.to_string().contains("no tensors under \"ema\""),
        "{error}"
    );
    let graph = folder.join("x.onnx");
    convert::export(&model, &graph, &ExportOptions::default()).unwrap();
    let options = ImportOptions {
        no_softmax: true,
        ..Default::default()
    };
    let read = convert::import(&graph, &options).unwrap();
    assert!(read.report.contains("\"skipped\": []"));
}

#[test]
fn takes_what_is_done_to_pictures() {
    let folder = folder("convert_pictures");
    let state = folder.join("x.pth");
    convert::export(&small(), &state, &ExportOptions::default()).unwrap();
    let options = ImportOptions {
        scale: Some(0.5),
        mean_values: vec![1.0, 2.0, 3.0],
        input_order: Order::Bgr,
        ..Default::default()
    };
    let taken = convert::import(&state, &options)
        .unwrap()
        .model
        .preprocessing()
        .unwrap();
    assert_eq!(taken.stddev[0], 2.0);
    assert_eq!(taken.mean, [1.0, 2.0, 3.0]);
}

#[test]
fn refuses_other_files_by_name() {
    let folder = folder("convert_refusal");
    let path = folder.join("notes.txt");
    std::fs::write(&path, "not weights").unwrap();
    let error = convert::import(&path, &ImportOptions::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.to_string().contains("notes.txt"), "{error}");
    let error = convert::export(
        &small(),
        folder.join("x.weights"),
        &ExportOptions::default(),
    );
    assert!(error.unwrap_err().to_string().contains("tells no format"));
}
