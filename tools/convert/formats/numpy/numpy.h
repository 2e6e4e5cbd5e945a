// NumPy's files: .npz archives, and bvlc_alexnet.npy, a pickled dict of arrays.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_NUMPY_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_NUMPY_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

// A zip archive of .npy arrays. Weights are (out, in, kh, kw) and (out, in),
// or, where the file's convolutions are (kh, kw, in, out) as TensorFlow's, all
// its weights are TensorFlow's, and rows after the last feature map are in (h,
// w, c) order.
bool LooksLikeNpz(Bytes file);
ForeignModel ReadNpz(std::shared_ptr<SourceFile> file,
                     const ReadOptions& options);
// A state dict (model/state_dict_names.h).
void WriteNpz(const ExportModel& model, const WriteOptions& options,
              OutputFile& file);

// An array of one object: a dict from "conv1" to [weights, biases], in
// TensorFlow's order, as bvlc_alexnet.npy is, or, where its kernels cannot be
// in front, in PyTorch's. The pickle is read, not executed.
bool LooksLikeNpy(Bytes file);
ForeignModel ReadNpy(std::shared_ptr<SourceFile> file,
                     const ReadOptions& options);
void WriteNpy(const ExportModel& model, const WriteOptions& options,
              OutputFile& file);

// A mean as a .npy array of (3, H, W), (H, W, 3) or (3).
Mean ReadNpyMean(const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_NUMPY_H_
