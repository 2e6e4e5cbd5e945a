#include "tests/faults/call_support.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace alexnet::faults {

void Die(const std::string& what) {
  std::printf("cannot prepare: %s\n", what.c_str());
  std::exit(3);
}

void Need(alexnet_status status, alexnet_error* error, const char* what) {
  if (status == ALEXNET_OK) return;
  Die(std::string(what) + ": " + alexnet_error_text(error));
}
std::string Bytes(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string TextOf(const char* text) {
  return text != nullptr ? text : "(null)";
}

std::shared_ptr<alexnet_model> LoadedModel(const std::string& path) {
  alexnet_model* model = nullptr;
  NEED(alexnet_model_load(path.c_str(), nullptr, &model, &e));
  return {model, alexnet_model_free};
}

std::shared_ptr<alexnet_model> GivenModel(const std::string& given) {
  return LoadedModel(given + "/model.alexnet");
}

std::shared_ptr<alexnet_dataset> OpenDataset(const std::string& given) {
  alexnet_dataset* dataset = nullptr;
  NEED(alexnet_dataset_open((given + "/data/train").c_str(), 0, &dataset, &e));
  return {dataset, alexnet_dataset_free};
}

std::string FirstTensor(const alexnet_model* model) {
  const void* data = nullptr;
  size_t size = 0;
  NEED(alexnet_model_tensor_data(model, 0, &data, &size, &e));
  return BytesOf(static_cast<const char*>(data), size);
}

std::string TakeModel(const Place<alexnet_model>& place) {
  char* json = nullptr;
  NEED(alexnet_model_json(*place, &json, &e));
  std::string taken = json;
  alexnet_free(json);
  taken += FirstTensor(*place);
  alexnet_model_free(std::exchange(*place, nullptr));
  return taken;
}

std::string TakeText(const Place<char>& place) {
  const std::string taken = TextOf(*place);
  alexnet_free(std::exchange(*place, nullptr));
  return taken;
}

alexnet_session_options OneThread() {
  auto options = Options(alexnet_session_options_init);
  options.threads = 1;
  options.batch = kBatch;
  return options;
}

std::shared_ptr<alexnet_session> OpenSession(
    alexnet_model* model, const alexnet_session_options& options) {
  alexnet_session* session = nullptr;
  NEED(alexnet_session_create(model, &options, &session, &e));
  return {session, alexnet_session_free};
}

std::vector<float> Views(const alexnet_session* session) {
  auto info = Options(alexnet_session_info_init);
  NEED(alexnet_session_get_info(session, &info, &e));
  std::vector<float> views(static_cast<size_t>(
      kBatch * info.views * info.channels * info.height * info.width));
  for (size_t i = 0; i < views.size(); ++i) {
    views[i] = static_cast<float>(i % 23) / 11.0F - 1.0F;
  }
  return views;
}

}  // namespace alexnet::faults
