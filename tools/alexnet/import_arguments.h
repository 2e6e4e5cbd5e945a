// What is said of files of other programs on the command line.

#ifndef ALEXNET_TOOLS_ALEXNET_IMPORT_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_IMPORT_ARGUMENTS_H_

#include <alexnet/alexnet_convert.hpp>
#include <string>

#include "tools/alexnet/arguments.h"

namespace alexnet::cli {

// What every verb that reads such files takes. Must outlive the options that it
// gives.
struct ImportArguments {
  std::string from;
  std::string preset;
  std::string prototxt;
  std::string mean;
  std::string labels;
  std::string key;
  int32_t order = ALEXNET_ORDER_KEEP;
  bool no_softmax = false;
  float scale = 0.0f;
  const float* mean_values = nullptr;
  size_t mean_value_count = 0;
  int32_t input_order = ALEXNET_ORDER_KEEP;

  // `file`: what --help calls the files, "IN".
  void Declare(Arguments& arguments, const std::string& file);
  ImportOptions Options() const;
  // Refuses whatever was given, but `from`, for `path`, an .alexnet file that
  // is read as it is.
  void RefuseFor(const std::string& path) const;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_IMPORT_ARGUMENTS_H_
