/* Evaluation. */

#ifndef ALEXNET_C_EVALUATION_H_
#define ALEXNET_C_EVALUATION_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"
#include "dataset.h"
#include "model.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_evaluation alexnet_evaluation;

typedef struct alexnet_evaluate_options {
  size_t struct_size;
  /* BEGIN options: c.fields evaluate_options */
  /* Told of broken pictures; may be NULL. */
  alexnet_context* context;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t loader_threads;
  /* Views computed at a time; 0 to 65,536; 0: 32, or 30 for ten crops. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_WEIGHTS. */
  int32_t weight_dtype;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Averages the probabilities of ten views of each picture (section 4.1 of the
   * paper). */
  int32_t ten_crop;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Most pixels of a picture; one that has more counts as broken; 0:
   * 100,000,000. */
  int64_t max_pixels;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* Several devices that predict together, in place of `device`, with commas
   * between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; NULL: one, `device`.
   * `threads` are divided among them; of a plan other than `towers`, so is a
   * batch, which has a view for each at least. */
  const char* devices;
  /* How `devices` divide the network; an ALEXNET_PARALLEL. */
  int32_t parallel;
  /* END options */
} alexnet_evaluate_options;
ALEXNET_API void alexnet_evaluate_options_init(
    alexnet_evaluate_options* options, size_t size);
/* On the validation part, or on all where there is none. The data's classes are
 * matched with the model's labels by name. */
ALEXNET_API alexnet_status alexnet_evaluate(
    const alexnet_model* model, const alexnet_dataset* dataset,
    const alexnet_evaluate_options* options, const alexnet_limits* limits,
    alexnet_evaluation** evaluation, alexnet_error** error);
ALEXNET_API void alexnet_evaluation_free(alexnet_evaluation* evaluation);

typedef struct alexnet_evaluation_info {
  size_t struct_size;
  int64_t count; /* pictures */
  int64_t classes;
  int32_t top_k; /* what top-5 means: min(5, classes) */
  int32_t ten_crop;
  double top1_error; /* percent */
  double top5_error; /* percent */
  double loss;       /* mean of -log p(true class) */
  double seconds;
  double images_per_second;
  int64_t broken; /* left out */
} alexnet_evaluation_info;
ALEXNET_API void alexnet_evaluation_info_init(alexnet_evaluation_info* info,
                                              size_t size);
ALEXNET_API alexnet_status alexnet_evaluation_get_info(
    const alexnet_evaluation* evaluation, alexnet_evaluation_info* info,
    alexnet_error** error);
/* Name, pictures and recall (percent; -1 without pictures) of a class. Outputs
 * may be NULL. */
ALEXNET_API alexnet_status alexnet_evaluation_class_at(
    const alexnet_evaluation* evaluation, int64_t class_index,
    const char** name, int64_t* count, double* recall, alexnet_error** error);
/* (classes, classes): row the true class, column the predicted one. NULL beyond
 * 5,000 classes. */
ALEXNET_API const int64_t* alexnet_evaluation_confusion(
    const alexnet_evaluation* evaluation);
/* A picture that was taken for something else. `name` is that of the data set,
 * and `sample` its index in the part that was evaluated, for
 * alexnet_dataset_read; classes are the model's. Never changes. */
typedef struct alexnet_wrong_picture {
  const char* name;
  int64_t sample;
  int32_t label;           /* the true class */
  int32_t predicted;       /* the likeliest one */
  float probability;       /* of the likeliest one, 0..1 */
  float label_probability; /* of the true one */
} alexnet_wrong_picture;
/* The pictures whose true class was least likely, of those that were taken for
 * another one, the worst first; at most 24. `*pictures` lives as long as the
 * evaluation. */
ALEXNET_API alexnet_status
alexnet_evaluation_worst(const alexnet_evaluation* evaluation,
                         const alexnet_wrong_picture** pictures, size_t* count,
                         alexnet_error** error);
ALEXNET_API alexnet_status alexnet_evaluation_broken_at(
    const alexnet_evaluation* evaluation, size_t index, const char** name,
    const char** reason, alexnet_error** error);
/* The confusion matrix for a person: a table up to `limit` classes (0: 20),
 * beyond that the most frequent confusions. */
ALEXNET_API alexnet_status alexnet_evaluation_confusion_text(
    const alexnet_evaluation* evaluation, int32_t limit, char** text,
    alexnet_error** error);

/* Opens a model file, checks every hash and runs its self-check. `ok`: whole
 * and computed right. `json`: an object with "path", "ok", "network",
 * "file_bytes", "tensors", "tensor_bytes", "hashes" and "self_check" ("passed",
 * "failed" or "absent"), "damage" [], "device", "seconds", and where there is
 * a self-check "self_check_error", "self_check_tolerance" and
 * "self_check_message". A file that cannot be opened is an error, damage is
 * not. Of `options`, device, devices, parallel, precision, threads, tune and
 * weight_dtype are used; outputs may be NULL. */
ALEXNET_API alexnet_status
alexnet_verify_file(const char* path, const alexnet_session_options* options,
                    const alexnet_limits* limits, int32_t* ok, char** json,
                    alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_EVALUATION_H_ */
