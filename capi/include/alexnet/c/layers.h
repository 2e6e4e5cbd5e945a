/* Layers: the options of each type, and what one tells of itself. */

#ifndef ALEXNET_C_LAYERS_H_
#define ALEXNET_C_LAYERS_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BEGIN options: c.enum Initializer */
/* How a parameter tensor starts. */
enum {
  /* Weights: Gaussian of 0.01; biases: 0. */
  ALEXNET_INIT_DEFAULT = 0,
  /* With the value everywhere. */
  ALEXNET_INIT_CONSTANT = 1,
  /* Mean 0, standard deviation the value. */
  ALEXNET_INIT_GAUSSIAN = 2,
  /* The same, redrawn beyond two standard deviations. */
  ALEXNET_INIT_TRUNCATED_NORMAL = 3,
  /* Within sqrt(6 / (fan in + fan out)) of 0; without the value. */
  ALEXNET_INIT_XAVIER_UNIFORM = 4,
  /* Within 1 / sqrt(fan in) of 0, PyTorch's; without the value. */
  ALEXNET_INIT_FAN_IN_UNIFORM = 5
};
/* END options */

/* How a parameter tensor starts and learns. Never changes. */
typedef struct alexnet_parameter_rule {
  int32_t init;
  float value;      /* of init */
  float rate;       /* times the learning rate; 0: 1 */
  float decay;      /* times the weight decay; 0: 1 */
  int32_t frozen;   /* does not learn */
  int32_t no_decay; /* no weight decay */
} alexnet_parameter_rule;

/* BEGIN options: c.enum Rounding */
/* How the number of windows along an axis is rounded. */
enum {
  /* Down. */
  ALEXNET_ROUND_FLOOR = 0,
  /* Up, as Caffe pools: taps outside count as zero in a convolution and not at
   * all in a maximum; a pooling window that would start in the padding at the
   * end is dropped. */
  ALEXNET_ROUND_CEIL = 1
};
/* END options */

/* A window that slides over height and width. Never changes. */
typedef struct alexnet_window {
  int64_t kernel_h;
  int64_t kernel_w; /* 0: kernel_h */
  int64_t stride_h; /* 0: 1 */
  int64_t stride_w; /* 0: stride_h */
  int64_t pad_top;
  int64_t pad_left;
  int64_t pad_bottom;
  int64_t pad_right;
  int32_t rounding;
  int32_t reserved; /* 0 */
} alexnet_window;

/* Cross-correlation; weights (out_channels, C / groups, kernel_h, kernel_w). */
typedef struct alexnet_convolution_options {
  size_t struct_size;
  /* BEGIN options: c.fields convolution */
  /* Number of kernels; 1 to 16,777,216. */
  int64_t out_channels;
  /* What slides over height and width. */
  alexnet_window window;
  /* Equal runs of channels that are kept apart; 2 are the paper's towers; 1 to
   * 16,777,216; 0: 1. */
  int64_t groups;
  /* Without biases. */
  int32_t no_bias;
  /* How the weights start and learn. */
  alexnet_parameter_rule weight;
  /* How the biases start and learn. */
  alexnet_parameter_rule bias;
  /* END options */
} alexnet_convolution_options;
ALEXNET_API void alexnet_convolution_options_init(
    alexnet_convolution_options* options, size_t size);

/* BEGIN options: c.enum PoolKind */
/* What pooling takes of a window. */
enum {
  /* The largest value. */
  ALEXNET_POOL_MAX = 0,
  /* The mean. */
  ALEXNET_POOL_AVERAGE = 1
};
/* END options */
typedef struct alexnet_pooling_options {
  size_t struct_size;
  /* BEGIN options: c.fields pooling */
  /* What is taken of a window; an ALEXNET_POOL. */
  int32_t kind;
  /* What slides over height and width. */
  alexnet_window window;
  /* Average: padding does not count as taps. */
  int32_t exclude_padding;
  /* END options */
} alexnet_pooling_options;
ALEXNET_API void alexnet_pooling_options_init(alexnet_pooling_options* options,
                                              size_t size);

/* BEGIN options: c.enum LrnRegion */
/* What a window of response normalization spans. */
enum {
  /* `size` neighbouring channels at one position. */
  ALEXNET_LRN_ACROSS_CHANNELS = 0,
  /* `size` x `size` positions of one channel. */
  ALEXNET_LRN_WITHIN_CHANNEL = 1
};
/* END options */
/* Local response normalization (section 3.3 of the paper):
 * y = x / (k + a * sum of x^2 over `size` neighbours)^beta, a = alpha / size,
 * or alpha where `alpha_undivided` (TensorFlow). */
