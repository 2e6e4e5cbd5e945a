//! probabilities MODEL PICTURE: what a picture's classes get, one per line, as
//! the bits of a float in hexadecimal.

use alexnet::{Encoded, Model, Session, SessionOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [model, picture] =
        <[String; 2]>::try_from(words).map_err(|_| "usage: probabilities MODEL PICTURE")?;
    let options = SessionOptions {
        threads: 1,
        ..SessionOptions::default()
    };
    let mut session = Session::with_options(&Model::load(model)?, &options)?;
    let bytes = std::fs::read(picture)?;
    for probability in session.run_encoded(&[Encoded::new(&bytes)])? {
        println!("{:08x}", probability.to_bits());
    }
    Ok(())
}
