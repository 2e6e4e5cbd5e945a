//! ranks DATA OUT: is one of several processes that mpirun starts, and trains
//! with the others.

use alexnet::{
    launcher_rank, launcher_size, train, Launcher, Parallel, Recipe, TrainNetwork, TrainOptions,
};
use std::ops::ControlFlow;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, out] = <[String; 2]>::try_from(words).map_err(|_| "usage: ranks DATA OUT")?;
    println!("rank {} of {}", launcher_rank(), launcher_size());
    let options = TrainOptions {
        network: TrainNetwork::Preset("alexnet_small".into()),
        recipe: Recipe {
            epochs: Some(2),
            batch: Some(4),
            ..Recipe::default()
        },
        threads: 1,
        parallel: Parallel::Hybrid,
        launcher: Launcher::Mpi,
        ..TrainOptions::new(data, out)
    };
    train(&options, |_| ControlFlow::Continue(()))?;
    Ok(())
}
