#include "core/base/pickle.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <deque>
#include <unordered_map>

namespace alexnet {
namespace {

// Values take up to a hundred bytes, which a hostile pickle makes of two.
constexpr size_t kMaxValues = 4'000'000;
// Enough for a person.
constexpr size_t kMaxOtherGlobals = 100;

}  // namespace

// The values, and the machine that makes them.
struct Pickle::Store {
  std::deque<PickleValue> values;
  std::deque<std::string> texts;  // that are not in the bytes as they are
  std::vector<PickleRef> persistent_ids;
  std::vector<std::string> other_globals;
  PickleRef root = nullptr;
  size_t bytes_read = 0;
};

namespace {

using Bytes = std::span<const std::byte>;

std::string_view TextOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A machine that has failed goes on to the end of its instruction with values
// that mean nothing; the first failure counts.
class Machine {
 public:
  Machine(Bytes bytes, const PickleOptions& options,
          std::deque<PickleValue>* values, std::deque<std::string>* texts,
          std::vector<PickleRef>* persistent_ids,
          std::vector<std::string>* other_globals)
      : bytes_(bytes),
        options_(options),
        values_(*values),
        texts_(*texts),
        persistent_ids_(*persistent_ids),
        other_globals_(*other_globals) {}

  Result<PickleRef> Run() {
    PickleRef root = nullptr;
    while (status_.ok() && root == nullptr) {
      const auto opcode = Read<uint8_t>();
      if (!status_.ok()) break;
      if (opcode == '.') {
        root = Pop();
      } else {
        Execute(opcode);
      }
    }
    if (!status_.ok()) return status_;
    return root;
  }
  // Bytes that were read.
  size_t position() const { return position_; }

 private:
  using Ref = PickleValue*;

  void Refuse(const Status& status) {
    if (status_.ok()) status_ = status.WithField(options_.where);
  }
  void Fail(const std::string& message) {
    Refuse(DataLossError(fmt::format("byte {}: {}", position_, message)));
  }

  Bytes Take(uint64_t count) {
    const size_t left = bytes_.size() - position_;
    if (count > left) {
      Refuse(DataLossError(
          fmt::format("ends after byte {}, where {} bytes from byte {} on "
                      "should be: the file was cut, or changed",
                      bytes_.size(), count, position_)));
      return {};
    }
    const Bytes taken = bytes_.subspan(position_, static_cast<size_t>(count));
    position_ += static_cast<size_t>(count);
    return taken;
  }
  // A little-endian number.
  template <typename T>
  T Read() {
    static_assert(std::endian::native == std::endian::little);
    T value = 0;
    const Bytes taken = Take(sizeof(T));
    if (!taken.empty()) std::memcpy(&value, taken.data(), sizeof(T));
    return value;
  }
  // Up to and without the next '\n', which is skipped.
  std::string_view TakeLine() {
    const std::string_view rest = TextOf(bytes_.subspan(position_));
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      Fail("ends in the middle of a line");
      return "";
    }
    position_ += end + 1;
    return rest.substr(0, end);
  }

  Ref New(PickleValue value) {
    if (values_.size() == kMaxValues) {
      Fail("holds more values than files of numbers do");
      return &nothing_;
    }
    values_.push_back(std::move(value));
    return &values_.back();
  }
  template <typename T>
  void Push(T content) {
    stack_.push_back(New({std::move(content)}));
  }

  Ref Pop() {
    if (stack_.size() <= Floor()) {
      Fail("takes from an empty stack");
      return &nothing_;
    }
    const Ref top = stack_.back();
    stack_.pop_back();
    return top;
  }
  Ref Top() {
    if (stack_.size() <= Floor()) {
      Fail("takes from an empty stack");
      return &nothing_;
    }
    return stack_.back();
  }
  size_t Floor() const { return marks_.empty() ? 0 : marks_.back(); }

