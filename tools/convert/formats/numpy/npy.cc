#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/pickled_array.h"
#include "tools/convert/base/pickle.h"
#include "tools/convert/formats/numpy/array.h"
#include "tools/convert/formats/numpy/numpy.h"
#include "tools/convert/formats/numpy/pickled_array.h"
#include "tools/convert/formats/numpy/tensorflow_order.h"

namespace alexnet::convert {
namespace {

constexpr int64_t kMaxMeanElements = 3 * 4096 * 4096;

// The one object of the array, which may be the list of one object that an
// array's pickled state is.
PickleRef TheObject(PickleRef root) {
  const auto* list = root->As<PickleList>();
  if (list != nullptr && list->items.size() == 1) return list->items[0];
  // numpy.save pickles the whole array: its state is (version, shape, dtype,
  // fortran, [object]).
  if (const auto* array = root->As<PickleObject>()) {
    const auto* state =
        array->state != nullptr ? array->state->As<PickleList>() : nullptr;
    if (state != nullptr && state->items.size() == 5) {
      const auto* objects = state->items[4]->As<PickleList>();
      if (objects != nullptr && objects->items.size() == 1) {
        return objects->items[0];
      }
    }
  }
  return root;
}

// [weights, biases], or a dict of them by those names.
std::vector<PickleRef> EntriesOf(PickleRef value) {
  if (const auto* list = value->As<PickleList>()) return list->items;
  std::vector<PickleRef> entries;
  for (const std::string_view key : {"weights", "biases"}) {
    const PickleRef found = FindKey(value, key);
    if (found != nullptr) entries.push_back(found);
  }
  return entries;
}

class NpyWriter {
 public:
  NpyWriter(const ExportModel& model, OutputFile& file)
      : model_(model), file_(file) {}

  void Write() {
    file_.Write(numpy::EncodeArrayHeader("|O", {}));
    PickleWriter pickle(text_);
    pickle.Proto(3);
    // An array of no axes that holds one object.
    OpenArray({}, "O8", "|", &pickle);
    pickle.EmptyList();
    pickle.Mark();
    pickle.EmptyDict();
    pickle.Mark();
    for (size_t i = 0; i < model_.weights.size(); ++i) {
      if (model_.weights[i].parts.empty()) continue;
      const Layer& layer = model_.layers.layers[i];
      pickle.ByteString(layer.name);
      pickle.EmptyList();
      pickle.Mark();
      WriteTensor(numpy::ToTensorFlow(model_.weights[i], layer),
                  ShapeOf(model_.weights[i]), &pickle);
      if (!model_.biases[i].parts.empty()) {
        WriteTensor(model_.biases[i], model_.biases[i].shape, &pickle);
      }
      pickle.Appends();
    }
    pickle.SetItems();
    pickle.Appends();
    CloseArray(&pickle);
    pickle.Stop();
    Flush();
  }

 private:
  // (in, out) of a fully connected layer, (kh, kw, in, out) of a convolution.
  static Extents ShapeOf(const Tensor& weight) {
    const Extents& s = weight.shape;
    return s.size() == 2 ? Extents{s[1], s[0]}
                         : Extents{s[2], s[3], s[1], s[0]};
  }

  void Flush() {
    file_.Write(text_);
    text_.clear();
  }

  // numpy.core.multiarray._reconstruct(ndarray, (0,), 'b'), and its state up to
  // where the data comes.
  static void OpenArray(const Extents& shape, std::string_view code,
                        std::string_view order, PickleWriter* pickle) {
    pickle->Global("numpy.core.multiarray", "_reconstruct");
    pickle->Mark();
    pickle->Global("numpy", "ndarray");
    pickle->Mark();
    pickle->Integer(0);
    pickle->Tuple();
    pickle->ByteString("b");
    pickle->Tuple();
    pickle->Reduce();
    pickle->Mark();
    pickle->Integer(1);
    pickle->Mark();
    for (const int64_t extent : shape) pickle->Integer(extent);
    pickle->Tuple();
    pickle->Global("numpy", "dtype");
    pickle->Mark();
    pickle->ByteString(code);
    pickle->Integer(0);
    pickle->Integer(1);
    pickle->Tuple();
    pickle->Reduce();
    pickle->Mark();
    pickle->Integer(3);
    pickle->ByteString(order);
    for (int i = 0; i < 3; ++i) pickle->None();
    pickle->Integer(-1);
    pickle->Integer(-1);
    pickle->Integer(order == "|" ? 63 : 0);  // of objects: needs Python
    pickle->Tuple();
    pickle->Build();
    pickle->Bool(false);
  }

  static void CloseArray(PickleWriter* pickle) {
    pickle->Tuple();
    pickle->Build();
  }

