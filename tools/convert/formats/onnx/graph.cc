#include "tools/convert/formats/onnx/graph.h"

#include <fmt/core.h>
#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>

#include "tools/convert/base/wire.h"
#include "tools/convert/formats/onnx/external_data.h"

namespace alexnet::convert::onnx {
namespace {

// Field numbers of what is cut out.
constexpr uint32_t kModelGraph = 7;
constexpr uint32_t kModelTraining = 20;
constexpr uint32_t kModelFunctions = 25;
constexpr uint32_t kGraphNode = 1;
constexpr uint32_t kGraphInitializer = 5;
constexpr uint32_t kGraphSparse = 15;
constexpr uint32_t kNodeAttribute = 5;
constexpr uint32_t kAttributeTensor = 5;
constexpr uint32_t kAttributeGraph = 6;
constexpr uint32_t kAttributeTensors = 10;
constexpr uint32_t kAttributeGraphs = 11;
constexpr uint32_t kTensorSegment = 3;
constexpr uint32_t kTensorFloats = 4;
constexpr uint32_t kTensorInt32s = 5;
constexpr uint32_t kTensorStrings = 6;
constexpr uint32_t kTensorInt64s = 7;
constexpr uint32_t kTensorRaw = 9;
constexpr uint32_t kTensorDoubles = 10;
constexpr uint32_t kTensorUint64s = 11;

// AlexNets have about 25.
constexpr size_t kMaxNodes = 2000;
constexpr size_t kMaxIntegers = 64;

Bytes Last(const Skeleton& skeleton, uint32_t number) {
  Bytes payload;
  for (const CutField& field : skeleton.cut) {
    if (field.number == number) payload = field.payload;
  }
  return payload;
}

bool Has(const Skeleton& skeleton, uint32_t number) {
  for (const CutField& field : skeleton.cut) {
    if (field.number == number) return true;
  }
  return false;
}

// A few whole numbers, raw or as varints.
std::vector<int64_t> IntegersOf(Bytes raw, Bytes varints,
                                const std::string& where) {
  std::vector<int64_t> integers;
  if (!raw.empty()) {
    ByteReader reader(raw, where);
    while (!reader.at_end() && integers.size() < kMaxIntegers) {
      integers.push_back(reader.Read<int64_t>());
    }
    return integers;
  }
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(varints.data()),
      static_cast<int>(varints.size()));
  uint64_t value = 0;
  while (integers.size() < kMaxIntegers && stream.ReadVarint64(&value)) {
    integers.push_back(static_cast<int64_t>(value));
  }
  return integers;
}

// 16-bit numbers that are stored as varints.
Bytes HalvesOf(Bytes varints, SourceFile& file, const std::string& where) {
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(varints.data()),
      static_cast<int>(varints.size()));
  std::vector<std::byte> halves;
  while (static_cast<size_t>(stream.CurrentPosition()) < varints.size()) {
    uint32_t value = 0;
    if (!stream.ReadVarint32(&value) || value > UINT16_MAX) {
      throw Damaged(where, "has numbers that are no halves");
    }
    halves.push_back(static_cast<std::byte>(value & 0xff));
    halves.push_back(static_cast<std::byte>(value >> 8));
  }
  return file.Keep(std::move(halves));
}

// Where a model's bytes are.
struct Files {
  std::shared_ptr<SourceFile> model;
  ExternalData external;
};

