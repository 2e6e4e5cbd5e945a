// LPIPS's linear layers, from PyTorch's files and from others.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/convert/checkpoint_bytes.h"
#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

std::string RefusalOf(const std::string& path) {
  return Refusal([&] { read_lpips_weights(path); });
}

TEST(LpipsTest, WeightsAreOneLayerAfterAnother) {
  // As tests/golden/convert/make_lpips.py says.
  std::vector<float> expected;
  for (int layer = 0; layer < 5; ++layer) {
    for (int channel = 0; channel < layer + 2; ++channel) {
      expected.push_back(static_cast<float>(10 * layer + channel) / 64);
    }
  }
  EXPECT_EQ(read_lpips_weights(Golden("lpips.pth")), expected);
}

TEST(LpipsTest, RefusesMoreThanALayerHas) {
  Checkpoint file;
  file.BeginDict();
  for (int layer = 0; layer < 5; ++layer) {
    file.Key("lin" + std::to_string(layer) + ".model.1.weight");
    file.AddRepeated({1, 1 << 20, 1, 1}, "one");
  }
  file.EndDict();
  const std::string path = FreshFolder("lpips_many") + "/many.pth";
  WriteBytes(path, file.Zip());
  EXPECT_NE(RefusalOf(path).find("\"lin0.model.1.weight\": is of 1048576 "
                                 "channels"),
            std::string::npos)
      << RefusalOf(path);
}

TEST(LpipsTest, RefusesOtherFiles) {
  EXPECT_NE(RefusalOf(Golden("pytorch_zip.pth")).find("lin0.model.1.weight"),
            std::string::npos);
  EXPECT_NE(RefusalOf(Golden("gone.pth")).find("gone.pth"), std::string::npos);
  const std::string folder = FreshFolder("lpips");
  const std::string whole = ReadBytes(Golden("lpips.pth"));
  for (size_t cut = 0; cut < whole.size(); cut += 97) {
    const std::string path = folder + "/cut.pth";
    WriteBytes(path, whole.substr(0, cut));
    EXPECT_NE(RefusalOf(path).find("cut.pth"), std::string::npos) << cut;
  }
}

}  // namespace
}  // namespace alexnet::convert_test
