#include "core/exec/graph.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

constexpr int64_t kMostSamples = 65536;
constexpr int64_t kMostElements = int64_t{1} << 40;

Status CheckBatch(const NetworkInfo& info, int64_t batch) {
  if (batch < 1 || batch > kMostSamples) {
    return InvalidArgumentError(
               fmt::format("must be 1 to {}, not {}", kMostSamples, batch))
        .WithField("batch");
  }
  for (const LayerShapes& shapes : info.layers) {
    for (const Shape& shape : {shapes.in, shapes.out}) {
      const auto elements = CheckedMul(shape.elements(), batch);
      if (!elements || *elements > kMostElements) {
        return InvalidArgumentError(
                   fmt::format("{} samples of shape {} are beyond 2^40 "
                               "elements; use a smaller batch",
                               batch, shape.ToString()))
            .WithField("batch");
      }
    }
  }
  return Status();
}

class GraphBuilder {
 public:
  GraphBuilder(const Network& network, const NetworkInfo& info,
               Backend& backend, const GraphOptions& options)
      : network_(network), info_(info), backend_(backend), options_(options) {
    graph_.layer_blob.assign(network.layers.size(), -1);
    graph_.blobs.push_back(Format::Dense(InputShape()));
  }

  Result<Graph> Build() && {
    int rectified_later = -1;  // the ReLU that the next kernel applies
    for (int i = options_.first; i < options_.layers; ++i) {
      ALEXNET_RETURN_IF_ERROR(AddExchange(i));
      // Never the first layer of a graph, so that no blob is both the caller's
      // input and output.
      if (!graph_.nodes.empty() && ComputesNothing(i)) {
        graph_.layer_blob[Index(i)] = graph_.output();
        continue;
      }
      const bool later = CanRectifyAfterPooling(i);
      const int activation = !later && CanFuseNext(i) ? i + 1 : rectified_later;
      rectified_later = later ? i + 1 : -1;
      KernelRequest request = RequestOf(i, activation);
      const bool pools = CanPool(i, &request);
      const int fused = pools ? i + 1 : activation;
      if (const Status status = AddLayer(i, request, fused); !status.ok()) {
        return status.WithContext(
            fmt::format("layer \"{}\"", network_.layers[Index(i)].name));
      }
      if (later || fused > i) ++i;
      if (!later) graph_.layer_blob[Index(i)] = graph_.output();
    }
    ALEXNET_RETURN_IF_ERROR(AddExchange(options_.layers));
    ALEXNET_RETURN_IF_ERROR(
        ReorderTo(Format::Dense(graph_.blobs.back().shape)));
    return std::move(graph_);
  }

 private:
  static size_t Index(int i) { return static_cast<size_t>(i); }

  Shape InputShape() const {
    const Shape& whole = info_.layers[Index(options_.first)].in;
    if (options_.part == nullptr) return WithBatch(whole, options_.batch);
    if (options_.first == 0) return options_.part->input_shape();
    return WithBatch(
        whole, options_.part->ShareOf(options_.first, options_.pass).samples);
  }

  bool ComputesNothing(int i) const {
    const Layer& layer = network_.layers[Index(i)];
    if (const auto* dropout = As<Dropout>(layer)) {
      return !options_.training || dropout->rate == 0.0f;
    }
    return As<AdaptiveAveragePooling>(layer) != nullptr &&
           info_.layers[Index(i)].in == info_.layers[Index(i)].out;
  }

  bool HasExchange(int i) const {
    if (options_.part == nullptr) return false;
    const LayerPasses passes = options_.part->passes();
    if (passes.count > 1 && i == passes.first) return false;
    return options_.part->HasExchange(i);
  }

  bool CanFuseNext(int i) const {
    if (i + 1 >= options_.layers) return false;
    if (Kept(i) || HasExchange(i + 1)) return false;
    const auto* activation = As<Activation>(network_.layers[Index(i + 1)]);
    return activation != nullptr &&
           backend_.CanFuse(network_.layers[Index(i)], activation->kind);
  }

  bool Kept(int i) const {
    return !options_.keep.empty() && options_.keep[Index(i)];
  }

  // Whether a ReLU follows layer i and a maximum follows that: they come to the
  // same in the other order, where there is less to rectify.
  bool CanRectifyAfterPooling(int i) const {
    if (i + 2 >= options_.layers || Kept(i) || Kept(i + 1)) return false;
    if (HasExchange(i + 1) || HasExchange(i + 2)) return false;
    const auto* activation = As<Activation>(network_.layers[Index(i + 1)]);
    const Layer& next = network_.layers[Index(i + 2)];
    const auto* pooling = As<Pooling>(next);
    return activation != nullptr && activation->kind == ActivationKind::kRelu &&
           pooling != nullptr && pooling->kind == PoolKind::kMax &&
           backend_.CanFuse(next, ActivationKind::kRelu);
  }

  const Layer* ReaderOf(int i) const {
    for (int next = i + 1; next < options_.layers; ++next) {
      if (HasExchange(next)) return nullptr;
      const Layer& layer = network_.layers[Index(next)];
      if (As<Activation>(layer) == nullptr && !ComputesNothing(next)) {
        return &layer;
      }
    }
    return nullptr;
  }

