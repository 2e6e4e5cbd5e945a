// How libFuzzer changes an .alexnet file: mostly a few numbers of its
// description, aligned as FlatBuffers has them and to values that matter, so
// that what comes of it is a description still; else any bytes, anywhere.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

// libFuzzer's.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

// Of the footer (core/model/layout.h).
constexpr size_t kFooterBytes = 40;
constexpr size_t kDescriptionSize = 16;  // where it stands in the footer

template <typename T>
T Interesting(std::minstd_rand& random, T before) {
  constexpr T kMost = std::numeric_limits<T>::max();
  const std::array<T, 12> values = {
      0,
      1,
      2,
      3,
      16,
      kMost,
      static_cast<T>(kMost / 2),  // the signed ones' ends
      static_cast<T>(kMost / 2 + 1),
      static_cast<T>(before + T{1}),
      static_cast<T>(before - T{1}),
      static_cast<T>(before ^
                     static_cast<T>(T{1} << random() % (8 * sizeof(T)))),
      static_cast<T>(random())};
  return values[random() % values.size()];
}

template <typename T>
void ChangeNumber(std::minstd_rand& random, uint8_t* description, size_t size) {
  if (size < sizeof(T)) return;
  uint8_t* at = description + random() % (size / sizeof(T)) * sizeof(T);
  T value;
  std::memcpy(&value, at, sizeof(T));
  value = Interesting(random, value);
  std::memcpy(at, &value, sizeof(T));
}

// 0 where there is no footer with one.
size_t DescriptionBytes(const uint8_t* data, size_t size) {
  if (size < kFooterBytes) return 0;
  uint64_t bytes = 0;
  std::memcpy(&bytes, data + size - kFooterBytes + kDescriptionSize,
              sizeof(bytes));
  return bytes <= size - kFooterBytes ? bytes : 0;
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned seed) {
  std::minstd_rand random(seed);
  const size_t description = DescriptionBytes(data, size);
  if (description == 0 || random() % 8 == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  for (auto changes = 1 + random() % 3; changes > 0; --changes) {
    switch (random() % 4) {
      case 0:
        ChangeNumber<uint8_t>(random, data, description);
        break;
      case 1:
        ChangeNumber<uint16_t>(random, data, description);
        break;
      case 2:
        ChangeNumber<uint32_t>(random, data, description);
        break;
      default:
        ChangeNumber<uint64_t>(random, data, description);
    }
  }
  return size;
}
