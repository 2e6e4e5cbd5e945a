// Checkpoints of cuda-convnet (the code of 2012) and cuda-convnet2.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_CUDA_CONVNET_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_CUDA_CONVNET_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

// A Python 2 pickle of {'model_state': {'layers': ...}, 'op': ...}, read
// without executing it.
bool LooksLikeCudaConvnet(Bytes file);

// Nets of one tower and of two, whose layers (conv1a, conv1b) become one layer
// each: towers are groups, a matrix per input is a run of its columns, and the
// order of a layer's inputs says which ("fc2048bb" has them swapped). Weights
// that follow dropout of the kind that scales when it is tested (hs, dropout2)
// are halved as that does. Locally connected layers ("local") have one tower.
// Momenta are left out.
ForeignModel ReadCudaConvnet(std::shared_ptr<SourceFile> file,
                             const ReadOptions& options);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CUDA_CONVNET_CUDA_CONVNET_H_
