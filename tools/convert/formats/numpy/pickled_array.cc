#include "tools/convert/formats/numpy/pickled_array.h"

#include <utility>

#include "core/base/pickled_array.h"
#include "tools/convert/formats/numpy/array.h"

namespace alexnet::convert::numpy {

std::optional<Tensor> ArrayOf(PickleRef value, const std::string& name,
                              const std::shared_ptr<SourceFile>& file) {
  const std::string where = "array \"" + name + "\"";
  Result<std::optional<PickledArray>> found = PickledArrayOf(value);
  Check(found.status().WithField(where));
  if (!*found) return std::nullopt;
  PickledArray& array = **found;
  const std::optional<ElementType> type = TypeOf(array.type, where);
  if (!type) return std::nullopt;
  ArrayHeader header;
  header.descr = std::move(array.type);
  header.fortran_order = array.fortran_order;
  header.shape = std::move(array.shape);
  header.data =
      array.made.empty() ? array.borrowed : file->Keep(std::move(array.made));
  return TensorOf(header, *type, name, file);
}

}  // namespace alexnet::convert::numpy