typedef struct alexnet_lrn_options {
  size_t struct_size;
  /* BEGIN options: c.fields lrn */
  /* What the window spans; an ALEXNET_LRN. */
  int32_t region;
  /* Extent of the window: channels, or pixels of a square; 1 to 1,024; 0: 5. */
  int64_t size;
  /* The factor a, times the number of the window's elements unless
   * `alpha_undivided`; 0 to 1e6; 0: 1e-4. */
  float alpha;
  /* a is alpha (TensorFlow, the paper's text), not alpha divided by the number
   * of elements. */
  int32_t alpha_undivided;
  /* The exponent; 0 to 100; 0: 0.75. */
  float beta;
  /* What is added to the sum; the paper's is 2; 1e-6 to 1e6; 0: 1. */
  float k;
  /* Equal runs of channels that the window does not cross: each tower
   * normalizes alone; 1 to 16,777,216; 0: 1. */
  int64_t groups;
  /* END options */
} alexnet_lrn_options;
ALEXNET_API void alexnet_lrn_options_init(alexnet_lrn_options* options,
                                          size_t size);

/* BEGIN options: c.enum ActivationKind */
/* An elementwise function. */
enum {
  /* max(x, 0). */
  ALEXNET_ACTIVATION_RELU = 0,
  /* The hyperbolic tangent. */
  ALEXNET_ACTIVATION_TANH = 1
};
/* END options */

/* y = x W^T + b over the flattened input; weights (out, in). */
typedef struct alexnet_fully_connected_options {
  size_t struct_size;
  /* BEGIN options: c.fields fully_connected */
  /* Number of units; 1 to 16,777,216. */
  int64_t out_features;
  /* Without biases. */
  int32_t no_bias;
  /* How the weights start and learn. */
  alexnet_parameter_rule weight;
  /* How the biases start and learn. */
  alexnet_parameter_rule bias;
  /* END options */
} alexnet_fully_connected_options;
ALEXNET_API void alexnet_fully_connected_options_init(
    alexnet_fully_connected_options* options, size_t size);

/* As a convolution of one group, but each unit of the output has weights and a
 * bias of its own: weights (out_channels * out_h * out_w, C, kernel_h,
 * kernel_w) and biases (out_channels * out_h * out_w), a row for each unit in
 * C, H, W order. Taps outside the input count as zero. */
typedef struct alexnet_locally_connected_options {
  size_t struct_size;
  /* BEGIN options: c.fields locally_connected */
  /* Number of channels of the output; 1 to 16,777,216. */
  int64_t out_channels;
  /* What slides over height and width. */
  alexnet_window window;
  /* Without biases. */
  int32_t no_bias;
  /* How the weights start and learn. */
  alexnet_parameter_rule weight;
  /* How the biases start and learn. */
  alexnet_parameter_rule bias;
  /* END options */
} alexnet_locally_connected_options;
ALEXNET_API void alexnet_locally_connected_options_init(
    alexnet_locally_connected_options* options, size_t size);

/* BEGIN options: c.enum LayerType */
/* What a layer computes. */
enum {
  /* Cross-correlation. */
  ALEXNET_LAYER_CONVOLUTION = 0,
  /* One value of each window. */
  ALEXNET_LAYER_POOLING = 1,
  /* Local response normalization. */
  ALEXNET_LAYER_LRN = 2,
  /* A function of each element. */
  ALEXNET_LAYER_ACTIVATION = 3,
  /* Zeroes while training. */
  ALEXNET_LAYER_DROPOUT = 4,
  /* Averages that cover the input. */
  ALEXNET_LAYER_ADAPTIVE_AVERAGE_POOLING = 5,
  /* y = x W^T + b. */
  ALEXNET_LAYER_FULLY_CONNECTED = 6,
  /* Probabilities of classes. */
  ALEXNET_LAYER_SOFTMAX = 7,
  /* As a convolution, with weights of its own at each place. */
  ALEXNET_LAYER_LOCALLY_CONNECTED = 8
};
/* END options */

/* One layer. `name` and `kind`, its type in words ("max pooling", "LRN"), live
 * as long as the handle, of a network until it is changed. */
typedef struct alexnet_layer_info {
  size_t struct_size;
  const char* name;
  const char* kind;
  int32_t type;       /* an ALEXNET_LAYER */
  int64_t input_rank; /* 4: (1, C, H, W); 2: (1, F) */
  int64_t input[4];   /* for one image */
  int64_t output_rank;
  int64_t output[4];
  int64_t parameters; /* elements */
  int64_t macs;       /* multiply-accumulates for one image, bias aside */
} alexnet_layer_info;
ALEXNET_API void alexnet_layer_info_init(alexnet_layer_info* info, size_t size);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_LAYERS_H_ */
