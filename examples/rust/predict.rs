//! Names what is in pictures.
//!
//!   predict MODEL PICTURE...

use alexnet::{Model, Result, Session};
use std::process::ExitCode;

fn predict(model: &str, pictures: &[String]) -> Result<()> {
    let model = Model::load(model)?;
    let mut session = Session::new(&model)?;
    for picture in pictures {
        let top = session.predict_file(picture, 5)?;
        println!("{picture}");
        for each in top {
            println!("  {:6.2} %  {}", 100.0 * each.probability, each.label);
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.len() < 2 {
        eprintln!("usage: predict MODEL PICTURE...");
        return ExitCode::from(2);
    }
    if let Err(error) = predict(&words[0], &words[1..]) {
        eprintln!("predict: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
