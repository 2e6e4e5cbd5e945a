// ExternalData: the numbers of tensors that a model keeps in a file beside it,
// as PyTorch's exporter and ONNX's own package write them.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_EXTERNAL_DATA_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_EXTERNAL_DATA_H_

#include <map>
#include <memory>
#include <string>

#include "tools/convert/base/source_file.h"
#include "tools/convert/formats/onnx/onnx.pb.h"

namespace alexnet::convert::onnx {

// A tensor's bytes, and the file that keeps them.
struct External {
  Bytes bytes;
  std::shared_ptr<SourceFile> file;
};

class ExternalData {
 public:
  explicit ExternalData(std::shared_ptr<SourceFile> model)
      : model_(std::move(model)) {}

  // Throws Unsupported for anything but a plain file in the model's folder,
  // named without a folder and no link, and Damaged for bytes that are not in
  // it. Nothing outside of that folder is ever opened.
  External Of(const TensorHeader& tensor, const std::string& where);

 private:
  std::shared_ptr<SourceFile> FileOf(const std::string& location,
                                     const std::string& where);

  std::shared_ptr<SourceFile> model_;
  std::map<std::string, std::shared_ptr<SourceFile>> files_;
};

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_EXTERNAL_DATA_H_
