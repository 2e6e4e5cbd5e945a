// What the classes of the face are made of; no part of the interface.

#ifndef ALEXNET_CPP_DETAIL_HPP_
#define ALEXNET_CPP_DETAIL_HPP_

#include <alexnet/alexnet.h>

#include <memory>
#include <string>

#include "error.hpp"

namespace alexnet {
inline namespace v0 {

namespace detail {

// Calls a function of the interface and throws where it fails.
template <typename Function, typename... Arguments>
void call(Function function, Arguments... arguments) {
  alexnet_error* error = nullptr;
  const alexnet_status status = function(arguments..., &error);
  if (status != ALEXNET_OK) throw Error(status, error);
}

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
template <typename T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

// A text that the library made.
inline std::string take(char* text) {
  const Handle<char, alexnet_free> owned(text);
  return text != nullptr ? text : "";
}

// A struct of the interface, initialised.
template <typename T, auto Init>
struct Struct : T {
  Struct() { Init(this, sizeof(T)); }
};

}  // namespace detail

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_DETAIL_HPP_
