#include "core/model/mend_footer.h"

#include <algorithm>
#include <optional>
#include <span>

#include "core/base/hash.h"
#include "core/model/layout.h"

namespace alexnet::testing {

bool MendFooter(std::vector<std::byte>* file) {
  const auto bytes = std::span<const std::byte>(*file);
  if (bytes.size() < kFooterBytes) return false;
  std::optional<Footer> footer = DecodeFooter(bytes.last<kFooterBytes>());
  if (!footer || footer->description_bytes > bytes.size()) return false;
  footer->description_hash = Hash64(bytes.first(footer->description_bytes));
  const auto mended = EncodeFooter(*footer);
  std::copy(mended.begin(), mended.end(),
            file->end() - static_cast<std::ptrdiff_t>(kFooterBytes));
  return true;
}

}  // namespace alexnet::testing
