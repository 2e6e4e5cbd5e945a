#include <array>

#include "core/base/json.h"
#include "tools/convert/formats/safetensors/safetensors.h"
#include "tools/convert/model/preprocessing_json.h"
#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert {
namespace {

constexpr size_t kAlignment = 8;

const char* NameOf(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return "F16";
    case ElementType::kBF16:
      return "BF16";
    case ElementType::kF64:
      return "F64";
    case ElementType::kF32:
      break;
  }
  return "F32";
}

}  // namespace

void WriteSafetensors(const ExportModel& model, const WriteOptions&,
                      OutputFile& file) {
  const std::vector<NamedTensor> tensors = StateDict(model);
  Json::Members header;
  // "pt" is what PyTorch's own saver says of its layout.
  header.emplace_back(
      "__metadata__",
      Json{{"format", "pt"},
           {"network", model.layers.name},
           {"producer", model.producer},
           {kPreprocessingKey, EncodePreprocessing(model.preprocessing)}});
  int64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const int64_t end = offset + tensor->elements() * ElementSize(model.type);
    header.emplace_back(name, Json{{"dtype", NameOf(model.type)},
                                   {"shape", tensor->shape},
                                   {"data_offsets", std::array{offset, end}}});
    offset = end;
  }
  std::string text = Json::Object(std::move(header)).Text(-1);
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  file.WriteNumber(uint64_t{text.size()});
  file.Write(text);
  for (const auto& [name, tensor] : tensors) {
    Stream(*tensor, model.type,
           [&](int64_t, Bytes chunk) { file.Write(chunk); });
  }
}

}  // namespace alexnet::convert
