#include "core/data/mnist.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/gzip.h"
#include "core/data/record_dataset.h"

namespace alexnet {
namespace {

constexpr uint32_t kMaxSide = 4096;
constexpr uint32_t kPictures = 0x803;  // bytes, three dimensions
constexpr uint32_t kLabels = 0x801;    // bytes, one

// "train-images-idx3-ubyte", or with a dot, as some write it, or packed by
// gzip, as it is published; empty where there is none. `what` is
// "train-images".
std::string FileOf(const FolderListing& listing, std::string_view what,
                   int dimensions) {
  for (const char* ending : {"", ".gz"}) {
    for (const char gap : {'-', '.'}) {
      std::string name =
          fmt::format("{}{}idx{}-ubyte{}", what, gap, dimensions, ending);
      if (HoldsFile(listing, name)) return name;
    }
  }
  return "";
}

uint32_t BigEndian(std::span<const std::byte> bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = at; i < at + 4; ++i) {
    value = value << 8 | std::to_integer<uint32_t>(bytes[i]);
  }
  return value;
}

struct Idx {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  // keeps them
  std::vector<uint32_t> dimensions;
  size_t header = 0;  // bytes
};

// Those of the file, or of what is packed in it.
Status OpenBytes(const std::string& path, Idx* idx) {
  ALEXNET_ASSIGN_OR_RETURN(const auto file, MappedFile::Open(path));
  idx->bytes = file->bytes();
  idx->owner = file;
  if (!LooksLikeGzip(idx->bytes)) return Status();
  Result<std::vector<std::byte>> unpacked = Gunzip(idx->bytes);
  if (!unpacked.ok()) return unpacked.status().WithFile(path);
  const auto kept =
      std::make_shared<const std::vector<std::byte>>(*std::move(unpacked));
  idx->bytes = *kept;
  idx->owner = kept;
  return Status();
}

// A file of bytes in so many dimensions, exactly as long as it says.
Result<Idx> OpenIdx(const std::string& path, uint32_t kind) {
  Idx idx;
  ALEXNET_RETURN_IF_ERROR(OpenBytes(path, &idx));
  const std::span<const std::byte> bytes = idx.bytes;
  const size_t count = kind & 0xff;
  idx.header = 4 * (1 + count);
  bool good = bytes.size() >= idx.header && BigEndian(bytes, 0) == kind;
  uint64_t size = 1;
  for (size_t i = 1; good && i <= count; ++i) {
    const uint32_t length = BigEndian(bytes, 4 * i);
    // The first is a number of pictures; sides are short.
    good = length > 0 && (i == 1 || length <= kMaxSide);
    idx.dimensions.push_back(length);
    size *= length;
  }
  if (!good || size != bytes.size() - idx.header) {
    return DataLossError(
               "this is no idx file, or not all of it; unpack or download it "
               "again")
        .WithFile(path);
  }
  return idx;
}

Result<RecordSet> OpenPart(const std::string& folder,
                           const FolderListing& listing,
                           const std::string& part) {
  const std::string pictures = FileOf(listing, part + "-images", 3);
  const std::string labels = FileOf(listing, part + "-labels", 1);
  if (pictures.empty() || labels.empty()) {
    return NotFoundError(
               fmt::format(
                   "{0}-images-idx3-ubyte and {0}-labels-idx1-ubyte "
                   "are wanted, packed by gzip or not; one is not there",
                   part))
        .WithFile(folder);
  }
  ALEXNET_ASSIGN_OR_RETURN(const Idx pixels,
                           OpenIdx(Below(folder, pictures), kPictures));
  const std::string labels_path = Below(folder, labels);
  ALEXNET_ASSIGN_OR_RETURN(const Idx numbers, OpenIdx(labels_path, kLabels));
  if (numbers.dimensions[0] != pixels.dimensions[0]) {
    return DataLossError(fmt::format("there are {} labels for {} pictures; "
                                     "take both files from one archive",
                                     numbers.dimensions[0],
                                     pixels.dimensions[0]))
        .WithFile(labels_path);
  }
  RecordSet records;
  records.height = static_cast<int>(pixels.dimensions[1]);
  records.width = static_cast<int>(pixels.dimensions[2]);
  records.channels = 1;
  RecordBatch batch;
  batch.bytes = pixels.bytes;
  batch.owner = pixels.owner;
  batch.name = pictures;
  batch.offset = pixels.header;
  batch.stride = size_t{pixels.dimensions[1]} * pixels.dimensions[2];
  for (const std::byte label : numbers.bytes.subspan(numbers.header)) {
    batch.labels.push_back(std::to_integer<int32_t>(label));
  }
  records.batches.push_back(std::move(batch));
  return records;
}

int32_t MostOf(const RecordSet& records) {
  const std::vector<int32_t>& labels = records.batches.front().labels;
  return *std::max_element(labels.begin(), labels.end());
}

}  // namespace

bool HoldsMnist(const FolderListing& listing) {
  return !FileOf(listing, "train-images", 3).empty();
}

Result<DataFolders> OpenMnist(const std::string& path,
                              const FolderListing& listing) {
  ALEXNET_ASSIGN_OR_RETURN(RecordSet train, OpenPart(path, listing, "train"));
  const int32_t most = MostOf(train);
  for (int32_t i = 0; i <= most; ++i) {
    train.classes.push_back(fmt::to_string(i));
  }
  const std::vector<std::string> classes = train.classes;
  DataFolders data;
  data.train = MakeRecordDataset(path, std::move(train));
  if (FileOf(listing, "t10k-images", 3).empty()) {
    data.notes.push_back("these are MNIST's files, of training pictures only");
    return data;
  }
  ALEXNET_ASSIGN_OR_RETURN(RecordSet test, OpenPart(path, listing, "t10k"));
  if (MostOf(test) > most) {
    return DataLossError(
               fmt::format("a label is {}, but those of training end at {}; "
                           "take all files from one archive",
                           MostOf(test), most))
        .WithFile(path);
  }
  test.classes = classes;
  data.validation = MakeRecordDataset(path, std::move(test));
  data.notes.push_back(
      "these are MNIST's files; the test pictures are for validation");
  return data;
}

}  // namespace alexnet
