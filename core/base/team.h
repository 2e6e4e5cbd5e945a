// Team: threads that share out short jobs.

#ifndef ALEXNET_CORE_BASE_TEAM_H_
#define ALEXNET_CORE_BASE_TEAM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "core/base/birthplace.h"

namespace alexnet {

// The thread that calls Run, and threads that the team owns. A job's pieces are
// taken one by one by whoever is free, so that a member that has lost its
// processor holds the others up by no more than its own piece; who has taken
// none is not waited for. Members wait awake for some forty microseconds, since
// waking one takes about as long, and then asleep; at once asleep where the
// process may not use as many processors. Denormals are zero to the team's own
// threads (ZeroDenormals).
//
// One thread at a time may call Run. In a child of fork its caller is the only
// member that is left, and does all pieces.
class Team {
 public:
  // One piece, on member `slot` of [0, size()); 0 is the caller of Run.
  using PieceFunction = void (*)(void* context, int slot, int piece);

  // Of `members`, or fewer where the system starts no more threads; at least
  // the caller.
  explicit Team(int members);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return size_; }

  // Calls `function` once for each piece in [0, pieces), and returns when all
  // are done. Allocates nothing. `function` must not throw, nor call Run.
  void Run(int pieces, PieceFunction function, void* context);

 private:
  static constexpr uint32_t kEnded = UINT32_MAX;  // in place of pieces

  void TakePieces(int slot);
  // Until there may be pieces. False: the team has ended.
  bool AwaitPieces();
  void AwaitEnd();
  void Serve(int slot);

  const Birthplace birthplace_;
  const bool waits_awake_;
  int size_ = 1;
  std::unique_ptr<OnlyHere<std::thread>[]> threads_;
  // Pieces of the job that nobody has taken. A member takes one by counting
  // them down, and only then looks at what job it is: one that comes late, with
  // whatever it saw before, finds none or takes one of a later job; and a job
  // of which a piece is taken does not end before that is done.
  alignas(64) std::atomic<uint32_t> untaken_{0};
  PieceFunction function_ = nullptr;
  void* context_ = nullptr;
  int pieces_ = 0;
  alignas(64) std::atomic<uint32_t> unfinished_{0};  // pieces
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_TEAM_H_
