// NumPy arrays inside of pickles.

#ifndef ALEXNET_CORE_BASE_PICKLED_ARRAY_H_
#define ALEXNET_CORE_BASE_PICKLED_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/pickle.h"
#include "core/base/status.h"

namespace alexnet {

// An array as it was pickled; that shape, type and bytes agree is not checked.
struct PickledArray {
  std::string type;  // "<f4", "|u1": byte order and NumPy's code
  std::vector<int64_t> shape;
  bool fortran_order = false;           // the first axis is the fastest
  std::span<const std::byte> borrowed;  // of the pickle's own bytes
  // In place of them where Python 3 pickled bytes as text, by protocol 2.
  std::vector<std::byte> made;

  std::span<const std::byte> bytes() const {
    return made.empty() ? borrowed : made;
  }
};

// The globals that pickled arrays refer to.
std::vector<std::string_view> PickledArrayGlobals();

// As protocols 1 to 5 have it; nothing for a value that is no array. kDataLoss,
// without a field, for one that is damaged, and for Python 3's protocol 0,
// whose text is in no encoding.
Result<std::optional<PickledArray>> PickledArrayOf(PickleRef value);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_PICKLED_ARRAY_H_