Constant ConstantOf(Bytes message, Files& files, std::string* name) {
  static constexpr uint32_t kCut[] = {
      kTensorSegment, kTensorFloats, kTensorInt32s,  kTensorStrings,
      kTensorInt64s,  kTensorRaw,    kTensorDoubles, kTensorUint64s};
  std::shared_ptr<SourceFile> file = files.model;
  const Skeleton skeleton = SplitMessage(message, kCut, "tensor");
  const auto header = ParseMessage<TensorHeader>(skeleton.rest, "tensor");
  *name = header.name();
  const std::string where = "tensor \"" + header.name() + "\"";
  if (Has(skeleton, kTensorSegment)) {
    throw Unsupported(where, "comes in segments");
  }
  Bytes raw = Last(skeleton, kTensorRaw);
  if (header.data_location() != 0 || header.external_data_size() > 0) {
    External external = files.external.Of(header, where);
    raw = external.bytes;
    file = std::move(external.file);
  }
  Constant constant;
  if (header.data_type() == kInt64) {
    constant.integers = IntegersOf(raw, Last(skeleton, kTensorInt64s), where);
    return constant;
  }
  ElementType type = ElementType::kF32;
  Bytes data = raw;
  switch (header.data_type()) {
    case kFloat:
      if (raw.empty())
        data = PackedFloats(message, kTensorFloats, *file, where);
      break;
    case kFloat16:
    case kBFloat16:
      type = header.data_type() == kFloat16 ? ElementType::kF16
                                            : ElementType::kBF16;
      if (raw.empty()) {
        data = HalvesOf(Last(skeleton, kTensorInt32s), *file, where);
      }
      break;
    case kDouble:
      type = ElementType::kF64;
      if (raw.empty()) data = Last(skeleton, kTensorDoubles);
      break;
    default:
      return constant;  // of a type that no weight has; who uses it is told
  }
  Extents shape(header.dims().begin(), header.dims().end());
  if (shape.empty()) shape = {1};
  constant.tensor =
      DenseTensor(header.name(), type, std::move(shape), data, file);
  return constant;
}

// The inputs of a branch of the If that PyTorch exports squeeze() as. Throws
// Unsupported for any other graph inside of a node.
void TakeBranch(Bytes graph, const std::string& where,
                std::vector<std::string>* inputs) {
  static constexpr uint32_t kCut[] = {kGraphNode, kGraphInitializer};
  for (const CutField& field : SplitMessage(graph, kCut, where).cut) {
    static constexpr uint32_t kCutNode[] = {kNodeAttribute};
    if (field.number != kGraphNode) continue;
    const auto node = ParseMessage<Node>(
        SplitMessage(field.payload, kCutNode, where).rest, where);
    if (node.op_type() == "Constant") continue;
    if ((node.op_type() != "Squeeze" && node.op_type() != "Identity") ||
        node.input_size() == 0) {
      throw Unsupported(where, "has a graph inside of it");
    }
    inputs->push_back(node.input(0));
  }
}

GraphNode NodeOf(Bytes message, size_t index, Files& files) {
  static constexpr uint32_t kCut[] = {kNodeAttribute};
  const std::string number = fmt::format("node {}", index);
  const Skeleton skeleton = SplitMessage(message, kCut, number);
  auto header = ParseMessage<Node>(skeleton.rest, number);
  GraphNode node;
  node.name = header.name().empty() ? number : "node \"" + header.name() + "\"";
  node.op = header.op_type();
  node.inputs = {header.input().begin(), header.input().end()};
  node.outputs = {header.output().begin(), header.output().end()};
  if (!header.domain().empty() && header.domain() != "ai.onnx") {
    throw Unsupported(
        node.where(),
        "is of the operator set \"" + header.domain() +
            "\"; only ONNX's own is known" +
            (header.domain() == "com.microsoft"
                 ? ". ONNX Runtime's optimiser puts such nodes in: take the "
                   "model from before it, or write it with "
                   "graph_optimization_level = ORT_ENABLE_BASIC"
                 : ""));
  }
  for (const CutField& field : skeleton.cut) {
    static constexpr uint32_t kCutAttribute[] = {
        kAttributeTensor, kAttributeGraph, kAttributeTensors, kAttributeGraphs};
    const Skeleton parts =
        SplitMessage(field.payload, kCutAttribute, node.where());
    auto attribute = ParseMessage<Attribute>(parts.rest, node.where());
    if (Has(parts, kAttributeGraphs) ||
        (Has(parts, kAttributeGraph) && node.op != "If")) {
      throw Unsupported(node.where(), "has a graph inside of it");
    }
    if (Has(parts, kAttributeGraph)) {
      TakeBranch(Last(parts, kAttributeGraph), node.where(),
                 &node.branch_inputs);
    }
    if (Has(parts, kAttributeTensor)) {
      std::string ignored;
      node.value = ConstantOf(Last(parts, kAttributeTensor), files, &ignored);
    }
    const std::string key = attribute.name();
    if (!node.attributes.emplace(key, std::move(attribute)).second) {
      throw Damaged(node.where(), "has the attribute \"" + key + "\" twice");
    }
  }
  return node;
}

