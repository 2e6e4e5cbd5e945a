// Draws pictures, makes a model of initial weights, saves and loads it, and
// names what is in a picture.
//
//   predict FOLDER
#include <alexnet/alexnet.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

int main(int argc, char** argv) {
  const char* folder = argc == 2 ? argv[1] : std::getenv("TEST_TMPDIR");
  if (folder == nullptr) {
    std::fprintf(stderr, "usage: predict FOLDER\n");
    return 2;
  }
  try {
    const std::string pictures = std::string(folder) + "/pictures";
    const std::string file = std::string(folder) + "/net.alexnet";
    alexnet::ShapesOptions shapes;
    shapes.train_per_class = 1;
    shapes.held_out_per_class = 1;
    alexnet::draw_shapes(pictures, shapes);
    const alexnet::Dataset data(pictures);
    alexnet::Model::initial(alexnet::Network::preset("alexnet_small"))
        .save(file);

    const alexnet::Model model = alexnet::Model::load(file);
    alexnet::Session session(model);
    const auto picture = data.read(ALEXNET_PART_TRAIN, 0);
    const alexnet_encoded encoded = {picture.data(), picture.size(), "picture"};
    for (const alexnet::Prediction& each :
         session.top(session.run_encoded({&encoded, 1}))) {
      std::printf("%6.2f %%  class %d\n", 100.0 * each.probability,
                  each.class_index);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "predict: %s\n", error.what());
    return 1;
  }
  return 0;
}
