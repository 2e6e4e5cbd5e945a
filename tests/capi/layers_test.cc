// Layers that are added to a network come back as they are.

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

alexnet_window OddWindow() {
  alexnet_window window{};
  window.kernel_h = 3;
  window.kernel_w = 2;
  window.stride_h = 2;
  window.stride_w = 1;
  window.pad_top = 1;
  window.pad_right = 1;
  window.rounding = ALEXNET_ROUND_CEIL;
  return window;
}

void ExpectSame(const alexnet_window& a, const alexnet_window& b) {
  EXPECT_EQ(a.kernel_h, b.kernel_h);
  EXPECT_EQ(a.kernel_w, b.kernel_w);
  EXPECT_EQ(a.stride_h, b.stride_h);
  EXPECT_EQ(a.stride_w, b.stride_w);
  EXPECT_EQ(a.pad_top, b.pad_top);
  EXPECT_EQ(a.pad_left, b.pad_left);
  EXPECT_EQ(a.pad_bottom, b.pad_bottom);
  EXPECT_EQ(a.pad_right, b.pad_right);
  EXPECT_EQ(a.rounding, b.rounding);
}

Network Blank() {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create("layers", 3, 13, 11, &network, e));
  return Network(network);
}

TEST(LayersTest, ConvolutionsAndFullyConnectedComeBack) {
  const Network network = Blank();
  auto given = Options(alexnet_convolution_options_init);
  given.out_channels = 6;
  given.window = OddWindow();
  given.groups = 3;
  given.no_bias = 1;
  given.weight.init = ALEXNET_INIT_XAVIER_UNIFORM;
  given.weight.rate = 2.0f;
  given.weight.no_decay = 1;
  OK(alexnet_network_add_convolution(network.get(), "c", &given, e));
  auto info = Options(alexnet_layer_info_init);
  OK(alexnet_network_layer_at(network.get(), 0, &info, e));
  EXPECT_EQ(info.type, ALEXNET_LAYER_CONVOLUTION);
  auto got = Options(alexnet_convolution_options_init);
  OK(alexnet_network_get_convolution(network.get(), 0, &got, e));
  EXPECT_EQ(got.out_channels, 6);
  ExpectSame(got.window, given.window);
  EXPECT_EQ(got.groups, 3);
  EXPECT_EQ(got.no_bias, 1);
  EXPECT_EQ(got.weight.init, ALEXNET_INIT_XAVIER_UNIFORM);
  EXPECT_EQ(got.weight.rate, 2.0f);
  EXPECT_EQ(got.weight.no_decay, 1);
  EXPECT_EQ(got.weight.frozen, 0);

  auto full = Options(alexnet_fully_connected_options_init);
  full.out_features = 4;
  full.bias.frozen = 1;
  OK(alexnet_network_add_fully_connected(network.get(), "f", &full, e));
  auto units = Options(alexnet_fully_connected_options_init);
  OK(alexnet_network_get_fully_connected(network.get(), 1, &units, e));
  EXPECT_EQ(units.out_features, 4);
  EXPECT_EQ(units.no_bias, 0);
  EXPECT_EQ(units.bias.frozen, 1);
  EXPECT_EQ(units.weight.init, ALEXNET_INIT_GAUSSIAN);  // the default
  EXPECT_EQ(units.weight.value, 0.01f);
}

