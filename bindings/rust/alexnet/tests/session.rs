//! What a session computes and what it refuses.

mod support;

use std::os::raw::c_char;
use std::ptr;

use alexnet::*;
use alexnet_sys as sys;
use support::*;

/// What the C interface computes of the same bytes.
fn by_c(model: &[u8], views: &[f32], count: i64) -> Vec<f32> {
    let mut output = vec![0.0; count as usize * CLASSES];
    let name = b"model\0".as_ptr().cast::<c_char>();
    // SAFETY: as alexnet.h says; errors are not asked for.
    unsafe {
        let none = ptr::null_mut();
        let (mut handle, mut session) = (ptr::null_mut(), ptr::null_mut());
        let data = model.as_ptr().cast();
        let status = sys::alexnet_model_load_memory(data, model.len(), name, &mut handle, none);
        assert_eq!(status, sys::ALEXNET_OK);
        let mut options = std::mem::zeroed::<sys::alexnet_session_options>();
        sys::alexnet_session_options_init(&mut options, std::mem::size_of_val(&options));
        options.threads = 1;
        let status = sys::alexnet_session_create(handle, &options, &mut session, none);
        assert_eq!(status, sys::ALEXNET_OK);
        let status = sys::alexnet_session_run(
            session,
            views.as_ptr(),
            views.len(),
            count,
            ptr::null(),
            output.as_mut_ptr(),
            output.len(),
            none,
        );
        assert_eq!(status, sys::ALEXNET_OK);
        sys::alexnet_session_free(session);
        sys::alexnet_model_free(handle);
    }
    output
}

#[test]
fn answers_are_those_of_c_bit_for_bit() {
    let model = tiny_model();
    let bytes = model.to_bytes(&SaveOptions::default()).unwrap();
    let mut session = tiny_session(&model);
    for count in [1, 3] {
        let views = noise(count * SAMPLE, 5);
        let mut output = vec![0.0; count * CLASSES];
        session.run(&views, &mut output).unwrap();
        let expected = by_c(&bytes, &views, count as i64);
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&output), bits(&expected));
        let sum: f32 = output[..CLASSES].iter().sum();
        assert!((sum - 1.0).abs() < 1e-5);
    }
}

#[test]
fn a_session_outlives_its_model() {
    let mut session = tiny_session(&tiny_model());
    session.run(&noise(SAMPLE, 1), &mut [0.0; CLASSES]).unwrap();
    let info = session.info().unwrap();
    assert_eq!((info.channels, info.height, info.width), (3, SIDE, SIDE));
    assert_eq!((info.classes, info.views, info.threads), (CLASSES, 1, 1));
    assert_eq!((session.sample_len(), session.classes()), (SAMPLE, CLASSES));
}

#[test]
fn wrong_sizes_are_refused() {
    let mut session = tiny_session(&tiny_model());
    let mut output = [-7.0; CLASSES];
    for len in [0, 1, SAMPLE - 1, SAMPLE + 1] {
        let error = refused(
            session.run(&noise(len, 1), &mut output),
            ErrorCode::InvalidArgument,
        );
        assert_eq!(error.field(), Some("views"));
    }
    let views = noise(2 * SAMPLE, 1);
    let error = refused(session.run(&views, &mut output), ErrorCode::InvalidArgument);
    assert_eq!(error.field(), Some("output_size"));
    refused(session.run(&views, &mut []), ErrorCode::InvalidArgument);
    assert_eq!(output, [-7.0; CLASSES]);
    refused(session.run_images(&[]), ErrorCode::InvalidArgument);
    refused(session.run_encoded(&[]), ErrorCode::InvalidArgument);
    refused(session.top(&[0.5; 3], 2), ErrorCode::InvalidArgument);
    refused(session.top(&[], 2), ErrorCode::InvalidArgument);
    let mut large = [0.0; 3 * CLASSES];
    session.run(&views, &mut large).unwrap();
    assert_eq!(large[2 * CLASSES..], [0.0; CLASSES]);
}

