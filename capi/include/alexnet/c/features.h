/* Features: what one layer of a model gives for many pictures, and which of
 * them are near each other. */

#ifndef ALEXNET_C_FEATURES_H_
#define ALEXNET_C_FEATURES_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"
#include "image.h"
#include "model.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A list of pictures on its way through a model. */
typedef struct alexnet_features alexnet_features;

typedef struct alexnet_feature_options {
  size_t struct_size;
  /* BEGIN options: c.fields feature_options */
  /* Kept as long as the features; warned of broken pictures; may be NULL. */
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
  /* Pictures computed at a time; 0 to 65,536; 0: 32. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_WEIGHTS. */
  int32_t weight_dtype;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Most pixels of a picture; one that has more counts as broken; 0:
   * 100,000,000. */
  int64_t max_pixels;
  /* END options */
} alexnet_feature_options;
ALEXNET_API void alexnet_feature_options_init(alexnet_feature_options* options,
                                              size_t size);
/* Of the centre view of each of `paths`, JPEG or PNG files, what layer `layer`
 * gives: its output by itself, "fc7" before and "relu7" after the ReLU. Layers
 * behind it are not computed. Threads of its own read and decode pictures
 * ahead; nothing else grows with their number. A layer that is not there is
 * ALEXNET_NOT_FOUND, which names those that are. */
ALEXNET_API alexnet_status alexnet_features_create(
    const alexnet_model* model, const char* layer, const char* const* paths,
    size_t path_count, const alexnet_feature_options* options,
    alexnet_features** features, alexnet_error** error);
ALEXNET_API void alexnet_features_free(alexnet_features* features);

typedef struct alexnet_features_info {
  size_t struct_size;
  int64_t size;     /* floats of a row */
  int64_t rank;     /* of a picture's output */
  int64_t shape[4]; /* (1, C, H, W) or (1, F) */
  int64_t batch;    /* most rows that alexnet_features_next gives */
  int32_t threads;  /* that compute */
  int64_t broken;   /* pictures left out, as far as is known */
} alexnet_features_info;
ALEXNET_API void alexnet_features_info_init(alexnet_features_info* info,
                                            size_t size);
ALEXNET_API alexnet_status
alexnet_features_get_info(const alexnet_features* features,
                          alexnet_features_info* info, alexnet_error** error);
/* The rows of the next pictures, in the order of the list: `indices` says which
 * of `paths` they are, `values`, (found, size), what the layer gave. Both have
 * room for a batch; `found` is 0 after the last picture. Pictures that are left
 * out are broken; where not one could be read, it is ALEXNET_DATA_LOSS. A call
 * that was cancelled or ran out of time may be made again. */
ALEXNET_API alexnet_status
alexnet_features_next(alexnet_features* features, const alexnet_limits* limits,
                      int64_t* indices, size_t index_count, float* values,
                      size_t value_size, size_t* found, alexnet_error** error);
/* Path and fault of a picture that was left out, in the order in which they
 * became known; `path` and `reason` live until the next call of
 * alexnet_features_next. */
ALEXNET_API alexnet_status alexnet_features_broken_at(
    const alexnet_features* features, size_t index, const char** path,
    const char** reason, alexnet_error** error);

/* A row near another. Never changes. */
typedef struct alexnet_neighbour {
  int64_t index;   /* of the row */
  double distance; /* Euclidean; NaN where a row is not finite */
} alexnet_neighbour;
/* The `most` rows of `rows`, (count, size), that are nearest to `query`,
 * (size), by Euclidean distance, summed in float64: nearest first, equal ones
 * by index, NaN last. `found` is less than `most` where there are fewer rows.
 */
ALEXNET_API alexnet_status
alexnet_find_nearest(const float* rows, size_t row_floats, const float* query,
                     size_t size, size_t most, alexnet_neighbour* nearest,
                     size_t* found, alexnet_error** error);

/* The LPIPS distance of two pictures of one size (Zhang et al. 2018,
 * arXiv:1801.03924): of each of the model's first five ReLUs behind
 * convolutions, the outputs for both pictures, (C, H, W), are divided at each
 * position by their length over the channels; the squares of their differences
 * are weighted by channel, summed over the channels and averaged over the
 * positions; and the distance is the sum over the layers. Pictures are neither
 * resized nor cropped, but normalized as the model does, which for
 * torchvision's weights is the published scaling; of a mean image, its mean
 * colour is subtracted.
 *
 * `weights` are those of all channels, layer after layer: for torchvision's
 * network 64 + 192 + 384 + 256 + 256 = 1152, which alexnet_read_lpips_weights
 * of alexnet_convert.h reads. NULL with a `weight_count` of 0: 1 for each.
 * `layers`, with room for `layer_count`, receives each layer's share, the rest
 * of it zeros; NULL with a `layer_count` of 0: it is not wanted. Of `options`,
 * context, device, threads, precision, tune and max_pixels are used. */
ALEXNET_API alexnet_status alexnet_lpips(
    const alexnet_model* model, const alexnet_image* first,
    const alexnet_image* second, const float* weights, size_t weight_count,
    const alexnet_session_options* options, double* distance, double* layers,
    size_t layer_count, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_FEATURES_H_ */
