// What the three forms of PyTorch's files share: storages, and the pickled dict
// of tensors over them.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_STATE_DICT_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_STATE_DICT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tools/convert/base/pickle.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert::pytorch {

// Of "FloatStorage" and the like; nothing for types that weights do not have.
struct StorageType {
  std::optional<ElementType> type;
  int64_t element_bytes = 0;
};
StorageType StorageTypeOf(PickleRef global, const std::string& where);

// Elements of one type.
struct Storage {
  StorageType type;
  Bytes bytes;
};

// A tensor over a storage, in elements.
struct View {
  Storage storage;
  int64_t offset = 0;
  Extents shape;
  Extents strides;
};

// Finds what a persistent id, or for old files an id of a whole tensor, means.
using FindView = std::function<View(PickleRef id)>;
using FindStorage = std::function<Storage(PickleRef id)>;

// Whether a persistent id is that of a storage: bare pickles of modules have
// the sources of their classes beside them.
bool IsStorageId(PickleRef id);

// The globals that files of weights refer to; all others are opaque.
PickleOptions OptionsFor(const std::string& where);

int64_t IntegerOf(PickleRef value, const std::string& where);
// Of a tuple; throws Damaged for anything else, or fewer than `least` items.
const std::vector<PickleRef>& TupleOf(PickleRef value, size_t least,
                                      const std::string& where);

// The dictionaries of tensors, wherever they are in the pickle, and what was
// skipped. Exactly one of the two functions is given.
void TakeTensors(const Pickle& pickle, const FindStorage& find_storage,
                 const FindView& find_view, ForeignModel* model);

}  // namespace alexnet::convert::pytorch

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_PYTORCH_STATE_DICT_H_
