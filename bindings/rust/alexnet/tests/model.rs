//! Networks and models.

mod support;

use alexnet::*;
use support::*;

#[test]
fn layers_are_iterated_in_order() {
    let network = tiny_network();
    let layers = network.layers();
    assert_eq!(layers.len(), 5);
    let names: Vec<String> = layers.map(|layer| layer.name).collect();
    assert_eq!(names, ["conv1", "tanh1", "pool1", "fc2", "prob"]);
    let model = tiny_model();
    let conv = model.layers().next().unwrap();
    assert_eq!(conv.kind, "convolution");
    assert_eq!(conv.output, [1, 4, SIDE, SIDE]);
    assert_eq!(conv.parameters, 4 * 3 * 9 + 4);
    assert_eq!(conv.macs, (4 * 3 * 9 * SIDE * SIDE) as u64);
    assert_eq!(model.layers().last().unwrap().output, [1, CLASSES]);
    assert_eq!(model.layers().size_hint(), (5, Some(5)));
}

#[test]
fn every_kind_of_layer_is_taken() {
    let mut network = Network::new("all", 1, 12, 12).unwrap();
    network
        .add_convolution(
            "c",
            &Convolution::new(4, Window::square(3).stride(2).ceil()),
        )
        .and_then(|n| n.add_relu("r"))
        .and_then(|n| n.add_lrn("n", &Lrn::default()))
        .and_then(|n| n.add_pooling("m", &Pooling::max(Window::square(2))))
        .and_then(|n| n.add_dropout("d", 0.5))
        .and_then(|n| n.add_adaptive_average_pooling("a", 2, 2))
        .and_then(|n| n.add_locally_connected("l", &LocallyConnected::new(5, Window::square(2))))
        .and_then(|n| n.add_fully_connected("f", &FullyConnected::new(3)))
        .and_then(|n| n.add_activation("t", ActivationKind::Tanh))
        .and_then(|n| n.add_softmax("s"))
        .unwrap();
    assert!(network.text().unwrap().contains("LRN"));
    let error = refused(
        network.add_relu("r").map(|_| ()),
        ErrorCode::InvalidArgument,
    );
    assert!(error.to_string().contains('r'));
    assert_eq!(network.layers().len(), 10);

    let convolution = network.convolution(0).unwrap();
    assert_eq!(convolution.window, Window::square(3).stride(2).ceil());
    assert_eq!(convolution.out_channels, 4);
    assert_eq!(network.activation(1).unwrap(), ActivationKind::Relu);
    assert_eq!(network.lrn(2).unwrap(), Lrn::default());
    assert_eq!(network.pooling(3).unwrap(), Pooling::max(Window::square(2)));
    assert_eq!(network.dropout(4).unwrap(), 0.5);
    assert_eq!(network.adaptive_average_pooling(5).unwrap(), (2, 2));
    let local = network.locally_connected(6).unwrap();
    assert_eq!(local.out_channels, 5);
    assert_eq!(local.window, Window::square(2));
    assert_eq!(network.fully_connected(7).unwrap().out_features, 3);
    network
        .set_option("r", "kind", "tanh")
        .and_then(|n| n.remove_layers("softmax"))
        .unwrap();
    assert_eq!(network.activation(1).unwrap(), ActivationKind::Tanh);
    assert_eq!(network.layers().len(), 9);
    let unknown = network.set_option("r9", "kind", "tanh").map(|_| ());
    refused(unknown, ErrorCode::NotFound);
    refused(network.lrn(0), ErrorCode::FailedPrecondition);
    refused(network.lrn(9), ErrorCode::NotFound);
    assert_eq!(
        network.layers().next().unwrap().layer_type,
        Some(LayerType::Convolution)
    );
}