void CheckPlain(const GraphNode& node) {
  static constexpr std::string_view kQuantized[] = {
      "QuantizeLinear", "DequantizeLinear",      "QLinearConv",
      "QLinearMatMul",  "DynamicQuantizeLinear", "ConvInteger",
      "MatMulInteger"};
  for (const std::string_view op : kQuantized) {
    if (node.op != op) continue;
    throw Unsupported(node.where(),
                      "is of a quantized network; take the f32 "
                      "version of the model");
  }
}

// What the node and the graphs inside of it use.
std::vector<std::string> UsedBy(const GraphNode& node) {
  std::vector<std::string> used = node.inputs;
  used.insert(used.end(), node.branch_inputs.begin(), node.branch_inputs.end());
  return used;
}

// The nodes so that each comes after what it uses: some tools append theirs.
// Of those that could be next, the first; nodes that use what no node makes
// stay at the end, for who reads them.
std::vector<GraphNode> InOrder(std::vector<GraphNode> nodes) {
  std::unordered_map<std::string, std::vector<size_t>> waiting;  // for a value
  for (const GraphNode& node : nodes) {
    for (const std::string& output : node.outputs) waiting[output];
  }
  std::vector<size_t> missing(nodes.size(), 0);
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string& input : UsedBy(nodes[i])) {
      const auto made = waiting.find(input);
      if (input.empty() || made == waiting.end()) continue;
      made->second.push_back(i);
      ++missing[i];
    }
    if (missing[i] == 0) ready.push(i);
  }
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::string& output : nodes[next].outputs) {
      for (const size_t each : std::exchange(waiting[output], {})) {
        if (--missing[each] == 0) ready.push(each);
      }
    }
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (missing[i] > 0) order.push_back(i);
  }
  std::vector<GraphNode> ordered;
  for (const size_t i : order) ordered.push_back(std::move(nodes[i]));
  return ordered;
}

// Leaves out what no output needs: what is behind the end of a network that
// was cut by naming another output. The nodes are in order.
void DropUnneeded(Graph* graph) {
  std::set<std::string> needed(graph->outputs.begin(), graph->outputs.end());
  needed.erase("");
  std::vector<GraphNode> kept;
  for (size_t i = graph->nodes.size(); i-- > 0;) {
    GraphNode& node = graph->nodes[i];
    const auto is_needed = [&](const std::string& output) {
      return needed.contains(output);
    };
    if (std::none_of(node.outputs.begin(), node.outputs.end(), is_needed)) {
      if (node.op != "Constant") ++graph->unneeded;
      continue;
    }
    for (const std::string& used : UsedBy(node)) {
      if (!used.empty()) needed.insert(used);
    }
    kept.push_back(std::move(node));
  }
  if (kept.empty() && !graph->nodes.empty()) {
    throw Damaged("output \"" + graph->outputs[0] + "\"", "is made by no node");
  }
  graph->nodes.assign(std::make_move_iterator(kept.rbegin()),
                      std::make_move_iterator(kept.rend()));
}

}  // namespace

int64_t GraphNode::Int(const std::string& key, int64_t otherwise) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? otherwise : found->second.i();
}

