// LocalWork: what a rank does in an operation of ranks that reach each other's
// memory.

#ifndef ALEXNET_CORE_DIST_LOCAL_WORK_H_
#define ALEXNET_CORE_DIST_LOCAL_WORK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/backend/element.h"
#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// Of one rank. All ranks' work together carries out their operations; nobody
// writes what another rank reads or writes.
class LocalWork {
 public:
  LocalWork(int rank, int size) : rank_(rank), size_(size) {
    inputs_.reserve(static_cast<size_t>(size));
    outputs_.reserve(static_cast<size_t>(size));
  }
  virtual ~LocalWork() = default;

  // `of_rank` gives the operations of the peers, which fit this rank's own.
  Status Do(const Operation& operation,
            const std::function<const Operation&(int peer)>& of_rank);

 protected:
  // Of memory that is apart.
  virtual Status Copy(const void* from, int64_t bytes, void* to) = 0;
  // As SumInOrder.
  virtual Status Sum(ElementType type, std::span<const void* const> in,
                     int64_t count, std::span<void* const> out) = 0;

 private:
  Status CopyTo(const void* from, int64_t bytes, void* to);
  const int rank_;
  const int size_;
  // Of the operation that is done, by rank.
  std::vector<const void*> inputs_;
  std::vector<void*> outputs_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LOCAL_WORK_H_
