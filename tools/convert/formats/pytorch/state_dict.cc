#include "tools/convert/formats/pytorch/state_dict.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string_view>
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
constexpr size_t kMaxContainers = 1'000'000;
constexpr size_t kMaxDictionaries = 1024;
// Of a key on the way to a dictionary, in bytes.
constexpr size_t kMaxKey = 256;

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

  void Run(PickleRef root) {
    Meet({root, 0, std::nullopt, 0, 0});
    for (size_t at = 0; at < places_.size(); ++at) Visit(at);
  }

  std::vector<TensorDictionary> Take() { return std::move(dictionaries_); }
  // Entries beside the dictionaries, of those that are looked through.
  const std::vector<std::string>& skipped() const { return skipped_; }
  // The class of an object where a dictionary could be; "" for none.
  const std::string& module() const { return module_; }
  // Whether there is more than is looked through.
  bool limited() const { return limited_; }

 private:
  // A list or a dictionary, and the way to it.
  struct Place {
    PickleRef value = nullptr;
    size_t from = 0;                      // the place that holds it
    std::optional<std::string_view> key;  // nothing: it is in a list
    size_t index = 0;                     // in a list
    size_t depth = 0;
  };

  void Meet(const Place& place) {
    const bool holds = place.value->As<PickleList>() != nullptr ||
                       ItemsOf(place.value) != nullptr;
    if (!holds) return NoteModule(place);
    if (seen_.contains(place.value)) return;
    if (place.depth > kMaxDepth || places_.size() == kMaxContainers) {
      limited_ = true;
      return;
    }
    seen_.insert(place.value);
    places_.push_back(place);
  }

  void NoteModule(const Place& place) {
    const auto* object = place.value->As<PickleObject>();
    if (object != nullptr && module_.empty() &&
        (object->state != nullptr || place.depth == 0)) {
      module_ = ClassName(object->callable);
    }
  }

  void Visit(size_t at) {
    const Place place = places_[at];
    if (const auto* list = place.value->As<PickleList>()) {
      TakeList(list->items, at);
      for (size_t i = 0; i < list->items.size(); ++i) {
        Meet({list->items[i], at, std::nullopt, i, place.depth + 1});
      }
      return;
    }
    const PickleItems& items = *ItemsOf(place.value);
    TakeDictionary(items, at);
    for (const auto& [key, entry] : items) {
      const auto* text = key->As<PickleText>();
      if (text == nullptr) continue;
      Meet({entry, at, text->text.substr(0, kMaxKey), 0, place.depth + 1});
    }
  }

  // "ema.shadow", "0.state_dict".
  std::string PathOf(size_t at) const {
    std::string path;
    for (; at != 0; at = places_[at].from) {
      const Place& place = places_[at];
      const std::string key =
          place.key ? std::string(*place.key) : std::to_string(place.index);
      path = path.empty() ? key : key + "." + path;
    }
    return path;
  }

  // One with a tensor of several axes, which a checkpoint's figures do not
  // have.
  void TakeDictionary(const PickleItems& items, size_t at) {
    TensorDictionary dictionary;
    bool has_weights = false;
    std::set<std::string> names;
    for (const auto& [key, value] : items) {
      const auto* text = key->As<PickleText>();
      if (text == nullptr) continue;
      const std::string name = WithoutWrappers(std::string(text->text));
      if (IsCounter(name)) continue;
      try {
        const std::optional<View> view =
            TensorAt(value, find_storage_, find_view_, Where(name));
        if (view && !names.insert(name).second) {
          throw Damaged(Where(name), "is there twice");
        }
        if (view) {
          has_weights |= TakeTensor(name, *view, &dictionary);
        } else {
          dictionary.left_out.push_back(
              fmt::format("\"{}\" ({})", name, KindOf(value)));
        }
      } catch (const Error& error) {
        // Whoever needs this one is told.
        dictionary.failures.push_back({name, error});
      }
    }
    if (!has_weights && dictionary.failures.empty()) {
      skipped_.insert(skipped_.end(), dictionary.left_out.begin(),
                      dictionary.left_out.end());
    } else if (dictionaries_.size() == kMaxDictionaries) {
      limited_ = true;
    } else {
      dictionary.key = PathOf(at);
      dictionaries_.push_back(std::move(dictionary));
    }
  }

  // Nothing but tensors, as list(model.parameters()) has them: weights, each
  // with its bias behind it.
  void TakeList(const std::vector<PickleRef>& items, size_t at) {
    TensorDictionary dictionary;
    bool has_weights = false;
    int layer = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      try {
        const std::optional<View> view =
            TensorAt(items[i], find_storage_, find_view_, Where(PathOf(at)));
        if (!view) return;
        const bool weight = view->shape.size() > 1;
        if (weight) ++layer;
        has_weights |=
            TakeTensor(fmt::format("{}.{}", layer, weight ? "weight" : "bias"),
                       *view, &dictionary);
      } catch (const Error& error) {
        dictionary.failures.push_back({std::to_string(i), error});
      }
    }
    if (!has_weights) return;
    if (dictionaries_.size() == kMaxDictionaries) {
      limited_ = true;
      return;
    }
    dictionary.key = PathOf(at);
    dictionaries_.push_back(std::move(dictionary));
  }

  // Whether it has several axes.
  bool TakeTensor(const std::string& name, const View& view,
                  TensorDictionary* dictionary) const {
    const auto leave_out = [&](const char* what) {
      dictionary->left_out.push_back(fmt::format("\"{}\" ({})", name, what));
    };
    if (std::find(view.shape.begin(), view.shape.end(), 0) !=
        view.shape.end()) {
      leave_out("empty");
      return false;
    }
    if (!view.storage.type.type) {
      leave_out("whole numbers, as quantized networks have");
    } else if (view.shape.empty()) {
      leave_out("a single number");
    } else {
      dictionary->tensors.push_back(TensorOf(name, view, file_));
    }
    return view.shape.size() > 1;
  }

  const FindStorage& find_storage_;
  const FindView& find_view_;
  const std::shared_ptr<SourceFile>& file_;
  std::vector<Place> places_;  // in the order in which they are visited
  std::set<PickleRef> seen_;
  std::vector<TensorDictionary> dictionaries_;
  std::vector<std::string> skipped_;
  std::string module_;
  bool limited_ = false;
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
  throw Unsupported(where, name.empty()
                               ? "is of a type without a name"
                               : "is of the type " + name +
                                     ", which no weights that are known have");
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
  if (walk.limited()) {
    model->unread = fmt::format(
        "the file holds more than was looked through, which is {} lists and "
        "dictionaries, {} within each other, and {} dictionaries of tensors",
        kMaxContainers, kMaxDepth, kMaxDictionaries);
    model->skipped.push_back(model->unread);
  }
  if (model->dictionaries.empty()) {
    const std::string module = walk.module();
    const std::string unread = walk.limited() ? "; " + model->unread : "";
    throw Unsupported(
        "", (module.empty() ? "holds no tensors by name"
                            : "refers to " + module +
                                  ", a class that is not executed here, and "
                                  "has no tensors by name beside it") +
                unread + std::string(kRemedy));
  }
}

}  // namespace alexnet::convert::pytorch
