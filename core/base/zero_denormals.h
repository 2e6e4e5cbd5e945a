// ZeroDenormals: numbers too near to zero for a whole mantissa are zero.

#ifndef ALEXNET_CORE_BASE_ZERO_DENORMALS_H_
#define ALEXNET_CORE_BASE_ZERO_DENORMALS_H_

#include <immintrin.h>

namespace alexnet {

// While this lives, such numbers, of float32 those nearer to zero than 1.2e-38,
// are zero on this thread, read or computed, and on those that it starts.
// Processors take a hundred times as long for them, and a momentum that nothing
// feeds becomes one and stays it.
class ZeroDenormals {
 public:
  ZeroDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kBoth); }
  ~ZeroDenormals() { _mm_setcsr(before_); }
  ZeroDenormals(const ZeroDenormals&) = delete;
  ZeroDenormals& operator=(const ZeroDenormals&) = delete;

 private:
  static constexpr unsigned kBoth =
      _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON;  // of results, of operands
  const unsigned before_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_ZERO_DENORMALS_H_
