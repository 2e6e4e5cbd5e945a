/* Models: a network with its parameters, preprocessing and labels. Immutable,
 * and shared by any number of sessions and threads.
 */

#ifndef ALEXNET_C_MODEL_H_
#define ALEXNET_C_MODEL_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "layers.h"
#include "network.h"
#include "preprocessing.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_model alexnet_model;

/* BEGIN options: c.enum DType */
/* Element types; in files little endian. */
enum {
  /* float32, or what the tensors have already. */
  ALEXNET_DTYPE_DEFAULT = 0,
  /* IEEE 754 single. */
  ALEXNET_DTYPE_F32 = 1,
  /* IEEE 754 half. */
  ALEXNET_DTYPE_F16 = 2,
  /* bfloat16. */
  ALEXNET_DTYPE_BF16 = 3
};
/* END options */

typedef struct alexnet_load_options {
  size_t struct_size;
  /* Read the file into memory. Otherwise it is mapped, and must not be made
   * shorter or changed in place while the model lives: touching a page past
   * the new end kills the process. Replacing it by rename is safe. */
  int32_t copy;
} alexnet_load_options;
ALEXNET_API void alexnet_load_options_init(alexnet_load_options* options,
                                           size_t size);
ALEXNET_API alexnet_status
alexnet_model_load(const char* path, const alexnet_load_options* options,
                   alexnet_model** model, alexnet_error** error);
/* The bytes are copied. `name` stands for the file in messages; NULL: "model".
 */
ALEXNET_API alexnet_status alexnet_model_load_memory(const void* bytes,
                                                     size_t size,
                                                     const char* name,
                                                     alexnet_model** model,
                                                     alexnet_error** error);
/* A network with its initial parameters, drawn from `seed`. A mean image that
 * the network needs and does not have is made of the mean colour of ImageNet.
 */
ALEXNET_API alexnet_status alexnet_model_create_initial(
    const alexnet_network* network, uint64_t seed, const alexnet_limits* limits,
    alexnet_model** model, alexnet_error** error);
ALEXNET_API void alexnet_model_free(alexnet_model* model);

typedef struct alexnet_save_options {
  size_t struct_size;
  int32_t dtype;                /* of the parameters */
  int32_t strip_training_state; /* leave out what resuming needs */
  int32_t threads;              /* for the hashes; 0: all there are */
} alexnet_save_options;
ALEXNET_API void alexnet_save_options_init(alexnet_save_options* options,
                                           size_t size);
/* Writes atomically: readers see the old file or all of the new one. A model
 * with a training state is saved in another type only without it. */
ALEXNET_API alexnet_status
alexnet_model_save(const alexnet_model* model, const char* path,
                   const alexnet_save_options* options,
                   const alexnet_limits* limits, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_save_memory(
    const alexnet_model* model, const alexnet_save_options* options,
    const alexnet_limits* limits, void** bytes, size_t* size,
    alexnet_error** error);

typedef struct alexnet_model_info {
  size_t struct_size;
  const char* path;    /* of the file, or the name given */
  const char* network; /* its name, e.g. "bvlc_alexnet" */
  int64_t channels;    /* of the input */
  int64_t height;
  int64_t width;
  int64_t classes;         /* features of the last layer */
  int64_t parameter_count; /* elements */
  int64_t macs;            /* per image */
  uint64_t file_bytes;
  uint64_t file_hash;  /* equal for equal models */
  int64_t label_count; /* 0 or classes */
  int64_t layer_count;
  int64_t tensor_count;
  int64_t metadata_count;
  int32_t classifies; /* ends in a softmax */
  int32_t has_self_check;
  int32_t has_training_state; /* is a checkpoint */
  int64_t epochs;             /* trained, of a checkpoint */
} alexnet_model_info;
ALEXNET_API void alexnet_model_info_init(alexnet_model_info* info, size_t size);
ALEXNET_API alexnet_status alexnet_model_get_info(const alexnet_model* model,
                                                  alexnet_model_info* info,
                                                  alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_layer_at(const alexnet_model* model,
                                                  size_t index,
                                                  alexnet_layer_info* info,
                                                  alexnet_error** error);
/* NULL without labels or beyond the last class. */
ALEXNET_API const char* alexnet_model_label(const alexnet_model* model,
                                            int64_t class_index);
ALEXNET_API alexnet_status alexnet_model_get_preprocessing(
    const alexnet_model* model, alexnet_preprocessing* preprocessing,
    alexnet_error** error);
/* Free metadata: NULL for an unknown key; pairs by index. */
ALEXNET_API const char* alexnet_model_metadata(const alexnet_model* model,
                                               const char* key);
ALEXNET_API alexnet_status alexnet_model_metadata_at(const alexnet_model* model,
                                                     size_t index,
                                                     const char** key,
                                                     const char** value,
                                                     alexnet_error** error);
/* Everything but the tensors' values, as one JSON object. */
ALEXNET_API alexnet_status alexnet_model_json(const alexnet_model* model,
                                              char** json,
                                              alexnet_error** error);
/* A network of its own to build on, without the parameters. */
ALEXNET_API alexnet_status alexnet_model_network(const alexnet_model* model,
                                                 alexnet_network** network,
                                                 alexnet_error** error);

/* BEGIN options: c.enum TensorRole */
/* What a tensor of a model file is. */
enum {
  /* A weight or bias of the network. */
  ALEXNET_TENSOR_PARAMETER = 0,
  /* The momentum of the parameter of that name. */
  ALEXNET_TENSOR_MOMENTUM = 1,
  /* That of the preprocessing, (C, H, W). */
  ALEXNET_TENSOR_MEAN_IMAGE = 2
};
/* END options */
typedef struct alexnet_tensor_info {
  size_t struct_size;
  const char* name; /* "conv1.weight", "conv1.bias", "mean_image" */
  int32_t role;
  int32_t dtype;
  int64_t rank; /* at most 4 */
  int64_t shape[4];
  int64_t elements;
  uint64_t bytes; /* as stored */
} alexnet_tensor_info;
ALEXNET_API void alexnet_tensor_info_init(alexnet_tensor_info* info,
                                          size_t size);
ALEXNET_API alexnet_status alexnet_model_tensor_at(const alexnet_model* model,
                                                   size_t index,
                                                   alexnet_tensor_info* info,
                                                   alexnet_error** error);
/* The index of a parameter's tensor; the error lists the names there are. */
ALEXNET_API alexnet_status alexnet_model_find_tensor(const alexnet_model* model,
                                                     const char* name,
                                                     size_t* index,
                                                     alexnet_error** error);
/* The stored bytes, without a copy; they belong to the model. The first call
 * compares them with their hashes: ALEXNET_DATA_LOSS names what is damaged. */
ALEXNET_API alexnet_status alexnet_model_tensor_data(const alexnet_model* model,
                                                     size_t index,
                                                     const void** data,
                                                     size_t* bytes,
                                                     alexnet_error** error);
/* `count` elements from element `first` on, widened to float32. */
ALEXNET_API alexnet_status alexnet_model_read_tensor(
    const alexnet_model* model, size_t index, int64_t first, int64_t count,
    float* values, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_MODEL_H_ */
