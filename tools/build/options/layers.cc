// The layers of a network. Options are only ever added, at the end: the model
// file and the C interface keep their order.

#include "tools/build/options/enums.h"
#include "tools/build/options/groups.h"

namespace alexnet::options {
namespace {

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
    .options = {{.name = "out_channels",
                 .type = Type::kLong,
                 .sentence = "Number of kernels",
                 .value = "0"},
                Sliding(),
                {.name = "groups",
                 .type = Type::kLong,
                 .sentence = "Equal runs of channels that are kept apart; 2 "
                             "are the paper's towers",
                 .value = "1",
                 .stored = "1"},
                NoBias(),
                Rule("weight", "How the weights start and learn"),
                Rule("bias", "How the biases start and learn")}};

const Group kPooling = {
    .name = "pooling",
    .core = "Pooling",
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
    .options = {
        {.name = "region",
         .type = Type::kEnum,
         .choices = &kLrnRegion,
         .sentence = "What the window spans",
         .value = "across_channels"},
        {.name = "size",
         .type = Type::kLong,
         .sentence = "Extent of the window: channels, or pixels of a square",
         .value = "5",
         .stored = "5"},
        {.name = "alpha",
         .type = Type::kFloat,
         .sentence = "The factor a, times the number of the window's "
                     "elements unless `alpha_undivided`",
         .value = "1e-4f"},
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
         .value = "0.75f"},
        {.name = "k",
         .type = Type::kFloat,
         .sentence = "What is added to the sum; the paper's is 2",
         .value = "1.0f"},
        {.name = "groups",
         .type = Type::kLong,
         .sentence = "Equal runs of channels that the window does not cross: "
                     "each tower normalizes alone",
         .value = "1",
         .stored = "1"}}};

const Group kActivation = {.name = "activation",
                           .core = "Activation",
                           .options = {{.name = "kind",
                                        .type = Type::kEnum,
                                        .choices = &kActivationKind,
                                        .sentence = "Which one",
                                        .value = "relu"}}};

const Group kDropout = {.name = "dropout",
                        .core = "Dropout",
                        .options = {{.name = "rate",
                                     .type = Type::kFloat,
                                     .sentence = "Probability of a zero",
                                     .value = "0.5f"}}};

const Group kAdaptiveAveragePooling = {
    .name = "adaptive_average_pooling",
    .core = "AdaptiveAveragePooling",
    .options = {{.name = "out_h",
                 .type = Type::kLong,
                 .sentence = "Rows of the output",
                 .value = "1"},
                {.name = "out_w",
                 .type = Type::kLong,
                 .sentence = "Columns of the output",
                 .value = "1"}}};

const Group kFullyConnected = {
    .name = "fully_connected",
    .core = "FullyConnected",
    .options = {{.name = "out_features",
                 .type = Type::kLong,
                 .sentence = "Number of units",
                 .value = "0"},
                NoBias(),
                Rule("weight", "How the weights start and learn"),
                Rule("bias", "How the biases start and learn")}};

}  // namespace

std::vector<const Group*> LayerGroups() {
  return {&kConvolution,   &kPooling, &kLrn,
          &kActivation,    &kDropout, &kAdaptiveAveragePooling,
          &kFullyConnected};
}

}  // namespace alexnet::options
