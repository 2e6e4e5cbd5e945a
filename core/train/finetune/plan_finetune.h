// What fine-tuning makes of a network.

#ifndef ALEXNET_CORE_TRAIN_FINETUNE_PLAN_FINETUNE_H_
#define ALEXNET_CORE_TRAIN_FINETUNE_PLAN_FINETUNE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model.h"
#include "core/network/network.h"
#include "core/network/recipe.h"

namespace alexnet {

struct HeadOptions {
  // Layers to freeze by name. One name with ".." before it means all layers up
  // to it ("..conv5"); "none" freezes nothing. Not given: chosen by the number
  // of pictures, and said in FinetunePlan::choices.
  std::optional<std::vector<std::string>> freeze;
  // BEGIN options: core.fields finetune_options
  // Learning rate of the new layer, times the others'; 1e-6 to 1e6.
  float head_rate = 10.0f;
  // END options
  // Whether head_rate was said anew of a run that is gone on with.
  bool says_head_rate = false;
};

struct FinetunePlan {
  Network network;
  Recipe recipe;        // recommended for the number of pictures
  int head_layer = -1;  // index of the new layer
  std::vector<std::string> frozen;
  std::vector<std::string> choices;  // what was chosen and why
};

// The network of `model` with a head for `classes` classes, frozen and scaled
// as the options say. Refuses names that are not layers, listing those that
// are, and a network whose logits come from no layer with parameters.
Result<FinetunePlan> PlanFinetune(const Model& model, int64_t classes,
                                  int64_t pictures, const HeadOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_FINETUNE_PLAN_FINETUNE_H_
