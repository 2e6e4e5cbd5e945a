//! Data sets, training and testing, with closures that tell progress.

mod support;

use std::ops::ControlFlow;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;

use alexnet::*;
use support::*;

fn small_run(data: &Path, out: &Path, epochs: usize) -> TrainOptions<'static> {
    let mut options = TrainOptions::new(data, out);
    options.network = TrainNetwork::Preset("alexnet_small".into());
    options.recipe = Recipe {
        epochs: Some(epochs),
        batch: Some(20),
        ..Recipe::default()
    };
    options.threads = 2;
    options
}

#[test]
fn training_tells_finetuning_learns_and_testing_counts() {
    let data = shapes(4);
    let out = fresh_path("run");
    let mut events = Vec::new();
    let report = train(&small_run(&data, &out, 2), |event| {
        events.push(event);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((report.epochs, report.steps), (2, 4));
    assert!(report.validation.unwrap().top1_error <= 100.0);
    let start = match &events[0] {
        TrainEvent::Start(start) => start,
        other => panic!("{other:?} came first"),
    };
    assert_eq!((start.classes.len(), start.train_samples), (10, 40));
    assert_eq!(start.recipe.as_ref().unwrap().epochs, Some(2));
    let count = |wanted: fn(&TrainEvent) -> bool| events.iter().filter(|e| wanted(e)).count();
    assert_eq!(count(|e| matches!(e, TrainEvent::Step(_))), 4);
    assert_eq!(count(|e| matches!(e, TrainEvent::Epoch(_))), 2);
    assert!(count(|e| matches!(e, TrainEvent::Checkpoint { .. })) >= 2);
    let epoch = events
        .iter()
        .rev()
        .find_map(|event| match event {
            TrainEvent::Epoch(epoch) => Some(epoch),
            _ => None,
        })
        .unwrap();

    let model = Model::load(out.join("last.alexnet")).unwrap();
    assert_eq!(model.labels(), start.classes);
    assert!(model.info().unwrap().has_training_state);
    let dataset = Dataset::open(&data).unwrap();
    assert_eq!(dataset.classes(), start.classes);
    let mut told = 0;
    let evaluation = evaluate(
        &model,
        &dataset,
        EvaluateOptions {
            progress: Some(&mut |done, total| {
                assert!(done <= total);
                told += 1;
                ControlFlow::Continue(())
            }),
            ..EvaluateOptions::default()
        },
    )
    .unwrap();
    assert!(told > 0);
    let info = evaluation.info().unwrap();
    assert_eq!((info.count, info.classes, info.broken), (20, 10, 0));
    let confusion = evaluation.confusion().unwrap();
    assert_eq!(confusion.iter().sum::<i64>(), 20);
    let right: i64 = (0..10).map(|i| confusion[i * 11]).sum();
    assert!((info.top1_error - 100.0 * (20 - right) as f64 / 20.0).abs() < 1e-9);
    assert_eq!(epoch.confusion, confusion);
    let worst = evaluation.worst().unwrap();
    assert_eq!(worst, epoch.worst);
    assert!(!worst.is_empty());
    for wrong in &worst {
        let sample = dataset.read(Part::Validation, wrong.sample).unwrap();
        assert_eq!(
            (sample.label, sample.name),
            (wrong.label, wrong.name.clone())
        );
        assert!(wrong.label != wrong.predicted && wrong.probability >= wrong.label_probability);
    }
    let square = |name: &str| -> f64 {
        let values = model.tensor(name).unwrap().to_vec().unwrap();
        values.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
    };
    let norms = &epoch.norms[0];
    let weight = (square("conv1.weight") + square("conv1.bias")).sqrt();
    assert_eq!(norms.layer, "conv1");
    assert!((norms.weight - weight).abs() < 1e-6 * weight);
    assert!(norms.gradient > 0.0 && norms.update > 0.0);
    let classes = evaluation.classes().unwrap();
    assert!(classes.iter().all(|c| c.count == 2 && c.recall.is_some()));
    assert!(!evaluation.confusion_text(0).unwrap().is_empty());
    assert!(evaluation.broken().unwrap().is_empty());

    let tuned = fresh_path("tuned");
    let mut options = small_run(&data, &tuned, 1);
    options.recipe.rate = Some(0.001);
    let freeze = FinetuneOptions {
        freeze: vec!["none".into()],
        ..FinetuneOptions::default()
    };
    let report = finetune(&model, &freeze, &options, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.epochs, 1);
    Model::load(tuned.join("best.alexnet")).unwrap();
}

#[test]
fn several_devices_train_together() {
    let data = shapes(4);
    let one = fresh_path("one");
    train(&small_run(&data, &one, 1), |_| ControlFlow::Continue(())).unwrap();
    let values = |out: &Path| {
        let model = Model::load(out.join("last.alexnet")).unwrap();
        model.tensor("conv1.weight").unwrap().to_vec().unwrap()
    };
    let expected = values(&one);
    for parallel in [Parallel::Data, Parallel::Towers, Parallel::Hybrid] {
        let out = fresh_path("several");
        let mut options = small_run(&data, &out, 1);
        options.devices = Some("cpu,cpu".into());
        options.parallel = parallel;
        let report = train(&options, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(report.steps, 2);
        for (a, b) in values(&out).iter().zip(&expected) {
            assert!((a - b).abs() < 1e-4, "{parallel:?}: {a}, {b}");
        }
    }
    let mut alone = small_run(&data, &fresh_path("none"), 1);
    alone.parallel = Parallel::Towers;
    let error = train(&alone, |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("`devices`"), "{error}");
}

#[test]
fn classes_count_by_their_weights() {
    let data = shapes(4);
    let out = fresh_path("weighed");
    let mut options = small_run(&data, &out, 1);
    options.class_weights = Some("sqare=2".into());
    let error = train(&options, |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("\"sqare\""), "{error}");
    options.class_weights = Some("square=2".into());
    train(&options, |_| ControlFlow::Continue(())).unwrap();
    let plain = fresh_path("plain");
    train(&small_run(&data, &plain, 1), |_| ControlFlow::Continue(())).unwrap();
    let values = |out: &Path| {
        let model = Model::load(out.join("last.alexnet")).unwrap();
        model.tensor("conv1.weight").unwrap().to_vec().unwrap()
    };
    assert_ne!(values(&out), values(&plain));
}

#[test]
fn breaking_stops_and_resuming_goes_on() {
    let data = shapes(4);
    let out = fresh_path("run");
    let mut options = small_run(&data, &out, 2);
    let stopped = train(&options, |event| match event {
        TrainEvent::Step(step) if step.step == 3 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    refused(stopped, ErrorCode::Cancelled);
    assert!(out.join("last.alexnet").is_file());
    options.resume = true;
    options.recipe = Recipe::default();
    let mut first_step = None;
    let report = train(&options, |event| {
        if let TrainEvent::Step(step) = event {
            first_step.get_or_insert(step.step);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((first_step, report.steps), (Some(4), 4));
}

#[test]
fn a_panic_of_a_closure_reaches_the_caller() {
    let data = shapes(2);
    let out = fresh_path("run");
    let mut calls_after = 0;
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let mut panicked = false;
        train(&small_run(&data, &out, 1), |event| {
            if panicked {
                calls_after += 1;
            }
            if let TrainEvent::Step(_) = event {
                panicked = true;
                panic!("of the closure");
            }
            ControlFlow::Continue(())
        })
    }));
    let panic = caught.expect_err("the panic goes on");
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "of the closure");
    assert_eq!(calls_after, 0);

    let dataset = Dataset::open(&data).unwrap();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        dataset.lint(LintOptions {
            progress: Some(&mut |_, _| panic!("of the progress")),
            ..LintOptions::default()
        })
    }));
    let panic = caught.expect_err("the panic goes on");
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "of the progress");
}

