// A model from a file of any format.

#ifndef ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_

#include <alexnet/alexnet_convert.hpp>
#include <string>

namespace alexnet::cli {

// Whether it is of this engine's format: by `format`, a name of convert --list,
// or where that is null by its content.
bool IsOwnFile(const std::string& path, const char* format);

// Of this engine's format, or imported by `options` from another program's.
Model LoadOfAnyFormat(const std::string& path, const ImportOptions& options,
                      const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_MODEL_FILE_H_
