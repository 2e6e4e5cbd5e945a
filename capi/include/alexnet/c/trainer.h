/* Training, step by step, on the caller's own batches. */

#ifndef ALEXNET_C_TRAINER_H_
#define ALEXNET_C_TRAINER_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_trainer alexnet_trainer;

typedef struct alexnet_trainer_options {
  size_t struct_size;
  /* BEGIN options: c.fields trainer_options */
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Pictures in one update; 1 to 65,536; 0: 128. */
  int64_t batch;
  /* Share of the target that goes to all classes alike; 0 to 0.999. */
  float label_smoothing;
  /* What dropout starts from; 0: 1. */
  uint64_t seed;
  /* END options */
} alexnet_trainer_options;
ALEXNET_API void alexnet_trainer_options_init(alexnet_trainer_options* options,
                                              size_t size);
/* Parameters start from `model`'s, momenta at zero. It computes on one device:
 * several would each need its own share of a caller's batch, and to be asked
 * for the same step at once, which is what alexnet_train does; see its
 * `devices`. */
ALEXNET_API alexnet_status alexnet_trainer_create(
    const alexnet_model* model, const alexnet_trainer_options* options,
    alexnet_trainer** trainer, alexnet_error** error);
ALEXNET_API void alexnet_trainer_free(alexnet_trainer* trainer);

typedef struct alexnet_step_result {
  size_t struct_size;
  double loss;     /* mean over the batch */
  int64_t correct; /* top-1 */
  /* L2, of all gradients together, before clipping; 0 where nothing is
   * updated. */
  double gradient_norm;
  int64_t step;    /* updates so far, this one included */
  int32_t threads; /* that compute; may be fewer than were asked for */
} alexnet_step_result;
ALEXNET_API void alexnet_step_result_init(alexnet_step_result* result,
                                          size_t size);

/* How one update is made (section 5 of the paper). Zero is a value of each. */
typedef struct alexnet_update_rule {
  size_t struct_size;
  /* BEGIN options: c.fields update_rule zero=value */
  /* Learning rate; 0 to 1e6. */
  float rate;
  /* Share of an update that the next one repeats; 0 to 0.9999. */
  float momentum;
  /* Pull of the weights towards 0, times the learning rate; 0 to 1,000. */
  float weight_decay;
  /* Largest L2 norm of all gradients together; 0: any. */
  float clip_gradient_norm;
  /* END options */
} alexnet_update_rule;
ALEXNET_API void alexnet_update_rule_init(alexnet_update_rule* rule,
                                          size_t size);

/* Forward, loss, backward and one update with momentum. `images`: (batch, C, H,
 * W), preprocessed; `labels`: (batch), each 0 to classes - 1; both sizes are
 * exact. Where the loss or a gradient is not finite, or the rate times the
 * gradients' norm is above 1e30, the step is ALEXNET_DIVERGED and updates
 * nothing; the next goes on from the same parameters. `result` may be NULL. */
ALEXNET_API alexnet_status alexnet_trainer_step(
    alexnet_trainer* trainer, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, const alexnet_update_rule* rule,
    alexnet_step_result* result, alexnet_error** error);
/* The same without the update: fills the gradients. */
ALEXNET_API alexnet_status alexnet_trainer_gradients(
    alexnet_trainer* trainer, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, alexnet_step_result* result,
    alexnet_error** error);

enum {
  ALEXNET_VALUE_PARAMETER = 0,
  ALEXNET_VALUE_MOMENTUM = 1,
  ALEXNET_VALUE_GRADIENT = 2 /* cannot be written */
};
/* Dense copies of parameter `name` ("fc6.weight"); `count` is exactly its
 * elements. */
ALEXNET_API alexnet_status alexnet_trainer_read(const alexnet_trainer* trainer,
                                                const char* name, int32_t what,
                                                float* values, size_t count,
                                                alexnet_error** error);
ALEXNET_API alexnet_status alexnet_trainer_write(alexnet_trainer* trainer,
                                                 const char* name, int32_t what,
                                                 const float* values,
                                                 size_t count,
                                                 alexnet_error** error);
/* A model of the parameters as they are now. */
ALEXNET_API alexnet_status alexnet_trainer_model(const alexnet_trainer* trainer,
                                                 const alexnet_limits* limits,
                                                 alexnet_model** model,
                                                 alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_TRAINER_H_ */
