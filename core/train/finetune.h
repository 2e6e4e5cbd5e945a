// Fine-tuning: a trained network learns new classes, `alexnet finetune` in one
// call.
//
// The last fully connected layer is replaced by a new one for the new classes,
// drawn afresh; the layers named are frozen; the others start from the model
// and learn slowly, the new one ten times as fast. Preprocessing stays the
// model's.

#ifndef ALEXNET_CORE_TRAIN_FINETUNE_H_
#define ALEXNET_CORE_TRAIN_FINETUNE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"
#include "core/train/listener.h"
#include "core/train/train_options.h"
#include "core/train/trainer.h"

namespace alexnet {

struct FinetuneOptions {
  std::shared_ptr<const Model> model;
  // Layers to freeze by name. One name with ".." before it means all layers up
  // to it ("..conv5"); "none" freezes nothing. Not given: chosen by the number
  // of pictures, and said in TrainingStart::choices.
  std::optional<std::vector<std::string>> freeze;
  // The learning rate of the new layer, as a multiple of the others'.
  float head_rate = 10.0f;
  // Data, out, recipe changes, seed, threads, resume as in Train; `preset` and
  // `input_size` are not used.
  TrainOptions train;
};

// As Train.
Result<TrainSummary> Finetune(const FinetuneOptions& options,
                              TrainingListener* listener,
                              const Interrupt& interrupt);

// The network of `model` with a head for `classes` classes, frozen and scaled
// as the options say. Refuses names that are not layers, listing those that
// are.
struct FinetunePlan {
  Network network;
  Recipe recipe;        // recommended for `pictures`
  int head_layer = -1;  // index of the new layer
  std::string head;     // its name
  std::vector<std::string> frozen;
  std::vector<std::string> choices;  // what was chosen and why
};
Result<FinetunePlan> PlanFinetune(const Model& model, int64_t classes,
                                  int64_t pictures,
                                  const FinetuneOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_FINETUNE_H_
