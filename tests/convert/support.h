// What the tests of the converters share.

#ifndef ALEXNET_TESTS_CONVERT_SUPPORT_H_
#define ALEXNET_TESTS_CONVERT_SUPPORT_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace alexnet::convert_test {

// A file of tests/golden/convert.
std::string Golden(const std::string& name);

std::string ReadBytes(const std::string& path);
void WriteBytes(const std::string& path, const std::string& bytes);

std::vector<float> ReadFloats(const std::string& path);

// What a layer gives for one input of the network, with pictures prepared
// already.
std::vector<float> Activation(const Model& model, const std::string& layer,
                              const std::vector<float>& input);

// The name of the last fully connected layer or convolution.
std::string LogitsLayer(const Model& model);

// |a - b| / |b| over all elements; infinite where sizes differ.
double RelativeError(const std::vector<float>& a, const std::vector<float>& b);

// All parameters by name, as stored.
std::vector<std::pair<std::string, std::string>> Parameters(const Model& model);

// A folder of the test's own, without what an earlier run left.
std::string FreshFolder(const std::string& name);
// The names in a folder, sorted.
std::vector<std::string> FilesIn(const std::string& folder);

// What `body` throws, in words; "" where it does not.
template <typename Body>
std::string Refusal(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Whether `body` is refused with a text that has `reason`, by a child process
// that gets so many bytes of memory; under sanitizers, which take memory of
// their own, as many as it likes.
bool IsRefusedWithin(int64_t room, const std::function<void()>& body,
                     const std::string& reason);

}  // namespace alexnet::convert_test

#endif  // ALEXNET_TESTS_CONVERT_SUPPORT_H_