  std::vector<PickleRef> PopToMark() {
    if (marks_.empty()) {
      Fail("has no mark where one is needed");
      return {};
    }
    const auto begin =
        stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleRef> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  std::string_view Sized(uint64_t size) { return TextOf(Take(size)); }
  uint32_t SignedSize() {
    const auto size = Read<int32_t>();
    if (size < 0) {
      Fail("has a negative size");
      return 0;
    }
    return static_cast<uint32_t>(size);
  }

  void PushText(std::string_view text, bool is_bytes) {
    Push(PickleText{text, is_bytes});
  }

  void PushLong(Bytes bytes) {
    PickleInteger integer;
    if (bytes.size() > sizeof integer.value) {
      integer.wide = bytes;
    } else if (!bytes.empty()) {
      // Two's complement: the last byte has the sign.
      integer.value = (bytes.back() & std::byte{0x80}) != std::byte{0} ? -1 : 0;
      std::memcpy(&integer.value, bytes.data(), bytes.size());
    }
    Push(integer);
  }

  void PushDecimal(std::string_view line) {
    if (line == "00" || line == "01") return Push(line == "01");
    if (line.ends_with('L')) line.remove_suffix(1);
    int64_t value = 0;
    const char* end = line.data() + line.size();
    const auto [last, error] = std::from_chars(line.data(), end, value);
    if (error != std::errc() || last != end) Fail("has a bad number");
    Push(PickleInteger{value, {}});
  }

  void PushFloatLine(std::string_view line) {
    double value = 0.0;
    const char* end = line.data() + line.size();
    const auto [last, error] = std::from_chars(line.data(), end, value);
    if (error != std::errc() || last != end) Fail("has a bad number");
    Push(value);
  }

  // Protocol 0: a string as Python prints it.
  void PushQuoted(std::string_view line) {
    if (line.size() < 2 || line.front() != line.back() ||
        (line.front() != '\'' && line.front() != '"')) {
      return Fail("has a string without quotes");
    }
    texts_.push_back(Unescaped(line.substr(1, line.size() - 2)));
    PushText(texts_.back(), true);
  }

  std::string Unescaped(std::string_view text) const {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        plain += text[i];
        continue;
      }
      const char c = text[++i];
      if (c == 'x' && i + 2 < text.size()) {
        int value = 0;
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
        plain += static_cast<char>(value);
        i += 2;
      } else {
        const size_t at = std::string_view("ntr0").find(c);
        plain += at == std::string_view::npos ? c : "\n\t\r\0"[at];
      }
    }
    return plain;
  }

  void PushGlobal(std::string module, std::string name) {
    const std::string full = module + "." + name;
    const bool known =
        std::find(options_.globals.begin(), options_.globals.end(), full) !=
        options_.globals.end();
    if (!known && options_.any_global) {
      NoteOther(full);
    } else if (!known) {
      return Refuse(UnsupportedError(
          fmt::format("refers to {}, which no file of plain numbers needs; "
                      "nothing in it was executed",
                      full)));
    }
    Push(PickleGlobal{std::move(module), std::move(name)});
  }

  void NoteOther(const std::string& global) {
    const bool noted = other_globals_.size() == kMaxOtherGlobals ||
                       std::find(other_globals_.begin(), other_globals_.end(),
                                 global) != other_globals_.end();
    if (!noted) other_globals_.push_back(global);
  }

  std::string_view TextAt(PickleRef value) {
    const auto* text = value->As<PickleText>();
    if (text != nullptr) return text->text;
    Fail("has something else where a name should be");
    return "";
  }

  PickleRef Tuple(std::vector<PickleRef> items) {
    return New({PickleList{std::move(items), true}});
  }

  void PushTuple(size_t size) {
    std::vector<PickleRef> items(size);
    for (size_t i = size; i-- > 0;) items[i] = Pop();
    Push(PickleList{std::move(items), true});
  }

