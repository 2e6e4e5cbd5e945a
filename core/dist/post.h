// Post: what ranks tell each other about their operations and themselves, over
// a transport, and the failure of the group, which it finds and spreads.

#ifndef ALEXNET_CORE_DIST_POST_H_
#define ALEXNET_CORE_DIST_POST_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/dist/limits.h"
#include "core/dist/operation.h"
#include "core/dist/transport.h"

namespace alexnet {

// All calls but Abort on the transport's thread.
class Post {
 public:
  Post(Transport& transport, const CommLimits& limits);

  // Begins to listen; the transport has been started.
  Status Start();

  // Tells the peers of `operation`.
  Status Announce(std::span<const int> peers, const Operation& operation);
  // Waits for what the peers announced next, and sees that it fits.
  Status Agree(std::span<const int> peers, const Operation& operation);
  // Waits until all of `requests` are done.
  Status Await(std::span<Transport::Request> requests);

  // Sends and receives what is due; fails when the group has failed.
  Status Progress();

  // Makes `why` the failure of the group if it has none yet, and returns the
  // failure. From any thread; the others are told by the next Progress.
  Status Abort(const Status& why);
  // Does so, and tells the others at once, after which no call uses the
  // transport.
  Status Fail(const Status& why);
  // Tells the others that this rank will do nothing more, and waits until they
  // have said so, too, or the group fails, as it does where one is late.
  Status Leave();

 private:
  using Clock = std::chrono::steady_clock;

  // A message of control, with a fixed size. Plain data.
  struct Note {
    enum class Kind : int32_t { kBeat, kOperation, kFailure, kGoodbye };
    Kind kind = Kind::kBeat;
    int32_t code = 0;  // of a failure
    Signature signature;
    char text[472] = {};  // of a failure, ends with 0
  };
  struct Outgoing {
    Note note;
    Transport::Request request;
    int to = 0;
  };
  struct Peer {
    Note incoming;
    Transport::Request request;
    std::deque<Signature> announced;
    Clock::time_point heard;
    bool beating = false;  // a beat to it is under way
    bool left = false;
  };

  Status Listen(int rank);
  Status Read(int rank);
  Status Send(int to, const Note& note);
  Status Deliver();
  Status Beat(Clock::time_point now);
  Status FindSilent(Clock::time_point now);
  Status Failure();
  // Waits for what is sent, but not for long.
  void Flush();

  Transport& transport_;
  const CommLimits limits_;
  std::vector<std::unique_ptr<Peer>> peers_;  // by rank; null for this one
  std::vector<std::unique_ptr<Outgoing>> sending_;
  std::vector<std::unique_ptr<Outgoing>> unused_;
  Clock::time_point beaten_;
  Clock::time_point looked_;
  bool leaving_ = false;
  bool told_ = false;  // the others know of the failure

  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // of what follows
  Status failure_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_POST_H_