TEST(LayersTest, LocallyConnectedComeBack) {
  const Network network = Blank();
  auto given = Options(alexnet_locally_connected_options_init);
  given.out_channels = 5;
  given.window = OddWindow();
  given.no_bias = 1;
  given.weight.init = ALEXNET_INIT_GAUSSIAN;
  given.weight.value = 0.04f;
  given.weight.decay = 3.0f;
  OK(alexnet_network_add_locally_connected(network.get(), "l", &given, e));
  auto info = Options(alexnet_layer_info_init);
  OK(alexnet_network_layer_at(network.get(), 0, &info, e));
  EXPECT_EQ(info.type, ALEXNET_LAYER_LOCALLY_CONNECTED);
  EXPECT_STREQ(info.kind, "locally connected");
  // Rows of 13 and 1 more, in twos and rounded up; columns of 11 and 1 more.
  EXPECT_EQ(info.output[1], 5);
  EXPECT_EQ(info.output[2], 7);
  EXPECT_EQ(info.output[3], 11);
  EXPECT_EQ(info.parameters, 5 * 7 * 11 * 3 * 3 * 2);
  EXPECT_EQ(info.macs, info.parameters);
  auto got = Options(alexnet_locally_connected_options_init);
  OK(alexnet_network_get_locally_connected(network.get(), 0, &got, e));
  EXPECT_EQ(got.out_channels, 5);
  ExpectSame(got.window, given.window);
  EXPECT_EQ(got.no_bias, 1);
  EXPECT_EQ(got.weight.init, ALEXNET_INIT_GAUSSIAN);
  EXPECT_EQ(got.weight.value, 0.04f);
  EXPECT_EQ(got.weight.decay, 3.0f);
  given.out_channels = 0;
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_locally_connected(network.get(), "m", &given, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT, alexnet_network_add_locally_connected(
                                        network.get(), "m", nullptr, e));
  REFUSED(ALEXNET_FAILED_PRECONDITION,
          alexnet_network_get_fully_connected(network.get(), 0, nullptr, e));
}

TEST(LayersTest, OtherLayersComeBack) {
  const Network network = Blank();
  alexnet_network* n = network.get();
  auto pooling = Options(alexnet_pooling_options_init);
  pooling.kind = ALEXNET_POOL_AVERAGE;
  pooling.window = OddWindow();
  pooling.exclude_padding = 1;
  OK(alexnet_network_add_pooling(n, "p", &pooling, e));
  auto lrn = Options(alexnet_lrn_options_init);
  lrn.region = ALEXNET_LRN_WITHIN_CHANNEL;
  lrn.size = 3;
  lrn.alpha = 0.5f;
  lrn.alpha_undivided = 1;
  OK(alexnet_network_add_lrn(n, "n", &lrn, e));
  OK(alexnet_network_add_activation(n, "t", ALEXNET_ACTIVATION_TANH, e));
  OK(alexnet_network_add_dropout(n, "d", 0.25f, e));
  OK(alexnet_network_add_adaptive_average_pooling(n, "a", 2, 3, e));
  auto full = Options(alexnet_fully_connected_options_init);
  full.out_features = 2;
  OK(alexnet_network_add_fully_connected(n, "f", &full, e));
  OK(alexnet_network_add_softmax(n, "s", e));

  auto pool = Options(alexnet_pooling_options_init);
  OK(alexnet_network_get_pooling(n, 0, &pool, e));
  EXPECT_EQ(pool.kind, ALEXNET_POOL_AVERAGE);
  ExpectSame(pool.window, pooling.window);
  EXPECT_EQ(pool.exclude_padding, 1);
  auto norm = Options(alexnet_lrn_options_init);
  OK(alexnet_network_get_lrn(n, 1, &norm, e));
  EXPECT_EQ(norm.region, ALEXNET_LRN_WITHIN_CHANNEL);
  EXPECT_EQ(norm.size, 3);
  EXPECT_EQ(norm.alpha, 0.5f);
  EXPECT_EQ(norm.alpha_undivided, 1);
  EXPECT_EQ(norm.beta, 0.75f);  // the default
  int32_t kind = -1;
  OK(alexnet_network_get_activation(n, 2, &kind, e));
  EXPECT_EQ(kind, ALEXNET_ACTIVATION_TANH);
  float rate = 0.0f;
  OK(alexnet_network_get_dropout(n, 3, &rate, e));
  EXPECT_EQ(rate, 0.25f);
  int64_t out_h = 0;
  int64_t out_w = 0;
  OK(alexnet_network_get_adaptive_average_pooling(n, 4, &out_h, &out_w, e));
  EXPECT_EQ(out_h, 2);
  EXPECT_EQ(out_w, 3);

  constexpr int32_t kTypes[] = {ALEXNET_LAYER_POOLING,
                                ALEXNET_LAYER_LRN,
                                ALEXNET_LAYER_ACTIVATION,
                                ALEXNET_LAYER_DROPOUT,
                                ALEXNET_LAYER_ADAPTIVE_AVERAGE_POOLING,
                                ALEXNET_LAYER_FULLY_CONNECTED,
                                ALEXNET_LAYER_SOFTMAX};
  for (size_t i = 0; i < alexnet_network_layer_count(n); ++i) {
    auto info = Options(alexnet_layer_info_init);
    OK(alexnet_network_layer_at(n, i, &info, e));
    EXPECT_EQ(info.type, kTypes[i]) << i;
    EXPECT_EQ(info.input_rank, i < 6 ? 4 : 2) << i;
    EXPECT_EQ(info.input[1], i < 6 ? 3 : 2) << i;
  }
}

