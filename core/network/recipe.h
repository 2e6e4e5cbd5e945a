// Recipe: how a network is trained. Every preset carries one; every number of
// it is an option of a training run.

#ifndef ALEXNET_CORE_NETWORK_RECIPE_H_
#define ALEXNET_CORE_NETWORK_RECIPE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/preprocess/augmentation.h"

namespace alexnet {

// Numbers in this file are those of the model file and never change.

// BEGIN options: core.enum Schedule
// How the learning rate changes.
enum class ScheduleKind : int8_t {
  // Not at all.
  kConstant = 0,
  // rate * factor at each milestone.
  kStep = 1,
  // rate * factor when the validation error stalls (section 5 of the paper).
  kPlateau = 2,
  // rate * (1 - progress)^power.
  kPoly = 3,
};
// END options
// BEGIN options: core.names Schedule
inline constexpr std::array kScheduleKindNames = {"constant", "step", "plateau",
                                                  "poly"};
// END options

// BEGIN options: core.enum ClassBalance
// What makes up for classes of different sizes in training.
enum class ClassBalance : int8_t {
  // Nothing.
  kNone = 0,
  // Pictures of smaller classes are seen several times in an epoch, so that all
  // classes are seen equally often.
  kSampling = 1,
};
// END options
// BEGIN options: core.names ClassBalance
inline constexpr std::array kClassBalanceNames = {"none", "sampling"};
// END options

struct Schedule {
  // BEGIN options: core.fields recipe nest=schedule
  // How the learning rate changes.
  ScheduleKind kind = ScheduleKind::kPlateau;
  // Step and plateau: what a cut multiplies the rate by; 0 to 1.
  float factor = 0.1f;
  // Step: where the rate is cut, in fractions of all epochs that rise and lie
  // between 0 and 1.
  std::vector<float> milestones;
  // Plateau: epochs without a better top-1 error before a cut; 1 to 1,000,000.
  int patience = 5;
  // Plateau: cuts at most; the paper made three; 0 to 1,000,000.
  int max_cuts = 3;
  // Poly: the exponent; 0 to 100.
  float power = 1.0f;
  // Epochs in which the rate rises linearly from a tenth; 0 to 1e6.
  float warmup_epochs = 0.0f;
  // END options
};

struct Recipe {
  Schedule schedule;
  Augmentation augmentation;
  // BEGIN options: core.fields recipe
  // Pictures in one update; 1 to 65,536.
  int batch = 128;
  // Passes over the training pictures; 1 to 1,000,000.
  int epochs = 90;
  // Learning rate at the start; 0 to 1e6.
  float rate = 0.01f;
  // Share of an update that the next one repeats (section 5 of the paper); 0 to
  // 0.9999.
  float momentum = 0.9f;
  // Pull of the weights towards 0, times the learning rate (section 5 of the
  // paper); 0 to 1,000.
  float weight_decay = 5e-4f;
  // Share of the target that goes to all classes alike; 0 to 0.999.
  float label_smoothing = 0.0f;
  // Largest L2 norm of all gradients together; 0: any.
  float clip_gradient_norm = 0.0f;
  // What makes up for classes of different sizes in training.
  ClassBalance class_balance = ClassBalance::kNone;
  // END options
};

// Refuses values out of range, naming the field.
Status ValidateRecipe(const Recipe& recipe);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_RECIPE_H_
