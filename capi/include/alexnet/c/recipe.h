/* Recipe: how a network is trained. */

#ifndef ALEXNET_C_RECIPE_H_
#define ALEXNET_C_RECIPE_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zero is a value here, so `fields` says which of the others are given; those
 * that are not are the network's. */
enum {
  /* BEGIN options: c.bits recipe */
  ALEXNET_RECIPE_BATCH = 1 << 0,
  ALEXNET_RECIPE_EPOCHS = 1 << 1,
  ALEXNET_RECIPE_RATE = 1 << 2,
  ALEXNET_RECIPE_MOMENTUM = 1 << 3,
  ALEXNET_RECIPE_WEIGHT_DECAY = 1 << 4,
  ALEXNET_RECIPE_SCHEDULE = 1 << 5,
  ALEXNET_RECIPE_FACTOR = 1 << 6,
  ALEXNET_RECIPE_MILESTONES = 1 << 7,
  ALEXNET_RECIPE_PATIENCE = 1 << 8,
  ALEXNET_RECIPE_MAX_CUTS = 1 << 9,
  ALEXNET_RECIPE_POWER = 1 << 10,
  ALEXNET_RECIPE_WARMUP_EPOCHS = 1 << 11,
  ALEXNET_RECIPE_CROP = 1 << 12,
  ALEXNET_RECIPE_PAD = 1 << 13,
  ALEXNET_RECIPE_MIRROR = 1 << 14,
  ALEXNET_RECIPE_COLOR_SIGMA = 1 << 15,
  ALEXNET_RECIPE_RESCALE_AFTER_NOISE = 1 << 16,
  ALEXNET_RECIPE_LABEL_SMOOTHING = 1 << 17,
  ALEXNET_RECIPE_CLIP_GRADIENT_NORM = 1 << 18,
  ALEXNET_RECIPE_CLASS_BALANCE = 1 << 19
  /* END options */
};
/* BEGIN options: c.enum Schedule */
/* How the learning rate changes. */
enum {
  /* Not at all. */
  ALEXNET_SCHEDULE_CONSTANT = 0,
  /* rate * factor at each milestone. */
  ALEXNET_SCHEDULE_STEP = 1,
  /* rate * factor when the validation error stalls (section 5 of the paper). */
  ALEXNET_SCHEDULE_PLATEAU = 2,
  /* rate * (1 - progress)^power. */
  ALEXNET_SCHEDULE_POLY = 3
};
/* END options */
/* BEGIN options: c.enum Crop */
/* What training sees of a picture. */
enum {
  /* Its centre. */
  ALEXNET_CROP_CENTRE = 0,
  /* Anywhere in the resized picture (section 4.1 of the paper). */
  ALEXNET_CROP_RANDOM = 1,
  /* torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4 to 4:3.
   */
  ALEXNET_CROP_RANDOM_RESIZED = 2
};
/* END options */
/* BEGIN options: c.enum ClassBalance */
/* What makes up for classes of different sizes in training. */
enum {
  /* Nothing. */
  ALEXNET_CLASS_BALANCE_NONE = 0,
  /* Pictures of smaller classes are seen several times in an epoch, so that all
   * classes are seen equally often. */
  ALEXNET_CLASS_BALANCE_SAMPLING = 1
};
/* END options */
typedef struct alexnet_recipe {
  size_t struct_size;
  uint64_t fields; /* ALEXNET_RECIPE_... of those that are given */
  /* BEGIN options: c.fields recipe zero=value */
  /* Pictures in one update; 1 to 65,536. */
  int32_t batch;
  /* Passes over the training pictures; 1 to 1,000,000. */
  int32_t epochs;
  /* Learning rate at the start; 0 to 1e6. */
  float rate;
  /* Share of an update that the next one repeats (section 5 of the paper); 0 to
   * 0.9999. */
  float momentum;
  /* Pull of the weights towards 0, times the learning rate (section 5 of the
   * paper); 0 to 1,000. */
  float weight_decay;
  /* How the learning rate changes; an ALEXNET_SCHEDULE. */
  int32_t schedule;
  /* Step and plateau: what a cut multiplies the rate by; 0 to 1. */
  float factor;
  /* Step: where the rate is cut, in fractions of all epochs that rise and lie
   * between 0 and 1. */
  const float* milestones;
  size_t milestone_count;
  /* Plateau: epochs without a better top-1 error before a cut; 1 to 1,000,000.
   */
  int32_t patience;
  /* Plateau: cuts at most; the paper made three; 0 to 1,000,000. */
  int32_t max_cuts;
  /* Poly: the exponent; 0 to 100. */
  float power;
  /* Epochs in which the rate rises linearly from a tenth; 0 to 1e6. */
  float warmup_epochs;
  /* What training sees of a picture; an ALEXNET_CROP. */
  int32_t crop;
  /* Margin of mean colour put around the resized picture before a random crop:
   * shifts, where pictures are no larger than the crop; 0 to 1,024 pixels. */
  int32_t pad;
  /* Mirrors half of the pictures left-right. */
  int32_t mirror;
  /* Standard deviation of the PCA colour noise (section 4.1 of the paper); 0 to
   * 10; 0: none. */
  float color_sigma;
  /* Divides by 1 + the colour noise's deviation afterwards, as the 2012 code
   * does. */
  int32_t rescale_after_noise;
  /* Share of the target that goes to all classes alike; 0 to 0.999. */
  float label_smoothing;
  /* Largest L2 norm of all gradients together; 0: any. */
  float clip_gradient_norm;
  /* What makes up for classes of different sizes in training; an
   * ALEXNET_CLASS_BALANCE. */
  int32_t class_balance;
  /* END options */
} alexnet_recipe;
ALEXNET_API void alexnet_recipe_init(alexnet_recipe* recipe, size_t size);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_RECIPE_H_ */
