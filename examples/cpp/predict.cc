// Names what is in pictures.
//
//   predict MODEL PICTURE...
#include <alexnet/alexnet.hpp>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: predict MODEL PICTURE...\n");
    return 2;
  }
  try {
    const alexnet::Model model = alexnet::Model::load(argv[1]);
    alexnet::Session session(model);
    for (int i = 2; i < argc; ++i) {
      const auto top = session.predict_file(argv[i]);
      std::printf("%s\n", argv[i]);
      for (const alexnet::Prediction& each : top) {
        std::printf("  %6.2f %%  %s\n", 100.0 * each.probability,
                    each.label.c_str());
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "predict: %s\n", error.what());
    return 1;
  }
  return 0;
}
