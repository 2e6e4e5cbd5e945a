// Import: a foreign file as a model.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_IMPORT_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_IMPORT_H_

#include <alexnet/alexnet.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/convert/library/interrupt.h"
#include "tools/convert/model/recognise.h"

namespace alexnet::convert {

enum class ChannelOrder { kKeep, kRgb, kBgr };

// "" for what the caller leaves open.
struct ImportSettings {
  std::string format;
  std::string preset;
  std::string network_file;
  std::string mean_file;
  std::string labels_file;
  std::string key;  // of the dictionary of tensors that is the network
  std::optional<float> scale;                      // of pixels, after the mean
  std::vector<float> mean_values;                  // in place of mean_file
  ChannelOrder input_order = ChannelOrder::kKeep;  // that the network takes
  bool keep_logits = false;  // add no softmax to a network that has none
  ChannelOrder order = ChannelOrder::kKeep;
};

// Where a tensor of the model came from.
struct ImportedTensor {
  std::string name;
  std::string from;
  std::string shape;
  std::string type;  // in the file
};

struct Imported {
  Model model;
  std::string format = {};
  std::string sha256 = {};  // of the file
  uint64_t bytes = 0;       // likewise
  std::string preset = {};  // "" where the network is none of them
  std::string recognised = {};
  std::vector<std::string> notes = {};
  std::vector<std::string> skipped = {};  // what is no part of the network
  std::vector<ImportedTensor> tensors = {};
};

// Throws Error, which names the file and the place in it.
Imported Import(const std::string& path, const ImportSettings& settings,
                const Interrupt& interrupt);

// The name of the format of `path`, by its content: of Formats(), or "alexnet".
std::string DetectFormat(const std::string& path);

// The model with its first layer and its preprocessing turned to that order;
// nothing where it has that order.
std::optional<Model> InChannelOrder(const Model& model, ChannelOrder order,
                                    const Interrupt& interrupt);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_IMPORT_H_
