// Locally connected layers of cuda-convnet: which number goes where.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/convert/support.h"
#include "tools/convert/base/source_file.h"
#include "tools/convert/formats/cuda_convnet/cuda_convnet.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert_test {
namespace {

using convert::ForeignModel;
using convert::ReadCudaConvnet;
using convert::SourceFile;
using convert::Tensor;

// Each number of the file is its place in the program's order, a digit an axis.
TEST(CudaConvnetLocalTest, RowsAreFiltersByPositions) {
  const ForeignModel model =
      ReadCudaConvnet(SourceFile::Open(Golden("cuda_convnet_local")), {});
  std::map<std::string, const Tensor*> tensors;
  for (const Tensor& tensor : model.tensors) tensors[tensor.name] = &tensor;
  ASSERT_EQ(tensors.size(), 6u);
  ASSERT_TRUE(tensors.count("local2.weight"));
  const Tensor& weight = *tensors["local2.weight"];
  EXPECT_EQ(weight.shape, (convert::Extents{4 * 6, 2, 3, 3}));
  const std::vector<float> values = convert::ValuesOf(weight);
  size_t next = 0;
  for (int filter = 0; filter < 4; ++filter) {
    for (int position = 0; position < 6; ++position) {
      for (int channel = 0; channel < 2; ++channel) {
        for (int y = 0; y < 3; ++y) {
          for (int x = 0; x < 3; ++x) {
            const int expected =
                10'000 * position + 1'000 * channel + 100 * y + 10 * x + filter;
            ASSERT_EQ(values[next++], static_cast<float>(expected));
          }
        }
      }
    }
  }
  const Tensor& bias = *tensors["local2.bias"];
  EXPECT_EQ(bias.shape, (convert::Extents{4 * 6}));
  const std::vector<float> biases = convert::ValuesOf(bias);
  for (int filter = 0; filter < 4; ++filter) {
    for (int position = 0; position < 6; ++position) {
      EXPECT_EQ(biases[static_cast<size_t>(6 * filter + position)],
                static_cast<float>(10 * filter + position));
    }
  }
}

}  // namespace
}  // namespace alexnet::convert_test