#[test]
fn preprocessing_and_recipe_come_back_as_they_were_set() {
    let mut network = tiny_network();
    let mean_image = MeanImage {
        height: 9,
        width: 10,
        values: noise(270, 3),
    };
    let given = Preprocessing {
        channel_order: ChannelOrder::Bgr,
        resize_rule: ResizeRule::Warp,
        resize: 9,
        crop: (SIDE, SIDE),
        mean_kind: MeanKind::ImageAtCrop,
        mean_image: Some(mean_image),
        ..Preprocessing::default()
    };
    network.set_preprocessing(&given).unwrap();
    assert_eq!(network.preprocessing().unwrap(), given);
    let model = Model::initial(&network, 1).unwrap();
    assert_eq!(model.preprocessing().unwrap(), given);

    let change = Recipe {
        epochs: Some(4),
        mirror: Some(false),
        schedule: Some(Schedule::Step),
        milestones: Some(vec![0.25, 0.5]),
        ..Recipe::default()
    };
    let before = network.recipe().unwrap();
    network.set_recipe(&change).unwrap();
    let after = network.recipe().unwrap();
    assert_eq!(after.epochs, Some(4));
    assert_eq!(after.mirror, Some(false));
    assert_eq!(after.schedule, Some(Schedule::Step));
    assert_eq!(after.milestones, Some(vec![0.25, 0.5]));
    assert_eq!(after.momentum, before.momentum);
    assert_eq!(model.network().unwrap().recipe().unwrap(), before);
}

#[test]
fn a_mean_image_of_the_wrong_size_is_refused() {
    let mut network = tiny_network();
    for (height, width) in [(9, 9), (usize::MAX, 2), (0, 0)] {
        let given = Preprocessing {
            mean_kind: MeanKind::ImageAtCrop,
            mean_image: Some(MeanImage {
                height,
                width,
                values: vec![0.0; 242],
            }),
            ..Preprocessing::default()
        };
        let result = network.set_preprocessing(&given);
        let error = refused(result, ErrorCode::InvalidArgument);
        assert_eq!(error.field(), Some("mean_image"));
    }
}

#[test]
fn a_model_is_the_same_after_saving_and_loading() {
    let model = tiny_model();
    let path = fresh_path("model.alexnet");
    model.save(&path).unwrap();
    let loaded = Model::load(&path).unwrap();
    let bytes = model.to_bytes(&SaveOptions::default()).unwrap();
    assert_eq!(&*bytes, std::fs::read(&path).unwrap().as_slice());
    let again = Model::from_bytes(&bytes).unwrap();
    let info = loaded.info().unwrap();
    assert_eq!(info.path, path);
    assert_eq!(info.network, "tiny");
    assert_eq!((info.channels, info.height, info.width), (3, SIDE, SIDE));
    assert_eq!(info.file_hash, again.info().unwrap().file_hash);
    assert_eq!(info.tensors, 4);
    assert!(info.classifies && !info.has_training_state);
    let copied = Model::load_copy(&path).unwrap();
    assert_eq!(copied.json().unwrap(), loaded.json().unwrap());
    let verified = verify_file(&path, &SessionOptions::default(), &Limits::new()).unwrap();
    assert!(verified.ok, "{}", verified.json);
}

