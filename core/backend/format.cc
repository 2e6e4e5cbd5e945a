#include "core/backend/format.h"

namespace alexnet {

bool Format::operator==(const Format& other) const {
  if (shape != other.shape || bytes != other.bytes) return false;
  if (layout == other.layout) return true;
  return layout != nullptr && other.layout != nullptr &&
         layout->Equals(*other.layout);
}

}  // namespace alexnet
