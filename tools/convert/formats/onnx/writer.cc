#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "tools/convert/base/wire.h"
#include "tools/convert/formats/onnx/graph.h"
#include "tools/convert/formats/onnx/nodes.h"
#include "tools/convert/formats/onnx/onnx.h"
#include "tools/convert/model/preprocessing_json.h"

namespace alexnet::convert {
namespace {

using onnx::Initializer;
using onnx::Nodes;

constexpr int64_t kIrVersion = 7;
constexpr int64_t kOpset = 13;
constexpr uint64_t kLargestMessage = (uint64_t{1} << 31) - 1;

int32_t DataTypeOf(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return onnx::kFloat16;
    case ElementType::kBF16:
      return onnx::kBFloat16;
    case ElementType::kF64:
      return onnx::kDouble;
    case ElementType::kF32:
      break;
  }
  return onnx::kFloat;
}

// An encoded TensorProto: what stands before the numbers, and their size.
struct Encoded {
  const Initializer* initializer;
  std::string header;
  uint64_t data_bytes;
  uint64_t bytes() const { return header.size() + data_bytes; }
};

Encoded Encode(const Initializer& initializer, ElementType type) {
  constexpr uint32_t kRawData = 9;
  onnx::TensorHeader header;
  header.set_name(initializer.name);
  Encoded encoded{&initializer, "", 0};
  if (initializer.tensor == nullptr) {
    header.set_data_type(onnx::kFloat);
    encoded.data_bytes = initializer.floats.size() * sizeof(float);
  } else {
    header.set_data_type(DataTypeOf(type));
    for (const int64_t extent : initializer.tensor->shape) {
      header.add_dims(extent);
    }
    encoded.data_bytes = static_cast<uint64_t>(initializer.tensor->elements()) *
                         static_cast<uint64_t>(ElementSize(type));
  }
  encoded.header =
      header.SerializeAsString() + FieldHeader(kRawData, encoded.data_bytes);
  return encoded;
}

onnx::ValueInfo ValueOf(const std::string& name,
                        const std::vector<int64_t>& extents) {
  onnx::ValueInfo value;
  value.set_name(name);
  onnx::TensorType* type = value.mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::kFloat);
  type->mutable_shape()->add_dim()->set_dim_param("N");
  for (const int64_t extent : extents) {
    type->mutable_shape()->add_dim()->set_dim_value(extent);
  }
  return value;
}

void AddMetadata(const std::string& key, std::string value,
                 onnx::ModelHeader* header) {
  onnx::KeyValue* pair = header->add_metadata_props();
  pair->set_key(key);
  pair->set_value(std::move(value));
}

std::string HeaderOf(const ExportModel& model) {
  onnx::ModelHeader header;
  header.set_ir_version(kIrVersion);
  header.set_producer_name("alexnet");
  header.set_producer_version(std::string(version()));
  onnx::OperatorSet* set = header.add_opset_import();
  set->set_domain("");
  set->set_version(kOpset);
  std::string labels;
  for (const std::string& label : model.labels) labels += label + "\n";
  if (!labels.empty()) AddMetadata("labels", std::move(labels), &header);
  AddMetadata(kPreprocessingKey, EncodePreprocessing(model.preprocessing),
              &header);
  return header.SerializeAsString();
}

}  // namespace

void WriteOnnx(const ExportModel& model, const WriteOptions&,
               OutputFile& file) {
  constexpr uint32_t kModelGraph = 7;
  constexpr uint32_t kGraphNode = 1;
  constexpr uint32_t kGraphInitializer = 5;
  const Nodes nodes = onnx::NodesOf(model);

  onnx::GraphHeader graph;
  graph.set_name(model.layers.name);
  *graph.add_input() =
      ValueOf(nodes.input,
              {model.layers.channels, model.layers.height, model.layers.width});
  // A softmax is written over what is flattened.
  std::vector<int64_t> output = model.layers.layers.back().output;
  if (As<Softmax>(model.layers.layers.back()) != nullptr) {
    output = {std::accumulate(output.begin(), output.end(), int64_t{1},
                              std::multiplies<>())};
  }
  *graph.add_output() = ValueOf(nodes.output, output);
  std::string front;
  for (const onnx::Node& node : nodes.nodes) {
    const std::string encoded = node.SerializeAsString();
    front += FieldHeader(kGraphNode, encoded.size()) + encoded;
  }
  front += graph.SerializeAsString();

  std::vector<Encoded> initializers;
  uint64_t graph_bytes = front.size();
  for (const Initializer& initializer : nodes.initializers) {
    initializers.push_back(Encode(initializer, model.type));
    const uint64_t bytes = initializers.back().bytes();
    graph_bytes += FieldHeader(kGraphInitializer, bytes).size() + bytes;
  }
  if (graph_bytes > kLargestMessage) {
    throw Unsupported("",
                      "takes more than 2 GiB, which no ONNX file without "
                      "external data can");
  }

  file.Write(HeaderOf(model));
  file.Write(FieldHeader(kModelGraph, graph_bytes));
  file.Write(front);
  for (const Encoded& encoded : initializers) {
    file.Write(FieldHeader(kGraphInitializer, encoded.bytes()));
    file.Write(encoded.header);
    const Initializer& initializer = *encoded.initializer;
    if (initializer.tensor == nullptr) {
      file.Write(std::as_bytes(std::span(initializer.floats)));
    } else {
      Stream(*initializer.tensor, model.type,
             [&](int64_t, Bytes chunk) { file.Write(chunk); });
    }
  }
}

}  // namespace alexnet::convert