#[test]
fn pictures_of_wrong_sizes_are_refused() {
    let pixels = [0u8; 27];
    let code = ErrorCode::InvalidArgument;
    ImageView::new(&pixels, 3, 3, 3).unwrap();
    refused(ImageView::new(&pixels, 3, 4, 3), code);
    refused(ImageView::new(&pixels, 0, 3, 3), code);
    refused(ImageView::new(&pixels, 3, 3, 2), code);
    refused(ImageView::new(&pixels, usize::MAX, 2, 3), code);
    refused(ImageView::new(&pixels, 1, usize::MAX, 1), code);
    refused(ImageView::new(&[], 1, 1, 1), code);
    refused(ImageView::with_stride(&pixels, 3, 3, 3, 8), code);
    refused(ImageView::with_stride(&pixels, 3, 3, 3, usize::MAX), code);
    // The last row may end before the stride does.
    ImageView::with_stride(&pixels, 2, 3, 3, 10).unwrap();
    refused(ImageView::with_stride(&pixels, 2, 3, 3, 11), code);
}

#[test]
fn the_picture_of_a_batch_is_named() {
    let data = Dataset::open(shapes(2)).unwrap();
    let sample = data.read(Part::Train, 0).unwrap();
    let mut session = tiny_session(&tiny_model());
    let good = Encoded::new(&sample.bytes);
    let bad = Encoded::new(b"").named("cat.jpg");
    let error = refused(session.run_encoded(&[good, bad]), ErrorCode::DataLoss);
    assert_eq!(error.field(), Some("pictures[1]"));
    assert!(
        error.to_string().contains("the picture is empty"),
        "{error}"
    );
    let pixels = [0u8; 100_000];
    let square = ImageView::new(&pixels, 8, 8, 3).unwrap();
    let wall = ImageView::new(&pixels, 100_000, 1, 1).unwrap();
    let error = refused(
        session.run_images(&[square, square, wall]),
        ErrorCode::InvalidArgument,
    );
    assert_eq!(error.field(), Some("images[2]"));
}

#[test]
fn a_part_of_a_picture_is_its_copy() {
    let (width, left, top, side) = (50, 11, 7, 20);
    let whole: Vec<u8> = (0..width * 40 * 3).map(|i| (i * 7 % 251) as u8).collect();
    let first = (top * width + left) * 3;
    let copy: Vec<u8> = (0..side)
        .flat_map(|y| &whole[first + y * width * 3..][..side * 3])
        .copied()
        .collect();
    let mut session = tiny_session(&tiny_model());
    let part = ImageView::with_stride(&whole[first..], side, side, 3, width * 3).unwrap();
    let tight = ImageView::new(&copy, side, side, 3).unwrap();
    let rows = session.run_images(&[part, tight]).unwrap();
    assert_eq!(rows[..CLASSES], rows[CLASSES..]);
}

#[test]
fn the_ways_in_agree() {
    let data = Dataset::open(shapes(2)).unwrap();
    let sample = data.read(Part::Train, 3).unwrap();
    let path = fresh_path("picture.jpg");
    std::fs::write(&path, &*sample.bytes).unwrap();
    let mut session = tiny_session(&tiny_model());

    let encoded = Encoded::new(&sample.bytes).named(&sample.name);
    let rows = session.run_encoded(&[encoded, encoded]).unwrap();
    assert_eq!(rows[..CLASSES], rows[CLASSES..]);
    let image = Image::decode(&encoded).unwrap();
    assert_eq!(
        (image.width(), image.height(), image.channels()),
        (64, 64, 3)
    );
    assert_eq!(image.pixels(), Image::load(&path).unwrap().pixels());
    let view = image.view().unwrap();
    assert_eq!(session.run_images(&[view]).unwrap(), rows[..CLASSES]);
    let views = session.preprocess(&view).unwrap();
    let mut row = [0.0; CLASSES];
    session.run(&views, &mut row).unwrap();
    assert_eq!(row, rows[..CLASSES]);

    let top = session.predict_file(&path, 3).unwrap();
    assert_eq!(top, session.top(&row, 3).unwrap());
    assert_eq!(top.len(), 3);
    assert!(top[0].probability >= top[1].probability);
    assert_eq!(top[0].probability, row[top[0].class]);
    assert_eq!(top[0].label, format!("class {}", top[0].class));
    assert_eq!(session.top(&row, usize::MAX).unwrap().len(), CLASSES);
    assert!(session.top(&row, 0).unwrap().is_empty());

    refused(Image::load_up_to(&path, 10), ErrorCode::InvalidArgument);
    let error = session
        .run_encoded(&[Encoded::new(b"no picture").named("bad.jpg")])
        .unwrap_err();
    assert!(error.to_string().contains("bad.jpg"), "{error}");
    let error = refused(session.predict_file("none.jpg", 1), ErrorCode::NotFound);
    assert_eq!(error.file(), Some("none.jpg"));
}

