// Fine-tuning in one call: a trained network learns new classes.
//
// The last fully connected layer is replaced by a new one for the new classes,
// drawn afresh; the layers named are frozen; the others start from the model
// and learn slowly, the new one ten times as fast. Preprocessing stays the
// model's.

#ifndef ALEXNET_CORE_TRAIN_FINETUNE_FINETUNE_H_
#define ALEXNET_CORE_TRAIN_FINETUNE_FINETUNE_H_

#include <memory>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"
#include "core/train/finetune/plan_finetune.h"
#include "core/train/listener.h"
#include "core/train/train_options.h"
#include "core/train/trainer.h"

namespace alexnet {

struct FinetuneOptions {
  std::shared_ptr<const Model> model;
  HeadOptions head;
  // Data, out, recipe changes, seed, device, resume as in Train; `preset`,
  // `network` and `input_size` are not used.
  TrainOptions train;
};

// As Train.
Result<TrainSummary> Finetune(const FinetuneOptions& options,
                              TrainingListener* listener,
                              const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_FINETUNE_FINETUNE_H_
