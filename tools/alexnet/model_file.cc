#include "tools/alexnet/model_file.h"

namespace alexnet::cli {

bool IsOwnFile(const std::string& path, const char* format) {
  return (format != nullptr ? std::string(format) : detect_format(path)) ==
         "alexnet";
}

Model LoadOfAnyFormat(const std::string& path, const ImportOptions& options,
                      const Limits& limits) {
  return IsOwnFile(path, options.format)
             ? Model::load(path)
             : import_model(path, options, limits).model;
}

}  // namespace alexnet::cli
