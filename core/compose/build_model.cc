#include "core/compose/build_model.h"

#include <fmt/core.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/base/version.h"
#include "core/exec/parameters.h"
#include "core/exec/self_check.h"
#include "core/network/init.h"

namespace alexnet {
namespace {

// A source over tensors that somebody else keeps.
class BorrowedParameters final : public ParameterSource {
 public:
  explicit BorrowedParameters(std::vector<TensorView> views)
      : views_(std::move(views)) {}
  Result<TensorView> Get(int parameter) override {
    return views_[static_cast<size_t>(parameter)];
  }
  void Release(int /*parameter*/) override {}

 private:
  const std::vector<TensorView> views_;
};

// A mean image of one colour, ImageNet's (RGB, 0..255).
std::shared_ptr<const MeanImage> PlainMeanImage(const Preprocessing& from) {
  constexpr float kColor[3] = {123.68f, 116.779f, 103.939f};
  constexpr float kLuma = 117.4f;
  auto image = std::make_shared<MeanImage>();
  image->channels = from.channels();
  const bool whole = from.resize_rule != ResizeRule::kNone;
  image->height = whole ? from.resize : from.crop_height;
  image->width = whole ? from.resize : from.crop_width;
  const size_t area =
      static_cast<size_t>(image->height) * static_cast<size_t>(image->width);
  for (int c = 0; c < image->channels; ++c) {
    const float value = from.order == ChannelOrder::kGray  ? kLuma
                        : from.order == ChannelOrder::kBgr ? kColor[2 - c]
                                                           : kColor[c];
    image->values.insert(image->values.end(), area, value * from.scale);
  }
  return image;
}

}  // namespace

Preset PresetOf(const Model& model) {
  Preset preset;
  preset.name = model.network().name;
  preset.network = model.network();
  preset.preprocessing = model.preprocessing();
  if (const TrainingState* state = model.training_state()) {
    preset.recipe = state->recipe;
  }
  return preset;
}

Result<SelfCheck> MakeSelfCheck(const Network& network,
                                std::shared_ptr<ParameterSource> parameters,
                                const Interrupt& interrupt) {
  return ComputeSelfCheck(
      network, CreateReferenceBackend(),
      std::make_shared<PackedParameters>(std::move(parameters)),
      SelfCheckOptions(), interrupt);
}

Result<std::shared_ptr<const Model>> BuildModel(
    ModelContents contents, std::shared_ptr<const void> owner,
    const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(
      contents.self_check,
      MakeSelfCheck(contents.network,
                    std::make_shared<BorrowedParameters>(contents.parameters),
                    interrupt));
  return ModelOf(contents, std::move(owner));
}

Result<std::shared_ptr<const Model>> InitialModel(const Preset& preset,
                                                  uint64_t seed,
                                                  const Interrupt& interrupt) {
  ModelContents contents;
  contents.network = preset.network;
  contents.preprocessing = preset.preprocessing;
  if (contents.preprocessing.lacks_mean_image()) {
    contents.preprocessing.mean_image = PlainMeanImage(contents.preprocessing);
  }
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(contents.network));
  ALEXNET_ASSIGN_OR_RETURN(std::vector<Tensor> initial,
                           InitialParameters(info, seed, interrupt));
  const auto tensors =
      std::make_shared<const std::vector<Tensor>>(std::move(initial));
  for (const Tensor& tensor : *tensors) {
    contents.parameters.push_back(tensor.view());
  }
  contents.provenance.source = "initial values";
  contents.provenance.tool = fmt::format("alexnet {}", kEngineVersion);
  return BuildModel(std::move(contents), tensors, interrupt);
}

}  // namespace alexnet
