#include <fmt/core.h>

#include <utility>

#include "tools/convert/formats/onnx/chain.h"
#include "tools/convert/formats/onnx/graph.h"
#include "tools/convert/formats/onnx/onnx.h"
#include "tools/convert/model/preprocessing_json.h"

namespace alexnet::convert {
namespace {

constexpr int64_t kOldestOpset = 3;
constexpr int64_t kNewestOpset = 23;

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

bool LooksLikeOnnx(Bytes file) { return onnx::LooksLikeModel(file); }

ForeignModel ReadOnnx(std::shared_ptr<SourceFile> file, const ReadOptions&) {
  ForeignModel model;
  model.file = std::move(file);
  onnx::Graph graph = onnx::ParseModel(model.file);
  if (graph.opset < kOldestOpset || graph.opset > kNewestOpset) {
    model.notes.push_back(fmt::format(
        "the file is of operator set {}; {} to {} are known to be read right",
        graph.opset, kOldestOpset, kNewestOpset));
  }
  model.network_name = graph.name;
  model.metadata = {{"onnx.producer", graph.producer},
                    {"onnx.opset", std::to_string(graph.opset)},
                    {"onnx.graph", graph.name}};
  std::vector<std::string> labels = LinesOf(graph.metadata["labels"]);
  model.preprocessing = graph.metadata[kPreprocessingKey];
  onnx::TakeChain(std::move(graph), &model);
  for (auto layer = model.layers->layers.rbegin();
       layer != model.layers->layers.rend(); ++layer) {
    const auto* full = As<FullyConnected>(*layer);
    if (full == nullptr) continue;
    if (full->out_features == static_cast<int64_t>(labels.size())) {
      model.labels = std::move(labels);
    }
    break;
  }
  return model;
}

}  // namespace alexnet::convert
