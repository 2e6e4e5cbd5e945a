#include "core/data/cifar_pickles.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>
#include <utility>

#include "core/base/file.h"
#include "core/base/pickle.h"
#include "core/base/pickled_array.h"

namespace alexnet {
namespace {

Result<Pickle> ReadPickle(const MappedFile& file) {
  PickleOptions options;
  options.globals = PickledArrayGlobals();
  options.where = "pickle";
  return Pickle::Read(file.bytes(), options);
}

// Of a dict, which each of CIFAR's files is.
Result<PickleRef> ValueAt(const Pickle& pickle, std::string_view key) {
  ALEXNET_ASSIGN_OR_RETURN(const PickleRef value,
                           Pickle::Find(pickle.root(), key));
  if (value != nullptr) return value;
  return DataLossError("the file is no dict with this key, as CIFAR's are")
      .WithField(key);
}

Result<std::vector<int32_t>> LabelsAt(const Pickle& pickle,
                                      std::string_view key, size_t classes) {
  ALEXNET_ASSIGN_OR_RETURN(const PickleRef value, ValueAt(pickle, key));
  const auto* list = value->As<PickleList>();
  if (list == nullptr) {
    return UnsupportedError(
               "this is no list; of an array, .tolist() makes one before it is "
               "pickled")
        .WithField(key);
  }
  std::vector<int32_t> labels;
  for (const PickleRef item : list->items) {
    const auto* number = item->As<PickleInteger>();
    if (number == nullptr || !number->wide.empty() || number->value < 0 ||
        number->value >= static_cast<int64_t>(classes)) {
      return DataLossError(
                 fmt::format(
                     "the label of picture {} is no number from 0 to {}",
                     labels.size(), classes - 1))
          .WithField(key);
    }
    labels.push_back(static_cast<int32_t>(number->value));
  }
  return labels;
}

// The array (pictures, pixel_bytes), by rows; further axes may divide a row.
Result<PickledArray> PixelsAt(const Pickle& pickle, size_t pictures,
                              size_t pixel_bytes) {
  constexpr std::string_view kKey = "data";
  ALEXNET_ASSIGN_OR_RETURN(const PickleRef value, ValueAt(pickle, kKey));
  Result<std::optional<PickledArray>> found = PickledArrayOf(value);
  if (!found.ok()) return found.status().WithField(kKey);
  if (!*found || !(*found)->type.ends_with("u1")) {
    return UnsupportedError("this is no array of bytes, numpy.uint8")
        .WithField(kKey);
  }
  PickledArray array = **std::move(found);
  if (array.fortran_order) {
    return UnsupportedError(
               "the array is stored by columns; numpy.ascontiguousarray turns "
               "it before it is pickled")
        .WithField(kKey);
  }
  // Products of large extents would not fit; no row has more than its bytes.
  uint64_t row = array.shape.size() < 2 ? 0 : 1;
  for (size_t i = 1; i < array.shape.size(); ++i) {
    const int64_t extent = array.shape[i];
    const bool fits =
        extent > 0 && static_cast<uint64_t>(extent) <= pixel_bytes;
    row = fits ? row * static_cast<uint64_t>(extent) : 0;
    if (row > pixel_bytes) row = 0;
  }
  const bool of_labels =
      row == pixel_bytes && array.shape[0] == static_cast<int64_t>(pictures);
  if (!of_labels || pictures == 0) {
    return DataLossError(fmt::format("the array has the shape ({}), where {} "
                                     "labels want ({}, {})",
                                     fmt::join(array.shape, ", "), pictures,
                                     pictures, pixel_bytes))
        .WithField(kKey);
  }
  if (array.bytes().size() != pictures * pixel_bytes) {
    return DataLossError(fmt::format("the array has {} bytes instead of {}",
                                     array.bytes().size(),
                                     pictures * pixel_bytes))
        .WithField(kKey);
  }
  return array;
}

Result<RecordBatch> BatchIn(std::shared_ptr<const MappedFile> file,
                            std::string_view labels_key, size_t classes,
                            size_t pixel_bytes) {
  ALEXNET_ASSIGN_OR_RETURN(const Pickle pickle, ReadPickle(*file));
  RecordBatch batch;
  ALEXNET_ASSIGN_OR_RETURN(batch.labels, LabelsAt(pickle, labels_key, classes));
  ALEXNET_ASSIGN_OR_RETURN(PickledArray pixels,
                           PixelsAt(pickle, batch.labels.size(), pixel_bytes));
  batch.stride = pixel_bytes;
  if (pixels.made.empty()) {
    batch.bytes = pixels.borrowed;
    batch.owner = std::move(file);
  } else {
    const auto made =
        std::make_shared<const std::vector<std::byte>>(std::move(pixels.made));
    batch.bytes = *made;
    batch.owner = made;
  }
  return batch;
}

Result<std::vector<std::string>> NamesIn(const MappedFile& file,
                                         std::string_view key) {
  ALEXNET_ASSIGN_OR_RETURN(const Pickle pickle, ReadPickle(file));
  ALEXNET_ASSIGN_OR_RETURN(const PickleRef value, ValueAt(pickle, key));
  const auto* list = value->As<PickleList>();
  std::vector<std::string> names;
  if (list != nullptr) {
    for (const PickleRef item : list->items) {
      const PickleText* name = PickleTextOf(item);
      if (name == nullptr) break;
      names.emplace_back(name->text);
    }
  }
  if (list == nullptr || names.size() != list->items.size()) {
    return DataLossError("this is no list of names").WithField(key);
  }
  return names;
}

// Says of an error what it is about and what to do.
Status Explained(const Status& status, const std::string& path,
                 std::string_view archive) {
  if (status.code() != StatusCode::kDataLoss) return status.WithFile(path);
  return DataLossError(
             fmt::format("{}; unpack {} again", status.message(), archive))
      .WithField(status.field())
      .WithFile(path);
}

}  // namespace

Result<RecordBatch> ReadPickledBatch(const std::string& path,
                                     std::string_view archive,
                                     std::string_view labels_key,
                                     size_t classes, size_t pixel_bytes) {
  ALEXNET_ASSIGN_OR_RETURN(auto file, MappedFile::Open(path));
  Result<RecordBatch> batch =
      BatchIn(std::move(file), labels_key, classes, pixel_bytes);
  if (!batch.ok()) return Explained(batch.status(), path, archive);
  return batch;
}

Result<std::vector<std::string>> ReadPickledNames(const std::string& path,
                                                  std::string_view archive,
                                                  std::string_view key) {
  ALEXNET_ASSIGN_OR_RETURN(const auto file, MappedFile::Open(path));
  Result<std::vector<std::string>> names = NamesIn(*file, key);
  if (!names.ok()) return Explained(names.status(), path, archive);
  return names;
}

}  // namespace alexnet
