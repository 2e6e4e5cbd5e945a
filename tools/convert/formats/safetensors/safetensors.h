// safetensors: a JSON header, then the tensors' bytes.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_SAFETENSORS_SAFETENSORS_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_SAFETENSORS_SAFETENSORS_H_

#include <memory>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {

bool LooksLikeSafetensors(Bytes file);

// Refuses duplicate names, offsets that overlap, leave holes or reach beyond
// the file, and sizes other than shapes and types need. Names lose "module.".
ForeignModel ReadSafetensors(std::shared_ptr<SourceFile> file,
                             const ReadOptions& options);

// A state dict (model/state_dict_names.h) with the network's name in its
// metadata.
void WriteSafetensors(const ExportModel& model, const WriteOptions& options,
                      OutputFile& file);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_SAFETENSORS_SAFETENSORS_H_
