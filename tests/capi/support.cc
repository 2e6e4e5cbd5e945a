#include "tests/capi/support.h"

#include <unistd.h>

#include <random>

namespace alexnet_test {

std::string ExpectStatus(int line, const char* what, alexnet_status want,
                         const Call& call) {
  alexnet_error* error = nullptr;
  const alexnet_status got = call(&error);
  std::string text = alexnet_error_text(error);
  EXPECT_EQ(got, want) << "line " << line << ": " << what << "\ngave "
                       << alexnet_status_name(got) << ": " << text;
  EXPECT_NE(error, nullptr) << "line " << line << ": " << what;
  EXPECT_EQ(alexnet_error_code(error), got) << "line " << line << ": " << what;
  EXPECT_STRNE(alexnet_error_message(error), "")
      << "line " << line << ": " << what;
  alexnet_error_free(error);
  EXPECT_EQ(call(nullptr), want)
      << "line " << line << ": " << what << "\nwithout a place for the error";
  return text;
}

void ExpectOk(int line, const char* what, const Call& call) {
  alexnet_error* error = nullptr;
  const alexnet_status got = call(&error);
  EXPECT_EQ(got, ALEXNET_OK)
      << "line " << line << ": " << what << "\ngave "
      << alexnet_status_name(got) << ": " << alexnet_error_text(error);
  EXPECT_EQ(error == nullptr, got == ALEXNET_OK);
  alexnet_error_free(error);
}

Network TinyNetwork() {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create("tiny", 3, kSide, kSide, &network, e));
  auto conv = Options(alexnet_convolution_options_init);
  conv.out_channels = 4;
  conv.window.kernel_h = 3;
  conv.window.pad_top = conv.window.pad_left = 1;
  conv.window.pad_bottom = conv.window.pad_right = 1;
  conv.weight.init = ALEXNET_INIT_GAUSSIAN;
  conv.weight.value = 0.3F;
  auto pool = Options(alexnet_pooling_options_init);
  pool.kind = ALEXNET_POOL_AVERAGE;
  pool.window.kernel_h = 2;
  pool.window.stride_h = 2;
  auto fc = Options(alexnet_fully_connected_options_init);
  fc.out_features = kClasses;
  fc.weight.init = ALEXNET_INIT_GAUSSIAN;
  fc.weight.value = 0.3F;
  OK(alexnet_network_add_convolution(network, "conv1", &conv, e));
  OK(alexnet_network_add_activation(network, "tanh1", ALEXNET_ACTIVATION_TANH,
                                    e));
  OK(alexnet_network_add_pooling(network, "pool1", &pool, e));
  OK(alexnet_network_add_fully_connected(network, "fc2", &fc, e));
  OK(alexnet_network_add_softmax(network, "prob", e));
  return Network(network);
}

Model TinyModel(uint64_t seed) {
  const Network network = TinyNetwork();
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network.get(), seed, nullptr, &model, e));
  return Model(model);
}

Session TinySession(const alexnet_model* model, int32_t threads,
                    int64_t batch) {
  auto options = Options(alexnet_session_options_init);
  options.threads = threads;
  options.batch = batch;
  alexnet_session* session = nullptr;
  OK(alexnet_session_create(model, &options, &session, e));
  return Session(session);
}

std::vector<float> Noise(size_t count, uint32_t seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(engine);
  return values;
}

std::string PngBytes() {
  // One red pixel.
  static constexpr unsigned char kPng[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
      0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
      0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
      0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0xc0, 0x00,
      0x00, 0x03, 0x01, 0x01, 0x00, 0xf7, 0x03, 0x41, 0x43, 0x00, 0x00, 0x00,
      0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  return {reinterpret_cast<const char*>(kPng), sizeof(kPng)};
}

const std::string& ShapesFolder() {
  static const std::string folder = [] {
    std::string path = FreshPath("shapes");
    auto options = Options(alexnet_shapes_options_init);
    options.train_per_class = 8;
    options.held_out_per_class = 2;
    OK(alexnet_draw_shapes(path.c_str(), &options, nullptr, e));
    return path;
  }();
  return folder;
}

std::string FreshPath(const std::string& name) {
  static int count = 0;
  return ::testing::TempDir() + "/capi_" + name + "_" +
         std::to_string(getpid()) + "_" + std::to_string(count++);
}

}  // namespace alexnet_test