#[test]
fn tensors_are_read_without_and_with_a_copy() {
    let model = tiny_model();
    let names: Vec<String> = model.tensors().map(|tensor| tensor.name).collect();
    assert_eq!(
        names,
        ["conv1.weight", "conv1.bias", "fc2.weight", "fc2.bias"]
    );
    let tensor = model.tensor("conv1.weight").unwrap();
    assert_eq!(tensor.shape, [4, 3, 3, 3]);
    assert_eq!(tensor.role, Some(TensorRole::Parameter));
    assert_eq!(tensor.dtype, Some(DType::F32));
    let values = tensor.values().unwrap().expect("float32");
    assert_eq!(values.len(), 108);
    assert_eq!(tensor.data().unwrap().as_ptr(), values.as_ptr().cast());
    assert_eq!(
        tensor.data().unwrap().as_ptr(),
        tensor.data().unwrap().as_ptr()
    );
    assert_eq!(tensor.to_vec().unwrap(), values);
    let mut part = [0.0; 8];
    tensor.read(100, &mut part).unwrap();
    assert_eq!(part, values[100..]);
    let mut many = [0.0; 9];
    refused(tensor.read(100, &mut many), ErrorCode::InvalidArgument);
    refused(
        tensor.read(usize::MAX, &mut many),
        ErrorCode::InvalidArgument,
    );
    tensor.read(108, &mut []).unwrap();
    let error = refused(model.tensor("conv9.weight"), ErrorCode::NotFound);
    assert!(error.to_string().contains("conv1.weight"), "{error}");

    let options = SaveOptions {
        dtype: Some(DType::F16),
        ..SaveOptions::default()
    };
    let half = Model::from_bytes(&model.to_bytes(&options).unwrap()).unwrap();
    let half = half.tensor("conv1.weight").unwrap();
    assert_eq!(half.dtype, Some(DType::F16));
    assert!(half.values().unwrap().is_none());
    assert_eq!(half.data().unwrap().len(), 216);
    for (a, b) in half.to_vec().unwrap().iter().zip(values) {
        assert!((a - b).abs() < 1e-3);
    }
}

