#include "tools/alexnet/import_arguments.h"

#include <utility>

namespace alexnet::cli {
namespace {

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

void ImportArguments::Declare(Arguments& arguments, const std::string& file) {
  const Choices orders = {{"rgb", ALEXNET_ORDER_RGB},
                          {"bgr", ALEXNET_ORDER_BGR}};
  arguments.Text("--from", from,
                 ("Format of " + file + " (else told by its content)").c_str());
  arguments.Text("--preset", preset,
                 "The network, where weights of one shape fit several");
  arguments.Text(
      "--prototxt", prototxt,
      ("What " + file +
       " computes, where that does not say it or in its place: Caffe's deploy "
       "or train_val .prototxt, or Darknet's .cfg")
          .c_str());
  arguments.Text("--labels", labels,
                 "Class names in the order of the logits, one per line, or as "
                 "\"name number\", a dict of Python's or JSON");
  arguments.Text("--key", key,
                 "Which of the networks in a checkpoint, by its key");
  arguments.Flag("--no-softmax", no_softmax,
                 "Keep a network that ends in logits as it is");
  arguments.Number("--scale", scale,
                   "What pixels of 0..255 are multiplied by after the mean was "
                   "subtracted, where the file does not say it: 0.00390625 for "
                   "0..1");
  arguments.Text("--mean", mean,
                 "mean.binaryproto or .npy to subtract from pictures");
  arguments.List("--mean-values", mean_values, mean_value_count,
                 "Numbers to subtract from pixels of 0..255, in place of "
                 "--mean: one, or one for each channel");
  arguments.Choice("--input-order", input_order, orders,
                   "Order in which the network takes channels, where that is "
                   "not its format's usual one");
  arguments.Choice("--channel-order", order, orders,
                   "Turn the first layer to this order of channels");
}

ImportOptions ImportArguments::Options() const {
  ImportOptions options;
  options.format = OrNull(from);
  options.preset = OrNull(preset);
  options.network_file = OrNull(prototxt);
  options.mean_file = OrNull(mean);
  options.labels_file = OrNull(labels);
  options.channel_order = order;
  options.key = OrNull(key);
  options.no_softmax = no_softmax;
  options.scale = scale;
  options.mean_values = mean_values;
  options.mean_value_count = mean_value_count;
  options.input_order = input_order;
  return options;
}

void ImportArguments::RefuseFor(const std::string& path) const {
  const std::pair<bool, const char*> given[] = {
      {!preset.empty(), "--preset"},
      {!prototxt.empty(), "--prototxt"},
      {!labels.empty(), "--labels"},
      {!key.empty(), "--key"},
      {no_softmax, "--no-softmax"},
      {scale != 0.0f, "--scale"},
      {!mean.empty(), "--mean"},
      {mean_value_count != 0, "--mean-values"},
      {input_order != ALEXNET_ORDER_KEEP, "--input-order"},
      {order != ALEXNET_ORDER_KEEP, "--channel-order"}};
  for (const auto& [is, flag] : given) {
    if (!is) continue;
    throw UsageError(std::string(flag) + " is for files of other programs; " +
                     path + " is an .alexnet file and says it itself");
  }
}

}  // namespace alexnet::cli
