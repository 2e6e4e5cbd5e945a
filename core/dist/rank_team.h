// RankTeam: ranks that are threads of this process and wait for work.

#ifndef ALEXNET_CORE_DIST_RANK_TEAM_H_
#define ALEXNET_CORE_DIST_RANK_TEAM_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/birthplace.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// Rank 0 works on the thread that calls, each other one on a thread of its own,
// which sleeps in between. Not thread safe. In a child of fork it can be
// destroyed, and refuses to run anything.
class RankTeam {
 public:
  static Result<std::unique_ptr<RankTeam>> Create(
      int size, const CommLimits& limits = {});
  ~RankTeam();
  RankTeam(const RankTeam&) = delete;
  RankTeam& operator=(const RankTeam&) = delete;

  int size() const { return static_cast<int>(communicators_.size()); }

  // Calls `work` on each rank with its communicator, which stays the same, and
  // returns when all have returned. A rank that fails or throws ends the
  // communicators of all: that failure, which names the rank, comes back from
  // this call and from all later ones.
  Status Run(const std::function<Status(Communicator&)>& work);

 private:
  RankTeam() = default;

  Status StartThreads();
  void Loop(int rank);
  void Add(const Status& status);  // the first failure stays

  const Birthplace birthplace_{};
  std::vector<std::unique_ptr<Communicator>> communicators_;  // by rank

  std::mutex mutex_;
  OnlyHere<std::condition_variable> changed_;  // of what follows
  const std::function<Status(Communicator&)>* work_ = nullptr;
  int64_t works_ = 0;  // that were given
  int busy_ = 0;       // ranks that have not returned
  bool stopping_ = false;
  Status failure_;

  OnlyHere<std::vector<std::thread>> threads_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_RANK_TEAM_H_
