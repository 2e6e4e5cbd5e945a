#include "capi/structs.h"

#include <alexnet/alexnet.h>
#include <fmt/format.h>

#include "core/model/version.h"

namespace alexnet::capi {
namespace {

// Larger than any struct of this interface will become; what is beyond it was
// never initialised.
constexpr size_t kLargest = 4096;

}  // namespace

void InitStruct(void* given, size_t size) {
  if (given == nullptr || size < sizeof(size)) return;
  std::memset(given, 0, size);
  std::memcpy(given, &size, sizeof(size));
}

Status CheckStruct(const void* given, size_t known, const char* name) {
  size_t size = 0;
  std::memcpy(&size, given, sizeof(size));
  if (size < sizeof(size) || size > kLargest) {
    return InvalidArgumentError(
               fmt::format("{} is no size of this struct; set it up with "
                           "{}_init({}*, sizeof({}))",
                           size, name, name, name))
        .WithField(fmt::format("{}.struct_size", name));
  }
  const auto* bytes = static_cast<const unsigned char*>(given);
  for (size_t i = known; i < size; ++i) {
    if (bytes[i] == 0) continue;
    return UnsupportedError(
               fmt::format("a field of {} at byte {} is set, which alexnet {} "
                           "does not know: its struct ends at byte {}; leave "
                           "the field zero or use the newer library",
                           name, i, kEngineVersion, known))
        .WithField(name);
  }
  return Status();
}

}  // namespace alexnet::capi

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
ALEXNET_INIT(alexnet_layer_info)
ALEXNET_INIT(alexnet_preprocessing)
ALEXNET_INIT(alexnet_recipe)
ALEXNET_INIT(alexnet_load_options)
ALEXNET_INIT(alexnet_save_options)
ALEXNET_INIT(alexnet_model_info)
ALEXNET_INIT(alexnet_tensor_info)
ALEXNET_INIT(alexnet_session_options)
ALEXNET_INIT(alexnet_session_info)
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
ALEXNET_INIT(alexnet_step_result)
ALEXNET_INIT(alexnet_benchmark_options)
ALEXNET_INIT(alexnet_benchmark_report)
#undef ALEXNET_INIT