#[test]
fn a_data_set_is_looked_over_and_packed() {
    let data = shapes(2);
    let dataset = Dataset::open(&data).unwrap();
    assert!(!dataset.is_empty());
    assert_eq!(dataset.len(Part::Validation), 20);
    let label = dataset.label(Part::Train, 19).unwrap();
    assert_eq!(label, dataset.read(Part::Train, 19).unwrap().label);
    refused(dataset.read(Part::Train, 20), ErrorCode::NotFound);
    let lint = dataset.lint(LintOptions::default()).unwrap();
    assert!(lint.json.contains("\"pictures\"") && !lint.text.is_empty());
    let stopped = dataset.lint(LintOptions {
        progress: Some(&mut |_, _| ControlFlow::Break(())),
        ..LintOptions::default()
    });
    refused(stopped, ErrorCode::Cancelled);

    let out = fresh_path("packed");
    let options = PackOptions {
        resize: 32,
        ..PackOptions::default()
    };
    let report = dataset.pack(&out, options).unwrap();
    assert_eq!((report.pictures, report.broken), (40, 0));
    assert_eq!(Dataset::open(&out).unwrap().len(Part::Train), 20);
    let error = refused(Dataset::open(fresh_path("none")), ErrorCode::NotFound);
    assert!(error.file().is_some());
}

