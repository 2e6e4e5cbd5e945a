/* Training, whole: a folder in, a model out. */

#ifndef ALEXNET_C_TRAINING_H_
#define ALEXNET_C_TRAINING_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"
#include "evaluation.h"
#include "model.h"
#include "network.h"
#include "recipe.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BEGIN options: c.enum Launcher */
/* Who starts the ranks of a run that trains on several devices. */
enum {
  /* The run itself, as threads of one process. */
  ALEXNET_LAUNCHER_LOCAL = 0,
  /* mpirun or srun, each a process, on one machine or many. */
  ALEXNET_LAUNCHER_MPI = 1
};
/* END options */

/* The number of this process, from 0, among those that a launcher started
 * together, and how many these are; 0 of 1 where none did. Of Open MPI's
 * mpirun, and of SLURM's srun --mpi=pmix, as their environment says; nothing is
 * started or loaded. With ALEXNET_LAUNCHER_MPI it is the rank. Any thread. */
ALEXNET_API int32_t alexnet_launcher_rank(void);
ALEXNET_API int32_t alexnet_launcher_size(void);

/* BEGIN options: c.enum RateScaling */
/* How the learning rate follows the batch. */
enum {
  /* Not at all. */
  ALEXNET_RATE_SCALING_NONE = 0,
  /* In proportion to it: the rate is meant for the batch of the network's own
   * recipe, and the first five epochs warm up unless `warmup_epochs` says
   * otherwise (section 2 of arXiv:1706.02677). */
  ALEXNET_RATE_SCALING_LINEAR = 1
};
/* END options */

typedef struct alexnet_train_options {
  size_t struct_size;
  /* BEGIN options: c.fields train_options */
  /* Told of choices and warnings; may be NULL. */
  alexnet_context* context;
  /* Folder with one folder of pictures per class, or train/ and val/ with one
   * per class each, or shards (*.tar). */
  const char* data;
  /* Folder for last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's
   * events; made if missing. */
  const char* out;
  /* The network, by the name of a preset; or else `network`; NULL: alexnet. */
  const char* preset;
  /* A network whose number of classes is the data's; may be NULL. */
  const alexnet_network* network;
  /* Side of the preset's square input, in pixels; 0 to 4,096; 0: the preset's
   * own. */
  int64_t input_size;
  /* Changes to the network's recipe; may be NULL. */
  const alexnet_recipe* recipe;
  /* Goes on with the run in `out`, of which only the number of epochs may
   * change: what else is said of it must be as it was. */
  int32_t resume;
  /* Holds no pictures out. */
  int32_t no_validation;
  /* Share of the training pictures that is held out where there is no
   * validation folder; 0 to 0.99; 0: 0.1. */
  double validation_fraction;
  /* What everything random starts from; 0: 1. */
  uint64_t seed;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t loader_threads;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Stops with "diverged" where the loss does not move or layers are dead, in
   * place of a warning. */
  int32_t stop_when_stuck;
  /* Most pixels of a picture; one that has more counts as broken; 0:
   * 100,000,000. */
  int64_t max_pixels;
  /* Updates between two lines of metrics; at least 1; 0: 20. */
  int64_t log_every;
  /* Updates between two checkpoints within an epoch; 0: only at its end. */
  int64_t checkpoint_every;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu", or what a resumed run was
   * computed on. */
  const char* device;
  /* What a GPU computes in; a resumed run goes on as before; an
   * ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Several devices that train together, in place of `device`, with commas
   * between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; NULL: one, `device`. The
   * batch is that of all together, and `threads` and `loader_threads` are
   * divided among them. */
  const char* devices;
  /* How `devices` divide the network; an ALEXNET_PARALLEL. */
  int32_t parallel;
  /* Who started the ranks that train together; an ALEXNET_LAUNCHER. With mpi
   * each process is a rank: all are started with the same options, and each
   * computes on its `device`, or on the one of `devices` that has the rank's
   * number on its machine ("cuda": the GPU of that number); `threads` and
   * `loader_threads` are those of each process. */
  int32_t launcher;
  /* How the learning rate follows the batch; an ALEXNET_RATE_SCALING. */
  int32_t rate_scaling;
  /* What the loss of a picture counts, by its class: "balanced" (the inverse of
   * the classes' shares), a list such as "cat=2,dog=0.5" (1 where not named),
   * or a path that ends in .json, of an object of such or an array of weights
   * for all; NULL: all alike. Their mean over the training pictures is made 1.
   */
  const char* class_weights;
  /* Goes on with a run by `parallel`, also where that is data: else data stands
   * for the plan of before, where as many devices go on. */
  int32_t change_parallel;
  /* END options */
} alexnet_train_options;
ALEXNET_API void alexnet_train_options_init(alexnet_train_options* options,
                                            size_t size);

/* What a run tells. Pointers are valid during the call; the library sets
 * struct_size. */
typedef struct alexnet_train_start {
  size_t struct_size;
  const char* network;
  const char* device;
  const char* const* classes;
  size_t class_count;
  int64_t train_samples;
  int64_t validation_samples;
  int64_t parameters;
  int64_t frozen_parameters;
  int64_t macs; /* per image */
  int64_t arena_bytes;
  const alexnet_recipe* recipe;
  int64_t steps_per_epoch;
  uint64_t seed;
  int32_t threads;
  int64_t first_epoch; /* of a resumed run */
  int64_t first_batch;
  /* All that the run keeps on its device: parameters, gradients, momenta,
   * blobs, work space, buffers for pictures, and what validates; of several
   * devices, on the first. */
  int64_t device_bytes;
} alexnet_train_start;

