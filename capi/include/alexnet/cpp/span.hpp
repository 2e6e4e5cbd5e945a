// A view of values that lie in a row.

#ifndef ALEXNET_CPP_SPAN_HPP_
#define ALEXNET_CPP_SPAN_HPP_

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace alexnet {
inline namespace v0 {

// C++20's std::span, for C++17, and the same type in both, so that a program
// may be compiled by either in parts. Made of a vector, an array, a std::span
// or whatever else has data() and size(), whose values it does not own; a
// std::span of it is made likewise. `T` is const where nothing is written.
template <typename T>
class Span {
  template <typename Range>
  using Pointer = decltype(std::data(std::declval<Range&>()));
  // As std::span: const is added, and nothing else converted.
  template <typename Range>
  using IfViewed = std::enable_if_t<std::is_convertible_v<
      std::remove_pointer_t<Pointer<Range>> (*)[], T (*)[]>>;

 public:
  constexpr Span() = default;
  constexpr Span(T* data, size_t size) : data_(data), size_(size) {}
  template <typename Range, typename = IfViewed<Range>>
  constexpr Span(Range&& range)  // NOLINT: implicit, as it is meant
      : data_(std::data(range)), size_(std::size(range)) {}

  constexpr T* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T& operator[](size_t index) const { return data_[index]; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_SPAN_HPP_
