#include "core/train/same_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace alexnet {
namespace {

// Where parameters started does not matter any more.
Network WithoutStarts(Network network) {
  for (Layer& layer : network.layers) {
    VisitParameters(layer, [](auto& spec) {
      spec.weight.init = {};
      spec.bias.init = {};
    });
  }
  return network;
}

Status CheckSameNetwork(const Network& given, const Network& run) {
  const std::vector<Layer> a = WithoutStarts(given).layers;
  const std::vector<Layer> b = WithoutStarts(run).layers;
  const auto [mine, theirs] =
      std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const bool same = mine == a.end() && theirs == b.end() &&
                    given.channels == run.channels &&
                    given.height == run.height && given.width == run.width;
  if (same) return Status();
  const std::string where = mine != a.end()
                                ? "differs from layer " + mine->name + " on"
                                : "ends earlier or takes other pictures";
  return OtherRun("network", fmt::format("another network, {}", run.name),
                  fmt::format("{}, which {}", given.name, where));
}

std::string SideText(const Network& network) {
  return network.height == network.width
             ? fmt::format("pictures of {} pixels", network.height)
             : fmt::format("pictures of {} x {} pixels", network.height,
                           network.width);
}

}  // namespace

Status OtherRun(std::string_view option, std::string_view has,
                std::string_view says) {
  return InvalidArgumentError(
             fmt::format("the run that is gone on with has {}, and `{}` says "
                         "{}: leave it out, or start another run (`out`)",
                         has, option, says))
      .WithField(std::string(option));
}

Status CheckSameRun(const TrainOptions& options, const Model& checkpoint) {
  const SaidAnew& said = options.said;
  const Network& network = checkpoint.network();
  const TrainingState& state = *checkpoint.training_state();
  if (said.preset && *said.preset != network.name) {
    return OtherRun("preset", fmt::format("the network \"{}\"", network.name),
                    fmt::format("\"{}\"", *said.preset));
  }
  if (options.network != nullptr) {
    ALEXNET_RETURN_IF_ERROR(
        CheckSameNetwork(options.network->network, network));
  }
  if (said.input_size && (*said.input_size != network.height ||
                          *said.input_size != network.width)) {
    return OtherRun("input_size", SideText(network),
                    fmt::format("{}", *said.input_size));
  }
  if (said.seed && *said.seed != state.seed) {
    return OtherRun("seed", fmt::format("the seed {}", state.seed),
                    fmt::format("{}", *said.seed));
  }
  if (said.validation_fraction &&
      *said.validation_fraction != state.validation_fraction) {
    return OtherRun(
        "validation_fraction",
        fmt::format("a share of {:g} held out", state.validation_fraction),
        fmt::format("{:g}", *said.validation_fraction));
  }
  return Status();
}

}  // namespace alexnet
