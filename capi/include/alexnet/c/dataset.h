/* Data sets: labelled pictures on disk. */

#ifndef ALEXNET_C_DATASET_H_
#define ALEXNET_C_DATASET_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_dataset alexnet_dataset;

enum { ALEXNET_PART_TRAIN = 0, ALEXNET_PART_VALIDATION = 1 };

/* A folder with one folder per class, WebDataset shards (*.tar), or train/ and
 * val/ of either kind; a list of paths and labels (.txt, .csv, .tsv, .lst); or
 * the files of CIFAR or MNIST. What was taken for what is told to the context
 * of whoever uses it. allow_empty_classes is for alexnet_dataset_lint, and lets
 * pass whatever else that reports. */
ALEXNET_API alexnet_status alexnet_dataset_open(const char* path,
                                                int32_t allow_empty_classes,
                                                alexnet_dataset** dataset,
                                                alexnet_error** error);
ALEXNET_API void alexnet_dataset_free(alexnet_dataset* dataset);
ALEXNET_API size_t alexnet_dataset_class_count(const alexnet_dataset* dataset);
/* NULL beyond the last. */
ALEXNET_API const char* alexnet_dataset_class_name(
    const alexnet_dataset* dataset, size_t index);
/* Pictures; 0 where there is no such part. */
ALEXNET_API int64_t alexnet_dataset_size(const alexnet_dataset* dataset,
                                         int32_t part);
/* One picture: label, name (relative to the folder) and encoded bytes; freed by
 * alexnet_free. Outputs may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_read(const alexnet_dataset* dataset,
                                                int32_t part, int64_t index,
                                                int32_t* label, char** name,
                                                void** bytes, size_t* size,
                                                alexnet_error** error);

/* Called now and then, from the thread that made the call. Other than 0: stop
 * with ALEXNET_CANCELLED. Must not throw. */
typedef int32_t (*alexnet_progress_callback)(void* user, int64_t done,
                                             int64_t total);

typedef struct alexnet_lint_options {
  size_t struct_size;
  /* BEGIN options: c.fields lint_options */
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t threads;
  /* Most pixels of a picture; one that has more counts as broken; 0:
   * 100,000,000. */
  int64_t max_pixels;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* END options */
} alexnet_lint_options;
ALEXNET_API void alexnet_lint_options_init(alexnet_lint_options* options,
                                           size_t size);
/* What may be wrong with the pictures, found before training: decodes all.
 * `ok`: no error found. `text`: for a person. `json`: an object with
 * "pictures", "validation_pictures", "classes" (name to training pictures),
 * "ok" and "findings" [{"level", "check", "message", "files", "count"}].
 * Outputs may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_lint(
    const alexnet_dataset* dataset, const alexnet_lint_options* options,
    const alexnet_limits* limits, int32_t* ok, char** text, char** json,
    alexnet_error** error);

typedef struct alexnet_pack_options {
  size_t struct_size;
  /* BEGIN options: c.fields pack_options */
  /* Told of broken pictures; may be NULL. */
  alexnet_context* context;
  /* The shorter side, and the square that is cut out; 8 to 4,096 pixels; 0:
   * 256. */
  int32_t resize;
  /* Quality of the JPEGs; 1 to 100; 0: 92. */
  int32_t quality;
  /* Pictures in a shard; 1 to 1,048,576; 0: 4,096. */
  int64_t shard_samples;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t threads;
  /* Most pixels of a picture; one that has more counts as broken; 0:
   * 100,000,000. */
  int64_t max_pixels;
  /* What the order in the shards starts from; they are shuffled, so that
   * reading them in order is as good. */
  uint64_t seed;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* END options */
} alexnet_pack_options;
ALEXNET_API void alexnet_pack_options_init(alexnet_pack_options* options,
                                           size_t size);
typedef struct alexnet_pack_report {
  size_t struct_size;
  int64_t pictures; /* written, both parts */
  int64_t resumed;  /* of these, finished by an earlier run */
  int64_t shards;
  int64_t broken; /* left out */
  uint64_t bytes;
  double seconds;
} alexnet_pack_report;
ALEXNET_API void alexnet_pack_report_init(alexnet_pack_report* report,
                                          size_t size);
/* WebDataset shards of small JPEGs, and the training set's statistics, in
 * folder `out`. Called again after a stop it goes on. `report` may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_pack(
    const alexnet_dataset* dataset, const char* out,
    const alexnet_pack_options* options, const alexnet_limits* limits,
    alexnet_pack_report* report, alexnet_error** error);

typedef struct alexnet_shapes_options {
  size_t struct_size;
  uint64_t seed;              /* 0: 1 */
  int32_t train_per_class;    /* 0: 250 */
  int32_t held_out_per_class; /* 0: 40 */
} alexnet_shapes_options;
ALEXNET_API void alexnet_shapes_options_init(alexnet_shapes_options* options,
                                             size_t size);
/* Draws a small labelled data set (ten kinds of figures, 64 pixels) into
 * `out`/train and `out`/val, to try things out with. `out` must be new or
 * empty.
 */
ALEXNET_API alexnet_status
alexnet_draw_shapes(const char* out, const alexnet_shapes_options* options,
                    const alexnet_limits* limits, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_DATASET_H_ */