#[test]
fn a_builder_makes_what_it_was_given() {
    let mut builder = ModelBuilder::from_model(&tiny_model()).unwrap();
    let labels = ["a", "b", "c", "d", "ü"];
    let bias: Vec<u8> = [1.0f32, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let rest: Vec<u8> = [3.0f32, 4.0, 5.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    builder
        .set_labels(&labels)
        .and_then(|b| b.set_metadata("key", Some("value")))
        .and_then(|b| b.set_metadata("other", Some("x")))
        .and_then(|b| b.set_metadata("other", None))
        .and_then(|b| b.set_source(Some("a test"), None))
        .and_then(|b| b.write_chunk("fc2.bias", DType::F32, 0, &bias))
        .and_then(|b| b.write_chunk("fc2.bias", DType::F32, 2, &rest))
        .unwrap();
    let model = builder.build().unwrap();
    assert_eq!(model.labels(), labels);
    assert_eq!(model.label(4).as_deref(), Some("ü"));
    assert_eq!(model.label(5), None);
    assert_eq!(model.label(usize::MAX), None);
    assert_eq!(model.metadata("key").as_deref(), Some("value"));
    assert_eq!(model.metadata("other"), None);
    assert_eq!(model.metadata("ke\0y"), None);
    let pairs = model.all_metadata().unwrap();
    assert_eq!(pairs, [("key".to_owned(), "value".to_owned())]);
    assert!(model.json().unwrap().contains("a test"));
    let fc = model.tensor("fc2.bias").unwrap();
    assert_eq!(fc.to_vec().unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(tiny_model().labels(), Vec::<String>::new());
    let wrong = builder
        .set_labels(&["one"])
        .map(|_| ())
        .and_then(|()| builder.build());
    refused(wrong, ErrorCode::InvalidArgument);
    refused(
        ModelBuilder::new(&tiny_network()).unwrap().build(),
        ErrorCode::FailedPrecondition,
    );
}

#[test]
fn broken_bytes_are_refused_by_name() {
    let bytes = tiny_model().to_bytes(&SaveOptions::default()).unwrap();
    for cut in [0, 1, bytes.len() / 2] {
        let error = Model::from_named_bytes(&bytes[..cut], "cut.alexnet").unwrap_err();
        assert!(error.to_string().contains("cut.alexnet"), "{error}");
    }
    let error = Model::from_bytes(b"no model").unwrap_err();
    assert!(error.to_string().contains("model"), "{error}");
}

#[test]
fn tensors_are_measured() {
    let mut filters = vec![0.0f32; 4 * 27];
    for i in 0..27 {
        filters[i] = i as f32 - 13.0;
        filters[2 * 27 + i] = i as f32 - 13.0;
        filters[3 * 27 + i] = 1.0;
    }
    let mut builder = ModelBuilder::from_model(&tiny_model()).unwrap();
    builder.write_tensor("conv1.weight", &filters).unwrap();
    let model = builder.build().unwrap();
    let tensor = model.tensor("conv1.weight").unwrap();
    let statistics = tensor.statistics(0, &Limits::new()).unwrap();
    assert_eq!(statistics.elements, 4 * 27);
    assert_eq!(statistics.zeros, 27 + 2);
    assert_eq!((statistics.nans, statistics.infinities), (0, 0));
    assert_eq!((statistics.min, statistics.max), (-13.0, 13.0));
    assert!((statistics.mean - 0.25).abs() < 1e-12);
    // The sum of i^2 for i in -13..13 is 1638.
    let square: f64 = (2.0 * 1638.0 + 27.0) / 108.0;
    assert!((statistics.stddev - (square - 0.0625).sqrt()).abs() < 1e-12);
    assert_eq!(statistics.filters, 4);
    assert_eq!(statistics.dead_filters, 1);
    assert_eq!(statistics.duplicate_filters, 1);
    assert_eq!(statistics.same_as, [Some(0), None, Some(0), Some(3)]);
    let bias = model.tensor("conv1.bias").unwrap();
    assert!(bias
        .statistics(1, &Limits::new())
        .unwrap()
        .same_as
        .is_empty());
}

#[test]
fn damaged_files_are_looked_at() {
    let bytes = tiny_model().to_bytes(&SaveOptions::default()).unwrap();
    let path = fresh_path("damaged.alexnet");
    std::fs::write(&path, &bytes[..bytes.len() - 41]).unwrap();
    refused(Model::load(&path), ErrorCode::DataLoss);
    let model = Model::load_damaged(&path).unwrap();
    let damage = model.damage(100, 0, &Limits::new()).unwrap();
    let tensors: Vec<_> = damage.iter().map(|damage| damage.tensor).collect();
    assert_eq!(tensors, [None, Some(3)]);
    assert_eq!((damage[1].chunk, damage[1].bytes), (Some(0), 4 * 5));
    assert_eq!(model.damage(1, 1, &Limits::new()).unwrap().len(), 1);
    let names: Vec<_> = model.tensors().map(|tensor| tensor.name).collect();
    assert_eq!(names.len(), 4);
    let whole = model.tensor("fc2.weight").unwrap();
    assert_eq!(whole.statistics(0, &Limits::new()).unwrap().filters, 5);
    let lost = model.tensor("fc2.bias").unwrap();
    refused(lost.statistics(0, &Limits::new()), ErrorCode::DataLoss);
    refused(Session::new(&model), ErrorCode::DataLoss);
    let whole = tiny_model();
    assert!(whole.damage(100, 0, &Limits::new()).unwrap().is_empty());
}

#[test]
fn layers_are_timed() {
    let model = tiny_model();
    let options = SessionOptions {
        threads: 1,
        batch: 2,
        ..SessionOptions::default()
    };
    let times = time_layers(&model, &options, 0.0, &Limits::new()).unwrap();
    assert_eq!((times.device.as_str(), times.threads), ("cpu", 1));
    assert_eq!((times.batch, times.runs), (2, 3));
    assert_eq!(times.layers.len(), 5);
    assert_eq!(times.layers[0].computed_by, Some(0));
    assert!(times.layers[0].milliseconds > 0.0);
    assert!(!times.layers[0].algorithm.is_empty());
    assert!(times.flops_per_second > 0.0 && times.bytes_per_second > 0.0);
    let refusal = time_layers(&model, &options, -1.0, &Limits::new());
    refused(refusal, ErrorCode::InvalidArgument);
}
