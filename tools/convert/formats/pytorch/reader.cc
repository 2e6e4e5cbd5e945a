#include <fmt/core.h>

#include <map>
#include <optional>
#include <utility>

#include "core/base/tar.h"
#include "tools/convert/base/zip.h"
#include "tools/convert/formats/pytorch/pytorch.h"
#include "tools/convert/formats/pytorch/state_dict.h"

namespace alexnet::convert {
namespace {

using pytorch::FindStorage;
using pytorch::FindView;
using pytorch::IntegerOf;
using pytorch::Storage;
using pytorch::StorageType;
using pytorch::StorageTypeOf;
using pytorch::TupleOf;
using pytorch::View;

// The number that the bare pickles begin with, as a protocol 2 pickle.
constexpr std::string_view kMagic(
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);
constexpr std::string_view kScriptRemedy =
    "is a TorchScript program; a state dict is needed, which "
    "torch.save(model.state_dict(), \"x.pth\") writes";
constexpr size_t kMaxStorages = 10'000;

std::string TextIn(PickleRef value, const std::string& where) {
  const auto* text = value->As<PickleText>();
  if (text != nullptr) return std::string(text->text);
  throw Damaged(where, "has something else where a name should be");
}

// ('storage', type, key, location, elements[, view]) of a persistent id.
struct StorageId {
  PickleRef type = nullptr;
  std::string key;
  int64_t elements = 0;
  PickleRef view = nullptr;  // (key, offset, elements) or None
};

StorageId StorageIdOf(PickleRef id) {
  const std::string where = "storage";
  const std::vector<PickleRef>& items = TupleOf(id, 5, where);
  if (!pytorch::IsStorageId(id)) {
    throw Damaged(where, "has another kind of id");
  }
  StorageId result;
  result.type = items[1];
  result.key = TextIn(items[2], where);
  result.elements = IntegerOf(items[4], where);
  if (items.size() > 5 && items[5]->As<PickleNone>() == nullptr) {
    result.view = items[5];
  }
  return result;
}

std::string StorageNamed(const std::string& key) {
  return "storage \"" + key + "\"";
}

// The next storage of a file that has them one after another: how many
// elements, then these.
Storage TakeStorage(const StorageType& type, ByteReader& reader,
                    const std::string& name) {
  const auto elements = reader.Read<uint64_t>();
  const auto size = static_cast<uint64_t>(type.element_bytes);
  if (elements > reader.left() / size) {
    throw Damaged(StorageNamed(name),
                  "reaches beyond the end: the file was cut");
  }
  return {type, reader.Take(elements * size)};
}

// `count` elements of a storage from element `offset` on.
Storage ViewOf(const Storage& storage, PickleRef offset, PickleRef count,
               const std::string& name) {
  const std::string where = StorageNamed(name);
  const int64_t size = storage.type.element_bytes;
  const int64_t first = IntegerOf(offset, where);
  const int64_t wanted = IntegerOf(count, where);
  const auto elements = static_cast<int64_t>(storage.bytes.size()) / size;
  if (first < 0 || wanted < 0 || first > elements ||
      wanted > elements - first) {
    throw Damaged(where, "is viewed beyond its end");
  }
  return {storage.type,
          storage.bytes.subspan(static_cast<size_t>(first * size),
                                static_cast<size_t>(wanted * size))};
}

// Since PyTorch 1.6: an archive with the pickle and one entry per storage.
void ReadZip(ForeignModel* model) {
  ZipArchive archive(model->file);
  constexpr std::string_view kPickle = "/data.pkl";
  std::string root;
  for (const std::string& name : archive.names()) {
    if (name.ends_with("/constants.pkl")) {
      throw Unsupported("", std::string(kScriptRemedy));
    }
    if (!name.ends_with(kPickle)) continue;
    if (!root.empty()) throw Damaged("", "has more than one data.pkl");
    root = name.substr(0, name.size() - kPickle.size());
  }
  if (root.empty()) throw Damaged("", "has no data.pkl");
  const std::string order = root + "/byteorder";
  if (archive.Has(order) && TextOf(archive.Read(order)) != "little") {
    throw Unsupported("",
                      "was written on a big-endian machine; save it again "
                      "on a little-endian one");
  }
  ByteReader reader(archive.Read(root + std::string(kPickle)), "data.pkl");
  const Pickle pickle = ReadPickle(reader, pytorch::OptionsFor("data.pkl"));
  const FindStorage find = [&](PickleRef id) {
    const StorageId wanted = StorageIdOf(id);
    // PyTorch itself does not look at the CRC of weights either: they are
    // compared bit for bit where it matters, by the model's hash.
    return Storage{StorageTypeOf(wanted.type, StorageNamed(wanted.key)),
                   archive.Read(root + "/data/" + wanted.key, false)};
  };
  pytorch::TakeTensors(pickle, find, nullptr, model);
}

// Before: magic number, protocol, machine, the object, the storages' keys, each
// a pickle of its own; then the storages in the order of the keys.
void ReadBare(ForeignModel* model) {
  ByteReader reader(model->file->bytes());
  const auto read = [&](const char* where) {
    return ReadPickle(reader, pytorch::OptionsFor(where));
  };
  read("magic number");
  const Pickle protocol = read("protocol");
  if (IntegerOf(protocol.root(), "protocol") != 1001) {
    throw Unsupported("protocol", "is another than 1001");
  }
  const Pickle machine = read("machine");
  const PickleRef little = FindKey(machine.root(), "little_endian");
  if (little == nullptr || little->As<bool>() == nullptr ||
      !*little->As<bool>()) {
    throw Unsupported("",
                      "was written on a big-endian machine; save it again "
                      "on a little-endian one");
  }
  const Pickle object = read("object");
  const Pickle keys = read("storage keys");
  const std::vector<PickleRef>& order = TupleOf(keys.root(), 0, "storage keys");
  if (order.size() > kMaxStorages) {
    throw Damaged("storage keys", "are more than a network has");
  }

  // A storage's elements are counted where it lies, and their type is said by
  // the ids of the object: not of the state dict alone, since an optimizer's
  // storages lie between.
  std::map<std::string, PickleRef> types;
  for (const PickleRef id : object.persistent_ids()) {
    if (!pytorch::IsStorageId(id)) continue;
    const StorageId wanted = StorageIdOf(id);
    types[wanted.key] = wanted.type;
  }
  std::map<std::string, Storage> storages;
  std::optional<Error> unknown;  // of a storage, whose end is not known then
  for (const PickleRef key : order) {
    const std::string name = TextIn(key, "storage keys");
    const auto found = types.find(name);
    if (found == types.end()) {
      throw Damaged(StorageNamed(name), "is of no tensor");
    }
    StorageType type;
    try {
      type = StorageTypeOf(found->second, StorageNamed(name));
    } catch (const Error& error) {
      unknown = error;
      break;
    }
    storages[name] = TakeStorage(type, reader, name);
  }
  const FindStorage find = [&](PickleRef id) {
    const StorageId wanted = StorageIdOf(id);
    const auto found = storages.find(wanted.key);
    if (found == storages.end() && unknown) {
      throw Unsupported(StorageNamed(wanted.key),
                        "lies in or behind " + unknown->field() + ", which " +
                            unknown->message());
    }
    if (found == storages.end()) {
      throw Damaged(StorageNamed(wanted.key), "is not in the file");
    }
    if (wanted.view == nullptr) return found->second;
    const std::vector<PickleRef>& view = TupleOf(wanted.view, 3, "storage");
    return ViewOf(found->second, view[1], view[2], wanted.key);
  };
  pytorch::TakeTensors(object, find, nullptr, model);
}

// The oldest: a tar archive of storages, tensors over them, and the pickle,
// which knows tensors by number.
class TarReader {
 public:
  explicit TarReader(ForeignModel* model) : model_(model) {
    for (const TarMember& member : Check(ReadTar(model->file->bytes()))) {
      members_[member.name.substr(member.name.find_last_of('/') + 1)] =
          member.bytes;
    }
    ReadStorages();
    ReadTensors();
    ByteReader reader(Member("pickle"), "pickle");
    const Pickle pickle = ReadPickle(reader, pytorch::OptionsFor("pickle"));
    const FindView find = [&](PickleRef id) {
      const int64_t key = KeyOf(id, "pickle");
      const auto found = tensors_.find(key);
      if (found == tensors_.end()) throw Damaged("pickle", "has unknown ids");
      return found->second;
    };
    pytorch::TakeTensors(pickle, nullptr, find, model_);
  }

