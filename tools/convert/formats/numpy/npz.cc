#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tools/convert/base/zip.h"
#include "tools/convert/formats/numpy/array.h"
#include "tools/convert/formats/numpy/numpy.h"
#include "tools/convert/formats/numpy/tensorflow_order.h"
#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert {
namespace {

constexpr std::string_view kEnding = ".npy";

// numpy.savez(file, *arrays) calls them arr_0, arr_1, ...: weights, each with
// its bias behind it.
void NameInOrder(std::vector<Tensor>* tensors) {
  const auto unnamed = [](const Tensor& tensor) {
    return tensor.name.starts_with("arr_");
  };
  if (!std::all_of(tensors->begin(), tensors->end(), unnamed)) return;
  int layer = 0;
  for (Tensor& tensor : *tensors) {
    const bool weight = tensor.shape.size() > 1;
    if (weight) ++layer;
    tensor.name = fmt::format("{}.{}", layer, weight ? "weight" : "bias");
  }
}

}  // namespace

bool LooksLikeNpz(Bytes file) {
  if (!LooksLikeZip(file)) return false;
  // The first entry's name stands behind its local header.
  constexpr size_t kNameAt = 30;
  ByteReader reader(file);
  try {
    reader.Skip(26);
    const auto size = reader.Read<uint16_t>();
    reader.Skip(kNameAt - 28);
    return reader.TakeText(size).ends_with(kEnding);
  } catch (const Error&) {
    return false;
  }
}

ForeignModel ReadNpz(std::shared_ptr<SourceFile> file, const ReadOptions&) {
  ForeignModel model;
  model.file = std::move(file);
  ZipArchive archive(model.file);
  for (const std::string& entry : archive.names()) {
    if (!entry.ends_with(kEnding)) {
      throw Unsupported("entry \"" + entry + "\"", "is no .npy array");
    }
    const std::string name =
        WithoutWrappers(entry.substr(0, entry.size() - kEnding.size()));
    if (IsCounter(name)) continue;
    const std::string where = "array \"" + name + "\"";
    const numpy::ArrayHeader header =
        numpy::ReadArrayHeader(archive.Read(entry, false), where);
    const std::optional<ElementType> type = numpy::TypeOf(header.descr, where);
    if (!type || header.shape.empty()) {
      const std::string what =
          type ? "a single number" : "of type " + header.descr;
      model.notes.push_back(where + " was left out, being " + what +
                            "; weights are arrays of f2, f4 or f8 here");
      continue;
    }
    model.tensors.push_back(numpy::TensorOf(header, *type, name, model.file));
  }
  NameInOrder(&model.tensors);
  if (!numpy::IsTensorFlows(model.tensors)) return model;
  for (Tensor& tensor : model.tensors) tensor = numpy::FromTensorFlow(tensor);
  model.flatten = FlattenOrder::kHwc;
  model.notes.push_back(
      "convolutions have their kernels in front, so all weights are taken to "
      "be "
      "in TensorFlow's order");
  return model;
}

void WriteNpz(const ExportModel& model, const WriteOptions&, OutputFile& file) {
  ZipWriter zip(file);
  for (const auto& [name, tensor] : StateDict(model)) {
    zip.Begin(name + std::string(kEnding));
    zip.Write(BytesOf(
        numpy::EncodeArrayHeader(numpy::DescrOf(model.type), tensor->shape)));
    Stream(*tensor, model.type,
           [&](int64_t, Bytes chunk) { zip.Write(chunk); });
    zip.End();
  }
  zip.Finish();
}

}  // namespace alexnet::convert
