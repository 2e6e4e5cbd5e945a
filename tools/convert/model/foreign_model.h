// ForeignModel: what a reader found in a file, before it is anything of the
// engine's.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_FOREIGN_MODEL_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_FOREIGN_MODEL_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/convert/base/source_file.h"
#include "tools/convert/model/fold.h"
#include "tools/convert/model/layers.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert {

// (C, H, W) of a fully connected layer's input, flattened in which order.
enum class FlattenOrder { kChw, kHwc };

// The mean that is subtracted from pictures, in the model's channel order.
struct Mean {
  int64_t channels = 0, height = 0, width = 0;  // 1 x 1: one value per channel
  std::vector<float> values;                    // (C, H, W)
};

// The tensors of one layer of `layers`; nothing for layers without.
struct LayerTensors {
  std::string weight;  // names of tensors; "" for none
  std::string bias;
};

// One of the dictionaries of tensors that a file may hold.
struct TensorDictionary {
  std::string key;  // the way to it: "state_dict", "ema.shadow"; "": the root
  std::vector<Tensor> tensors;
  // Entries that can be no weights, each with what it is.
  std::vector<std::string> left_out;
  // Tensors that cannot be read, and why. Matters to who needs them.
  struct Failure {
    std::string name;
    Error error;
  };
  std::vector<Failure> failures;
};

struct ForeignModel {
  std::shared_ptr<SourceFile> file;
  // The network's name as the file has it, or "".
  std::string network_name;

  // Weights and biases by name, with the memory described so that shapes are
  // the engine's. Statistics, momenta and counters are left out.
  std::vector<Tensor> tensors;
  FlattenOrder flatten = FlattenOrder::kChw;  // of fully connected weights
  // Or several of them, of which one is the network (model/choose.h); `tensors`
  // is empty then.
  std::vector<TensorDictionary> dictionaries;
  // That there is more in the file than was looked through; "" for none.
  std::string unread;

  // Where the file says what is computed: the layers, and, in the same order,
  // their tensors. Without, the tensors alone tell which preset it is.
  std::optional<Layers> layers;
  std::vector<LayerTensors> layer_tensors;
  // Whether a sigmoid follows `layers`.
  bool sigmoid = false;
  // Whether batch normalization was folded into `tensors`: of the presets, none
  // has it, and those with LRN are other networks.
  bool batch_normalized = false;
  // Where a format holds one preset only ("alexnet_2012" of a cuda-convnet
  // checkpoint); "" otherwise. The option `preset` overrides it.
  std::string preset;

  // How pictures are prepared, where a file of this library's says it
  // (model/preprocessing_json.h); "" otherwise.
  std::string preprocessing;
  std::optional<Mean> mean;
  // What the file itself does to pixels, channel by channel: to those of 0..255
  // less `mean`, or, where `pixels_of_unknown_range`, to what its program hands
  // it, 0..255 or 0..1 (library/preprocessing.h tells by the numbers).
  std::optional<ChannelMap> pixels;
  bool pixels_of_unknown_range = false;
  // The name of a mean image that pictures are less, and that the file lacks.
  std::string mean_image;
  // Whether pictures were mirrored in training, where the file says it.
  std::optional<bool> mirrors;
  // Keeps a mean image of `preprocessing` or of a preset that had to be turned.
  std::vector<float> turned_mean;
  std::vector<std::string> labels;  // empty, or one per class
  // For the model's metadata; keys such as "onnx.producer".
  std::vector<std::pair<std::string, std::string>> metadata;
  // Sentences for the user: what was ambiguous, left out, or assumed.
  std::vector<std::string> notes;
  // What is in the file and no part of any network: named where a person asks.
  std::vector<std::string> skipped;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_FOREIGN_MODEL_H_
