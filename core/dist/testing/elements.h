// Elements that a test can compute by itself.

#ifndef ALEXNET_CORE_DIST_TESTING_ELEMENTS_H_
#define ALEXNET_CORE_DIST_TESTING_ELEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/backend/element.h"

namespace alexnet {

// Element `index` of rank `rank` in the `salt`-th test: a whole number from
// -100 to 100, which every type can hold (bytes from 0).
int64_t ElementAt(int salt, int rank, int64_t index, ElementType type);

// `count` of them, from element `begin`.
std::vector<std::byte> MakeElements(int salt, int rank, int64_t begin,
                                    int64_t count, ElementType type);

// Element `index` of an array, by arithmetic of its own.
double ReadElement(const void* data, int64_t index, ElementType type);

// How far a sum of `magnitude` may be off, that was rounded once to `type`.
double Tolerance(double magnitude, ElementType type);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_ELEMENTS_H_
