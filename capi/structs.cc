#include <alexnet/alexnet.h>

#include <cstddef>

#include "capi/struct_size.h"

// Each struct's _init.
#define ALEXNET_INIT(type)                           \
  void type##_init(type* given, size_t size) {       \
    static_assert(offsetof(type, struct_size) == 0); \
    alexnet::capi::InitStruct(given, size);          \
  }
ALEXNET_INIT(alexnet_limits)
ALEXNET_INIT(alexnet_context_options)
ALEXNET_INIT(alexnet_device_info)
ALEXNET_INIT(alexnet_convolution_options)
ALEXNET_INIT(alexnet_pooling_options)
ALEXNET_INIT(alexnet_lrn_options)
ALEXNET_INIT(alexnet_fully_connected_options)
ALEXNET_INIT(alexnet_locally_connected_options)
ALEXNET_INIT(alexnet_layer_info)
ALEXNET_INIT(alexnet_preprocessing)
ALEXNET_INIT(alexnet_recipe)
ALEXNET_INIT(alexnet_load_options)
ALEXNET_INIT(alexnet_save_options)
ALEXNET_INIT(alexnet_model_info)
ALEXNET_INIT(alexnet_tensor_info)
ALEXNET_INIT(alexnet_tensor_statistics)
ALEXNET_INIT(alexnet_session_options)
ALEXNET_INIT(alexnet_session_info)
ALEXNET_INIT(alexnet_feature_options)
ALEXNET_INIT(alexnet_features_info)
ALEXNET_INIT(alexnet_queue_options)
ALEXNET_INIT(alexnet_queue_info)
ALEXNET_INIT(alexnet_lint_options)
ALEXNET_INIT(alexnet_pack_options)
ALEXNET_INIT(alexnet_pack_report)
ALEXNET_INIT(alexnet_shapes_options)
ALEXNET_INIT(alexnet_evaluate_options)
ALEXNET_INIT(alexnet_evaluation_info)
ALEXNET_INIT(alexnet_train_options)
ALEXNET_INIT(alexnet_train_listener)
ALEXNET_INIT(alexnet_train_report)
ALEXNET_INIT(alexnet_finetune_options)
ALEXNET_INIT(alexnet_trainer_options)
ALEXNET_INIT(alexnet_update_rule)
ALEXNET_INIT(alexnet_step_result)
ALEXNET_INIT(alexnet_benchmark_options)
ALEXNET_INIT(alexnet_benchmark_report)
ALEXNET_INIT(alexnet_layer_times_info)
#undef ALEXNET_INIT
