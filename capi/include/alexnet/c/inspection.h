/* Inspection: damaged files, and what the tensors of a model look like. */

#ifndef ALEXNET_C_INSPECTION_H_
#define ALEXNET_C_INSPECTION_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a model file as alexnet_model_load does, and a damaged one, too, where
 * what it says at its front can be read: alexnet_model_find_damage lists what
 * is wrong, and tensors that are whole can be read. A mean image that is
 * damaged is left out. Sessions, trainers, builders and saving refuse such a
 * model with the error that alexnet_model_load gives. */
ALEXNET_API alexnet_status alexnet_model_load_damaged(const char* path,
                                                      alexnet_model** model,
                                                      alexnet_error** error);

/* Bytes of a model file that are not what was written, or are lost. Never
 * changes. */
typedef struct alexnet_damage {
  int64_t tensor;  /* its index; -1: of none, but of the description or the end
                      of the file */
  int64_t chunk;   /* of the tensor, a MiB each; -1: the zeros after it, or of
                      no tensor */
  uint64_t offset; /* in the file, or in the one that it was */
  uint64_t bytes;
} alexnet_damage;
/* Compares everything in the file with its hashes, on up to `threads` threads
 * (0: as many as the process may use): the first `count` places where they
 * differ, in the order of the file; `found` of them, 0 where the file is whole.
 * A model that was made in memory has no damage. */
ALEXNET_API alexnet_status alexnet_model_find_damage(
    const alexnet_model* model, int32_t threads, const alexnet_limits* limits,
    size_t count, alexnet_damage* damage, size_t* found, alexnet_error** error);

typedef struct alexnet_tensor_statistics {
  size_t struct_size;
  int64_t elements;
  int64_t zeros; /* of either sign */
  int64_t nans;
  int64_t infinities; /* of either sign */
  /* Of the finite elements, in float64; NaN where there are none. */
  double min;
  double max;
  double mean;
  double stddev; /* of the population */
  /* Filters of a convolution, units of a fully connected layer: rows along the
   * first axis of a weight; 0 for other tensors. */
  int64_t filters;
  int64_t dead_filters;      /* all of whose weights are zero */
  int64_t duplicate_filters; /* whose weights an earlier one has as well */
} alexnet_tensor_statistics;
ALEXNET_API void alexnet_tensor_statistics_init(
    alexnet_tensor_statistics* statistics, size_t size);
/* Reads a tensor once, on up to `threads` threads (0: as many as the process
 * may use), which does not change the numbers. `same_as` has room for one
 * number for each of its filters, or is NULL with a `same_as_size` of 0: -1
 * where the filter is dead, else the first filter with the same bits that sees
 * the same inputs, itself where none before it has them. ALEXNET_DATA_LOSS
 * where the tensor is damaged. */
ALEXNET_API alexnet_status alexnet_model_measure_tensor(
    const alexnet_model* model, size_t index, int32_t threads,
    const alexnet_limits* limits, alexnet_tensor_statistics* statistics,
    int64_t* same_as, size_t same_as_size, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_INSPECTION_H_ */