float GraphNode::Float(const std::string& key, float otherwise) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? otherwise : found->second.f();
}

std::string GraphNode::Text(const std::string& key,
                            const std::string& otherwise) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? otherwise : found->second.s();
}

std::vector<int64_t> GraphNode::Ints(const std::string& key,
                                     std::vector<int64_t> otherwise) const {
  const auto found = attributes.find(key);
  if (found == attributes.end()) return otherwise;
  return {found->second.ints().begin(), found->second.ints().end()};
}

bool LooksLikeModel(Bytes file) {
  // ir_version stands first in what every exporter writes: a varint of one
  // byte, then another field of a model.
  if (file.size() < 4 || file[0] != std::byte{0x08}) return false;
  const auto version = static_cast<int>(file[1]);
  const auto next = static_cast<int>(file[2]);
  return version >= 1 && version < 64 &&
         (next == 0x12 || next == 0x1a || next == 0x22 || next == 0x28 ||
          next == 0x32 || next == 0x3a || next == 0x42 || next == 0x72);
}

Graph ParseModel(const std::shared_ptr<SourceFile>& file) {
  static constexpr uint32_t kCut[] = {kModelGraph, kModelTraining,
                                      kModelFunctions};
  const Skeleton model = SplitMessage(file->bytes(), kCut, "model");
  const auto header = ParseMessage<ModelHeader>(model.rest, "model");
  if (Has(model, kModelTraining) || Has(model, kModelFunctions)) {
    throw Unsupported("model",
                      "has functions or training information of its "
                      "own, which no AlexNet needs");
  }
  if (!Has(model, kModelGraph)) throw Damaged("model", "has no graph");
  Graph graph;
  graph.producer = header.producer_name() + " " + header.producer_version();
  for (const OperatorSet& set : header.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") {
      graph.opset = set.version();
    }
  }
  for (const KeyValue& pair : header.metadata_props()) {
    graph.metadata[pair.key()] = pair.value();
  }
  static constexpr uint32_t kCutGraph[] = {kGraphNode, kGraphInitializer,
                                           kGraphSparse};
  const Skeleton parts =
      SplitMessage(Last(model, kModelGraph), kCutGraph, "graph");
  const auto graph_header = ParseMessage<GraphHeader>(parts.rest, "graph");
  graph.name = graph_header.name();
  Files files = {file, ExternalData(file)};
  for (const CutField& field : parts.cut) {
    if (field.number == kGraphSparse) {
      throw Unsupported("graph", "has sparse weights");
    }
    if (field.number == kGraphInitializer) {
      std::string name;
      Constant constant = ConstantOf(field.payload, files, &name);
      if (!graph.constants.emplace(name, std::move(constant)).second) {
        throw Damaged("tensor \"" + name + "\"", "is there twice");
      }
      continue;
    }
    if (graph.nodes.size() == kMaxNodes) {
      throw Unsupported("graph", "has more nodes than any AlexNet");
    }
    graph.nodes.push_back(NodeOf(field.payload, graph.nodes.size(), files));
    CheckPlain(graph.nodes.back());
  }
  graph.nodes = InOrder(std::move(graph.nodes));
  for (const ValueInfo& output : graph_header.output()) {
    graph.outputs.push_back(output.name());
  }
  if (!graph.outputs.empty()) DropUnneeded(&graph);
  // Old files list initializers among the inputs.
  for (const ValueInfo& input : graph_header.input()) {
    if (graph.constants.contains(input.name()) || !graph.input.empty())
      continue;
    graph.input = input.name();
    for (const Dimension& dim : input.type().tensor_type().shape().dim()) {
      graph.input_shape.push_back(dim.dim_value());
    }
  }
  if (graph.input.empty() || graph.input_shape.size() != 4) {
    throw Unsupported("graph", "has no input of (N, C, H, W) pictures");
  }
  return graph;
}

}  // namespace alexnet::convert::onnx
