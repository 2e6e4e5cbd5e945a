// Prints what a model's last layer with weights gives for prepared pictures:
//   logits MODEL INPUT.f32 > LOGITS.f32
// INPUT holds dense float32 (1, C, H, W), the output is float32 too.

#include <alexnet/alexnet.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

std::vector<float> ReadFloats(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<float> values(static_cast<size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

void Run(const char* path, const char* input) {
  const alexnet::Model model = alexnet::Model::load(path);
  std::string layer;
  for (const alexnet::LayerInfo& each : model.layers()) {
    if (each.parameters > 0) layer = each.name;
  }
  alexnet::SessionOptions options;
  const char* names[] = {layer.c_str()};
  options.activations = names;
  options.activation_count = 1;
  const alexnet::Session session(model, options);
  const std::vector<float> pixels = ReadFloats(input);
  std::vector<float> output(static_cast<size_t>(model.info().classes));
  alexnet::detail::call(alexnet_session_run, session.get(), pixels.data(),
                        pixels.size(), int64_t{1}, nullptr, output.data(),
                        output.size());
  const float* values = nullptr;
  alexnet::detail::call(alexnet_session_get_activation, session.get(),
                        size_t{0}, &values, nullptr, nullptr);
  std::fwrite(values, sizeof(float), output.size(), stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: logits MODEL INPUT.f32 > LOGITS.f32\n", stderr);
    return 2;
  }
  try {
    Run(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "logits: %s\n", error.what());
    return 1;
  }
}
