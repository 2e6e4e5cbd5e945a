// alexnet lpips: how different two pictures look.

#include <fmt/core.h>

#include <alexnet/alexnet_convert.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/model_file.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string first;
  std::string second;
  std::string model;
  std::string linear;
  SessionOptions options;
  bool json = false;
};

// Those whose outputs alexnet_lpips compares, in its order.
std::vector<std::string> ComparedLayers(const Model& model) {
  constexpr size_t kMost = 5;
  std::vector<std::string> names;
  bool behind_convolution = false;
  for (const LayerInfo& layer : model.layers()) {
    if (behind_convolution && layer.type == ALEXNET_LAYER_ACTIVATION &&
        layer.kind == std::string_view("ReLU") && names.size() < kMost) {
      names.emplace_back(layer.name);
    }
    behind_convolution = layer.type == ALEXNET_LAYER_CONVOLUTION;
  }
  return names;
}

void Run(const Asked& asked, Setting& setting) {
  const BusyLine line("comparing " + Printable(asked.first));
  const Model model = LoadOfAnyFormat(asked.model, {}, setting.limits);
  const std::vector<float> weights = asked.linear.empty()
                                         ? std::vector<float>()
                                         : read_lpips_weights(asked.linear);
  const Image first = Image::load(asked.first, asked.options.max_pixels);
  const Image second = Image::load(asked.second, asked.options.max_pixels);
  const alexnet_image one = first.view();
  const alexnet_image other = second.view();
  if (one.width != other.width || one.height != other.height) {
    throw Failure(fmt::format(
        "{} is of {} x {} pixels and {} of {} x {}; only pictures of one size "
        "are compared, position by position: resize or crop one of them",
        asked.first, one.width, one.height, asked.second, other.width,
        other.height));
  }
  const LpipsDistance distance =
      lpips(model, one, other, weights, asked.options);
  const std::vector<std::string> names = ComparedLayers(model);
  if (!asked.json) {
    std::string text = fmt::format("{:.6f}\n", distance.total);
    for (size_t i = 0; i < names.size(); ++i) {
      text += fmt::format("  {:.6f}  {}\n", distance.layers[i],
                          Printable(names[i]));
    }
    return Print(text);
  }
  Json layers = Json::Array();
  for (size_t i = 0; i < names.size(); ++i) {
    layers.Append(
        Json::Object({{"name", names[i]}, {"distance", distance.layers[i]}}));
  }
  PrintJson(Json::Object({{"version", 1},
                          {"first", asked.first},
                          {"second", asked.second},
                          {"distance", distance.total},
                          {"weighted", !weights.empty()},
                          {"layers", layers}}));
}

}  // namespace

Action DeclareLpips(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("A", asked->first, "A JPEG or PNG file").Required();
  arguments
      .Positional("B", asked->second, "Another, of as many rows and columns")
      .Required();
  arguments
      .Text(
          "--model", asked->model,
          "An AlexNet, of any format of convert --list: torchvision's for the "
          "published distance")
      .Required();
  arguments.Text("--linear", asked->linear,
                 "The published linear layers (alex.pth); without, each "
                 "channel has the weight 1");
  SessionOptions& options = asked->options;
  // BEGIN options: cli.options session_options to=options skip=batch,weight_dtype,ten_crop,devices,parallel
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Choice("--precision", options.precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; by default f32");
  arguments.Flag("--tune", options.tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  arguments.Number("--max-pixels", options.max_pixels, 100'000'000, 1,
                   "Most pixels of a picture; one that has more is refused");
  // END options
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
