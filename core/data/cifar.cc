#include "core/data/cifar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/data/cifar_pickles.h"
#include "core/data/record_dataset.h"

namespace alexnet {
namespace {

constexpr int kSide = 32;
constexpr size_t kPixelBytes = size_t{3} * kSide * kSide;
constexpr uint64_t kMaxNamesBytes = 1 << 20;

// One of the two, in one of two versions.
struct Edition {
  size_t classes;
  // Of a record, before its pixels; the last is the label that counts. Pickles,
  // which are not records, have keys instead.
  size_t label_bytes;
  std::string_view labels_key;
  std::string_view names_key;
  std::string_view names;
  std::string_view archive;
  std::array<std::string_view, 5> train;  // empty: there are fewer
  std::string_view test;

  bool pickled() const { return label_bytes == 0; }
};

constexpr Edition kBinary10 = {
    10,
    1,
    "",
    "",
    "batches.meta.txt",
    "cifar-10-binary.tar.gz",
    {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
     "data_batch_4.bin", "data_batch_5.bin"},
    "test_batch.bin"};

constexpr Edition kBinary100 = {100,
                                2,
                                "",
                                "",
                                "fine_label_names.txt",
                                "cifar-100-binary.tar.gz",
                                {"train.bin"},
                                "test.bin"};

constexpr Edition kPython10 = {10,
                               0,
                               "labels",
                               "label_names",
                               "batches.meta",
                               "cifar-10-python.tar.gz",
                               {"data_batch_1", "data_batch_2", "data_batch_3",
                                "data_batch_4", "data_batch_5"},
                               "test_batch"};

constexpr Edition kPython100 = {100,           0,
                                "fine_labels", "fine_label_names",
                                "meta",        "cifar-100-python.tar.gz",
                                {"train"},     "test"};

// By their names alone, which for three of the four are anyone's but for the
// file of the classes' names beside them.
bool HoldsBatches(const FolderListing& listing, const Edition& edition) {
  return std::any_of(edition.train.begin(), edition.train.end(),
                     [&listing](std::string_view file) {
                       return HoldsFile(listing, file);
                     }) &&
         (&edition == &kBinary10 || HoldsFile(listing, edition.names));
}

// Null: there is none.
const Edition* EditionIn(const FolderListing& listing) {
  for (const Edition* edition :
       {&kBinary10, &kBinary100, &kPython10, &kPython100}) {
    if (HoldsBatches(listing, *edition)) return edition;
  }
  return nullptr;
}

Result<std::vector<std::string>> ReadLines(const std::string& path) {
  std::vector<std::string> lines;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxNamesBytes));
  std::string line;
  for (const std::byte byte : bytes) {
    const char c = std::to_integer<char>(byte);
    if (c == '\n' && !line.empty()) lines.push_back(std::exchange(line, ""));
    if (c != '\n' && c != '\r') line += c;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

// Those of the file of names; numbers where there is none.
Result<std::vector<std::string>> ReadNames(const std::string& folder,
                                           const FolderListing& listing,
                                           const Edition& edition) {
  std::vector<std::string> names;
  if (!HoldsFile(listing, edition.names)) {
    for (size_t i = 0; i < edition.classes; ++i) {
      names.push_back(fmt::to_string(i));
    }
    return names;
  }
  const std::string path = Below(folder, edition.names);
  ALEXNET_ASSIGN_OR_RETURN(
      names, edition.pickled()
                 ? ReadPickledNames(path, edition.archive, edition.names_key)
                 : ReadLines(path));
  if (names.size() != edition.classes) {
    return DataLossError(fmt::format("the file has {} names instead of {}; "
                                     "unpack {} again",
                                     names.size(), edition.classes,
                                     edition.archive))
        .WithFile(path);
  }
  return names;
}

Result<RecordBatch> ReadRecords(const std::string& path,
                                const Edition& edition) {
  RecordBatch batch;
  batch.offset = edition.label_bytes;
  batch.stride = edition.label_bytes + kPixelBytes;
  ALEXNET_ASSIGN_OR_RETURN(const auto file, MappedFile::Open(path));
  const std::span<const std::byte> bytes = file->bytes();
  batch.bytes = bytes;
  batch.owner = file;
  if (bytes.empty() || bytes.size() % batch.stride != 0) {
    return DataLossError(
               fmt::format("the file has {} bytes, which is no number of "
                           "records of {}; unpack {} again",
                           bytes.size(), batch.stride, edition.archive))
        .WithFile(path);
  }
  for (size_t at = 0; at < bytes.size(); at += batch.stride) {
    const auto label =
        std::to_integer<int32_t>(bytes[at + edition.label_bytes - 1]);
    if (label >= static_cast<int32_t>(edition.classes)) {
      return DataLossError(fmt::format("record {} has the label {}, of {} "
                                       "classes; unpack {} again",
                                       at / batch.stride, label,
                                       edition.classes, edition.archive))
          .WithFile(path);
    }
    batch.labels.push_back(label);
  }
  return batch;
}

Result<RecordBatch> ReadBatch(const std::string& folder, std::string_view name,
                              const Edition& edition) {
  const std::string path = Below(folder, name);
  ALEXNET_ASSIGN_OR_RETURN(
      RecordBatch batch,
      edition.pickled()
          ? ReadPickledBatch(path, edition.archive, edition.labels_key,
                             edition.classes, kPixelBytes)
          : ReadRecords(path, edition));
  batch.name = name;
  return batch;
}

}  // namespace

bool HoldsCifar(const FolderListing& listing) {
  return EditionIn(listing) != nullptr;
}

Result<DataFolders> OpenCifar(const std::string& path,
                              const FolderListing& listing) {
  const Edition& edition = *EditionIn(listing);
  RecordSet train;
  train.width = train.height = kSide;
  train.channels = 3;
  ALEXNET_ASSIGN_OR_RETURN(train.classes, ReadNames(path, listing, edition));
  RecordSet test = train;
  for (const std::string_view name : edition.train) {
    if (!HoldsFile(listing, name)) continue;
    ALEXNET_ASSIGN_OR_RETURN(RecordBatch batch, ReadBatch(path, name, edition));
    train.batches.push_back(std::move(batch));
  }
  DataFolders data;
  data.notes.push_back(fmt::format(
      "this is CIFAR-{}; {} batches are for training{}", edition.classes,
      train.batches.size(),
      HoldsFile(listing, edition.test) ? ", the test batch for validation"
                                       : ""));
  data.train = MakeRecordDataset(path, std::move(train));
  if (!HoldsFile(listing, edition.test)) return data;
  ALEXNET_ASSIGN_OR_RETURN(RecordBatch batch,
                           ReadBatch(path, edition.test, edition));
  test.batches.push_back(std::move(batch));
  data.validation = MakeRecordDataset(path, std::move(test));
  return data;
}

}  // namespace alexnet
