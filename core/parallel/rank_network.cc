#include "core/parallel/rank_network.h"

#include <cstddef>

#include "core/network/shape_inference.h"
#include "core/parallel/split_layer.h"

namespace alexnet {
namespace {

// `shape` with another number of channels or units.
Shape WithChannels(const Shape& shape, int64_t channels) {
  if (shape.rank() == 2) return {shape[0], channels};
  return {shape[0], channels, shape[2], shape[3]};
}

Shape WithRows(const Shape& shape, int64_t rows) {
  if (shape.rank() == 1) return {rows};
  if (shape.rank() == 2) return {rows, shape[1]};
  return {rows, shape[1], shape[2], shape[3]};
}

}  // namespace

Result<RankNetwork> MakeRankNetwork(const ParallelPlan& plan,
                                    const Network& network,
                                    const NetworkInfo& info, int rank) {
  const auto index = static_cast<size_t>(rank);
  RankNetwork part{network, info};
  part.info.parameter_count = 0;
  part.info.macs = 0;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Range& in = plan.layers[i].in.holds[index];
    const Range& out = plan.layers[i].out.holds[index];
    Layer& layer = part.network.layers[i];
    layer = LayerOfPart(network.layers[i], info.layers[i], in, out);
    const Shape source = WithChannels(info.layers[i].in, in.count());
    LayerShapes& shapes = part.info.layers[i];
    ALEXNET_ASSIGN_OR_RETURN(shapes, InferShapes(layer, source));
  }
  for (size_t p = 0; p < info.parameters.size(); ++p) {
    ParameterInfo& parameter = part.info.parameters[p];
    const Range& rows = plan.parameters[p].rows[index];
    parameter.shape = WithRows(parameter.shape, rows.count());
    part.info.parameter_count += parameter.shape.elements();
    if (parameter.is_bias) continue;
    LayerShapes& shapes =
        part.info.layers[static_cast<size_t>(parameter.layer)];
    const Layer& layer =
        part.network.layers[static_cast<size_t>(parameter.layer)];
    shapes.macs = parameter.shape.elements() * UsesOfWeights(layer, shapes.out);
    part.info.macs += shapes.macs;
  }
  return part;
}

}  // namespace alexnet