  void PushCall(PickleRef callable, PickleRef arguments) {
    PickleObject object;
    object.callable = callable;
    object.arguments = arguments;
    Push(std::move(object));
  }

  void PushPersistent(PickleRef id) {
    persistent_ids_.push_back(id);
    Push(PicklePersistent{id});
  }

  void Append(const std::vector<PickleRef>& items) {
    const Ref to = Top();
    std::vector<PickleRef>* list = nullptr;
    if (auto* plain = std::get_if<PickleList>(&to->content)) {
      list = &plain->items;
    } else if (auto* object = std::get_if<PickleObject>(&to->content)) {
      list = &object->appended;
    }
    if (list == nullptr) return Fail("appends to something that is no list");
    list->insert(list->end(), items.begin(), items.end());
  }

  void SetItems(const std::vector<PickleRef>& items) {
    const Ref to = Top();
    std::vector<std::pair<PickleRef, PickleRef>>* pairs = nullptr;
    if (auto* dict = std::get_if<PickleDict>(&to->content)) {
      pairs = &dict->items;
    } else if (auto* object = std::get_if<PickleObject>(&to->content)) {
      pairs = &object->items;
    }
    if (pairs == nullptr || items.size() % 2 != 0) {
      return Fail("sets items of something that is no dict");
    }
    for (size_t i = 0; i < items.size(); i += 2) {
      pairs->emplace_back(items[i], items[i + 1]);
    }
  }

  void Build() {
    const Ref state = Pop();
    if (auto* object = std::get_if<PickleObject>(&Top()->content)) {
      object->state = state;
    } else {
      Fail("sets the state of something that is no object");
    }
  }

