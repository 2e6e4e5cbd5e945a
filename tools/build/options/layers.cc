// The layers of a network. Options are only ever added, at the end: the model
// file and the C interface keep their order.

#include "tools/build/options/enums.h"
#include "tools/build/options/groups.h"

namespace alexnet::options {
namespace {

// Extents beyond this would overflow products of a few of them; no network of
// the family comes near.
constexpr const char* kMostExtent = "16'777'216";

// What layers with parameters have in common.
Option NoBias() {
  return {.name = "no_bias",
          .type = Type::kBool,
          .sentence = "Without biases",
          .value = "false",
          .stored = "true",
          .core = "has_bias",
          .opposite = "Whether there are biases"};
}
Option Rule(const char* name, const char* sentence) {
  return {.name = name,
          .type = Type::kStruct,
          .of = "parameter_rule",
          .sentence = sentence};
}
Option Sliding() {
  return {.name = "window",
          .type = Type::kStruct,
          .of = "window",
          .sentence = "What slides over height and width"};
}

const Group kConvolution = {
    .name = "convolution",
    .core = "Convolution",
    .sentence =
        "Cross-correlation over (N, C, H, W) with weights "
        "(out_channels, C / groups, kernel_h, kernel_w)",
    .options = {{.name = "out_channels",
                 .type = Type::kLong,
                 .sentence = "Number of kernels",
                 .value = "0",
                 .least = "1",
                 .most = kMostExtent},
                Sliding(),
                {.name = "groups",
                 .type = Type::kLong,
                 .sentence = "Equal runs of channels that are kept apart; 2 "
                             "are the paper's towers",
                 .value = "1",
                 .stored = "1",
                 .least = "1",
                 .most = kMostExtent},
                NoBias(),
                Rule("weight", "How the weights start and learn"),
                Rule("bias", "How the biases start and learn")}};

const Group kPooling = {
    .name = "pooling",
    .core = "Pooling",
    .sentence = "One value of each window of each channel",
    .options = {{.name = "kind",
                 .type = Type::kEnum,
                 .choices = &kPoolKind,
                 .sentence = "What is taken of a window",
                 .value = "max"},
                Sliding(),
                {.name = "exclude_padding",
                 .type = Type::kBool,
                 .sentence = "Average: padding does not count as taps",
                 .value = "false",
                 .stored = "true",
                 .core = "count_padding",
                 .opposite = "Average: whether padding counts in the divisor; "
                             "taps beyond it, of rounding up, never do"}}};

const Group kLrn = {
    .name = "lrn",
    .core = "Lrn",
    .sentence =
        "Local response normalization (section 3.3 of the paper): y = "
        "x / (k + a * sum of x^2 over a window)^beta",
    .options =
        {{.name = "region",
          .type = Type::kEnum,
          .choices = &kLrnRegion,
          .sentence = "What the window spans",
          .value = "across_channels"},
         {.name = "size",
          .type = Type::kLong,
          .sentence = "Extent of the window: channels, or pixels of a square",
          .value = "5",
          .stored = "5",
          .least = "1",
          .most = "1'024"},
         {.name = "alpha",
          .type = Type::kFloat,
          .sentence = "The factor a, times the number of the window's elements "
                      "unless `alpha_undivided`",
          .value = "1e-4f",
          .least = "0.0f",
          .most = "1e6f"},
         {.name = "alpha_undivided",
          .type = Type::kBool,
          .sentence = "a is alpha (TensorFlow, the paper's text), not alpha "
                      "divided by the number of elements",
          .value = "false",
          .stored = "true",
          .core = "divide_alpha",
          .opposite = "Whether a is alpha divided by the number of elements "
                      "(Caffe, ONNX, PyTorch, cuDNN, the 2012 code), not alpha "
                      "(TensorFlow, the paper's text)"},
         {.name = "beta",
          .type = Type::kFloat,
          .sentence = "The exponent",
          .value = "0.75f",
          .least = "0.0f",
          .most = "100.0f"},
         {.name = "k",
          .type = Type::kFloat,
          .sentence = "What is added to the sum; the paper's is 2",
          .value = "1.0f",
          // The base of the power must stay above zero for an input of zeros.
          .least = "1e-6f",
          .most = "1e6f"},
         {.name = "groups",
          .type = Type::kLong,
          .sentence = "Equal runs of channels that the window does not cross: "
                      "each tower normalizes alone",
          .value = "1",
          .stored = "1",
          .least = "1",
          .most = kMostExtent}},
    .more =
        "The window is centred ((size - 1) / 2 before, size / 2 after) and "
        "clipped at the edges, the number of elements that alpha is "
        "divided by is not"};

const Group kActivation = {.name = "activation",
                           .core = "Activation",
                           .sentence = "A function of each element",
                           .options = {{.name = "kind",
                                        .type = Type::kEnum,
                                        .choices = &kActivationKind,
                                        .sentence = "Which one",
                                        .value = "relu"}}};

const Group kDropout = {
    .name = "dropout",
    .core = "Dropout",
    .sentence =
        "Zeroes units while training and scales the others by 1 / (1 - "
        "rate); the identity otherwise",
    .options = {{.name = "rate",
                 .type = Type::kFloat,
                 .sentence = "Probability of a zero",
                 .value = "0.5f",
                 .least = "0.0f",
                 .most = "0.999f"}}};

const Group kAdaptiveAveragePooling = {
    .name = "adaptive_average_pooling",
    .core = "AdaptiveAveragePooling",
    .sentence =
        "Averages over out_h x out_w windows that cover the input, "
        "window i from floor(i * H / out_h) to ceil((i + 1) * H / "
        "out_h) - 1, as PyTorch does",
    .options = {{.name = "out_h",
                 .type = Type::kLong,
                 .sentence = "Rows of the output",
                 .value = "1",
                 .least = "1",
                 .most = kMostExtent},
                {.name = "out_w",
                 .type = Type::kLong,
                 .sentence = "Columns of the output",
                 .value = "1",
                 .least = "1",
                 .most = kMostExtent}}};

const Group kFullyConnected = {
    .name = "fully_connected",
    .core = "FullyConnected",
    .sentence =
        "y = x W^T + b over the flattened input; weights "
        "(out_features, in)",
    .options = {{.name = "out_features",
                 .type = Type::kLong,
                 .sentence = "Number of units",
                 .value = "0",
                 .least = "1",
                 .most = kMostExtent},
                NoBias(),
                Rule("weight", "How the weights start and learn"),
                Rule("bias", "How the biases start and learn")}};

const Group kSoftmax = {
    .name = "softmax",
    .core = "Softmax",
    .sentence = "Probabilities over the channels of (N, F) or (N, C, 1, 1)",
    .options = {}};

const Group kLocallyConnected = {
    .name = "locally_connected",
    .core = "LocallyConnected",
    .sentence =
        "As a convolution, but each unit of the output has weights and a bias "
        "of its own: weights (out_channels * out_h * out_w, C, kernel_h, "
        "kernel_w), a row for each unit in C, H, W order",
    .options = {{.name = "out_channels",
                 .type = Type::kLong,
                 .sentence = "Number of channels of the output",
                 .value = "0",
                 .least = "1",
                 .most = kMostExtent},
                Sliding(),
                NoBias(),
                Rule("weight", "How the weights start and learn"),
                Rule("bias", "How the biases start and learn")},
    .more =
        "Taps outside the input count as zero; their weights have no "
        "gradient"};

}  // namespace

std::vector<const Group*> LayerGroups() {
  return {&kConvolution,    &kPooling, &kLrn,
          &kActivation,     &kDropout, &kAdaptiveAveragePooling,
          &kFullyConnected, &kSoftmax, &kLocallyConnected};
}

}  // namespace alexnet::options
