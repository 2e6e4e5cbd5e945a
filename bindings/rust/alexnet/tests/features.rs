//! What layers give for many pictures, what is near, and how outputs depend on
//! inputs.

mod support;

use std::path::PathBuf;

use alexnet::*;
use support::*;

/// All files below a folder, sorted.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn rows_are_what_a_session_keeps() {
    let mut paths = files(shapes(2).join("train"));
    let broken = fresh_path("broken.png");
    std::fs::write(&broken, "no picture").unwrap();
    paths.insert(1, broken.clone());
    let model = tiny_model();
    let keep = SessionOptions {
        activations: vec!["conv1".to_owned()],
        threads: 1,
        ..Default::default()
    };
    let mut session = Session::with_options(&model, &keep).unwrap();
    let options = FeatureOptions {
        threads: 1,
        batch: 4,
        ..Default::default()
    };
    let mut features = Features::new(&model, "conv1", &paths, &options).unwrap();
    let info = features.info().unwrap();
    assert_eq!(info.batch, 4);
    assert_eq!(info.size, info.shape.iter().product::<usize>());
    let mut next = 0;
    for rows in features.by_ref() {
        let rows = rows.unwrap();
        for (row, &index) in rows.values.chunks(rows.size).zip(&rows.indices) {
            if next == 1 {
                next = 2;
            }
            assert_eq!(index, next);
            session.predict_file(&paths[index], 1).unwrap();
            let expected = session.activation("conv1").unwrap().values.to_vec();
            for (a, b) in row.iter().zip(&expected) {
                assert!((a - b).abs() < 1e-5);
            }
            next += 1;
        }
    }
    assert_eq!(next, paths.len());
    assert_eq!(features.broken().unwrap()[0].0, broken);
    let unknown = refused(
        Features::new(&model, "fc99", &paths, &options),
        ErrorCode::NotFound,
    );
    assert!(unknown.to_string().contains("conv1"));
}

#[test]
fn nearest_rows_come_first() {
    let rows = [5.0, 5.0, 0.0, 1.0, 0.0, 0.0, 3.0, 4.0];
    let nearest = find_nearest(&rows, &[0.0, 0.0], 3).unwrap();
    let found: Vec<_> = nearest
        .iter()
        .map(|each| (each.index, each.distance))
        .collect();
    assert_eq!(found, [(2, 0.0), (1, 1.0), (3, 5.0)]);
    refused(
        find_nearest(&rows, &[0.0; 3], 1),
        ErrorCode::InvalidArgument,
    );
}

#[test]
fn lpips_compares_pictures() {
    let pixels = |step: usize| -> Vec<u8> { (0..SAMPLE).map(|i| (i * step % 256) as u8).collect() };
    let (a, b) = (pixels(37), pixels(53));
    let first = ImageView::new(&a, SIDE, SIDE, 3).unwrap();
    let second = ImageView::new(&b, SIDE, SIDE, 3).unwrap();
    let mut conv = Convolution::new(4, Window::square(3));
    conv.weight = ParameterRule::starting(Init::Gaussian(0.3));
    let mut network = Network::new("one", 3, SIDE, SIDE).unwrap();
    network
        .add_convolution("conv1", &conv)
        .and_then(|n| n.add_relu("relu1"))
        .unwrap();
    let model = Model::initial(&network, 7).unwrap();
    let options = SessionOptions::default();
    assert_eq!(
        lpips(&model, &first, &first, &[], &options).unwrap().total,
        0.0
    );
    let distance = lpips(&model, &first, &second, &[], &options).unwrap();
    assert!(distance.total > 0.0);
    assert_eq!(distance.layers.iter().sum::<f64>(), distance.total);
    let wrong = lpips(&model, &first, &second, &[1.0], &options);
    refused(wrong, ErrorCode::InvalidArgument);
}

#[test]
fn input_gradients_are_differences_of_scores() {
    let model = tiny_model();
    let logits = "fc2";
    let options = SessionOptions {
        device: Some("reference".to_owned()),
        activations: vec![logits.to_owned()],
        ..Default::default()
    };
    let mut session = Session::with_options(&model, &options).unwrap();
    let view = noise(SAMPLE, 3);
    let gradients = session.input_gradients(&view, &[2]).unwrap();
    let mut score = |at: usize, step: f32| {
        let mut moved = view.clone();
        moved[at] += step;
        session.run(&moved, &mut [0.0; CLASSES]).unwrap();
        f64::from(session.activation(logits).unwrap().values[2])
    };
    for at in (0..SAMPLE).step_by(13) {
        let difference = (score(at, 1e-3) - score(at, -1e-3)) / 2e-3;
        assert!((difference - f64::from(gradients[at])).abs() < 2e-3);
    }
    refused(
        session.input_gradients(&view, &[CLASSES]),
        ErrorCode::InvalidArgument,
    );
    refused(
        session.input_gradients(&view, &[0, 1]),
        ErrorCode::InvalidArgument,
    );
}