 private:
  Bytes Member(const std::string& name) const {
    const auto found = members_.find(name);
    if (found == members_.end()) {
      throw Damaged("", "has no member \"" + name + "\"");
    }
    return found->second;
  }

  // Numbers are pickled as such or as text.
  static int64_t KeyOf(PickleRef id, const std::string& where) {
    const auto* text = id->As<PickleText>();
    if (text == nullptr) return IntegerOf(id, where);
    try {
      return std::stoll(std::string(text->text));
    } catch (const std::exception&) {
      throw Damaged(where, "has an id that is no number");
    }
  }

  static int64_t CountOf(ByteReader& reader, const std::string& where) {
    const Pickle count = ReadPickle(reader, pytorch::OptionsFor(where));
    const int64_t value = IntegerOf(count.root(), where);
    if (value >= 0 && value <= static_cast<int64_t>(kMaxStorages)) return value;
    throw Damaged(where, "has an impossible count");
  }

  void ReadStorages() {
    const std::string where = "storages";
    ByteReader reader(Member(where), where);
    for (int64_t left = CountOf(reader, where); left > 0; --left) {
      const Pickle entry = ReadPickle(reader, pytorch::OptionsFor(where));
      const std::vector<PickleRef>& items = TupleOf(entry.root(), 3, where);
      const int64_t key = KeyOf(items[0], where);
      storages_[key] = TakeStorage(StorageTypeOf(items[2], where), reader,
                                   std::to_string(key));
    }
    const Pickle views = ReadPickle(reader, pytorch::OptionsFor(where));
    for (const PickleRef view : TupleOf(views.root(), 0, where)) {
      const std::vector<PickleRef>& items = TupleOf(view, 4, where);
      const int64_t root = KeyOf(items[1], where);
      storages_[KeyOf(items[0], where)] =
          ViewOf(StorageAt(root), items[2], items[3], std::to_string(root));
    }
  }

