#include "core/compose/save_copy.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "core/compose/build_model.h"
#include "core/compose/test_network.h"
#include "core/model/save.h"

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

// A token that fires while tensors are written, not only before.
TEST(SaveCopyTest, IsInterruptedWhileItWrites) {
  const auto model = InitialModel(testing::TinyNetwork(), 3, {}).value();
  const ModelContents contents = ContentsOf(*model).value();
  CancelToken token;
  Interrupt interrupt;
  interrupt.token = &token;
  int pieces = 0;
  const Status status = StreamModel(
      contents,
      [&](std::span<const std::byte>, uint64_t) {
        if (++pieces == 2) token.Cancel();
        return Status();
      },
      1, interrupt);
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  EXPECT_LE(pieces, 4);  // to the end of the tensor, and its padding
  const std::string path = ::testing::TempDir() + "/interrupted.alexnet";
  EXPECT_EQ(SaveModel(path, contents, 1, interrupt).code(),
            StatusCode::kCancelled);
  EXPECT_EQ(LoadModel(path).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(SerializeModel(contents, 1, interrupt).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
