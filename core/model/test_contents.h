// A small model for tests.

#ifndef ALEXNET_CORE_MODEL_TEST_CONTENTS_H_
#define ALEXNET_CORE_MODEL_TEST_CONTENTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/save.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// Contents and the tensors that they borrow. Every part is filled in.
struct TestContents {
  TestContents();
  TestContents(const TestContents&) = delete;
  TestContents& operator=(const TestContents&) = delete;

  ModelContents contents;
  std::vector<Tensor> parameters;
  std::vector<Tensor> momenta;
};

// The file with another format version in its description.
std::vector<std::byte> WithFormatVersion(std::vector<std::byte> file,
                                         uint32_t version);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_MODEL_TEST_CONTENTS_H_