TEST(LayersTest, NullIsRefused) {
  const Network owner = TinyNetwork();
  alexnet_network* n = owner.get();
  const size_t layers = alexnet_network_layer_count(n);
  auto conv = Options(alexnet_convolution_options_init);
  conv.out_channels = 2;
  conv.window.kernel_h = 1;
  auto pool = Options(alexnet_pooling_options_init);
  pool.window.kernel_h = 1;
  auto lrn = Options(alexnet_lrn_options_init);
  auto fc = Options(alexnet_fully_connected_options_init);
  fc.out_features = 2;
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_convolution(nullptr, "x", &conv, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_convolution(n, nullptr, &conv, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_pooling(nullptr, "x", &pool, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_pooling(n, nullptr, &pool, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_lrn(nullptr, "x", &lrn, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_lrn(n, nullptr, &lrn, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_activation(nullptr, "x", 0, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_activation(n, nullptr, 0, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_dropout(nullptr, "x", 0.5F, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_dropout(n, nullptr, 0.5F, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_adaptive_average_pooling(nullptr, "x", 1, 1, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_adaptive_average_pooling(n, nullptr, 1, 1, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_fully_connected(nullptr, "x", &fc, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_fully_connected(n, nullptr, &fc, e));
  auto local = Options(alexnet_locally_connected_options_init);
  local.out_channels = 2;
  local.window.kernel_h = 1;
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_locally_connected(nullptr, "x", &local, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_locally_connected(n, nullptr, &local, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_add_softmax(nullptr, "x", e));
  REFUSED(ALEXNET_INVALID_ARGUMENT, alexnet_network_add_softmax(n, nullptr, e));
  EXPECT_EQ(alexnet_network_layer_count(n), layers);
}

TEST(LayersTest, OtherTypesAndIndicesAreRefused) {
  const Network network = TinyNetwork();
  auto options = Options(alexnet_lrn_options_init);
  const std::string text =
      REFUSED(ALEXNET_FAILED_PRECONDITION,
              alexnet_network_get_lrn(network.get(), 0, &options, e));
  EXPECT_NE(text.find("conv1"), std::string::npos) << text;
  REFUSED(ALEXNET_NOT_FOUND,
          alexnet_network_get_lrn(network.get(), 5, &options, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_get_lrn(nullptr, 0, &options, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_get_activation(network.get(), 1, nullptr, e));
}

TEST(LayersTest, AreChangedByPatternsOrStayAsTheyWere) {
  const Network network = TinyNetwork();
  alexnet_network* n = network.get();
  const size_t layers = alexnet_network_layer_count(n);
  OK(alexnet_network_set_option(n, "conv*", "out_channels", "6", e));
  auto options = Options(alexnet_convolution_options_init);
  OK(alexnet_network_get_convolution(n, 0, &options, e));
  EXPECT_EQ(options.out_channels, 6);
  const std::string text =
      REFUSED(ALEXNET_NOT_FOUND,
              alexnet_network_set_option(n, "conv9", "out_channels", "6", e));
  EXPECT_NE(text.find("conv1"), std::string::npos) << text;
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_set_option(n, "conv1", "out_channels", "0", e));
  REFUSED(ALEXNET_NOT_FOUND, alexnet_network_remove_layers(n, "lrn", e));
  EXPECT_EQ(alexnet_network_layer_count(n), layers);
  OK(alexnet_network_remove_layers(n, "softmax", e));
  EXPECT_EQ(alexnet_network_layer_count(n), layers - 1);
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_set_option(nullptr, "a", "b", "c", e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_set_option(n, nullptr, "b", "c", e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_set_option(n, "a", nullptr, "c", e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_set_option(n, "a", "b", nullptr, e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_remove_layers(nullptr, "a", e));
  REFUSED(ALEXNET_INVALID_ARGUMENT,
          alexnet_network_remove_layers(n, nullptr, e));
}

TEST(LayersTest, NumbersThatAreNoChoiceAreRefusedAsGiven) {
  const Network network = Blank();
  alexnet_network* n = network.get();
  for (const int32_t wrong : {-1, 9, INT32_MIN, INT32_MAX}) {
    const std::string number = std::to_string(wrong);
    auto convolution = Options(alexnet_convolution_options_init);
    convolution.out_channels = 1;
    convolution.window.kernel_h = 1;
    convolution.weight.init = wrong;
    std::string text =
        REFUSED(ALEXNET_INVALID_ARGUMENT,
                alexnet_network_add_convolution(n, "c", &convolution, e));
    EXPECT_NE(text.find("weight.init"), std::string::npos) << text;
    EXPECT_NE(text.find(number), std::string::npos) << text;
    convolution.weight.init = 0;
    convolution.window.rounding = wrong;
    text = REFUSED(ALEXNET_INVALID_ARGUMENT,
                   alexnet_network_add_convolution(n, "c", &convolution, e));
    EXPECT_NE(text.find("window.rounding"), std::string::npos) << text;
    auto pooling = Options(alexnet_pooling_options_init);
    pooling.window.kernel_h = 1;
    pooling.kind = wrong;
    text = REFUSED(ALEXNET_INVALID_ARGUMENT,
                   alexnet_network_add_pooling(n, "p", &pooling, e));
    EXPECT_NE(text.find("kind"), std::string::npos) << text;
    auto lrn = Options(alexnet_lrn_options_init);
    lrn.region = wrong;
    text = REFUSED(ALEXNET_INVALID_ARGUMENT,
                   alexnet_network_add_lrn(n, "l", &lrn, e));
    EXPECT_NE(text.find("region"), std::string::npos) << text;
  }
  EXPECT_EQ(alexnet_network_layer_count(n), 0u);
}

TEST(LayersTest, NoPlaceForAnAnswerIsRefused) {
  const Network network = Blank();
  alexnet_network* n = network.get();
  OK(alexnet_network_add_dropout(n, "d", 0.5f, e));
  OK(alexnet_network_add_adaptive_average_pooling(n, "a", 2, 3, e));
  OK(alexnet_network_add_lrn(n, "l", nullptr, e));
  int64_t rows = 0;
  const auto refused = [](const std::string& text, const char* field) {
    EXPECT_NE(text.find(field), std::string::npos) << text;
  };
  refused(REFUSED(ALEXNET_INVALID_ARGUMENT,
                  alexnet_network_get_dropout(n, 0, nullptr, e)),
          "rate");
  refused(REFUSED(ALEXNET_INVALID_ARGUMENT,
                  alexnet_network_get_adaptive_average_pooling(n, 1, nullptr,
                                                               &rows, e)),
          "out_h");
  refused(REFUSED(ALEXNET_INVALID_ARGUMENT,
                  alexnet_network_get_adaptive_average_pooling(n, 1, &rows,
                                                               nullptr, e)),
          "out_w");
  refused(REFUSED(ALEXNET_INVALID_ARGUMENT,
                  alexnet_network_get_lrn(n, 2, nullptr, e)),
          "alexnet_lrn_options");
  alexnet_lrn_options blank = {};
  refused(REFUSED(ALEXNET_INVALID_ARGUMENT,
                  alexnet_network_get_lrn(n, 2, &blank, e)),
          "struct_size");
}

}  // namespace
}  // namespace alexnet_test