  void Put(uint64_t index) { memo_[index] = Top(); }
  void Get(uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) return Fail("refers to nothing");
    stack_.push_back(found->second);
  }
  uint64_t LineNumber() {
    const std::string_view line = TakeLine();
    uint64_t value = 0;
    const char* end = line.data() + line.size();
    const auto [last, error] = std::from_chars(line.data(), end, value);
    if (error != std::errc() || last != end) Fail("has a bad number");
    return value;
  }

  void Execute(uint8_t opcode) {
    if (ExecuteScalar(opcode) || ExecuteContainer(opcode) ||
        ExecuteObject(opcode)) {
      return;
    }
    Refuse(UnsupportedError(
        fmt::format("byte {}: opcode 0x{:02x} is of no pickle of numbers",
                    position_ - 1, opcode)));
  }

  // Numbers and texts.
  bool ExecuteScalar(uint8_t opcode) {
    switch (opcode) {
      case 0x80:  // PROTO
        if (Read<uint8_t>() > 5) Fail("is of an unknown protocol");
        return true;
      case 0x95:  // FRAME
        Take(8);
        return true;
      case 'N':
        Push(PickleNone{});
        return true;
      case 0x88:  // NEWTRUE
        Push(true);
        return true;
      case 0x89:  // NEWFALSE
        Push(false);
        return true;
      case 'I':
      case 'L':
        PushDecimal(TakeLine());
        return true;
      case 'J':
        Push(PickleInteger{Read<int32_t>(), {}});
        return true;
      case 'K':
        Push(PickleInteger{Read<uint8_t>(), {}});
        return true;
      case 'M':
        Push(PickleInteger{Read<uint16_t>(), {}});
        return true;
      case 0x8a:  // LONG1
        PushLong(Take(Read<uint8_t>()));
        return true;
      case 0x8b:  // LONG4
        PushLong(Take(SignedSize()));
        return true;
      case 'F':
        PushFloatLine(TakeLine());
        return true;
      case 'G': {
        const auto bits = __builtin_bswap64(Read<uint64_t>());
        Push(std::bit_cast<double>(bits));
        return true;
      }
      case 'S':
        PushQuoted(TakeLine());
        return true;
      case 'V':
        PushText(TakeLine(), false);
        return true;
      case 'T':
        PushText(Sized(SignedSize()), true);
        return true;
      case 'U':
      case 'C':
        PushText(Sized(Read<uint8_t>()), true);
        return true;
      case 'B':
        PushText(Sized(Read<uint32_t>()), true);
        return true;
      case 0x8e:  // BINBYTES8
      case 0x96:  // BYTEARRAY8
        PushText(Sized(Read<uint64_t>()), true);
        return true;
      case 'X':
        PushText(Sized(Read<uint32_t>()), false);
        return true;
      case 0x8c:  // SHORT_BINUNICODE
        PushText(Sized(Read<uint8_t>()), false);
        return true;
      case 0x8d:  // BINUNICODE8
        PushText(Sized(Read<uint64_t>()), false);
        return true;
      default:
        return false;
    }
  }

  // Lists, tuples, dicts, sets, the stack and the memo.
  bool ExecuteContainer(uint8_t opcode) {
    switch (opcode) {
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case '0':
        if (stack_.size() == Floor() && !marks_.empty()) {
          marks_.pop_back();
        } else {
          Pop();
        }
        return true;
      case '1':
        PopToMark();
        return true;
      case '2':
        stack_.push_back(Top());
        return true;
      case ']':
      case 0x8f:  // EMPTY_SET
        Push(PickleList{});
        return true;
      case 'l':
      case 0x91: {  // FROZENSET
        std::vector<PickleRef> items = PopToMark();
        Push(PickleList{std::move(items), false});
        return true;
      }
      case 'a': {
        const Ref item = Pop();
        Append({item});
        return true;
      }
      case 'e':
      case 0x90:  // ADDITEMS
        Append(PopToMark());
        return true;
      case ')':
        Push(PickleList{{}, true});
        return true;
      case 't': {
        std::vector<PickleRef> items = PopToMark();
        Push(PickleList{std::move(items), true});
        return true;
      }
      case 0x85:
      case 0x86:
      case 0x87:
        PushTuple(opcode - 0x84u);
        return true;
      case '}':
        Push(PickleDict{});
        return true;
      case 'd': {
        const std::vector<PickleRef> items = PopToMark();
        Push(PickleDict{});
        SetItems(items);
        return true;
      }
      case 's': {
        const Ref value = Pop();
        const Ref key = Pop();
        SetItems({key, value});
        return true;
      }
      case 'u':
        SetItems(PopToMark());
        return true;
      case 'g':
        Get(LineNumber());
        return true;
      case 'h':
        Get(Read<uint8_t>());
        return true;
      case 'j':
        Get(Read<uint32_t>());
        return true;
      case 'p':
        Put(LineNumber());
        return true;
      case 'q':
        Put(Read<uint8_t>());
        return true;
      case 'r':
        Put(Read<uint32_t>());
        return true;
      case 0x94:  // MEMOIZE
        Put(memo_.size());
        return true;
      default:
        return false;
    }
  }

  // Globals, calls and states, none of which is followed.
  bool ExecuteObject(uint8_t opcode) {
    switch (opcode) {
      case 'c': {
        std::string module(TakeLine());
        std::string name(TakeLine());
        PushGlobal(std::move(module), std::move(name));
        return true;
      }
      case 0x93: {  // STACK_GLOBAL
        const Ref name = Pop();
        const Ref module = Pop();
        PushGlobal(std::string(TextAt(module)), std::string(TextAt(name)));
        return true;
      }
      case 'R':
      case 0x81: {  // NEWOBJ
        const Ref arguments = Pop();
        const Ref callable = Pop();
        PushCall(callable, arguments);
        return true;
      }
      case 0x92: {  // NEWOBJ_EX
        Pop();
        const Ref arguments = Pop();
        const Ref callable = Pop();
        PushCall(callable, arguments);
        return true;
      }
      case 'i': {
        std::string module(TakeLine());
        std::string name(TakeLine());
        const PickleRef arguments = Tuple(PopToMark());
        PushGlobal(std::move(module), std::move(name));
        const Ref callable = Pop();
        PushCall(callable, arguments);
        return true;
      }
      case 'o': {
        std::vector<PickleRef> items = PopToMark();
        if (items.empty()) {
          Fail("makes an object of nothing");
          return true;
        }
        const PickleRef callable = items.front();
        items.erase(items.begin());
        PushCall(callable, Tuple(std::move(items)));
        return true;
      }
      case 'b':
        Build();
        return true;
      case 'P': {
        const std::string_view line = TakeLine();
        PushPersistent(New({PickleText{line, false}}));
        return true;
      }
      case 'Q':
        PushPersistent(Pop());
        return true;
      default:
        return false;
    }
  }

  const Bytes bytes_;
  size_t position_ = 0;
  Status status_;
  PickleValue nothing_ = {PickleNone{}};  // what a failure gives
  const PickleOptions& options_;
  std::deque<PickleValue>& values_;
  std::deque<std::string>& texts_;
  std::vector<PickleRef>& persistent_ids_;
  std::vector<std::string>& other_globals_;
  std::vector<Ref> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, Ref> memo_;
};

}  // namespace

