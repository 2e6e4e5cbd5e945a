// NumPy arrays inside of pickles: of bvlc_alexnet.npy and cuda-convnet's
// checkpoints.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_PICKLED_ARRAY_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_PICKLED_ARRAY_H_

#include <memory>
#include <optional>
#include <string>

#include "tools/convert/base/pickle.h"
#include "tools/convert/base/source_file.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert::numpy {

// An array of floating point numbers, whose memory is the pickle's text;
// nothing for a value that is no such array. Throws Error for one that is
// damaged. Bytes that are pickled as text are kept by `file`.
std::optional<Tensor> ArrayOf(PickleRef value, const std::string& name,
                              const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert::numpy

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_PICKLED_ARRAY_H_