#[test]
fn activations_are_borrowed_from_the_session() {
    let options = SessionOptions {
        threads: 1,
        activations: vec!["conv1".into(), "prob".into()],
        ..SessionOptions::default()
    };
    let mut session = Session::with_options(&tiny_model(), &options).unwrap();
    let mut output = [0.0; CLASSES];
    session.run(&noise(SAMPLE, 9), &mut output).unwrap();
    let prob = session.activation("prob").unwrap();
    assert_eq!(prob.shape, [1, CLASSES]);
    assert_eq!(prob.values, output);
    let conv = session.activation("conv1").unwrap();
    assert_eq!(conv.shape, [1, 4, SIDE, SIDE]);
    assert_eq!(conv.values.len(), 4 * SIDE * SIDE);
    refused(session.activation("pool1"), ErrorCode::NotFound);
    let options = SessionOptions {
        activations: vec!["conv7".into()],
        ..SessionOptions::default()
    };
    let wrong = Session::with_options(&tiny_model(), &options);
    let error = refused(wrong, ErrorCode::NotFound);
    assert!(error.to_string().contains("conv7"), "{error}");
}

#[test]
fn ten_crops_take_ten_views() {
    let options = SessionOptions {
        ten_crop: true,
        ..SessionOptions::default()
    };
    let mut session = Session::with_options(&tiny_model(), &options).unwrap();
    assert_eq!(session.sample_len(), 10 * SAMPLE);
    let mut output = [0.0; CLASSES];
    session.run(&noise(10 * SAMPLE, 2), &mut output).unwrap();
    let run = session.run(&noise(SAMPLE, 2), &mut output);
    refused(run, ErrorCode::InvalidArgument);
}

#[test]
fn an_unknown_device_is_refused() {
    let options = SessionOptions {
        device: Some("abacus".into()),
        ..SessionOptions::default()
    };
    let error = Session::with_options(&tiny_model(), &options).unwrap_err();
    assert!(error.to_string().contains("abacus"), "{error}");
}

#[test]
fn several_devices_predict_together() {
    let model = tiny_model();
    let views = noise(3 * SAMPLE, 5);
    let mut expected = vec![0.0; 3 * CLASSES];
    tiny_session(&model).run(&views, &mut expected).unwrap();
    for parallel in [Parallel::Data, Parallel::Towers, Parallel::Hybrid] {
        let options = SessionOptions {
            devices: Some("cpu,cpu".into()),
            parallel,
            threads: 2,
            ..SessionOptions::default()
        };
        let mut session = Session::with_options(&model, &options).unwrap();
        let mut output = vec![0.0; 3 * CLASSES];
        session.run(&views, &mut output).unwrap();
        for (a, b) in output.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-5, "{parallel:?}: {a}, {b}");
        }
    }
    let empty = SessionOptions {
        devices: Some("cpu,".into()),
        ..SessionOptions::default()
    };
    refused(
        Session::with_options(&model, &empty),
        ErrorCode::InvalidArgument,
    );
}

#[test]
fn nan_gives_nan() {
    let mut session = tiny_session(&tiny_model());
    let mut views = noise(2 * SAMPLE, 3);
    views[SAMPLE + 100] = f32::NAN;
    let mut rows = vec![0.0; 2 * CLASSES];
    session.run(&views, &mut rows).unwrap();
    for (i, value) in rows.iter().enumerate() {
        assert_eq!(value.is_nan(), i >= CLASSES, "output {i}");
    }
}
