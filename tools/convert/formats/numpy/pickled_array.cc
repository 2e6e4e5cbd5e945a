#include "tools/convert/formats/numpy/pickled_array.h"

#include <fmt/core.h>

#include <utility>

#include "tools/convert/formats/numpy/array.h"

namespace alexnet::convert::numpy {
namespace {

bool IsReconstruct(const std::string& name) {
  return name == "numpy.core.multiarray._reconstruct" ||
         name == "numpy._core.multiarray._reconstruct";
}

const PickleList* TupleOf(PickleRef value, size_t least) {
  const auto* list = value != nullptr ? value->As<PickleList>() : nullptr;
  return list != nullptr && list->items.size() >= least ? list : nullptr;
}

// "<f4" of dtype('f4', 0, 1) with the state (3, '<', ...).
std::string DescrIn(PickleRef dtype, const std::string& where) {
  const auto* object = dtype->As<PickleObject>();
  const PickleList* arguments =
      object != nullptr ? TupleOf(object->arguments, 1) : nullptr;
  const auto* code =
      arguments != nullptr ? arguments->items[0]->As<PickleText>() : nullptr;
  if (code == nullptr || GlobalName(object->callable) != "numpy.dtype") {
    throw Damaged(where, "has no type");
  }
  const PickleList* state = TupleOf(object->state, 2);
  const auto* order =
      state != nullptr ? state->items[1]->As<PickleText>() : nullptr;
  return std::string(order != nullptr ? order->text : "<") +
         std::string(code->text);
}

// Bytes that a Python 3 pickle of protocol 2 holds as text: each one as the
// Unicode character of that number.
std::vector<std::byte> FromLatin1(std::string_view utf8,
                                  const std::string& where) {
  std::vector<std::byte> bytes;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      bytes.push_back(static_cast<std::byte>(c));
      continue;
    }
    const bool two = (c == 0xc2 || c == 0xc3) && i + 1 < utf8.size();
    if (!two) throw Damaged(where, "has text where numbers should be");
    bytes.push_back(static_cast<std::byte>(
        (c & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f)));
  }
  return bytes;
}

Bytes DataOf(PickleRef value, const std::string& where,
             const std::shared_ptr<SourceFile>& file) {
  if (const auto* text = value->As<PickleText>()) {
    return text->is_bytes ? BytesOf(text->text)
                          : file->Keep(FromLatin1(text->text, where));
  }
  // Python 3, protocol 2: _codecs.encode(text, 'latin1').
  const auto* call = value->As<PickleObject>();
  const PickleList* arguments =
      call != nullptr && GlobalName(call->callable) == "_codecs.encode"
          ? TupleOf(call->arguments, 1)
          : nullptr;
  const auto* text =
      arguments != nullptr ? arguments->items[0]->As<PickleText>() : nullptr;
  if (text != nullptr) return file->Keep(FromLatin1(text->text, where));
  throw Damaged(where, "has something else where its numbers should be");
}

}  // namespace

std::vector<std::string_view> ArrayGlobals() {
  return {"numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct", "numpy.ndarray", "numpy.dtype",
          "_codecs.encode"};
}

std::optional<Tensor> ArrayOf(PickleRef value, const std::string& name,
                              const std::shared_ptr<SourceFile>& file) {
  const auto* object = value->As<PickleObject>();
  if (object == nullptr || !IsReconstruct(GlobalName(object->callable))) {
    return std::nullopt;
  }
  const std::string where = "array \"" + name + "\"";
  // (version, shape, dtype, is_fortran, data)
  constexpr size_t kState = 5;
  const PickleList* state = TupleOf(object->state, kState);
  const PickleList* shape =
      state != nullptr ? TupleOf(state->items[1], 0) : nullptr;
  const auto* fortran =
      state != nullptr ? state->items[3]->As<bool>() : nullptr;
  const auto* fortran_number =
      state != nullptr ? state->items[3]->As<PickleInteger>() : nullptr;
  if (shape == nullptr || (fortran == nullptr && fortran_number == nullptr)) {
    throw Damaged(where, "is no array as NumPy pickles it");
  }
  ArrayHeader header;
  header.descr = DescrIn(state->items[2], where);
  header.fortran_order =
      fortran != nullptr ? *fortran : fortran_number->value != 0;
  for (const PickleRef extent : shape->items) {
    const auto* number = extent->As<PickleInteger>();
    if (number == nullptr) throw Damaged(where, "has an odd shape");
    header.shape.push_back(number->value);
  }
  const std::optional<ElementType> type = TypeOf(header.descr, where);
  if (!type) return std::nullopt;
  header.data = DataOf(state->items[4], where, file);
  return TensorOf(header, *type, name, file);
}

}  // namespace alexnet::convert::numpy
