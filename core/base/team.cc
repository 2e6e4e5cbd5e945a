#include "core/base/team.h"

#include <chrono>
#include <exception>

#include "core/base/cpu.h"
#include "core/base/zero_denormals.h"

namespace alexnet {
namespace {

// Whether `condition` holds, after waiting awake for a short while for it.
template <typename Condition>
bool HoldsSoon(const Condition& condition) {
  constexpr auto kAwake = std::chrono::microseconds(40);
  constexpr int kPauses = 16;  // between looks at the clock
  if (condition()) return true;
  const auto start = std::chrono::steady_clock::now();
  do {
    for (int i = 0; i < kPauses; ++i) {
      __builtin_ia32_pause();
      if (condition()) return true;
    }
  } while (std::chrono::steady_clock::now() - start < kAwake);
  return false;
}

}  // namespace

Team::Team(int members)
    : waits_awake_(members > 1 && members <= AvailableCpus()) {
  if (members <= 1) return;
  try {
    threads_.reset(new OnlyHere<std::thread>[static_cast<size_t>(members - 1)]);
    for (; size_ < members; ++size_) {
      *threads_[static_cast<size_t>(size_ - 1)] =
          std::thread([this, slot = size_] { Serve(slot); });
    }
  } catch (const std::exception&) {
    // The process's limit of threads, or of memory: those that there are.
  }
}

Team::~Team() {
  if (!birthplace_.Here()) return;
  untaken_ = kEnded;
  untaken_.notify_all();
  for (int i = 0; i < size_ - 1; ++i) threads_[static_cast<size_t>(i)]->join();
}

void Team::Run(int pieces, PieceFunction function, void* context) {
  if (pieces <= 0) return;
  function_ = function;
  context_ = context;
  pieces_ = pieces;
  unfinished_ = static_cast<uint32_t>(pieces);
  untaken_ = static_cast<uint32_t>(pieces);
  // Of those that sleep as many as there is work for.
  if (pieces >= size_) {
    untaken_.notify_all();
  } else {
    for (int i = 1; i < pieces; ++i) untaken_.notify_one();
  }
  TakePieces(0);
  AwaitEnd();
}

void Team::TakePieces(int slot) {
  uint32_t untaken = untaken_;
  while (untaken != 0 && untaken != kEnded) {
    if (!untaken_.compare_exchange_weak(untaken, untaken - 1)) continue;
    function_(context_, slot, pieces_ - static_cast<int>(untaken));
    // After the last one the caller may go on to the next job at once.
    if (--unfinished_ == 0) unfinished_.notify_one();
    untaken = untaken_;
  }
}

bool Team::AwaitPieces() {
  const auto called = [this] { return untaken_ != 0; };
  if (!waits_awake_ || !HoldsSoon(called)) untaken_.wait(0);
  return untaken_ != kEnded;
}

void Team::AwaitEnd() {
  const auto ended = [this] { return unfinished_ == 0; };
  if (waits_awake_ && HoldsSoon(ended)) return;
  while (const uint32_t left = unfinished_) unfinished_.wait(left);
}

void Team::Serve(int slot) {
  const ZeroDenormals zero;
  do {
    TakePieces(slot);
  } while (AwaitPieces());
}

}  // namespace alexnet
