#include "tools/convert/formats/pytorch/state_dict.h"

#include <fmt/core.h>

#include <utility>

#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert::pytorch {
namespace {

constexpr std::string_view kModuleRemedy =
    "; a state dict is needed, which torch.save(model.state_dict(), \"x.pth\") "
    "writes";

std::string Where(std::string_view name) {
  return fmt::format("tensor \"{}\"", name);
}

// The dict whose values are tensors: the root, or what a checkpoint has it
// under.
PickleRef StateDictIn(PickleRef root) {
  for (const std::string_view key :
       {"state_dict", "model", "model_state_dict", "net"}) {
    const PickleRef nested = FindKey(root, key);
    if (ItemsOf(nested) != nullptr) return nested;
  }
  if (ItemsOf(root) == nullptr) {
    throw Unsupported("",
                      "holds no dict of tensors" + std::string(kModuleRemedy));
  }
  return root;
}

Extents ExtentsOf(PickleRef value, const std::string& where) {
  Extents extents;
  for (const PickleRef item : TupleOf(value, 0, where)) {
    extents.push_back(IntegerOf(item, where));
  }
  return extents;
}

// The arguments of torch._utils._rebuild_tensor(_v2).
View ViewOf(const PickleObject& call, const FindStorage& find_storage,
            const std::string& where) {
  constexpr size_t kNeeded = 4;
  const std::vector<PickleRef>& arguments =
      TupleOf(call.arguments, kNeeded, where);
  const auto* persistent = arguments[0]->As<PicklePersistent>();
  if (persistent == nullptr) throw Damaged(where, "has no storage");
  return {find_storage(persistent->id), IntegerOf(arguments[1], where),
          ExtentsOf(arguments[2], where), ExtentsOf(arguments[3], where)};
}

// Nothing for values that are no tensors.
std::optional<View> TensorAt(PickleRef value, const FindStorage& find_storage,
                             const FindView& find_view,
                             const std::string& where) {
  if (const auto* persistent = value->As<PicklePersistent>()) {
    if (find_view) return find_view(persistent->id);
    return std::nullopt;
  }
  const auto* call = value->As<PickleObject>();
  if (call == nullptr) return std::nullopt;
  const std::string callable = GlobalName(call->callable);
  if (callable == "torch._utils._rebuild_parameter") {
    // Its first argument is the tensor; parameters do not hold parameters.
    const PickleRef data = TupleOf(call->arguments, 1, where)[0];
    const auto* inner = data->As<PickleObject>();
    if (inner == nullptr ||
        GlobalName(inner->callable) == "torch._utils._rebuild_parameter") {
      throw Damaged(where, "is a parameter of nothing");
    }
    return TensorAt(data, find_storage, find_view, where);
  }
  if (callable == "torch._utils._rebuild_tensor_v2" ||
      callable == "torch._utils._rebuild_tensor") {
    return ViewOf(*call, find_storage, where);
  }
  return std::nullopt;
}

Tensor TensorOf(std::string name, const View& view,
                const std::shared_ptr<SourceFile>& file) {
  const std::string where = Where(name);
  CheckedElements(view.shape, where);
  if (view.strides.size() != view.shape.size()) {
    throw Damaged(where, "has strides for another number of axes");
  }
  Part part;
  part.at.assign(view.shape.size(), 0);
  part.extents = view.shape;
  part.strides = view.strides;
  part.memory = view.storage.bytes;
  part.first = view.offset;
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = *view.storage.type.type;
  tensor.shape = view.shape;
  tensor.parts.push_back(std::move(part));
  tensor.owner = file;
  Validate(tensor);
  return tensor;
}

}  // namespace

StorageType StorageTypeOf(PickleRef global, const std::string& where) {
  const std::string name = GlobalName(global);
  if (name == "torch.FloatStorage") return {ElementType::kF32, 4};
  if (name == "torch.HalfStorage") return {ElementType::kF16, 2};
  if (name == "torch.BFloat16Storage") return {ElementType::kBF16, 2};
  if (name == "torch.DoubleStorage") return {ElementType::kF64, 8};
  if (name == "torch.LongStorage") return {std::nullopt, 8};
  if (name == "torch.IntStorage") return {std::nullopt, 4};
  if (name == "torch.ShortStorage") return {std::nullopt, 2};
  if (name == "torch.CharStorage" || name == "torch.ByteStorage" ||
      name == "torch.BoolStorage") {
    return {std::nullopt, 1};
  }
  throw Unsupported(where, "has a storage of an unknown type");
}

PickleOptions OptionsFor(const std::string& where) {
  PickleOptions options;
  options.where = where;
  options.globals = {"collections.OrderedDict",
                     "torch._utils._rebuild_tensor",
                     "torch._utils._rebuild_tensor_v2",
                     "torch._utils._rebuild_parameter",
                     "torch.FloatStorage",
                     "torch.HalfStorage",
                     "torch.BFloat16Storage",
                     "torch.DoubleStorage",
                     "torch.LongStorage",
                     "torch.IntStorage",
                     "torch.ShortStorage",
                     "torch.CharStorage",
                     "torch.ByteStorage",
                     "torch.BoolStorage",
                     "torch.Size",
                     "torch.FloatTensor",
                     "torch.nn.parameter.Parameter",
                     "collections.defaultdict",
                     "__builtin__.dict",
                     "builtins.dict"};
  return options;
}

int64_t IntegerOf(PickleRef value, const std::string& where) {
  const auto* integer = value->As<PickleInteger>();
  if (integer != nullptr && integer->wide.empty()) return integer->value;
  throw Damaged(where, "has something else where a number should be");
}

const std::vector<PickleRef>& TupleOf(PickleRef value, size_t least,
                                      const std::string& where) {
  const auto* tuple = value != nullptr ? value->As<PickleList>() : nullptr;
  // torch.Size(tuple) in some versions.
  if (const auto* call = value != nullptr ? value->As<PickleObject>() : nullptr;
      call != nullptr && GlobalName(call->callable) == "torch.Size") {
    const auto* arguments = call->arguments->As<PickleList>();
    if (arguments != nullptr && arguments->items.size() == 1) {
      tuple = arguments->items[0]->As<PickleList>();
    }
  }
  if (tuple != nullptr && tuple->items.size() >= least) return tuple->items;
  throw Damaged(where, "has something else where a tuple should be");
}

void TakeTensors(PickleRef root, const FindStorage& find_storage,
                 const FindView& find_view, ForeignModel* model) {
  size_t others = 0;
  for (const auto& [key, value] : *ItemsOf(StateDictIn(root))) {
    const auto* text = key->As<PickleText>();
    if (text == nullptr) {
      ++others;
      continue;
    }
    const std::string name = WithoutWrappers(std::string(text->text));
    for (const Tensor& tensor : model->tensors) {
      if (tensor.name == name) throw Damaged(Where(name), "is there twice");
    }
    if (IsCounter(name)) continue;
    const std::optional<View> view =
        TensorAt(value, find_storage, find_view, Where(name));
    if (!view) {
      ++others;
      continue;
    }
    if (!view->storage.type.type) {
      throw Unsupported(Where(name),
                        "holds whole numbers, as quantized "
                        "networks do; weights are needed in "
                        "floating point");
    }
    model->tensors.push_back(TensorOf(name, *view, model->file));
  }
  if (model->tensors.empty()) {
    throw Unsupported("",
                      "holds no tensors by name" + std::string(kModuleRemedy));
  }
  if (others > 0) {
    model->notes.push_back(
        fmt::format("{} entries that are no tensors were left out", others));
  }
}

}  // namespace alexnet::convert::pytorch
