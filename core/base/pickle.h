// Python pickles, protocols 0 to 5, read without executing anything: globals
// are names, calls and object states are kept as data. What a reader of a
// format knows how to take, it takes; the rest stays inert.

#ifndef ALEXNET_CORE_BASE_PICKLE_H_
#define ALEXNET_CORE_BASE_PICKLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct PickleValue;
// Shared and, through memos, possibly part of cycles: the Pickle owns all
// values, which only point to each other.
using PickleRef = const PickleValue*;

struct PickleNone {};
struct PickleInteger {
  // Beyond 64 bits: only the little-endian two's complement bytes.
  int64_t value = 0;
  std::span<const std::byte> wide;
};
// A str, a Python 2 str or bytes.
struct PickleText {
  std::string_view text;
  bool is_bytes = false;
};
struct PickleList {  // also tuples and sets
  std::vector<PickleRef> items;
  bool is_tuple = false;
};
struct PickleDict {
  std::vector<std::pair<PickleRef, PickleRef>> items;
};
struct PickleGlobal {
  std::string module;
  std::string name;
};
// callable(*arguments), its state (BUILD), and what was appended or set.
struct PickleObject {
  PickleRef callable = nullptr;  // mostly a PickleGlobal
  PickleRef arguments = nullptr;
  PickleRef state = nullptr;  // null: none
  std::vector<PickleRef> appended;
  std::vector<std::pair<PickleRef, PickleRef>> items;
};
struct PicklePersistent {
  PickleRef id = nullptr;
};

struct PickleValue {
  std::variant<PickleNone, bool, PickleInteger, double, PickleText, PickleList,
               PickleDict, PickleGlobal, PickleObject, PicklePersistent>
      content;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&content);
  }
};

struct PickleOptions {
  // "module.name" of the globals that are known. Any other is refused as
  // Unsupported, by name, or, with `any_global`, kept as a name that stays
  // inert and is listed by other_globals().
  std::vector<std::string_view> globals;
  bool any_global = false;
  std::string where;  // in errors: "data.pkl"
};

// Takes memory by the bytes read, for values, memo entries and stack, and no
// more than for four million values. Thread safety: const access from many
// threads is safe.
class Pickle {
 public:
  // Reads one pickle, which ends with its STOP; bytes after that are left.
  // Errors, with the field `where`: kDataLoss for what is cut or no pickle,
  // kUnsupported for an unknown opcode, the extension registry, out-of-band
  // buffers and globals that are not known.
  static Result<Pickle> Read(std::span<const std::byte> bytes,
                             const PickleOptions& options);
  ~Pickle();
  Pickle(Pickle&&) noexcept;
  Pickle& operator=(Pickle&&) noexcept;

  // The ids of all persistent objects, in the order of the bytes.
  const std::vector<PickleRef>& persistent_ids() const;
  // The first of those globals that PickleOptions does not list, each once.
  const std::vector<std::string>& other_globals() const;
  // Borrows text from the bytes that were read; values live as long as this.
  PickleRef root() const;
  // With the STOP.
  size_t bytes_read() const;

  // The value of a text key (str or bytes); null where there is none or `dict`
  // is no dict. kDataLoss where the key occurs twice.
  static Result<PickleRef> Find(PickleRef dict, std::string_view key);

 private:
  struct Store;
  Pickle();
  std::unique_ptr<Store> store_;
};

// "torch.FloatStorage" of a PickleGlobal; "" for anything else.
std::string GlobalName(PickleRef value);
// A str or bytes; also bytes as Python 3 pickles them by protocol 2, whose text
// is then that of _codecs.encode(text, "latin1"). Null for anything else.
const PickleText* PickleTextOf(PickleRef value);
using PickleItems = std::vector<std::pair<PickleRef, PickleRef>>;
// Of a dict or a collections.OrderedDict; null for anything else.
const PickleItems* ItemsOf(PickleRef dict);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_PICKLE_H_
