// Recipe: how a network is trained. Every preset carries one; every number of
// it is an option of `alexnet train`.

#ifndef ALEXNET_CORE_NETWORK_RECIPE_H_
#define ALEXNET_CORE_NETWORK_RECIPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/preprocess/augmentation.h"

namespace alexnet {

// Numbers in this file are those of the model file and never change.

enum class ScheduleKind : int8_t {
  kConstant = 0,
  kStep = 1,     // rate * factor at each fraction of `milestones`
  kPlateau = 2,  // rate * factor when validation error stalls (the paper, 5)
  kPoly = 3,     // rate * (1 - progress)^power
};

struct Schedule {
  ScheduleKind kind = ScheduleKind::kPlateau;
  float factor = 0.1f;
  // kStep: fractions of all epochs, rising, in (0, 1).
  std::vector<float> milestones;
  int patience = 5;            // kPlateau: epochs without a better top-1 error
  int max_cuts = 3;            // kPlateau: the paper cut three times
  float power = 1.0f;          // kPoly
  float warmup_epochs = 0.0f;  // linear from rate / 10
};

struct Recipe {
  int batch = 128;
  int epochs = 90;
  float rate = 0.01f;
  float momentum = 0.9f;
  float weight_decay = 5e-4f;
  Schedule schedule;
  Augmentation augmentation;
  float label_smoothing = 0.0f;
  float clip_gradient_norm = 0.0f;  // global L2 norm; 0: off
};

// Refuses values out of range, naming the field.
Status ValidateRecipe(const Recipe& recipe);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_RECIPE_H_