  // `tensor` in C order is the data of an array of `shape`.
  void WriteTensor(const Tensor& tensor, const Extents& shape,
                   PickleWriter* pickle) {
    const std::string_view descr = numpy::DescrOf(model_.type);
    OpenArray(shape, descr.substr(1), descr.substr(0, 1), pickle);
    const int64_t bytes = tensor.elements() * ElementSize(model_.type);
    if (bytes > INT32_MAX) {
      throw Unsupported("tensor \"" + tensor.name + "\"",
                        "takes more than 2 GiB, which the format cannot hold");
    }
    // BINBYTES: a string of Python 2 is none of bytes in Python 3, where NumPy
    // then asks for an encoding.
    text_ += 'B';
    const auto size = static_cast<uint32_t>(bytes);
    text_.append(reinterpret_cast<const char*>(&size), sizeof size);
    Flush();
    Stream(tensor, model_.type,
           [&](int64_t, Bytes chunk) { file_.Write(chunk); });
    CloseArray(pickle);
  }

  const ExportModel& model_;
  OutputFile& file_;
  std::string text_;
};

}  // namespace

bool LooksLikeNpy(Bytes file) { return numpy::LooksLikeArray(file); }

ForeignModel ReadNpy(std::shared_ptr<SourceFile> file, const ReadOptions&) {
  const numpy::ArrayHeader header =
      numpy::ReadArrayHeader(file->bytes(), "array");
  if (header.descr != "|O" && header.descr != "O") {
    throw Invalid("", "is a single array of type " + header.descr +
                          ", not a dict of weights; an .npz holds many arrays");
  }
  ByteReader reader(header.data, "pickle");
  PickleOptions options;
  options.where = "pickle";
  options.globals = PickledArrayGlobals();
  options.globals.push_back("collections.OrderedDict");
  const Pickle pickle = ReadPickle(reader, options);
  const PickleItems* layers = ItemsOf(TheObject(pickle.root()));
  if (layers == nullptr) {
    throw Unsupported("pickle",
                      "holds no dict of layers; numpy.save(\"out.npy\", "
                      "{\"conv1\": [weights, biases], ...}) writes one");
  }
  ForeignModel model;
  model.file = std::move(file);
  for (const auto& [key, value] : *layers) {
    const auto* name = key->As<PickleText>();
    if (name == nullptr) throw Damaged("pickle", "has a layer without a name");
    const std::vector<PickleRef> entries = EntriesOf(value);
    for (size_t i = 0; i < entries.size(); ++i) {
      const std::string tensor_name =
          std::string(name->text) + (i == 0 ? ".weight" : ".bias");
      std::optional<Tensor> tensor =
          numpy::ArrayOf(entries[i], tensor_name, model.file);
      if (!tensor || i > 1) {
        throw Unsupported("array \"" + tensor_name + "\"",
                          "is no pair of weights and biases");
      }
      model.tensors.push_back(*std::move(tensor));
    }
  }
  if (numpy::IsPyTorchs(model.tensors)) {
    model.notes.push_back(
        "convolutions have their kernels behind, so all weights are taken to "
        "be in PyTorch's order");
    return model;
  }
  for (Tensor& tensor : model.tensors) tensor = numpy::FromTensorFlow(tensor);
  model.flatten = FlattenOrder::kHwc;
  return model;
}

void WriteNpy(const ExportModel& model, const WriteOptions&, OutputFile& file) {
  NpyWriter(model, file).Write();
}

Mean ReadNpyMean(const std::shared_ptr<SourceFile>& file) {
  const numpy::ArrayHeader header =
      numpy::ReadArrayHeader(file->bytes(), "mean");
  const std::optional<ElementType> type = numpy::TypeOf(header.descr, "mean");
  if (!type || (header.shape.size() != 3 && header.shape.size() != 1)) {
    throw Invalid("mean",
                  "is no array of (channels, height, width) or "
                  "(channels) floating point numbers");
  }
  Tensor tensor = numpy::TensorOf(header, *type, "mean", file);
  const auto is_channels = [](int64_t extent) {
    return extent == 1 || extent == 3;
  };
  if (tensor.shape.size() == 3 && !is_channels(tensor.shape[0]) &&
      is_channels(tensor.shape[2])) {
    tensor = Permuted(tensor, {2, 0, 1});
  }
  if (tensor.elements() > kMaxMeanElements) {
    throw Invalid("mean", "is larger than any picture");
  }
  const bool image = tensor.shape.size() == 3;
  Mean mean{tensor.shape[0],
            image ? tensor.shape[1] : 1,
            image ? tensor.shape[2] : 1,
            {}};
  mean.values.resize(static_cast<size_t>(tensor.elements()));
  Stream(tensor, ElementType::kF32, [&](int64_t first, Bytes chunk) {
    std::memcpy(mean.values.data() + first, chunk.data(), chunk.size());
  });
  return mean;
}

}  // namespace alexnet::convert
