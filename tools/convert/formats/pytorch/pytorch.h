// PyTorch's state dicts: .pth and .pt files of torch.save.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_PYTORCH_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_PYTORCH_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

// Zip archives since 1.6, bare pickles since 0.1.2, and tar archives before.
// The pickles are read, never executed: what is made by anything but tensors'
// own functions stays an opaque value, and is skipped.
bool LooksLikePyTorch(Bytes file);

// The dictionaries of tensors, wherever a checkpoint has them. Names lose
// "module."; strides and offsets are honoured; counters are left out.
ForeignModel ReadPyTorch(std::shared_ptr<SourceFile> file,
                         const ReadOptions& options);

// The zip form, as an OrderedDict of dense tensors
// (model/state_dict_names.h).
void WritePyTorch(const ExportModel& model, const WriteOptions& options,
                  OutputFile& file);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_PYTORCH_H_
