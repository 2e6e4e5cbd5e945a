#include <string>

#include "tools/convert/base/pickle.h"
#include "tools/convert/base/zip.h"
#include "tools/convert/formats/pytorch/pytorch.h"
#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert {
namespace {

const char* StorageName(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return "HalfStorage";
    case ElementType::kBF16:
      return "BFloat16Storage";
    case ElementType::kF64:
      return "DoubleStorage";
    case ElementType::kF32:
      break;
  }
  return "FloatStorage";
}

void WriteExtents(const Extents& extents, PickleWriter* pickle) {
  pickle->Mark();
  for (const int64_t extent : extents) pickle->Integer(extent);
  pickle->Tuple();
}

// OrderedDict()
void WriteOrderedDict(PickleWriter* pickle) {
  pickle->Global("collections", "OrderedDict");
  pickle->EmptyTuple();
  pickle->Reduce();
}

// torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad,
// hooks), the storage by its persistent id.
void WriteTensor(const Tensor& tensor, ElementType type, const std::string& key,
                 PickleWriter* pickle) {
  pickle->Global("torch._utils", "_rebuild_tensor_v2");
  pickle->Mark();
  pickle->Mark();
  pickle->Text("storage");
  pickle->Global("torch", StorageName(type));
  pickle->Text(key);
  pickle->Text("cpu");
  pickle->Integer(tensor.elements());
  pickle->Tuple();
  pickle->PersistentId();
  pickle->Integer(0);
  WriteExtents(tensor.shape, pickle);
  WriteExtents(DenseStrides(tensor.shape), pickle);
  pickle->Bool(false);
  WriteOrderedDict(pickle);
  pickle->Tuple();
  pickle->Reduce();
}

std::string PickleOf(const std::vector<NamedTensor>& tensors,
                     ElementType type) {
  std::string bytes;
  PickleWriter pickle(bytes);
  pickle.Proto();
  WriteOrderedDict(&pickle);
  pickle.Mark();
  for (size_t i = 0; i < tensors.size(); ++i) {
    pickle.Text(tensors[i].name);
    WriteTensor(*tensors[i].tensor, type, std::to_string(i), &pickle);
  }
  pickle.SetItems();
  pickle.Stop();
  return bytes;
}

}  // namespace

void WritePyTorch(const ExportModel& model, const WriteOptions&,
                  OutputFile& file) {
  const std::vector<NamedTensor> tensors = StateDict(model);
  ZipWriter zip(file);
  const auto write = [&](const std::string& name, std::string_view content) {
    zip.Begin("archive/" + name);
    zip.Write(BytesOf(content));
    zip.End();
  };
  write("data.pkl", PickleOf(tensors, model.type));
  write("byteorder", "little");
  for (size_t i = 0; i < tensors.size(); ++i) {
    zip.Begin("archive/data/" + std::to_string(i));
    Stream(*tensors[i].tensor, model.type,
           [&](int64_t, Bytes chunk) { zip.Write(chunk); });
    zip.End();
  }
  write("version", "3\n");
  zip.Finish();
}

}  // namespace alexnet::convert
