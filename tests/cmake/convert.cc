// convert MODEL FOLDER: initial values, by way of ONNX, into MODEL, and
// pictures to try it on into FOLDER.
#include <alexnet/alexnet_convert.hpp>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto network = alexnet::Network::preset("alexnet_small", 10);
  alexnet::export_model(alexnet::Model::initial(network, 1), "out.onnx");
  alexnet::import_model("out.onnx").model.save(argv[1]);
  alexnet::ShapesOptions shapes;
  shapes.train_per_class = 2;
  shapes.held_out_per_class = 1;
  alexnet::draw_shapes(argv[2], shapes);
  return 0;
}
