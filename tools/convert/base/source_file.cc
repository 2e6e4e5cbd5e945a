#include "tools/convert/base/source_file.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace alexnet::convert {

std::shared_ptr<SourceFile> SourceFile::Open(const std::string& path) {
  std::shared_ptr<const MappedFile> mapped = Check(MappedFile::Open(path));
  std::shared_ptr<SourceFile> file(new SourceFile(path, mapped->bytes()));
  file->mapped_ = std::move(mapped);
  return file;
}

std::shared_ptr<SourceFile> SourceFile::Of(Bytes bytes, std::string name) {
  return std::shared_ptr<SourceFile>(new SourceFile(std::move(name), bytes));
}

std::shared_ptr<SourceFile> SourceFile::In(std::shared_ptr<SourceFile> whole,
                                           Bytes part, std::string name) {
  std::shared_ptr<SourceFile> file = Of(part, std::move(name));
  file->whole_ = std::move(whole);
  return file;
}

std::string SourceFile::name() const {
  return path_.substr(path_.find_last_of('/') + 1);
}

std::vector<std::byte> SourceFile::RoomFor(uint64_t bytes) {
  constexpr uint64_t kRatio = 16;
  constexpr uint64_t kConstant = uint64_t{64} << 20;
  const uint64_t most = kConstant + kRatio * bytes_.size();
  if (unpacked_ > most || bytes > most - unpacked_) {
    throw Unsupported(
        "", "would unpack to more than " + std::to_string(most) +
                " bytes, which weights of this size do not; unpack and save it "
                "by the program that made it");
  }
  unpacked_ += bytes;
  return std::vector<std::byte>(bytes);
}

Bytes SourceFile::Keep(std::vector<std::byte> unpacked) {
  kept_.push_back(
      std::make_unique<std::vector<std::byte>>(std::move(unpacked)));
  return *kept_.back();
}

void SourceFile::Release(Bytes range) const {
  if (whole_ != nullptr) return whole_->Release(range);
  if (mapped_ == nullptr || range.empty()) return;
  // Addresses of different objects are only ordered by std::less.
  const std::less_equal<const std::byte*> before;
  const bool inside =
      before(bytes_.data(), range.data()) &&
      before(range.data() + range.size(), bytes_.data() + bytes_.size());
  if (inside) mapped_->Release(range);
}

std::string_view TextIn(const SourceFile& file, size_t most) {
  if (file.bytes().size() > most) {
    throw Error(ALEXNET_INVALID_ARGUMENT,
                "has " + std::to_string(file.bytes().size()) +
                    " bytes; a text of " + std::to_string(most) +
                    " at most is read",
                file.path());
  }
  return TextOf(file.bytes());
}

struct Sha256::State {
  sha256_ctx context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  sha256_init(&state_->context);
}

Sha256::~Sha256() = default;

void Sha256::Add(Bytes bytes) {
  sha256_update(&state_->context, bytes.size(),
                reinterpret_cast<const uint8_t*>(bytes.data()));
}

std::string Sha256::Finish() {
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&state_->context, sizeof digest, digest);
  std::string text(BASE16_ENCODE_LENGTH(sizeof digest), '0');
  base16_encode_update(text.data(), sizeof digest, digest);
  return text;
}

}  // namespace alexnet::convert
