#include "core/dist/rank_team.h"

#include <system_error>

#include "core/base/no_thread_error.h"
#include "core/dist/local_group.h"
#include "core/dist/run_rank.h"

namespace alexnet {

Result<std::unique_ptr<RankTeam>> RankTeam::Create(int size,
                                                   const CommLimits& limits) {
  std::unique_ptr<RankTeam> team(new RankTeam());
  ALEXNET_ASSIGN_OR_RETURN(team->communicators_,
                           CreateLocalGroup(size, limits));
  ALEXNET_RETURN_IF_ERROR(team->StartThreads());
  return team;
}

Status RankTeam::StartThreads() {
  threads_->reserve(communicators_.size());
  try {
    for (int rank = 1; rank < size(); ++rank) {
      threads_->emplace_back([this, rank] { Loop(rank); });
    }
  } catch (const std::system_error&) {
    return NoThreadError();
  }
  return Status();
}

RankTeam::~RankTeam() {
  if (!birthplace_.Here()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    changed_->notify_all();
  }
  for (std::thread& thread : *threads_) thread.join();
}

Status RankTeam::Run(const std::function<Status(Communicator&)>& work) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ALEXNET_RETURN_IF_ERROR(failure_);
    work_ = &work;
    busy_ = size() - 1;
    ++works_;
    changed_->notify_all();
  }
  Add(RunRank(work, *communicators_.front()));
  std::unique_lock<std::mutex> lock(mutex_);
  changed_->wait(lock, [this] { return busy_ == 0; });
  return failure_;
}

void RankTeam::Loop(int rank) {
  Communicator& communicator = *communicators_[static_cast<size_t>(rank)];
  for (int64_t done = 0;; ++done) {
    const std::function<Status(Communicator&)>* work = nullptr;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_->wait(lock, [&] { return stopping_ || works_ > done; });
      if (stopping_) return;
      work = work_;
    }
    Add(RunRank(*work, communicator));
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--busy_ == 0) changed_->notify_all();
  }
}

void RankTeam::Add(const Status& status) {
  if (status.ok()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = status;
}

}  // namespace alexnet