#[test]
fn an_own_network_is_trained() {
    let mut network = Network::new("own", 3, 16, 16).unwrap();
    network
        .add_fully_connected("fc", &FullyConnected::new(10))
        .and_then(|n| n.add_softmax("prob"))
        .unwrap();
    let data = shapes(2).join("train");
    let out = fresh_path("run");
    let mut options = small_run(&data, &out, 1);
    options.network = TrainNetwork::Network(&network);
    options.no_validation = true;
    let report = train(&options, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.validation, None);
    let name = Model::load(out.join("last.alexnet"))
        .unwrap()
        .info()
        .unwrap()
        .network;
    assert_eq!(name, "own");
}

#[test]
fn steps_follow_the_paper() {
    let options = TrainerOptions {
        threads: 1,
        batch: 4,
        ..TrainerOptions::default()
    };
    let mut trainer = Trainer::new(&tiny_model(), &options).unwrap();
    let images = noise(4 * SAMPLE, 6);
    let labels = [0, 1, 2, 3];
    let elements = CLASSES;
    let mut before = vec![0.0; elements];
    let mut gradient = vec![0.0; elements];
    trainer
        .read("fc2.bias", Values::Parameter, &mut before)
        .unwrap();
    let first = trainer.gradients(&images, &labels).unwrap();
    assert!(first.loss.is_finite() && first.correct <= 4);
    trainer
        .read("fc2.bias", Values::Gradient, &mut gradient)
        .unwrap();
    let rule = UpdateRule {
        rate: 0.1,
        momentum: 0.0,
        weight_decay: 0.0,
        ..UpdateRule::default()
    };
    let step = trainer.step(&images, &labels, &rule).unwrap();
    assert_eq!(step.step, 1);
    assert_eq!(step.threads, 1);
    let mut after = vec![0.0; elements];
    trainer
        .read("fc2.bias", Values::Parameter, &mut after)
        .unwrap();
    for i in 0..elements {
        assert!((after[i] - (before[i] - 0.1 * gradient[i])).abs() < 1e-6);
    }
    let again = trainer.step(&images, &labels, &rule).unwrap();
    assert!(again.loss < step.loss);

    trainer
        .write("fc2.bias", Values::Parameter, &[9.0; CLASSES])
        .unwrap();
    let model = trainer.model().unwrap();
    let bias = model.tensor("fc2.bias").unwrap().to_vec().unwrap();
    assert_eq!(bias, [9.0; CLASSES]);

    let code = ErrorCode::InvalidArgument;
    refused(trainer.step(&images, &labels[..3], &rule), code);
    refused(trainer.step(&images[1..], &labels, &rule), code);
    refused(trainer.step(&[], &[], &rule), code);
    refused(trainer.step(&images, &[0, 1, 2, 5], &rule), code);
    refused(
        trainer.read("fc2.bias", Values::Parameter, &mut [0.0; 4]),
        code,
    );
    refused(
        trainer.write("fc2.bias", Values::Gradient, &[0.0; CLASSES]),
        code,
    );
    let missing = trainer.read("fc9.bias", Values::Parameter, &mut [0.0; 4]);
    refused(missing, ErrorCode::NotFound);
}

#[test]
fn nothing_is_learnt_from_nan() {
    let options = TrainerOptions {
        batch: 1,
        threads: 1,
        ..TrainerOptions::default()
    };
    let mut trainer = Trainer::new(&tiny_model(), &options).unwrap();
    let mut images = noise(SAMPLE, 3);
    let weights = |trainer: &Trainer| {
        let mut values = vec![0.0; 4 * 3 * 3 * 3];
        trainer
            .read("conv1.weight", Values::Parameter, &mut values)
            .unwrap();
        values
    };
    let before = weights(&trainer);
    let good = std::mem::replace(&mut images[17], f32::NAN);
    let rule = UpdateRule {
        rate: 0.01,
        ..UpdateRule::default()
    };
    refused(trainer.step(&images, &[1], &rule), ErrorCode::Diverged);
    assert_eq!(weights(&trainer), before);
    images[17] = good;
    assert!(trainer.step(&images, &[1], &rule).unwrap().loss > 0.0);
}