typedef struct alexnet_step_report {
  size_t struct_size;
  int64_t epoch; /* from 0 */
  int64_t epochs;
  int64_t batch; /* of this epoch, from 0 */
  int64_t batches;
  int64_t step; /* updates so far, this one included */
  float rate;
  double loss;          /* of this batch */
  double mean_loss;     /* of this epoch so far */
  double top1_accuracy; /* percent, of this epoch so far */
  double gradient_norm; /* L2, of all gradients, before clipping */
  double images_per_second;
  double seconds_left; /* of the run; 0: not known yet */
} alexnet_step_report;

/* L2 norms of all parameters of a layer together. Never changes. */
typedef struct alexnet_layer_norms {
  const char* layer;
  double weight; /* after the epoch */
  /* Of the epoch's last update: its gradients, before clipping and without
   * weight decay (NaN where the run was resumed after that update), and what it
   * added to the parameters. 0 of a layer that does not learn. */
  double gradient;
  double update;
} alexnet_layer_norms;

typedef struct alexnet_epoch_report {
  size_t struct_size;
  int64_t epoch; /* from 0 */
  int64_t epochs;
  int64_t step;
  float rate;
  double train_loss;
  double train_top1_error; /* percent, on augmented pictures */
  int32_t validated;
  int32_t best;
  double top1_error; /* percent, held-out pictures, centre view */
  double top5_error;
  double loss;
  double images_per_second;
  double seconds;
  double waited_seconds; /* of these, for pictures */
  /* Of layers that have parameters, in order. */
  const alexnet_layer_norms* norms;
  size_t norm_count;
  /* Of the held-out pictures: those whose true class was least likely, of those
   * that were taken for another one, the worst first, at most 24. `sample`
   * counts in the validation part, or in the training part where there is no
   * other. */
  const alexnet_wrong_picture* worst;
  size_t worst_count;
  /* (classes, classes): row the true class, column the predicted one. NULL
   * where nothing is held out, and beyond 5,000 classes; then
   * `confusion_classes` is 0. */
  const int64_t* confusion;
  size_t confusion_classes;
} alexnet_epoch_report;

/* Any of the calls may be NULL. All come from the thread that called
 * alexnet_train. Other than 0: stop, as a cancel token does. Must not throw. */
typedef struct alexnet_train_listener {
  size_t struct_size;
  void* user;
  int32_t (*on_start)(void* user, const alexnet_train_start* start);
  /* Statistics, validation. */
  int32_t (*on_progress)(void* user, const char* doing, int64_t done,
                         int64_t total);
  int32_t (*on_step)(void* user, const alexnet_step_report* report);
  int32_t (*on_epoch)(void* user, const alexnet_epoch_report* report);
  int32_t (*on_checkpoint)(void* user, const char* path, int32_t best);
} alexnet_train_listener;
ALEXNET_API void alexnet_train_listener_init(alexnet_train_listener* listener,
                                             size_t size);

typedef struct alexnet_train_report {
  size_t struct_size;
  int64_t epochs; /* finished, in all */
  int64_t steps;
  double seconds;     /* of training, earlier parts included */
  int64_t best_epoch; /* from 0; -1: none */
  double best_top1_error;
  int32_t validated;
  double top1_error; /* of the last epoch */
  double top5_error;
  double loss;
  double train_loss;
  int64_t broken; /* pictures replaced by others */
} alexnet_train_report;
ALEXNET_API void alexnet_train_report_init(alexnet_train_report* report,
                                           size_t size);

/* Both files are there after the first epoch: last.alexnet is the newest state,
 * best.alexnet the model with the least error on held-out pictures, or on
 * training pictures where none are held out.
 * Cancelled or out of time: last.alexnet holds the very position, and `resume`
 * goes on from it to the same bits as a run that was not stopped; right after
 * the start, which is told before the file is first written, there may be none.
 * On a CPU it is heard between the layers of an update, which then is made
 * again; writing the position takes its time. `listener` and `report` may be
 * NULL.
 * With ALEXNET_LAUNCHER_MPI every process makes this call, with the same
 * options, once in its life. Rank 0 makes the run: it alone writes to `out`,
 * calls the listener and tells the context. The others need only the data; they
 * report the same numbers, but 0 broken pictures, and where rank 0 was
 * cancelled or failed they fail with its code. A rank that dies or stops ends
 * the run on all within 20 s, ALEXNET_DEADLINE_EXCEEDED, and should end its
 * process then. */
ALEXNET_API alexnet_status alexnet_train(const alexnet_train_options* options,
                                         const alexnet_train_listener* listener,
                                         const alexnet_limits* limits,
                                         alexnet_train_report* report,
                                         alexnet_error** error);

typedef struct alexnet_finetune_options {
  size_t struct_size;
  /* BEGIN options: c.fields finetune_options */
  /* Layers that do not learn, by name; "..conv5": all up to it; "none": all
   * learn; empty: chosen by the number of pictures, and told. */
  const char* const* freeze;
  size_t freeze_count;
  /* Learning rate of the new layer, times the others'; 1e-6 to 1e6; 0: 10. */
  float head_rate;
  /* END options */
} alexnet_finetune_options;
ALEXNET_API void alexnet_finetune_options_init(
    alexnet_finetune_options* options, size_t size);
/* Teaches `model` the classes of a folder: its last fully connected layer is
 * replaced. Preset, network and input size of `train` are not used. */
ALEXNET_API alexnet_status alexnet_finetune(
    const alexnet_model* model, const alexnet_finetune_options* options,
    const alexnet_train_options* train, const alexnet_train_listener* listener,
    const alexnet_limits* limits, alexnet_train_report* report,
    alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_TRAINING_H_ */