Result<Pickle> Pickle::Read(std::span<const std::byte> bytes,
                            const PickleOptions& options) {
  Pickle pickle;
  Store& store = *pickle.store_;
  Machine machine(bytes, options, &store.values, &store.texts,
                  &store.persistent_ids, &store.other_globals);
  ALEXNET_ASSIGN_OR_RETURN(store.root, machine.Run());
  store.bytes_read = machine.position();
  return pickle;
}

Pickle::Pickle() : store_(std::make_unique<Store>()) {}
Pickle::~Pickle() = default;
Pickle::Pickle(Pickle&&) noexcept = default;
Pickle& Pickle::operator=(Pickle&&) noexcept = default;

PickleRef Pickle::root() const { return store_->root; }

size_t Pickle::bytes_read() const { return store_->bytes_read; }

const std::vector<PickleRef>& Pickle::persistent_ids() const {
  return store_->persistent_ids;
}

const std::vector<std::string>& Pickle::other_globals() const {
  return store_->other_globals;
}

std::string GlobalName(PickleRef value) {
  const auto* global = value != nullptr ? value->As<PickleGlobal>() : nullptr;
  return global == nullptr ? "" : global->module + "." + global->name;
}

const PickleText* PickleTextOf(PickleRef value) {
  if (value == nullptr) return nullptr;
  if (const auto* text = value->As<PickleText>()) return text;
  const auto* call = value->As<PickleObject>();
  if (call == nullptr || call->arguments == nullptr ||
      GlobalName(call->callable) != "_codecs.encode") {
    return nullptr;
  }
  const auto* arguments = call->arguments->As<PickleList>();
  return arguments != nullptr && !arguments->items.empty()
             ? arguments->items[0]->As<PickleText>()
             : nullptr;
}

const PickleItems* ItemsOf(PickleRef dict) {
  if (dict == nullptr) return nullptr;
  if (const auto* plain = dict->As<PickleDict>()) return &plain->items;
  const auto* object = dict->As<PickleObject>();
  if (object == nullptr ||
      GlobalName(object->callable) != "collections.OrderedDict") {
    return nullptr;
  }
  return &object->items;
}

Result<PickleRef> Pickle::Find(PickleRef dict, std::string_view key) {
  const PickleItems* items = ItemsOf(dict);
  if (items == nullptr) return PickleRef();
  PickleRef found = nullptr;
  for (const auto& [name, value] : *items) {
    const PickleText* text = PickleTextOf(name);
    if (text == nullptr || text->text != key) continue;
    if (found != nullptr) {
      return DataLossError(fmt::format("has \"{}\" twice", key))
          .WithField("pickle");
    }
    found = value;
  }
  return found;
}

}  // namespace alexnet
