// A model from a file of any format.

#ifndef ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_

#include <alexnet/alexnet_convert.hpp>
#include <string>

namespace alexnet::cli {

// Of this engine's format, or imported by `options` from another program's.
Model LoadOfAnyFormat(const std::string& path, const ImportOptions& options,
                      const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_
