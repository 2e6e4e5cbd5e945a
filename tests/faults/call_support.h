// What the calls of the sweep share.

#ifndef ALEXNET_TESTS_FAULTS_CALL_SUPPORT_H_
#define ALEXNET_TESTS_FAULTS_CALL_SUPPORT_H_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace alexnet::faults {

inline constexpr int64_t kBatch = 4;

// Prints why and ends the process.
[[noreturn]] void Die(const std::string& what);

// Of what has to work.
void Need(alexnet_status status, alexnet_error* error, const char* what);
#define NEED(expression)                             \
  do {                                               \
    alexnet_error* e = nullptr;                      \
    const alexnet_status status = expression;        \
    ::alexnet::faults::Need(status, e, #expression); \
  } while (false)

// A place for a handle, which outlives the functions that use it.
template <typename T>
using Place = std::shared_ptr<T*>;
template <typename T>
Place<T> MakePlace() {
  return std::make_shared<T*>(nullptr);
}

template <typename T>
T Options(void (*init)(T*, size_t)) {
  T options;
  init(&options, sizeof(options));
  return options;
}

std::string Bytes(const std::string& path);
std::string TextOf(const char* text);  // "(null)" for NULL

template <typename T>
std::string BytesOf(const T* values, size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

std::shared_ptr<alexnet_model> LoadedModel(const std::string& path);
// The one of the given files.
std::shared_ptr<alexnet_model> GivenModel(const std::string& given);
std::shared_ptr<alexnet_dataset> OpenDataset(const std::string& given);

// The bytes of the first tensor.
std::string FirstTensor(const alexnet_model* model);
// These and the description.
std::string TakeModel(const Place<alexnet_model>& place);
std::string TakeText(const Place<char>& place);

// Of one thread, for kBatch views.
alexnet_session_options OneThread();
std::shared_ptr<alexnet_session> OpenSession(
    alexnet_model* model, const alexnet_session_options& options);
// Numbers that a batch may be.
std::vector<float> Views(const alexnet_session* session);

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_CALL_SUPPORT_H_
