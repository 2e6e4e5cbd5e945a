#include "core/infer/test_data.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/philox.h"
#include "core/data/decode.h"
#include "core/infer/test_models.h"
#include "core/model/save.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

void Write(const std::string& folder, uint32_t number) {
  fs::create_directories(folder);
  const auto bytes = EncodeJpeg(RandomPicture(number), 95);
  ASSERT_TRUE(bytes.ok());
  std::ofstream file(folder + "/" + std::to_string(number) + ".jpg",
                     std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes->data()),
             static_cast<std::streamsize>(bytes->size()));
}

}  // namespace

Image RandomPicture(uint32_t number) {
  PhiloxStream stream(11, RandomPurpose::kSynthetic, number);
  const int width = 30 + static_cast<int>(stream.Below(20));
  const int height = 28 + static_cast<int>(stream.Below(20));
  Image image = *Image::Create(width, height, 3);
  uint8_t colors[6][6][3];
  for (auto& row : colors) {
    for (auto& color : row) {
      for (uint8_t& level : color) {
        level = static_cast<uint8_t>(stream.Below(256));
      }
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::memcpy(image.row(y) + 3 * x, colors[y * 6 / height][x * 6 / width],
                  3);
    }
  }
  return image;
}

std::string WriteTestData(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/" + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  const TestModel model =
      MakeTestModel({"owl", "cat", "dog", "ant", "bee", "fox"}, 5);
  EXPECT_TRUE(SaveModel(folder + "/model.alexnet", model.contents).ok());
  uint32_t number = 0;
  for (const char* label : {"ant", "bee", "cat", "dog", "fox", "owl"}) {
    for (int i = 0; i < 3; ++i) Write(folder + "/data/" + label, number++);
  }
  return folder;
}

std::shared_ptr<SharedModel> LoadShared(const std::string& folder) {
  auto model = LoadModel(folder + "/model.alexnet");
  EXPECT_TRUE(model.ok()) << model.status().ToString();
  return std::make_shared<SharedModel>(*std::move(model));
}

}  // namespace alexnet::testing
