#include "core/data/record_dataset.h"

#include <fmt/core.h>

#include <utility>

#include "core/data/decode.h"
#include "core/preprocess/image.h"

namespace alexnet {
namespace {

class RecordDataset final : public Dataset {
 public:
  RecordDataset(std::string path, RecordSet records)
      : path_(std::move(path)), records_(std::move(records)) {
    for (size_t batch = 0; batch < records_.batches.size(); ++batch) {
      const size_t count = records_.batches[batch].labels.size();
      for (size_t i = 0; i < count; ++i) items_.push_back({batch, i});
    }
  }

  int64_t size() const override { return static_cast<int64_t>(items_.size()); }
  const std::vector<std::string>& classes() const override {
    return records_.classes;
  }
  int32_t label(int64_t index) const override {
    return batch(index).labels[items_[index].number];
  }
  std::string name(int64_t index) const override {
    return fmt::format("{}:{}", batch(index).name, items_[index].number);
  }
  const std::string& path() const override { return path_; }
  const std::vector<std::string>& odd_files() const override { return odd_; }
  const UnreadKinds& unread() const override { return unread_; }

  Result<Sample> Read(int64_t index) const override {
    const RecordBatch& from = batch(index);
    const std::byte* const planes =
        from.bytes.data() + from.offset + items_[index].number * from.stride;
    ALEXNET_ASSIGN_OR_RETURN(
        Image image,
        Image::Create(records_.width, records_.height, records_.channels));
    const size_t pixels = static_cast<size_t>(records_.width) *
                          static_cast<size_t>(records_.height);
    const size_t channels = static_cast<size_t>(records_.channels);
    for (size_t i = 0; i < pixels; ++i) {
      for (size_t c = 0; c < channels; ++c) {
        image.pixels[i * channels + c] =
            std::to_integer<uint8_t>(planes[c * pixels + i]);
      }
    }
    ALEXNET_ASSIGN_OR_RETURN(std::vector<std::byte> png, EncodePng(image));
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(png));
    Sample sample;
    sample.bytes = *owner;
    sample.owner = std::move(owner);
    sample.label = label(index);
    sample.name = name(index);
    return sample;
  }

 private:
  struct Item {
    size_t batch;
    size_t number;  // in its batch
  };

  const RecordBatch& batch(int64_t index) const {
    return records_.batches[items_[index].batch];
  }

  const std::string path_;
  const RecordSet records_;
  std::vector<Item> items_;
  const std::vector<std::string> odd_;
  const UnreadKinds unread_;
};

}  // namespace

std::shared_ptr<const Dataset> MakeRecordDataset(std::string path,
                                                 RecordSet records) {
  return std::make_shared<const RecordDataset>(std::move(path),
                                               std::move(records));
}

}  // namespace alexnet
