// Small model files with random parameters, for tests.

#ifndef ALEXNET_CORE_INFER_TEST_MODELS_H_
#define ALEXNET_CORE_INFER_TEST_MODELS_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/save.h"
#include "core/network/presets.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// A model to be written, with the tensors that its views point to.
struct TestModel {
  ModelContents contents;
  std::vector<Tensor> tensors;
};

// alexnet_small on 24-pixel pictures with large initial values, so that
// predictions differ from picture to picture; one class per label. Fails the
// test where that is impossible.
TestModel MakeTestModel(const std::vector<std::string>& labels, uint64_t seed);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_INFER_TEST_MODELS_H_
