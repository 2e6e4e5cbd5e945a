#include "core/compose/save_copy.h"

#include <gtest/gtest.h>

#include <string>

#include "core/compose/build_model.h"
#include "core/compose/test_network.h"

namespace alexnet {
namespace {

TEST(SaveCopyTest, OtherTypesHaveASelfCheckOfTheirOwn) {
  const auto model = InitialModel(testing::TinyNetwork(), 3, {}).value();
  CopyOptions options;
  options.dtype = DType::kBF16;
  const std::string path = ::testing::TempDir() + "/bf16.alexnet";
  ASSERT_TRUE(SaveCopy(*model, path, options, {}).ok());
  const auto narrow = LoadModel(path);
  ASSERT_TRUE(narrow.ok()) << narrow.status().ToString();
  EXPECT_EQ((*narrow)->Parameter(0)->dtype, DType::kBF16);
  EXPECT_NE((*narrow)->self_check()->logits, model->self_check()->logits);
  options.dtype = DType::kF32;  // which it has
  const auto same = SerializeCopy(*model, options, {});
  ASSERT_TRUE(same.ok()) << same.status().ToString();
  EXPECT_EQ((*LoadModelFromBytes(*same))->self_check()->logits,
            model->self_check()->logits);
}

}  // namespace
}  // namespace alexnet
