// The linear layers of LPIPS, which are published beside the metric's code.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_LPIPS_WEIGHTS_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_LPIPS_WEIGHTS_H_

#include <string>
#include <vector>

namespace alexnet::convert {

// The tensors lin0.model.1.weight, lin1.model.1.weight and so on, each (1, C,
// 1, 1), one after another, from a file of any format that holds tensors by
// name. Throws Error, which names the file and the tensor, where there is none,
// one is missing between others or of another shape, or a weight is negative or
// not finite.
std::vector<float> ReadLpipsWeights(const std::string& path);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_LPIPS_WEIGHTS_H_
