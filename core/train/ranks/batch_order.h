// BatchOrder: one batch of a run, and what is done with it.

#ifndef ALEXNET_CORE_TRAIN_RANKS_BATCH_ORDER_H_
#define ALEXNET_CORE_TRAIN_RANKS_BATCH_ORDER_H_

#include <cstdint>

#include "core/backend/backend.h"

namespace alexnet {

struct BatchOrder {
  int64_t epoch = 0;
  int64_t batch = 0;  // of the epoch
  int64_t step = 0;   // updates before it
  UpdateRule rule;
  bool count_dead_units = false;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_BATCH_ORDER_H_
