#include "core/base/pickled_array.h"

#include <utility>

namespace alexnet {
namespace {

bool IsOneOf(const std::string& name, std::string_view one,
             std::string_view other) {
  return name == one || name == other;
}

const PickleList* TupleOf(PickleRef value, size_t least) {
  const auto* list = value != nullptr ? value->As<PickleList>() : nullptr;
  return list != nullptr && list->items.size() >= least ? list : nullptr;
}

// "<f4" of dtype('f4', 0, 1) with the state (3, '<', ...).
Result<std::string> TypeIn(PickleRef dtype) {
  const auto* object = dtype->As<PickleObject>();
  const PickleList* arguments =
      object != nullptr ? TupleOf(object->arguments, 1) : nullptr;
  const PickleText* code =
      arguments != nullptr ? PickleTextOf(arguments->items[0]) : nullptr;
  if (code == nullptr || GlobalName(object->callable) != "numpy.dtype") {
    return DataLossError("has no type");
  }
  const PickleList* state = TupleOf(object->state, 2);
  const PickleText* order =
      state != nullptr ? PickleTextOf(state->items[1]) : nullptr;
  return std::string(order != nullptr ? order->text : "<") +
         std::string(code->text);
}

Result<std::vector<int64_t>> ShapeIn(PickleRef value) {
  const PickleList* tuple = TupleOf(value, 0);
  if (tuple == nullptr) return DataLossError("has no shape");
  std::vector<int64_t> shape;
  for (const PickleRef extent : tuple->items) {
    const auto* number = extent->As<PickleInteger>();
    if (number == nullptr || !number->wide.empty()) {
      return DataLossError("has an odd shape");
    }
    shape.push_back(number->value);
  }
  return shape;
}

// Bytes that are pickled as text: each one as the Unicode character of that
// number.
Result<std::vector<std::byte>> FromLatin1(std::string_view utf8) {
  std::vector<std::byte> bytes;
  bytes.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      bytes.push_back(static_cast<std::byte>(c));
      continue;
    }
    const bool two = (c == 0xc2 || c == 0xc3) && i + 1 < utf8.size();
    if (!two) return DataLossError("has text where numbers should be");
    bytes.push_back(static_cast<std::byte>(
        (c & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f)));
  }
  return bytes;
}

Status TakeBytes(PickleRef value, PickledArray* array) {
  const PickleText* text = PickleTextOf(value);
  if (text == nullptr) {
    return DataLossError("has something else where its numbers should be");
  }
  if (text->is_bytes) {
    array->borrowed =
        std::as_bytes(std::span(text->text.data(), text->text.size()));
    return Status();
  }
  ALEXNET_ASSIGN_OR_RETURN(array->made, FromLatin1(text->text));
  return Status();
}

// The state (version, shape, dtype, is_fortran, data) of protocols 0 to 4.
Result<PickledArray> FromState(PickleRef value) {
  const PickleList* state = TupleOf(value, 5);
  const auto* fortran =
      state != nullptr ? state->items[3]->As<bool>() : nullptr;
  const auto* fortran_number =
      state != nullptr ? state->items[3]->As<PickleInteger>() : nullptr;
  if (fortran == nullptr && fortran_number == nullptr) {
    return DataLossError("is no array as NumPy pickles it");
  }
  PickledArray array;
  ALEXNET_ASSIGN_OR_RETURN(array.shape, ShapeIn(state->items[1]));
  ALEXNET_ASSIGN_OR_RETURN(array.type, TypeIn(state->items[2]));
  array.fortran_order =
      fortran != nullptr ? *fortran : fortran_number->value != 0;
  ALEXNET_RETURN_IF_ERROR(TakeBytes(state->items[4], &array));
  return array;
}

// _frombuffer(data, dtype, shape, order) of protocol 5.
Result<PickledArray> FromBuffer(PickleRef value) {
  const PickleList* arguments = TupleOf(value, 4);
  const PickleText* order =
      arguments != nullptr ? PickleTextOf(arguments->items[3]) : nullptr;
  if (order == nullptr || (order->text != "C" && order->text != "F")) {
    return DataLossError("is no array as NumPy pickles it");
  }
  PickledArray array;
  array.fortran_order = order->text == "F";
  ALEXNET_RETURN_IF_ERROR(TakeBytes(arguments->items[0], &array));
  ALEXNET_ASSIGN_OR_RETURN(array.type, TypeIn(arguments->items[1]));
  ALEXNET_ASSIGN_OR_RETURN(array.shape, ShapeIn(arguments->items[2]));
  return array;
}

}  // namespace

std::vector<std::string_view> PickledArrayGlobals() {
  return {"numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct",
          "numpy.core.numeric._frombuffer",
          "numpy._core.numeric._frombuffer",
          "numpy.ndarray",
          "numpy.dtype",
          "_codecs.encode"};
}

Result<std::optional<PickledArray>> PickledArrayOf(PickleRef value) {
  const auto* object = value != nullptr ? value->As<PickleObject>() : nullptr;
  const std::string callable =
      object != nullptr ? GlobalName(object->callable) : "";
  const bool from_state =
      IsOneOf(callable, "numpy.core.multiarray._reconstruct",
              "numpy._core.multiarray._reconstruct");
  if (!from_state && !IsOneOf(callable, "numpy.core.numeric._frombuffer",
                              "numpy._core.numeric._frombuffer")) {
    return std::optional<PickledArray>();
  }
  ALEXNET_ASSIGN_OR_RETURN(
      PickledArray array,
      from_state ? FromState(object->state) : FromBuffer(object->arguments));
  return std::make_optional(std::move(array));
}

}  // namespace alexnet
