// What the decoders of a description share.

#ifndef ALEXNET_CORE_MODEL_DECODING_H_
#define ALEXNET_CORE_MODEL_DECODING_H_

#include <fmt/core.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/base/text.h"
#include "core/model/alexnet_generated.h"

namespace alexnet {

// Bounds what decoding allocates by what the description has. FlatBuffers lets
// many references share one long string or vector; this engine never writes
// that, so what is copied out is never more than was read in.
class DecodeBudget {
 public:
  explicit DecodeBudget(uint64_t bytes) : left_(bytes) {}

  Status Charge(uint64_t bytes) {
    if (bytes > left_) {
      return InvalidArgumentError(
          "its parts share bytes, which no engine writes");
    }
    left_ -= bytes;
    return Status();
  }

 private:
  uint64_t left_;
};

// Strings and vectors of the description, checked and copied. `field` names
// them in errors.
inline Result<std::string> DecodeText(const flatbuffers::String& text,
                                      size_t max_bytes, std::string_view field,
                                      DecodeBudget& budget,
                                      Lines lines = Lines::kOne) {
  // 8: the reference and the size that every string has.
  Status status = budget.Charge(8 + uint64_t{text.size()});
  if (status.ok()) status = CheckText(text.string_view(), max_bytes, lines);
  if (!status.ok()) return status.WithField(std::string(field));
  return text.str();
}

// The elements lie anywhere: a verifier looks at the place of the vector's size
// only.
template <typename T>
Result<std::vector<T>> DecodeVector(const flatbuffers::Vector<T>& values,
                                    std::string_view field,
                                    DecodeBudget& budget) {
  const Status status = budget.Charge(uint64_t{values.size()} * sizeof(T));
  if (!status.ok()) return status.WithField(std::string(field));
  static_assert(FLATBUFFERS_LITTLEENDIAN);
  std::vector<T> copy(values.size());
  if (!copy.empty()) {
    std::memcpy(copy.data(), values.Data(), copy.size() * sizeof(T));
  }
  return copy;
}

// An enum of the schema as the engine's, which has the same numbers.
template <typename To, typename From>
Result<To> DecodeEnum(From value, std::string_view field) {
  if (value < From::MIN || value > From::MAX) {
    return InvalidArgumentError(
               fmt::format("unknown value {}; this engine knows {} to {}",
                           static_cast<int>(value), static_cast<int>(From::MIN),
                           static_cast<int>(From::MAX)))
        .WithField(std::string(field));
  }
  return static_cast<To>(value);
}

template <typename To, typename From>
To EncodeEnum(From value) {
  return static_cast<To>(value);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_DECODING_H_
