// Export: a model as a file of any format that is written.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_EXPORT_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_EXPORT_H_

#include <alexnet/alexnet.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/convert/library/import.h"

namespace alexnet::convert {

struct ExportSettings {
  std::string format;  // "": by the ending of the path
  int32_t dtype = 0;   // ALEXNET_DTYPE_...; 0: the model's
  // Where Caffe's small files go; nothing: beside the file, where there is
  // something to say; "": nowhere.
  std::optional<std::string> network_file;
  std::optional<std::string> mean_file;
  ChannelOrder order = ChannelOrder::kKeep;
  bool strip_training_state = false;
  bool check = true;  // read the file again and compare every element
};

// Writes atomically, and nothing where anything fails. Gives sentences for the
// user about what the file cannot hold.
std::vector<std::string> Export(const Model& model, const std::string& path,
                                const ExportSettings& settings,
                                const Interrupt& interrupt);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_EXPORT_H_
