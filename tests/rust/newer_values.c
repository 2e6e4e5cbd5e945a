/* Preloaded before libalexnet: gives layers and tensors the enum values of a
 * newer library. */
#define _GNU_SOURCE
#include <alexnet/alexnet.h>
#include <dlfcn.h>
#include <stddef.h>

enum { kNewer = 1000 };

/* ISO C has no cast from an object's pointer to a function's. */
typedef union {
  void* object;
  alexnet_status (*layer_at)(const alexnet_network*, size_t,
                             alexnet_layer_info*, alexnet_error**);
  alexnet_status (*tensor_at)(const alexnet_model*, size_t,
                              alexnet_tensor_info*, alexnet_error**);
} real_function;

alexnet_status alexnet_network_layer_at(const alexnet_network* network,
                                        size_t index, alexnet_layer_info* info,
                                        alexnet_error** error) {
  real_function real;
  real.object = dlsym(RTLD_NEXT, "alexnet_network_layer_at");
  const alexnet_status status = real.layer_at(network, index, info, error);
  if (status == ALEXNET_OK) info->type = kNewer;
  return status;
}

alexnet_status alexnet_model_tensor_at(const alexnet_model* model, size_t index,
                                       alexnet_tensor_info* info,
                                       alexnet_error** error) {
  real_function real;
  real.object = dlsym(RTLD_NEXT, "alexnet_model_tensor_at");
  const alexnet_status status = real.tensor_at(model, index, info, error);
  if (status == ALEXNET_OK) {
    info->role = kNewer;
    info->dtype = kNewer;
  }
  return status;
}
