#include "core/base/worker.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "core/base/caught.h"
#include "core/base/thread_supply.h"
#include "core/base/zero_denormals.h"

namespace alexnet {
namespace {

// The size of a team of at most `asked` for which there are threads. libgomp
// ends those that a smaller region leaves out and starts others for the next
// one, while the system may still count the ended: so there have to be two
// threads for each that is used. Starting one must not fail there.
int StartableTeam(int asked) {
  return 1 + StartableThreads(2 * (asked - 1), OpenMpStackBytes()) / 2;
}

// The same, with room to compute beside the threads.
int TeamThatMayBe(int asked) {
  int team = std::min(asked, omp_get_thread_limit());
  if (!RoomIsLimited()) return StartableTeam(team);
  for (; team > 1; --team) {
    const HeldRoom room(ComputeRoom(team));
    if (room.held()) return StartableTeam(team);
  }
  return 1;
}

// The size of the team that OpenMP grants where omp_get_max_threads() are
// asked for: OMP_THREAD_LIMIT and OMP_MAX_ACTIVE_LEVELS may make it smaller.
// oneDNN trusts what is asked for and waits for ever for those that are
// missing.
int TeamThatComes() {
  int team = 1;
#pragma omp parallel
#pragma omp master
  team = omp_get_num_threads();
  return team;
}

// The calling thread's OpenMP team has one member while this lives.
class SingleThreaded {
 public:
  SingleThreaded() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~SingleThreaded() { omp_set_num_threads(before_); }
  SingleThreaded(const SingleThreaded&) = delete;
  SingleThreaded& operator=(const SingleThreaded&) = delete;

 private:
  const int before_;
};

}  // namespace

void Sleeper::Await(const std::function<bool()>& condition) {
  constexpr auto kAwake = std::chrono::microseconds(30);
  constexpr int kPauses = 32;  // between looks at the clock
  const auto start = std::chrono::steady_clock::now();
  do {
    for (int i = 0; i < kPauses; ++i) {
      if (condition()) return;
      __builtin_ia32_pause();
    }
  } while (std::chrono::steady_clock::now() - start < kAwake);
  // Either this sees the change, or Wake sees that this is asleep.
  std::unique_lock<std::mutex> lock(mutex_);
  asleep_ = true;
  changed_->wait(lock, condition);
  asleep_ = false;
}

void Sleeper::Wake() {
  if (!asleep_) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  changed_->notify_all();
}

Worker::Worker(int threads) : asked_(std::max(threads, 1)) {
  if (asked_ == 1) return;
  try {
    *thread_ = std::thread([this] { Loop(); });
  } catch (const std::exception&) {
    return;  // no thread, or no memory for one: callers run their own works
  }
  waiting_.Await([this] { return threads_ != 0; });
  if (threads_ == kNoRoom) thread_->join();
}

Worker::~Worker() {
  if (!birthplace_.Here() || !thread_->joinable()) return;
  stopping_ = true;
  idle_.Wake();
  thread_->join();
}

Status Worker::Run(const std::function<Status()>& work) {
  // Before the lock, which a thread of the parent may hold for ever.
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  if (running_.load() == std::this_thread::get_id()) return Caught(work);
  const std::lock_guard<std::mutex> caller(callers_);
  if (limited_) ALEXNET_RETURN_IF_ERROR(CheckComputeRoom(threads()));
  if (!thread_->joinable()) {
    const SingleThreaded single;
    const ZeroDenormals zero;
    running_.store(std::this_thread::get_id());
    Status status = Caught(work);
    running_.store({});
    return status;
  }
  work_ = &work;
  idle_.Wake();
  waiting_.Await([this] { return work_ == nullptr; });
  return std::move(status_);
}

void Worker::Loop() {
  if (!HasComputeRoom(1)) {
    threads_ = kNoRoom;
    waiting_.Wake();
    return;
  }
  const ZeroDenormals zero;  // before the team is started
  omp_set_dynamic(0);  // the team is as large as asked, however busy the system
  omp_set_num_threads(TeamThatMayBe(asked_));
  const int team = TeamThatComes();
  omp_set_num_threads(team);
  threads_ = team;
  waiting_.Wake();
  running_.store(std::this_thread::get_id());
  for (;;) {
    idle_.Await([this] { return stopping_ || work_ != nullptr; });
    const std::function<Status()>* const work = work_;
    if (work == nullptr) return;
    status_ = Caught(*work);
    work_ = nullptr;
    waiting_.Wake();
  }
}

}  // namespace alexnet
