//! What the layers and tensors of a preset are, one per line.

use alexnet::{Model, Network};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = Network::preset("lenet5")?;
    for layer in network.layers() {
        println!("{} {:?}", layer.name, layer.layer_type);
    }
    let model = Model::initial(&network, 1)?;
    for tensor in model.tensors() {
        println!("{} {:?} {:?}", tensor.name, tensor.role, tensor.dtype);
    }
    Ok(())
}