  const Storage& StorageAt(int64_t key) const {
    const auto found = storages_.find(key);
    if (found != storages_.end()) return found->second;
    throw Damaged("storages", "have no number " + std::to_string(key));
  }

  void ReadTensors() {
    const std::string where = "tensors";
    ByteReader reader(Member(where), where);
    for (int64_t left = CountOf(reader, where); left > 0; --left) {
      const Pickle entry = ReadPickle(reader, pytorch::OptionsFor(where));
      const std::vector<PickleRef>& items = TupleOf(entry.root(), 2, where);
      View view;
      view.storage = StorageAt(KeyOf(items[1], where));
      const auto rank = reader.Read<int32_t>();
      reader.Skip(4);  // the rank took eight bytes once
      if (rank < 0 || static_cast<size_t>(rank) > kMaxRank) {
        throw Damaged(where, "have an impossible number of axes");
      }
      for (Extents* extents : {&view.shape, &view.strides}) {
        for (int32_t i = 0; i < rank; ++i) {
          extents->push_back(reader.Read<int64_t>());
        }
      }
      view.offset = reader.Read<int64_t>();
      tensors_[KeyOf(items[0], where)] = std::move(view);
    }
  }

  ForeignModel* model_;
  std::map<std::string, Bytes> members_;
  std::map<int64_t, Storage> storages_;
  std::map<int64_t, View> tensors_;
};

bool LooksLikeTar(Bytes file) {
  return file.size() >= 512 && TextOf(file.subspan(257, 5)) == "ustar";
}

// Whether the first entry stands in a folder, as all of PyTorch's do and none
// of NumPy's.
bool IsPyTorchsZip(Bytes file) {
  if (!LooksLikeZip(file)) return false;
  try {
    const ZipArchive archive(SourceFile::Of(file, ""));
    for (const std::string& name : archive.names()) {
      if (name.ends_with("/data.pkl") || name.ends_with("/constants.pkl")) {
        return true;
      }
    }
  } catch (const Error&) {
    // A damaged archive is PyTorch's by the name that all of its entries have.
    return TextOf(file.first(std::min<size_t>(file.size(), 512)))
               .find("/data.pkl") != std::string_view::npos;
  }
  return false;
}

}  // namespace

bool LooksLikePyTorch(Bytes file) {
  return TextOf(file).starts_with(kMagic) || LooksLikeTar(file) ||
         IsPyTorchsZip(file);
}

ForeignModel ReadPyTorch(std::shared_ptr<SourceFile> file, const ReadOptions&) {
  ForeignModel model;
  model.file = std::move(file);
  const Bytes bytes = model.file->bytes();
  if (LooksLikeZip(bytes)) {
    ReadZip(&model);
  } else if (LooksLikeTar(bytes)) {
    TarReader reader(&model);
  } else {
    ReadBare(&model);
  }
  return model;
}

}  // namespace alexnet::convert