  // `activation`: the layer that the kernel applies too; -1: none.
  KernelRequest RequestOf(int i, int activation) const {
    KernelRequest request;
    request.layer = &network_.layers[Index(i)];
    request.layer_index = i;
    request.shapes = &info_.layers[Index(i)];
    const LayerShare share =
        ShareOf(options_.part, i, options_.batch, options_.pass);
    request.batch = share.samples;
    request.part = share.part;
    request.src = graph_.blobs.back();
    if (activation >= 0) {
      request.fused = As<Activation>(network_.layers[Index(activation)])->kind;
    }
    request.reader = ReaderOf(i);
    request.training = options_.training;
    request.src_gradient = options_.training && i > options_.first_learning;
    request.src_rectified = options_.training && !graph_.nodes.empty() &&
                            IsRelu(graph_.nodes.back().fused);
    request.weight_dtype = options_.weight_dtype;
    return request;
  }

  bool IsRelu(int i) const {
    if (i < 0) return false;
    const auto* activation = As<Activation>(network_.layers[Index(i)]);
    return activation != nullptr && activation->kind == ActivationKind::kRelu;
  }

  // Whether the kernel of layer i can apply the pooling after it too, which the
  // request then names.
  bool CanPool(int i, KernelRequest* request) const {
    if (i + 1 >= options_.layers || Kept(i) || HasExchange(i + 1)) return false;
    const Layer& next = network_.layers[Index(i + 1)];
    if (request->fused || As<Pooling>(next) == nullptr) return false;
    KernelRequest pooled = *request;
    pooled.pooling = &next;
    pooled.pooling_shapes = &info_.layers[Index(i + 1)];
    pooled.reader = ReaderOf(i + 1);
    if (!backend_.CanPool(pooled)) return false;
    *request = pooled;
    return true;
  }

  // `fused`: the layer that the kernel applies too; -1: none.
  Status AddLayer(int i, const KernelRequest& request, int fused) {
    GraphNode node;
    ALEXNET_ASSIGN_OR_RETURN(node.kernel, backend_.CreateKernel(request));
    node.layer = i;
    node.fused = fused;
    for (size_t p = 0; p < info_.parameters.size(); ++p) {
      if (info_.parameters[p].layer != i) continue;
      (info_.parameters[p].is_bias ? node.bias : node.weight) =
          static_cast<int>(p);
    }
    if ((node.weight >= 0) != (node.kernel->weight_layout() != nullptr) ||
        (node.bias >= 0) != (node.kernel->bias_layout() != nullptr)) {
      return InternalError(
          fmt::format("the kernel {} has other parameters than its layer",
                      node.kernel->Name()));
    }
    return Add(std::move(node));
  }

  // Before layer i, or before the loss.
  Status AddExchange(int i) {
    if (!HasExchange(i)) return Status();
    GraphNode node;
    ALEXNET_ASSIGN_OR_RETURN(
        node.kernel, options_.part->CreateExchange(i, options_.pass, backend_));
    return Add(std::move(node));
  }

  // With a reorder to what the kernel reads.
  Status Add(GraphNode node) {
    ALEXNET_RETURN_IF_ERROR(ReorderTo(node.kernel->src_format()));
    graph_.blobs.push_back(node.kernel->dst_format());
    graph_.nodes.push_back(std::move(node));
    return Status();
  }

  Status ReorderTo(Format format) {
    const Format& from = graph_.blobs.back();
    if (format.shape != from.shape) {
      // A fully connected kernel may see its input flattened, which in a dense
      // blob is the same bytes.
      if (!format.dense() || format.shape.elements() != from.shape.elements()) {
        return InternalError(fmt::format("shape {} where {} is wanted",
                                         from.shape.ToString(),
                                         format.shape.ToString()));
      }
      format = Format::Dense(from.shape);
    }
    if (format == from) return Status();
    GraphNode node;
    ALEXNET_ASSIGN_OR_RETURN(node.kernel, backend_.CreateReorder(from, format));
    graph_.blobs.push_back(std::move(format));
    graph_.nodes.push_back(std::move(node));
    return Status();
  }

  const Network& network_;
  const NetworkInfo& info_;
  Backend& backend_;
  const GraphOptions& options_;
  Graph graph_;
};

std::string FormatName(const Format& format) {
  return format.shape.ToString() + " " +
         (format.dense() ? "dense" : format.layout->Name());
}

}  // namespace

Result<Graph> BuildGraph(const Network& network, const NetworkInfo& info,
                         Backend& backend, const GraphOptions& options) {
  ALEXNET_RETURN_IF_ERROR(CheckBatch(info, options.batch));
  return GraphBuilder(network, info, backend, options).Build();
}

std::string DescribeNode(const Graph& graph, const Network& network, int node,
                         const std::string& place) {
  const GraphNode& here = graph.nodes[static_cast<size_t>(node)];
  std::string line = here.kernel->Name();
  if (here.fused >= 0) {
    line += " + " + network.layers[static_cast<size_t>(here.fused)].name;
  }
  return fmt::format("{}: {} -> {}{}\n", line,
                     FormatName(graph.blobs[static_cast<size_t>(node)]),
                     FormatName(graph.blobs[static_cast<size_t>(node) + 1]),
                     place);
}

}  // namespace alexnet
