#include "tools/alexnet/model_file.h"

namespace alexnet::cli {

Model LoadOfAnyFormat(const std::string& path, const ImportOptions& options,
                      const Limits& limits) {
  return detect_format(path) == "alexnet"
             ? Model::load(path)
             : import_model(path, options, limits).model;
}

}  // namespace alexnet::cli
