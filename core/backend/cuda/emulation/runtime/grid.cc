// Grids: block after block, whose threads are fibers.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/emulation/runtime/stack.h"

dim3 threadIdx;
dim3 blockIdx;
dim3 blockDim;
dim3 gridDim;

namespace emulation {
namespace {

constexpr unsigned kWarp = 32;

// Which of `count` has the turn of that number.
unsigned InOrder(unsigned turn, unsigned count) {
  return machine().backwards ? count - 1 - turn : turn;
}

// The threads of one block.
class Block {
 public:
  void Run(const std::function<void()>& thread, unsigned count) {
    thread_ = &thread;
    Reserve(count);
    for (unsigned i = 0; i < count; ++i) {
      finished_[i] = false;
      awaited_[i] = false;
      waits_[i] = {};
    }
    all_ = Meeting{0, count, 0};
    for (unsigned i = 0; i < count; i += kWarp) {
      warps_[i / kWarp] = Meeting{0, std::min(kWarp, count - i), 0};
    }
    while (all_.alive > 0) {
      const int64_t before = events_;
      const unsigned warps = (count + kWarp - 1) / kWarp;
      for (unsigned turn = 0; turn < warps; ++turn) {
        RunWarp(InOrder(turn, warps), count);
      }
      if (events_ == before) {
        std::fprintf(stderr, "threads of a block wait at different places\n");
        std::abort();
      }
    }
  }

  void AwaitGridsBefore() { awaited_[current_] = true; }
  bool awaited() const { return awaited_[current_]; }
  void Barrier() { Meet(all_); }
  void WarpBarrier() { Meet(warps_[current_ / kWarp]); }

  const SharedWords* ShareInWarp(const SharedWords& words) {
    const unsigned self = current_;
    std::copy_n(words, kSharedWords, shared_[self].words);
    WarpBarrier();
    return &shared_[self / kWarp * kWarp].words;
  }

  uint32_t Exchange(uint32_t value, unsigned from_lane) {
    const unsigned self = current_;
    Meeting& warp = warps_[self / kWarp];
    values_[self] = value;
    Meet(warp);
    const uint32_t got = values_[self / kWarp * kWarp + from_lane];
    Meet(warp);  // before anybody writes the next value
    return got;
  }

 private:
  // Where threads wait for each other. One that has ended is at every meeting.
  struct Meeting {
    unsigned arrived = 0;
    unsigned alive = 0;
    int64_t number = 0;
  };
  struct Shared {
    SharedWords words;
  };
  // That a thread waits for the others at a meeting.
  struct Wait {
    const Meeting* meeting = nullptr;
    int64_t number = 0;
    bool Holds() const {
      return meeting != nullptr && meeting->number == number &&
             meeting->arrived != meeting->alive;
    }
  };

  void Meet(Meeting& meeting) {
    const unsigned self = current_;
    ++events_;
    ++meeting.arrived;
    waits_[self] = {&meeting, meeting.number};
    while (waits_[self].Holds()) {
      Stack::Switch(&fibers_[self], &scheduler_);
    }
    if (meeting.number == waits_[self].number) {
      meeting.arrived = 0;
      ++meeting.number;
    }
    waits_[self] = {};
  }

  // A warp goes as far as it can before another has its turn, so that nothing
  // but barriers keeps the one from the other's data.
  void RunWarp(unsigned warp, unsigned count) {
    const unsigned first = warp * kWarp;
    const unsigned lanes = std::min(kWarp, count - first);
    int64_t before;
    do {
      before = events_;
      for (unsigned turn = 0; turn < lanes; ++turn) {
        current_ = first + InOrder(turn, lanes);
        if (finished_[current_] || waits_[current_].Holds()) continue;
        threadIdx.x = current_;
        Stack::Switch(&scheduler_, &fibers_[current_]);
        if (!finished_[current_]) continue;
        ++events_;
        --all_.alive;
        --warps_[warp].alive;
      }
    } while (events_ != before);
  }

  // A fiber's function: in every block it is one thread.
  [[noreturn]] static void Enter();

  void Reserve(unsigned count) {
    if (count <= fibers_.size()) return;
    fibers_ = MakeStacks(count, &Block::Enter);
    finished_.resize(count);
    awaited_.resize(count);
    values_.resize(count);
    waits_.resize(count);
    shared_.resize(count);
    warps_.resize((count + kWarp - 1) / kWarp);
  }

  const std::function<void()>* thread_ = nullptr;
  Stack scheduler_;
  std::vector<Stack> fibers_;
  std::vector<char> finished_;
  std::vector<char> awaited_;  // the grids before
  std::vector<uint32_t> values_;
  std::vector<Wait> waits_;
  std::vector<Shared> shared_;
  Meeting all_;
  std::vector<Meeting> warps_;
  unsigned current_ = 0;
  int64_t events_ = 0;  // arrivals and ends
};

Block& TheBlock() {
  static Block block;
  return block;
}

void Block::Enter() {
  Block& block = TheBlock();
  Stack::Begin(&block.scheduler_);
  for (;;) {
    (*block.thread_)();
    const unsigned self = block.current_;
    block.finished_[self] = true;
    Stack::Switch(&block.fibers_[self], &block.scheduler_);
  }
}

}  // namespace

namespace {

int64_t waited = 0;       // threads of the grid, for the kernels before it
bool runs_early = false;  // the grid that runs, if any

}  // namespace

void AwaitGridsBefore() {
  ++waited;
  TheBlock().AwaitGridsBefore();
}
bool MayTouchMemory() { return !runs_early || TheBlock().awaited(); }

void RunGrid(dim3 grid, dim3 block, bool early,
             const std::function<void()>& thread) {
  waited = 0;
  runs_early = early;
  gridDim = grid;
  blockDim = block;
  threadIdx = {0, 0, 0};
  for (unsigned y = 0; y < grid.y; ++y) {
    for (unsigned x = 0; x < grid.x; ++x) {
      blockIdx = {InOrder(x, grid.x), InOrder(y, grid.y), 0};
      TheBlock().Run(thread, block.x);
    }
  }
  runs_early = false;
  if (early && waited != int64_t{grid.x} * grid.y * block.x) {
    std::fprintf(stderr,
                 "threads of a grid that may begin early do not wait\n");
    std::abort();
  }
}

void Barrier() { TheBlock().Barrier(); }

void WarpBarrier() { TheBlock().WarpBarrier(); }

const SharedWords* ShareInWarp(const SharedWords& words) {
  return TheBlock().ShareInWarp(words);
}

uint32_t Exchange(uint32_t value, unsigned from_lane) {
  return TheBlock().Exchange(value, from_lane);
}

}  // namespace emulation
