#include "tools/convert/formats/pytorch/state_dict.h"

#include <fmt/core.h>

#include <set>
#include <utility>

#include "tools/convert/model/state_dict_names.h"

namespace alexnet::convert::pytorch {
namespace {

constexpr std::string_view kRemedy =
    "; a state dict is needed: where the network is defined,\n"
    "  model = torch.load(\"in.pth\", weights_only=False)\n"
    "  torch.save(model.state_dict(), \"out.pth\")\n"
    "write one";
constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxContainers = 100'000;
constexpr size_t kMaxDictionaries = 64;

std::string Where(std::string_view name) {
  return fmt::format("tensor \"{}\"", name);
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

// "torch.nn.Linear" of a class, also as bare pickles have it: an id that brings
// the class's source along.
std::string ClassName(PickleRef callable) {
  if (const auto* persistent =
          callable != nullptr ? callable->As<PicklePersistent>() : nullptr) {
    const auto* tuple = persistent->id->As<PickleList>();
    if (tuple == nullptr || tuple->items.size() < 2) return "";
    return GlobalName(tuple->items[1]);
  }
  return GlobalName(callable);
}

// What an entry is, in words for a person.
std::string KindOf(PickleRef value) {
  if (value->As<PickleNone>() != nullptr) return "None";
  if (value->As<PickleText>() != nullptr) return "text";
  if (value->As<PickleList>() != nullptr) return "a list";
  if (value->As<PickleGlobal>() != nullptr) return GlobalName(value);
  if (ItemsOf(value) != nullptr) return "a dictionary";
  if (const auto* object = value->As<PickleObject>()) {
    const std::string name = ClassName(object->callable);
    return name.empty() ? "an object" : "made by " + name;
  }
  if (value->As<PicklePersistent>() != nullptr) return "an object";
  return "a number";
}

// Looks for dictionaries of tensors, the outermost first.
class Walk {
 public:
  Walk(const FindStorage& find_storage, const FindView& find_view,
       const std::shared_ptr<SourceFile>& file)
      : find_storage_(find_storage), find_view_(find_view), file_(file) {}

  void Run(PickleRef root) { Visit(root, "", 0); }

  std::vector<TensorDictionary> Take() { return std::move(dictionaries_); }
  // Entries beside the dictionaries, of those that are looked through.
  const std::vector<std::string>& skipped() const { return skipped_; }
  // The class of an object where a dictionary could be; "" for none.
  const std::string& module() const { return module_; }

 private:
  void Visit(PickleRef value, const std::string& path, size_t depth) {
    if (depth > kMaxDepth || seen_.size() == kMaxContainers ||
        dictionaries_.size() == kMaxDictionaries ||
        !seen_.insert(value).second) {
      return;
    }
    if (const auto* list = value->As<PickleList>()) {
      for (size_t i = 0; i < list->items.size(); ++i) {
        Visit(list->items[i], Join(path, std::to_string(i)), depth + 1);
      }
      return;
    }
    const PickleItems* items = ItemsOf(value);
    if (items == nullptr) {
      const auto* object = value->As<PickleObject>();
      if (object != nullptr && module_.empty() &&
          (object->state != nullptr || depth == 0)) {
        module_ = ClassName(object->callable);
      }
      return;
    }
    TakeDictionary(*items, path);
    for (const auto& [key, entry] : *items) {
      const auto* text = key->As<PickleText>();
      if (text == nullptr) continue;
      Visit(entry, Join(path, std::string(text->text)), depth + 1);
    }
  }

  static std::string Join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
  }

  // One with a tensor of several axes, which a checkpoint's figures do not
  // have.
  void TakeDictionary(const PickleItems& items, const std::string& path) {
    TensorDictionary dictionary;
    dictionary.key = path;
    bool has_weights = false;
    std::vector<std::string> left_out;
    std::set<std::string> names;
    try {
      for (const auto& [key, value] : items) {
        const auto* text = key->As<PickleText>();
        if (text == nullptr) continue;
        const std::string name(text->text);
        const std::optional<View> view =
            TensorAt(value, find_storage_, find_view_, Where(name));
        if (!view) {
          left_out.push_back(fmt::format("\"{}\" ({})", name, KindOf(value)));
          continue;
        }
        has_weights |= view->shape.size() > 1;
        if (!names.insert(WithoutWrappers(name)).second) {
          throw Damaged(Where(name), "is there twice");
        }
        TakeTensor(WithoutWrappers(name), *view, &dictionary, &left_out);
      }
    } catch (const Error& error) {
      // Whoever needs this one is told.
      dictionary.failure = error;
      has_weights = true;
    }
    if (has_weights) {
      dictionary.left_out = std::move(left_out);
      dictionaries_.push_back(std::move(dictionary));
    } else {
      skipped_.insert(skipped_.end(), left_out.begin(), left_out.end());
    }
  }

  void TakeTensor(const std::string& name, const View& view,
                  TensorDictionary* dictionary,
                  std::vector<std::string>* left_out) const {
    if (IsCounter(name)) return;
    if (!view.storage.type.type) {
      left_out->push_back(fmt::format(
          "\"{}\" (whole numbers, as quantized networks have)", name));
    } else if (view.shape.empty()) {
      left_out->push_back(fmt::format("\"{}\" (a single number)", name));
    } else {
      dictionary->tensors.push_back(TensorOf(name, view, file_));
    }
  }

  const FindStorage& find_storage_;
  const FindView& find_view_;
  const std::shared_ptr<SourceFile>& file_;
  std::set<PickleRef> seen_;
  std::vector<TensorDictionary> dictionaries_;
  std::vector<std::string> skipped_;
  std::string module_;
};

}  // namespace

StorageType StorageTypeOf(PickleRef global, const std::string& where) {
  const std::string name = GlobalName(global);
  if (name == "torch.FloatStorage") return {ElementType::kF32, 4};
  if (name == "torch.HalfStorage") return {ElementType::kF16, 2};
  if (name == "torch.BFloat16Storage") return {ElementType::kBF16, 2};
  if (name == "torch.DoubleStorage") return {ElementType::kF64, 8};
  // Beside weights: their sizes say where the next storage begins.
  static constexpr std::pair<std::string_view, int64_t> kOthers[] = {
      {"torch.LongStorage", 8},           {"torch.IntStorage", 4},
      {"torch.ShortStorage", 2},          {"torch.CharStorage", 1},
      {"torch.ByteStorage", 1},           {"torch.BoolStorage", 1},
      {"torch.QInt8Storage", 1},          {"torch.QUInt8Storage", 1},
      {"torch.QInt32Storage", 4},         {"torch.ComplexFloatStorage", 8},
      {"torch.ComplexDoubleStorage", 16}, {"torch.storage.UntypedStorage", 1}};
  for (const auto& [other, bytes] : kOthers) {
    if (name == other) return {std::nullopt, bytes};
  }
  throw Unsupported(where, "has a storage of an unknown type");
}

PickleOptions OptionsFor(const std::string& where) {
  PickleOptions options;
  options.where = where;
  options.any_global = true;
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

bool IsStorageId(PickleRef id) {
  const auto* tuple = id->As<PickleList>();
  if (tuple == nullptr || tuple->items.empty()) return false;
  const auto* kind = tuple->items[0]->As<PickleText>();
  return kind != nullptr && kind->text == "storage";
}

void TakeTensors(const Pickle& pickle, const FindStorage& find_storage,
                 const FindView& find_view, ForeignModel* model) {
  Walk walk(find_storage, find_view, model->file);
  walk.Run(pickle.root());
  model->dictionaries = walk.Take();
  model->skipped = walk.skipped();
  for (const std::string& global : pickle.other_globals()) {
    model->skipped.push_back("what is made by " + global);
  }
  if (model->dictionaries.empty()) {
    const std::string module = walk.module();
    throw Unsupported(
        "", (module.empty() ? "holds no tensors by name"
                            : "refers to " + module +
                                  ", a class that is not executed here, and "
                                  "has no tensors by name beside it") +
                std::string(kRemedy));
  }
}

}  // namespace alexnet::convert::pytorch
