/* Networks: a chain of layers, the preprocessing that pictures go through
 * before it, and the recipe that trains it. No parameters.
 */

#ifndef ALEXNET_C_NETWORK_H_
#define ALEXNET_C_NETWORK_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "layers.h"
#include "preprocessing.h"
#include "recipe.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_network alexnet_network;

/* The presets, in the order of the documentation; NULL beyond the last. */
ALEXNET_API size_t alexnet_preset_count(void);
ALEXNET_API const char* alexnet_preset_name(size_t index);
ALEXNET_API const char* alexnet_preset_summary(size_t index);

/* `classes` and `input_size` (square, pixels): 0 is the preset's own. */
ALEXNET_API alexnet_status alexnet_network_create_preset(
    const char* preset, int64_t classes, int64_t input_size,
    alexnet_network** network, alexnet_error** error);

/* An empty network for (N, channels, height, width) input; channels 1 or 3. Its
 * recipe is the paper's; its preprocessing resizes the shorter side to the
 * input's longer one, crops, and takes 0..255 to -2..2. */
ALEXNET_API alexnet_status alexnet_network_create(const char* name,
                                                  int64_t channels,
                                                  int64_t height, int64_t width,
                                                  alexnet_network** network,
                                                  alexnet_error** error);
ALEXNET_API void alexnet_network_free(alexnet_network* network);

/* Each appends a layer. Names are unique, e.g. "conv1". The layer is checked
 * at once against the layers so far; a refused one is not appended. */
ALEXNET_API alexnet_status alexnet_network_add_convolution(
    alexnet_network* network, const char* name,
    const alexnet_convolution_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_pooling(
    alexnet_network* network, const char* name,
    const alexnet_pooling_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_lrn(
    alexnet_network* network, const char* name,
    const alexnet_lrn_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_add_activation(alexnet_network* network, const char* name,
                               int32_t kind, alexnet_error** error);
/* Zeroes a unit with probability `rate` in [0, 1) while training and scales
 * the others by 1 / (1 - rate). */
ALEXNET_API alexnet_status alexnet_network_add_dropout(alexnet_network* network,
                                                       const char* name,
                                                       float rate,
                                                       alexnet_error** error);
/* Average over out_h x out_w windows that cover the input, as PyTorch's. */
ALEXNET_API alexnet_status alexnet_network_add_adaptive_average_pooling(
    alexnet_network* network, const char* name, int64_t out_h, int64_t out_w,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_fully_connected(
    alexnet_network* network, const char* name,
    const alexnet_fully_connected_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_locally_connected(
    alexnet_network* network, const char* name,
    const alexnet_locally_connected_options* options, alexnet_error** error);
/* The last layer of a network that classifies. */
ALEXNET_API alexnet_status alexnet_network_add_softmax(alexnet_network* network,
                                                       const char* name,
                                                       alexnet_error** error);

/* Changes to layers that are there, for experiments. `pattern` names them: by
 * their names, as a shell's patterns do ("pool*", "conv[345]"), or by what they
 * compute: "convolution", "pooling", "lrn", "activation", "relu", "tanh",
 * "dropout", "adaptive_average_pooling", "fully_connected",
 * "locally_connected", "softmax". Where it names none, or the network would not
 * fit together, the network stays as it was.
 * An option has the name that alexnet_network_json gives it, e.g.
 * "out_channels", "kind", "alpha" or "weight.value"; of windows "kernel",
 * "stride" and "pad" set both axes and all sides, "kernel_h", "kernel_w",
 * "stride_h", "stride_w", "pad_top", "pad_left", "pad_bottom" and "pad_right"
 * one, and "rounding" is one as well. All layers that are named must have it.
 * The value is a number, true or false, or a choice's name in that JSON. */
ALEXNET_API alexnet_status alexnet_network_set_option(alexnet_network* network,
                                                      const char* pattern,
                                                      const char* option,
                                                      const char* value,
                                                      alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_remove_layers(
    alexnet_network* network, const char* pattern, alexnet_error** error);

/* A table for a person: layers, settings, outputs, parameters, and
 * multiply-accumulates. */
ALEXNET_API alexnet_status alexnet_network_text(const alexnet_network* network,
                                                char** text,
                                                alexnet_error** error);

/* The network as a JSON object: "name", "input" [C, H, W], "classes",
 * "layers" [{"name", "kind", "options", ...}] with every option of each, and
 * "parameters" [{"name", "shape", ...}]. */
ALEXNET_API alexnet_status alexnet_network_json(const alexnet_network* network,
                                                char** json,
                                                alexnet_error** error);

/* 0 for NULL. */
ALEXNET_API size_t alexnet_network_layer_count(const alexnet_network* network);
ALEXNET_API alexnet_status
alexnet_network_layer_at(const alexnet_network* network, size_t index,
                         alexnet_layer_info* info, alexnet_error** error);

/* The options of layer `index` as it was added, defaults filled in.
 * ALEXNET_FAILED_PRECONDITION where the layer is of another type. */
ALEXNET_API alexnet_status alexnet_network_get_convolution(
    const alexnet_network* network, size_t index,
    alexnet_convolution_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_pooling(
    const alexnet_network* network, size_t index,
    alexnet_pooling_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_lrn(const alexnet_network* network, size_t index,
                        alexnet_lrn_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_activation(const alexnet_network* network, size_t index,
                               int32_t* kind, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_dropout(const alexnet_network* network, size_t index,
                            float* rate, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_adaptive_average_pooling(
    const alexnet_network* network, size_t index, int64_t* out_h,
    int64_t* out_w, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_fully_connected(
    const alexnet_network* network, size_t index,
    alexnet_fully_connected_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_locally_connected(
    const alexnet_network* network, size_t index,
    alexnet_locally_connected_options* options, alexnet_error** error);

ALEXNET_API alexnet_status alexnet_network_set_preprocessing(
    alexnet_network* network, const alexnet_preprocessing* preprocessing,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_preprocessing(
    const alexnet_network* network, alexnet_preprocessing* preprocessing,
    alexnet_error** error);

ALEXNET_API alexnet_status
alexnet_network_set_recipe(alexnet_network* network,
                           const alexnet_recipe* recipe, alexnet_error** error);
/* All fields are given; milestones belong to the network. */
ALEXNET_API alexnet_status
alexnet_network_get_recipe(const alexnet_network* network,
                           alexnet_recipe* recipe, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_NETWORK_H_ */
