//! Trains a network on a folder of pictures, one folder per class, and tells
//! how often it is right. A model file (*.alexnet) in place of a preset is
//! fine-tuned. Ctrl-C stops it; "resume" goes on where it stopped.
//!
//!   train DATA OUT [PRESET|MODEL [EPOCHS]] [resume]

use alexnet::{
    evaluate, finetune, train, Context, Dataset, ErrorCode, EvaluateOptions, FinetuneOptions,
    LogLevel, Model, Recipe, Result, TrainEvent, TrainNetwork, TrainOptions,
};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Stops whoever is told this after Ctrl-C.
fn go_on() -> ControlFlow<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        return ControlFlow::Break(());
    }
    ControlFlow::Continue(())
}

fn tell(event: TrainEvent) -> ControlFlow<()> {
    match event {
        TrainEvent::Step(step) => {
            print!(
                "\repoch {} of {}, batch {} of {}, loss {:.3}   ",
                step.epoch + 1,
                step.epochs,
                step.batch + 1,
                step.batches,
                step.mean_loss
            );
            let _ = std::io::stdout().flush();
        }
        TrainEvent::Epoch(epoch) => {
            print!("\repoch {} of {}: ", epoch.epoch + 1, epoch.epochs);
            print!("loss {:.3}", epoch.train_loss);
            if let Some(validation) = epoch.validation {
                print!(", top-1 error {:.2} %", validation.top1_error);
            }
            println!(", {:.0} s{:24}", epoch.seconds, "");
        }
        _ => {}
    }
    go_on()
}

fn run(mut words: Vec<String>) -> Result<()> {
    let resume = words.last().map(String::as_str) == Some("resume");
    if resume {
        words.pop();
    }
    let (data, out) = (Path::new(&words[0]), Path::new(&words[1]));
    let mut options = TrainOptions::new(data, out);
    options.resume = resume;
    options.context = Some(Context::new(LogLevel::Warning, |_, message| {
        eprintln!("train: {message}");
    })?);
    options.recipe = Recipe {
        epochs: words.get(3).map(|epochs| epochs.parse().unwrap_or(0)),
        ..Recipe::default()
    };
    match words.get(2) {
        Some(model) if model.ends_with(".alexnet") => {
            let model = Model::load(model)?;
            finetune(&model, &FinetuneOptions::default(), &options, tell)?;
        }
        preset => {
            if let Some(preset) = preset {
                options.network = TrainNetwork::Preset(preset.clone());
            }
            train(&options, tell)?;
        }
    }

    let model = Model::load(out.join("last.alexnet"))?;
    let mut progress = |_, _| go_on();
    let test = EvaluateOptions {
        progress: Some(&mut progress),
        ..EvaluateOptions::default()
    };
    let info = evaluate(&model, &Dataset::open(data)?, test)?.info()?;
    let right = 100.0 - info.top1_error;
    println!("top-1: {right:.2} % of {} pictures are right", info.count);
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.len() < 2 || words.len() > 5 {
        eprintln!("usage: train DATA OUT [PRESET|MODEL [EPOCHS]] [resume]");
        return ExitCode::from(2);
    }
    on_interrupt::install();
    if let Err(error) = run(words) {
        eprintln!("\ntrain: {error}");
        if error.code() == ErrorCode::Cancelled {
            eprintln!("train: the same command with \"resume\" goes on");
        }
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Ctrl-C, for which the standard library has nothing. Once: the next one ends
/// the program as usual.
mod on_interrupt {
    use super::{Ordering, INTERRUPTED};

    const SIGINT: i32 = 2;
    const DEFAULT: usize = 0;

    extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
    }

    extern "C" fn handle(number: i32) {
        INTERRUPTED.store(true, Ordering::Relaxed);
        // SAFETY: a handler may call signal, and stores into atomics.
        unsafe { signal(number, DEFAULT) };
    }

    pub fn install() {
        // SAFETY: the handler does nothing that a handler may not do.
        unsafe { signal(SIGINT, handle as extern "C" fn(i32) as usize) };
    }
}
