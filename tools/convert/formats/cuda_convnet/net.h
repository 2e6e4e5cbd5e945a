// A cuda-convnet checkpoint's layers as the file has them.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_NET_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_NET_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/convert/base/source_file.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert::cuda_convnet {

struct NetLayer {
  std::string name;
  std::string type;                 // "conv", "fc", "hs", "pool", ...
  std::vector<std::string> inputs;  // layers' names
  std::vector<Tensor> weights;      // a matrix per input, (inputs, outputs)
  std::vector<Tensor> biases;       // one, or none
  float keep = 0.5f;                // of hs and dropout2
};

using Net = std::map<std::string, NetLayer>;

// Throws Damaged or Unsupported. Arrays lie in `file`.
Net ReadNet(const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert::cuda_convnet

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_NET_H_
