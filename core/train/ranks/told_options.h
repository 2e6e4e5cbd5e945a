// ToldOptions: what a rank was told to do, in words, so that ranks find out
// before they begin that they were told different things.

#ifndef ALEXNET_CORE_TRAIN_RANKS_TOLD_OPTIONS_H_
#define ALEXNET_CORE_TRAIN_RANKS_TOLD_OPTIONS_H_

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/model/parts.h"

namespace alexnet {

class ToldOptions {
 public:
  // What an option is set to, or something else that ranks must share.
  template <typename T>
  void Add(const std::string& option, const T& value) {
    entries_.push_back({"`" + option + "`", fmt::format("{}", value)});
  }
  void Add(const std::string& option, const std::vector<float>& values) {
    Add(option, fmt::format("{}", fmt::join(values, ",")));
  }
  void AddFact(const std::string& what, const std::string& value) {
    entries_.push_back({what, value});
  }

  const std::vector<KeyValue>& entries() const { return entries_; }

 private:
  std::vector<KeyValue> entries_;
};

// What rank 0 was told and this rank, `rank`, was not, and the reverse, in
// order; empty: nothing.
std::string DifferenceOf(const std::vector<KeyValue>& rank0,
                         const std::vector<KeyValue>& rank);

// On all ranks. kFailedPrecondition, on a rank that was told other things than
// rank 0, names them; the caller aborts `comm`.
Status CompareWithRank0(const ToldOptions& told, Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_TOLD_OPTIONS_H_
