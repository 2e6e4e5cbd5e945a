/* Model builder: a model from tensors, or another one with changes. */

#ifndef ALEXNET_C_MODEL_BUILDER_H_
#define ALEXNET_C_MODEL_BUILDER_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "model.h"
#include "network.h"
#include "preprocessing.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_model_builder alexnet_model_builder;

/* All parameters are missing until they are written. */
ALEXNET_API alexnet_status alexnet_model_builder_create(
    const alexnet_network* network, alexnet_model_builder** builder,
    alexnet_error** error);
/* Everything as in `model`, its training state aside. */
ALEXNET_API alexnet_status alexnet_model_builder_create_from(
    const alexnet_model* model, alexnet_model_builder** builder,
    alexnet_error** error);
ALEXNET_API void alexnet_model_builder_free(alexnet_model_builder* builder);
/* Elements of a parameter tensor, in chunks and in order: `first` is 0, which
 * starts the tensor (anew), or the number of elements written so far. All
 * chunks of a tensor have one dtype; `bytes` is the size of `data`. */
ALEXNET_API alexnet_status alexnet_model_builder_write_tensor(
    alexnet_model_builder* builder, const char* name, int32_t dtype,
    int64_t first, const void* data, size_t bytes, alexnet_error** error);
/* One per class; 0 labels remove them. */
ALEXNET_API alexnet_status alexnet_model_builder_set_labels(
    alexnet_model_builder* builder, const char* const* labels, size_t count,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_builder_set_preprocessing(
    alexnet_model_builder* builder, const alexnet_preprocessing* preprocessing,
    alexnet_error** error);
/* A NULL value removes the key. */
ALEXNET_API alexnet_status alexnet_model_builder_set_metadata(
    alexnet_model_builder* builder, const char* key, const char* value,
    alexnet_error** error);
/* Where the model came from and what made it, in words for a person; NULL
 * leaves either as it is. */
ALEXNET_API alexnet_status alexnet_model_builder_set_source(
    alexnet_model_builder* builder, const char* source, const char* tool,
    alexnet_error** error);
/* The model, with a self-check computed anew; the builder stays as it was. */
ALEXNET_API alexnet_status alexnet_model_builder_build(
    const alexnet_model_builder* builder, const alexnet_limits* limits,
    alexnet_model** model, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_MODEL_BUILDER_H_ */
