#include "tests/convert/support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <sstream>

#include "core/base/limited_child.h"

namespace alexnet::convert_test {

std::string Golden(const std::string& name) {
  return "tests/golden/convert/" + name;
}

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<float> ReadFloats(const std::string& path) {
  const std::string bytes = ReadBytes(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

std::vector<float> Activation(const Model& model, const std::string& layer,
                              const std::vector<float>& input) {
  SessionOptions options;
  const char* names[] = {layer.c_str()};
  options.activations = names;
  options.activation_count = 1;
  options.threads = 1;
  const Session session(model, options);
  std::vector<float> output(static_cast<size_t>(model.info().classes));
  detail::call(alexnet_session_run, session.get(), input.data(), input.size(),
               int64_t{1}, nullptr, output.data(), output.size());
  const float* values = nullptr;
  int64_t rank = 0;
  int64_t shape[4] = {};
  detail::call(alexnet_session_get_activation, session.get(), size_t{0},
               &values, &rank, shape);
  int64_t count = 1;
  for (int64_t i = 1; i < rank; ++i) count *= shape[i];
  return {values, values + count};
}

std::string LogitsLayer(const Model& model) {
  std::string name;
  for (const LayerInfo& layer : model.layers()) {
    if (layer.parameters > 0) name = layer.name;
  }
  return name;
}

double RelativeError(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double difference = 0.0;
  double norm = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(double{a[i]} - b[i], 2);
    norm += std::pow(double{b[i]}, 2);
  }
  return std::sqrt(difference / norm);
}

std::vector<std::pair<std::string, std::string>> Parameters(
    const Model& model) {
  std::vector<std::pair<std::string, std::string>> all;
  const std::vector<TensorInfo> tensors = model.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].role != ALEXNET_TENSOR_PARAMETER) continue;
    const std::span<const std::byte> bytes = model.tensor_data(i);
    all.emplace_back(
        tensors[i].name,
        std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  return all;
}

std::string FreshFolder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/" + name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool IsRefusedWithin(int64_t room, const std::function<void()>& body,
                     const std::string& reason) {
  const auto refused = [&] {
    return Refusal(body).find(reason) != std::string::npos;
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return refused();
#endif
  return EndOfChild([&] {
           LimitAddressSpace(room);
           return refused() ? 0 : 1;
         }) == "exit 0";
}

}  // namespace alexnet::convert_test
